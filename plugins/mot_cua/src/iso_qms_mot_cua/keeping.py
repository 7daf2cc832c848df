"""What a desk stands on: one transaction per act with dossier and citation in it, refusals kept, numbers given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from iso_qms import QmsError
from iso_qms.contrib.sqlalchemy import SqlAlchemyPins
from iso_qms.contrib.sqlalchemy import metadata as pin_tables
from iso_qms.guard import Citation, Denied, Guard, PinStore
from iso_qms_mot_cua.forms.catalogue import form_for
from iso_qms_mot_cua.office import DeskSettings
from iso_qms_mot_cua.refusals import NotOpen, UnknownDossier, UnknownPart
from iso_qms_mot_cua.tables import (
    PAUSED,
    RETURNED,
    STOPPED,
    Account,
    Base,
    Counter,
    Dossier,
    Letter,
    Part,
    RefusedAct,
    Stop,
)
from iso_qms_mot_cua.worktime import Pause

# Built once: a step at the counter asks these every time.
_PARTS = select(Part).where(Part.dossier == bindparam("code")).order_by(Part.place)
_STOPS = select(Stop).where(Stop.dossier == bindparam("code")).order_by(Stop.id)
_HOLDERS = select(Account.account).where(
    Account.role == bindparam("role"), or_(Account.unit == bindparam("unit"), Account.unit == "")
)
STATES = {RETURNED: ("đã trả kết quả", "result handed out"), STOPPED: ("đã dừng giải quyết", "handling stopped")}


def open_tables(url: str) -> Engine:
    """An engine over the desk's database, its tables made where they are missing."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_sqlite)
        event.listen(engine, "begin", _begin)
    Base.metadata.create_all(engine)
    pin_tables.create_all(engine)
    return engine


