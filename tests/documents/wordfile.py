"""Small Word files of every construction an office's files show, written as bare XML, leaving nothing to a library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:w="{W_NS}" xmlns:r="{R_NS}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PIXELS = {
    name: bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
        f"0000000a49444154789c63{code}000000020001e221bc330000000049454e44ae426082"
    )
    for name, code in (("hinh1", "60"), ("hinh2", "68"))
}


def text(words: str, *, bold: bool = False) -> str:
    """One run; tabs and line breaks become elements."""
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    inner = "<w:tab/>".join(
        "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in part.split("\n"))
        for part in words.split("\t")
    )
    return f"<w:r>{properties}{inner}</w:r>"


def page_field(shown: str) -> str:
    """A complex field PAGE with the number kept from the last save."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{escape(shown)}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def link(words: str) -> str:
    """A link inside the document."""
    return f'<w:hyperlink w:anchor="muc">{text(words)}</w:hyperlink>'


def control(words: str) -> str:
    """A content control inside a paragraph."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{text(words)}</w:sdtContent></w:sdt>"


def box(*words: str) -> str:
    """A drawing with a text box."""
    inner = "".join(paragraph(text(each)) for each in words)
    return (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def picture(name: str) -> str:
    """A picture in the line; ``name`` is one of PIXELS."""
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="9525" cy="9525"/><wp:docPr id="1" name="hình"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="hình"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{name}"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def note(number: int) -> str:
    """A reference to footnote ``number``."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def paragraph(*runs: str, style: str = "") -> str:
    """One paragraph."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def block_control(*blocks: str) -> str:
    """A content control around blocks."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{''.join(blocks)}</w:sdtContent></w:sdt>"


def table(*rows: Sequence[str]) -> str:
    """A table; each cell is its blocks as XML."""
    width = max((len(row) for row in rows), default=1)
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * width + "</w:tblGrid>"
    body = "".join("<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>{grid}{body}</w:tbl>'


@dataclass
class WordFile:
    """A file to be: ``body`` and ``running`` hold blocks as XML, ``notes`` one text for each footnote from 1 on."""

    body: list[str]
    header: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def data(self) -> bytes:
        """The file's bytes."""
        parts = {"word/styles.xml": self._styles()}
        references = ""
        for kind, blocks in (("header", self.header), ("footer", self.footer)):
            if blocks:
                tag = "w:hdr" if kind == "header" else "w:ftr"
                parts[f"word/{kind}1.xml"] = f"<{tag} {_NAMES}>{''.join(blocks)}</{tag}>"
                references += f'<w:{kind}Reference w:type="default" r:id="{kind}"/>'
        if self.notes:
            parts["word/footnotes.xml"] = self._footnotes()
        section = f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
        parts["word/document.xml"] = f"<w:document {_NAMES}><w:body>{''.join(self.body)}{section}</w:body></w:document>"
        return _packed(parts)

    def _footnotes(self) -> str:
        marks = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        notes = "".join(
            f'<w:footnote w:id="{number}">{paragraph("<w:r><w:footnoteRef/></w:r>", text(words))}</w:footnote>'
            for number, words in enumerate(self.notes, 1)
        )
        return f"<w:footnotes {_NAMES}>{marks}{notes}</w:footnotes>"

    def _styles(self) -> str:
        return (
            f'<w:styles {_NAMES}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
            '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
        )


def _packed(parts: dict[str, str]) -> bytes:
    kinds = {"document": "document.main", "header1": "header", "footer1": "footer", "footnotes": "footnotes"}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_OFFICE}.{kinds.get(_stem(name), _stem(name))}+xml"/>'
        for name in parts
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{overrides}</Types>"
    )
    links = [
        (_stem(name).rstrip("1"), _stem(name).rstrip("1"), f"{_stem(name)}.xml")
        for name in parts
        if _stem(name) != "document"
    ]
    images = [(name, "image", f"media/{name}.png") for name in PIXELS]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", _relationships([("main", "officeDocument", "word/document.xml")]))
        archive.writestr("word/_rels/document.xml.rels", _relationships([*links, *images]))
        for name, xml in parts.items():
            archive.writestr(name, xml)
            if _stem(name) in ("header1", "footer1"):
                archive.writestr(f"word/_rels/{_stem(name)}.xml.rels", _relationships(images))
        for name, data in PIXELS.items():
            archive.writestr(f"word/media/{name}.png", data)
    return out.getvalue()


def _relationships(links: list[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{id_}" Type="{R_NS}/{kind}" Target="{target}"/>' for id_, kind, target in links)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].removesuffix(".xml")
