"""Answering from a source: always as of its newest generation, without asking it anything that costs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from iso_qms.domain.check import unknown_document
from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Action, Answer, Citation, Decision, Freshness, Verdict, VersionRef
from iso_qms.guard.errors import AmbiguousScope, NotReady, OutOfScope, Undecided
from iso_qms.guard.index import TimelineIndex
from iso_qms.guard.policy import Policy, aged
from iso_qms.guard.source import Change, Source
from iso_qms.guard.status import Status

Refine = Callable[[Decision], Decision]
"""A plugin's last word: may return a stricter decision; a laxer one, or an error, leaves the answer as it is."""

Observe = Callable[[Decision], object]
"""A plugin that looks on: whatever it does or raises changes nothing."""

SPELLINGS = 100_000
"""Codes and other spellings of them that are remembered; further ones are looked up each time."""

_new = tuple.__new__
_START = Action.START
_FRESH = Freshness.FRESH


class Clock(Protocol):
    """Anything that says what time it is, as an aware datetime."""

    def __call__(self) -> datetime: ...


def system_clock() -> datetime:
    """The instant shown by the clock of this machine, in UTC."""
    return datetime.now(UTC)


class _Knowledge:
    """What one generation of the source said: replaced as a whole, so that threads need no lock."""

    __slots__ = ("generation", "indexes", "pos")

    def __init__(self, generation: int, pos: int, indexes: dict[str, TimelineIndex]) -> None:
        self.generation, self.pos, self.indexes = generation, pos, indexes


