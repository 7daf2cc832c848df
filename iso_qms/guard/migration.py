"""Moving a running dossier to another version: first a plan that says what it would skip, then one act or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from iso_qms.domain.decision import Citation, VersionRef
from iso_qms.guard.steps import predecessors, steps_of


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """What moving one dossier means.

    `step_map` pairs the steps of both versions by key, `behind` are new mandatory steps before the current point, which
    must be done or waived by name and authority; `gone` are done steps that the new version does not have.
    `step` is where the dossier stands in the old version, `continues_at` where it stands in the new one (None: at a
    step that the new version does not have, so that a person must say where to go on).
    """

    dossier: str
    document: str
    held: Citation
    to: VersionRef
    step: str | None
    continues_at: str | None
    step_map: tuple[tuple[str, str], ...]
    behind: tuple[str, ...]
    gone: tuple[str, ...]
    elected: bool = False

    @property
    def needs_nothing(self) -> bool:
        """Whether the plan can be carried out as it is."""
        return not self.behind

    def left_open(self, waive: Collection[str]) -> tuple[str, ...]:
        """The steps that are neither done nor waived."""
        return tuple(step for step in self.behind if step not in waive)


def new_mandatory_steps_behind(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, step: str | None, done: Collection[str] = ()
) -> tuple[str, ...]:
    """The mandatory steps of the new version that a dossier standing at `step` would pass over.

    A step counts as passed when the new version puts it before the current step, or, when the current step is gone,
    before the last step that both versions share up to the current one. Without `step` the dossier stands at its start.
    """
    if new is None or step is None:
        return ()
    known = {str(s["key"]) for s in steps_of(old or {})}
    point = _same_point(old, new, step)
    if point is None:
        return ()
    before = _all_before(new, point)
    mandatory = [str(s["key"]) for s in steps_of(new) if s.get("mandatory", True)]
    return tuple(key for key in mandatory if key in before and key not in known and key not in done)


def shared_steps(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """The steps of both versions paired by their key, which is what a step's identity rests on."""
    keys = {str(s["key"]) for s in steps_of(new or {})}
    return tuple((str(s["key"]), str(s["key"])) for s in steps_of(old or {}) if s["key"] in keys)


def _same_point(old: Mapping[str, Any] | None, new: Mapping[str, Any], step: str) -> str | None:
    shared = [pair[0] for pair in shared_steps(old, new)]
    if step in shared or step in {str(s["key"]) for s in steps_of(new)}:
        return step
    written = [str(s["key"]) for s in steps_of(old or {})]
    passed = written[: written.index(step)] if step in written else []
    return next((key for key in reversed(passed) if key in shared), None)


def _all_before(process: Mapping[str, Any], key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for earlier in predecessors(process, waiting.pop()):
            if earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return found
