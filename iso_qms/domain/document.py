"""A document as its recorded events make it: versions, signatures, the timeline; folded on demand, never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatchmethod

from iso_qms.domain import events as ev
from iso_qms.domain import timeline as tl
from iso_qms.domain.chain import Step, open_steps
from iso_qms.domain.errors import JournalBroken

KINDS = ("procedure", "form", "manual", "policy", "instruction", "external")
"""Quy trình, biểu mẫu, sổ tay hoặc mô hình HTQLCL, chính sách, hướng dẫn, tài liệu bên ngoài."""

CLASSES = ("editorial", "minor", "major")
"""How deep a change of content goes: biên tập, nhỏ, lớn."""


def label_text(issue: int, revision: int | None) -> str:
    """The printed label: `02/01` for issue 2 revision 1, `02` where an office keeps one counter."""
    return f"{issue:02d}" if revision is None else f"{issue:02d}/{revision:02d}"


@dataclass(slots=True)
class Submission:
    """One round of signatures for exactly one content; `steps` are the copy of the chain made at submission."""

    pos: int
    sha256: str
    chain: str
    steps: tuple[Step, ...]
    emergency: bool
    by: str
    signatures: list[ev.Recorded] = field(default_factory=list)
    closed: bool = False

    def signed(self) -> Counter[str]:
        """How many signatures each step has."""
        return Counter(s.event.step for s in self.signatures if isinstance(s.event, ev.Signed))

    def waiting(self) -> tuple[Step, ...]:
        """The steps that wait for a signature now; empty when complete."""
        return open_steps(self.steps, self.signed())

    @property
    def complete(self) -> bool:
        """Whether every step has its quorum."""
        return not self.waiting()

    def seated(self) -> set[str]:
        """The persons who fill a seat, and those for whom a deputy filled one (four eyes count both)."""
        found: set[str] = set()
        for signature in self.signatures:
            assert isinstance(signature.event, ev.Signed)
            found.add(signature.actor)
            if signature.event.principal:
                found.add(signature.event.principal)
        return found


@dataclass(slots=True)
class Version:
    """One state of the content; `draft` is the act that proposed the content it has now."""

    number: int
    draft: ev.Recorded
    authors: set[str]
    first_drafted_at: datetime
    submissions: list[Submission] = field(default_factory=list)
    approved_at: datetime | None = None
    fully_approved: bool = False
    adopted: ev.Adopted | None = None
    abandoned: bool = False

    @property
    def content(self) -> ev.Drafted:
        """The act that holds the content."""
        assert isinstance(self.draft.event, ev.Drafted)
        return self.draft.event

    @property
    def label(self) -> str:
        """Lần ban hành / lần sửa đổi as printed."""
        return label_text(self.content.issue, self.content.revision)

    def round(self) -> Submission | None:
        """The submission that waits for signatures, if any."""
        return next((s for s in reversed(self.submissions) if not s.closed and not s.complete), None)

    @property
    def state(self) -> str:
        """`draft`, `submitted`, `approved` or `abandoned`; force is the timeline's matter."""
        if self.abandoned:
            return "abandoned"
        if self.approved_at is not None:
            return "approved"
        return "submitted" if self.round() else "draft"


