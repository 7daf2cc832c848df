"""One document's timeline, arranged so that a question costs a search among its marks and one look into a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from iso_qms.domain.check import check
from iso_qms.domain.decision import Action, Answer, Citation, Decision, Verdict
from iso_qms.domain.timeline import Timeline

REMEMBERED = 512
"""Answers kept for one stretch of time; further ones are worked out each time, so that no caller can fill memory."""


class TimelineIndex:
    """Answers of one timeline: between two marks an answer is constant, so it is worked out once by the pure check.

    Safe for threads: the tables only grow, and two threads that work out the same answer find the same one.
    """

    __slots__ = ("known", "marks", "pos", "processes", "stretches", "timeline", "units")

    def __init__(
        self,
        timeline: Timeline,
        processes: Mapping[int, Mapping[str, Any]] | None = None,
        units: tuple[str, ...] = (),
    ) -> None:
        self.timeline = timeline
        self.processes = processes or {}
        self.units = units
        self.marks = timeline.marks()
        self.known = timeline.recorded_until()
        self.pos = timeline.last_pos()
        self.stretches: tuple[dict[object, Answer], ...] = tuple({} for _ in range(len(self.marks) + 1))

    def answer(
        self,
        at: datetime,
        action: Action = Action.START,
        version: int | str | None = None,
        sha256: str | None = None,
        unit: str | None = None,
        step: str | None = None,
        pin: Citation | None = None,
        elected: bool = False,
    ) -> Answer:
        """The answer of the pure check at an aware UTC instant, with everything recorded known."""
        if version.__hash__ is None:
            return self.decide(at, action, version, sha256, unit, step, pin, elected).answer
        table = self.stretches[bisect_right(self.marks, at)]
        key: object = (version, step, action, sha256, unit)
        if pin is not None:
            received = bisect_right(self.marks, pin.at)
            key = (key, pin.document, pin.version, pin.sha256, pin.label, received, elected)
        found = table.get(key)
        if found is not None:
            return found
        answer = self.decide(at, action, version, sha256, unit, step, pin, elected).answer
        if len(table) < REMEMBERED:
            table[key] = answer
        return answer

    def decide(
        self,
        at: datetime,
        action: Action = Action.START,
        version: int | str | None = None,
        sha256: str | None = None,
        unit: str | None = None,
        step: str | None = None,
        pin: Citation | None = None,
        elected: bool = False,
        known: datetime | None = None,
    ) -> Decision:
        """The decision by the pure check, scope and step included, for any state of knowledge; nothing is kept."""
        decision = check(
            self.timeline,
            action=action,
            at=at,
            version=version,
            sha256=sha256,
            pin=pin,
            elected=elected,
            known=known,
            unit=unit,
        )
        # A pin survives its unit, and a reference is no act of a unit: scope is asked where something begins.
        if unit is not None and self.units and unit not in self.units and action in (Action.START, Action.DISPLAY):
            return decision.stricter(Verdict.DENY, "OUT_OF_SCOPE", "ask_authority")
        if step is None or not decision.allowed or self._has_step(decision, step):
            return decision
        return decision.stricter(Verdict.DENY, "STEP_UNKNOWN", "check_step")

    def _has_step(self, decision: Decision, step: str) -> bool:
        followed = decision.pinned if decision.action is Action.CONTINUE else decision.asked
        process = self.processes.get(followed.number) if followed is not None else None
        return process is not None and any(s.get("key") == step for s in process.get("steps", ()))
