"""The sections of a document's body by their headings, and headings that have lost their numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from iso_qms.documents.blocks import Block, Content, Paragraph, Problem, Table, lines
from iso_qms.documents.labels import section_of
from iso_qms.documents.problems import problem
from iso_qms.documents.text import key


def section_texts(content: Content, name: str) -> list[str]:
    """The lines of the sections of one name (``forms``, ``records`` …), from heading to next heading."""
    found: list[str] = []
    inside = False
    for line, heading in _lines(content):
        if heading is not None:
            inside = heading == name
        elif inside:
            found.append(line)
    return found


def numbering_problems(content: Content) -> Iterator[Problem]:
    """A problem where three headings or more all bear one number: automatic numbering got lost in an export."""
    numbers = Counter(
        match[1]
        for line, heading in _lines(content)
        if heading is not None and (match := re.match(r"\s*(\d{1,2}|[IVX]{1,4})[.)]?\s", line))
    )
    if sum(numbers.values()) >= 3 and len(numbers) == 1:
        yield problem("lost-numbering", number=next(iter(numbers)))


def _lines(content: Content) -> Iterator[tuple[str, str | None]]:
    for part in content.parts:
        if part.kind == "body":
            yield from _of_blocks(part.blocks)


def _of_blocks(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str | None]]:
    for block in blocks:
        if isinstance(block, Paragraph):
            shown = f"{block.number} {block.text}" if block.number else block.text
            yield shown, section_of(key(block.text))
            continue
        yield from _of_table(block)


def _of_table(table: Table) -> Iterator[tuple[str, str | None]]:
    """A table's lines; a heading counts only where its row holds nothing else, as in documents set in one big table."""
    for row in table.rows:
        filled = [cell for cell in row if cell.text.strip()]
        alone = len(filled) <= 2
        for cell in filled:
            for line in lines(cell.blocks):
                if line.strip():
                    yield line, section_of(key(line)) if alone else None