@dataclass(slots=True)
class Document:
    """Everything the register knows of one document; `key` is its canonical code."""

    key: str
    versions: dict[int, Version] = field(default_factory=dict)
    entries: list[tl.Entry] = field(default_factory=list)
    rescissions: list[tl.Rescission] = field(default_factory=list)
    ratifications: list[tl.Ratification] = field(default_factory=list)
    suspensions: list[tl.Suspension] = field(default_factory=list)
    resumptions: list[tl.Resumption] = field(default_factory=list)
    history: list[ev.Recorded] = field(default_factory=list)

    @classmethod
    def fold(cls, key: str, recorded: Iterable[ev.Recorded]) -> Document:
        """Rebuild a document from its events in the order of the journal.

        Raises `JournalBroken` where an event stands on another that is not there.
        """
        document = cls(key)
        for record in recorded:
            document.history.append(record)
            try:
                document.apply(record.event, record)
            except (KeyError, StopIteration):
                raise JournalBroken(pos=record.pos) from None
        return document

    @property
    def last(self) -> ev.Drafted:
        """The newest content act: it holds the code as printed, kind, title, unit and TTHC codes."""
        return max(self.versions.values(), key=lambda v: v.draft.pos).content

    @property
    def code(self) -> str:
        """The code as printed; the key of a document of which nothing is known yet."""
        return self.last.code if self.versions else self.key

    @property
    def open_versions(self) -> list[Version]:
        """Versions that are neither approved nor abandoned."""
        return [v for v in self.versions.values() if v.state in ("draft", "submitted")]

    def timeline(self) -> tl.Timeline:
        """The pure timeline that answers every question of force."""
        states = {
            v.number: tl.VersionState(v.number, v.content.sha256, v.label, v.first_drafted_at, v.approved_at)
            for v in self.versions.values()
        }
        try:
            return tl.Timeline(
                document=self.code,
                entries=tuple(self.entries),
                rescissions=tuple(self.rescissions),
                ratifications=tuple(self.ratifications),
                suspensions=tuple(self.suspensions),
                resumptions=tuple(self.resumptions),
                versions=states,
            )
        except ValueError:
            raise JournalBroken(pos=self.history[-1].pos) from None

    def planned(self, at: datetime) -> list[tl.Entry]:
        """Live entries that have not started."""
        return [entry for entry in self.timeline().live() if entry.start > at]

    # --- one line of the fold per act -----------------------------------------------------------------------------

    @singledispatchmethod
    def apply(self, event: ev.Event, record: ev.Recorded) -> None:
        """Take one event into the state; acts that do not touch a document's state leave it as it is."""

    @apply.register
    def _(self, event: ev.Drafted, record: ev.Recorded) -> None:
        version = self.versions.get(event.number)
        if version is None:
            self.versions[event.number] = Version(event.number, record, {record.actor}, record.at)
            return
        version.draft = record
        version.authors.add(record.actor)
        version.abandoned = False
        for submission in version.submissions:  # new content voids every signature given to the old
            submission.closed = True

    @apply.register
    def _(self, event: ev.Abandoned, record: ev.Recorded) -> None:
        version = self.versions[event.number]
        version.abandoned = True
        for submission in version.submissions:
            submission.closed = True

    @apply.register
    def _(self, event: ev.Submitted, record: ev.Recorded) -> None:
        self.versions[event.number].submissions.append(
            Submission(record.pos, event.sha256, event.chain, event.steps, event.emergency, record.actor)
        )

    @apply.register
    def _(self, event: ev.Signed, record: ev.Recorded) -> None:
        version = self.versions[event.number]
        submission = next(s for s in version.submissions if s.pos == event.submission)
        submission.signatures.append(record)
        if submission.complete:
            version.approved_at = version.approved_at or record.at
            version.fully_approved = version.fully_approved or not submission.emergency

    @apply.register
    def _(self, event: ev.Returned, record: ev.Recorded) -> None:
        version = self.versions[event.number]
        next(s for s in version.submissions if s.pos == event.submission).closed = True

    @apply.register
    def _(self, event: ev.Adopted, record: ev.Recorded) -> None:
        version = self.versions[event.number]
        version.approved_at, version.fully_approved, version.adopted = record.at, True, event

    @apply.register
    def _(self, event: ev.Issued, record: ev.Recorded) -> None:
        self.entries.append(
            tl.Entry(
                pos=record.pos,
                recorded_at=record.at,
                recorded_by=record.actor,
                start=event.start,
                version=event.number,
                legal_date=event.legal_date,
                decision=event.decision,
                transition=event.transition,
                sunset=event.sunset,
                accept_old_until=event.accept_old_until,
                reinstates=event.reinstates,
                until=event.until,
            )
        )

    @apply.register
    def _(self, event: ev.Withdrawn, record: ev.Recorded) -> None:
        self.entries.append(
            tl.Entry(
                pos=record.pos,
                recorded_at=record.at,
                recorded_by=record.actor,
                start=event.start,
                version=None,
                legal_date=event.legal_date,
                decision=event.decision,
                transition=event.transition,
                sunset=event.sunset,
            )
        )

    @apply.register
    def _(self, event: ev.Rescinded, record: ev.Recorded) -> None:
        self.rescissions.append(tl.Rescission(record.pos, record.at, event.entry))

    @apply.register
    def _(self, event: ev.Ratified, record: ev.Recorded) -> None:
        self.ratifications.append(tl.Ratification(record.pos, record.at, event.entry))

    @apply.register
    def _(self, event: ev.Suspended, record: ev.Recorded) -> None:
        self.suspensions.append(
            tl.Suspension(
                pos=record.pos,
                recorded_at=record.at,
                start=event.start,
                end=event.end,
                scope=event.scope,
                version=event.number,
                units=event.units,
                reason=event.reason,
            )
        )

    @apply.register
    def _(self, event: ev.Resumed, record: ev.Recorded) -> None:
        self.resumptions.append(tl.Resumption(record.pos, record.at, event.suspension, record.at))
