"""Blocks of the markup, written into a Word document."""

from __future__ import annotations

import re
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_LEADER
from docx.shared import Cm, Pt

from . import page
from .markup import Block, Break, Grid, Line, Motto, Seats

STYLES = {
    "text": "Normal",
    "head1": "Heading 1",
    "head2": "Heading 2",
    "head3": "Heading 3",
    "dash": "List Bullet",
    "plus": "List Bullet 2",
    "title": "Title",
    "centre": "Subtitle",
    "right": "Normal",
}
FILL = "…"
ADDRESSEES = "Nơi nhận:"
SHORT, DOTS = "……", "." * 7
_INLINE = re.compile(r"(\*\*.+?\*\*|__.+?__)")
_NARROW = {
    "TT",
    "STT",
    "Bước",
    "Thời gian",
    "Bản chính",
    "Bản sao",
    "Mã hiệu",
    "Số lượng",
    "Thời gian lưu",
    "Có",
    "Không",
    "Số bản",
}


def write(document: Any, block: Block) -> None:
    """Append one block to the document."""
    if isinstance(block, Line):
        _line(document, block)
    elif isinstance(block, Grid):
        _grid(document, block)
    elif isinstance(block, Seats):
        _seats(document, block)
    elif isinstance(block, Motto):
        _motto(document, block)
    elif isinstance(block, Break):
        document.add_page_break()


def inline(paragraph: Any, text: str) -> None:
    """Add text in which **bold** and __italic__ are marked."""
    for part in _INLINE.split(text):
        if part.startswith("**"):
            paragraph.add_run(part.strip("*")).bold = True
        elif part.startswith("__"):
            paragraph.add_run(part.strip("_")).italic = True
        elif part:
            paragraph.add_run(part)


def _line(document: Any, line: Line) -> None:
    paragraph = document.add_paragraph(style=STYLES[line.kind])
    text = line.text.replace(SHORT, DOTS)
    if line.kind == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif DOTS in text and line.kind == "text":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if FILL in text and line.kind == "text":
        _filled(paragraph, text, page.width(document.sections[0]))
    else:
        inline(paragraph, text)


def _filled(paragraph: Any, text: str, total: float) -> None:
    """Draw each … as a dotted line to a tab stop; the stops are spread by the length of the words before them."""
    parts = text.split(FILL)
    fills = len(parts) - 1
    weights = [len(part) + 14 for part in parts[:fills]]
    tail = len(parts[-1].strip()) * 0.22
    reached, whole = 0.0, float(sum(weights))
    for weight in weights:
        reached += weight
        stop = (total - tail) * reached / whole
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(round(stop, 2)), leader=WD_TAB_LEADER.DOTS)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for index, part in enumerate(parts):
        inline(paragraph, part)
        if index < fills:
            paragraph.add_run("\t")


def _grid(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.header), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    head = table.add_row()
    page.repeat_header(head)
    for cell, text in zip(head.cells, grid.header, strict=True):
        page.shade(cell, "E8EEF4")
        fill_cell(cell, f"**{text}**" if text else "", centred=True)
    for values in grid.rows:
        row = table.add_row()
        page.keep_whole(row)
        if not any(values):
            row.height = Cm(0.8)
        for cell, text, name in zip(row.cells, values, grid.header, strict=True):
            fill_cell(cell, text, centred=name in _NARROW)
    whole = page.width(document.sections[0])
    page.set_widths(table, [round(whole * part / sum(grid.widths), 2) for part in grid.widths])
    _gap(document)


def fill_cell(cell: Any, text: str, *, centred: bool = False) -> None:
    """Write a cell's paragraphs, divided by ¶, in the table's size."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    for index, part in enumerate(text.split("¶")):
        if index:
            paragraph = cell.add_paragraph()
        tight(paragraph, centred=centred)
        inline(paragraph, part.strip())


def tight(paragraph: Any, *, centred: bool = False) -> None:
    """Little air around a paragraph of a table."""
    paragraph.style = page.CELL
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT


def _seats(document: Any, seats: Seats) -> None:
    # One signer alone signs at the right, as on any administrative paper.
    titles = ("", *seats.titles) if len(seats.titles) == 1 else seats.titles
    table = document.add_table(rows=1, cols=len(titles))
    page.borderless(table)
    page.keep_whole(table.rows[0])
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        if title.startswith(ADDRESSEES):
            listed = "".join(f"¶- {name.strip()}" for name in title.removeprefix(ADDRESSEES).split(","))
            fill_cell(cell, f"**{ADDRESSEES}**{listed}")
        else:
            fill_cell(cell, f"**{title.upper()}**¶__(Ký, ghi rõ họ tên)__¶¶¶¶" if title else "", centred=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    whole = page.width(document.sections[0])
    page.set_widths(table, [round(whole / len(titles), 2)] * len(titles))


def _motto(document: Any, motto: Motto) -> None:
    nation = "**CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**¶**Độc lập - Tự do - Hạnh phúc**¶———————————"
    agency = "¶".join(f"**{part.strip()}**" for part in motto.agency.split("¶"))
    texts = (f"{agency}¶———————¶{motto.number.replace(SHORT, DOTS)}", nation) if motto.agency else (nation,)
    table = document.add_table(rows=1, cols=len(texts))
    page.borderless(table)
    whole = page.width(document.sections[0])
    shares = (0.38, 0.62) if len(texts) == 2 else (1.0,)
    page.set_widths(table, [round(whole * share, 2) for share in shares])
    for cell, text in zip(table.rows[0].cells, texts, strict=True):
        fill_cell(cell, text, centred=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
            run.font.size = Pt(9 if whole < 14 else 12)
    _gap(document)


def _gap(document: Any) -> None:
    paragraph = document.add_paragraph()
    tight(paragraph)
    paragraph.paragraph_format.line_spacing = Pt(6)
