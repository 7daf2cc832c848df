"""News to plugins: from the journal by cursor, after commit, at least once, in order per document, each apart."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from iso_qms.domain import events as ev
from iso_qms.domain.document import Document
from iso_qms.domain.extension import News
from iso_qms.host import Host, PluginFailed
from iso_qms.services.performing import Clock
from iso_qms.store import database, journal
from iso_qms.store.journal import table
from iso_qms.store.tables import CursorRow, ParcelRow

URGENT = ("iso_qms_suspended", "iso_qms_resumed")
MOST_TRIES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=6)
BATCH = 500

HOOKS: dict[type[ev.Event], str] = {
    ev.Issued: "iso_qms_issued",
    ev.Withdrawn: "iso_qms_withdrawn",
    ev.Rescinded: "iso_qms_rescinded",
    ev.Suspended: "iso_qms_suspended",
    ev.Resumed: "iso_qms_resumed",
}
TIMED = ("iso_qms_superseded", "iso_qms_came_into_force")
ORDER = (*HOOKS.values(), *TIMED)
"""What of one instant is told first: the decision, then what it ends, then what it begins."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did: told, failed and to be told again, parked for good, and waiting for their time."""

    told: int
    failed: int
    parked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One piece of news for one subscriber that is not acknowledged yet; `parked` after too many tries."""

    subscriber: str
    pos: int
    hook: str
    document: str
    at: datetime
    due: datetime
    tries: int
    parked: bool
    trouble: str

    @property
    def lane(self) -> tuple[str, bool]:
        """What must be told in order: one document's urgent news, and its other news."""
        return self.document, self.hook not in URGENT


