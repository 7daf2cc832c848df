"""What a guard can tell about itself: how fresh it is, what changes next, which old versions still have dossiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.decision import Citation, Decision, Freshness


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a guard's knowledge of one scope, for a person and for monitoring.

    `issued` is when the knowledge was signed (None for an embedded register), `age_seconds` counts from there,
    `next_change` is the next planned instant at which an answer changes, `last_error` the code of the last refusal.
    """

    scope: str
    freshness: Freshness
    pos: int
    issued: datetime | None
    age_seconds: float | None
    next_change: datetime | None
    last_error: str | None = None
    scopes: tuple[Status, ...] = ()

    def over(self, scopes: tuple[Status, ...]) -> Status:
        """This state, standing for several scopes."""
        return replace(self, scopes=scopes)

    @property
    def light(self) -> str:
        """green, yellow or red."""
        if self.freshness is Freshness.FRESH:
            return "yellow" if self.last_error else "green"
        return "yellow" if self.freshness in (Freshness.STALE, Freshness.CLOCK_SUSPECT) else "red"

    def message(self, lang: str = "vi") -> str:
        """One sentence for the office: since when it is up to date, and what to do if it is not."""
        english = lang.startswith("en")
        when = f"{self.issued.astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M}" if self.issued else ""
        if self.light == "green":
            since = (f" (signed {when})" if english else f" (ký lúc {when})") if when else ""
            return f"{self.scope}: up to date{since}." if english else f"{self.scope}: đã cập nhật{since}."
        if not when:
            return (
                f"{self.scope}: never updated; check the installation."
                if english
                else f"{self.scope}: chưa từng cập nhật; hãy kiểm tra cài đặt."
            )
        error = f" ({self.last_error})" if self.last_error else ""
        if english:
            return f"{self.scope}: last updated {when}{error}; check the connection and the clock."
        return f"{self.scope}: cập nhật lần cuối {when}{error}; hãy kiểm tra đường truyền và đồng hồ."


@dataclass(frozen=True, slots=True)
class Open:
    """The open dossiers that still hold one old version: how many, the oldest, and what the check says of that one."""

    document: str
    version: int
    label: str
    dossiers: int
    oldest: str
    oldest_at: datetime
    decision: Decision


def drain_of(held: Iterable[tuple[str, Citation]]) -> list[tuple[Citation, str, int]]:
    """Per version the oldest citation, its dossier, and the number of dossiers; oldest version first."""
    oldest: dict[int, tuple[Citation, str]] = {}
    count: Counter[int] = Counter()
    for dossier, citation in held:
        count[citation.version] += 1
        first = oldest.get(citation.version)
        if first is None or (citation.at, dossier) < (first[0].at, first[1]):
            oldest[citation.version] = (citation, dossier)
    return [(*oldest[version], count[version]) for version in sorted(oldest)]


class Observed:
    """What would have been refused while a guard only observes: counted by document, action and reason."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def note(self, decision: Decision) -> None:
        """Count one decision that would have stopped its asker."""
        self._counts[decision.document, decision.action.value, decision.reason] += 1

    def report(self) -> list[tuple[str, str, str, int]]:
        """(document, action, reason, how often), the most frequent first."""
        return [(*key, count) for key, count in self._counts.most_common()]
