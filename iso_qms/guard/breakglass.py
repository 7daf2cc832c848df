"""Going on against a denial: one dossier, one named person, a reason, an end, and a second person afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Decision, Verdict
from iso_qms.guard.errors import BreakGlassRefused
from iso_qms.guard.pins import Override, PinStore

LONGEST = timedelta(hours=24)
"""A break-glass never lasts longer: who needs more asks for a suspension, a grace or a reinstatement."""

NEVER = frozenset({"UNKNOWN_DOCUMENT", "NO_SNAPSHOT", "DIGEST_MISMATCH", "UNKNOWN_VERSION", "NOT_APPROVED"})
"""Reasons that no supervisor can go on against: there is no approved content to follow."""


class BreakGlass:
    """The overrides of one service, kept beside its pins."""

    def __init__(self, pins: PinStore) -> None:
        self._pins = pins

    def open(
        self, dossier: str, decision: Decision, *, by: str, reason: str, at: datetime, lasting: timedelta
    ) -> Override:
        """Record that a person lets a dossier go on against a decision for a while.

        Raises BreakGlassRefused without a name or a reason, for longer than a day, or where there is nothing to follow.
        """
        why = _objection(decision, by, reason, lasting)
        if why:
            raise BreakGlassRefused(dossier=dossier, why_vi=why[0], why_en=why[1])
        at = aware(at)
        override = Override(
            0, dossier, decision.document, decision.reason, by.strip(), reason.strip(), at, at + lasting
        )
        return self._pins.add_override(override)

    def covers(self, dossier: str, decision: Decision, now: datetime) -> Override | None:
        """The override that lets a dossier go on against this very reason at a moment."""
        for override in self._pins.overrides(dossier, decision.document):
            if override.denied == decision.reason and override.at <= now < override.until:
                return override
        return None

    def ratify(self, number: int, *, by: str, ratification: str) -> Override:
        """Another person confirms an override afterwards; raises BreakGlassRefused when that is not possible."""
        try:
            return self._pins.ratify_override(number, by.strip(), ratification.strip())
        except (LookupError, ValueError) as error:
            vi = f"không phê chuẩn được bản ghi số {number}"
            raise BreakGlassRefused(dossier="–", why_vi=vi, why_en=f"record {number} cannot be ratified") from error

    def waiting(self) -> list[Override]:
        """The overrides that nobody has confirmed yet, oldest first."""
        return [override for override in self._pins.overrides() if not override.ratified_by]


def _objection(decision: Decision, by: str, reason: str, lasting: timedelta) -> tuple[str, str] | None:
    if not by.strip() or not reason.strip():
        return "phải nêu người chịu trách nhiệm và lý do", "a responsible person and a reason must be named"
    if not timedelta(0) < lasting <= LONGEST:
        return "thời hạn phải trong vòng 24 giờ", "it may last at most 24 hours"
    if decision.verdict is not Verdict.DENY:
        return "không có quyết định từ chối nào để vượt", "there is no denial to override"
    if decision.reason.partition("/")[0] in NEVER:
        return "không có nội dung đã phê duyệt để làm theo", "there is no approved content to follow"
    return None
