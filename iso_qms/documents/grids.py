"""A table as a grid: which cell covers which place."""

from __future__ import annotations

from iso_qms.documents.blocks import Cell, Table


def grid(table: Table) -> dict[tuple[int, int], Cell]:
    """The table's cells by every grid place they cover, spans of absurd width cut."""
    places: dict[tuple[int, int], Cell] = {}
    for row in table.rows:
        for cell in row:
            for down in range(min(cell.rowspan, 200)):
                for across in range(min(cell.colspan, 60)):
                    places[cell.row + down, cell.col + across] = cell
    return places
