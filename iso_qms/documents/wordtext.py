"""The text of Word paragraphs and tables as places that can be read and written without losing their formats."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lxml import etree

from iso_qms.documents.blocks import Cell, Paragraph, Table
from iso_qms.documents.names import (
    BR,
    CR,
    GRID_BEFORE,
    GRID_SPAN,
    P_PR,
    PTAB,
    RUN_PR,
    TAB,
    TC,
    TC_PR,
    TR,
    TR_PR,
    V_MERGE,
    VAL,
    P,
    R,
    T,
)
from iso_qms.documents.package import Element
from iso_qms.documents.redline_blocks import inside

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAKS = {TAB: "\t", PTAB: "\t", BR: "\n", CR: "\n"}
Grid: TypeAlias = Mapping[tuple[int, int], Element]


def text_of(paragraph: Element) -> str:
    """The paragraph's text, tabs and breaks as one character each."""
    return "".join(text for _, text in _pieces(paragraph))


def cell_text(cell: Element) -> str:
    """The cell's text, one line per paragraph."""
    return "\n".join(text_of(paragraph) for paragraph in cell.iterchildren(P))


def replace_text(paragraph: Element, start: int, end: int, new: str) -> None:
    """Put ``new`` in the place of the characters from ``start`` to ``end``, in the format that stood there."""
    at = 0
    target: Element | None = None
    for node, text in list(_pieces(paragraph)):
        stop = at + len(text)
        if node.tag == T and at <= end and stop >= start:
            left, right = max(0, start - at), max(0, min(len(text), end - at))
            inner = new if target is None else ""
            if target is None or right > left:
                node.text = text[:left] + inner + text[right:]
                node.set(SPACE, "preserve")
            target = node if target is None else target
        elif node.tag != T and at < end and stop > start:
            node.getparent().remove(node)
        at = stop
    if target is None:
        _append(paragraph, new)


def set_cell(cell: Element, new: str) -> bool:
    """Make ``new`` the cell's text, in the format of what stood there; whether that changed anything."""
    lines = list(cell.iterchildren(P))
    if cell_text(cell).strip() == new:
        return False
    if not lines:
        cell.append(cell.makeelement(P))
        lines = list(cell.iterchildren(P))
    shown = next((line for line in lines if text_of(line).strip()), lines[0])
    replace_text(shown, 0, len(text_of(shown)), new)
    for line in lines:
        if line is not shown and text_of(line).strip():
            cell.remove(line)
    return True


def rows_of(table: Element) -> list[Element]:
    """The table's own rows."""
    return list(inside(table, TR))


def grid_of(table: Element) -> dict[tuple[int, int], Element]:
    """The table's cells by every place they cover; a cell that spans rows is its first one."""
    places: dict[tuple[int, int], Element] = {}
    for row_number, row in enumerate(rows_of(table)):
        before = row.find(f"{TR_PR}/{GRID_BEFORE}")
        column = _whole(before, 0)
        for cell in inside(row, TC):
            span = max(1, min(60, _whole(cell.find(f"{TC_PR}/{GRID_SPAN}"), 1)))
            merge = cell.find(f"{TC_PR}/{V_MERGE}")
            above = places.get((row_number - 1, column))
            held = above if merge is not None and merge.get(VAL) != "restart" and above is not None else cell
            for across in range(span):
                places[row_number, column + across] = held
            column += span
    return places


def cells_beside(cell: Element, grid: Grid) -> Iterator[Element]:
    """The cell to the right, then the one below."""
    spots = [spot for spot, held in grid.items() if held is cell]
    bottom, right = max(row for row, _ in spots), max(column for _, column in spots)
    top, left = min(spots)
    for spot in ((top, right + 1), (bottom + 1, left)):
        other = grid.get(spot)
        if other is not None and other is not cell:
            yield other


def model_of(grid: Grid) -> Table:
    """The table as readers see it, its cells' texts only."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), held in grid.items():
        spots = (
            [spot for spot, other in grid.items() if other is held] if _spans(grid, row, column) else [(row, column)]
        )
        if min(spots) != (row, column):
            continue
        down = max(spot[0] for spot in spots) - row + 1
        across = max(spot[1] for spot in spots) - column + 1
        lines = tuple(Paragraph(text_of(paragraph)) for paragraph in held.iterchildren(P))
        rows.setdefault(row, {})[column] = Cell(lines, row, column, down, across)
    last = max(rows, default=-1)
    return Table(tuple(tuple(cell for _, cell in sorted(rows.get(row, {}).items())) for row in range(last + 1)))


def _spans(grid: Grid, row: int, column: int) -> bool:
    held = grid[row, column]
    near = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
    return any(grid.get(spot) is held for spot in near)


def _pieces(paragraph: Element) -> Iterator[tuple[Element, str]]:
    for node in paragraph.iter(T, *_BREAKS):
        if node.tag != T and node.getparent().tag != R:
            continue
        if next(node.iterancestors(P)) is paragraph:
            yield node, (node.text or "") if node.tag == T else _BREAKS[node.tag]


def _append(paragraph: Element, new: str) -> None:
    run = etree.SubElement(paragraph, R)
    last = next(reversed(list(paragraph.iter(R))[:-1]), None)
    properties = last.find(RUN_PR) if last is not None else None
    if properties is None:
        mark = paragraph.find(f"{P_PR}/{RUN_PR}")
        properties = mark
    if properties is not None:
        run.append(copy.deepcopy(properties))
    text = etree.SubElement(run, T)
    text.text = new
    text.set(SPACE, "preserve")


def _whole(node: Element | None, default: int) -> int:
    value = node.get(VAL) if node is not None else None
    return int(value) if value and value.isdigit() else default
