"""What every page of the office shares: paper, margins, fonts, styles, list numbering, fields and borders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Times New Roman"
CELL = "Table Text"
PAPER = {"A4": (21.0, 29.7), "A5": (14.8, 21.0), "A4-ngang": (29.7, 21.0)}
# What may follow w:compat inside w:settings (ISO/IEC 29500-1, CT_Settings).
AFTER_COMPAT = (
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:attachedSchema",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:doNotIncludeSubdocsInStats",
    "w:shapeDefaults",
    "w:decimalSymbol",
    "w:listSeparator",
)
# Top, bottom, left, right in cm; on A4 as Nghị định 30/2020/NĐ-CP, Phụ lục I, allows (2–2.5, 2–2.5, 3–3.5, 1.5–2).
MARGINS = {"A4": (2.0, 2.0, 3.0, 1.5), "A5": (1.2, 1.2, 1.8, 1.2), "A4-ngang": (1.5, 1.5, 1.5, 1.5)}


def blank(title: str, code: str, agency: str, date: str, paper: str = "A4", numbering: str = "decimal") -> Any:
    """An empty Word document in the office's style; `date` (dd/mm/yyyy) becomes its date of creation and change."""
    document = Document()
    _paper(document.sections[0], paper)
    _core(document.core_properties, title, code, agency, date)
    _styles(document, 11 if paper == "A5" else 13)
    _numbering(document, numbering)
    _modern(document)
    return document


def width(section: Any) -> float:
    """The printable width in cm."""
    return float((section.page_width - section.left_margin - section.right_margin) / Cm(1))


def _paper(section: Any, paper: str) -> None:
    section.page_width, section.page_height = (Cm(side) for side in PAPER[paper])
    if paper.endswith("ngang"):
        section.orientation = WD_ORIENT.LANDSCAPE
    top, bottom, left, right = (Cm(side) for side in MARGINS[paper])
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = top, bottom, left, right
    section.header_distance, section.footer_distance = Cm(1.0), Cm(0.8)


def _core(core: Any, title: str, code: str, agency: str, date: str) -> None:
    moment = datetime.strptime(date, "%d/%m/%Y").replace(hour=1, tzinfo=UTC)
    core.title, core.subject, core.author, core.last_modified_by = title, code, agency, agency
    core.created = core.modified = moment
    core.language, core.revision, core.comments, core.keywords = "vi-VN", 1, "", ""


def _styles(document: Any, size: float) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is not None:
        language.set(qn("w:val"), "vi-VN")
    _style(document, "Normal", size, before=2, after=4, justified=True)
    _style(document, "Heading 1", size, before=12, after=6, bold=True)
    _style(document, "Heading 2", size, before=8, after=4, bold=True)
    _style(document, "Heading 3", size, before=6, after=3, bold=True, italic=True)
    _style(document, "Title", size + 2, before=6, after=6, bold=True, centred=True)
    _style(document, "Subtitle", size, before=2, after=4, italic=True, centred=True)
    _style(document, "List Bullet", size, before=0, after=3, justified=True)
    _style(document, "List Bullet 2", size, before=0, after=3, justified=True)
    # Word lets Normal's size win over a table style's, so cells have a paragraph style of their own.
    document.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    _style(document, CELL, size - 1, before=2, after=2)
    _style(document, "Header", 11)
    _style(document, "Footer", 10)
    title = document.styles["Title"].element.pPr
    border = title.find(qn("w:pBdr"))
    if border is not None:
        title.remove(border)


def _style(
    document: Any,
    name: str,
    size: float,
    *,
    before: float | None = None,
    after: float | None = None,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
    justified: bool = False,
) -> None:
    style = document.styles[name]
    fonts(style.element.get_or_add_rPr())
    for tag in ("w:spacing", "w:kern"):
        for old in style.element.rPr.findall(qn(tag)):
            style.element.rPr.remove(old)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    shape = style.paragraph_format
    if before is not None and after is not None:
        shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.1
    if centred or justified:
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    elif name.startswith("Heading"):
        shape.alignment = WD_ALIGN_PARAGRAPH.LEFT


def fonts(properties: Any) -> None:
    """Set one font for every script; a theme font left beside it would win in Word."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    element = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        element.set(qn(f"w:{script}"), FONT)
    properties.insert(0, element)


def _numbering(document: Any, kind: str) -> None:
    """Number headings and dashes with Word's own lists, so that an inserted section renumbers the rest."""
    upper, lower = ("upperRoman", "%2.") if kind == "roman" else ("decimal", "%1.%2.")
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    heads = _level(0, upper, "%1.", 0, 567, "Heading1") + _level(1, "decimal", lower, 0, 709, "Heading2")
    dashes = _level(0, "bullet", "-", 284, 284, "ListBullet")
    pluses = _level(0, "bullet", "+", 567, 284, "ListBullet2")
    for number, levels in enumerate((heads, dashes, pluses), start=1):
        numbering.append(parse_xml(_abstract(number, levels)))
    for number in (1, 2, 3):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        )
    for name, number, level in (
        ("Heading 1", 1, 0),
        ("Heading 2", 1, 1),
        ("List Bullet", 2, 0),
        ("List Bullet 2", 3, 0),
    ):
        _link(document.styles[name].element.get_or_add_pPr(), number, level)


def _abstract(number: int, levels: str) -> str:
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{kind}{levels}</w:abstractNum>'


def _level(level: int, form: str, text: str, left: int, hang: int, style: str) -> str:
    """One list level; indents in twentieths of a point."""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left + hang}" w:hanging="{hang}"/></w:pPr></w:lvl>'
    )


def _link(properties: Any, number: int, level: int) -> None:
    for old in properties.findall(qn("w:numPr")):
        properties.remove(old)
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    link = properties.get_or_add_numPr()
    link.get_or_add_ilvl().val = level
    link.get_or_add_numId().val = number


def _modern(document: Any) -> None:
    """Say that the file is of Word 2013 or later; without it Word opens it in compatibility mode."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    setting = (
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    )
    compat = parse_xml(f"<w:compat {nsdecls('w')}>{setting}</w:compat>")
    settings.insert_element_before(compat, *AFTER_COMPAT)


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Append a complex field (PAGE, NUMPAGES); `shown` is what a reader sees that does not compute fields."""
    for kind, value in (("begin", ""), ("instr", instruction), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = value
        elif kind == "instr":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {value} "
            run._r.append(element)
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def set_widths(table: Any, widths: list[float]) -> None:
    """Fix the column widths (cm) for Word, which reads the cells, and for LibreOffice, which reads the grid."""
    table.autofit = False
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Cm(size)
    for row in table.rows:
        for cell, size in zip(row.cells, widths, strict=True):
            cell.width = Cm(size)


def repeat_header(row: Any) -> None:
    """Print this row again on every page, and keep its lines together."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def keep_whole(row: Any) -> None:
    """Do not let a page end inside this row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def shade(cell: Any, colour: str) -> None:
    """Fill a cell with a colour given as RRGGBB."""
    element = OxmlElement("w:shd")
    element.set(qn("w:val"), "clear")
    element.set(qn("w:color"), "auto")
    element.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(element)


def borderless(table: Any) -> None:
    """Take all lines from a table that only places text side by side."""
    sides = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>")
    # The order of ISO/IEC 29500-1, CT_TblPr: Word may call a file damaged that has another.
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
