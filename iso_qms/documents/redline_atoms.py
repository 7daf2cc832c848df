"""A paragraph as atoms: runs that hold one thing each, and the one text that they show together."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from iso_qms.documents.names import (
    A_BLIP,
    ALTERNATE,
    BR,
    CR,
    INS,
    NO_BREAK_HYPHEN,
    PTAB,
    R_EMBED,
    R_ID,
    RUN_PR,
    SYM,
    TAB,
    TEXT_BOX,
    V_IMAGE,
    R,
    T,
    w,
)
from iso_qms.documents.package import Element
from iso_qms.documents.redline_marks import MATH, SPACE

FIELD_CHAR = w("fldChar")
FIELD_TYPE = w("fldCharType")
NOTE_REFERENCES = (w("footnoteReference"), w("endnoteReference"))
DRAWN = (w("drawing"), w("pict"), w("object"), ALTERNATE)
_BREAKS = {TAB: "\t", PTAB: "\t", BR: "\n", CR: "\n"}
_INLINE = (w("hyperlink"), w("smartTag"), w("sdt"), w("sdtContent"), w("customXml"), w("fldSimple"), w("dir"), w("bdo"))
_PRIVATE = 0xF0000

Digest: TypeAlias = Callable[[str], str]


@dataclass(slots=True)
class Atom:
    """One run that holds one thing: a text that can be cut, or a thing that stands for one character and cannot.

    `text` is empty for what shows nothing by itself; `runs` holds more than one run for a whole field.
    """

    runs: list[Element]
    text: str
    start: int = 0

    @property
    def cuttable(self) -> bool:
        """Whether the atom is plain text."""
        return len(self.runs) == 1 and self.runs[0].tag == R and self.runs[0].find(T) is not None


@dataclass(slots=True)
class Signs:
    """Gives each indivisible thing one private character, the same on both sides when the things are the same."""

    _known: dict[str, str] = field(default_factory=dict)

    def of(self, identity: str) -> str:
        """The character that stands for a thing."""
        return self._known.setdefault(identity, chr(_PRIVATE + len(self._known)))


def seen_text(paragraph: Element, signs: Signs, digest: Digest) -> str:
    """The paragraph as one text, indivisible things as private characters; text boxes inside it do not count."""
    return "".join(atom.text for atom in _grouped(list(_pieces(paragraph)), signs, digest))


def atoms_of(paragraph: Element, signs: Signs, digest: Digest) -> list[Atom]:
    """The paragraph's runs, split so that each holds one thing."""
    for run in [piece for piece in _runs(paragraph) if piece.tag == R]:
        _split(run)
    return _grouped(list(_pieces(paragraph)), signs, digest)


def _split(run: Element) -> None:
    last = run
    for thing in [child for child in run if child.tag != RUN_PR][1:]:
        part = _empty_like(run)
        part.append(thing)
        last.addnext(part)
        last = part


def _empty_like(run: Element) -> Element:
    made = etree.Element(R)
    properties = run.find(RUN_PR)
    if properties is not None:
        made.append(copy.deepcopy(properties))
    return made


def _runs(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag in (R, MATH):
            yield child
        elif child.tag in _INLINE or child.tag == INS:
            yield from _runs(child)


def _pieces(paragraph: Element) -> Iterator[tuple[Element, Element | None]]:
    """Each run with each thing in it; a formula comes whole."""
    for run in _runs(paragraph):
        if run.tag == MATH:
            yield run, None
            continue
        for thing in run:
            if thing.tag != RUN_PR:
                yield run, thing


def _grouped(pieces: list[tuple[Element, Element | None]], signs: Signs, digest: Digest) -> list[Atom]:
    atoms: list[Atom] = []
    place = at = 0
    while place < len(pieces):
        run, thing = pieces[place]
        end = _field_end(pieces, place)
        if end:
            inside = pieces[place : end + 1]
            identity = "".join(f"{piece.tag}{piece.text or ''}" for _, piece in inside if piece is not None)
            members = list(dict.fromkeys(member for member, _ in inside))
            atoms.append(Atom(members, signs.of(identity), at))
            place = end
        else:
            atoms.append(Atom([run], _shown(run, thing, signs, digest), at))
        at += len(atoms[-1].text)
        place += 1
    return atoms


def _field_end(pieces: list[tuple[Element, Element | None]], start: int) -> int:
    """Where the field that begins at ``start`` ends; 0 if none begins there or it goes on in another paragraph."""
    depth = 0
    for place in range(start, len(pieces)):
        thing = pieces[place][1]
        if thing is not None and thing.tag == FIELD_CHAR:
            depth += {"begin": 1, "end": -1}.get(thing.get(FIELD_TYPE) or "", 0)
        if depth <= 0:
            return place if place > start else 0
    return 0


def _shown(run: Element, thing: Element | None, signs: Signs, digest: Digest) -> str:
    if thing is None:
        return signs.of("math:" + "".join(run.itertext()))
    tag = thing.tag
    if tag == T:
        return thing.text or ""
    if tag in _BREAKS:
        return _BREAKS[tag]
    if tag == NO_BREAK_HYPHEN:
        return signs.of("hyphen")
    if tag == SYM:
        return signs.of(f"symbol:{thing.get(w('font'))}:{thing.get(w('char'))}")
    if tag in NOTE_REFERENCES:
        return signs.of(tag)
    if tag in DRAWN:
        return signs.of(_drawing(thing, digest))
    return ""


def _drawing(thing: Element, digest: Digest) -> str:
    """What a drawing is, apart from the words in its text boxes: those are compared on their own."""
    pictures = [digest(node.get(R_EMBED) or node.get(R_ID) or "") for node in thing.iter(A_BLIP, V_IMAGE)]
    boxes = sum(1 for _ in thing.iter(TEXT_BOX))
    return f"drawing:{','.join(pictures)}:{boxes}"


def set_text(run: Element, text: str) -> None:
    node = run.find(T)
    node.text = text
    node.set(SPACE, "preserve")
