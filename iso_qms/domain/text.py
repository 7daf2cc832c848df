"""Text at the door: one spelling (NFC), no invisible tricks, bounded length, or a refusal that says why."""

from __future__ import annotations

import unicodedata

from iso_qms.domain.errors import BadText

LINE = 300
"""Longest one-line text in characters (titles, names, decision numbers)."""
TEXT = 2000
"""Longest free text in characters (reasons, comments)."""

_JOINERS = "\u200c\u200d"
# Scripts and emoji need them between letters; every other character without a shape only hides something.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_WHY = {
    "empty": ("không được để trống", "it must not be empty"),
    "long": ("dài {size} ký tự, tối đa {limit}", "it has {size} characters, at most {limit} are allowed"),
    "control": ("chứa ký tự điều khiển U+{point:04X}", "it contains the control character U+{point:04X}"),
    "bidi": ("chứa ký tự đổi chiều chữ ẩn U+{point:04X}", "it contains the hidden direction mark U+{point:04X}"),
    "hidden": ("chứa ký tự ẩn U+{point:04X}", "it contains the invisible character U+{point:04X}"),
    "odd": ("chứa ký tự không dùng được U+{point:04X}", "it contains the unusable character U+{point:04X}"),
}


def _refuse(field: str, why: str, **facts: int) -> BadText:
    vi, en = _WHY[why]
    return BadText(field=field, why_vi=vi.format(**facts), why_en=en.format(**facts))


def _scan(text: str, field: str, allowed: str) -> None:
    for char in text:
        if char in allowed:
            continue
        kind = unicodedata.category(char)
        if char in _BIDI:
            raise _refuse(field, "bidi", point=ord(char))
        if kind == "Cc":
            raise _refuse(field, "control", point=ord(char))
        if kind in ("Cf", "Zl", "Zp") and char not in _JOINERS:
            raise _refuse(field, "hidden", point=ord(char))
        if kind in ("Cs", "Co", "Cn"):
            raise _refuse(field, "odd", point=ord(char))


def _clean(given: str, field: str, limit: int, allowed: str) -> str:
    if len(given) > limit * 4:  # normalising a huge text is itself an attack
        raise _refuse(field, "long", size=len(given), limit=limit)
    _scan(given, field, allowed)
    text = unicodedata.normalize("NFC", given)
    if len(text) > limit:
        raise _refuse(field, "long", size=len(text), limit=limit)
    if not any(unicodedata.category(char)[0] in "LNPS" for char in text):
        raise _refuse(field, "empty")
    return text


def line(given: str, field: str, *, limit: int = LINE) -> str:
    """One line of text, NFC, white space folded; `BadText` when empty, too long or with control characters."""
    return " ".join(_clean(given, field, limit, "\t\n\r").split())


def optional_line(given: str | None, field: str, *, limit: int = LINE) -> str | None:
    """Like `line`, but None and white space alone mean: not given."""
    return None if given is None or not given.strip() else line(given, field, limit=limit)


def prose(given: str, field: str, *, limit: int = TEXT) -> str:
    """Free text of several lines, NFC, lines trimmed; `BadText` when empty, too long or with control characters."""
    text = _clean(given, field, limit, "\t\n\r").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(" ".join(part.split()) for part in text.split("\n")).strip("\n ")


def fold(given: str) -> str:
    """Text without tone marks and case, for finding: `Quy trình Đất đai` and `quy trinh dat dai` are the same."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", given).casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
