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
    _centred(file, page.form.name).runs[0].italic = True
    _centred(file, page.agency.upper()).runs[0].bold = True
    if page.number:
        _centred(file, page.number)
    title = _centred(file, page.form.title.upper())
    title.runs[0].bold = True
    title.runs[0].font.size = Pt(13)
    _centred(file, page.dated).runs[0].italic = True


def _table(file: WordDocument, table: Table, width: float) -> None:
    grid = file.add_table(rows=1, cols=len(table.head))
    grid.style = "Table Grid"
    grid.autofit = False
    shares = [share / sum(table.widths) * width for share in table.widths]
    for row in (table.head, *table.rows):
        cells = grid.rows[0].cells if row is table.head else grid.add_row().cells
        for cell, text, share in zip(cells, row, shares, strict=True):
            cell.width = Mm(share)
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9)
            run.bold = row is table.head


def _foot(file: WordDocument, page: Page) -> None:
    if page.signers:
        grid = file.add_table(rows=1, cols=len(page.signers))
        for cell, signer in zip(grid.rows[0].cells, page.signers, strict=True):
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            cell.paragraphs[0].add_run(signer).bold = True
    if page.qr:
        picture = BytesIO()
        segno.make(page.qr, error="m").save(picture, kind="png", scale=4, border=2)
        picture.seek(0)
        file.add_paragraph().add_run().add_picture(picture, width=Mm(28))


def _centred(file: WordDocument, text: str) -> Paragraph:
    paragraph = file.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph
