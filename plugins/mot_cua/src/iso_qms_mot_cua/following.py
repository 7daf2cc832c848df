"""Whether dossiers followed their version: worked out again from what was kept, without asking the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from iso_qms.guard import Citation
from iso_qms_mot_cua.desk import Desk
from iso_qms_mot_cua.tables import RETURNED, Dossier, Part, StepDone

Process = Callable[[str, int], Mapping[str, Any]]
"""The process of a document's version, as the register has it."""


@dataclass(frozen=True, slots=True)
class Astray:
    """One place where a dossier did not follow its version."""

    dossier: str
    what: str


def astray(desk: Desk, view: Any) -> list[Astray]:
    """Everything that does not hold, over all dossiers; `view` is the register's (in_force, process)."""
    found: list[Astray] = []
    process: Process = cache(view.process)
    for line in desk.book():
        for part in desk.parts(line.dossier.code):
            with desk.reading():
                history = desk.pins.history(part.dossier, part.document)
                acts = desk.pins.acts(part.dossier, part.document)
                done = [s for s in desk.every_step(part.dossier) if s.document == part.document]
            waived = {str(key) for act in acts for key in act.get("waived", ())}
            found += [Astray(part.dossier, what) for what in _received(view, part, history)]
            found += [Astray(part.dossier, what) for what in _handled(process, history, done, waived)]
            ends = _finished(process, line.dossier, history, done, waived)
            found += [Astray(part.dossier, what) for what in ends]
    return found


def _received(view: Any, part: Part, history: list[Citation]) -> Iterator[str]:
    if not history:
        yield f"no citation of {part.document}"
        return
    first = history[0]
    governing = view.in_force(part.document, first.at)
    named = None if governing is None else (governing.number, governing.sha256)
    if named != (first.version, first.sha256) and not part.reason.startswith("GRACE"):
        yield f"received under version {first.version}, in force was {named[0] if named else 'nothing'}"


def _handled(process: Process, history: list[Citation], done: list[StepDone], waived: set[str]) -> Iterator[str]:
    """Each step belongs to the version followed when it was done, and came after what that version puts before it."""
    finished: set[str] = set()
    for step in done:
        followed = [c for c in history if c is history[0] or c.at <= step.done_at][-1]
        steps = {str(s["key"]): s for s in process(step.document, followed.version).get("steps", ())}
        raw = steps.get(step.step)
        if raw is None:
            yield f"step {step.step} is not of version {followed.version}"
        else:
            early = [key for key in raw.get("after", ()) if key not in finished | waived]
            if early:
                yield f"step {step.step} came before {', '.join(early)}"
            if step.role not in raw["roles"]:
                yield f"step {step.step} was done by {step.role}"
        finished.add(step.step)


def _finished(
    process: Process, dossier: Dossier, history: list[Citation], done: list[StepDone], waived: set[str]
) -> Iterator[str]:
    if dossier.state != RETURNED or not history:
        return
    settled = waived.union(step.step for step in done)
    steps = process(history[-1].document, history[-1].version).get("steps", ())
    left = [str(s["key"]) for s in steps if s.get("mandatory", True) and s["key"] not in settled]
    if left:
        yield f"the result was handed out without {', '.join(left)}"
