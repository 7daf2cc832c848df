"""Cells that Word merges, downwards and sideways, joined into one while a table is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from iso_qms.documents.blocks import Block, Cell, Paragraph, Table


@dataclass(slots=True)
class Span:
    """What a cell says of its merging: columns covered, and ``restart`` or ``continue`` downwards and sideways."""

    columns: int = 1
    merge: str = ""
    sideways: str = ""


@dataclass(slots=True)
class _Draft:
    blocks: tuple[Block, ...]
    row: int
    col: int
    columns: int
    rows: int = 1


@dataclass(slots=True)
class MergedGrid:
    """A table being read: joins the cells that Word merges, downwards and sideways."""

    drafts: list[list[_Draft]] = field(default_factory=list)
    _open: dict[int, _Draft] = field(default_factory=dict)
    _row: int = 0
    _col: int = 0

    def start(self, row: int, before: int) -> None:
        """Begin a row, `before` grid columns in."""
        self.drafts.append([])
        self._row, self._col = row, before

    def add(self, blocks: tuple[Block, ...], span: Span) -> None:
        """Add a cell, or to the cell it is merged with."""
        col, self._col = self._col, self._col + span.columns
        above = self._open.get(col)
        if span.sideways == "continue" and self.drafts[-1]:
            self.drafts[-1][-1].columns += span.columns
            _absorb(self.drafts[-1][-1], blocks)
        elif span.merge == "continue" and above is not None and above.row + above.rows == self._row:
            above.rows += 1
            _absorb(above, blocks)
        else:
            draft = _Draft(blocks, self._row, col, span.columns)
            self.drafts[-1].append(draft)
            if span.merge:
                self._open[col] = draft
            else:
                self._open.pop(col, None)

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The table's rows, merged cells once."""
        return tuple(tuple(Cell(d.blocks, d.row, d.col, d.rows, d.columns) for d in row) for row in self.drafts)


def _absorb(draft: _Draft, blocks: tuple[Block, ...]) -> None:
    """Keep text that stands in the covered part of a merged cell, unless the cell says the same already."""
    known = {block.text for block in draft.blocks if isinstance(block, Paragraph)}
    extra = tuple(
        block for block in blocks if isinstance(block, Table) or (block.text.strip() and block.text not in known)
    )
    draft.blocks += extra