class Answers:
    """The asking half of a guard: checks and looks, never changes, repairs or fetches anything.

    Threads may share it; a fork inherits it. `pos` in its decisions is a position up to which everything was known.
    """

    def __init__(
        self,
        source: Source,
        *,
        policy: Policy | None = None,
        clock: Clock = system_clock,
        refine: Iterable[Refine] = (),
        observe: Iterable[Observe] = (),
    ) -> None:
        self.source = source
        self.policy = policy or Policy()
        self._clock = clock
        self._refine = tuple(refine)
        self._observe = tuple(observe)
        self._counter = source.counter()
        self._knowledge = _Knowledge(source.generation(), source.pos(), {})
        self._plain = source.always_fresh and not (self._refine or self._observe or self.policy.stricter)

    def check(
        self,
        document: str,
        *,
        action: Action | str = _START,
        version: int | str | None = None,
        sha256: str | None = None,
        pin: Citation | None = None,
        at: datetime | None = None,
        known: datetime | None = None,
        unit: str | None = None,
        elected: bool = False,
        step: str | None = None,
    ) -> Decision:
        """Whether something may be done under a version of a document; never raises for a "no", never fetches.

        `at` defaults to now, `version` to the one in force, `known` to everything recorded; `step` must be one of the
        version's process. Raises ValueError for a moment without a zone or an unknown action.
        """
        knowledge = self._knowledge
        if self._counter[0] != knowledge.generation:
            knowledge = self._renew()
        index = knowledge.indexes.get(document) or self._load(knowledge, document)
        if at is None:
            at = self._clock()
        if at.tzinfo is not UTC:
            at = aware(at)
        if index is None:
            decision = unknown_document(document, action=action, at=at, known=known, pos=knowledge.pos)
        elif known is not None:
            decision = index.decide(at, Action(action), version, sha256, unit, step, pin, elected, aware(known))
            decision = decision._replace(pos=min(decision.pos, knowledge.pos))
        else:
            answer = None
            if pin is None:
                # The commonest question is looked up here: one call less is a fifth of its time.
                try:
                    answer = index.stretches[bisect_right(index.marks, at)].get((version, step, action, sha256, unit))
                except TypeError:  # a list or the like was given as a version: no key, but still a question
                    answer = None
            if answer is None:
                answer = index.answer(at, Action(action), version, sha256, unit, step, pin, elected)
            decision = _new(Decision, (answer, at, index.known or at, knowledge.pos, _FRESH))
        return decision if self._plain else self._finish(decision)

    def current(self, document: str, *, at: datetime | None = None, unit: str | None = None) -> VersionRef | None:
        """The version in force at an instant (now by default); None when there is none.

        Raises NotReady or Undecided when nobody can tell: not knowing is not the same as nothing.
        """
        decision = self.check(document, action=Action.CITE, at=at, unit=unit)
        reason = decision.reason.partition("/")[0]
        if decision.verdict is Verdict.UNKNOWN and reason != "UNKNOWN_DOCUMENT":
            if reason == "NO_SNAPSHOT":
                raise NotReady(decision)
            if self.settle(decision) is Verdict.DENY:
                raise Undecided(decision)
        return decision.current

    def process(self, document: str, version: int) -> Mapping[str, Any] | None:
        """The structured process (schema process/1) of a version; None when it has none or is not known."""
        knowledge = self._knowledge
        if self._counter[0] != knowledge.generation:
            knowledge = self._renew()
        index = knowledge.indexes.get(document) or self._load(knowledge, document)
        return None if index is None else index.processes.get(version)

    def document_for(self, procedure: str, unit: str | None = None) -> str:
        """The document that carries out a procedure (mã TTHC) in a unit; raises OutOfScope or AmbiguousScope."""
        return self.source.resolve(procedure, unit)

    def check_procedure(self, procedure: str, *, unit: str | None = None, **question: Any) -> Decision:
        """`check` for the document that carries out a procedure (mã TTHC) in a unit.

        No document, or several of equal rank, is a denial: OUT_OF_SCOPE or AMBIGUOUS_SCOPE.
        """
        try:
            document = self.source.resolve(procedure, unit)
        except OutOfScope as refusal:
            named = refusal.facts["documents"] if isinstance(refusal, AmbiguousScope) else procedure
            at = aware(question.get("at") or self._clock())
            answer = Answer(Verdict.DENY, refusal.code, Action(question.get("action", _START)), named)
            return self._finish(Decision(answer, at, at, self._knowledge.pos))
        return self.check(document, unit=unit, **question)

    def settle(self, decision: Decision) -> Verdict:
        """The verdict to act on under this guard's policy and the authority's rule: unknown becomes yes, warn or no."""
        return self.policy.settle(decision, self.source.on_unknown(decision.document))

    def changes(self, since: int) -> Iterator[Change]:
        """What was recorded after a journal position, in order."""
        return iter(self.source.changes(since))

    def status(self) -> Status:
        """How fresh the knowledge is, up to which position, and when the next planned change comes."""
        return self.source.status(self._clock())

    def _renew(self) -> _Knowledge:
        # Generation, then position, then what was touched since the old position: each may be newer than the one
        # before it, never older, so nothing recorded meanwhile can be missed, by whichever thread.
        known = self._knowledge
        generation, pos = self.source.generation(), self.source.pos()
        touched = self.source.changed(known.pos)
        # A copy: another thread may be adding an index at this moment.
        kept = known.indexes.copy()
        gone = set(touched or ())
        indexes = {} if touched is None else {k: i for k, i in kept.items() if not {k, i.timeline.document} & gone}
        self._knowledge = _Knowledge(generation, pos, indexes)
        return self._knowledge

    def _load(self, knowledge: _Knowledge, document: str) -> TimelineIndex | None:
        timeline = self.source.timeline(document)
        if timeline is None:
            return None
        code = timeline.document
        index = knowledge.indexes.get(code)
        if index is None:
            index = TimelineIndex(timeline, self.source.processes(code), self.source.units(code))
            knowledge.indexes[code] = index
        if len(knowledge.indexes) < SPELLINGS:
            knowledge.indexes[document] = index
        return index

    def _finish(self, decision: Decision) -> Decision:
        """Freshness, the office's own strictness, plugins: each may only tighten what the register said."""
        if not self.source.always_fresh:
            decision = aged(decision, self.source.freshness(self._clock(), decision.document))
            decision = decision._replace(pos=self.source.pos_of(decision.document))
        decision = self.policy.tighten(decision)
        for refine in self._refine:
            decision = _tightened(refine, decision)
        for observe in self._observe:
            _watched(observe, decision)
        return decision


def _tightened(refine: Refine, decision: Decision) -> Decision:
    try:
        refined = refine(decision)
    except Exception:  # a plugin's defect must not decide anything
        _complain(refine)
        return decision
    if refined is decision:  # the commonest word of a plugin
        return decision
    if isinstance(refined, Decision) and refined.verdict.strictness >= decision.verdict.strictness:
        return refined._replace(at=decision.at, known=decision.known, pos=decision.pos, freshness=decision.freshness)
    return decision


def _watched(observe: Observe, decision: Decision) -> None:
    try:
        observe(decision)
    except Exception:  # an observer can never change the answer
        _complain(observe)


def _complain(plugin: object) -> None:
    # Imported here: logging costs more than everything else the guard imports, and is needed only for a defect.
    import logging

    logging.getLogger("iso_qms.guard").exception("plugin %r failed and was left out", plugin)
