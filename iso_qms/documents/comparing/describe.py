"""One change of the text in a phrase, as a person writes it into a revision table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from iso_qms.documents.comparing.facts import short
from iso_qms.documents.comparing.text import TextChange
from iso_qms.documents.comparing.words import Piece

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_UNIT = re.compile(r"\s+(?:ngày|giờ|phút|tuần|tháng|năm|bản|bộ|lần|trang|đồng)(?:\s+(?:làm việc|chính|sao))?\b")
ROW_NAME = 24
MAX_PHRASES = 6


def described(change: TextChange) -> str:
    """The change in Vietnamese: what came, what went, or each stretch that was rewritten, with the row it stands in."""
    if change.kind == "added":
        return f"thêm: {short(change.new)}"
    if change.kind == "removed":
        return f"bỏ: {short(change.old)}"
    if change.kind == "moved":
        return f"chuyển chỗ: {short(change.new)}"
    phrases = list(_phrases(change.pieces))
    more = f"; và {len(phrases) - MAX_PHRASES} chỗ khác" if len(phrases) > MAX_PHRASES else ""
    return f"{_row_name(change)}{'; '.join(phrases[:MAX_PHRASES])}{more}"


def _row_name(change: TextChange) -> str:
    """The first cell of a table row, such as ``B5``, which tells where in the table the change is."""
    name, bar, _ = change.new.partition(" | ")
    return f"{name}: " if bar and 0 < len(name) <= ROW_NAME and name in change.old else ""


def _phrases(pieces: Sequence[Piece]) -> Iterator[str]:
    gone = come = ""
    for piece in (*pieces, Piece("equal", "")):
        if piece.op == "delete":
            gone += piece.text
        elif piece.op == "insert":
            come += piece.text
        elif gone.strip() or come.strip():
            yield _phrase(gone.strip(), come.strip(), piece.text)
            gone = come = ""


def _phrase(gone: str, come: str, following: str) -> str:
    if gone and come:
        unit = _UNIT.match(following)
        if unit and _NUMBER.fullmatch(gone) and _NUMBER.fullmatch(come):
            gone, come = gone + unit[0], come + unit[0]
        return f"«{short(gone)}» → «{short(come)}»"
    come, gone = come.strip(" ;,"), gone.strip(" ;,")
    return f"thêm «{short(come)}»" if come else f"bỏ «{short(gone)}»"
