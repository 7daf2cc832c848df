"""From the XML of one part of a Word file to its blocks, all visible text and each text once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from iso_qms.documents.blocks import Block, Cell, Change, Paragraph, Table
from iso_qms.documents.errors import too_large
from iso_qms.documents.merging import MergedGrid, Span
from iso_qms.documents.names import (
    A_T,
    ALT_CHUNK,
    ALTERNATE,
    AUTHOR,
    BR,
    CHOICE,
    CR,
    DEL,
    DEL_TEXT,
    FALLBACK,
    GRID_BEFORE,
    GRID_SPAN,
    H_MERGE,
    INS,
    M_T,
    MOVE_FROM,
    MOVE_TO,
    NO_BREAK_HYPHEN,
    NUM_PR,
    OUTLINE,
    P_PR,
    P_STYLE,
    PTAB,
    RUN_PR,
    SECTION,
    SYM,
    TAB,
    TBL,
    TC,
    TC_PR,
    TEXT_BOX,
    TR,
    TR_PR,
    V_MERGE,
    V_TEXT_PATH,
    VAL,
    VANISH,
    P,
    R,
    T,
    w,
)
from iso_qms.documents.numbering import Numbering, list_of, whole
from iso_qms.documents.package import Element

_SPECIAL: tuple[str, ...] = (TAB, BR, CR, SYM, NO_BREAK_HYPHEN, PTAB, DEL_TEXT, TEXT_BOX, INS, DEL, MOVE_FROM, MOVE_TO)
_SPECIAL += (ALTERNATE, A_T, M_T, VANISH, V_TEXT_PATH)
_MARKS = (*_SPECIAL, P_STYLE, NUM_PR, OUTLINE, GRID_SPAN, V_MERGE, H_MERGE, GRID_BEFORE, ALT_CHUNK)
# Some ten thousand pages: beyond that it is no procedure but an attack on memory.
MAX_PARAGRAPHS = 300_000
_PLAIN = {TAB: "\t", PTAB: "\t", CR: "\n", BR: "\n", NO_BREAK_HYPHEN: "-"}
_SKIPPED = frozenset((P_PR, RUN_PR, SECTION, TC_PR, TR_PR, w("tblPr"), w("tblGrid"), w("sdtPr"), w("sdtEndPr")))
_SYMBOLS = {0xF0A8: "☐", 0xF06F: "☐", 0xF0FE: "☑", 0xF0FD: "☒", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0B7: "•"}
_SYMBOLS |= {0xF0A7: "▪", 0xF0D8: "➢", 0xF0E0: "→", 0xF0E8: "➔", 0xF02D: "-"}
_MAX_SPAN = 1_000


@dataclass(slots=True)
class _Style:
    style: str = ""
    num_id: str | None = None
    num_level: int | None = None
    outline: int | None = None


@dataclass(slots=True)
class _Line:
    """A paragraph being read by the careful way: what is shown, what tracked changes took out, and who put what in."""

    shown: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """Reads one part; `boxes` are its text boxes, `changes` its open changes, `hidden` how many characters print hides.

    Two ways through a paragraph: what holds nothing but runs of text is joined at once; what a first look over the part
    has marked (breaks, changes, text boxes …) is walked element by element.
    """

    numbering: Numbering
    place: str
    boxes: list[tuple[Block, ...]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    chunks: int = 0
    _count: int = 0
    _special: set[Element] = field(default_factory=set)
    _styles: dict[Element, _Style] = field(default_factory=dict)
    _spans: dict[Element, Span] = field(default_factory=dict)
    _before: dict[Element, int] = field(default_factory=dict)

    def part(self, root: Element) -> tuple[Block, ...]:
        """The blocks of a part (or of a body, a footnote, a comment) in reading order."""
        self._look(root)
        return tuple(self._blocks(root))

    def _look(self, root: Element) -> None:
        """Mark, in one pass, what needs more than joining its text."""
        for node in root.iter(*_MARKS):
            tag = node.tag
            if tag == P_STYLE:
                self._style_of(node.getparent()).style = node.get(VAL) or ""
            elif tag == NUM_PR:
                found = self._style_of(node.getparent())
                found.num_id, found.num_level = list_of(node)
            elif tag == OUTLINE:
                self._style_of(node.getparent()).outline = whole(node.get(VAL), 9) + 1
            elif tag in (GRID_SPAN, V_MERGE, H_MERGE):
                self._span(node, tag)
            elif tag == GRID_BEFORE:
                self._before[node.getparent().getparent()] = min(_MAX_SPAN, whole(node.get(VAL), 0))
            elif tag == ALT_CHUNK:
                self.chunks += 1
            else:
                self._special.update(node.iterancestors(P))

    def _style_of(self, properties: Element) -> _Style:
        return self._styles.setdefault(properties.getparent(), _Style())

    def _span(self, node: Element, tag: str) -> None:
        span = self._spans.setdefault(node.getparent().getparent(), Span())
        if tag == GRID_SPAN:
            span.columns = min(_MAX_SPAN, max(1, whole(node.get(VAL), 1)))
        elif tag == V_MERGE:
            span.merge = node.get(VAL) or "continue"
        else:
            span.sideways = node.get(VAL) or "continue"

    def _blocks(self, container: Element) -> Iterator[Block]:
        for node in container:
            tag = node.tag
            if tag == P:
                yield self._paragraph(node)
            elif tag == TBL:
                yield self._table(node)
            elif tag == ALTERNATE:
                yield from self._blocks(_alternative(node))
            elif tag not in _SKIPPED:
                yield from self._blocks(node)

    def _paragraph(self, node: Element) -> Paragraph:
        self._count += 1
        if self._count > MAX_PARAGRAPHS:
            raise too_large("tài liệu có quá nhiều đoạn", "the document has too many paragraphs")
        if node in self._special:
            line = _Line()
            self._careful(node, line, None)
            text, deleted = "".join(line.shown), "".join(line.deleted)
        else:
            text, deleted = "".join([run.text or "" for run in node.iter(T)]), ""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        found = self._styles.get(node)
        if found is None:
            if self.numbering.plain_default:
                return Paragraph(text, deleted=deleted) if deleted else Paragraph(text)
            found = _Style()
        return self._styled(text, deleted, found)

    def _styled(self, text: str, deleted: str, found: _Style) -> Paragraph:
        style = self.numbering.styles.get(found.style or self.numbering.default_style)
        level, num_id, num_level = found.outline, found.num_id, found.num_level
        if style is not None:
            level = style.level if level is None else level
            if num_id is None:
                num_id, num_level = style.num_id, style.num_level if num_level is None else num_level
        number = self.numbering.label(num_id, num_level or 0) if num_id and num_id != "0" else None
        return Paragraph(text, found.style, level if level and level <= 9 else None, number, deleted)

    def _careful(self, parent: Element, line: _Line, change: Element | None) -> None:
        for node in parent:
            tag = node.tag
            if tag in (T, M_T):
                self._say(node.text or "", line, change)
            elif tag == R:
                self._run(node, line, change)
            elif tag in _PLAIN:
                self._say(_PLAIN[tag], line, change)
            elif tag == DEL_TEXT:
                self._strike(node.text or "", line, change)
            elif tag == SYM:
                self._say(_symbol(node), line, change)
            elif tag == ALTERNATE:
                self._careful(_alternative(node), line, change)
            elif tag == TEXT_BOX:
                self.boxes.append(tuple(self._blocks(node)))
            elif tag == A_T:
                self._box(node.text or "")
            elif tag == V_TEXT_PATH:
                self._box(node.get("string") or "")
            elif tag in (INS, DEL, MOVE_FROM, MOVE_TO):
                self._careful(node, line, node)
            elif tag not in _SKIPPED:
                self._careful(node, line, change)

    def _box(self, text: str) -> None:
        """Words drawn rather than written: a shape's label, a watermark such as ``DỰ THẢO``."""
        self.boxes.append((Paragraph(unicodedata.normalize("NFC", text)),))

    def _run(self, run: Element, line: _Line, change: Element | None) -> None:
        before = len(line.shown)
        self._careful(run, line, change)
        properties = run.find(RUN_PR)
        if properties is None or len(line.shown) == before:
            return
        vanish = properties.find(VANISH)
        if vanish is not None and vanish.get(VAL) not in ("0", "false", "off"):
            self.hidden.append("".join(line.shown[before:]))

    def _say(self, text: str, line: _Line, change: Element | None) -> None:
        if change is not None and change.tag in (DEL, MOVE_FROM):
            self._strike(text, line, change)
            return
        line.shown.append(text)
        if change is not None:
            self.changes.append(Change("inserted", text, change.get(AUTHOR) or "", self.place))

    def _strike(self, text: str, line: _Line, change: Element | None) -> None:
        line.deleted.append(text)
        author = change.get(AUTHOR) or "" if change is not None else ""
        self.changes.append(Change("deleted", text, author, self.place))

    def _table(self, table: Element) -> Table:
        if not self._spans and not self._before:
            return Table(tuple(self._plain_row(row, index) for index, row in enumerate(_inside(table, TR))))
        grid = MergedGrid()
        for index, row in enumerate(_inside(table, TR)):
            grid.start(index, self._before.get(row, 0))
            for cell in _inside(row, TC):
                span = self._spans.get(cell) or Span()
                grid.add(self._cell(cell), span)
        return Table(grid.rows())

    def _plain_row(self, row: Element, index: int) -> tuple[Cell, ...]:
        return tuple(Cell(self._cell(cell), index, col) for col, cell in enumerate(_inside(row, TC)))

    def _cell(self, cell: Element) -> tuple[Block, ...]:
        """A cell's blocks; a text box drawn in it belongs to it, as the shapes of a flow chart do."""
        outer, self.boxes = self.boxes, []
        blocks = tuple(self._blocks(cell))
        inner, self.boxes = self.boxes, outer
        return blocks + tuple(block for box in inner for block in box) if inner else blocks


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Children of one kind, also those wrapped in content controls, custom XML or tracked changes."""
    for node in parent:
        if node.tag == tag:
            yield node
        elif node.tag == ALTERNATE:
            yield from _inside(_alternative(node), tag)
        elif node.tag not in _SKIPPED and node.tag not in (TR, TC, P, TBL):
            yield from _inside(node, tag)


def _alternative(node: Element) -> Element:
    """The one branch of an alternative that is read: the first that holds any text, else the first."""
    branches = [child for child in node if child.tag in (CHOICE, FALLBACK)]
    for branch in branches:
        if next(branch.iter(T, A_T, M_T, V_TEXT_PATH), None) is not None:
            return branch
    return branches[0] if branches else ()


def _symbol(node: Element) -> str:
    try:
        code = int(node.get(w("char")) or "", 16)
    except ValueError:
        return ""
    return _SYMBOLS.get(code) or (chr(code) if 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "")
