"""The journal: lock the head, append leaf, row and nodes, move the head in one transaction; and read it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, bindparam, func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from iso_qms._version import __version__
from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.acts import civil_text
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.disclosure import Disclosure
from iso_qms.domain.disclosure import read as read_disclosure
from iso_qms.domain.errors import ClockBehind, Conflict, JournalBroken, QmsError, StoreExists, StoreTrouble
from iso_qms.domain.merkle import CompactRange, leaf_hash
from iso_qms.store import database, generation, rows
from iso_qms.store.base import Base
from iso_qms.store.tables import DisclosureRow, HeadRow, JournalRow, NodeRow

SOFTWARE = f"iso_qms/{__version__}"
STEP = timedelta(microseconds=1)
CLOCK_SLACK = timedelta(seconds=30)
"""How far this clock may be behind the newest entry (several machines write); further behind, nothing is written."""


@cache
def table(kind: type[Base]) -> Table:
    """The SQLAlchemy table of a row class, for statements without the ORM's bookkeeping."""
    return cast(Table, vars(kind)["__table__"])


class Writer:
    """One write transaction that holds the head's lock; entries get their positions and instants here.

    Instants strictly increase with the position; a clock that is far behind the newest entry is refused.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        head = connection.execute(_LOCK_HEAD).one()
        self._tree = CompactRange.from_bytes(head.frontier)
        if self._tree.size != head.size or self._tree.root() != head.root:
            raise JournalBroken(pos=head.size)
        if now < head.last_at - CLOCK_SLACK:
            raise ClockBehind(since=civil_text(head.last_at, OFFICE_ZONE))
        self._first = self._tree.size
        self.now = max(now.astimezone(UTC), head.last_at + STEP)
        """The instant of the next entry, aware UTC."""

    @property
    def size(self) -> int:
        """How many entries the journal has, those of this transaction included."""
        return self._tree.size

    def append(
        self,
        event: ev.Event,
        *,
        actor: str,
        auth: str,
        entered_by: str | None = None,
        disclosures: Mapping[str, Disclosure] | None = None,
    ) -> ev.Recorded:
        """Record one act: leaf, row, tree nodes and disclosures; the head follows when the transaction ends."""
        record = ev.Recorded(self._tree.size, self.now, actor, event, entered_by, auth)
        shown = disclosures or {}
        leaf = leaves.encode(
            event,
            at=record.at,
            actor=actor,
            auth=auth,
            software=SOFTWARE,
            entered_by=entered_by,
            disclosed=[item.digest for item in shown.values()],
        )
        digest = leaf_hash(leaf)
        self.connection.execute(_INSERT_ENTRY, entry_row(record, leaf, digest))
        self.connection.execute(_insert_of(event.act), rows.row_of(record))
        nodes = [{"level": level, "idx": idx, "hash": node} for level, idx, node in self._tree.append(digest)]
        if nodes:
            self.connection.execute(_INSERT_NODE, nodes)
        if shown:
            self.connection.execute(_INSERT_DISCLOSURE, [_shown(record, d) for d in shown.values()])
        self.now += STEP
        return record

    def finish(self) -> None:
        """Move the head to what was appended."""
        if self._tree.size > self._first:
            self.connection.execute(
                _MOVE_HEAD,
                {
                    "size": self._tree.size,
                    "root": self._tree.root(),
                    "frontier": self._tree.to_bytes(),
                    "last_at": self.now - STEP,
                },
            )
            if self.connection.dialect.name == "postgresql":
                # Delivered by PostgreSQL at commit, to every machine that listens.
                self.connection.execute(_NOTIFY)


def entry_row(record: ev.Recorded, leaf: bytes, digest: bytes) -> dict[str, Any]:
    """The journal's row of an entry: the leaf, its hash, and the copies by which entries are found."""
    return {
        "pos": record.pos,
        "leaf": leaf,
        "leaf_hash": digest,
        "act": record.event.act,
        "subject": rows.subject_of(record.event),
        "actor": record.actor,
        "at": record.at,
        "auth": record.auth,
    }


@contextmanager
def writing(engine: Engine, now: datetime) -> Iterator[Writer]:
    """A write transaction: commits when the block ends, leaves nothing behind when it raises.

    Raises `Conflict` where the database refuses a second act of the same kind, `StoreTrouble` where it cannot write.
    """
    with _refusing(Conflict()), generation.announced(engine), database.writer(engine).begin() as connection:
        writer = Writer(connection, now)
        yield writer
        writer.finish()


