"""What a file with tracked changes says once they are all accepted or all rejected, worked out on the bare XML."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from iso_qms.documents.docx import read_docx
from iso_qms.documents.package import open_package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
INS, DEL = f"{W}ins", f"{W}del"


def lines(data: bytes) -> list[str]:
    """Every line of every part that is not empty."""
    content = read_docx(open_package(data))
    return [line for part in content.parts if part.kind != "comments" for line in part.text.split("\n") if line.strip()]


def settled(data: bytes, *, accept: bool) -> bytes:
    """Accept or reject all: the marks for runs, rows and pilcrows, as ISO/IEC 29500-1 17.13.5 describes them."""
    goes, stays = (DEL, INS) if accept else (INS, DEL)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                part = etree.tostring(_settle(etree.fromstring(part), goes, stays))
            target.writestr(name, part)
    return out.getvalue()


def _settle(root: etree._Element, goes: str, stays: str) -> etree._Element:
    for mark in list(root.iter(goes)):
        parent = mark.getparent()
        if parent is None:
            continue
        if parent.tag == f"{W}trPr":
            row = parent.getparent()
            row.getparent().remove(row)
        elif parent.tag == f"{W}rPr":
            paragraph = parent.getparent().getparent()
            text = "".join(run.text or "" for run in paragraph.iter(f"{W}t", f"{W}delText") if _stays(run, goes))
            assert text == "", "a pilcrow goes only with its whole paragraph"
            parent.remove(mark)
            if _may_go(paragraph):
                paragraph.getparent().remove(paragraph)
        else:
            parent.remove(mark)
    for mark in list(root.iter(stays)):
        for child in list(mark):
            mark.addprevious(child)
        mark.getparent().remove(mark)
    for text in root.iter(f"{W}delText"):
        text.tag = f"{W}t"
    return root


def _may_go(paragraph: etree._Element) -> bool:
    """A container keeps its last paragraph, however empty."""
    following = [node for node in paragraph.itersiblings() if node.tag in (f"{W}p", f"{W}tbl")]
    return (bool(following) and following[0].tag == f"{W}p") or paragraph.getparent().tag == f"{W}body"


def _stays(node: etree._Element, goes: str) -> bool:
    return not any(around.tag == goes for around in node.iterancestors())
