"""How often other services decided what: counts that machines report and people read, without personal data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from iso_qms.domain import errors
from iso_qms.services.conditional import Memo, refuse_repeated
from iso_qms.store import web_tables
from iso_qms.store.web_tables import COUNTS


@dataclass(frozen=True, slots=True)
class Count:
    """Decisions of one kind in one hour: `hour` is its first instant (UTC), `version` None where none was meant."""

    document: str
    version: int | None
    reason: str
    hour: datetime
    count: int
    key: str = ""


class DecisionLogs:
    """The reported counts of one register."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, key: str, counts: Iterable[Count], memo: Memo | None, now: datetime) -> None:
        """Add what a machine reports, all of it or nothing.

        Raises `Repeated` for a report that was taken already, `Conflict` where the same machine reports the same at
        this very moment.
        """
        try:
            with web_tables.writing(self._engine) as connection:
                self._add(connection, key, counts, memo, now)
        except IntegrityError:
            raise errors.Conflict from None

    def _add(self, connection: Connection, key: str, counts: Iterable[Count], memo: Memo | None, now: datetime) -> None:
        if memo is not None:
            refuse_repeated(connection, memo)
            web_tables.remember(connection, memo.digest, memo.fingerprint, -1, now)
        for each in counts:
            line = {"key": key, "document": each.document, "version": each.version or 0}
            web_tables.add_count(connection, {**line, "reason": each.reason, "hour": each.hour}, each.count)

    def of(self, document: str, since: datetime, limit: int) -> list[Count]:
        """What was reported about a document from an hour on, oldest first."""
        query = select(COUNTS).where(COUNTS.c.document == document, COUNTS.c.hour >= since)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(COUNTS.c.hour, COUNTS.c.key).limit(limit)).mappings().all()
        return [Count(**{**row, "version": row["version"] or None}) for row in rows]
