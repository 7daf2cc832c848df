"""Units of two readings aligned: what came, went, moved, was rewritten or only renumbered, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from iso_qms.documents.comparing.sequence import Run, runs
from iso_qms.documents.comparing.units import Unit
from iso_qms.documents.comparing.words import Piece, pieces, tokens

ChangeKind: TypeAlias = Literal["added", "removed", "changed", "moved", "renumbered"]

LIKE = 0.45
MAX_PAIRS = 40_000
MOVED_WORDS = 4
_ROW_NUMBER = re.compile(r"(?:bước|b|mục|stt)?\s*\d{1,3}(?:\.\d{1,2})*[.):]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextChange:
    """One place where the text differs; `pieces` is the way from `old` to `new`, word by word.

    `section` is the heading above it in the new document, or in the old one for what was removed.
    """

    kind: ChangeKind
    section: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()
    heading: bool = False


def text_changes(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[TextChange, ...]:
    """All differences between two rows of units, in the order of the new document; empty when nothing differs."""
    changes: list[TextChange] = []
    for run in runs([(unit.kind, unit.text) for unit in old], [(unit.kind, unit.text) for unit in new]):
        if run.op == "equal":
            changes.extend(_renumbered(old[run.i1 : run.i2], new[run.j1 : run.j2]))
        else:
            changes.extend(_rewritten(old, new, run))
    return tuple(_with_moves(changes))


def _renumbered(old: Sequence[Unit], new: Sequence[Unit]) -> list[TextChange]:
    return [
        TextChange("renumbered", after.section, before.number, after.number, heading=after.heading)
        for before, after in zip(old, new, strict=True)
        if before.number != after.number
    ]


def _rewritten(old: Sequence[Unit], new: Sequence[Unit], run: Run) -> list[TextChange]:
    gone, come = old[run.i1 : run.i2], new[run.j1 : run.j2]
    changes: list[TextChange] = []
    i = j = 0
    for a, b in [*_partners(gone, come), (len(gone), len(come))]:
        changes.extend(_removed(unit) for unit in gone[i:a])
        changes.extend(_added(unit) for unit in come[j:b])
        if a < len(gone) and b < len(come):
            changes.append(_changed(gone[a], come[b]))
        i, j = a + 1, b + 1
    return changes


def _changed(old: Unit, new: Unit) -> TextChange:
    if _only_number(old, new):
        return TextChange("renumbered", new.section, old.text, new.text, pieces(old.text, new.text))
    before, after = f"{old.number} {old.text}".strip(), f"{new.number} {new.text}".strip()
    return TextChange("changed", new.section, before, after, pieces(before, after), new.heading)


def _only_number(old: Unit, new: Unit) -> bool:
    """Whether two rows differ in nothing but the typed number in their first cell, as after an inserted step."""
    if old.kind != "row" or new.kind != "row":
        return False
    first_old, _, rest_old = old.text.partition(" | ")
    first_new, _, rest_new = new.text.partition(" | ")
    counted = _ROW_NUMBER.fullmatch(first_old) and _ROW_NUMBER.fullmatch(first_new)
    return bool(counted and rest_old == rest_new and any(letter.isalpha() for letter in rest_new))


def _removed(unit: Unit) -> TextChange:
    text = f"{unit.number} {unit.text}".strip()
    return TextChange("removed", unit.section, text, "", (Piece("delete", text),), unit.heading)


def _added(unit: Unit) -> TextChange:
    text = f"{unit.number} {unit.text}".strip()
    return TextChange("added", unit.section, "", text, (Piece("insert", text),), unit.heading)


def _partners(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Which removed unit became which added one: the order-keeping pairing of greatest likeness."""
    if not old or not new:
        return []
    if len(old) * len(new) > MAX_PAIRS:
        return [(i, i) for i in range(min(len(old), len(new))) if likeness(_bag(old[i]), _bag(new[i])) >= LIKE]
    bags_old, bags_new = [_bag(unit) for unit in old], [_bag(unit) for unit in new]
    alone = len(old) == len(new) == 1
    gain = [[_gain(a, b, bags_old[i], bags_new[j], alone) for j, b in enumerate(new)] for i, a in enumerate(old)]
    return best_chain(gain)


def _gain(old: Unit, new: Unit, bag_old: Counter[str], bag_new: Counter[str], alone: bool) -> float:
    if old.kind != new.kind:
        return 0.0
    alike = likeness(bag_old, bag_new)
    return alike if alike >= (LIKE / 2 if alone else LIKE) else 0.0


def best_chain(gain: list[list[float]]) -> list[tuple[int, int]]:
    """The order-keeping pairing of rows with columns whose gains add up to most; a gain of 0 forbids a pair."""
    rows, columns = len(gain), len(gain[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            taken = best[i + 1][j + 1] + gain[i][j] if gain[i][j] else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    chain = []
    i = j = 0
    while i < rows and j < columns:
        if gain[i][j] and best[i][j] == best[i + 1][j + 1] + gain[i][j]:
            chain.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return chain


def _bag(unit: Unit) -> Counter[str]:
    return Counter(token.lower() for token in tokens(unit.text) if token[0].isalnum())


def likeness(old: Counter[str], new: Counter[str]) -> float:
    """Share of words that two bags have in common, from 0 to 1 (Dice)."""
    size = old.total() + new.total()
    if not size:
        return 0.0
    return 2 * (old & new).total() / size


def _with_moves(changes: list[TextChange]) -> list[TextChange]:
    """Join a removal and an addition of the same words into one move."""
    gone: dict[str, list[int]] = {}
    for place, change in enumerate(changes):
        if change.kind == "removed" and len(change.old.split()) >= MOVED_WORDS:
            gone.setdefault(change.old, []).append(place)
    dropped = set()
    out = list(changes)
    for place, change in enumerate(changes):
        if change.kind == "added" and gone.get(change.new):
            dropped.add(gone[change.new].pop(0))
            out[place] = TextChange("moved", change.section, change.new, change.new, (), change.heading)
    return [change for place, change in enumerate(out) if place not in dropped]
