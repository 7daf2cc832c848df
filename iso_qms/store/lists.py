"""Registers straight from the act tables: each SQL answer has a pure twin in the domain and a test compares them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, bindparam, exists, func, select, type_coerce, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.types import NullType
from sqlmodel.sql.sqltypes import UTCDateTime

from iso_qms.domain.document import label_text
from iso_qms.store.document_tables import DraftRow, IssueRow, RatificationRow, RescissionRow
from iso_qms.store.journal import table
from iso_qms.store.rows import table_of

L = TypeVar("L")

KEPT_LINES = 100_000
"""Lines of master lists that a process keeps, some 70 MB; more documents are read from the database each time."""

AT_ONCE = 1000
"""Lines that one statement reads."""

_FOREVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
_AT, _KNOWN = (bindparam(name, type_=UTCDateTime()) for name in ("at", "known"))


def document_keys(connection: Connection) -> list[str]:
    """Keys of all documents that were ever drafted, in order."""
    draft = table(DraftRow)
    return list(connection.execute(select(draft.c.document).distinct().order_by(draft.c.document)).scalars())


def spellings(connection: Connection, keys: Collection[str]) -> list[str]:
    """The codes, as printed, that some documents ever had."""
    draft = table(DraftRow)
    return list(connection.execute(select(draft.c.code).where(draft.c.document.in_(keys)).distinct()).scalars())


class MasterLists(Generic[L]):
    """The master list of one store at any instant; the line of an issue never changes, so it is read once and kept.

    `make` makes a line of code, title, kind, unit, number, label, sha256, legal date, start and decision. At most
    `KEPT_LINES` lines are kept; threads at worst read a line twice.
    """

    def __init__(self, make: Callable[..., L]) -> None:
        self._make = make
        self._lines: dict[int, L] = {}

    def at(self, connection: Connection, at: datetime, known: datetime | None = None) -> list[L]:
        """What is in force at T as known at K, one line a document, by document."""
        positions = _governing(connection, at, known)
        lines = self._lines
        missing = [pos for pos in positions if pos not in lines]
        if missing:
            lines = lines | {pos: self._make(*line) for pos, line in _read(connection, missing)}
            if len(lines) <= KEPT_LINES:
                self._lines = lines
        return [lines[pos] for pos in positions]


def _governing(connection: Connection, at: datetime, known: datetime | None) -> list[int]:
    """The issue that governs each document at T as known at K, by document: the live one with the greatest start."""
    asked = {"at": at, "known": known or _FOREVER}
    # Seldom is any entry dead or any document withdrawn: what is not there need not be looked for row by row.
    dead = connection.execute(_DEAD, asked).first() is not None
    dialect, knowing = connection.dialect.name, known is not None
    ended = {
        document: start for _, document, start in connection.execute(_top(dialect, "withdrawn", dead, knowing), asked)
    }
    found = connection.execute(_top(dialect, "issued", dead, knowing), asked)
    return [pos for pos, document, start in found if not ended or document not in ended or start > ended[document]]


def _read(connection: Connection, positions: list[int]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for first in range(0, len(positions), AT_ONCE):
        for row in connection.execute(_LINES, {"positions": positions[first : first + AT_ONCE]}):
            pos, code, title, kind, unit, number, issue, revision, *rest = row
            yield pos, (code, title, kind, unit, number, label_text(issue, revision), *rest)


@cache
def _top(dialect: str, act: str, dead: bool, knowing: bool) -> Select[Any]:
    """Position, document and start (as the driver gives it) of the newest entry that began, one a document."""
    entry = table_of(act)
    start = type_coerce(entry.c.start, NullType)
    query = select(entry.c.pos, entry.c.document).where(entry.c.start <= _AT).order_by(entry.c.document)
    if dead:
        query = query.where(entry.c.pos.not_in(_dead()))
    if knowing:
        query = query.where(entry.c.at <= _KNOWN)
    if dialect == "sqlite":
        # Beside max() SQLite gives the other columns of the row that has it; by far its quickest way.
        return query.add_columns(func.max(start)).group_by(entry.c.document)
    return query.add_columns(start).ext(distinct_on(entry.c.document)).order_by(entry.c.start.desc())


def _dead() -> Any:
    """Entries that were rescinded before they began, and emergency issues that ended without being ratified."""
    rescission, ratification, issue = table(RescissionRow), table(RatificationRow), table_of("issued")
    emergency = issue.alias("emergency")
    confirmed = exists().where(
        ratification.c.entry == emergency.c.pos, ratification.c.at <= _KNOWN, ratification.c.at < emergency.c.until
    )
    return union_all(
        select(rescission.c.entry).where(rescission.c.at <= _KNOWN),
        select(emergency.c.pos).where(emergency.c.until <= _AT, ~confirmed),
    )


def _lines() -> Select[Any]:
    """The newest content of the issued version before each issue: what was approved and issued."""
    draft, issue = table(DraftRow), table(IssueRow)
    content = draft.alias("content")
    newest = (
        select(func.max(content.c.pos))
        .where(content.c.document == issue.c.document, content.c.number == issue.c.number, content.c.pos < issue.c.pos)
        .correlate(issue)
        .scalar_subquery()
    )
    of_draft = (draft.c[name] for name in ("code", "title", "kind", "unit", "number", "issue", "revision", "sha256"))
    return (
        select(issue.c.pos, *of_draft, issue.c.legal_date, issue.c.start, issue.c.decision)
        .join_from(issue, draft, draft.c.pos == newest)
        .where(issue.c.pos.in_(bindparam("positions", expanding=True)))
    )


_DEAD = _dead()
_LINES = _lines()
