"""The timeline of a document: only start points are stored; ends, gaps and "in force" are computed from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import zip_longest

from iso_qms.domain.civil import OFFICE_ZONE, start_of_day

TRANSITIONS = ("finish", "elect", "migrate", "restart")
"""What a successor does to dossiers pinned earlier (điều khoản chuyển tiếp)."""

SCOPES = ("new", "all")
"""What a suspension stops: receiving new dossiers, or everything."""


@dataclass(frozen=True, slots=True)
class VersionState:
    """What the timeline needs to know of a version; `approved_at` is None while the chain is not complete."""

    number: int
    sha256: str
    label: str
    drafted_at: datetime
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One start point: from `start` on, `version` governs (None: withdrawn, nothing governs).

    `start` is the enforced instant and never before `recorded_at`; `legal_date` is the civil date of the decision.
    `until` is the mandatory end of an emergency issue; a ratification in time takes it away.
    `sunset` ends the finishing of earlier dossiers; `accept_old_until` ends the grace for new ones.
    """

    pos: int
    recorded_at: datetime
    recorded_by: str
    start: datetime
    version: int | None
    legal_date: date
    decision: str
    transition: str = "finish"
    sunset: datetime | None = None
    accept_old_until: datetime | None = None
    reinstates: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rescission:
    """An entry cancelled before its start; `entry` is the pos of the cancelled entry."""

    pos: int
    recorded_at: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Ratification:
    """An emergency entry confirmed before its mandatory end; `entry` is the pos of that entry."""

    pos: int
    recorded_at: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Suspension:
    """An overlay: receiving ("new") or everything ("all") stops from `start` to `end` (None: until resumed).

    `version` None means every version, `units` empty means every unit.
    """

    pos: int
    recorded_at: datetime
    start: datetime
    end: datetime | None = None
    scope: str = "new"
    version: int | None = None
    units: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resumption:
    """The lifting of a suspension at an instant; `suspension` is the pos of the suspension."""

    pos: int
    recorded_at: datetime
    suspension: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open stretch [start, end) in which one entry governs; `end` None means open."""

    start: datetime
    end: datetime | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Overlay:
    """Whether receiving (`new`) or everything (`all`) is suspended, and until when (None: not known)."""

    new: bool
    all: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that was recorded about when the versions of one document govern.

    Every question takes `known`: only what was recorded up to that instant counts; None means everything recorded.
    Raises ValueError when built from rows that no register can hold (a start before its recording, an unknown version).
    """

    document: str
    entries: tuple[Entry, ...] = ()
    rescissions: tuple[Rescission, ...] = ()
    ratifications: tuple[Ratification, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    resumptions: tuple[Resumption, ...] = ()
    versions: Mapping[int, VersionState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("entries", "rescissions", "ratifications", "suspensions", "resumptions"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "versions", dict(self.versions))
        _refuse_impossible(self)

    def live(self, known: datetime | None = None) -> tuple[Entry, ...]:
        """The entries that count, by start: recorded, and not rescinded before their start."""
        cancelled = {(r.entry, r.recorded_at) for r in self.rescissions if _recorded(r.recorded_at, known)}
        counting = (
            e
            for e in self.entries
            if _recorded(e.recorded_at, known) and not any(pos == e.pos and at < e.start for pos, at in cancelled)
        )
        return tuple(sorted(counting, key=lambda e: (e.start, e.pos)))

    def end_of_emergency(self, entry: Entry, known: datetime | None = None) -> datetime | None:
        """The mandatory end of an entry as known; None when it has none or was ratified before it came."""
        if entry.until is None:
            return None
        confirmed = (r for r in self.ratifications if r.entry == entry.pos and _recorded(r.recorded_at, known))
        return None if any(r.recorded_at < entry.until for r in confirmed) else entry.until

    def in_force(self, at: datetime, known: datetime | None = None) -> Entry | None:
        """The entry that governs at an instant (its `version` is None after a withdrawal); None before the first."""
        return self._governing(self.live(known), at, known)

    def before(self, entry: Entry, known: datetime | None = None) -> Entry | None:
        """The entry that governed immediately before the start of another one."""
        for earlier in reversed([e for e in self.live(known) if e.start < entry.start]):
            end = self.end_of_emergency(earlier, known)
            if end is None or end >= entry.start:
                return earlier
        return None

    def lapsed(self, entry: Entry, at: datetime, known: datetime | None = None) -> bool:
        """Whether an emergency entry has ended by itself at an instant."""
        end = self.end_of_emergency(entry, known)
        return end is not None and end <= at

    def intervals(self, known: datetime | None = None) -> tuple[Interval, ...]:
        """The stretches of the whole history and the plan, in order and disjoint.

        Only a withdrawal makes a stretch without a version; after a lapsed emergency issue that had no predecessor
        there is no stretch at all.
        """
        live = self.live(known)
        ends = (self.end_of_emergency(e, known) for e in live)
        marks = sorted({e.start for e in live} | {end for end in ends if end is not None})
        stretches: list[Interval] = []
        for start, end in zip_longest(marks, marks[1:]):
            entry = self._governing(live, start, known)
            if entry is None:
                continue
            if stretches and stretches[-1].entry is entry and stretches[-1].end == start:
                start = stretches.pop().start
            stretches.append(Interval(start, end, entry))
        return tuple(stretches)

    def next_change(self, after: datetime, known: datetime | None = None) -> datetime | None:
        """The first instant after another at which an answer on this document may change; None when none is known."""
        return min((mark for mark in self.marks(known) if mark > after), default=None)

    def marks(self, known: datetime | None = None) -> tuple[datetime, ...]:
        """Every instant at which an answer may change, in order: between two marks all answers stay the same."""
        found: set[datetime | None] = set()
        for entry in self.live(known):
            found |= {entry.start, entry.sunset, entry.accept_old_until, self.end_of_emergency(entry, known)}
        for suspension, end in self._overlays(known):
            found |= {suspension.start, end}
        return tuple(sorted(mark for mark in found if mark is not None))

    def suspended(
        self, at: datetime, known: datetime | None = None, version: int | None = None, unit: str | None = None
    ) -> Overlay:
        """What is suspended at an instant for a version and a unit.

        Without a unit only suspensions of every unit count; `until` is the end of the longest that applies.
        """
        return self._overlay(at, known, version, lambda units: not units or unit in units)

    def suspended_somewhere(self, at: datetime, known: datetime | None = None, version: int | None = None) -> Overlay:
        """What is suspended at an instant for a version in at least one unit, for an asker who names none."""
        return self._overlay(at, known, version, lambda units: True)

    def exposure(self, entry: Entry, zone: tzinfo = OFFICE_ZONE) -> tuple[datetime, datetime] | None:
        """The time between legal and enforced start of an entry that was recorded late, or None.

        Dossiers handled then under the old version are for a person to judge; history does not change.
        """
        legal = start_of_day(entry.legal_date, zone)
        return (legal, entry.start) if legal < entry.start else None

    def base_changed(self, number: int, base: int | None, known: datetime | None = None) -> bool:
        """Whether another version than its base was issued after a version was drafted, so that it may miss a fix.

        What starts after the version itself does not count: it knew this one.
        """
        state = self.versions.get(number)
        if state is None:
            return False
        live = self.live(known)
        own = next((e.start for e in live if e.version == number), None)
        return any(
            e.recorded_at > state.drafted_at
            and e.version not in (None, base, number)
            and (own is None or e.start < own)
            for e in live
        )

    def recorded_until(self, known: datetime | None = None) -> datetime | None:
        """The last instant at which anything about this document was recorded, up to `known`; None when nothing was."""
        return max((moment for moment in self._recordings() if _recorded(moment, known)), default=None)

    def last_pos(self, known: datetime | None = None) -> int:
        """The journal position of the last row that counts as known; 0 when there is none."""
        return max((row.pos for row in self._rows() if _recorded(row.recorded_at, known)), default=0)

    def _governing(self, live: Iterable[Entry], at: datetime, known: datetime | None) -> Entry | None:
        started = [e for e in live if e.start <= at]
        return next((e for e in reversed(started) if not self.lapsed(e, at, known)), None)

    def _overlay(
        self, at: datetime, known: datetime | None, version: int | None, covers: Callable[[tuple[str, ...]], bool]
    ) -> Overlay:
        applying = [
            (suspension, end)
            for suspension, end in self._overlays(known)
            if suspension.start <= at and (end is None or at < end)
            if suspension.version in (None, version) and covers(suspension.units)
        ]
        everything = [pair for pair in applying if pair[0].scope == "all"]
        ends = [end for _, end in (everything or applying)]
        until = None if None in ends else max((end for end in ends if end is not None), default=None)
        return Overlay(bool(applying), bool(everything), until)

    def _overlays(self, known: datetime | None) -> Iterator[tuple[Suspension, datetime | None]]:
        for suspension in self.suspensions:
            if not _recorded(suspension.recorded_at, known):
                continue
            lifted = [
                r.at for r in self.resumptions if r.suspension == suspension.pos and _recorded(r.recorded_at, known)
            ]
            end = min([*lifted, *([suspension.end] if suspension.end else [])], default=None)
            if end is None or end > suspension.start:
                yield suspension, end

    def _rows(self) -> Iterator[Entry | Rescission | Ratification | Suspension | Resumption]:
        yield from self.entries
        yield from self.rescissions
        yield from self.ratifications
        yield from self.suspensions
        yield from self.resumptions

    def _recordings(self) -> Iterator[datetime]:
        for row in self._rows():
            yield row.recorded_at
        for state in self.versions.values():
            yield state.drafted_at
            if state.approved_at is not None:
                yield state.approved_at


def _recorded(moment: datetime, known: datetime | None) -> bool:
    return known is None or moment <= known


def _refuse_impossible(timeline: Timeline) -> None:
    if any(moment.tzinfo is None for moment in timeline._recordings()):
        raise ValueError(f"{timeline.document}: a recording without a time zone names no instant")
    starting: tuple[Entry | Suspension, ...] = (*timeline.entries, *timeline.suspensions)
    for row in starting:
        if row.start < row.recorded_at:
            raise ValueError(f"{timeline.document}: row {row.pos} starts before it was recorded")
    for entry in timeline.entries:
        if entry.version is not None and entry.version not in timeline.versions:
            raise ValueError(
                f"{timeline.document}: entry {entry.pos} names version {entry.version}, which is not known"
            )
        if entry.until is not None and entry.until <= entry.start:
            raise ValueError(f"{timeline.document}: entry {entry.pos} ends before it starts")
        if entry.transition not in TRANSITIONS:
            raise ValueError(f"{timeline.document}: entry {entry.pos} has no transition {entry.transition!r}")
    for suspension in timeline.suspensions:
        if suspension.scope not in SCOPES:
            raise ValueError(f"{timeline.document}: suspension {suspension.pos} has no scope {suspension.scope!r}")
    for resumption in timeline.resumptions:
        if resumption.at < resumption.recorded_at:
            raise ValueError(f"{timeline.document}: resumption {resumption.pos} reaches back")
