"""Two Word files made into one with real tracked changes: accept all gives the new text, reject all the old one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias

from lxml import etree

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.names import (
    DEL,
    FOOTER_REFERENCE,
    HEADER_REFERENCE,
    ID,
    INS,
    P_PR,
    R_ID,
    RUN_PR,
    SECTION,
    TYPE,
    P,
    T,
    w,
)
from iso_qms.documents.package import Element, Package, open_package
from iso_qms.documents.redline_adopt import Adoption, picture_digest
from iso_qms.documents.redline_atoms import NOTE_REFERENCES
from iso_qms.documents.redline_blocks import Merge
from iso_qms.documents.redline_marks import Marker
from iso_qms.documents.redline_parts import Parts
from iso_qms.documents.redline_settle import settle

_REFERENCES = (HEADER_REFERENCE, FOOTER_REFERENCE)
_NOTES = (("footnotes", w("footnote")), ("endnotes", w("endnote")))

Place: TypeAlias = tuple[int, str, str]


def redline(old_docx: bytes, new_docx: bytes, author: str, when: datetime) -> bytes:
    """Write the new file with everything that differs from the old one as tracked changes by ``author`` at ``when``.

    Covers body, tables, running headers and footers, notes and text boxes. Formats are the new file's; what was deleted
    keeps its own. Tracked changes that either file already has are taken as accepted. ``when`` is an aware instant
    (ValueError otherwise). Raises Unreadable for what is no sane .docx.
    """
    if when.tzinfo is None:
        raise ValueError("an instant needs a zone")
    pair = _Pair(open_package(old_docx), Parts(open_package(new_docx)), Marker(author, when))
    try:
        pair.merge()
    except RecursionError as cause:
        raise Unreadable(
            "too-deep",
            "Bảng hoặc khung trong tệp lồng nhau quá sâu nên không so sánh được.",
            "Tables or boxes in the file are nested too deeply to be compared.",
            "Hãy gỡ bớt bảng lồng nhau trong Word rồi lưu lại.",
            "Take some of the nested tables apart in Word and save again.",
        ) from cause
    return pair.parts.written()


@dataclass(slots=True)
class _Pair:
    old: Package
    parts: Parts
    marker: Marker
    _settled: set[str] = field(default_factory=set)

    def merge(self) -> None:
        new = self.parts.package
        self._merge(self.old.main, _body(self._old_root(self.old.main)), new.main, _body(self.parts.root(new.main)))
        before, after = dict(_running(self.old)), dict(_running(new))
        done: set[str] = set()
        for place, name in after.items():
            if name not in done:
                done.add(name)
                self._running(before.get(place), name)
        self._references_outlive_inserted_breaks()
        for place, name in before.items():
            if not any(kept[1:] == place[1:] and kept[0] <= place[0] for kept in after):
                self._bring(place, name)
        self._notes_go_with_their_references()

    def _running(self, old_name: str | None, new_name: str) -> None:
        root = self.parts.root(new_name)
        if old_name is None:
            self.marker.all(root, INS)
        else:
            self._merge(old_name, self._old_root(old_name), new_name, root)

    def _merge(self, old_name: str, old: Element, new_name: str, new: Element) -> None:
        digests = (
            partial(picture_digest, self.old, old_name),
            partial(picture_digest, self.parts.package, new_name),
        )
        adoption = Adoption(self.old, old_name, self.parts, new_name)
        Merge(self.marker, digests, adoption.adopt, self._note).part(old, new)

    def _bring(self, place: Place, old_name: str) -> None:
        """Give a section back, struck out, the running line that the new file no longer has."""
        sections = list(self.parts.root(self.parts.package.main).iter(SECTION))
        shown = any((node.text or "").strip() for node in self._old_root(old_name).iter(T))
        if not sections or not shown:
            return
        number, tag, page = place
        lasting = [section for section in sections[number:] if not _came(section)]
        kind = "header" if tag == HEADER_REFERENCE else "footer"
        root = copy.deepcopy(self._old_root(old_name))
        Adoption(self.old, old_name, self.parts, self.parts.next_running(kind)).adopt(root)
        self.marker.all(root, DEL)
        reference = etree.Element(tag)
        reference.set(TYPE, page)
        reference.set(R_ID, self.parts.add_running(kind, root))
        (lasting or sections[-1:])[0].insert(0, reference)

    def _references_outlive_inserted_breaks(self) -> None:
        """Rejecting a section break that came takes its running lines away; the next section that stays names them too.

        Nothing changes for who accepts: a section without a line of its own shows the one before it (17.10.1).
        """
        waiting: dict[tuple[str, str], Element] = {}
        for section in self.parts.root(self.parts.package.main).iter(SECTION):
            own = {(each.tag, each.get(TYPE) or "default"): each for each in section.iter(*_REFERENCES)}
            if _came(section):
                waiting |= own
                continue
            for place, reference in waiting.items():
                if place not in own:
                    section.insert(0, copy.deepcopy(reference))
            waiting = {}

    def _note(self, old_reference: Element, new_reference: Element) -> None:
        """Merge the texts of a note that both files refer to at the same place."""
        kind, tag = _NOTES[NOTE_REFERENCES.index(old_reference.tag)]
        new = self.parts.package
        old_parts, new_parts = self.old.related(self.old.main, kind), new.related(new.main, kind)
        if not old_parts or not new_parts:
            return
        old_note = _note_of(self._old_root(old_parts[0]), tag, old_reference)
        new_note = _note_of(self.parts.root(new_parts[0]), tag, new_reference)
        if old_note is not None and new_note is not None:
            self._merge(old_parts[0], old_note, new_parts[0], new_note)

    def _notes_go_with_their_references(self) -> None:
        """A note whose reference came or went comes or goes with it."""
        new = self.parts.package
        for reference in self.parts.root(new.main).iter(*NOTE_REFERENCES):
            mark: str = next((around.tag for around in reference.iterancestors(INS, DEL)), "")
            kind, tag = _NOTES[NOTE_REFERENCES.index(reference.tag)]
            for part in new.related(new.main, kind) if mark else ():
                note = _note_of(self.parts.root(part), tag, reference)
                for paragraph in note.iter(P) if note is not None else ():
                    self.marker.runs(paragraph, mark)

    def _old_root(self, name: str) -> Element:
        root = self.old.tree(name)
        if name not in self._settled:
            self._settled.add(name)
            settle(root)
        return root


def _came(section: Element) -> bool:
    """Whether a section's break stands in a paragraph that is marked as inserted."""
    paragraph = next(section.iterancestors(P), None)
    return paragraph is not None and paragraph.find(f"{P_PR}/{RUN_PR}/{INS}") is not None


def _body(root: Element) -> Element:
    body = root.find(w("body"))
    return root if body is None else body


def _running(package: Package) -> Iterator[tuple[Place, str]]:
    """Running headers and footers by section, kind and page (default, first, even)."""
    links = {link.id: link.target for link in package.relationships(package.main) if not link.external}
    sections = [node for node in package.tree(package.main).iter(SECTION) if node.getparent().tag != w("sectPrChange")]
    for number, section in enumerate(sections):
        for reference in section.iter(HEADER_REFERENCE, FOOTER_REFERENCE):
            name = links.get(reference.get(R_ID) or "", "")
            if name in package:
                yield (number, reference.tag, reference.get(TYPE) or "default"), name


def _note_of(root: Element, tag: str, reference: Element) -> Element | None:
    wanted = reference.get(ID)
    return next((note for note in root.iter(tag) if note.get(ID) == wanted), None)
