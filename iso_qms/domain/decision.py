"""The answer to "may this version be used for this, then?" and the citation that a dossier keeps of it."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from iso_qms.domain.civil import OFFICE_ZONE, aware
from iso_qms.domain.reasons import sentence


class Verdict(StrEnum):
    """What the asker is to do, from laxest to strictest: allow, warn (go on, show and record), unknown, deny."""

    ALLOW = "allow"
    WARN = "warn"
    UNKNOWN = "unknown"
    DENY = "deny"

    @property
    def strictness(self) -> int:
        """0 for the laxest; a plugin or an office may only raise it."""
        return _STRICTNESS[self]


_STRICTNESS = {verdict: place for place, verdict in enumerate(Verdict)}


class Action(StrEnum):
    """What the asker wants to do: receive a dossier, go on with one, post or print, refer to a version."""

    START = "start"
    CONTINUE = "continue"
    DISPLAY = "display"
    CITE = "cite"


class Freshness(StrEnum):
    """How far the knowledge behind an answer can be trusted to be the newest; an embedded guard is always fresh."""

    FRESH = "fresh"
    STALE = "stale"
    EXPIRED = "expired"
    CLOCK_SUSPECT = "clock_suspect"
    NO_SNAPSHOT = "no_snapshot"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class VersionRef:
    """The name of one version that nobody can mistake: document, number and digest; the label is for people."""

    document: str
    number: int
    label: str
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of this reference."""
        return {"document": self.document, "number": self.number, "label": self.label, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Answer:
    """The part of a decision that stays the same until the next change of the timeline."""

    verdict: Verdict
    reason: str
    action: Action
    document: str
    asked: VersionRef | None = None
    current: VersionRef | None = None
    pinned: VersionRef | None = None
    remedy: str | None = None
    deadline: datetime | None = None
    claimed: str | None = None


class Decision(NamedTuple):
    """An answer together with the moment asked about, the state of knowledge and how fresh that knowledge is.

    `at` is the instant asked about, `known` the last recording that counted, `pos` its place in the journal.
    `deadline` is when the answer is due to change. All instants are aware and in UTC.
    """

    answer: Answer
    at: datetime
    known: datetime
    pos: int
    freshness: Freshness = Freshness.FRESH

    @property
    def verdict(self) -> Verdict:
        """Allow, warn, deny or unknown."""
        return self.answer.verdict

    @property
    def reason(self) -> str:
        """The stable reason code, with `/STALE` or the like behind it when old knowledge changed the verdict."""
        return self.answer.reason

    @property
    def action(self) -> Action:
        """What was to be done."""
        return self.answer.action

    @property
    def document(self) -> str:
        """The code of the document asked about."""
        return self.answer.document

    @property
    def asked(self) -> VersionRef | None:
        """The version that was claimed, or that is meant when none was; None when it is not known."""
        return self.answer.asked

    @property
    def current(self) -> VersionRef | None:
        """The version in force at `at`."""
        return self.answer.current

    @property
    def pinned(self) -> VersionRef | None:
        """The version that the dossier is pinned to."""
        return self.answer.pinned

    @property
    def remedy(self) -> str | None:
        """What helps: use_current, use_pinned, refetch, wait, pin, migrate, restart, close, take_down, label_…."""
        return self.answer.remedy

    @property
    def deadline(self) -> datetime | None:
        """When the answer is due to change."""
        return self.answer.deadline

    @property
    def allowed(self) -> bool:
        """Whether the asker may go on: allow or warn."""
        return self.answer.verdict in (Verdict.ALLOW, Verdict.WARN)

    def message(self, lang: str = "vi") -> str:
        """One sentence for the person at the screen, naming the remedy; `lang` is "vi" or "en"."""
        answer = self.answer
        return sentence(
            answer.reason,
            lang,
            document=answer.document,
            version=answer.asked.label if answer.asked else (answer.claimed or "?"),
            current=answer.current.label if answer.current else None,
            pinned=answer.pinned.label if answer.pinned else "?",
            deadline=f"{answer.deadline.astimezone(OFFICE_ZONE):%d/%m/%Y %H:%M}" if answer.deadline else None,
        )

    def as_dict(self, lang: str = "vi") -> dict[str, Any]:
        """The JSON object of this decision; instants are ISO 8601 with the office's offset."""
        answer = self.answer
        return {
            "verdict": answer.verdict.value,
            "reason": answer.reason,
            "action": answer.action.value,
            "document": answer.document,
            "asked": answer.asked.as_dict() if answer.asked else None,
            "current": answer.current.as_dict() if answer.current else None,
            "pinned": answer.pinned.as_dict() if answer.pinned else None,
            "remedy": answer.remedy,
            "deadline": _local(answer.deadline),
            "at": _local(self.at),
            "known": _local(self.known),
            "pos": self.pos,
            "freshness": self.freshness.value,
            "message": self.message(lang),
        }

    def stricter(self, verdict: Verdict, reason: str, remedy: str | None = None) -> Decision:
        """The same decision with a verdict at least as strict, for a plugin's or an office's own reason.

        Raises ValueError when the verdict would be laxer: nothing outside the register may allow what it denies.
        """
        if verdict.strictness < self.verdict.strictness:
            raise ValueError(f"{reason}: {verdict} is laxer than {self.verdict} ({self.reason})")
        return self.with_answer(verdict=verdict, reason=reason, remedy=remedy or self.remedy)

    def with_answer(self, **changes: Any) -> Decision:
        """A copy whose answer differs in the named fields."""
        fields = {name: getattr(self.answer, name) for name in Answer.__slots__}
        return self._replace(answer=Answer(**{**fields, **changes}))


@dataclass(frozen=True, slots=True)
class Citation:
    """What a dossier keeps: enough to prove, offline and years later, which version it followed and why.

    `at` is the instant of receipt (or of the migration), `reason` one of received, migrated, restarted, elected,
    `pos` the journal position known then, `checkpoint` the signed checkpoint of that time, if there was one.
    """

    document: str
    version: int
    label: str
    sha256: str
    at: datetime
    reason: str = "received"
    pos: int = 0
    checkpoint: bytes = b""

    @property
    def ref(self) -> VersionRef:
        """The version cited."""
        return VersionRef(self.document, self.version, self.label, self.sha256)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of this citation; the checkpoint is base64."""
        return {
            "document": self.document,
            "version": self.version,
            "label": self.label,
            "sha256": self.sha256,
            "at": _local(self.at),
            "reason": self.reason,
            "pos": self.pos,
            "checkpoint": binascii.b2a_base64(self.checkpoint, newline=False).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, raw: object) -> Citation:
        """Read `as_dict` back; raises ValueError with one sentence when a field is missing, unknown or wrong."""
        if not isinstance(raw, dict) or set(raw) != set(_CITATION_KINDS):
            raise ValueError(
                f"Viện dẫn phải có đúng các trường / a citation has exactly the fields: {', '.join(_CITATION_KINDS)}"
            )
        for name, kind in _CITATION_KINDS.items():
            if not isinstance(raw[name], kind) or isinstance(raw[name], bool):
                raise ValueError(  # noqa: TRY004 - bad input from outside, not a caller's mistake
                    f"Viện dẫn: trường {name} sai kiểu / citation: field {name} is not of type {kind.__name__}"
                )
        if raw["reason"] not in CITATION_REASONS:
            raise ValueError(f"Viện dẫn: lý do không hợp lệ / citation: unknown reason {raw['reason']!r}")
        if len(raw["sha256"]) != 64 or set(raw["sha256"]) - set("0123456789abcdef"):
            raise ValueError(
                "Viện dẫn: mã băm phải là 64 chữ số thập lục phân / citation: sha256 is 64 hexadecimal digits"
            )
        try:
            at = aware(datetime.fromisoformat(raw["at"]))
            checkpoint = binascii.a2b_base64(raw["checkpoint"], strict_mode=True)
        except (ValueError, OverflowError, binascii.Error) as error:
            raise ValueError(f"Viện dẫn không đọc được / citation cannot be read: {error}") from error
        return cls(**{**raw, "at": at, "checkpoint": checkpoint})


CITATION_REASONS = ("received", "migrated", "restarted", "elected")
"""Why a dossier was pinned."""

_CITATION_KINDS: dict[str, type] = {
    "document": str,
    "version": int,
    "label": str,
    "sha256": str,
    "at": str,
    "reason": str,
    "pos": int,
    "checkpoint": str,
}


def _local(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(OFFICE_ZONE).isoformat()
