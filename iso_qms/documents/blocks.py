"""What a document is made of once it has been read: paragraphs, tables and the parts that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

PartKind: TypeAlias = Literal["body", "header", "footer", "footnotes", "endnotes", "textbox", "comments"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its visible text (NFC; insertions in, deletions out; tabs as ``\\t``, line breaks as ``\\n``).

    `style` is the style's identifier, `level` the heading level from 1 on, `number` the printed list label such
    as ``5.2.`` or ``B1``, `deleted` what tracked deletions took out of it.
    """

    text: str
    style: str = ""
    level: int | None = None
    number: str | None = None
    deleted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell at its place in the table's grid, merged cells once: `row` and `col` count from 0."""

    blocks: tuple[Block, ...]
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        """The cell's text, one line per paragraph, nested tables included."""
        if len(self.blocks) == 1 and isinstance(self.blocks[0], Paragraph):
            return self.blocks[0].text
        return "\n".join(lines(self.blocks))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of cells; a cell that spans rows stands in its first row only."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """Number of grid columns."""
        return max((cell.col + cell.colspan for row in self.rows for cell in row), default=0)


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the document that is read on its own: the body, one page header, one text box …

    `name` is the package's part name, e.g. ``word/header1.xml`` (for a PDF ``page/3``).
    """

    kind: PartKind
    name: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The part's text, one line per paragraph."""
        return "\n".join(lines(self.blocks))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture shown in the document: where it is referred to and the SHA-256 of its bytes (hex)."""

    place: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change nobody has accepted or refused yet: `kind` is ``inserted``, ``deleted`` or ``format``."""

    kind: str
    text: str
    author: str
    place: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at, in one sentence of each language; `place` says where in the document."""

    code: str
    message_vi: str
    message_en: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All of a document's text in reading order, with what was noticed on the way.

    `pages` is how many pages the file is known to have: counted in a PDF, counted by the program that saved a Word file
    as long as its other counts still fit the text, else ``None``.
    """

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()
    pictures: tuple[Picture, ...] = ()
    changes: tuple[Change, ...] = ()
    pages: int | None = None

    @property
    def body(self) -> tuple[Block, ...]:
        """The body's blocks (for a PDF: every page's, in order)."""
        return tuple(block for part in self.parts if part.kind == "body" for block in part.blocks)

    @property
    def text(self) -> str:
        """Every part's text, one line per paragraph."""
        return "\n".join(part.text for part in self.parts)


def lines(blocks: tuple[Block, ...]) -> list[str]:
    """The text of every paragraph, those in tables too, in reading order."""
    found: list[str] = []
    _gather(blocks, found)
    return found


def _gather(blocks: tuple[Block, ...], found: list[str]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
            continue
        for row in block.rows:
            for cell in row:
                _gather(cell.blocks, found)


def paragraphs(blocks: tuple[Block, ...]) -> Iterator[Paragraph]:
    """Yield every paragraph, those in tables too, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs(cell.blocks)


def tables(blocks: tuple[Block, ...]) -> Iterator[Table]:
    """Yield every table, a nested one after the table around it."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
            for row in block.rows:
                for cell in row:
                    yield from tables(cell.blocks)
