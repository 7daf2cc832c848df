"""Re-derive everything: tree from leaves, rows from leaves, head from the tree, files and disclosures from digests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.disclosure import digest_of, read
from iso_qms.domain.errors import FileDamaged
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.merkle import CompactRange, leaf_hash, root_at
from iso_qms.store import guards, journal, rows
from iso_qms.store.files import FileStore
from iso_qms.store.journal import table
from iso_qms.store.tables import DisclosureRow, JournalRow, LoginRow, NodeRow, VerifierRow
from iso_qms.store.watermark import Mark, Watermark

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much is done and how much there is."""

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that is not what the journal says: where, and what is wrong, in Vietnamese and English."""

    place: str
    vi: str
    en: str
    pos: int | None = None


@dataclass
class Verified:
    """The result: size and root of the journal as recomputed, and everything that is broken."""

    size: int
    root: bytes
    broken: list[Broken]
    files: int = 0
    erased: int = 0
    unused_files: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


def verify(engine: Engine, files: FileStore | None, progress: Progress | None = None) -> Verified:
    """Check a whole store, naming every entry, row, node and file that was changed, lost or added."""
    said = progress or (lambda stage, done, total: None)
    with engine.connect() as connection:
        walk = _Walk(connection, said)
        try:
            walk.run()
            if files is not None:
                walk.check_files(files)
                walk.check_mark(Watermark(files.folder).read())
        except (SQLAlchemyError, LookupError, TypeError, ValueError) as error:
            # A value that the database itself can no longer read: still a finding, never a traceback.
            text = str(getattr(error, "orig", None) or error).splitlines()[0]
            walk.broke("database", f"không đọc được một dòng dữ liệu ({text})", f"a row cannot be read ({text})")
    if files is not None and not walk.broken:
        Watermark(files.folder).advance(Mark(walk.tree.size, walk.tree.root().hex()))
    return Verified(walk.tree.size, walk.tree.root(), walk.broken, walk.files, walk.erased, walk.unused)


class _Walk:
    """One pass over a store; every check adds what it finds broken."""

    def __init__(self, connection: Connection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
        self.broken: list[Broken] = []
        self.tree = CompactRange()
        self.files = 0
        self.erased = 0
        self.unused: list[str] = []
        self._manifests: dict[str, int] = {}
        self._erasable: set[tuple[str, str]] = set()
        self._disclosed: dict[str, int] = {}
        self._verifiers: dict[int, str] = {}
        self._logins: dict[str, int] = {}

    def broke(self, place: str, vi: str, en: str, pos: int | None = None) -> None:
        self.broken.append(Broken(place, vi, en, pos))

    def run(self) -> None:
        head = journal.head(self._connection)
        rows_left = {act: _Rows(self._connection, act) for act in rows.ROWS}
        expected: list[tuple[int, int, bytes]] = []
        for entry in self._journal(head.size):
            expected += self._entry(entry, rows_left)
        for act, left in rows_left.items():
            for row in left.rest():
                self.broke(
                    f"{rows.ROWS[act].__tablename__}",
                    f"dòng {row['pos']} không có mục nhật ký",
                    "row without an entry",
                    row["pos"],
                )
        self._nodes({(level, idx): digest for level, idx, digest in expected})
        self._head(head)
        self._disclosures()
        self._secrets()
        self._guards()

    def _journal(self, size: int) -> Iterator[Any]:
        entry = table(JournalRow)
        query = select(entry).order_by(entry.c.pos)
        with self._connection.execution_options(yield_per=BATCH).execute(query) as found:
            for number, row in enumerate(found):
                if number % BATCH == 0:
                    self._progress("journal", number, size)
                yield row
        self._progress("journal", size, size)

    def _entry(self, row: Any, rows_left: dict[str, _Rows]) -> list[tuple[int, int, bytes]]:
        """Check one entry against its hash, its copies and its row; the tree nodes it completes."""
        place = f"journal {row.pos}"
        leaf = bytes(row.leaf)
        digest = leaf_hash(leaf)
        if row.pos != self.tree.size:
            self.broke(place, f"thiếu mục {self.tree.size}", f"entry {self.tree.size} is missing", self.tree.size)
        if digest != bytes(row.leaf_hash):
            self.broke(place, f"mục {row.pos} không khớp mã băm", f"entry {row.pos} does not match its hash", row.pos)
        nodes = self.tree.append(digest)
        try:
            record = leaves.decode(leaf, row.pos)
            disclosed = leaves.disclosed(leaf)
        except (ValueError, KeyError, TypeError):
            self.broke(place, f"mục {row.pos} không đọc được", f"entry {row.pos} cannot be read", row.pos)
            return nodes
        copies = (row.act, row.subject, row.actor, row.at, row.auth)
        if copies != (record.event.act, rows.subject_of(record.event), record.actor, record.at, record.auth):
            self.broke(place, f"cột của mục {row.pos} khác nội dung", f"columns of entry {row.pos} differ", row.pos)
        self._row(record, rows_left[record.event.act])
        self._remember(record, disclosed)
        return nodes

    def _row(self, record: ev.Recorded, left: _Rows) -> None:
        name = str(rows.ROWS[record.event.act].__tablename__)
        for extra in left.before(record.pos):
            self.broke(name, f"dòng {extra['pos']} không có mục nhật ký", "row without an entry", extra["pos"])
        found = left.at(record.pos)
        if found is None:
            self.broke(name, f"mất dòng của mục {record.pos}", f"the row of entry {record.pos} is missing", record.pos)
            return
        expected = rows.row_of(record)
        for column, value in expected.items():
            if found[column] != value:
                self.broke(
                    name,
                    f"mục {record.pos}: cột “{column}” là “{found[column]}”, nhật ký ghi “{value}”",
                    f"entry {record.pos}: column “{column}” says “{found[column]}”, the journal says “{value}”",
                    record.pos,
                )

    def _remember(self, record: ev.Recorded, disclosed: list[str]) -> None:
        for digest in disclosed:
            self._disclosed[digest] = record.pos
        match record.event:
            case ev.Drafted(sha256=digest):
                self._manifests.setdefault(digest, record.pos)
            case ev.CredentialSet(verifier_sha256=digest):
                self._verifiers[record.pos] = digest
            case ev.PersonAdded(person=person):
                self._logins[person] = record.pos
            case ev.DataErased(person=person, names=names):
                self._erasable |= {(person, name) for name in names}
            case _:
                pass

    def _nodes(self, expected: dict[tuple[int, int], bytes]) -> None:
        node = table(NodeRow)
        for row in self._connection.execute(select(node).order_by(node.c.level, node.c.idx)):
            want = expected.pop((row.level, row.idx), None)
            if want != bytes(row.hash):
                self.broke(
                    f"node {row.level}/{row.idx}",
                    f"nút cây ({row.level}, {row.idx}) sai",
                    f"tree node ({row.level}, {row.idx}) is wrong",
                )
        for level, idx in expected:
            self.broke(f"node {level}/{idx}", f"mất nút cây ({level}, {idx})", f"tree node ({level}, {idx}) is missing")

    def _head(self, head: Any) -> None:
        if head.size != self.tree.size:
            self.broke(
                "head",
                f"đầu nhật ký ghi {head.size} mục, có {self.tree.size}",
                f"the head says {head.size} entries, there are {self.tree.size}",
            )
        if bytes(head.root) != self.tree.root() or bytes(head.frontier) != self.tree.to_bytes():
            self.broke("head", "gốc cây ở đầu nhật ký sai", "the root in the head is wrong")
        entry = table(JournalRow)
        last = self._connection.execute(select(entry.c.at).order_by(entry.c.pos.desc()).limit(1)).scalar()
        if last is not None and head.last_at != last:
            self.broke("head", "thời điểm ở đầu nhật ký sai", "the instant in the head is wrong")

    def _disclosures(self) -> None:
        shown = table(DisclosureRow)
        found: set[str] = set()
        for row in self._connection.execute(select(shown).order_by(shown.c.pos)):
            place = f"disclosure {row.pos}"
            found.add(row.digest)
            if not _holds(row) or self._disclosed.get(row.digest) != row.pos:
                self.broke(
                    place,
                    f"dữ liệu cá nhân của mục {row.pos} bị thay đổi",
                    f"personal data of entry {row.pos} was changed",
                    row.pos,
                )
        missing = {digest: pos for digest, pos in self._disclosed.items() if digest not in found}
        # Digests do not say whose data they were: only as many may be gone as erasure entries account for.
        self.erased = len(missing)
        if missing and not self._erasable:
            for pos in sorted(set(missing.values())):
                self.broke(
                    f"disclosure {pos}",
                    f"mất dữ liệu cá nhân của mục {pos}",
                    f"personal data of entry {pos} are missing",
                    pos,
                )

    def _secrets(self) -> None:
        kept = table(VerifierRow)
        found = {row.pos: row.verifier for row in self._connection.execute(select(kept))}
        for pos, digest in self._verifiers.items():
            text = found.pop(pos, None)
            if text is None or hashlib.sha256(text.encode()).hexdigest() != digest:
                self.broke(
                    f"verifier {pos}",
                    f"mật khẩu lưu ở mục {pos} bị thay đổi",
                    f"the secret kept at entry {pos} was changed",
                    pos,
                )
        for pos in found:
            self.broke(f"verifier {pos}", "mật khẩu không có mục nhật ký", "a secret without an entry", pos)
        login = table(LoginRow)
        reserved = {row.person: row for row in self._connection.execute(select(login))}
        shown = table(DisclosureRow)
        logins = select(shown.c.subject, shown.c.value).where(shown.c.name == "login")
        names = {row.subject: row.value for row in self._connection.execute(logins)}
        for person, pos in self._logins.items():
            row = reserved.pop(person, None)
            if row is None or row.pos != pos or row.login != names.get(person):
                self.broke(
                    f"login {pos}",
                    f"tên tài khoản của mục {pos} bị thay đổi",
                    f"the account name of entry {pos} was changed",
                    pos,
                )
        for row in reserved.values():
            self.broke(
                f"login {row.pos}",
                f"tài khoản “{row.login}” không có mục nhật ký",
                f"account “{row.login}” has no entry",
                row.pos,
            )

    def _guards(self) -> None:
        """The triggers that refuse changes must be there: without them somebody worked behind our back."""
        wanted = set(guards.names(self._connection.dialect.name))
        for name in sorted(wanted - set(guards.present(self._connection))):
            self.broke(f"trigger {name}", f"mất chốt chặn sửa xóa “{name}”", f"the guard “{name}” is missing")

    def check_files(self, store: FileStore) -> None:
        """Every file that a version names is there and is what its digest says."""
        wanted: dict[str, int] = {}
        total = len(self._manifests)
        for number, (digest, pos) in enumerate(self._manifests.items()):
            self._progress("files", number, total)
            wanted[digest] = pos
            try:
                manifest = Manifest.from_bytes(store.get(digest))
            except (FileDamaged, ValueError, KeyError):
                self._file(digest, pos)
                continue
            parts = [file.sha256 for file in manifest.files] + ([manifest.process] if manifest.process else [])
            for part in parts:
                if part not in wanted and not _readable(store, part):
                    self._file(part, pos)
                wanted.setdefault(part, pos)
        self.files = len(wanted)
        self.unused = [digest for digest in store.digests() if digest not in wanted]
        self._progress("files", total, total)

    def check_mark(self, mark: Mark | None) -> None:
        """A store that was verified before must still begin with what it was then."""
        if mark is None:
            return
        if mark.size > self.tree.size:
            lost = mark.size - self.tree.size
            self.broke(
                "journal",
                f"kho dữ liệu cũ hơn lần kiểm tra trước: mất {lost} mục cuối (từ mục {self.tree.size})",
                f"the store is older than at an earlier check: {lost} last entries are gone (from {self.tree.size} on)",
                self.tree.size,
            )
        elif mark.size and root_at(mark.size, journal.node_reader(self._connection)).hex() != mark.root:
            self.broke(
                "journal",
                f"{mark.size} mục đầu không còn như lần kiểm tra trước: lịch sử đã bị viết lại",
                f"the first {mark.size} entries are not what they were at an earlier check: history was rewritten",
            )

    def _file(self, digest: str, pos: int) -> None:
        self.broke(
            f"file {digest}",
            f"tệp {digest} (mục {pos}) mất hoặc bị thay đổi",
            f"file {digest} (entry {pos}) is missing or changed",
            pos,
        )


class _Rows:
    """The rows of one act in the order of the journal, read alongside it."""

    def __init__(self, connection: Connection, act: str) -> None:
        source = rows.table_of(act)
        self._rows = iter(connection.execute(select(source).order_by(source.c.pos)).mappings())
        self._next: Any = next(self._rows, None)

    def before(self, pos: int) -> Iterator[Any]:
        """Rows that no entry up to `pos` accounts for."""
        while self._next is not None and self._next["pos"] < pos:
            yield self._take()

    def at(self, pos: int) -> Any:
        """The row of an entry, None when it is missing."""
        return self._take() if self._next is not None and self._next["pos"] == pos else None

    def rest(self) -> Iterator[Any]:
        """Rows after the last entry."""
        while self._next is not None:
            yield self._take()

    def _take(self) -> Any:
        taken, self._next = self._next, next(self._rows, None)
        return taken


def _holds(row: Any) -> bool:
    try:
        said = read(row.encoded)
    except ValueError:
        return False
    return (digest_of(row.encoded), said.name, str(said.value)) == (row.digest, row.name, row.value)


def _readable(store: FileStore, digest: str) -> bool:
    try:
        store.get(digest)
    except FileDamaged:
        return False
    return True
