"""Ruled lines and the places of words give back the table they were drawn for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iso_qms.documents.blocks import Paragraph, Table
from iso_qms.documents.pdftables import Rule, Run, page_blocks

WIDE, HIGH = 60.0, 20.0


@st.composite
def grids(draw: st.DrawFn) -> tuple[int, int, dict[tuple[int, int], tuple[int, int]]]:
    """Rows, columns, and the rows and columns that each cell covers, by its upper left place."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    cells: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for row in range(rows):
        for col in range(columns):
            if (row, col) in taken:
                continue
            wide = 2 if col + 1 < columns and (row, col + 1) not in taken and draw(st.integers(0, 5)) == 0 else 1
            high = 2 if wide == 1 and row + 1 < rows and draw(st.integers(0, 5)) == 0 else 1
            cells[row, col] = high, wide
            taken.update((row + down, col + across) for down in range(high) for across in range(wide))
    return rows, columns, cells


@given(grids(), st.floats(-1, 1))
def test_any_grid_of_merged_cells_is_found_again_from_its_edges(
    grid: tuple[int, int, dict[tuple[int, int], tuple[int, int]]], shake: float
) -> None:
    rows, columns, cells = grid
    rules, runs = [], []
    for (row, col), (high, wide) in cells.items():
        left, right = 50 + col * WIDE, 50 + (col + wide) * WIDE
        top, bottom = 700 - row * HIGH, 700 - (row + high) * HIGH
        rules += [Rule(True, top + shake, left, right), Rule(True, bottom, left, right)]
        rules += [Rule(False, left, bottom, top), Rule(False, right + shake, bottom, top)]
        runs.append(Run(left + 5, top - 15, left + 30, top - 5, f"ô {row} {col}"))
    drawn_rows = {row for row in range(1, rows) if any(at == row for at, _ in cells)}
    drawn_columns = {col for col in range(1, columns) if any(at == col for _, at in cells)}
    if len(drawn_rows) + 1 < rows or len(drawn_columns) + 1 < columns:
        return
    blocks = page_blocks(rules, runs)
    assert blocks is not None
    (table,) = blocks
    assert isinstance(table, Table)
    found = {(cell.row, cell.col): (cell.rowspan, cell.colspan) for row in table.rows for cell in row}
    assert found == cells
    assert all(cell.text == f"ô {cell.row} {cell.col}" for row in table.rows for cell in row)


def test_words_around_a_table_stay_above_and_below_it_line_by_line() -> None:
    rules = [Rule(True, at, 50, 250) for at in (700, 680, 660)] + [Rule(False, at, 660, 700) for at in (50, 150, 250)]
    runs = [Run(50, 720, 90, 730, "trên"), Run(95, 720, 130, 730, "bảng"), Run(60, 685, 80, 695, "trong")]
    runs.append(Run(50, 640, 90, 650, "dưới"))
    blocks = page_blocks(rules, runs)
    assert blocks is not None
    assert [block.text if isinstance(block, Paragraph) else "bảng" for block in blocks] == ["trên bảng", "bảng", "dưới"]


def test_lines_that_make_no_grid_are_no_table() -> None:
    assert page_blocks([Rule(True, 700, 50, 250), Rule(True, 690, 50, 250)], []) is None
    assert page_blocks([], [Run(0, 0, 1, 1, "a")]) is None
