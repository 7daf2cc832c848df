"""The reference desk: receive, handle, move and report dossiers, always under the version the guard names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from iso_qms.guard import Citation
from iso_qms_mot_cua.moving import Moving
from iso_qms_mot_cua.receiving import Receiving
from iso_qms_mot_cua.tables import Dossier, StepDone

EARLY, IN_TIME, LATE, RUNNING, OVERDUE = "early", "in_time", "late", "running", "overdue"
SAID = {
    EARLY: ("trước hạn", "early"),
    IN_TIME: ("đúng hạn", "in time"),
    LATE: ("trễ hạn", "late"),
    RUNNING: ("đang giải quyết", "running"),
    OVERDUE: ("quá hạn, chưa trả", "overdue"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the book of dossiers (sổ theo dõi): the dossier, the versions it follows, how it stands."""

    dossier: Dossier
    citations: tuple[Citation, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One step of the control sheet: what the version expects, and what was done (None: not yet)."""

    document: str
    no: str
    step: str
    name: str
    roles: tuple[str, ...]
    limit: str
    waived: bool
    done: StepDone | None

    @property
    def outcome(self) -> str:
        """Early or in time until the step is due, late afterwards; empty while it is not done or has no limit."""
        if self.done is None or self.done.due_at is None:
            return ""
        return LATE if self.done.done_at > self.done.due_at else IN_TIME


class Desk(Receiving, Moving):
    """One desk; see Keeping for what it is made of."""

    def book(self) -> Iterator[Line]:
        """The book of dossiers, in the order of receipt."""
        with self.reading() as session:
            rows = list(session.scalars(select(Dossier).order_by(Dossier.received_at, Dossier.code)))
            lines = [Line(row, tuple(self.citations(row.code)), self.outcome(row)) for row in rows]
        yield from lines

    def outcome(self, dossier: Dossier) -> str:
        """How a dossier stands against what was promised: by the day, as it is reported."""
        until: datetime = dossier.closed_at or self.clock()
        if dossier.due_at is None:
            return IN_TIME if dossier.closed_at else RUNNING
        over = until > dossier.due_at
        if dossier.closed_at is None:
            return OVERDUE if over else RUNNING
        if over:
            return LATE
        same_day = self.calendar.civil(until) == self.calendar.civil(dossier.due_at)
        return IN_TIME if same_day else EARLY

    def control_sheet(self, code: str) -> list[Checked]:
        """Expected against actual, step by step, for every part of a dossier (phiếu kiểm soát)."""
        lines: list[Checked] = []
        with self.reading():
            for part in self.parts(code):
                progress = self.progress(code, part.document)
                done = {step.step: step for step in progress.done}
                for raw in progress.steps:
                    key = str(raw["key"])
                    lines.append(
                        Checked(
                            document=part.document,
                            no=str(raw.get("no", "")),
                            step=key,
                            name=str(raw.get("name", key)),
                            roles=tuple(str(role) for role in raw.get("roles", ())),
                            limit=_said(raw.get("limit") or {}),
                            waived=key in progress.waived,
                            done=done.pop(key, None),
                        )
                    )
                lines += [_beyond(step) for step in done.values()]
        return lines

    def tally(self) -> Counter[str]:
        """How many dossiers stand how."""
        return Counter(line.outcome for line in self.book())


def _said(limit: Mapping[str, Any]) -> str:
    """A step's limit as its version prints it, or its figure where nothing is printed."""
    minutes = limit.get("working_minutes")
    return str(limit.get("text") or (f"{minutes / 60:g} giờ làm việc".replace(".", ",") if minutes else ""))


def _beyond(step: StepDone) -> Checked:
    """A step that was done under an earlier version and that the version followed now does not have."""
    return Checked(step.document, "–", step.step, step.step, (step.role,), "", False, step)
