"""The desk's own tables: dossiers, the acts done on them, pauses, letters, refusals and what the desk is set to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Dialect, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

OPEN, PAUSED, RETURNED, STOPPED = "open", "paused", "returned", "stopped"


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as ISO 8601 text in UTC: every database gives back what was put in, and sorts it."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text; raises ValueError for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """The desk's tables; `Base.metadata` goes into the migrations of a desk that adopts them."""

    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012


class Dossier(Base):
    """One dossier: who brought what, when, and until when the result is promised.

    `first_due_at` is the first promise; `due_at` moves by pauses and by the one extension. Personal data stay here.
    """

    __tablename__ = "mc_dossier"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(40), index=True)
    unit: Mapped[str | None] = mapped_column(String(100))
    applicant: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(40))
    components: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(index=True)
    keyed_at: Mapped[datetime]
    keyed_by: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), index=True, default=OPEN)
    first_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    extended_to: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(500), default="")


class Part(Base):
    """One agency's part of a dossier (liên thông): the document it follows; its citations are the pins of that pair.

    `reason` is the code under which the version was accepted at receipt (CURRENT, GRACE …).
    """

    __tablename__ = "mc_part"

    dossier: Mapped[str] = mapped_column(ForeignKey("mc_dossier.code"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(200), index=True)
    agency: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(60))


class StepDone(Base):
    """One step that was done: by whom in which role, handed over when, due when, done when; never changed."""

    __tablename__ = "mc_step"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier: Mapped[str] = mapped_column(ForeignKey("mc_dossier.code"), index=True)
    document: Mapped[str] = mapped_column(String(200))
    step: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(100))
    account: Mapped[str] = mapped_column(String(100))
    handed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime]
    warning: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")


class Stop(Base):
    """An interval in which the clock of a dossier stood still: for a supplement, or by a decision."""

    __tablename__ = "mc_pause"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier: Mapped[str] = mapped_column(ForeignKey("mc_dossier.code"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000))
    asked: Mapped[list[str]]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(100))


class Letter(Base):
    """A form that went out, numbered within its purpose and year; `facts` is what was printed on it."""

    __tablename__ = "mc_letter"
    __table_args__ = (UniqueConstraint("purpose", "year", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier: Mapped[str] = mapped_column(String(60), index=True, default="")
    purpose: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    number: Mapped[int]
    form: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    facts: Mapped[dict[str, Any]]


class RefusedAct(Base):
    """Something that was tried and refused: what, by whom, under which reason, and the sentence that was shown."""

    __tablename__ = "mc_refusal"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(40))
    dossier: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(60))
    vi: Mapped[str] = mapped_column(String(2000))
    en: Mapped[str] = mapped_column(String(2000))


class Counter(Base):
    """The last number given out in a series: the dossiers of a day, the letters of a year."""

    __tablename__ = "mc_counter"

    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]


class Account(Base):
    """An officer's account in a role of a unit: the list that goes with an approved internal process."""

    __tablename__ = "mc_account"

    unit: Mapped[str] = mapped_column(String(100), primary_key=True, default="")
    role: Mapped[str] = mapped_column(String(100), primary_key=True)
    account: Mapped[str] = mapped_column(String(100), primary_key=True)


class Configured(Base):
    """What the desk is set to for one document: version, digest of its steps, and whether it may receive.

    `pos` is the journal position of the last news that was followed.
    """

    __tablename__ = "mc_configured"

    document: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    steps_sha256: Mapped[str] = mapped_column(String(64), default="")
    receiving: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime | None]
    withdrawn_from: Mapped[datetime | None]
    pos: Mapped[int] = mapped_column(default=-1)


class Heard(Base):
    """The news the desk has followed, by its id, so that being told twice changes nothing."""

    __tablename__ = "mc_heard"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
