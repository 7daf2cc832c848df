"""Where a guard's knowledge comes from: an embedded register, a signed snapshot, or a fixed timeline for tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, Protocol

from iso_qms.domain.civil import start_of_day
from iso_qms.domain.decision import Action, Freshness, Verdict
from iso_qms.domain.timeline import Entry, Suspension, Timeline, VersionState
from iso_qms.guard.errors import AmbiguousScope, OutOfScope
from iso_qms.guard.status import Status

NATIONAL = len("2.000815")
"""Length of the part of a TTHC code that is the same in every province."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something recorded about a document at a journal position: what it was, of which version, from when."""

    pos: int
    document: str
    kind: str
    version: int | None
    start: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A document's claim to carry out a procedure (mã TTHC) in some units; no units means everywhere."""

    document: str
    procedure: str
    units: tuple[str, ...] = ()


class Counter(Protocol):
    """A one-place sequence that holds the generation."""

    def __getitem__(self, place: Literal[0], /) -> int: ...


class _Asking:
    """The counter of a source that has none: it asks."""

    __slots__ = ("_ask",)

    def __init__(self, ask: Callable[[], int]) -> None:
        self._ask = ask

    def __getitem__(self, place: int) -> int:
        return self._ask()


class Source(ABC):
    """Knowledge about documents; a subclass gives timelines, a generation that rises with every change, and a position.

    `generation` is asked before every answer and must cost next to nothing. It is read before the timelines are: what
    is loaded may be newer than the generation says, never older.
    """

    always_fresh = True
    """False when answers rest on a copy that may be old; then `freshness` is asked for every answer."""

    @abstractmethod
    def generation(self) -> int:
        """A number that is different after every recorded change, by whichever process."""

    def counter(self) -> Counter:
        """Something whose `[0]` is the generation: a mapped machine word where there is one, since it costs no call.

        While it is not what `generation` said last, the guard asks `generation` again.
        """
        return _Asking(self.generation)

    @abstractmethod
    def timeline(self, document: str) -> Timeline | None:
        """All that is recorded about a document; None when nobody knows it."""

    @abstractmethod
    def pos(self) -> int:
        """The journal position (or the snapshot's sequence) up to which everything is known."""

    def changed(self, since: int) -> Iterable[str] | None:
        """The documents touched after a journal position, by code as printed; None means: any of them."""
        return None

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """The structured process (schema process/1) of each version that has one."""
        return {}

    def units(self, document: str) -> tuple[str, ...]:
        """The units that a document covers; empty means every unit."""
        return ()

    def claims(self, procedure: str) -> Iterable[Claim]:
        """The documents that carry out a procedure (mã TTHC), with the units they do it for."""
        return ()

    def on_unknown(self, document: str) -> Mapping[Action, Verdict] | None:
        """What the issuing authority wants unknown to mean for a document; None when it said nothing."""
        return None

    def freshness(self, now: datetime, document: str | None = None) -> Freshness:
        """How old the knowledge about a document is at a moment."""
        return Freshness.FRESH

    def pos_of(self, document: str) -> int:
        """The position that answers about a document name, where documents come from several journals."""
        return self.pos()

    def checkpoint_of(self, document: str) -> bytes:
        """The checkpoint that vouches for the knowledge about a document; empty when there is none."""
        return self.checkpoint()

    def checkpoint(self) -> bytes:
        """The checkpoint of the one journal that everything comes from; empty when there is none."""
        return b""

    def changes(self, since: int) -> Iterable[Change]:
        """What was recorded after a position, in order."""
        return ()

    def documents(self) -> Iterable[str]:
        """The codes of all documents known."""
        return ()

    def status(self, now: datetime) -> Status:
        """The state of the knowledge at a moment."""
        planned = (self.timeline(document) for document in self.documents())
        coming = (timeline.next_change(now) for timeline in planned if timeline is not None)
        following = min((mark for mark in coming if mark is not None), default=None)
        return Status("embedded", self.freshness(now), self.pos(), None, None, following)

    def resolve(self, procedure: str, unit: str | None) -> str:
        """The document that carries out a procedure in a unit.

        A claim that names the unit goes before one that covers every unit. Raises OutOfScope when there is none,
        AmbiguousScope when two are equally near.
        """
        return nearest(procedure, unit, self.claims(procedure))


def same_procedure(one: str, other: str) -> bool:
    """Whether two TTHC codes name one procedure: by the national part, which survives mergers of provinces."""
    return one.strip()[:NATIONAL] == other.strip()[:NATIONAL]


