"""Step keys carried from one version's process to the next by likeness of their words, for a person to confirm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from iso_qms.documents.text import key

_ALIKE = 0.62
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Carried:
    """One proposed identity: step `new` of the new process is step `old` of the old one; `likeness` from 0 to 1."""

    new: str
    old: str
    likeness: float


def carry_keys(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], tuple[Carried, ...]]:
    """The new process with the old one's step keys where steps are alike, and what was carried.

    Numbers play no part: renumbering B4 to B5 must not make two different steps the same one. Each step is carried
    once, the likest pairs first, nearer positions before farther ones. Keys in ``after`` and ``exits`` follow.
    """
    pairs = tuple(_pairs(old.get("steps", []), new.get("steps", [])))
    names = {pair.new: pair.old for pair in pairs}
    taken = set(names.values())
    for step in new.get("steps", []):
        if step["key"] not in names:
            names[step["key"]] = _free(step["key"], taken)
            taken.add(names[step["key"]])
    steps = [
        {**step, "key": names[step["key"]], "after": [names.get(before, before) for before in step.get("after", [])]}
        for step in new.get("steps", [])
    ]
    exits = [{**leave, "from": names.get(leave.get("from"), leave.get("from"))} for leave in new.get("exits", [])]
    return {**new, "steps": steps, "exits": exits}, pairs


def _pairs(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Carried]:
    scores = sorted(
        (
            (-_likeness(before, after), abs(_share(i, old) - _share(j, new)), i, j)
            for i, before in enumerate(old)
            for j, after in enumerate(new)
        ),
    )
    used_old: set[int] = set()
    used_new: set[int] = set()
    for negative, _, i, j in scores:
        if -negative >= _ALIKE and i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            yield Carried(new[j]["key"], old[i]["key"], round(-negative, 3))


def _share(index: int, steps: list[dict[str, Any]]) -> float:
    return index / max(1, len(steps) - 1)


def _likeness(one: dict[str, Any], other: dict[str, Any]) -> float:
    first, second = (key(step.get("content") or step.get("name") or "")[:_LONGEST] for step in (one, other))
    if first == second:
        return 1.0
    matcher = SequenceMatcher(None, first.split(), second.split(), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _free(name: str, taken: set[str]) -> str:
    made, count = name, 1
    while made in taken:
        count += 1
        made = f"{name}-{count}"
    return made
