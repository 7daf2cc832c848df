"""Word files written by hand, so that a test can say exactly what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in _SIDES)
_BORDERS = f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
_KINDS = ("header", "footer", "footnotes", "endnotes", "comments", "styles", "numbering", "settings", "fontTable")


def run(text: str, properties: str = "") -> str:
    """A run; tabs and line breaks in the text become Word's own."""
    shown = []
    for line_number, line in enumerate(text.split("\n")):
        shown.append("<w:br/>" if line_number else "")
        for tab_number, piece in enumerate(line.split("\t")):
            shown.append("<w:tab/>" if tab_number else "")
            shown.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "")
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{''.join(shown)}</w:r>"


def p(text: str = "", style: str = "", numbered: int | None = None, inner: str = "", listed: int = 1) -> str:
    """A paragraph of one run, or of `inner` XML; `numbered` puts it into list `listed` at that level."""
    properties = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    if numbered is not None:
        properties += f'<w:numPr><w:ilvl w:val="{numbered}"/><w:numId w:val="{listed}"/></w:numPr>'
    head = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{head}{inner or (run(text) if text else '')}</w:p>"


def lines(text: str) -> str:
    """One paragraph per line."""
    return "".join(p(line) for line in text.split("\n"))


def cell(content: str = "", span: int = 1, merge: str = "", raw: str = "") -> str:
    """A table cell; `merge` is ``restart`` or ``continue``, `raw` XML instead of text."""
    properties = f'<w:tcW w:w="{1800 * span}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if merge:
        properties += f'<w:vMerge w:val="{merge}"/>' if merge == "restart" else "<w:vMerge/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{raw or lines(content)}</w:tc>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table; a cell is text, or XML of its own where it starts with ``<w:tc>``."""
    body = ""
    columns = max((len(row) for row in rows), default=0)
    for row in rows:
        cells = "".join(item if item.startswith("<w:tc>") else cell(item) for item in row)
        body += f"<w:tr>{cells}</w:tr>"
    grid = '<w:gridCol w:w="1800"/>' * columns
    return f"<w:tbl><w:tblPr>{_BORDERS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def control(content: str) -> str:
    """A content control around blocks or runs."""
    return f'<w:sdt><w:sdtPr><w:alias w:val="Trường"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def text_box(content: str) -> str:
    """A paragraph that holds a text box, in the new way and, for old programs, once more in the old way."""
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    shape = f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>"
    drawing = (
        f"<w:drawing><wp:anchor><a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )
    picture = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    branches = f'<mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{picture}</mc:Fallback>'
    inner = f"<w:r><mc:AlternateContent>{branches}</mc:AlternateContent></w:r>"
    return p(inner=inner)


def inserted(text: str, author: str = "Nguyễn Văn An") -> str:
    """A tracked insertion of one run."""
    return f'<w:ins w:id="1" w:author={quoteattr(author)} w:date="2025-01-02T03:04:05Z">{run(text)}</w:ins>'


def deleted(text: str, author: str = "Nguyễn Văn An") -> str:
    """A tracked deletion of one run."""
    return (
        f'<w:del w:id="2" w:author={quoteattr(author)} w:date="2025-01-02T03:04:05Z">'
        f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del>'
    )


def part(name: str, content: str) -> bytes:
    """A part's XML: ``document`` gets its body, every other kind its own root."""
    root = {"header": "hdr", "footer": "ftr"}.get(name.rstrip("0123456789"), name.rstrip("0123456789"))
    inner = f"<w:body>{content}</w:body>" if root == "document" else content
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {NAMESPACES}>{inner}</w:{root}>'.encode()


def parts(body: str, more: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """All parts of a package by name: the body, and `more` parts (``header1``, ``footnotes`` …) by their content."""
    more = dict(more or {})
    references = links = overrides = ""
    for number, name in enumerate(more, 1):
        kind = next(known for known in _KINDS if name.startswith(known))
        links += (
            f'<Relationship Id="r{number}" Target="{name}.xml" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
        )
        overrides += (
            f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            f'wordprocessingml.{kind}+xml"/>'
        )
        if kind in ("header", "footer"):
            which = {"1": "default", "2": "first", "3": "even"}.get(name[-1], "default")
            references += f'<w:{kind}Reference w:type="{which}" r:id="r{number}"/>'
    section = f"<w:sectPr>{references}</w:sectPr>"
    return {
        "[Content_Types].xml": (
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/>{overrides}</Types>'
        ).encode(),
        "_rels/.rels": relationships(f'<Relationship Id="r1" Target="word/document.xml" Type="{R}/officeDocument"/>'),
        "word/document.xml": part("document", body + section),
        "word/_rels/document.xml.rels": relationships(links),
        **{f"word/{name}.xml": part(name, content) for name, content in more.items()},
    }


def relationships(links: str) -> bytes:
    """A relationships part."""
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE_RELS}">{links}</Relationships>'.encode()


def zipped(found: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    return output.getvalue()


def docx(body: str, more: Mapping[str, str] | None = None) -> bytes:
    """A whole Word file."""
    return zipped(parts(body, more))
