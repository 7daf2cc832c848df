"""Days and instants as people write them and as people read them, in the office's zone."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from iso_qms.domain.civil import OFFICE_ZONE, aware, start_of_day
from iso_qms.domain.errors import BadDate

_SHOWN = 60

YEARS = range(1900, 3000)
"""Years that an office can mean; another one is a slip of the hand."""


def parse_day(given: str) -> date:
    """A civil date from `31/12/2026` or `2026-12-31`; `BadDate` for anything else, also for days that do not exist."""
    try:
        found = _day(given.strip())
    except ValueError:
        raise _refusal(given) from None
    if found is None or found.year not in YEARS:
        raise _refusal(given)
    return found


def _day(text: str) -> date | None:
    if "/" in text:
        day, month, year = text.split("/")
        plain = (day + month + year).isascii() and (day + month + year).isdigit()
        return date(int(year), int(month), int(day)) if plain and len(year) == 4 else None
    return date.fromisoformat(text) if len(text) == 10 and text.isascii() else None


def parse_instant(given: str, zone: tzinfo = OFFICE_ZONE) -> datetime:
    """An aware UTC instant from RFC 3339, or from a day: its 00:00 in the office's zone; `BadDate` for anything else.

    A time without its offset is refused: it names no instant.
    """
    text = given.strip()
    if len(text) <= 10:
        return start_of_day(parse_day(text), zone)
    try:
        found = aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise _refusal(given) from None
    if found.year not in YEARS:
        raise _refusal(given)
    return found


def _refusal(given: str) -> BadDate:
    shown = given[:_SHOWN].encode("utf-8", "replace").decode()
    return BadDate(given="".join(char if char.isprintable() else "?" for char in shown))


def day_text(day: date | None) -> str:
    """A civil date as papers print it, `31/12/2026`."""
    return "—" if day is None else f"{day:%d/%m/%Y}"


def instant_text(instant: datetime | None, zone: tzinfo = OFFICE_ZONE) -> str:
    """An instant on the office's clock, `31/12/2026 08:00`; seconds only where they are not zero."""
    if instant is None:
        return "—"
    local = instant.astimezone(zone)
    return f"{local:%d/%m/%Y %H:%M:%S}" if local.second else f"{local:%d/%m/%Y %H:%M}"


def iso_text(instant: datetime, zone: tzinfo = OFFICE_ZONE) -> str:
    """An instant for programs: ISO 8601 with the office's offset."""
    return instant.astimezone(zone).isoformat()