class Keeping:
    """One desk's database, guard and settings.

    `guard_over` makes the guard over the desk's own store of citations: `lambda pins: Guard.remote(…, pins=pins)` or
    `lambda pins: qms.guard(pins=pins)`. `clock` gives aware instants. Threads may share a desk.
    """

    def __init__(
        self,
        engine: Engine,
        guard_over: Callable[[PinStore], Guard],
        settings: DeskSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.calendar = settings.calendar
        self._here = threading.local()
        self._processes: dict[str, Mapping[str, Any]] = {}
        self.pins: PinStore = SqlAlchemyPins(lambda: self.session)
        self.guard = guard_over(self.pins)

    @property
    def session(self) -> Session:
        """The session of the running act; raises RuntimeError outside of one."""
        found: Session | None = getattr(self._here, "session", None)
        if found is None:
            raise RuntimeError("there is no running act")
        return found

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction to look into, joined when one is open."""
        if getattr(self._here, "session", None) is not None:
            yield self.session
            return
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            self._here.session = session
            try:
                yield session
            finally:
                self._here.session = None

    @contextmanager
    def act(self, name: str, *, by: str, dossier: str = "", subject: str = "") -> Iterator[Session]:
        """One act in one transaction; a refusal leaves nothing of it behind but the record that it was refused."""
        try:
            with self.reading() as session:
                yield session
        except QmsError as refusal:
            self._refused(name, refusal, by=by, dossier=dossier, subject=subject)
            raise

    def refusals(self) -> list[RefusedAct]:
        """Everything that was refused, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(RefusedAct).order_by(RefusedAct.id)))

    def assign(self, role: str, *accounts: str, unit: str | None = None) -> None:
        """Put accounts into a role of a unit, as the list that goes with an approved internal process says."""
        with self.reading() as session:
            for account in accounts:
                session.merge(Account(unit=unit or self.settings.unit or "", role=role, account=account))

    def holders(self, role: str, unit: str | None) -> list[str]:
        """The accounts that hold a role in a unit, or in every unit."""
        return sorted(set(self.session.scalars(_HOLDERS, {"role": role, "unit": unit or ""})))

    # --- looking up --------------------------------------------------------------------------------------------------

    def dossier(self, code: str) -> Dossier:
        """A dossier by its code; raises UnknownDossier."""
        with self.reading() as session:
            found = session.get(Dossier, code)
        if found is None:
            raise UnknownDossier(dossier=code)
        return found

    def parts(self, code: str) -> list[Part]:
        """The parts of a dossier, the desk's own first."""
        with self.reading() as session:
            return list(session.scalars(_PARTS, {"code": code}))

    def part(self, code: str, document: str | None) -> Part:
        """One part of a dossier, the desk's own where no document is named; raises UnknownPart."""
        parts = self.parts(code)
        for each in parts:
            if document in (None, each.document):
                return each
        raise UnknownPart(dossier=code, document=document, documents=", ".join(p.document for p in parts))

    def citations(self, code: str) -> list[Citation]:
        """The active citation of each part of a dossier."""
        with self.reading():
            return [self.guard.pinned(code, part.document) for part in self.parts(code)]

    def process(self, citation: Citation) -> Mapping[str, Any]:
        """The process of the version that a dossier follows; empty where it has none."""
        known = self._processes.get(citation.sha256)
        if known is None:
            # The digest covers the process: what was read once stays right.
            known = self.guard.source.processes(citation.document).get(citation.version) or {}
            if known:
                self._processes[citation.sha256] = known
        return known

    def pauses(self, code: str) -> list[Pause]:
        """When the clock of a dossier stood still; a pause that still lasts ends now."""
        with self.reading() as session:
            stops = list(session.scalars(_STOPS, {"code": code}))
        return [(stop.begun_at, stop.ended_at or self.clock()) for stop in stops]

    def letters(self, code: str) -> list[Letter]:
        """The forms that went out about a dossier, oldest first."""
        with self.reading() as session:
            return list(session.scalars(select(Letter).where(Letter.dossier == code).order_by(Letter.id)))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _unfinished(self, code: str) -> Dossier:
        found = self.dossier(code)
        if found.state in STATES:
            vi, en = STATES[found.state]
            raise NotOpen(dossier=code, state_vi=vi, state_en=en)
        return found

    def _open_stop(self, code: str) -> Stop | None:
        return next((stop for stop in self.session.scalars(_STOPS, {"code": code}) if stop.ended_at is None), None)

    def _is_paused(self, dossier: Dossier) -> bool:
        return dossier.state == PAUSED

    def _next(self, series: str) -> int:
        """The next number of a series; the row is locked until the act is committed."""
        raised = update(Counter).where(Counter.series == series).values(last=Counter.last + 1).returning(Counter.last)
        number = self.session.execute(raised).scalar()
        if number is None:
            number = self._first(series) or self.session.execute(raised).scalar_one()
        return int(number)

    def _first(self, series: str) -> int | None:
        """1 for whoever begins a series; None when somebody else just did."""
        try:
            with self.session.begin_nested():
                self.session.execute(insert(Counter).values(series=series, last=1))
        except IntegrityError:
            return None
        return 1

    def _letter(self, purpose: str, *, dossier: str, by: str, facts: Mapping[str, Any]) -> Letter:
        """A numbered form about a dossier; its wording is fixed by what is given here."""
        now = self.clock()
        on = self.calendar.civil(now)
        letter = Letter(
            dossier=dossier,
            purpose=purpose,
            year=on.year,
            number=self._next(f"letter/{purpose}/{on.year}"),
            form=form_for(purpose, on).name,
            at=now,
            by=by,
            facts=dict(facts),
        )
        self.session.add(letter)
        return letter

    def _refused(self, act: str, refusal: QmsError, *, by: str, dossier: str, subject: str) -> None:
        reason = refusal.decision.reason if isinstance(refusal, Denied) else refusal.code
        said = RefusedAct(
            at=self.clock(),
            act=act,
            dossier=dossier,
            subject=subject[:200],
            by=by,
            reason=reason,
            vi=refusal.message("vi")[:2000],
            en=refusal.message("en")[:2000],
        )
        with self.reading() as session:
            session.add(said)


def _as_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by us, at once for writing: an act never fails half-way because another one was faster.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
