"""Two paragraphs merged into one that holds both: unchanged runs once, what came and what went as tracked changes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from iso_qms.documents.comparing.sequence import runs
from iso_qms.documents.comparing.words import settled
from iso_qms.documents.names import (
    A_BLIP,
    ALTERNATE,
    BR,
    CR,
    DEL,
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
from iso_qms.documents.redline_marks import MATH, SPACE, Marker

FIELD_CHAR = w("fldChar")
FIELD_TYPE = w("fldCharType")
NOTE_REFERENCES = (w("footnoteReference"), w("endnoteReference"))
DRAWN = (w("drawing"), w("pict"), w("object"), ALTERNATE)
_BREAKS = {TAB: "\t", PTAB: "\t", BR: "\n", CR: "\n"}
_INLINE = (w("hyperlink"), w("smartTag"), w("sdt"), w("sdtContent"), w("customXml"), w("fldSimple"), w("dir"), w("bdo"))
_WORD = re.compile(r"[^\W\d_]+|\d+|\s+|[^\w\s]|_")
_PRIVATE = 0xF0000

Digest = Callable[[str], str]


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


def merge_paragraphs(
    old: Element,
    new: Element,
    marker: Marker,
    signs: Signs,
    digests: tuple[Digest, Digest],
    adopt: Callable[[Element], None],
) -> list[tuple[Element, Element]]:
    """Write the way from ``old`` to ``new`` into ``new`` and give the pairs of things that both hold.

    Accepting every change gives the new text, rejecting every change the old one. ``adopt`` makes an old element fit
    for the new file before it is put there.
    """
    before, after = _atoms(old, signs, digests[0]), _atoms(new, signs, digests[1])
    text_old, text_new = "".join(atom.text for atom in before), "".join(atom.text for atom in after)
    tokens_old, tokens_new = _WORD.findall(text_old), _WORD.findall(text_new)
    ends_old, ends_new = _ends(tokens_old), _ends(tokens_new)
    writer = _Writer(after, marker)
    twins: list[tuple[Element, Element]] = []
    for run in settled(runs(tokens_old, tokens_new), tokens_old):
        i1, i2, j1, j2 = ends_old[run.i1], ends_old[run.i2], ends_new[run.j1], ends_new[run.j2]
        if run.op == "equal":
            twins.extend(_twins(before, after, (i1, i2), j1))
            writer.keep(j2)
            continue
        if i2 > i1:
            writer.delete(_cut_out(before, i1, i2, adopt))
        if j2 > j1:
            writer.insert(j2)
    writer.finish(new)
    return twins


def _ends(tokens: list[str]) -> list[int]:
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token))
    return ends


def _twins(
    before: list[Atom], after: list[Atom], span: tuple[int, int], start: int
) -> Iterator[tuple[Element, Element]]:
    shift = start - span[0]
    places = {atom.start: atom for atom in after if atom.text and not atom.cuttable}
    for atom in before:
        if atom.text and not atom.cuttable and span[0] <= atom.start < span[1]:
            twin = places.get(atom.start + shift)
            if twin is not None:
                yield from zip(atom.runs, twin.runs, strict=False)


def _atoms(paragraph: Element, signs: Signs, digest: Digest) -> list[Atom]:
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


def _cut_out(atoms: list[Atom], start: int, end: int, adopt: Callable[[Element], None]) -> list[Element]:
    """Copies of what stands between two places of the old text."""
    found = []
    for atom in atoms:
        stop = atom.start + len(atom.text)
        if not atom.text or stop <= start or atom.start >= end:
            continue
        for run in atom.runs:
            made = copy.deepcopy(run)
            if atom.cuttable:
                _set_text(made, atom.text[max(0, start - atom.start) : end - atom.start])
            adopt(made)
            if made.tag == MATH or any(child.tag != RUN_PR for child in made):
                found.append(made)
    return found


def _set_text(run: Element, text: str) -> None:
    node = run.find(T)
    node.text = text
    node.set(SPACE, "preserve")


@dataclass(slots=True)
class _Writer:
    """Goes through the atoms of the new paragraph and marks them where they stand."""

    atoms: list[Atom]
    marker: Marker
    _next: int = 0
    _waiting: list[list[Element]] = field(default_factory=list)

    def keep(self, end: int) -> None:
        """Leave everything up to ``end`` as it is."""
        for _ in self._until(end):
            pass

    def insert(self, end: int) -> None:
        """Mark everything up to ``end`` as inserted."""
        marked: list[Element] = []
        for atom in self._until(end):
            if not atom.text:
                continue
            for run in atom.runs:
                if marked and marked[-1].getnext() is run:
                    marked.append(run)
                    continue
                if marked:
                    self.marker.wrap(marked, INS)
                marked = [run]
        if marked:
            self.marker.wrap(marked, INS)

    def delete(self, elements: list[Element]) -> None:
        """Put deleted runs before whatever comes next."""
        if elements:
            self._waiting.append(elements)

    def finish(self, paragraph: Element) -> None:
        """Write what was deleted at the paragraph's end, then leave."""
        self.keep(sum(len(atom.text) for atom in self.atoms))
        for elements in self._waiting:
            paragraph.extend(elements)
            self.marker.wrap(elements, DEL)

    def _until(self, end: int) -> Iterator[Atom]:
        while self._next < len(self.atoms):
            atom = self.atoms[self._next]
            if atom.text and atom.start >= end:
                return
            if atom.text and atom.start + len(atom.text) > end:
                self._cut(atom, end)
            self._next += 1
            if atom.text:
                self._flush(atom.runs[0])
            yield atom

    def _flush(self, before: Element) -> None:
        for elements in self._waiting:
            for element in elements:
                before.addprevious(element)
            self.marker.wrap(elements, DEL)
        self._waiting.clear()

    def _cut(self, atom: Atom, end: int) -> None:
        """Split a text run in two at ``end``."""
        run = atom.runs[0]
        rest = copy.deepcopy(run)
        size = end - atom.start
        _set_text(run, atom.text[:size])
        _set_text(rest, atom.text[size:])
        run.addnext(rest)
        self.atoms.insert(self._next + 1, Atom([rest], atom.text[size:], end))
        atom.text = atom.text[:size]
