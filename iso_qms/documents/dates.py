"""Dates as Vietnamese offices print them, with the blank days they leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from iso_qms.documents.numerals import WORDS, number
from iso_qms.documents.text import fold

_BLANK = r"(?:[.…_\s]|-(?=[-.…_\s]))*"
_SPOKEN = rf"(?:\d{{1,4}}|(?:(?:{WORDS})\s*){{1,8}})"
_FORMS = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<d>\d{1,2})(?!\d)"),
    re.compile(
        r"(?<![\d/])(?P<d>\d{1,2})\s*(?P<s>[-/.])\s*(?P<m>\d{1,2})\s*(?P=s)\s*(?P<y>(?:19|20)\d\d|\d\d(?![\d]))(?!\d)"
    ),
    re.compile(
        rf"(?:ngay\s*)?(?P<d>{_SPOKEN})\s*,?\s*thang\s*(?P<m>\d{{1,2}}|(?:(?:{WORDS})\s*){{1,3}}?)"
        rf"\s*,?\s*nam\s*(?P<y>{_SPOKEN})"
    ),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\s*thang\s*(?P<m>\d{1,2})\s*,?\s*(?P<y>(?:19|20)\d\d)(?!\d)"),
)
_BLANK_FORMS = (
    re.compile(rf"(?<!\d){_BLANK}[/]\s*(?P<m>\d{{1,2}}|{_BLANK})\s*[/]\s*(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(rf"ngay{_BLANK}thang\s*(?P<m>\d{{1,2}}|{_BLANK})\s*nam\s*(?P<y>(?:19|20)\d\d|{_BLANK})"),
    re.compile(r"(?<![\d/])(?:thang\s*)?(?P<m>\d{1,2})\s*/\s*(?P<y>(?:19|20)\d\d)(?![\d/])"),
)


@dataclass(frozen=True, slots=True)
class DateText:
    """A date found in a text: its civil date, ``None`` when the day is blank or does not exist; `raw` as printed."""

    value: date | None
    raw: str
    blank: bool
    start: int
    end: int


def find_date(text: str) -> DateText | None:
    """The first date in a text (NFC); two-digit years are of this century.

    Days come before months except in ISO form, as Nghị định 30/2020/NĐ-CP writes them.
    """
    folded = fold(text)
    found = [match for form in _FORMS if (match := form.search(folded))]
    if found:
        return _dated(text, min(found, key=lambda match: (match.start(), -match.end())))
    for form in _BLANK_FORMS:
        match = form.search(folded)
        if match:
            return DateText(None, text[match.start() : match.end()].strip(), True, match.start(), match.end())
    return None


def _dated(text: str, match: re.Match[str]) -> DateText:
    year, month, day = (number(match[part].strip()) for part in ("y", "m", "d"))
    if year is not None and year < 100:
        year += 2000
    try:
        value = date(year or 0, month or 0, day or 0)
    except ValueError:
        value = None
    return DateText(value, text[match.start() : match.end()].strip(), False, match.start(), match.end())
