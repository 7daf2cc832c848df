"""A difference shown to people: as HTML for the desk, and as text for a terminal or a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from iso_qms.documents.comparing.text import ChangeKind, TextChange
from iso_qms.documents.comparing.words import Piece

if TYPE_CHECKING:
    from iso_qms.documents.compare import Difference

_WORDS: dict[str, dict[ChangeKind, str]] = {
    "vi": {"added": "Thêm", "removed": "Bỏ", "changed": "Sửa", "moved": "Chuyển chỗ", "renumbered": "Đánh số lại"},
    "en": {"added": "Added", "removed": "Removed", "changed": "Changed", "moved": "Moved", "renumbered": "Renumbered"},
}
_FIRST = {"vi": "Phần đầu", "en": "Before the first heading"}
_ASIDE = {"vi": "Ghi nhận ngoài nội dung", "en": "Set aside"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TAGS = {"insert": "ins", "delete": "del"}
_ANSI = {"insert": ("\x1b[32;4m", "\x1b[0m"), "delete": ("\x1b[31;9m", "\x1b[0m")}
_MARKS = {"insert": ("{+", "+}"), "delete": ("[-", "-]")}
CONTEXT_WORDS = 12


def to_html(difference: Difference, language: str = "vi") -> str:
    """An HTML fragment without styles or scripts: the sentences, then each section's changes with ``ins`` and ``del``.

    Every character that came from a document is escaped.
    """
    language = _known(language)
    lines = [f'<section class="difference" lang="{language}">', "<ul>"]
    lines.extend(f"<li>{_safe(sentence)}</li>" for sentence in difference.sentences(language))
    lines.append("</ul>")
    for title, changes in _groups(difference, language):
        lines.append(f"<h3>{_safe(title)}</h3>")
        lines.extend(_html_change(change, language) for change in changes)
    lines.append("</section>")
    return "\n".join(lines)


def to_text(difference: Difference, language: str = "vi", *, colour: bool = False) -> str:
    """Lines for a terminal: sentences, then changes by section, ``[-gone-]`` and ``{+come+}`` or ANSI colours.

    Control characters of a document never reach the terminal.
    """
    language = _known(language)
    lines = [f"• {_plain(sentence)}" for sentence in difference.sentences(language)]
    for title, changes in _groups(difference, language):
        lines += ["", _plain(title)]
        lines.extend(_text_change(change, language, colour) for change in changes)
    return "\n".join(lines)


def _groups(difference: Difference, language: str) -> Iterator[tuple[str, Sequence[TextChange]]]:
    for section, changes in difference.by_section().items():
        yield section or _FIRST[language], changes
    aside = (*difference.furniture, *difference.pages)
    if aside:
        yield _ASIDE[language], aside


def _html_change(change: TextChange, language: str) -> str:
    word = _WORDS[language][change.kind]
    inner = "".join(
        f"<{_TAGS[piece.op]}>{_safe(piece.text)}</{_TAGS[piece.op]}>" if piece.op in _TAGS else _safe(piece.text)
        for piece in _pieces(change)
    )
    return f'<p class="{change.kind}"><b>{word}:</b> {inner}</p>'


def _text_change(change: TextChange, language: str, colour: bool) -> str:
    marks = _ANSI if colour else _MARKS
    shown = []
    for place, piece in enumerate(found := _pieces(change)):
        text = _plain(piece.text)
        if piece.op in marks:
            before, after = marks[piece.op]
            shown.append(f"{before}{text}{after}")
        else:
            shown.append(_elided(text, first=place == 0, last=place == len(found) - 1))
    return f"  {_WORDS[language][change.kind]}: {''.join(shown)}"


def _pieces(change: TextChange) -> tuple[Piece, ...]:
    if change.kind == "moved":
        return (Piece("equal", change.new),)
    if change.pieces:
        return change.pieces
    return tuple(piece for piece in (Piece("delete", change.old), Piece("insert", change.new)) if piece.text)


def _elided(text: str, *, first: bool, last: bool) -> str:
    """Unchanged text far from any change is left out, whole words kept at the sides where a change stands."""
    words = text.split(" ")
    if first and last:
        return text
    if first:
        return text if len(words) <= CONTEXT_WORDS else "…" + " ".join(words[-CONTEXT_WORDS:])
    if last:
        return text if len(words) <= CONTEXT_WORDS else " ".join(words[:CONTEXT_WORDS]) + "…"
    if len(words) <= 2 * CONTEXT_WORDS:
        return text
    return f"{' '.join(words[:CONTEXT_WORDS])} … {' '.join(words[-CONTEXT_WORDS:])}"


def _known(language: str) -> str:
    return "en" if language == "en" else "vi"


def _safe(text: str) -> str:
    return escape(_CONTROL.sub("", text))


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)
