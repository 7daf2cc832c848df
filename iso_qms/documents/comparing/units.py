"""A document's content as a flat row of comparable units, each with the section it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from iso_qms.documents.blocks import Block, Cell, Content, Paragraph, PartKind, Table
from iso_qms.documents.comparing.words import visible

UnitKind: TypeAlias = Literal["paragraph", "row", "contents"]

_CONTENTS_STYLE = re.compile(r"^(?:toc|m[uụ]c\s*l[uụ]c)\s*\d*$", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"(?:\.{6,}|…{3,})\s*\d{1,4}$")
_TYPED_HEADING = re.compile(
    r"^(?:(?:PHẦN|CHƯƠNG|MỤC|ĐIỀU)\s+)?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,6})\s*[.):\-–]?\s+(?P<title>\S.*)$"
)
_PAGE = re.compile(r"(?i)\b(trang|page|tr\.)(?P<gap>\s*(?:số)?\s*:?\s*)\d+(?:\s*(?:/|of|trên|-)\s*\d+)?")
_BARE_PAGE = re.compile(r"^[-–\s]*\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*$")
MAX_HEADING = 120
MAX_GAP = 60
_HEADING_STARTS = "0123456789IVXPCMĐ"


@dataclass(frozen=True, slots=True)
class Unit:
    """One paragraph or table row as it is seen; `number` is its printed list label, `section` the heading above it."""

    text: str
    kind: UnitKind
    section: str
    number: str = ""
    heading: bool = False


def body_units(content: Content) -> list[Unit]:
    """The body in reading order: paragraphs, rows of tables; empty ones and the table of contents' look apart."""
    section = ""
    found = []
    for unit in _units(content.body):
        if unit.heading:
            section = f"{unit.number} {unit.text}".strip()
        found.append(Unit(unit.text, unit.kind, section, unit.number, unit.heading))
    return found


def part_units(content: Content, kinds: Iterable[PartKind], *, once: bool = False) -> list[Unit]:
    """What stands in parts of these kinds; `once` leaves out parts that repeat another word for word.

    Running lines are compared once each: programs write the same header for first, odd and even pages, or do not.
    """
    wanted = set(kinds)
    parts = [tuple(_units(part.blocks)) for part in content.parts if part.kind in wanted]
    return [unit for part in (dict.fromkeys(parts) if once else parts) for unit in part]


def without_pages(text: str) -> str:
    """A running line with its page numbers made alike, so that only words are compared."""
    if _BARE_PAGE.match(text):
        return "#"
    return _PAGE.sub(lambda found: f"{found[1]}{found['gap']}#", text)


def without_leader(text: str) -> str:
    """A line of a table of contents without its dots and page number."""
    return _CONTENTS_LINE.sub("", text).strip()


def _units(blocks: Iterable[Block]) -> Iterator[Unit]:
    for block in blocks:
        if isinstance(block, Paragraph):
            unit = _paragraph(block)
            if unit.text or unit.number:
                yield unit
        else:
            yield from _rows(block)


def _rows(table: Table) -> Iterator[Unit]:
    single = table.width == 1 or all(len(row) <= 1 for row in table.rows)
    for row in table.rows:
        if single:
            # A frame of one column is a way of drawing a box; its paragraphs count as text.
            for cell in row:
                yield from _units(cell.blocks)
            continue
        texts, numbers = _across(row)
        if texts:
            yield Unit(" | ".join(texts), "row", "", " ".join(numbers))


def _across(row: Sequence[Cell]) -> tuple[list[str], list[str]]:
    """The cells' texts at their places, and their list numbers; a place no cell covers is as empty as an empty cell."""
    texts: list[str] = []
    numbers: list[str] = []
    column = 0
    for cell in row:
        texts.extend("" for _ in range(min(cell.col - column, MAX_GAP)))
        units = list(_units(cell.blocks))
        texts.append(" ".join([unit.text for unit in units]))
        numbers.extend(unit.number for unit in units if unit.number)
        column = cell.col + cell.colspan
    while texts and not texts[-1]:
        texts.pop()
    return texts, numbers


def _paragraph(block: Paragraph) -> Unit:
    text = visible(block.text)
    number = visible(block.number) if block.number else ""
    leads = ("....." in text or "……" in text) and _CONTENTS_LINE.search(text)
    if leads or (block.style and _CONTENTS_STYLE.match(block.style)):
        return Unit(text, "contents", "", number)
    return Unit(text, "paragraph", "", number, _is_heading(block, text))


def _is_heading(block: Paragraph, text: str) -> bool:
    if not text or len(text) > MAX_HEADING:
        return False
    if block.level is not None:
        return True
    return is_typed_heading(f"{block.number} {text}" if block.number else text)


def is_typed_heading(line: str) -> bool:
    """Whether a line is a heading by its own looks: a number, then capitals only."""
    if not line or line[0] not in _HEADING_STARTS or len(line) > MAX_HEADING:
        return False
    typed = _TYPED_HEADING.match(line)
    return typed is not None and typed["title"].isupper() and len(typed["title"]) > 3
