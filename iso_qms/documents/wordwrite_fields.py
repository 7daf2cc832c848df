"""Values put behind the labels of a Word file, or into the cell beside them, in the way the office writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from iso_qms.documents import values
from iso_qms.documents.candidates import signer_label
from iso_qms.documents.dates import find_date
from iso_qms.documents.labels import LABEL
from iso_qms.documents.names import TBL, P
from iso_qms.documents.package import Element
from iso_qms.documents.revisions import is_revision_table
from iso_qms.documents.text import canonical_code, fold, key
from iso_qms.documents.wordtext import Grid, cell_text, cells_beside, grid_of, model_of, replace_text, text_of

Value: TypeAlias = str | int | date

_END = re.compile(r"[\n\t;|]|\s{3,}")
_ASIDE = re.compile(r"\s*\([^)\n]{0,40}\)")
_COLON = re.compile(r"\s*:[ \u00a0]*")
_COUNT = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class _Spot:
    name: str
    paragraph: Element
    start: int
    end: int


def write_fields(blocks: list[Element], facts: Mapping[str, Value]) -> bool:
    """Write every fact that has a labelled place among the blocks; whether anything had to change."""
    changed = False
    # From behind, so that a written value does not move the places before it in the same paragraph.
    seen: set[tuple[Element, int]] = set()
    for spot in reversed(list(_spots(blocks))):
        if (spot.paragraph, spot.start) in seen:
            continue
        seen.add((spot.paragraph, spot.start))
        text = text_of(spot.paragraph)[spot.start : spot.end]
        new = _written(spot.name, text, facts)
        if new is not None and new != text:
            replace_text(spot.paragraph, spot.start, spot.end, new)
            changed = True
    return changed


def replace_bare(blocks: list[Element], old: str, new: str) -> bool:
    """Write the code where it stands without a label, in a header or before the title; whether anything changed."""
    if not old or not new or canonical_code(old) == canonical_code(new):
        return False
    word = re.compile(rf"(?<![\w.\-/]){re.escape(old)}(?![\w\-/]|\.\w)")
    changed = False
    for block in blocks:
        for paragraph in list(block.iter(P)):
            for found in reversed(list(word.finditer(text_of(paragraph)))):
                replace_text(paragraph, found.start(), found.end(), new)
                changed = True
    return changed


def _spots(blocks: list[Element]) -> Iterator[_Spot]:
    for block in blocks:
        if block.tag == P:
            yield from _in_line(block)
            continue
        for table in block.iter(TBL):
            grid = grid_of(table)
            if is_revision_table(model_of(grid)):
                continue
            # In a sign-off block "Ngày" is the day somebody signed.
            signed = any(signer_label(cell_text(cell)) for cell in grid.values())
            for cell in dict.fromkeys(grid.values()):
                yield from (spot for spot in _in_cell(cell, grid) if not (signed and spot.name == "bare_date"))


def _in_cell(cell: Element, grid: Grid) -> Iterator[_Spot]:
    beside = list(_beside(cell, grid))
    for paragraph in cell.iterchildren(P):
        for spot in _in_line(paragraph):
            if not beside or not values.blank(text_of(paragraph)[spot.start : spot.end]):
                yield spot
    yield from beside


def _in_line(paragraph: Element) -> Iterator[_Spot]:
    """``Lần ban hành: 02`` in one paragraph, several labels after one another too."""
    text = text_of(paragraph)
    folded = fold(text)
    labels = list(_labels(folded))
    for place, (name, _, start) in enumerate(labels):
        stop = labels[place + 1][1] if place + 1 < len(labels) else len(text)
        cut = _END.search(text, start, stop)
        end = cut.start() if cut else stop
        end = start + len(text[start:end].rstrip(" \u00a0,–-"))
        yield _Spot(name, paragraph, start, max(start, end))


def _labels(folded: str) -> Iterator[tuple[str, int, int]]:
    """Labels with their colon: name, where the label begins, where its value begins."""
    for label in LABEL.finditer(folded):
        aside = _ASIDE.match(folded, label.end())
        colon = _COLON.match(folded, aside.end() if aside else label.end())
        if colon is not None:
            yield label.lastgroup or "", label.start(), colon.end()


def _beside(cell: Element, grid: Grid) -> Iterator[_Spot]:
    """``Lần ban hành`` alone in a cell: its value is in the cell to the right, else below."""
    own = [paragraph for paragraph in cell.iterchildren(P) if text_of(paragraph).strip()]
    if len(own) != 1:
        return
    label = LABEL.fullmatch(key(text_of(own[0])))
    if label is None:
        return
    for other in cells_beside(cell, grid):
        lines = list(other.iterchildren(P))
        shown = next((line for line in lines if text_of(line).strip()), lines[0] if lines else None)
        if shown is None:
            continue
        text = text_of(shown)
        if LABEL.match(key(text)):
            continue
        left = len(text) - len(text.lstrip())
        yield _Spot(label.lastgroup or "", shown, left, max(left, len(text.rstrip())))
        return


def _written(name: str, text: str, facts: Mapping[str, Value]) -> str | None:
    """The value in the manner of the text that stood there; ``None`` where the text is not to be touched."""
    if name == "both":
        return _pair(text, facts)
    value = facts.get("issue_date" if name == "bare_date" else name)
    if value is None:
        return None
    if isinstance(value, date):
        return _day(text, value)
    if isinstance(value, int):
        return _count(text, value)
    return _words(name, text, value)


def _pair(text: str, facts: Mapping[str, Value]) -> str | None:
    issue, revision = facts.get("issue"), facts.get("revision")
    if not isinstance(issue, int):
        return None
    found = values.pair(text)
    if found is None and not values.blank(text):
        return None
    if not isinstance(revision, int):
        return f"{issue:02d}" if found is None or found.value[1] is None else None
    return f"{issue:02d}/{revision:02d}"


def _day(text: str, value: date) -> str | None:
    found = find_date(text)
    if found is None:
        return f"{value:%d/%m/%Y}" if values.blank(text) else None
    if found.value == value:
        return text
    if "thang" in fold(found.raw):
        shown = f"{value:%d} tháng {value:%m} năm {value:%Y}"
        shown = f"{found.raw[:4]} {shown}" if fold(found.raw).startswith("ngay") else shown
    else:
        mark = next((letter for letter in found.raw if letter in "/.-"), "/")
        shown = value.strftime(f"%d{mark}%m{mark}%Y")
    return text.replace(found.raw, shown, 1)


def _count(text: str, value: int) -> str | None:
    found = values.count(text)
    if found is not None and found.value == value:
        return text
    if values.blank(text):
        return f"{value:02d}"
    if found is None:
        return None
    digits = _COUNT.search(text)
    return f"{text[: digits.start()]}{value:02d}{text[digits.end() :]}" if digits else f"{value:02d}"


def _words(name: str, text: str, value: str) -> str | None:
    if name == "code":
        found = values.code(text)
        if found is None:
            return value if values.blank(text) else None
        return text.replace(found.raw, value, 1) if found.raw in text else value
    if text.isupper():
        return value.upper()
    return value
