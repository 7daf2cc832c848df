"""The one pure function that decides whether a version may be used: every rule of enforcement, no input, no output."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Action, Answer, Citation, Decision, Freshness, Verdict, VersionRef

if TYPE_CHECKING:
    from iso_qms.domain.timeline import Entry, Overlay, Timeline, VersionState

STRICTNESS = {"finish": 0, "elect": 0, "migrate": 1, "restart": 2}
"""How hard a transition is on dossiers received earlier; of several successors the hardest counts."""


def check(
    timeline: Timeline,
    *,
    action: Action | str = Action.START,
    at: datetime,
    version: int | str | None = None,
    sha256: str | None = None,
    pin: Citation | None = None,
    elected: bool = False,
    known: datetime | None = None,
    unit: str | None = None,
    pos: int | None = None,
) -> Decision:
    """Whether `action` may be done at an instant under a version (number or label; None: the one in force).

    `known` limits the answer to what was recorded by then (None: everything); an instant in the future is answered
    from the plan. `pin` is the dossier's citation, `elected` says that the applicant chose the new version, `unit` is
    where it happens, `pos` the journal position to name in the answer (None: that of the last row that counts).
    Total: every input yields a verdict with a known reason; only a naive datetime or an unknown action is a ValueError.
    """
    at = aware(at)
    known = None if known is None else aware(known)
    question = _Question(timeline, Action(action), at, known, version, sha256, pin, elected, unit)
    last = timeline.recorded_until(known)
    return Decision(
        answer=question.answer(),
        at=at,
        known=last if last is not None else (known or at),
        pos=timeline.last_pos(known) if pos is None else pos,
    )


def unknown_document(
    document: str, *, action: Action | str = Action.START, at: datetime, known: datetime | None = None, pos: int = 0
) -> Decision:
    """The answer about a document that nobody knows: unknown, since a wrong code is no ground for yes or no."""
    at = aware(at)
    answer = Answer(Verdict.UNKNOWN, "UNKNOWN_DOCUMENT", Action(action), document)
    return Decision(answer, at, aware(known) if known else at, pos, Freshness.FRESH)


def find_version(
    timeline: Timeline, version: object, at: datetime, known: datetime | None = None
) -> VersionState | None:
    """The version meant by a number or a printed label, as known.

    When drafts share a label, the one in force comes first, then one issued, one approved, and the newest.
    """
    seen = {n: v for n, v in timeline.versions.items() if known is None or v.drafted_at <= known}
    if not isinstance(version, str):
        return next((state for number, state in seen.items() if number == version), None)
    governing = timeline.in_force(at, known)
    issued = {e.version for e in timeline.live(known)}
    named = [v for v in seen.values() if v.label == version.strip()]
    if named:
        return max(
            named,
            key=lambda v: (
                governing is not None and v.number == governing.version,
                v.number in issued,
                _approved(v, known),
                v.number,
            ),
        )
    plain = version.strip()
    return seen.get(int(plain)) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


class _Question:
    """One question with what the timeline says about it, worked out once."""

    __slots__ = (
        "action", "asked", "at", "claimed", "current", "elected", "first_start", "governing",
        "known", "live", "next_start", "own", "pin", "sha256", "timeline", "unit",
    )  # fmt: skip

    def __init__(
        self,
        timeline: Timeline,
        action: Action,
        at: datetime,
        known: datetime | None,
        version: int | str | None,
        sha256: str | None,
        pin: Citation | None,
        elected: bool,
        unit: str | None,
    ) -> None:
        self.timeline, self.action, self.at, self.known = timeline, action, at, known
        self.claimed, self.sha256, self.pin, self.elected, self.unit = version, sha256, pin, elected, unit
        self.live = timeline.live(known)
        self.governing = timeline.in_force(at, known)
        self.current = None if self.governing is None else self.governing.version
        meant = version if version is not None else self.current
        if action is Action.CONTINUE and pin is not None:
            meant = pin.version
        self.asked = None if meant is None else find_version(timeline, meant, at, known)
        self.own = [e for e in self.live if self.asked is not None and e.version == self.asked.number]
        self.first_start = self.own[0].start if self.own else None
        self.next_start = min((e.start for e in self.own if e.start > at), default=None)

    def answer(self) -> Answer:
        """The verdict of the first rule that applies."""
        if not self.live and not self.timeline.versions:
            return self.say(Verdict.UNKNOWN, "UNKNOWN_DOCUMENT")
        if self.action is Action.CONTINUE and (unpinned := _unpinned(self)):
            return unpinned
        if wrong := _wrong_version(self):
            return wrong
        if self.action is Action.CITE:
            return _cite(self)
        number = None if self.asked is None else self.asked.number
        overlay = self.timeline.suspended(self.at, self.known, number, self.unit)
        rule = {Action.START: _start, Action.DISPLAY: _display, Action.CONTINUE: _continue}[self.action]
        return _elsewhere_suspended(self, rule(self, overlay), number)

    def say(self, verdict: Verdict, reason: str, remedy: str | None = None, deadline: datetime | None = None) -> Answer:
        """An answer to this question."""
        return Answer(
            verdict=verdict,
            reason=reason,
            action=self.action,
            document=self.timeline.document,
            asked=None if self.asked is None else self.ref(self.asked),
            current=None if self.current is None else self.ref(self.timeline.versions[self.current]),
            pinned=None if self.pin is None else self.pin.ref,
            remedy=remedy,
            deadline=deadline,
            claimed=None if self.claimed is None or self.asked is not None else str(self.claimed),
        )

    def ref(self, state: VersionState) -> VersionRef:
        """The reference to a version of this document."""
        return VersionRef(self.timeline.document, state.number, state.label, state.sha256)

    def nothing(self, remedy: str | None = None) -> Answer:
        """The answer when no version governs: withdrawn, or none yet."""
        if self.governing is not None:
            return self.say(Verdict.DENY, "WITHDRAWN", remedy, self.next_start)
        planned = min((e.start for e in self.live if e.start > self.at and e.version is not None), default=None)
        return self.say(Verdict.DENY, "NOTHING_IN_FORCE", remedy or "wait", planned)


def _unpinned(q: _Question) -> Answer | None:
    if q.pin is None:
        return q.say(Verdict.DENY, "NOT_PINNED", "pin")
    if q.pin.document != q.timeline.document:
        return q.say(Verdict.DENY, "PIN_MISMATCH", "use_pinned")
    if q.claimed is not None:
        claimed = find_version(q.timeline, q.claimed, q.at, q.known)
        if claimed is None or claimed.number != q.pin.version:
            if claimed is not None:
                q.asked = claimed
            return q.say(Verdict.DENY, "PIN_MISMATCH", "use_pinned")
    return None


def _wrong_version(q: _Question) -> Answer | None:
    if q.asked is None:
        claims = q.claimed is not None or q.action is Action.CONTINUE
        return q.say(Verdict.DENY, "UNKNOWN_VERSION", "use_current") if claims else None
    held = [q.sha256] if q.action is not Action.CONTINUE or q.pin is None else [q.sha256, q.pin.sha256]
    if any(digest is not None and digest.lower() != q.asked.sha256 for digest in held):
        return q.say(Verdict.DENY, "DIGEST_MISMATCH", "refetch")
    return None if _approved(q.asked, q.known) else q.say(Verdict.DENY, "NOT_APPROVED", "use_current")


def _cite(q: _Question) -> Answer:
    if q.first_start is not None and q.first_start <= q.at:
        return q.say(Verdict.ALLOW, "CITE_OK")
    return q.say(Verdict.DENY, "NEVER_IN_FORCE")


def _start(q: _Question, overlay: Overlay) -> Answer:
    if overlay.new:
        return q.say(Verdict.DENY, "SUSPENDED" if overlay.all else "SUSPENDED_NEW", "wait", overlay.until)
    if q.current is not None and q.asked is not None and q.asked.number == q.current:
        return q.say(Verdict.ALLOW, "CURRENT")
    if q.first_start is not None and q.first_start > q.at:
        return q.say(Verdict.DENY, "NOT_YET_IN_FORCE", "wait" if q.current is None else "use_current", q.first_start)
    if q.current is None:
        return q.nothing()
    if grace := _grace(q):
        return q.say(Verdict.WARN, "GRACE", "use_current", grace)
    return q.say(Verdict.DENY, _past(q), "use_current", q.next_start)


def _display(q: _Question, overlay: Overlay) -> Answer:
    if q.current is not None and q.asked is not None and q.asked.number == q.current:
        if overlay.new:
            return q.say(Verdict.WARN, "CURRENT_SUSPENDED", "label_suspended", overlay.until)
        return q.say(Verdict.ALLOW, "CURRENT")
    if q.first_start is not None and q.first_start > q.at:
        return q.say(Verdict.WARN, "UPCOMING", "label_upcoming", q.first_start)
    if q.current is None:
        return q.nothing("take_down")
    return q.say(Verdict.DENY, _past(q), "take_down", q.next_start)


def _continue(q: _Question, overlay: Overlay) -> Answer:
    if overlay.all:
        return q.say(Verdict.DENY, "SUSPENDED", "wait", overlay.until)
    if not q.own or q.pin is None:
        return q.say(Verdict.DENY, "NEVER_SCHEDULED", "use_current")
    began = ([e for e in q.own if e.start <= q.pin.at] or q.own)[-1]
    if q.asked is not None and q.current == q.asked.number:
        return q.say(Verdict.ALLOW, "PINNED_CURRENT")
    if began.start > q.at:
        return q.say(Verdict.DENY, "NOT_YET_IN_FORCE", "wait", began.start)
    later = [e for e in q.live if began.start < e.start <= q.at and not q.timeline.lapsed(e, q.at, q.known)]
    return _under_successors(q, later)


def _under_successors(q: _Question, later: list[Entry]) -> Answer:
    hardest = max((STRICTNESS[e.transition] for e in later), default=0)
    sunset = min((e.sunset for e in later if e.sunset is not None), default=None)
    over = sunset is not None and q.at >= sunset
    if hardest == STRICTNESS["restart"]:
        return q.say(Verdict.DENY, "RESTART_REQUIRED", "restart")
    if q.governing is not None and q.current is None:
        if over:
            return q.say(Verdict.DENY, "TERMINATED", "close", sunset)
        return q.say(Verdict.ALLOW, "WITHDRAWN_FINISHING", deadline=sunset)
    offered = any(e.transition in ("elect", "migrate") for e in later)
    if q.elected and offered:
        return q.say(Verdict.DENY, "MIGRATE_ELECTED", "migrate")
    at_once = any(e.transition == "migrate" and e.sunset is None for e in later)
    if over or at_once:
        return q.say(Verdict.DENY, "MIGRATE_REQUIRED", "migrate", sunset if over else None)
    if hardest == STRICTNESS["migrate"]:
        return q.say(Verdict.WARN, "MIGRATE_DUE", "migrate", sunset)
    if any(e.transition == "elect" for e in later):
        return q.say(Verdict.ALLOW, "PINNED_OLD_MAY_ELECT", deadline=sunset)
    return q.say(Verdict.ALLOW, "PINNED_OLD", deadline=sunset)


def _elsewhere_suspended(q: _Question, answer: Answer, number: int | None) -> Answer:
    """Who names no unit is told when some unit is suspended: that is neither yes nor no for all of them."""
    if q.unit is not None or answer.verdict is not Verdict.ALLOW:
        return answer
    overlay = q.timeline.suspended_somewhere(q.at, q.known, number)
    stops = overlay.all if q.action is Action.CONTINUE else overlay.new
    named = q.timeline.suspended(q.at, q.known, number)
    if not stops or (named.all if q.action is Action.CONTINUE else named.new):
        return answer
    return q.say(Verdict.WARN, "SUSPENDED_IN_UNITS", "name_unit", overlay.until)


def _grace(q: _Question) -> datetime | None:
    """The end of the time in which new dossiers may still be received under the immediate predecessor."""
    if q.governing is None or q.governing.accept_old_until is None or q.at >= q.governing.accept_old_until:
        return None
    predecessor = q.timeline.before(q.governing, q.known)
    if predecessor is None or q.asked is None or predecessor.version != q.asked.number:
        return None
    return q.governing.accept_old_until


def _past(q: _Question) -> str:
    """Why a version that is not in force at a moment after its start is not."""
    started = [e for e in q.own if e.start <= q.at]
    if not started:
        return "NEVER_SCHEDULED"
    return "LAPSED" if q.timeline.lapsed(started[-1], q.at, q.known) else "SUPERSEDED"


def _approved(state: VersionState, known: datetime | None) -> bool:
    return state.approved_at is not None and (known is None or state.approved_at <= known)