def nearest(procedure: str, unit: str | None, claims: Iterable[Claim]) -> str:
    """The one document whose claim is the most specific; raises OutOfScope or AmbiguousScope."""
    covering = [
        claim
        for claim in claims
        if same_procedure(claim.procedure, procedure) and (not claim.units or unit in claim.units)
    ]
    if not covering:
        raise OutOfScope(procedure=procedure, unit=unit or "–")
    named = {claim.document for claim in covering if claim.units} or {claim.document for claim in covering}
    if len(named) > 1:
        raise AmbiguousScope(procedure=procedure, unit=unit or "–", documents=", ".join(sorted(named)))
    return named.pop()


class FixedSource(Source):
    """A register made of literal dates, for the tests of other services; everything was recorded long ago."""

    def __init__(
        self,
        timelines: Mapping[str, Sequence[tuple[date, int | None]]],
        *,
        processes: Mapping[str, Mapping[int, Mapping[str, Any]]] | None = None,
        claims: Iterable[Claim] = (),
        transition: str = "finish",
    ) -> None:
        self._timelines = {code: _literal(code, dates, transition) for code, dates in timelines.items()}
        self._processes = dict(processes or {})
        self._claims = tuple(claims)
        self._generation = 1

    def generation(self) -> int:
        """Rises with `suspend` and `put`."""
        return self._generation

    def timeline(self, document: str) -> Timeline | None:
        """The literal timeline of a document."""
        return self._timelines.get(document)

    def pos(self) -> int:
        """The last position in any of the timelines."""
        return max((timeline.last_pos() for timeline in self._timelines.values()), default=0)

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """The processes given for the document."""
        return self._processes.get(document, {})

    def claims(self, procedure: str) -> Iterable[Claim]:
        """The claims given for the procedure."""
        return [claim for claim in self._claims if same_procedure(claim.procedure, procedure)]

    def units(self, document: str) -> tuple[str, ...]:
        """The units of the document's claims, when every claim names some."""
        own = [claim.units for claim in self._claims if claim.document == document]
        return tuple(sorted({unit for units in own for unit in units})) if own and all(own) else ()

    def changes(self, since: int) -> Iterable[Change]:
        """The entries after a position."""
        return changes_of(self._timelines.values(), since)

    def documents(self) -> Iterable[str]:
        """The codes given."""
        return self._timelines

    def put(self, timeline: Timeline) -> None:
        """Replace what is known of one document, as a register does that recorded an act."""
        self._timelines = {**self._timelines, timeline.document: timeline}
        self._generation += 1

    def suspend(self, document: str, start: datetime, end: datetime | None = None, scope: str = "all") -> None:
        """Suspend a document from an instant on."""
        old = self._timelines[document]
        row = Suspension(self.pos() + 1, start, start, end, scope)
        rows = (old.entries, old.rescissions, old.ratifications, (*old.suspensions, row), old.resumptions)
        self.put(Timeline(document, *rows, versions=old.versions))


def changes_of(timelines: Iterable[Timeline], since: int) -> list[Change]:
    """The recorded changes of some documents after a position, in order."""
    found: list[Change] = []
    for timeline in timelines:
        entries = {entry.pos: entry for entry in timeline.entries}
        for entry in timeline.entries:
            kind = "withdrawn" if entry.version is None else "issued"
            found.append(Change(entry.pos, timeline.document, kind, entry.version, entry.start))
        for rescission in timeline.rescissions:
            gone = entries.get(rescission.entry)
            found.append(Change(rescission.pos, timeline.document, "rescinded", gone.version if gone else None, None))
        for ratification in timeline.ratifications:
            kept = entries.get(ratification.entry)
            found.append(Change(ratification.pos, timeline.document, "ratified", kept.version if kept else None, None))
        for stop in timeline.suspensions:
            found.append(Change(stop.pos, timeline.document, "suspended", stop.version, stop.start))
        for lifting in timeline.resumptions:
            found.append(Change(lifting.pos, timeline.document, "resumed", None, lifting.at))
    return sorted((c for c in found if c.pos > since), key=lambda c: (c.pos, c.document))


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _literal(code: str, dates: Sequence[tuple[date, int | None]], transition: str) -> Timeline:
    numbers = sorted({number for _, number in dates if number is not None})
    versions = {n: VersionState(n, f"{n:064x}", f"{n:02d}/00", _LONG_AGO, _LONG_AGO) for n in numbers}
    entries = tuple(
        Entry(pos, _LONG_AGO, "fixed", start_of_day(day), number, day, f"{pos}/QĐ", transition)
        for pos, (day, number) in enumerate(dates, start=1)
    )
    return Timeline(code, entries, versions=versions)
