"""Whether one step of a version's process may be done now: known, in order, by the right role, complete, in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from iso_qms.domain.decision import Verdict


class StepFinding(NamedTuple):
    """What a step check found: the verdict it leads to, the reason code, and what exactly it is about."""

    verdict: Verdict
    reason: str
    about: tuple[str, ...] = ()


def steps_of(process: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The steps of a process definition (schema process/1), in written order."""
    return [step for step in process.get("steps", ()) if step.get("key")]


def predecessors(process: Mapping[str, Any], key: str) -> list[str]:
    """The steps to be done before one: its `after`; all written before it when no step of the process has `after`."""
    steps = steps_of(process)
    keys = [str(step["key"]) for step in steps]
    if key not in keys:
        return []
    after = steps[keys.index(key)].get("after")
    if after is not None:
        return [str(k) for k in ([after] if isinstance(after, str) else after)]
    return [] if any(step.get("after") for step in steps) else keys[: keys.index(key)]


def check_step(
    process: Mapping[str, Any] | None,
    key: str,
    *,
    role: str | None = None,
    done: Collection[str] = (),
    waived: Collection[str] = (),
    components: Collection[str] | None = None,
    due: datetime | None = None,
    at: datetime,
) -> list[StepFinding]:
    """Everything that stands against doing a step at a moment, the strictest first; an empty list means go on.

    `role` is the actor's role (None: not judged), `done` the keys of finished steps, `waived` those that an authority
    let off, `components` the keys of the dossier's components at hand (None: not judged), `due` the step's time limit.
    Pauses and working time are the asker's to count: `due` already contains them.
    """
    step = next((s for s in steps_of(process or {}) if s["key"] == key), None)
    if process is None or step is None:
        return [StepFinding(Verdict.DENY, "STEP_UNKNOWN", (key,))]
    found: list[StepFinding] = []
    behind = tuple(k for k in predecessors(process, key) if k not in done and k not in waived)
    if behind:
        found.append(StepFinding(Verdict.DENY, "STEP_OUT_OF_ORDER", behind))
    roles = step.get("roles") or ()
    if role is not None and roles and role not in roles:
        found.append(StepFinding(Verdict.DENY, "STEP_ROLE", tuple(str(r) for r in roles)))
    missing = _missing(process, components)
    if missing:
        found.append(StepFinding(Verdict.DENY, "STEP_COMPONENT_MISSING", missing))
    if due is not None and at > due:
        found.append(StepFinding(Verdict.WARN, "STEP_OVERDUE", (key,)))
    return found


def _missing(process: Mapping[str, Any], components: Collection[str] | None) -> tuple[str, ...]:
    """The unconditional components that are not there; conditional ones (`when`) are for a person to judge."""
    if components is None:
        return ()
    needed = [c for c in process.get("components", ()) if not c.get("when") and c.get("mandatory", True)]
    return tuple(str(c["key"]) for c in needed if c.get("key") and c["key"] not in components)
