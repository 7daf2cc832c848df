"""All visible text of a Word file, part by part, with what a person should know about the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from iso_qms.documents import alerts
from iso_qms.documents.blocks import Block, Change, Content, Paragraph, Part, PartKind, Picture, Problem, lines
from iso_qms.documents.errors import Unreadable
from iso_qms.documents.names import (
    A_BLIP,
    A_T,
    FOOTER_REFERENCE,
    HEADER_REFERENCE,
    R_EMBED,
    R_ID,
    SECTION,
    V_IMAGE,
    w,
)
from iso_qms.documents.numbering import Numbering, whole
from iso_qms.documents.package import MAX_PICTURE, Element, Package
from iso_qms.documents.problems import problem
from iso_qms.documents.walk import Walk

_NOTES = (("footnotes", w("footnote")), ("endnotes", w("endnote")), ("comments", w("comment")))
_DRAWN = ("diagramData", "chart")
_MAX_PICTURES = 2_000


@dataclass(slots=True)
class _Reading:
    package: Package
    numbering: Numbering
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    hidden: int = 0
    chunks: int = 0

    def add(self, kind: PartKind, name: str) -> None:
        """Read one part; an unreadable one is a problem, but without its body there is no document."""
        try:
            root = self.package.tree(name)
        except Unreadable:
            if kind == "body":
                raise
            self.problems.append(problem("unread-part", name, name=name))
            return
        walk = Walk(self.numbering, name)
        self._keep(kind, name, walk.part(root), walk)
        self._pictures(root, name)

    def _keep(self, kind: PartKind, name: str, blocks: tuple[Block, ...], walk: Walk) -> None:
        self.parts.append(Part(kind, name, blocks))
        boxes = [box for box in walk.boxes if box]
        self.parts.extend(Part("textbox", f"{name}#{index}", box) for index, box in enumerate(boxes, 1))
        self.changes.extend(walk.changes)
        self.hidden += sum(len(text) for text in walk.hidden)
        self.chunks += walk.chunks

    def _pictures(self, root: Element, name: str) -> None:
        links = {link.id: link for link in self.package.relationships(name)} if self.package.relationships(name) else {}
        if not any(link.kind == "image" for link in links.values()):
            return
        for node in root.iter(A_BLIP, V_IMAGE):
            link = links.get(node.get(R_EMBED) or node.get(R_ID) or "")
            if link is None or link.external or len(self.pictures) >= _MAX_PICTURES:
                continue
            if link.target not in self.package:
                self.problems.append(problem("missing-part", name, name=link.target))
                continue
            self.pictures.append(Picture(name, link.target, self._digest(link.target)))

    def _digest(self, target: str) -> str:
        try:
            return hashlib.sha256(self.package.read(target, MAX_PICTURE)).hexdigest()
        except Unreadable:
            self.problems.append(problem("unread-part", target, name=target))
            return ""


def read_docx(package: Package) -> Content:
    """Read every part of a Word file that shows text: headers, body, text boxes, footers, notes, comments, drawings."""
    reading = _Reading(package, _numbering(package))
    body = package.tree(package.main)
    for name in _referred(package, body, HEADER_REFERENCE, reading.problems):
        reading.add("header", name)
    reading.add("body", package.main)
    for name in _referred(package, body, FOOTER_REFERENCE, reading.problems):
        reading.add("footer", name)
    for kind, _ in _NOTES:
        for name in package.related(package.main, kind):
            reading.add(cast("PartKind", kind), name)
    for kind in _DRAWN:
        for name in package.related(package.main, kind):
            _add_drawing(reading, name)
    if not any(line.strip() for part in reading.parts for line in lines(part.blocks)):
        reading.problems.append(problem("empty"))
    reading.problems.extend(alerts.of_package(package, reading.parts, reading.changes, reading.hidden, reading.chunks))
    return Content(
        tuple(reading.parts),
        tuple(reading.problems),
        tuple(reading.pictures),
        tuple(reading.changes),
        _counted_pages(package, reading.parts),
    )


def _counted_pages(package: Package, parts: list[Part]) -> int | None:
    """Pages by the file's own statistics, unless a program that does not count has left another document's figures."""
    for name in package.related("", "extended-properties"):
        try:
            counts = {node.tag.rsplit("}", 1)[-1]: whole(node.text, 0) for node in package.tree(name)}
        except Unreadable:
            return None
        letters = sum(len(line) for part in parts if part.kind == "body" for line in lines(part.blocks))
        if letters and abs(counts.get("CharactersWithSpaces", 0) - letters) <= 0.2 * letters:
            return counts.get("Pages") or None
    return None


def _numbering(package: Package) -> Numbering:
    try:
        return Numbering.of(package)
    except Unreadable:
        return Numbering()


def _referred(package: Package, body: Element, reference: str, problems: list[Problem]) -> Iterator[str]:
    """Part names of running headers or footers in the order in which sections name them, each once."""
    links = {link.id: link.target for link in package.relationships(package.main) if not link.external}
    seen = set()
    for section in body.iter(SECTION):
        for node in section.iter(reference):
            target = links.get(node.get(R_ID) or "", "")
            if target in seen:
                continue
            seen.add(target)
            if target in package:
                yield target
            else:
                problems.append(problem("missing-part", package.main, name=target or node.get(R_ID) or "?"))


def _add_drawing(reading: _Reading, name: str) -> None:
    """The words in a SmartArt or chart, one paragraph per shape; flow charts of procedures are often drawn that way."""
    try:
        root = reading.package.tree(name)
    except Unreadable:
        reading.problems.append(problem("unread-part", name, name=name))
        return
    texts = ["".join(run.text or "" for run in paragraph.iter(A_T)) for paragraph in root.iter(_A_P)]
    blocks = tuple(Paragraph(text) for text in texts if text.strip())
    if blocks:
        reading.parts.append(Part("textbox", name, blocks))


_A_P = A_T[:-1] + "p"
