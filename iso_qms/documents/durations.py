"""Time limits as written in procedures, in working minutes: a working day is eight hours, a half-day session four."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iso_qms.documents.numerals import WORDS, number
from iso_qms.documents.text import fold, squeeze

MINUTES = {"phut": 1, "'": 1, "gio": 60, "h": 60, "tieng": 60, "buoi": 240, "ngay": 480, "tuan": 2400, "thang": 10560}
_CALENDAR = frozenset(("tuan", "thang"))
_HALVES = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "nua": 0.5}
_FIGURE = rf"\d+\s*[½¼¾]|[½¼¾⅓⅔⅛]|\d+\s*[/⁄]\s*\d+|\d+(?:[.,]\d+)?|nua|(?:(?:{WORDS})\s+){{1,4}}"
_AMOUNT = re.compile(
    rf"(?<![a-gi-z\d.,/½¼¾])(?P<low>{_FIGURE})(?:\s*(?:-|den)\s*(?P<high>{_FIGURE}))?\s*"
    r"(?P<unit>phut|gio|tieng|buoi|ngay|tuan|thang(?!\s*\d)|h(?![a-z])|')(?P<half>\s*ruoi)?"
)
_ASIDES = re.compile(r"\([^)]*\)")
_JOINED = re.compile(r"[\s,+]*(?:lam viec|va|cong)?[\s,+]*")
_CLOCK = re.compile(r"\b(?:sau|truoc|luc|tu|den)\s*$")
_SPOKEN = frozenset(
    (
        *("một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi"),
        *("linh", "lẻ", "trăm", "nửa", "mot", "bon", "tam", "chin", "muoi", "nua"),
    )
)
_OFFICE_HOURS = re.compile(r"\b(?:trong\s+)?gio\s+(?:hanh\s+chinh|lam\s+viec)\b|hang\s+ngay|thuong\s+xuyen")
_SAME_DAY = re.compile(r"\b(?:trong|cung|ngay\s+trong)\s+(?:buoi|ngay)\b|^ngay\s+lam\s+viec$")
_AT_ONCE = re.compile(r"^ngay(?:\s+(?:sau\s+)?khi\b|\s+lap\s+tuc\b|$)|\btuc\s+thoi\b|\bngay\s+sau\s+khi\b")
_REFERENCE = re.compile(
    r"\b(?:theo|tai|xem)\s+(?:muc|quy\s+dinh|khoan|dieu|phap\s+luat|phu\s+luc|ke\s+hoach|thoi\s+gian)\b"
)
_NONE = re.compile(r"[\s\-–./…]*|khong(?:\s+(?:quy\s+dinh|tinh\s+thoi\s+gian|co))?")
_MAX_TEXT = 400
_LONE = re.compile(rf"({_FIGURE})\s*")


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: working minutes, or ``None`` where the text sets no readable bound; `text` as printed.

    `note`: ``""`` clear, ``none`` nothing written, ``office-hours`` / ``at-once`` / ``reference`` no bound in figures,
    ``same-day``, ``day-kind`` working or calendar day not said, ``calendar`` counted in calendar time, ``several``
    more than one limit (the first is taken), ``unread``.
    """

    minutes: int | None
    text: str
    note: str = ""


def read_limit(text: str, unit: str | None = None) -> Limit:
    """Read a time limit; `unit` (``ngay`` or ``gio``) is what a bare figure counts, where the column's head says so."""
    shown = squeeze(text[:_MAX_TEXT])
    plain = _ASIDES.sub(lambda match: " " * len(match[0]), fold(shown))
    if _NONE.fullmatch(plain):
        return Limit(None, shown, "none")
    amounts = _first_sum(plain, shown.lower())
    if amounts:
        return _summed(shown, plain, amounts)
    lone = _LONE.fullmatch(plain)
    if unit and lone:
        return Limit(round(_figure(lone[1]) * MINUTES[unit]), shown)
    for pattern, minutes, note in (
        (_SAME_DAY, 480, "same-day"),
        (_OFFICE_HOURS, None, "office-hours"),
        (_AT_ONCE, None, "at-once"),
        (_REFERENCE, None, "reference"),
    ):
        if pattern.search(plain):
            return Limit(minutes, shown, note)
    return Limit(None, shown, "unread")


def column_unit(head: str) -> str | None:
    """The unit that a column's head gives to bare figures: ``Thời gian (ngày làm việc)`` → ``ngay``."""
    match = re.search(r"[(/,:]\s*(?:so\s+)?(?:tinh\s+(?:theo|bang)\s+)?(ngay|gio|phut|buoi)\b", fold(head))
    return match[1] if match else None


def spoken(minutes: int) -> str:
    """Working minutes as an officer says them: ``2,5 ngày``, ``04 giờ``, ``30 phút`` (days of eight hours)."""
    for size, unit in ((480, "ngày"), (60, "giờ")):
        if minutes >= size and (minutes * 100) % size == 0:
            return f"{minutes / size:g} {unit}".replace(".", ",")
    return f"{minutes} phút"


def _first_sum(plain: str, accented: str) -> list[re.Match[str]]:
    """The first amount and those added to it at once: ``01 ngày 02 giờ``."""
    matches = [match for match in _AMOUNT.finditer(plain) if _is_amount(match, plain, accented)]
    if matches and _SAME_DAY.search(plain, 0, matches[0].start()):
        return []
    chosen = matches[:1]
    for match in matches[1:]:
        last = chosen[-1]
        between = plain[last.end() : match.start()]
        if not _JOINED.fullmatch(between) or MINUTES[match["unit"]] >= MINUTES[last["unit"]]:
            break
        chosen.append(match)
    return chosen


def _is_amount(match: re.Match[str], plain: str, accented: str) -> bool:
    """Whether a figure counts: ``sau 15 giờ`` is a time of day, ``sau ngày`` and ``từ ngày`` are no ``sáu``, ``tư``."""
    if match["unit"] in ("gio", "h") and _CLOCK.search(plain, 0, match.start()):
        return False
    if match["low"][0].isalpha():
        words = accented[match.start("low") : match.end("low")].split()
        if not all(word in _SPOKEN for word in words):
            return False
    return _figure(match["high"] or match["low"]) >= 0


def _summed(shown: str, plain: str, amounts: list[re.Match[str]]) -> Limit:
    total = 0.0
    for match in amounts:
        figure = _figure(match["high"] or match["low"]) + (0.5 if match["half"] else 0)
        total += figure * MINUTES[match["unit"]]
    rest = plain[amounts[-1].end() :]
    note = ""
    units = {match["unit"] for match in amounts}
    if units & _CALENDAR or re.match(r"\s*(?:lich|duong lich)", rest):
        note = "calendar"
    elif "ngay" in units and not re.search(r"lam viec", plain) and not units & {"gio", "h"}:
        note = "day-kind"
    if any(_is_amount(match, rest, shown.lower()[-len(rest) :]) for match in _AMOUNT.finditer(rest)):
        note = "several"
    return Limit(round(total), shown, note)


def _figure(text: str) -> float:
    text = squeeze(text)
    if text in _HALVES:
        return _HALVES[text]
    if text[-1:] in _HALVES:
        return float(text[:-1]) + _HALVES[text[-1]]
    parts = re.split(r"[/⁄]", text)
    if len(parts) == 2:
        return float(parts[0]) / float(parts[1]) if float(parts[1]) else -1.0
    if text[0].isdigit():
        return float(text.replace(",", "."))
    said = number(text)
    return float(said) if said is not None else -1.0
