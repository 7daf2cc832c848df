"""One difference told to an officer: a topic, what happened, and a short sentence in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Topic: TypeAlias = Literal[
    "field", "total", "step", "component", "form", "legal basis", "tthc", "fee", "channel", "picture", "section"
]
FactKind: TypeAlias = Literal[
    "added", "removed", "changed", "longer", "shorter", "moved", "reordered", "role", "form", "output", "renamed"
]

SHORT = 70


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject` names the thing (a step's key, a form's code, a field); `old` and `new` are as printed, or empty."""

    topic: Topic
    kind: FactKind
    subject: str
    vi: str
    en: str
    old: str = ""
    new: str = ""


def short(text: str, size: int = SHORT) -> str:
    """The text cut at a word, with an ellipsis, so that a sentence about it stays a sentence."""
    flat = " ".join(text.split())
    if len(flat) <= size:
        return flat
    cut = flat[:size].rsplit(" ", 1)[0].rstrip(" ,;:.–-")
    return f"{cut}…"


def from_to(old: str, new: str) -> str:
    """``03 ngày`` and ``02 ngày`` as ``03 → 02 ngày``: the unit that both end with is said once."""
    before, after = old.split(), new.split()
    shared = 0
    while shared < min(len(before), len(after)) - 1 and before[-1 - shared] == after[-1 - shared]:
        shared += 1
    if shared and len(before) - shared == 1 and len(after) - shared == 1:
        return f"{before[0]} → {' '.join(after)}"
    return f"{old or '(trống)'} → {new or '(trống)'}"


def lists(
    topic: Topic, name: tuple[str, str], old: Iterable[str], new: Iterable[str], kind: str = ""
) -> Iterator[Fact]:
    """What a list gained and lost, one fact for each item; `name` is the thing in Vietnamese and English."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    vi, en = name
    for item in after:
        if item not in before:
            yield Fact(topic, "added", kind or item, f"thêm {vi} {short(item)}", f"{en} {short(item)} added", "", item)
    for item in before:
        if item not in after:
            yield Fact(
                topic, "removed", kind or item, f"bỏ {vi} {short(item)}", f"{en} {short(item)} removed", item, ""
            )


def joined(items: Sequence[str]) -> str:
    """Items of a list as people write them, a dash for none."""
    return ", ".join(items) if items else "–"
