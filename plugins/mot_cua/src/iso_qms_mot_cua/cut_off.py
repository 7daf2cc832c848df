"""A line to the register that can be cut: while it is, answers rest on what was known, and say how old that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from iso_qms.guard import Claim, Freshness, Source

SOFT, HARD = timedelta(hours=24), timedelta(days=7)


class CutOffLine(Source):
    """Another source at the end of a line; `cut` and `mend` take it away and give it back.

    What was planned before the cut comes into force on its day all the same: the copy holds start dates, not states.
    """

    always_fresh = False

    def __init__(self, source: Source, clock: Callable[[], datetime]) -> None:
        self._source, self._clock = source, clock
        self._cut_at: datetime | None = None
        self._pos, self._generation = 0, -1
        self._timelines: dict[str, Any] = {}
        self._processes: dict[tuple[str, int], Mapping[int, Mapping[str, Any]]] = {}
        self._claims: list[Claim] = []

    @property
    def down(self) -> bool:
        """Whether the line is cut."""
        return self._cut_at is not None

    def cut(self, procedures: Iterable[str]) -> None:
        """Keep what is known now, and ask no more; `procedures` are those the desk carries out."""
        codes = list(self._source.documents())
        self._timelines = {code: self._source.timeline(code) for code in codes}
        self._claims = [claim for procedure in procedures for claim in self._source.claims(procedure)]
        self.pos()
        for code in codes:
            self.processes(code)
        self._cut_at = self._clock()

    def mend(self) -> None:
        """Ask again."""
        self._cut_at = None

    def generation(self) -> int:
        """That of the moment of the cut while the line is down."""
        return self._generation if self.down else self._source.generation()

    def pos(self) -> int:
        """Up to where everything is known; asked for anew when something was recorded."""
        if not self.down and (found := self._source.generation()) != self._generation:
            # The generation first: the position may then be newer than it says, never older.
            self._generation, self._pos = found, self._source.pos()
        return self._pos

    def timeline(self, document: str) -> Any:
        """From the copy while the line is down."""
        return self._timelines.get(document) if self.down else self._source.timeline(document)

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """Read once for each state of the register: an issued process never changes."""
        key = document, self.generation()
        if key not in self._processes:
            self._processes[key] = self._source.processes(document)
        return self._processes[key]

    def claims(self, procedure: str) -> Iterable[Claim]:
        """From the copy while the line is down."""
        if self.down:
            return [claim for claim in self._claims if claim.procedure == procedure]
        return self._source.claims(procedure)

    def units(self, document: str) -> tuple[str, ...]:
        """Every unit: the desk asks for its own."""
        return ()

    def documents(self) -> Iterable[str]:
        """From the copy while the line is down."""
        return list(self._timelines) if self.down else self._source.documents()

    def freshness(self, now: datetime, document: str | None = None) -> Freshness:
        """Fresh for a day after the cut, stale for a week, then expired."""
        if self._cut_at is None or now - self._cut_at <= SOFT:
            return Freshness.FRESH
        return Freshness.STALE if now - self._cut_at <= HARD else Freshness.EXPIRED
