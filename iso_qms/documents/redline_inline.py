"""Two paragraphs merged into one that holds both: unchanged runs once, what came and what went as tracked changes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from iso_qms.documents.comparing.sequence import runs
from iso_qms.documents.comparing.words import settled
from iso_qms.documents.names import DEL, INS, RUN_PR
from iso_qms.documents.package import Element
from iso_qms.documents.redline_atoms import Atom, Digest, Signs, atoms_of, set_text
from iso_qms.documents.redline_marks import MATH, Marker

_WORD = re.compile(r"[^\W\d_]+|\d+|\s+|[^\w\s]|_")


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
    before, after = atoms_of(old, signs, digests[0]), atoms_of(new, signs, digests[1])
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
                set_text(made, atom.text[max(0, start - atom.start) : end - atom.start])
            adopt(made)
            if made.tag == MATH or any(child.tag != RUN_PR for child in made):
                found.append(made)
    return found


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
        set_text(run, atom.text[:size])
        set_text(rest, atom.text[size:])
        run.addnext(rest)
        self.atoms.insert(self._next + 1, Atom([rest], atom.text[size:], end))
        atom.text = atom.text[:size]
