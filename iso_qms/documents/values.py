"""From the words beside a label to a value: codes, numbers, dates, totals of pages, each checked for what it may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from iso_qms.documents.dates import find_date
from iso_qms.documents.numerals import WORDS, number
from iso_qms.documents.text import fold, squeeze

_LETTER = "A-ZĐÀ-ỸƯƠĂÂÊÔ"
_JOIN = r"[-–—−‑./_]"
_TOKEN = rf"[{_LETTER}0-9]{{1,16}}"
_TIGHT = re.compile(rf"(?=[^\s]*[{_LETTER}])[{_LETTER}0-9][{_LETTER}0-9]{{0,15}}(?:{_JOIN}{_TOKEN})*(?:\.\d+)*")
# Codes such as QT-TTr-01, whose abbreviations keep their small letters.
_MIXED = re.compile(rf"[{_LETTER}][{_LETTER}a-zà-ỹđ0-9]{{0,9}}(?:{_JOIN}[{_LETTER}a-zà-ỹđ0-9]{{1,12}})+(?![\w])")
_LOOSE = re.compile(rf"[{_LETTER}]{{1,12}}\d{{0,4}}(?:\s*{_JOIN}\s*{_TOKEN}|\s+\d{{1,4}})*")
_USUAL = re.compile(
    rf"(?:QT|HD|BM|BMT|QĐ|QC|CS|MT|PL|ST|STCL|CSCL|MTCL|HTQLCL|MHHT|TL|TTHC|KH|NQ)\d{{0,4}}(?:{_JOIN}[{_LETTER}0-9]{{1,16}})*"
)
_LAW = re.compile(rf"^\d{{1,5}}/(?:\d{{4}}/)?(?!QT|HD|BM|ISO)[{_LETTER}]")
TTHC = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}(?:\.\d{2})?)?(?![\d])")
_NUMBER = re.compile(rf"(?:lan\s+)?(?:thu\s+)?((?:\d{{1,3}}|[ivx]{{1,5}}|(?:(?:{WORDS})\b\s*){{1,4}}))(?![\w])")
_PAIR = re.compile(r"(\d{1,3})\s*[/.\-]\s*(\d{1,3})(?!\s*[/.\-]?\d)")
_PAGES = re.compile(r"(\d{1,4})\s*(?:/|-|tren|of|tong so)\s*(\d{1,4})(?!\s*/?\d)")
_BLANK = re.compile(r"[\s.…_\-–/:]*")
_MAX_VALUE = 60


@dataclass(frozen=True, slots=True)
class Value:
    """A value with the text it was read from and how far it fits what the label promises (0 to 1)."""

    value: Any
    raw: str
    fit: float
    blank: bool = False


def blank(text: str) -> bool:
    """Whether a text is empty or only dots, dashes and underscores that wait to be filled in."""
    return _BLANK.fullmatch(text) is not None


def code(text: str) -> Value | None:
    """A document code at the start of a text; TTHC codes, dates and numbers of legal texts are none."""
    line = squeeze(text)
    if not line or TTHC.match(line) or _LAW.match(line):
        return None
    loose = _LOOSE.fullmatch(line) if len(line) <= _MAX_VALUE else None
    if loose and (re.search(r"\d", line) or re.search(_JOIN, line)):
        return Value(line, line, code_fit(line))
    mixed = _MIXED.match(line)
    if mixed is not None and re.search(r"[a-zà-ỹđ]", mixed[0]) and re.search(r"\d", mixed[0]):
        return Value(mixed[0], mixed[0], 0.8 if usual_code(mixed[0]) else 0.6)
    tight = _TIGHT.match(line) or _TIGHT.match(line.upper() if usual_code(line.upper()) else "")
    if tight is None:
        return None
    found = line[: tight.end()].rstrip("-–—−./_")
    if not re.search(rf"\d|{_JOIN}", found) and len(found) < 3:
        return None
    if re.match(r"\w", line[tight.end() : tight.end() + 1]) or (
        find_date(found) and not re.search(rf"[{_LETTER}]", found)
    ):
        return None
    return Value(found, found, code_fit(found))


def titled_code(text: str) -> Value | None:
    """A code of the usual grammar in front of a title (``QT1 – Đăng ký khai sinh``) or after ``Quy trình``."""
    line = re.sub(r"^(?:quy trinh|huong dan|thu tuc)\s+(?:so\s+)?", "", fold(text))
    rest = text[len(text) - len(line) :]
    match = usual_code(rest)
    if match is None or not re.search(r"\d", match[0]) or not re.match(r"\s*(?:$|[-–—:.]\s)", rest[match.end() :]):
        return None
    return Value(match[0], match[0], 1.0)


def usual_code(text: str) -> re.Match[str] | None:
    """Match a code of the usual grammar (``QT-01``, ``QT.TP.05`` …) at the start of a text in capitals."""
    return _USUAL.match(text)


def code_fit(text: str) -> float:
    """How usual a code looks, from 0 to 1; below 0.8 a person should look at it."""
    tight = re.sub(r"\s+", "", text)
    if _USUAL.fullmatch(tight):
        return 1.0 if re.search(rf"\d|{_JOIN}", tight) else 0.8
    return 0.85 if re.search(r"\d", tight) and re.search(_JOIN, tight) else 0.6


def count(text: str) -> Value | None:
    """An issue or revision number: ``03``, ``Lần thứ ba``, ``II``; the date that may follow it is left alone."""
    folded = fold(text).lstrip(" :.-")
    match = _NUMBER.match(folded)
    if match is None:
        return None
    found = number(match[1].strip())
    if found is None or found > 500:
        return None
    offset = len(text) - len(folded)
    return Value(found, squeeze(text[offset : offset + match.end()]), 1.0)


def pair(text: str) -> Value | None:
    """Issue and revision printed as one: ``02/00``; a lone number is the issue alone."""
    folded = fold(text).strip(" :")
    match = _PAIR.match(folded)
    if match:
        return Value((int(match[1]), int(match[2])), match[0], 1.0)
    single = count(text)
    return Value((single.value, None), single.raw, 0.9) if single else None


def day(text: str) -> Value | None:
    """A date near the start of a text; a blank day or a day that does not exist is a value without a date."""
    found = find_date(text[:120])
    if found is None or found.start > 12:
        return None
    return Value(found.value, found.raw, 1.0, blank=found.blank)


def pages(text: str) -> Value | None:
    """The total in ``2/11``, ``1 / 8`` or a lone ``11``."""
    folded = fold(text).strip(" :")
    match = _PAGES.match(folded)
    if match:
        return Value(int(match[2]), match[0], 1.0)
    lone = re.match(r"(\d{1,4})(?:\s*trang)?\s*$", folded)
    return Value(int(lone[1]), lone[0], 0.6) if lone else None


def words(text: str) -> Value | None:
    """A title or name: the text itself, squeezed, up to 300 characters."""
    line = squeeze(text).strip(' .:;«»“”"')
    return Value(line, line, 1.0) if 2 < len(line) <= 700 else None
