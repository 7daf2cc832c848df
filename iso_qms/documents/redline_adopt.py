"""What was deleted comes from another file: its pictures, notes, styles and links made to fit the new one."""

from __future__ import annotations

import copy
import hashlib
import posixpath
from dataclasses import dataclass, field

from lxml import etree

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.names import (
    A_BLIP,
    ID,
    NUM_ID,
    NUM_PR,
    P_STYLE,
    R_EMBED,
    R_ID,
    R_NS,
    SECTION,
    TEXT_BOX,
    V_IMAGE,
    VAL,
    R,
    w,
)
from iso_qms.documents.package import Element, Package
from iso_qms.documents.redline_atoms import NOTE_REFERENCES
from iso_qms.documents.redline_parts import Parts

_DROPPED: tuple[str, ...] = tuple(
    w(name)
    for name in (
        "bookmarkStart",
        "bookmarkEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "permStart",
        "permEnd",
        "proofErr",
        "lastRenderedPageBreak",
        "annotationRef",
        "altChunk",
        "object",
    )
)
_STYLED = (P_STYLE, w("rStyle"), w("tblStyle"))
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CLICKS = ("hlinkClick", "hlinkHover", "hlinkMouseOver")
_NOTES = ("footnotes", "endnotes")


def picture_digest(package: Package, part: str, relationship: str) -> str:
    """SHA-256 of the picture a part refers to; the relationship's target where it cannot be read."""
    for link in package.relationships(part):
        if link.id != relationship:
            continue
        if link.external or link.target not in package:
            return link.target
        try:
            return hashlib.sha256(package.read(link.target)).hexdigest()
        except Unreadable:
            return link.target
    return ""


@dataclass(slots=True)
class Adoption:
    """Brings elements of one part of the old file into one part of the new file."""

    old: Package
    old_part: str
    parts: Parts
    new_part: str
    _declared: dict[str, frozenset[str]] = field(default_factory=dict)

    def adopt(self, element: Element) -> None:
        """Make a copied element of the old part fit, in place; what cannot come along is left out."""
        for node in list(element.iter(*_DROPPED, SECTION)):
            _remove(node)
        for node in list(element.iter(*_STYLED)):
            if node.get(VAL) not in self._names("styles", w("style"), w("styleId")):
                _remove(node)
        for node in list(element.iter(NUM_PR)):
            number = node.find(NUM_ID)
            if number is None or number.get(VAL) not in self._names("numbering", w("num"), NUM_ID):
                _remove(node)
        for node in element.iter():
            for name in [name for name in node.attrib if str(name).startswith(_W14)]:
                del node.attrib[name]
        for node in element.iter(w("hyperlink")):
            node.attrib.pop(R_ID, None)
        for node in list(element.iter(A_BLIP, V_IMAGE)):
            self._picture(node, element)
        _drop_dangling(element)
        for node in list(element.iter(*NOTE_REFERENCES)):
            self._note(node)

    def _names(self, kind: str, tag: str, attribute: str) -> frozenset[str]:
        if kind not in self._declared:
            package = self.parts.package
            self._declared[kind] = frozenset(
                node.get(attribute) or ""
                for part in package.related(package.main, kind)
                for node in package.tree(part).iter(tag)
            )
        return self._declared[kind]

    def _picture(self, node: Element, top: Element) -> None:
        name = R_EMBED if node.tag == A_BLIP else R_ID
        link = next((each for each in self.old.relationships(self.old_part) if each.id == node.get(name)), None)
        if link is None or link.external or link.target not in self.old:
            _remove_drawing(node, top)
            return
        data = self.old.read(link.target)
        extension = posixpath.splitext(link.target)[1].lower()
        digest = hashlib.sha256(data).hexdigest()
        content_type = self.old.content_type(link.target)
        node.set(name, self.parts.add_picture(self.new_part, data, digest, extension, content_type))

    def _note(self, reference: Element) -> None:
        """Copy the note that a deleted reference points to; without a part for notes the reference goes."""
        kind = _NOTES[NOTE_REFERENCES.index(reference.tag)]
        package = self.parts.package
        old_parts, new_parts = self.old.related(self.old.main, kind), package.related(package.main, kind)
        note = None
        if old_parts and new_parts:
            wanted = reference.get(ID)
            note = next((each for each in self.old.tree(old_parts[0]) if each.get(ID) == wanted), None)
        if note is None:
            _remove(reference)
            return
        root = self.parts.root(new_parts[0])
        made = copy.deepcopy(note)
        Adoption(self.old, old_parts[0], self.parts, new_parts[0]).adopt(made)
        number = str(max((_whole(each.get(ID)) for each in root), default=0) + 1)
        made.set(ID, number)
        reference.set(ID, number)
        root.append(made)


def _whole(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else 0


def _remove(node: Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _drop_dangling(element: Element) -> None:
    """A link into parts that stay behind makes Word call the file damaged: charts, diagrams, clicks go."""
    for node in list(element.iter()):
        links = [name for name in node.attrib if str(name).startswith(f"{{{R_NS}}}")]
        if node.tag in (A_BLIP, V_IMAGE):
            for name in links:
                if name != (R_EMBED if node.tag == A_BLIP else R_ID):
                    del node.attrib[name]
        elif links and etree.QName(node).localname in _CLICKS:
            _remove(node)
        elif links and etree.QName(node).localname == "svgBlip":
            _remove(node.getparent())
        elif links:
            _remove_drawing(node, element)


def _remove_drawing(node: Element, top: Element) -> None:
    """Take out the drawing that holds something which cannot come along, down to what has no text box in it."""
    outer = node
    while outer is not top and outer.getparent() is not None and outer.getparent().tag != R:
        if next(outer.getparent().iter(TEXT_BOX), None) is not None:
            break
        outer = outer.getparent()
    if outer is not top:
        _remove(outer)
