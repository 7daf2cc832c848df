"""What sections of the body say under their headings: announced time, fees, ways to submit, papers to hand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iso_qms.documents.blocks import Block, Cell, Content, Paragraph, Table
from iso_qms.documents.grids import grid
from iso_qms.documents.labels import NUMBERED, section_of
from iso_qms.documents.text import fold, key, squeeze

_TOPICS = {
    "total": (
        r"(?:tong\s+)?(?:thoi\s+(?:gian|han))(?:\s+(?:xu\s+ly|giai\s+quyet|thuc\s+hien|tra\s+ket\s+qua))"
        r"(?:\s+(?:ho\s+so|tthc|thu\s+tuc(?:\s+hanh\s+chinh)?|cong\s+viec))?"
    ),
    "fee": r"(?:muc\s+)?(?:phi|le\s+phi)(?:\s*(?:,|va|/)?\s*(?:le\s+)?phi)?(?:\s*\(neu\s+co\))?",
    "channel": r"(?:cach\s+thuc|hinh\s+thuc)\s+(?:thuc\s+hien|nop|tiep\s+nhan)(?:\s+ho\s+so)?|noi\s+tiep\s+nhan.{0,60}",
    "components": r"(?:cac\s+)?thanh\s+phan(?:\s*,?\s*(?:va\s+)?so\s+luong)?\s+ho\s+so(?:\s+(?:gom|bao\s+gom))?",
    "copies": r"so\s+luong(?:\s+ho\s+so)?",
    "result": r"ket\s+qua(?:\s+(?:thuc\s+hien|giai\s+quyet|xu\s+ly)(?:\s+(?:tthc|thu\s+tuc.{0,20}|ho\s+so))?)?",
}
_TOPIC = {name: re.compile(rf"(?:{pattern})\s*(?P<colon>:|$)") for name, pattern in _TOPICS.items()}
_MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class Labelled:
    """What one section says: `topic` names it, `lines` are its lines as printed, squeezed."""

    topic: str
    lines: tuple[str, ...]
    place: str

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(self.lines)


def labelled(content: Content) -> Iterator[Labelled]:
    """Yield the known sections of the body: after a colon, in the paragraphs below, or in the next cell of a table."""
    for part in content.parts:
        if part.kind == "body":
            yield from _in_blocks(part.blocks)


def _in_blocks(blocks: tuple[Block, ...]) -> Iterator[Labelled]:
    tables = 0
    for index, block in enumerate(blocks):
        if isinstance(block, Table):
            tables += 1
            yield from _in_table(block, f"body, table {tables}")
            continue
        topic, rest = _topic(block.text)
        if topic is None:
            continue
        lines = [rest] if rest else []
        if not rest or topic in ("components", "channel"):
            lines.extend(_following(blocks, index))
        if lines:
            yield Labelled(topic, tuple(lines), f"body, paragraph {index + 1}")


def _topic(text: str) -> tuple[str | None, str]:
    folded = fold(text)
    start = NUMBERED.match(folded)
    begin = start.end() if start else 0
    for name, pattern in _TOPIC.items():
        match = pattern.match(folded, begin)
        if match:
            return name, squeeze(text[match.end() :])
    return None, ""


def is_topic(text: str) -> bool:
    """Whether a line is the heading of one of the known sections."""
    return _topic(squeeze(text))[0] is not None


def _following(blocks: tuple[Block, ...], index: int) -> Iterator[str]:
    """The paragraphs below a heading, up to the next heading, topic or table."""
    own = blocks[index]
    for block in blocks[index + 1 : index + 1 + _MAX_LINES]:
        if not isinstance(block, Paragraph) or _closes(block, own):
            return
        if block.text.strip():
            yield squeeze(block.text)


def _closes(block: Paragraph, own: Block) -> bool:
    if block.level is not None or _topic(block.text)[0] or section_of(key(block.text)):
        return True
    numbered = re.match(r"\s*\d{1,2}(?:\.\d{1,2})+[.)]?\s", block.text)
    return bool(numbered) or (isinstance(own, Paragraph) and block.number is not None and "." in block.number)


def _in_table(table: Table, place: str) -> Iterator[Labelled]:
    """A cell that is a topic and nothing else: its value stands to the right, else below."""
    places = grid(table)
    for row in table.rows:
        if len([cell for cell in row if cell.text.strip()]) > 3:
            continue
        for cell in row:
            topic, rest = _topic(squeeze(cell.text.split("\n")[0]))
            if topic is None:
                continue
            lines = _lines(rest, *cell.text.split("\n")[1:])
            if not lines:
                lines = _neighbour(places, cell)
            if lines:
                yield Labelled(topic, lines, f"{place}, row {cell.row + 1}")


def _neighbour(places: dict[tuple[int, int], Cell], cell: Cell) -> tuple[str, ...]:
    for spot in ((cell.row, cell.col + cell.colspan), (cell.row + cell.rowspan, cell.col)):
        other = places.get(spot)
        if other is not None and other.text.strip():
            return () if _topic(other.text)[0] else _lines(*other.text.split("\n"))
    return ()


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := squeeze(text)))
