"""Vietnamese text as readers compare it: without case or diacritics, letter for letter, and codes in one spelling."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_CODE_GAPS = re.compile(r"[-./_]+")
_TAIL = re.compile(r"0+(?=\d)")


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    lower = {"đ": "d", "Đ": "d"}.get(base, base).lower()
    return lower if len(lower) == 1 else base


_LETTERS = "".join(
    chr(code)
    for start, end in ((0x41, 0x5B), (0xC0, 0x250), (0x1E00, 0x1F00))
    for code in range(start, end)
    if chr(code).isalpha()
)
_TABLE = {ord(letter): _plain(letter) for letter in _LETTERS}
_TABLE |= dict.fromkeys((0xA0, 0x2007, 0x202F, 0x2009, 0x3000, 0x200B), " ")
_TABLE |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")
_TABLE |= {0xFF1A: ":", 0x2236: ":"}


def fold(text: str) -> str:
    """The text in small letters without diacritics, letter for letter: places in one are places in the other."""
    return text.translate(_TABLE)


def squeeze(text: str) -> str:
    """The text with every run of white space made one blank, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def key(text: str) -> str:
    """The text folded and squeezed, without a colon or full stop at its end: what labels are compared by."""
    return squeeze(fold(text)).rstrip(" :.;")


def canonical_code(code: str) -> str:
    """A document code in the spelling in which codes are compared: ``QT- SGD – 01``, ``QT.SGD.1`` → ``QT-SGD-1``.

    Capitals, no blanks, one kind of separator, no leading zeros; ``Đ`` stays. For comparing only: what is shown is
    what was printed.
    """
    text = unicodedata.normalize("NFC", code).upper()
    text = "".join("-" if character in "‐‑‒–—−" else character for character in text)
    text = _CODE_GAPS.sub("-", _SPACES.sub("", text)).strip("-")
    return "-".join(_TAIL.sub("", piece) if piece.isdigit() else piece for piece in text.split("-"))