class Delivery:
    """Tells the loaded plugins what happened; run it after acts, from cron, or in the server's background."""

    def __init__(self, engine: Engine, host: Host, clock: Clock, origin: str) -> None:
        self._engine = engine
        self._host = host
        self._clock = clock
        self._origin = origin

    def run(self) -> Delivered:
        """Queue what is new and tell what is due; a failing plugin or document never holds back another."""
        told = failed = 0
        for subscriber in self._host.loaded:
            while self._queue(subscriber):
                pass
            done, broken = self._tell(subscriber)
            told, failed = told + done, failed + broken
        left = self.parcels()
        return Delivered(told, failed, sum(p.parked for p in left), sum(not p.parked for p in left))

    def parcels(self) -> list[Parcel]:
        """Everything that is not acknowledged, in the order of the journal."""
        source = table(ParcelRow)
        with self._engine.connect() as connection:
            found = connection.execute(select(source).order_by(source.c.subscriber, source.c.pos, source.c.hook))
            return [Parcel(**row) for row in found.mappings()]

    def retry(self, subscriber: str) -> int:
        """Give a subscriber's parked parcels another series of tries; how many there were."""
        source = table(ParcelRow)
        with database.writer(self._engine).begin() as connection:
            done = connection.execute(
                update(source)
                .where(source.c.subscriber == subscriber, source.c.parked.is_(True))
                .values(parked=False, tries=0, due=self._clock.now())
            )
            return int(done.rowcount)

    # --- from the journal to parcels ------------------------------------------------------------------------------

    def _queue(self, subscriber: str) -> bool:
        """Turn some new entries into parcels and move the cursor, in one transaction without plugin code."""
        wanted = {hook for hook in (*HOOKS.values(), *TIMED) if self._wants(subscriber, hook)}
        try:
            with database.writer(self._engine).begin() as connection:
                after = _cursor(connection, subscriber)
                found = list(journal.recorded(connection, after + 1, after + BATCH))
                if not found:
                    return False
                parcels = [p for record in found for p in _parcels(subscriber, record, wanted)]
                if parcels:
                    connection.execute(insert(table(ParcelRow)), parcels)
                _move(connection, subscriber, found[-1].pos)
                return True
        except IntegrityError:
            return False  # another process queued the same entries first

    def _wants(self, subscriber: str, hook: str) -> bool:
        return any(name == subscriber for name, _, _ in self._host.implementers(hook))

    # --- from parcels to plugins ----------------------------------------------------------------------------------

    def _tell(self, subscriber: str) -> tuple[int, int]:
        told = failed = 0
        stopped: set[tuple[str, bool]] = set()  # lanes whose order forbids to go on now
        now = self._now()
        for parcel in self._in_order(subscriber):
            if parcel.lane in stopped:
                continue
            if parcel.parked or parcel.due > now:
                stopped.add(parcel.lane)
            elif self._one(parcel):
                told += 1
            else:
                stopped.add(parcel.lane)
                failed += 1
        return told, failed

    def _in_order(self, subscriber: str) -> list[Parcel]:
        """A subscriber's parcels, urgent ones first, the others in the order of their instants."""
        mine = (parcel for parcel in self.parcels() if parcel.subscriber == subscriber)
        return sorted(mine, key=lambda p: (p.lane[1], p.at, p.pos, ORDER.index(p.hook)))

    def _now(self) -> datetime:
        # Entries of one moment are a microsecond apart, so the newest may be ahead of the clock.
        with self._engine.connect() as connection:
            newest: datetime = journal.head(connection).last_at
        return max(self._clock.now(), newest)

    def _one(self, parcel: Parcel) -> bool:
        """Tell one parcel with no transaction open; whether it is done with."""
        news = self._news(parcel)
        implementation = next(i for i in self._host.implementers(parcel.hook) if i[0] == parcel.subscriber)
        try:
            if news is not None:
                self._host.call(parcel.subscriber, implementation[1], implementation[2], {"event": news})
        except PluginFailed as failure:
            self._postpone(parcel, failure.why)
            return False
        self._done(parcel)
        return True

    def _news(self, parcel: Parcel) -> News | None:
        """The news of a parcel; None when there is nothing to tell any more (rescinded before its start)."""
        with self._engine.connect() as connection:
            document = Document.fold(parcel.document, journal.history(connection, parcel.document))
        record = next(r for r in document.history if r.pos == parcel.pos)
        timeline = document.timeline()
        live = {entry.pos: entry for entry in timeline.live()}
        event = record.event
        number = getattr(event, "number", None)
        start = getattr(event, "start", None)
        entry = live.get(parcel.pos)
        earlier = timeline.before(entry) if entry is not None else None
        previous = earlier.version if earlier is not None else None
        if parcel.hook in TIMED and entry is None:
            return None
        if parcel.hook == "iso_qms_superseded":
            if previous is None or previous == number:
                return None
            number, previous = previous, number
        version = document.versions.get(number) if number is not None else None
        return News(
            id=f"{self._origin}/{parcel.pos}/{parcel.hook.removeprefix('iso_qms_')}",
            type=parcel.hook.removeprefix("iso_qms_"),
            pos=parcel.pos,
            document=document.last.code,
            recorded_at=record.at,
            actor=record.actor,
            version=number,
            sha256=version.content.sha256 if version else None,
            start=start,
            previous=previous,
        )

    def _postpone(self, parcel: Parcel, why: str) -> None:
        tries = parcel.tries + 1
        wait = min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311 (spread only)
        values = {"tries": tries, "due": self._clock.now() + wait, "trouble": why[:500], "parked": tries >= MOST_TRIES}
        source = table(ParcelRow)
        with database.writer(self._engine).begin() as connection:
            connection.execute(update(source).where(*_key(parcel)).values(**values))

    def _done(self, parcel: Parcel) -> None:
        with database.writer(self._engine).begin() as connection:
            connection.execute(delete(table(ParcelRow)).where(*_key(parcel)))


def _parcels(subscriber: str, record: ev.Recorded, wanted: set[str]) -> Iterator[dict[str, Any]]:
    hook = HOOKS.get(type(record.event))
    if hook is None or not isinstance(record.event, ev.DocumentEvent):
        return
    due = {hook: record.at}
    if isinstance(record.event, ev.Issued):
        due |= dict.fromkeys(TIMED, record.event.start)
    for name, at in due.items():
        if name in wanted:
            yield {
                "subscriber": subscriber,
                "pos": record.pos,
                "hook": name,
                "document": record.event.document,
                "at": at,
                "due": at,
                "tries": 0,
                "parked": False,
                "trouble": "",
            }


def _cursor(connection: Connection, subscriber: str) -> int:
    source = table(CursorRow)
    query = select(source.c.pos).where(source.c.subscriber == subscriber).with_for_update()
    found = connection.execute(query).scalar()
    return -1 if found is None else int(found)


def _move(connection: Connection, subscriber: str, pos: int) -> None:
    source = table(CursorRow)
    if connection.execute(update(source).where(source.c.subscriber == subscriber).values(pos=pos)).rowcount == 0:
        connection.execute(insert(source), {"subscriber": subscriber, "pos": pos})


def _key(parcel: Parcel) -> tuple[Any, ...]:
    source = table(ParcelRow)
    return (
        source.c.subscriber == parcel.subscriber,
        source.c.pos == parcel.pos,
        source.c.hook == parcel.hook,
    )
