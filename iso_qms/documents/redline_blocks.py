"""Two parts of Word files merged block by block: paragraphs, tables, rows and cells that came, went or changed."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from iso_qms.documents.comparing.sequence import runs
from iso_qms.documents.comparing.text import LIKE, MAX_PAIRS, best_chain, likeness
from iso_qms.documents.comparing.words import tokens
from iso_qms.documents.names import (
    A_BLIP,
    ALTERNATE,
    BR,
    CHOICE,
    CR,
    DEL,
    FALLBACK,
    INS,
    NO_BREAK_HYPHEN,
    SYM,
    TAB,
    TBL,
    TC,
    TEXT_BOX,
    TR,
    V_IMAGE,
    P,
    T,
    w,
)
from iso_qms.documents.package import Element
from iso_qms.documents.redline_atoms import NOTE_REFERENCES, Digest, Signs, seen_text
from iso_qms.documents.redline_inline import merge_paragraphs
from iso_qms.documents.redline_marks import MATH, Marker

_WRAPPERS = (w("sdt"), w("sdtContent"), w("customXml"), ALTERNATE, CHOICE, FALLBACK)
_SPECIAL: tuple[str, ...] = (
    TAB,
    BR,
    CR,
    SYM,
    NO_BREAK_HYPHEN,
    w("fldChar"),
    w("drawing"),
    w("pict"),
    w("object"),
    MATH,
    A_BLIP,
)
_SPECIAL += (V_IMAGE, TEXT_BOX, *NOTE_REFERENCES)

Twins = Callable[[Element, Element], None]


@dataclass(slots=True)
class Merge:
    """Merges one part of the old file into the same part of the new one, which it changes in place.

    ``digests`` name pictures by their relationship on either side; ``adopt`` makes an old element fit for the new file;
    ``notes`` is told which old footnote reference became which new one.
    """

    marker: Marker
    digests: tuple[Digest, Digest]
    adopt: Callable[[Element], None]
    notes: Twins = lambda old, new: None
    signs: Signs = field(default_factory=Signs)
    _special: tuple[set[Element], set[Element]] = field(default_factory=lambda: (set(), set()))
    _keys: dict[Element, str] = field(default_factory=dict)

    def part(self, old: Element, new: Element) -> None:
        """Merge a whole part, or any container of blocks."""
        for known, root in zip(self._special, (old, new), strict=True):
            for node in root.iter(*_SPECIAL):
                known.update(node.iterancestors(P))
        self.container(old, new)

    def container(self, old: Element, new: Element) -> None:
        """Merge the blocks of one container: a body, a cell, a header, a text box, a note."""
        place = _Place(new)
        for left, right in self._aligned(list(blocks_of(old)), list(blocks_of(new))):
            if right is None:
                place.put(self._deleted(left))
                continue
            if left is None:
                self._mark(right, INS)
            elif self._key(left, 0) == self._key(right, 1):
                self._equal(left, right)
            elif right.tag == TBL:
                self._tables(left, right)
            else:
                self._paragraphs(left, right)
            place.after(right)
        place.close()

    def _aligned(self, old: list[Element], new: list[Element]) -> Iterator[tuple[Element | None, Element | None]]:
        """What became what, in order; ``None`` on one side for what came or went. Lazy: the trees change meanwhile."""
        keys_old, keys_new = [self._key(each, 0) for each in old], [self._key(each, 1) for each in new]
        for run in runs(keys_old, keys_new):
            gone, come = old[run.i1 : run.i2], new[run.j1 : run.j2]
            if run.op == "equal":
                yield from zip(gone, come, strict=True)
                continue
            i = j = 0
            pairs = self._partners(gone, come, keys_old[run.i1 : run.i2], keys_new[run.j1 : run.j2])
            for a, b in [*pairs, (len(gone), len(come))]:
                yield from ((each, None) for each in gone[i:a])
                yield from ((None, each) for each in come[j:b])
                if a < len(gone) and b < len(come):
                    yield gone[a], come[b]
                i, j = a + 1, b + 1

    def _equal(self, old: Element, new: Element) -> None:
        """Equal keys mean equal texts; only what floats in them or hangs on them may differ."""
        if next(new.iter(TEXT_BOX, *NOTE_REFERENCES), None) is None:
            return
        for left, right in zip(_own_paragraphs(old), _own_paragraphs(new), strict=True):
            if next(right.iter(TEXT_BOX, *NOTE_REFERENCES), None) is not None:
                self._paragraphs(left, right)

    def _paragraphs(self, old: Element, new: Element) -> None:
        boxes = old in self._special[0] and new in self._special[1]
        twins = merge_paragraphs(old, new, self.marker, self.signs, self.digests, self.adopt)
        for left, right in twins if boxes else ():
            for box_old, box_new in zip(_own_boxes(left), _own_boxes(right), strict=False):
                self.container(box_old, box_new)
            for kind in NOTE_REFERENCES:
                for note_old, note_new in zip(left.iter(kind), right.iter(kind), strict=False):
                    self.notes(note_old, note_new)

    def _tables(self, old: Element, new: Element) -> None:
        last: Element | None = None
        for left, right in self._aligned(list(inside(old, TR)), list(inside(new, TR))):
            if right is None:
                last = _put_row(self._deleted(left), last, new)
                continue
            if left is None:
                self._mark(right, INS)
            else:
                for cell_old, cell_new in zip(inside(left, TC), inside(right, TC), strict=True):
                    self.container(cell_old, cell_new)
            last = right

    def _deleted(self, block: Element) -> Element:
        made = copy.deepcopy(block)
        self.adopt(made)
        self._mark(made, DEL)
        return made

    def _mark(self, block: Element, tag: str) -> None:
        if block.tag == P:
            self.marker.paragraph(block, tag)
        for row in list(block.iter(TR)) if block.tag != P else ():
            self.marker.row(row, tag)

    def _key(self, block: Element, side: int) -> str:
        """All that is seen of a block; two blocks with one key need no tracked change of their own."""
        if block not in self._keys:
            self._keys[block] = self._seen(block, side)
        return self._keys[block]

    def _seen(self, block: Element, side: int) -> str:
        if block.tag == P:
            if block in self._special[side]:
                return seen_text(block, self.signs, self.digests[side])
            return "".join([text.text or "" for text in block.iter(T)])
        if block.tag == TR:
            return "".join(f"{self._seen_inside(cell, side)}\x1e" for cell in inside(block, TC))
        return "\x1d".join(self._key(row, side) for row in inside(block, TR))

    def _seen_inside(self, cell: Element, side: int) -> str:
        return "\x1f".join(self._key(block, side) for block in blocks_of(cell))

    def _partners(
        self, old: list[Element], new: list[Element], keys_old: list[str], keys_new: list[str]
    ) -> list[tuple[int, int]]:
        if not old or not new:
            return []
        bags_old, bags_new = [_bag(key) for key in keys_old], [_bag(key) for key in keys_new]
        if len(old) * len(new) > MAX_PAIRS:
            both = range(min(len(old), len(new)))
            return [(i, i) for i in both if _fit(old[i], new[i]) and likeness(bags_old[i], bags_new[i]) >= LIKE]
        alone = len(old) == len(new) == 1
        gain = [[0.0] * len(new) for _ in old]
        for i, left in enumerate(old):
            for j, right in enumerate(new):
                if _fit(left, right):
                    alike = likeness(bags_old[i], bags_new[j])
                    gain[i][j] = alike if alike >= LIKE else 0.01 if alone else 0.0
        return best_chain(gain)


@dataclass(slots=True)
class _Place:
    """Where the next deleted block goes: behind the last block seen, or before the first one of the container."""

    container: Element
    _last: Element | None = None

    def after(self, block: Element) -> None:
        self._last = block

    def put(self, block: Element) -> None:
        if self._last is not None:
            self._last.addnext(block)
        else:
            first = next(blocks_of(self.container), None)
            if first is not None:
                first.addprevious(block)
            else:
                self.container.insert(_head(self.container), block)
        self._last = block

    def close(self) -> None:
        """A cell ends with a paragraph (ISO/IEC 29500-1, 17.4.65), also when its last block was a deleted table."""
        if (
            self.container.tag == TC
            and self._last is not None
            and self._last.tag == TBL
            and self._last.getnext() is None
        ):
            self._last.addnext(self._last.makeelement(P))


def _head(container: Element) -> int:
    return 1 if len(container) and container[0].tag == w("tcPr") else 0


def _put_row(row: Element, last: Element | None, table: Element) -> Element:
    first = next(inside(table, TR), None)
    if last is not None:
        last.addnext(row)
    elif first is not None:
        first.addprevious(row)
    else:
        table.append(row)
    return row


def _fit(old: Element, new: Element) -> bool:
    """Whether two blocks can be merged at all: of one kind and, for rows, with as many cells."""
    if old.tag != new.tag:
        return False
    if new.tag == TR:
        return sum(1 for _ in inside(old, TC)) == sum(1 for _ in inside(new, TC))
    return True


def _bag(key: str) -> Counter[str]:
    return Counter(token.lower() for token in tokens(key) if token[0].isalnum())


def blocks_of(container: Element) -> Iterator[Element]:
    """Paragraphs and tables of a container, those in content controls too."""
    for child in container:
        if child.tag in (P, TBL):
            yield child
        elif child.tag in _WRAPPERS:
            yield from blocks_of(child)


def inside(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, those in content controls too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from inside(child, tag)


def _own_paragraphs(block: Element) -> list[Element]:
    """The paragraph itself, or those of a table, without what stands in text boxes."""
    return [each for each in block.iter(P) if not any(around.tag == TEXT_BOX for around in _up_to(each, block))]


def _own_boxes(run: Element) -> Iterator[Element]:
    """Text boxes of a run that are not inside another of its text boxes."""
    for box in run.iter(TEXT_BOX):
        if not any(around.tag == TEXT_BOX for around in _up_to(box, run)):
            yield box


def _up_to(node: Element, top: Element) -> Iterator[Element]:
    around = node
    while around is not top and (around := around.getparent()) is not top:
        yield around
