"""The frame of a controlled document: page header, cover, sign-off block, revision table and a form's mark."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from . import page
from .blocks import fill_cell, tight, write
from .content import Form, Procedure
from .markup import Grid

COLUMNS = (
    "Yêu cầu sửa đổi/ bổ sung",
    "Trang / Phần liên quan việc sửa đổi",
    "Mô tả nội dung sửa đổi",
    "Lần ban hành / Lần sửa đổi",
    "Ngày ban hành",
)
AGENCY = "ỦY BAN NHÂN DÂN¶XÃ SÔNG TRĂNG"


def header(document: Any, item: Procedure) -> None:
    """The table at the top of every page but the cover: agency, title, code, issue, date, page of pages."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    whole = page.width(section)
    table = section.header.add_table(1, 3, Cm(whole))
    table.style = "Table Grid"
    page.set_widths(table, [4.8, round(whole - 9.9, 2), 5.1])
    left, middle, right = table.rows[0].cells
    fill_cell(left, "**UBND XÃ SÔNG TRĂNG**¶" + item.unit, centred=True)
    fill_cell(middle, f"**QUY TRÌNH**¶**{item.title}**", centred=True)
    fill_cell(right, "¶".join(f"{label}: {value}" for label, value in item.facts()))
    number = right.add_paragraph()
    tight(number)
    number.add_run("Trang: ")
    page.add_field(number, "PAGE", "2")
    number.add_run("/")
    page.add_field(number, "NUMPAGES", "2")
    for cell in (left, middle, right):
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
            run.font.size = Pt(10.5)
    first = section.header.paragraphs[0]
    section.header._element.append(first._p)
    tight(first)
    first.paragraph_format.line_spacing = Pt(6)


def cover(document: Any, item: Procedure) -> None:
    """Page 1, with the sign-off block at its foot; the revision table opens page 2."""
    _centred(document, "ỦY BAN NHÂN DÂN XÃ SÔNG TRĂNG", 14, before=6)
    _centred(document, "TỈNH HẢI GIANG", 14, bold=False)
    _centred(document, "———————", 14, bold=False)
    _centred(document, "QUY TRÌNH", 26, before=110, after=14)
    # Capitals by formatting, so that search and registers meet the title as it is written.
    title = document.add_paragraph(style="Title").add_run(item.title)
    title.font.size, title.font.all_caps = Pt(15 if len(item.title) > 90 else 18), True
    _centred(document, "Hệ thống quản lý chất lượng theo TCVN ISO 9001:2015", 13, bold=False, before=12, after=24)
    _facts(document, item)
    _centred(document, f"(Ban hành kèm theo {item.decision})", 13, bold=False, italic=True, before=18, after=60)
    _sign_off(document, item)
    document.add_page_break()
    _centred(document, item.revision_title, 13, after=6)
    rows = tuple((row.request, row.place, row.change, row.issue, row.date) for row in item.revisions)
    blanks = ((("",) * 5),) * max(0, 5 - len(rows))
    write(document, Grid(COLUMNS, rows + blanks, (3.8, 2.9, 5.0, 2.3, 2.5)))


def _centred(
    document: Any,
    text: str,
    size: float,
    *,
    bold: bool = True,
    italic: bool = False,
    before: float = 0,
    after: float = 2,
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.1
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _facts(document: Any, item: Procedure) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for label, value in item.facts():
        cells = table.add_row().cells
        fill_cell(cells[0], f"{label}:")
        fill_cell(cells[1], f"**{value}**")
    page.set_widths(table, [4.0, 5.0])


def _sign_off(document: Any, item: Procedure) -> None:
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    head = table.add_row()
    for cell, text in zip(head.cells, ("Trách nhiệm", *(signer.seat for signer in item.signers)), strict=True):
        page.shade(cell, "E8EEF4")
        fill_cell(cell, f"**{text}**", centred=True)
    for label in item.sign_rows:
        row = table.add_row()
        page.keep_whole(row)
        if label == "Chữ ký":
            row.height = Cm(2.6)
        values = {"Chữ ký": "", "Ngày ký": "…/…/2026"}
        for cell, text in zip(
            row.cells, (label, *(values.get(label, _of(signer, label)) for signer in item.signers)), strict=True
        ):
            fill_cell(cell, text, centred=True)
    page.set_widths(table, [3.0, 4.5, 4.5, 4.5])


def _of(signer: object, label: str) -> str:
    return str(getattr(signer, "position" if label.startswith("Chức") else "name"))


def form_mark(document: Any, item: Procedure, form: Form) -> None:
    """The form's code, issue and date in the page header, the page number in the footer."""
    section = document.sections[0]
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, bold in ((form.code, True), (f" – Lần ban hành: {form.issue} – Ngày ban hành: {item.date}", False)):
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(10)
    if form.note:
        note = section.header.add_paragraph()
        note.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = note.add_run(form.note)
        run.italic, run.font.size = True, Pt(9)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run("Trang ")
    page.add_field(foot, "PAGE", "1")
    foot.add_run("/")
    page.add_field(foot, "NUMPAGES", "1")
