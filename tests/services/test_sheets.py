"""Tables for people open in any spreadsheet program, say exactly what was written, and never run anything."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from iso_qms.services import sheets
from iso_qms.services.sheets import CsvSheet, XlsxSheet

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
rows_of_cells = st.lists(st.tuples(texts | st.none(), st.integers(-(10**9), 10**9) | st.none(), texts), max_size=8)


def xlsx_of(rows: list[tuple[sheets.Cell, ...]], header: tuple[str, ...] = ("a", "b", "c")) -> bytes:
    out = io.BytesIO()
    book = XlsxSheet(out, "Nhật ký <&>", header, [10] * len(header))
    for row in rows:
        book.row(row)
    book.close()
    return out.getvalue()


def read_back(book: bytes, sheet: int = 1) -> list[list[sheets.Cell]]:
    """The cells as the standard says they read: inline strings with _xHHHH_ undone, numbers."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        tree = etree.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml"))
    found: list[list[sheets.Cell]] = []
    for row in tree.iter(f"{MAIN}row"):
        cells: list[sheets.Cell] = []
        for cell in row:
            value, text = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}is/{MAIN}t")
            assert cell.find(f"{MAIN}f") is None
            cells.append(int(value.text) if value is not None else None if text is None else undone(text.text or ""))
        found.append(cells)
    return found


def undone(text: str) -> str:
    import re

    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


@given(rows_of_cells)
def test_a_workbook_reads_back_as_it_was_written(rows: list[tuple[sheets.Cell, ...]]) -> None:
    read = read_back(xlsx_of(rows))
    assert read[0] == ["a", "b", "c"]
    # XML readers take a carriage return for a newline; empty text is an empty cell.
    wanted = [
        [c.replace("\r\n", "\n").replace("\r", "\n") or None if isinstance(c, str) else c for c in r] for r in rows
    ]
    assert read[1:] == wanted


@given(rows_of_cells)
def test_a_csv_file_reads_back_and_no_cell_begins_a_formula(rows: list[tuple[sheets.Cell, ...]]) -> None:
    out = io.BytesIO()
    sheet = CsvSheet(out)
    for row in rows:
        sheet.row(row)
    sheet.flush()
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert len(read) == len(rows)
    for row, cells in zip(rows, read, strict=True):
        for cell, text in zip(row, cells, strict=True):
            assert text.removeprefix("'") == (str(cell) if cell is not None else "").removeprefix("'")
            assert isinstance(cell, int) or not text.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@pytest.mark.parametrize("attack", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "\n=1"])
def test_formulas_stay_text(attack: str) -> None:
    out = io.BytesIO()
    sheet = CsvSheet(out)
    sheet.row(("ok", attack))
    sheet.flush()
    assert next(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))[1] == "'" + attack
    assert read_back(xlsx_of([("ok", None, attack)]))[1][2] == attack.replace("\r", "\n")


def test_a_new_sheet_begins_where_excel_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    book = xlsx_of([(str(n), n, "x") for n in range(7)])
    assert [len(read_back(book, sheet)) for sheet in (1, 2, 3)] == [4, 4, 2]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = [one.get("name") for one in etree.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
    assert names == ["Nhật ký <&>", "Nhật ký <&> 2", "Nhật ký <&> 3"]


def test_a_cell_longer_than_excel_allows_is_cut() -> None:
    assert len(str(read_back(xlsx_of([("x" * 40_000, None, "y")]))[1][0])) == sheets.MOST_CHARACTERS
