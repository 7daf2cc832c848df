"""Stores with many documents, made as the store itself would make them: leaf, hash, tree, row, head; only faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from benchmarks import ours
from benchmarks.candidates import built
from benchmarks.workload import DAY, sha, starts
from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.canonical import canonical
from iso_qms.domain.chain import DEFAULT_CHAIN
from iso_qms.domain.civil import OFFICE_ZONE, start_of_day
from iso_qms.domain.code import document_key
from iso_qms.domain.manifest import File, build
from iso_qms.domain.merkle import CompactRange, leaf_hash
from iso_qms.store import database, journal, rows
from iso_qms.store.files import FileStore
from iso_qms.store.journal import table
from iso_qms.store.tables import HeadRow, JournalRow, NodeRow

BATCH = 20_000


def code(document: int) -> str:
    """The code of the n-th document."""
    return f"QT-{document + 1_000_001}"


def legal_start(seconds: int) -> datetime:
    """The instant from which a version is enforced: the beginning of that day in the office."""
    return start_of_day(datetime.fromtimestamp(seconds, OFFICE_ZONE).date())


def acts(documents: int, versions: int, content: Content, first: int) -> Iterator[ev.Event]:
    """Each version drafted and issued, whole lives with submission and signatures where content is given a process.

    `first` is the position of the first of these acts.
    """
    pos = first
    for document, number, at in starts(documents, versions):
        shown, day = code(document), datetime.fromtimestamp(at, OFFICE_ZONE).date()
        key, sha256 = document_key(shown), content(document, number)
        life = [_drafted(key, shown, document, number, sha256)]
        if content is not plain:
            life += _approved(key, number, sha256, pos + 1)
        life.append(
            ev.Issued(
                document=key,
                number=number,
                sha256=sha256,
                legal_date=day,
                start=start_of_day(day),
                decision=f"{number}/QĐ-UBND",
                transition="finish",
            )
        )
        pos += len(life)
        yield from life


Content = Callable[[int, int], str]
"""The digest of a version of a document; what it names is kept before."""


def plain(document: int, number: int) -> str:
    """A digest that names no file: for lists, where nobody opens one."""
    return f"{document * 100 + number:064x}"


def _drafted(key: str, shown: str, document: int, number: int, sha256: str) -> ev.Event:
    return ev.Drafted(
        document=key,
        code=shown,
        kind="procedure",
        title=f"Quy trình kiểm soát số {document + 1}",
        number=number,
        issue=number,
        revision=0,
        sha256=sha256,
        change_class="major",
        reason="Rà soát định kỳ theo kế hoạch năm",
        base=number - 1 or None,
    )


def _approved(key: str, number: int, sha256: str, submission: int) -> list[ev.Event]:
    steps = DEFAULT_CHAIN.steps
    signed: list[ev.Event] = [
        ev.Signed(
            document=key,
            number=number,
            sha256=sha256,
            submission=submission,
            step=step.key,
            meaning=step.meaning,
            change_class="major",
            role=step.role,
        )
        for step in steps
    ]
    submitted = ev.Submitted(document=key, number=number, sha256=sha256, chain=DEFAULT_CHAIN.name, steps=steps)
    return [submitted, *signed]


def fill(url: str, folder: Path, documents: int, versions: int, content: Content = plain) -> None:
    """Make a store and record versions of many documents in it."""
    qms = ours.found(url, folder, clock=_Before())
    with database.writer(qms._engine).begin() as connection:
        batch = _Batch(connection)
        for event in acts(documents, versions, content, batch.size):
            batch.add(event)
        batch.close()
    qms.close()


def kept_process(files: FileStore, steps: Callable[[int, int], Sequence[str]]) -> Content:
    """Keeps for each version a manifest with a process of some steps, without waiting for the disk each time."""

    def content(document: int, number: int) -> str:
        process = canonical(
            {"schema": "process/1", "steps": [{"key": key, "name": key} for key in steps(document, number)]}
        )
        body = f"{document}/{number}".encode()
        manifest = build([File("quy-trinh.txt", _put(files, body), len(body))], _put(files, process))
        return _put(files, manifest.to_bytes())

    return content


def _put(files: FileStore, content: bytes) -> str:
    digest = sha(content)
    path = files.path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


class _Before:
    """The clock of an office that recorded everything before the first start."""

    def now(self) -> datetime:
        """1 December 2019."""
        return datetime(2019, 12, 1, tzinfo=UTC)


class _Batch:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        head = journal.head(connection)
        self._tree, self._at = CompactRange.from_bytes(head.frontier), head.last_at
        self._entries: list[dict[str, Any]] = []
        self._nodes: list[dict[str, Any]] = []
        self._rows: dict[str, list[dict[str, Any]]] = {}

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    def add(self, event: ev.Event) -> None:
        self._at += timedelta(microseconds=1)
        record = ev.Recorded(self._tree.size, self._at, "p_0123456789abcdef", event, None, "library")
        leaf = leaves.encode(event, at=record.at, actor=record.actor, auth=record.auth, software=journal.SOFTWARE)
        digest = leaf_hash(leaf)
        self._entries.append(journal.entry_row(record, leaf, digest))
        self._rows.setdefault(event.act, []).append(rows.row_of(record))
        self._nodes += [{"level": level, "idx": idx, "hash": node} for level, idx, node in self._tree.append(digest)]
        if len(self._entries) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._connection.execute(insert(table(JournalRow)), self._entries)
        if self._nodes:
            self._connection.execute(insert(table(NodeRow)), self._nodes)
        for act, found in self._rows.items():
            self._connection.execute(insert(rows.table_of(act)), found)
        self._entries, self._nodes, self._rows = [], [], {}

    def close(self) -> None:
        if self._entries:
            self._flush()
        values = {
            "size": self._tree.size,
            "root": self._tree.root(),
            "frontier": self._tree.to_bytes(),
            "last_at": self._at,
        }
        self._connection.execute(update(table(HeadRow)).values(values))


def store(documents: int, versions: int = 5) -> tuple[str, Path]:
    """The address and folder of a SQLite store whose versions are drafted and issued, for lists; made once a run."""
    return _store(f"store-{documents}x{versions}", lambda folder: plain, documents, versions)


def lives(documents: int, versions: int = 5, steps: Callable[[int, int], Sequence[str]] = lambda d, n: ()) -> Any:
    """The same with whole lives: drafted, submitted, signed twice, issued; files kept only where there are steps."""

    def content(folder: Path) -> Content:
        if steps(0, 1):
            return kept_process(FileStore(folder / "files"), steps)
        return lambda document, number: plain(document, number)

    return _store(f"lives-{documents}x{versions}{'-steps' if steps(0, 1) else ''}", content, documents, versions)


def _store(name: str, content: Callable[[Path], Content], documents: int, versions: int) -> tuple[str, Path]:
    def make(folder: Path) -> None:
        fill(f"sqlite:///{folder}/qms.db", folder, documents, versions, content(folder))

    folder = built(name, make)
    return f"sqlite:///{folder}/qms.db", folder


def instants(count: int = 256) -> list[datetime]:
    """Instants in the second to fifth year, at which every document of `starts` has a version in force."""
    first = datetime(2021, 1, 2, tzinfo=UTC)
    return [first + timedelta(seconds=n * 4 * 365 * DAY // count) for n in range(count)]
