"""SQLAlchemy: the citations of dossiers in a service's own database and transaction, beside the dossiers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    Select,
    String,
    Table,
    and_,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Citation
from iso_qms.guard.errors import PinConflict
from iso_qms.guard.pins import Override, ratified

__all__ = ["SqlAlchemyPins", "metadata"]

metadata = MetaData()
"""The four tables; a service adds them to its migrations, or calls `metadata.create_all(engine)` once.

Instants are ISO 8601 text with their offset, so that every database gives back exactly what was put in.
"""

_pin = Table(
    "qms_pin",
    metadata,
    Column("dossier", String(200), nullable=False),
    Column("document", String(200), nullable=False),
    Column("place", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("label", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("pos", Integer, nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
    Column("act", JSON, nullable=False),
    PrimaryKeyConstraint("dossier", "document", "place"),
    Index("qms_pin_document", "document", "dossier"),
)
_closed = Table(
    "qms_pin_closed",
    metadata,
    Column("dossier", String(200), primary_key=True),
    Column("document", String(200), primary_key=True),
    Column("at", String(40), nullable=False),
)
_override = Table(
    "qms_override",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("dossier", String(200), nullable=False),
    Column("document", String(200), nullable=False),
    Column("denied", String(60), nullable=False),
    Column("who", String(200), nullable=False),
    Column("reason", String(2000), nullable=False),
    Column("at", String(40), nullable=False),
    Column("until", String(40), nullable=False),
)
_ratified = Table(
    "qms_override_ratified",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("who", String(200), nullable=False),
    Column("ratification", String(2000), nullable=False),
)


class SqlAlchemyPins:
    """A PinStore in the session or connection that a function gives, and in its transaction: nothing is committed here.

    `current` returns the session of the running request, for instance a `scoped_session` or `lambda: session`.
    Dossier and citation therefore live or die together.
    """

    def __init__(self, current: Callable[[], Session | Connection]) -> None:
        self._current = current

    def get(self, dossier: str, document: str) -> Citation | None:
        """The last citation added."""
        query = _pins_of(dossier, document).order_by(_pin.c.place.desc()).limit(1)
        row = self._current().execute(query).first()
        return None if row is None else _citation(row)

    def add(
        self, dossier: str, citation: Citation, expect: Citation | None, act: Mapping[str, Any] | None = None
    ) -> None:
        """Append after comparing; the primary key decides between two that compared at the same time."""
        held = self.history(dossier, citation.document)
        if (held[-1] if held else None) != expect:
            raise PinConflict(dossier=dossier, document=citation.document)
        row = {name: getattr(citation, name) for name in Citation.__slots__}
        row |= {"at": aware(citation.at).isoformat(), "dossier": dossier, "place": len(held), "act": dict(act or {})}
        session = self._current()
        try:
            # A savepoint: losing the race must not break the transaction that the dossier is in.
            with session.begin_nested():
                session.execute(insert(_pin).values(row))
        except IntegrityError as error:
            raise PinConflict(dossier=dossier, document=citation.document) from error

    def history(self, dossier: str, document: str) -> list[Citation]:
        """All of them, oldest first."""
        return [_citation(row) for row in self._current().execute(_pins_of(dossier, document).order_by(_pin.c.place))]

    def acts(self, dossier: str, document: str) -> list[Mapping[str, Any]]:
        """One for each citation."""
        return [row.act for row in self._current().execute(_pins_of(dossier, document).order_by(_pin.c.place))]

    def active(self, document: str) -> Iterable[tuple[str, Citation]]:
        """Open dossiers with their last citation."""
        last = select(_pin.c.dossier, func.max(_pin.c.place).label("place")).where(_pin.c.document == document)
        newest = last.group_by(_pin.c.dossier).subquery()
        done = select(_closed.c.dossier).where(_closed.c.document == document)
        same = and_(_pin.c.dossier == newest.c.dossier, _pin.c.place == newest.c.place)
        query = select(_pin).join(newest, same).where(_pin.c.document == document, _pin.c.dossier.not_in(done))
        return [(row.dossier, _citation(row)) for row in self._current().execute(query.order_by(_pin.c.dossier))]

    def close(self, dossier: str, document: str, at: datetime) -> None:
        """Record that it is finished; a second time changes nothing."""
        session = self._current()
        there = select(_closed.c.at).where(_closed.c.dossier == dossier, _closed.c.document == document)
        if session.execute(there).first() is None:
            values = {"dossier": dossier, "document": document, "at": aware(at).isoformat()}
            session.execute(insert(_closed).values(values))

    def add_override(self, override: Override) -> Override:
        """Numbered by the database."""
        values = {
            "dossier": override.dossier,
            "document": override.document,
            "denied": override.denied,
            "who": override.by,
            "reason": override.reason,
            "at": aware(override.at).isoformat(),
            "until": aware(override.until).isoformat(),
        }
        number = self._current().execute(insert(_override).values(values).returning(_override.c.number)).scalar_one()
        return replace(override, number=int(number))

    def ratify_override(self, number: int, by: str, ratification: str) -> Override:
        """Once only: the primary key sees to it."""
        found = [override for override in self.overrides() if override.number == number]
        if not found:
            raise LookupError(number)
        done = ratified(found[0], by, ratification)
        values = {"number": number, "who": by, "ratification": ratification}
        session = self._current()
        try:
            with session.begin_nested():
                session.execute(insert(_ratified).values(values))
        except IntegrityError as error:
            raise ValueError(f"{number}: đã được phê chuẩn / already ratified") from error
        return done

    def overrides(self, dossier: str | None = None, document: str | None = None) -> list[Override]:
        """Filtered by dossier and document, oldest first."""
        query = select(_override, _ratified.c.who.label("ratified_by"), _ratified.c.ratification).outerjoin(
            _ratified, _ratified.c.number == _override.c.number
        )
        if dossier is not None:
            query = query.where(_override.c.dossier == dossier)
        if document is not None:
            query = query.where(_override.c.document == document)
        return [_read_override(row) for row in self._current().execute(query.order_by(_override.c.number))]


def _pins_of(dossier: str, document: str) -> Select[Any]:
    return select(_pin).where(_pin.c.dossier == dossier, _pin.c.document == document)


def _citation(row: Row[Any]) -> Citation:
    at = datetime.fromisoformat(row.at)
    return Citation(row.document, row.version, row.label, row.sha256, at, row.reason, row.pos, bytes(row.checkpoint))


def _read_override(row: Row[Any]) -> Override:
    start, end = datetime.fromisoformat(row.at), datetime.fromisoformat(row.until)
    told = row.ratified_by or "", row.ratification or ""
    return Override(row.number, row.dossier, row.document, row.denied, row.who, row.reason, start, end, *told)
