"""The stretches of a document in which its fields stand: page headers, the cover and text boxes, as pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iso_qms.documents.blocks import Block, Cell, Content, Paragraph, Part, Table, lines
from iso_qms.documents.grids import grid
from iso_qms.documents.labels import section_of
from iso_qms.documents.revisions import is_revision_table
from iso_qms.documents.text import key

_FRONT_BLOCKS = 40
_FRONT_ROWS = 40
# Nothing on a cover is longer; what is, is no cover, and patterns are not let loose on it.
_MAX_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Text read as one: a cell, or paragraphs in a row; `right` and `below` are the neighbouring cells' texts,
    `columns` how many cells its row has.

    `trust` (0 to 1) is what a label found here is worth: page header and cover most, text boxes less.
    """

    text: str
    place: str
    trust: float
    right: str = ""
    below: str = ""
    cell: bool = False
    columns: int = 1


def front_pieces(content: Content) -> Iterator[Piece]:
    """Yield the pieces of page headers, the cover (the body up to its first section), footers and text boxes."""
    for kind, trust in (("header", 0.95), ("body", 0.95), ("footer", 0.85), ("textbox", 0.85)):
        parts = [part for part in content.parts if part.kind == kind]
        # A PDF's further pages are bodies too, but no covers.
        for part in parts[:1] if kind == "body" else parts:
            yield from _pieces(cover(part.blocks) if kind == "body" else part.blocks, _name(part), trust)


def cover(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks before the first section heading; the first forty where there is none."""
    found: list[Block] = []
    for block in blocks[:_FRONT_BLOCKS]:
        if isinstance(block, Paragraph):
            if section_of(key(block.text)):
                break
            found.append(block)
            continue
        rows = _rows_before_section(block)
        found.append(Table(block.rows[:rows]))
        if rows < min(len(block.rows), _FRONT_ROWS):
            break
    return tuple(found)


def _rows_before_section(table: Table) -> int:
    for index, row in enumerate(table.rows[:_FRONT_ROWS]):
        for cell in row[:2]:
            head = next((line for line in lines(cell.blocks) if line.strip()), "")
            if section_of(key(head)) in ("purpose", "scope"):
                return index
    return min(len(table.rows), _FRONT_ROWS)


def _short(cell: Cell | None) -> str:
    return cell.text[:_MAX_TEXT] if cell is not None else ""


def _name(part: Part) -> str:
    return part.kind if part.kind == "body" else f"{part.kind} {part.name.rsplit('/', 1)[-1]}"


def _pieces(blocks: tuple[Block, ...], place: str, trust: float) -> Iterator[Piece]:
    run: list[str] = []
    start = tables = 0
    for index, block in enumerate(blocks, 1):
        if isinstance(block, Paragraph):
            start = start if run else index
            run.append(block.text)
            continue
        if run:
            yield Piece("\n".join(run)[:_MAX_TEXT], f"{place}, paragraph {start}", trust)
            run = []
        tables += 1
        if not is_revision_table(block):
            yield from _cells(block, f"{place}, table {tables}", trust)
    if run:
        yield Piece("\n".join(run)[:_MAX_TEXT], f"{place}, paragraph {start}", trust)


def _cells(table: Table, place: str, trust: float) -> Iterator[Piece]:
    places = grid(table)
    for row in table.rows:
        for cell in row:
            right = places.get((cell.row, cell.col + cell.colspan))
            below = places.get((cell.row + cell.rowspan, cell.col))
            own = "\n".join(block.text for block in cell.blocks if isinstance(block, Paragraph))[:_MAX_TEXT]
            spot = f"{place}, row {cell.row + 1}, column {cell.col + 1}"
            yield Piece(own, spot, trust, _short(right), _short(below), cell=True, columns=len(row))
            for block in cell.blocks:
                if isinstance(block, Table):
                    yield from _cells(block, f"{spot}, table", trust)
