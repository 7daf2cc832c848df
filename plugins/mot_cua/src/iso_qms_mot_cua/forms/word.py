"""A page as a Word file."""

from __future__ import annotations

from io import BytesIO

import segno
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from iso_qms_mot_cua.forms.page import Page, Table

PAPER = {"a5": (148, 210), "a4": (210, 297)}
"""Widths and heights in millimetres."""
COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc"


def word(page: Page) -> bytes:
    """The .docx of a page, on the form's own paper."""
    file = Document()
    width, height = PAPER[page.form.paper]
    section = file.sections[0]
    if page.landscape:
        section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(12)
    style = file.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(2)
    file.core_properties.title, file.core_properties.author = page.form.title, page.agency
    _head(file, page)
    for label, value in page.lines:
        line = file.add_paragraph()
        line.add_run(f"{label}: ")
        line.add_run(value).bold = True
    if page.table:
        _table(file, page.table, width - 24)
    for sentence in page.closing:
        file.add_paragraph(sentence).runs[0].italic = True
    _foot(file, page)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _head(file: WordDocument, page: Page) -> None:
    name = file.add_paragraph()
    name.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    name.add_run(page.form.name).italic = True
    sides = file.add_table(rows=1, cols=2).rows[0].cells
    for cell, lines in zip(sides, ((page.agency.upper(), page.number), (COUNTRY, MOTTO)), strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(lines[0]).bold = True
        if lines[1]:
            second = cell.add_paragraph()
            second.alignment = WD_ALIGN_PARAGRAPH.CENTER
            second.add_run(lines[1]).bold = lines[1] is MOTTO
    title = _centred(file, page.form.title.upper())
    title.runs[0].bold = True
    title.runs[0].font.size = Pt(13)
    title.paragraph_format.space_before = Pt(8)
    _centred(file, page.dated).runs[0].italic = True


def _table(file: WordDocument, table: Table, width: float) -> None:
    grid = file.add_table(rows=1, cols=len(table.head))
    grid.style = "Table Grid"
    grid.autofit = False
    shares = [share / sum(table.widths) * width for share in table.widths]
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Mm(share)
    for row in (table.head, *table.rows):
        cells = grid.rows[0].cells if row is table.head else grid.add_row().cells
        for cell, text, share in zip(cells, row, shares, strict=True):
            cell.width = Mm(share)
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9)
            run.bold = row is table.head


def _foot(file: WordDocument, page: Page) -> None:
    """Who signs, and the QR code beside them."""
    cells = len(page.signers) + bool(page.qr)
    if not cells:
        return
    file.add_paragraph()
    row = file.add_table(rows=1, cols=cells).rows[0].cells
    for cell, signer in zip(row, page.signers, strict=False):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(signer).bold = True
    if page.qr:
        picture = BytesIO()
        segno.make(page.qr, error="m").save(picture, kind="png", scale=4, border=2)
        picture.seek(0)
        row[-1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        row[-1].paragraphs[0].add_run().add_picture(picture, width=Mm(22))


def _centred(file: WordDocument, text: str) -> Paragraph:
    paragraph = file.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph
