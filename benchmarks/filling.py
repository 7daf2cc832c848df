"""Stores with many documents, made as the store itself would make them: leaf, hash, tree, row, head; only faster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from benchmarks import ours
from benchmarks.candidates import built
from benchmarks.workload import DAY, starts
from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.civil import OFFICE_ZONE, start_of_day
from iso_qms.domain.code import document_key
from iso_qms.domain.merkle import CompactRange, leaf_hash
from iso_qms.store import database, journal, rows
from iso_qms.store.journal import table
from iso_qms.store.tables import HeadRow, JournalRow, NodeRow

BATCH = 20_000


def code(document: int) -> str:
    """The code of the n-th document."""
    return f"QT-{document + 1_000_001}"


def legal_start(seconds: int) -> datetime:
    """The instant from which a version is enforced: the beginning of that day in the office."""
    return start_of_day(datetime.fromtimestamp(seconds, OFFICE_ZONE).date())


def acts(documents: int, versions: int) -> Iterator[ev.Event]:
    """Each version drafted and issued, in the order of their starts."""
    for document, number, at in starts(documents, versions):
        shown, day = code(document), datetime.fromtimestamp(at, OFFICE_ZONE).date()
        sha256 = f"{document * 100 + number:064x}"
        yield ev.Drafted(
            document=document_key(shown),
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
        yield ev.Issued(
            document=document_key(shown),
            number=number,
            sha256=sha256,
            legal_date=day,
            start=start_of_day(day),
            decision=f"{number}/QĐ-UBND",
            transition="finish",
        )


def fill(url: str, folder: Path, documents: int, versions: int) -> None:
    """Make a store and record drafts and issues of many documents in it."""
    qms = ours.found(url, folder, clock=_Before())
    engine = qms._engine
    with database.writer(engine).begin() as connection:
        batch = _Batch(connection, qms.registers)
        for event in acts(documents, versions):
            batch.add(event)
        batch.close()
    qms.close()


class _Before:
    """The clock of an office that recorded everything before the first start."""

    def now(self) -> datetime:
        """1 December 2019."""
        return datetime(2019, 12, 1, tzinfo=UTC)


class _Batch:
    def __init__(self, connection: Any, registers: Any) -> None:
        self._connection = connection
        head = journal.head(connection)
        self._tree, self._at = CompactRange.from_bytes(head.frontier), head.last_at
        self._entries: list[dict[str, Any]] = []
        self._nodes: list[dict[str, Any]] = []
        self._rows: dict[str, list[dict[str, Any]]] = {}

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
    """The address and folder of a SQLite store of so many documents, made once a run."""

    def make(folder: Path) -> None:
        fill(f"sqlite:///{folder}/qms.db", folder, documents, versions)

    folder = built(f"store-{documents}x{versions}", make)
    return f"sqlite:///{folder}/qms.db", folder


def instants(count: int = 256) -> list[datetime]:
    """Instants in the second to fifth year, at which every document of `starts` has a version in force."""
    first = datetime(2021, 1, 2, tzinfo=UTC)
    return [first + timedelta(seconds=n * 4 * 365 * DAY // count) for n in range(count)]
