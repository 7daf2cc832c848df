"""Register histories for tests: an office that only does what the acts allow, by hand or drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from iso_qms.domain.civil import OFFICE_ZONE, civil_date, start_of_day
from iso_qms.domain.timeline import (
    Entry,
    Ratification,
    Rescission,
    Resumption,
    Suspension,
    Timeline,
    VersionState,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
VERSIONS = range(1, 9)


def day(month: int, day_: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """A moment of the office's clock, as UTC."""
    return datetime(year, month, day_, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


def digest(number: int) -> str:
    """The sha256 of an invented version."""
    return f"{number:064x}"


@dataclass
class Register:
    """A register of one document that records acts one after another and refuses what the acts refuse."""

    document: str = "QT-07"
    now: datetime = BEGIN
    entries: list[Entry] = field(default_factory=list)
    rescissions: list[Rescission] = field(default_factory=list)
    ratifications: list[Ratification] = field(default_factory=list)
    suspensions: list[Suspension] = field(default_factory=list)
    resumptions: list[Resumption] = field(default_factory=list)
    versions: dict[int, VersionState] = field(default_factory=dict)
    pos: int = 0

    @property
    def timeline(self) -> Timeline:
        return Timeline(
            self.document,
            tuple(self.entries),
            tuple(self.rescissions),
            tuple(self.ratifications),
            tuple(self.suspensions),
            tuple(self.resumptions),
            dict(self.versions),
        )

    def _record(self, at: datetime | None = None) -> int:
        self.now = max(self.now + timedelta(seconds=1), at or self.now)
        self.pos += 1
        return self.pos

    def approve(self, number: int, approved: bool = True, at: datetime | None = None) -> None:
        self._record(at)
        self.versions[number] = VersionState(
            number, digest(number), f"{number:02d}/00", self.now, self.now if approved else None
        )

    def issue(self, version: int | None, legal: date, at: datetime | None = None, **more) -> Entry | None:
        pos = self._record(at)
        start = max(start_of_day(legal), self.now)
        if any(e.start == start for e in self.timeline.live()):
            return None
        if more.get("until") is not None and more["until"] <= start:
            return None
        entry = Entry(pos, self.now, "duyet", start, version, legal, f"{pos}/QĐ-UBND", **more)
        self.entries.append(entry)
        return entry

    def withdraw(self, legal: date, at: datetime | None = None, **more) -> Entry | None:
        return self.issue(None, legal, at, **more)

    def rescind(self, entry: Entry, at: datetime | None = None) -> bool:
        pos = self._record(at)
        if self.now >= entry.start:
            return False
        self.rescissions.append(Rescission(pos, self.now, entry.pos))
        return True

    def ratify(self, entry: Entry, at: datetime | None = None) -> bool:
        pos = self._record(at)
        if entry.until is None or self.now >= entry.until:
            return False
        self.ratifications.append(Ratification(pos, self.now, entry.pos))
        return True

    def suspend(self, start: datetime, end: datetime | None = None, at: datetime | None = None, **more) -> Suspension:
        pos = self._record(at)
        suspension = Suspension(pos, self.now, max(start, self.now), end, **more)
        self.suspensions.append(suspension)
        return suspension

    def resume(self, suspension: Suspension, when: datetime | None = None, at: datetime | None = None) -> None:
        pos = self._record(at)
        self.resumptions.append(Resumption(pos, self.now, suspension.pos, max(when or self.now, self.now)))


transitions = st.sampled_from(["finish", "elect", "migrate", "restart"])
maybe_hours = st.one_of(st.none(), st.integers(1, 400))
units = st.sampled_from([(), (), ("H46.1",), ("H46.1", "H46.2")])

acts = st.one_of(
    st.tuples(st.just("issue"), st.sampled_from(VERSIONS), st.integers(-9, 17), transitions, maybe_hours, maybe_hours),
    st.tuples(st.just("emergency"), st.sampled_from(VERSIONS), st.integers(1, 200), transitions),
    st.tuples(st.just("ratify"), st.integers(0, 9)),
    st.tuples(st.just("withdraw"), st.integers(-3, 12), transitions, maybe_hours),
    st.tuples(st.just("rescind"), st.integers(0, 9)),
    st.tuples(
        st.just("suspend"),
        st.integers(-50, 200),
        maybe_hours,
        st.sampled_from(["new", "all"]),
        st.one_of(st.none(), st.sampled_from(VERSIONS)),
        units,
    ),
    st.tuples(st.just("resume"), st.integers(0, 5), st.integers(0, 100)),
    st.tuples(st.just("draft")),
    st.tuples(st.just("wait"), st.integers(1, 120)),
)
histories = st.lists(acts, min_size=1, max_size=22)


def play(history: list[tuple], register: Register | None = None, only: tuple[str, ...] | None = None) -> Register:
    """Do a drawn list of acts, an hour apart; acts that the office would refuse are left out."""
    if register is None:
        register = Register()
        for number in VERSIONS:
            register.approve(number)
    for name, *rest in history:
        register.now += HOUR
        if only is None or name in only:
            _ACTS[name](register, *rest)
    return register


def _legal(register: Register, days: int) -> date:
    return civil_date(register.now, OFFICE_ZONE) + timedelta(days=days)


def _issue(register, version, days, transition, sunset, grace):
    reinstates = any(e.version == version for e in register.timeline.live())
    register.issue(
        version,
        _legal(register, days),
        transition=transition,
        sunset=None if sunset is None else register.now + sunset * HOUR,
        accept_old_until=None if grace is None else register.now + grace * HOUR,
        reinstates=reinstates,
    )


def _emergency(register, version, hours, transition):
    register.issue(version, _legal(register, 0), transition=transition, until=register.now + hours * HOUR)


def _ratify(register, place):
    urgent = [e for e in register.entries if e.until is not None]
    if urgent:
        register.ratify(urgent[place % len(urgent)])


def _rescind(register, place):
    if register.entries:
        register.rescind(register.entries[place % len(register.entries)])


def _suspend(register, hours, length, scope, version, units):
    end = None if length is None else register.now + (max(hours, 0) + length) * HOUR
    register.suspend(register.now + hours * HOUR, end, scope=scope, version=version, units=units)


def _resume(register, place, hours):
    if register.suspensions:
        register.resume(register.suspensions[place % len(register.suspensions)], register.now + hours * HOUR)


_ACTS = {
    "issue": _issue,
    "emergency": _emergency,
    "ratify": _ratify,
    "withdraw": lambda r, days, transition, sunset: r.withdraw(
        _legal(r, days), transition=transition, sunset=None if sunset is None else r.now + sunset * HOUR
    ),
    "rescind": _rescind,
    "suspend": _suspend,
    "resume": _resume,
    "draft": lambda r: r.approve(max(r.versions) + 1, approved=False),
    "wait": lambda r, hours: setattr(r, "now", r.now + hours * HOUR),
}
