"""What a Word file carries besides text: macros, links outward, signatures, open changes, comments, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iso_qms.documents.blocks import Change, Part, Problem, lines
from iso_qms.documents.errors import Unreadable
from iso_qms.documents.names import INSTRUCTION, VAL, w
from iso_qms.documents.package import MAX_XML, Package
from iso_qms.documents.problems import problem

_FORMAT_CHANGES = tuple(
    w(name)
    for name in (
        *("rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "cellIns", "cellDel"),
        *("cellMerge", "numberingChange", "tblGridChange", "tblPrExChange"),
    )
)
_FETCHING = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT)\b", re.IGNORECASE)
_HARMLESS_LINKS = frozenset(("hyperlink",))
_LEGACY_FONT = re.compile(r"^(\.Vn\w*|VNI[- ]\w+)", re.IGNORECASE)
_MAX_LINKS = 10


def of_package(
    package: Package, parts: list[Part], changes: list[Change], hidden: int, chunks: int
) -> Iterator[Problem]:
    """Yield everything about the file that whoever submits it must know; an ordinary hyperlink is not reported."""
    yield from _stowaways(package)
    yield from _links(package)
    yield from _fields_and_formats(package, changes)
    yield from _settings(package)
    comments = sum(1 for part in parts if part.kind == "comments" for line in lines(part.blocks) if line.strip())
    if comments:
        yield problem("comments", count=comments)
    if hidden:
        yield problem("hidden-text", count=hidden)
    if chunks:
        yield problem("alt-chunk", count=chunks)


def _stowaways(package: Package) -> Iterator[Problem]:
    names = [name.lower() for name in package.names]
    if any("macroenabled" in kind.lower() for kind in package.types.values()) or any(
        name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names
    ):
        yield problem("macros")
    embedded = sum(1 for name in names if re.match(r"(word/)?(embeddings|activex)/[^/]+$", name))
    if embedded:
        yield problem("embedded", count=embedded)
    if any(name.startswith("_xmlsignatures/") and name.endswith(".xml") for name in names):
        yield problem("signed")


def _links(package: Package) -> Iterator[Problem]:
    count = 0
    for source in package.names:
        if not source.endswith(".rels"):
            continue
        owner = re.sub(r"(^|/)_rels/([^/]*)\.rels$", r"\1\2", source)
        try:
            links = package.relationships(owner)
        except Unreadable:
            yield problem("unread-part", source, name=source)
            continue
        for link in links:
            if link.external and link.kind not in _HARMLESS_LINKS and count < _MAX_LINKS:
                count += 1
                yield problem("external-link", source, kind=link.kind, target=link.target[:200])


def _fields_and_formats(package: Package, changes: list[Change]) -> Iterator[Problem]:
    root = package.tree(package.main)
    formats = 0
    for node in root.iter(INSTRUCTION, w("fldSimple"), *_FORMAT_CHANGES):
        if node.tag in _FORMAT_CHANGES:
            formats += 1
            continue
        instruction = (node.text or "") + (node.get(w("instr")) or "")
        if _FETCHING.search(instruction):
            yield problem("active-field", package.main, field=instruction.strip()[:60])
    if changes or formats:
        yield problem("tracked-changes", changes[0].place if changes else package.main, count=len(changes) + formats)


def _settings(package: Package) -> Iterator[Problem]:
    for name in package.related(package.main, "settings"):
        try:
            if not _mentions(package, name, b"trackRevisions", b"documentProtection"):
                continue
            root = package.tree(name)
        except Unreadable:
            yield problem("unread-part", name, name=name)
            continue
        tracking = root.find(w("trackRevisions"))
        if tracking is not None and tracking.get(VAL) not in ("0", "false", "off"):
            yield problem("tracking-on", name)
        protection = root.find(w("documentProtection"))
        if protection is not None and protection.get(w("enforcement")) in ("1", "true", "on"):
            yield problem("protected", name, mode=protection.get(w("edit")) or "")
    for name in package.related(package.main, "fontTable"):
        yield from _legacy_fonts(package, name)


def _mentions(package: Package, name: str, *words: bytes) -> bool:
    """Whether a part is worth parsing: most of them hold none of the few words that matter here."""
    data = package.read(name, MAX_XML)
    return any(word in data for word in words) or data[:2] in (b"\xff\xfe", b"\xfe\xff")


def _legacy_fonts(package: Package, name: str) -> Iterator[Problem]:
    try:
        if not _mentions(package, name, b".Vn", b"VNI"):
            return
        fonts = [node.get(w("name")) or "" for node in package.tree(name).iter(w("font"))]
    except Unreadable:
        return
    for font in fonts:
        if _LEGACY_FONT.match(font):
            yield problem("legacy-font", name, font=font)
            return
