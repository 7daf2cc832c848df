"""What an office does when knowledge is old or missing, and where it wants to be stricter than the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from iso_qms.domain.decision import Action, Decision, Freshness, Verdict

ON_UNKNOWN: Mapping[Action, Verdict] = {
    Action.START: Verdict.WARN,
    Action.CONTINUE: Verdict.ALLOW,
    Action.DISPLAY: Verdict.WARN,
    Action.CITE: Verdict.ALLOW,
}
"""What an expired snapshot means when the issuing authority said nothing about a document."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of one guard.

    Up to `soft` old a snapshot is fresh, up to `hard` stale. `on_unknown` says what unknown means for an action and
    `stricter` what a reason code means here; both may only tighten. `observe` is for the first weeks: nothing is
    stopped, and what would have been is logged and counted. A receipt keyed in later than `backdating` needs an
    authority: one working day across a weekend, so that nobody keeps an old version alive by an old date.
    """

    soft: timedelta = timedelta(hours=24)
    hard: timedelta = timedelta(days=7)
    on_unknown: Mapping[Action, Verdict] = field(default_factory=dict)
    stricter: Mapping[str, Verdict] = field(default_factory=dict)
    observe: bool = False
    backdating: timedelta = timedelta(days=3)

    def settle(self, decision: Decision, authority: Mapping[Action, Verdict] | None = None) -> Verdict:
        """The verdict to act on: unknown becomes what the authority, or else the default, says; the office may tighten.

        A document that nobody knows and a machine that never had a snapshot stay a no.
        """
        if decision.verdict is not Verdict.UNKNOWN:
            return decision.verdict
        if decision.reason.partition("/")[0] in ("UNKNOWN_DOCUMENT", "NO_SNAPSHOT"):
            return Verdict.DENY
        said = (authority or {}).get(decision.action, ON_UNKNOWN[decision.action])
        own = self.on_unknown.get(decision.action, said)
        return max(said, own, key=lambda verdict: verdict.strictness)

    def tighten(self, decision: Decision) -> Decision:
        """The decision with the office's own stricter verdict for its reason; a laxer one is left out."""
        wanted = self.stricter.get(decision.reason)
        if wanted is None or wanted.strictness <= decision.verdict.strictness:
            return decision
        return decision.stricter(wanted, decision.reason)


def aged(decision: Decision, freshness: Freshness) -> Decision:
    """The decision as far as knowledge of that freshness carries it.

    A denial on old data stays one: superseded does not become current again. Stale data turn an allow into a warning,
    expired ones into unknown; the reason says so behind a slash.
    """
    if freshness is Freshness.FRESH:
        return decision
    decision = decision._replace(freshness=freshness)
    if freshness is Freshness.NO_SNAPSHOT:
        return decision.with_answer(verdict=Verdict.UNKNOWN, reason="NO_SNAPSHOT", remedy="refetch")
    if decision.verdict is Verdict.UNKNOWN:
        return decision.with_answer(reason=f"{decision.reason}/{freshness.value.upper()}")
    if decision.verdict is Verdict.DENY:
        return decision
    verdict = Verdict.UNKNOWN if freshness is Freshness.EXPIRED else Verdict.WARN
    return decision.with_answer(verdict=verdict, reason=f"{decision.reason}/{freshness.value.upper()}")