@contextmanager
def _refusing(second: QmsError) -> Iterator[None]:
    """Give the database's troubles a sentence; `second` where it holds already what only one may be."""
    try:
        yield
    except IntegrityError:
        raise second from None
    except DatabaseError as error:
        raise StoreTrouble(what=str(error.orig).splitlines()[0]) from None


def is_founded(engine: Engine) -> bool:
    """Whether the journal has its head; a founding that a crash cut off has not."""
    with engine.connect() as connection:
        return connection.execute(_HEAD).first() is not None


def found(engine: Engine, event: ev.StoreFounded, *, actor: str, now: datetime, operator: Disclosure) -> None:
    """Write the empty head and the first two entries: who founds the store, and which authority's journal it is."""
    with _refusing(StoreExists(where=database.where(engine))), database.writer(engine).begin() as connection:
        empty = CompactRange()
        connection.execute(
            insert(table(HeadRow)),
            {"id": 1, "size": 0, "root": empty.root(), "frontier": empty.to_bytes(), "last_at": now - STEP},
        )
        writer = Writer(connection, now)
        writer.append(ev.OperatorSeen(actor), actor=actor, auth="operator", disclosures={"login": operator})
        writer.append(event, actor=actor, auth="operator")
        writer.finish()


# --- reading ------------------------------------------------------------------------------------------------------


def head(connection: Connection) -> Any:
    """The head row: size, root, frontier, last_at."""
    return connection.execute(_HEAD).one()


def history(connection: Connection, *subjects: str) -> list[ev.Recorded]:
    """Everything recorded about some subjects, in the order of the journal."""
    if len(subjects) == 1:
        found = connection.execute(_HISTORY, {"subject": subjects[0]})
    else:
        entry = table(JournalRow)
        found = connection.execute(
            select(entry.c.pos, entry.c.leaf).where(entry.c.subject.in_(subjects)).order_by(entry.c.pos)
        )
    return [_decode(row) for row in found]


def entries(connection: Connection, first: int = 0, last: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Positions and leaf bytes of a range of the journal, `last` included, streamed."""
    entry = table(JournalRow)
    query = select(entry.c.pos, entry.c.leaf).where(entry.c.pos >= first).order_by(entry.c.pos)
    if last is not None:
        query = query.where(entry.c.pos <= last)
    with connection.execution_options(yield_per=2000).execute(query) as found:
        for row in found:
            yield row.pos, bytes(row.leaf)


def recorded(connection: Connection, first: int = 0, last: int | None = None) -> Iterator[ev.Recorded]:
    """The events of a range of the journal, in order."""
    for pos, leaf in entries(connection, first, last):
        yield leaves.decode(leaf, pos)


def node_reader(connection: Connection) -> Any:
    """A reader of tree nodes by level and index for proofs; level 0 are the leaf hashes of the entries."""

    def read(level: int, idx: int) -> bytes:
        if level == 0:
            found = connection.execute(_LEAF_HASH, {"pos": idx}).scalar_one()
        else:
            found = connection.execute(_NODE, {"level": level, "idx": idx}).scalar_one()
        return bytes(found)

    return read


def _decode(row: Any) -> ev.Recorded:
    try:
        return leaves.decode(row.leaf, row.pos)
    except (ValueError, KeyError, TypeError):
        raise JournalBroken(pos=row.pos) from None


def _shown(record: ev.Recorded, disclosure: Disclosure) -> dict[str, Any]:
    said = read_disclosure(disclosure.encoded)
    return {
        "digest": disclosure.digest,
        "pos": record.pos,
        "subject": rows.subject_of(record.event),
        "name": said.name,
        "encoded": disclosure.encoded,
        "value": str(said.value),
    }


@cache
def _insert_of(act: str) -> Any:
    return insert(rows.table_of(act))


_E, _N, _H = table(JournalRow), table(NodeRow), table(HeadRow)
_INSERT_ENTRY = insert(_E)
_INSERT_NODE = insert(_N)
_INSERT_DISCLOSURE = insert(table(DisclosureRow))
_HEAD = select(_H).where(_H.c.id == 1)
_LOCK_HEAD = _HEAD.with_for_update()  # on SQLite BEGIN IMMEDIATE is the lock
_MOVE_HEAD = update(_H).where(_H.c.id == 1)
_HISTORY = select(_E.c.pos, _E.c.leaf).where(_E.c.subject == bindparam("subject")).order_by(_E.c.pos)
_LEAF_HASH = select(_E.c.leaf_hash).where(_E.c.pos == bindparam("pos"))
_NOTIFY = select(func.pg_notify(generation.CHANNEL, ""))
_NODE = select(_N.c.hash).where(_N.c.level == bindparam("level"), _N.c.idx == bindparam("idx"))
