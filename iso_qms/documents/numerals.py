"""Vietnamese number words, such as an issue number or a date may be written in."""

from __future__ import annotations

import re

_DIGITS = {
    "khong": 0,
    "mot": 1,
    "nhat": 1,
    "hai": 2,
    "nhi": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "sau": 6,
    "bay": 7,
    "bẩy": 7,
    "tam": 8,
    "chin": 9,
    "dau": 1,
}
_SCALES = {"tram": 100, "nghin": 1000, "ngan": 1000}
_SILENT = frozenset(("linh", "le", "mung", "mong", "thu", "lan"))
_ROMAN = {"i": 1, "v": 5, "x": 10}
WORDS = "|".join(sorted((*_DIGITS, *_SCALES, *_SILENT, "muoi"), key=len, reverse=True))


def number(text: str) -> int | None:
    """The number a folded text says in digits, Vietnamese words or small Roman numerals, else ``None``.

    ``"03"`` → 3, ``"thu ba"`` → 3, ``"hai muoi lam"`` → 25, ``"hai nghin khong tram linh chin"`` → 2009, ``"iv"`` → 4.
    """
    words = text.split()
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) <= 6:
        return int(words[0])
    if len(words) == 1 and re.fullmatch(r"x{0,3}(ix|iv|v?i{0,3})", words[0]) and words[0]:
        return _roman(words[0])
    words = [word for word in words if word not in _SILENT]
    if not words or any(word not in _DIGITS and word not in _SCALES and word != "muoi" for word in words):
        return None
    return _spoken(words)


def _spoken(words: list[str]) -> int:
    total = part = 0
    digit: int | None = None
    for word in words:
        if word in _SCALES:
            part = (part + (digit if digit is not None else 1)) * _SCALES[word] if _SCALES[word] == 1000 else part
            if _SCALES[word] == 100:
                part += (digit or 0) * 100
            else:
                total, part = total + part, 0
            digit = None
        elif word == "muoi":
            part, digit = part + (digit or 1) * 10, None
        elif digit is not None:
            digit = digit * 10 + _DIGITS[word]
        else:
            digit = _DIGITS[word]
    return total + part + (digit or 0)


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(
        -value if any(later > value for later in values[place + 1 :]) else value for place, value in enumerate(values)
    )
