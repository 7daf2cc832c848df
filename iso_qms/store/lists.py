"""Registers straight from the act tables: each SQL answer has a pure twin in the domain and a test compares them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, select, union_all
from sqlmodel.sql.sqltypes import UTCDateTime

from iso_qms.domain.document import label_text
from iso_qms.store.document_tables import DraftRow, IssueRow, RatificationRow, RescissionRow, WithdrawalRow
from iso_qms.store.journal import table

_FOREVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def document_keys(connection: Connection) -> list[str]:
    """Keys of all documents that were ever drafted, in order."""
    draft = table(DraftRow)
    return list(connection.execute(select(draft.c.document).distinct().order_by(draft.c.document)).scalars())


def spellings(connection: Connection, keys: Collection[str]) -> list[str]:
    """The codes, as printed, that some documents ever had."""
    draft = table(DraftRow)
    return list(connection.execute(select(draft.c.code).where(draft.c.document.in_(keys)).distinct()).scalars())


def master_list(connection: Connection, at: datetime, known: datetime | None = None) -> Iterator[tuple[Any, ...]]:
    """Code, title, kind, unit, number, label, sha256, legal date, start and decision of what is in force, by code."""
    asked = {"at": at, "known": known or _FOREVER}
    for row in connection.execution_options(yield_per=5000).execute(_master_list(), asked):
        yield (
            row.code,
            row.title,
            row.kind,
            row.unit,
            row.number,
            label_text(row.issue, row.revision),
            row.sha256,
            row.legal_date,
            row.start,
            row.decision,
        )


@cache
def _master_list() -> Select[Any]:
    """In force at T as known at K: per document the live entry with the greatest start ≤ T that has not lapsed."""
    draft, issue = table(DraftRow), table(IssueRow)
    entry = _entries().subquery()
    top = select(entry.c.document, func.max(entry.c.start).label("start")).group_by(entry.c.document).subquery()
    content = draft.alias("content")
    newest = (
        select(func.max(content.c.pos))
        .where(content.c.document == issue.c.document, content.c.number == issue.c.number, content.c.pos < issue.c.pos)
        .correlate(issue)
        .scalar_subquery()
    )
    return (
        select(
            draft.c.code,
            draft.c.title,
            draft.c.kind,
            draft.c.unit,
            draft.c.number,
            draft.c.issue,
            draft.c.revision,
            draft.c.sha256,
            issue.c.legal_date,
            issue.c.start,
            issue.c.decision,
        )
        .select_from(entry)
        .join(top, and_(top.c.document == entry.c.document, top.c.start == entry.c.start))
        .join(issue, issue.c.pos == entry.c.pos)
        .join(draft, draft.c.pos == newest)
        .order_by(draft.c.document)
    )


def _entries() -> Any:
    issue, withdrawal = table(IssueRow), table(WithdrawalRow)
    rescission, ratification = table(RescissionRow), table(RatificationRow)
    at = bindparam("at", type_=UTCDateTime())
    known = bindparam("known", type_=UTCDateTime())
    confirmed = exists().where(
        ratification.c.entry == issue.c.pos, ratification.c.at <= known, ratification.c.at < issue.c.until
    )
    lapsed = and_(issue.c.until.is_not(None), issue.c.until <= at, ~confirmed)

    def live(act: Any) -> Any:
        cancelled = exists().where(rescission.c.entry == act.c.pos, rescission.c.at <= known)
        return and_(act.c.start <= at, act.c.at <= known, ~cancelled)

    issued = select(issue.c.document, issue.c.pos, issue.c.start).where(live(issue), ~lapsed)
    ended = select(withdrawal.c.document, withdrawal.c.pos, withdrawal.c.start).where(live(withdrawal))
    return union_all(issued, ended)
