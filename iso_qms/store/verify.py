"""Re-derive everything: tree from leaves, rows from leaves, head from the tree, files and disclosures from digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.errors import FileDamaged
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.merkle import CompactRange, leaf_hash
from iso_qms.store import guards, rows, stored, verify_history
from iso_qms.store.files import FileStore
from iso_qms.store.journal import table
from iso_qms.store.stored import Stored, shown
from iso_qms.store.tables import HeadRow, JournalRow, NodeRow
from iso_qms.store.verify_people import People
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
    """Check a whole store, naming every entry, row, node and file that was changed, lost or added.

    One snapshot of the database: acts that others perform meanwhile do not disturb it.
    """
    said = progress or (lambda stage, done, total: None)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ") if _keeps_versions(engine) else engine
    with snapshot.connect() as connection:
        try:
            walk = _walked(connection, said)
        except (OperationalError, UnicodeError):
            # Text that is no text stops the driver: once more, with its bytes as they are.
            strict = stored.lenient(connection)
            try:
                walk = _walked(connection, said)
            finally:
                strict()
        if files is not None:
            walk.check_files(files)
        if not walk.broken:  # otherwise these would only repeat what is named already
            walk.check_history(Watermark(files.folder) if files is not None else None)
        return Verified(walk.tree.size, walk.tree.root(), walk.broken, walk.files, walk.people.erased, walk.unused)


def _keeps_versions(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _walked(connection: Connection, progress: Progress) -> _Walk:
    walk = _Walk(connection, progress)
    walk.run()
    return walk


class _Walk:
    """One pass over a store; every check adds what it finds broken."""

    def __init__(self, connection: Connection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
        self.broken: list[Broken] = []
        self.people = People(self.broke)
        self.tree = CompactRange()
        self.files = 0
        self.unused: list[str] = []
        self._manifests: dict[str, int] = {}
        self._next = 0
        self._torn = False
        self._last: Any = None

    def broke(self, place: str, vi: str, en: str, pos: int | None = None) -> None:
        self.broken.append(Broken(place, vi, en, pos))

    def run(self) -> None:
        heads = list(self._rows_of(table(HeadRow), "id"))
        size = heads[0]["size"] if heads and isinstance(heads[0]["size"], int) else 0
        rows_left = {act: _Rows(self._rows_of(rows.table_of(act), "pos")) for act in rows.ROWS}
        expected: dict[tuple[int, int], bytes] = {}
        for number, entry in enumerate(self._rows_of(table(JournalRow), "pos")):
            if number % BATCH == 0:
                self._progress("journal", number, size)
            for level, idx, digest in self._entry(entry, rows_left):
                expected[level, idx] = digest
        self._progress("journal", size, size)
        for act, left in rows_left.items():
            for row in left.rest():
                self._without_entry(act, row)
        self._head(heads)
        self._nodes(expected)
        self.people.check(self._rows_of)
        self._guards()

    def _rows_of(self, source: Any, *order: str) -> Iterator[Stored]:
        """The rows of a table; one that cannot be read is named and counts as empty."""
        try:
            yield from stored.read(self._connection, source, *order)
        except SQLAlchemyError as error:
            text = str(getattr(error, "orig", None) or error).splitlines()[0]
            if "decode" in text:
                raise
            self.broke(source.name, f"không đọc được bảng ({shown(text)})", f"it cannot be read ({shown(text)})")

    # --- entries and their rows -----------------------------------------------------------------------------------

    def _entry(self, row: Stored, rows_left: dict[str, _Rows]) -> list[tuple[int, int, bytes]]:
        """Check one entry against its hash, its copies and its row; the tree nodes it completes."""
        pos, leaf = row["pos"], row["leaf"]
        if pos < self._next:
            self.broke(f"journal {pos}", f"mục {pos} không thuộc nhật ký", f"entry {pos} does not belong here", pos)
            return []
        if pos > self._next:
            self._missing(self._next, pos - 1)
        self._next = pos + 1
        if not isinstance(leaf, bytes):
            self._wrong_entry(pos, "không phải dãy byte", "is not bytes")
            return self.tree.append(leaf_hash(str(leaf).encode("utf-8", "replace")))
        digest = leaf_hash(leaf)
        if row["leaf_hash"] != digest:
            self._wrong_entry(pos, "không khớp mã băm", "does not match its hash")
        try:
            record = leaves.decode(leaf, pos)
            disclosed = leaves.disclosed(leaf)
        except ValueError:
            self._wrong_entry(pos, "không đọc được", "cannot be read")
        else:
            self._copies(row, record)
            self._row(record, rows_left[record.event.act])
            self._remember(record, disclosed)
        return self.tree.append(digest)

    def _missing(self, first: int, last: int) -> None:
        self._torn = True
        which = str(first) if first == last else f"{first}–{last}"
        self.broke(f"journal {first}", f"thiếu mục {which}", f"entry {which} is missing", first)

    def _wrong_entry(self, pos: int, vi: str, en: str) -> None:
        self.broke(f"journal {pos}", f"mục {pos} {vi}", f"entry {pos} {en}", pos)

    def _copies(self, row: Stored, record: ev.Recorded) -> None:
        self._last = record.at
        event = record.event
        copies = {
            "act": event.act,
            "subject": rows.subject_of(event),
            "actor": record.actor,
            "at": record.at,
            "auth": record.auth,
        }
        expected = stored.wanted(self._connection.dialect, table(JournalRow), copies)
        for column in stored.differing(row, expected):
            self._says(f"journal {record.pos}", record.pos, column, row[column], expected[column])

    def _row(self, record: ev.Recorded, left: _Rows) -> None:
        act, pos = record.event.act, record.pos
        for extra in left.before(pos):
            self._without_entry(act, extra)
        found, name = left.at(pos), rows.table_of(act).name
        if found is None:
            self.broke(name, f"mất dòng của mục {pos}", f"the row of entry {pos} is missing", pos)
            return
        expected = stored.wanted(self._connection.dialect, rows.table_of(act), rows.row_of(record))
        for column in stored.differing(found, expected):
            self._says(name, pos, column, found[column], expected[column])

    def _says(self, place: str, pos: int, column: str, found: Any, expected: Any) -> None:
        self.broke(
            place,
            f"mục {pos}: cột “{column}” là “{shown(found)}”, nhật ký ghi “{shown(expected)}”",
            f"entry {pos}: column “{column}” says “{shown(found)}”, the journal says “{shown(expected)}”",
            pos,
        )

    def _without_entry(self, act: str, row: Stored) -> None:
        pos = row["pos"]
        self.broke(rows.table_of(act).name, f"dòng {pos} không có mục nhật ký", f"row {pos} has no entry", pos)

    def _remember(self, record: ev.Recorded, disclosed: list[str]) -> None:
        self.people.remember(record, disclosed)
        if isinstance(record.event, ev.Drafted):
            self._manifests.setdefault(record.event.sha256, record.pos)

    # --- tree, head, guards ---------------------------------------------------------------------------------------

    def _nodes(self, expected: dict[tuple[int, int], bytes]) -> None:
        if self._torn:  # with an entry missing nothing can be said about the nodes
            return
        for row in self._rows_of(table(NodeRow), "level", "idx"):
            level, idx = row["level"], row["idx"]
            want = expected.pop((level, idx), None)
            if want is None or want != row["hash"]:
                self.broke(
                    f"node {level}/{idx}", f"nút cây ({level}, {idx}) sai", f"tree node ({level}, {idx}) is wrong"
                )
        for level, idx in expected:
            self.broke(f"node {level}/{idx}", f"mất nút cây ({level}, {idx})", f"tree node ({level}, {idx}) is missing")

    def _head(self, heads: list[Stored]) -> None:
        if len(heads) != 1 or heads[0]["id"] != 1:
            self.broke("head", "đầu nhật ký phải là đúng một dòng", "the head must be exactly one row")
            return
        head = heads[0]
        if head["size"] != self._next:
            self.broke(
                "head",
                f"đầu nhật ký ghi {shown(head['size'])} mục, có {self._next}",
                f"the head says {shown(head['size'])} entries, there are {self._next}",
            )
        if (head["root"], head["frontier"]) != (self.tree.root(), self.tree.to_bytes()):
            self.broke("head", "gốc cây ở đầu nhật ký sai", "the root in the head is wrong")
        expected = stored.wanted(self._connection.dialect, table(HeadRow), {"last_at": self._last})
        if self._last is not None and stored.differing(head, expected):
            self.broke("head", "thời điểm ở đầu nhật ký sai", "the instant in the head is wrong")
        if isinstance(head["size"], int):
            self._past_the_head(head["size"])

    def _past_the_head(self, size: int) -> None:
        if size > self._next:
            self._missing(self._next, size - 1)
        for pos in range(max(size, 0), min(self._next, size + BATCH)):
            self._wrong_entry(pos, "nằm ngoài đầu nhật ký", "lies beyond the head")

    def _guards(self) -> None:
        """The triggers that refuse changes must be there, as they were made, and no others beside them."""
        expected = guards.definitions(self._connection.dialect.name)
        found = guards.present(self._connection)
        for name in sorted(expected.keys() | found.keys()):
            if name not in found:
                self.broke(f"trigger {name}", f"mất chốt chặn sửa xóa “{name}”", f"the guard “{name}” is missing")
            elif name not in expected:
                self.broke(f"trigger {name}", f"chốt lạ “{shown(name)}”", f"trigger “{shown(name)}” is not ours")
            elif found[name] != expected[name]:
                self.broke(f"trigger {name}", f"chốt chặn “{name}” bị thay đổi", f"the guard “{name}” was changed")

    def check_history(self, watermark: Watermark | None) -> None:
        """What only shows when entries are read together, or beside what an earlier check had seen."""
        known = watermark.read() if watermark is not None else None
        for found in (
            *verify_history.since_the_mark(self._connection, self.tree, known),
            *verify_history.contradictions(self._connection),
        ):
            self.broke(*found)
        if watermark is not None and not self.broken:
            watermark.advance(Mark(self.tree.size, self.tree.root().hex()))

    # --- files ----------------------------------------------------------------------------------------------------

    def check_files(self, store: FileStore) -> None:
        """Every file that a version names is there and is what its digest says."""
        wanted: dict[str, int] = {}
        total = len(self._manifests)
        for number, (digest, pos) in enumerate(self._manifests.items()):
            self._progress("files", number, total)
            wanted[digest] = pos
            try:
                manifest = Manifest.from_bytes(store.get(digest))
            except (FileDamaged, ValueError):
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

    def _file(self, digest: str, pos: int) -> None:
        self.broke(
            f"file {digest}",
            f"tệp {digest} (mục {pos}) mất hoặc bị thay đổi",
            f"file {digest} (entry {pos}) is missing or changed",
            pos,
        )


class _Rows:
    """The rows of one act in the order of the journal, read alongside it."""

    def __init__(self, found: Iterator[Stored]) -> None:
        self._rows = found
        self._next: Stored | None = next(found, None)

    def before(self, pos: int) -> Iterator[Stored]:
        """Rows that no entry up to `pos` accounts for."""
        while self._next is not None and self._next["pos"] < pos:
            yield self._take()

    def at(self, pos: int) -> Stored | None:
        """The row of an entry, None when it is missing."""
        return self._take() if self._next is not None and self._next["pos"] == pos else None

    def rest(self) -> Iterator[Stored]:
        """Rows after the last entry."""
        while self._next is not None:
            yield self._take()

    def _take(self) -> Stored:
        assert self._next is not None
        taken, self._next = self._next, next(self._rows, None)
        return taken


def _readable(store: FileStore, digest: str) -> bool:
    try:
        store.get(digest)
    except FileDamaged:
        return False
    return True
