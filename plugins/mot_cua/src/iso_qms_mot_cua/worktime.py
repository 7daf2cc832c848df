"""Working time: adding it, measuring it, and the day on which a result is due."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from iso_qms import BadInput
from iso_qms_mot_cua.calendar import AgencyCalendar

DAY_MINUTES, HALF_MINUTES = 480, 240
LONGEST = timedelta(days=3660)
"""No deadline is searched for further ahead."""


class Unit(StrEnum):
    """How a limit counts: working minutes, whole and half working days, or days of the calendar."""

    MINUTES = "minutes"
    DAYS = "days"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of a process: `minutes` of working time (480 to the day), how they count, and the text printed."""

    minutes: int
    unit: Unit
    text: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Limit | None:
        """The limit in a process (schema process/1); None where it sets no bound.

        Whole and half days count as days where the text speaks of days; everything else counts by the minute.
        """
        minutes = (raw or {}).get("working_minutes")
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
            return None
        text = str((raw or {}).get("text", ""))
        if re.search(r"\b(?:ngày|tuần|tháng) lịch\b|ngày dương lịch", text) and minutes % DAY_MINUTES == 0:
            return cls(minutes, Unit.CALENDAR, text)
        days = minutes % HALF_MINUTES == 0 and (not text or re.search(r"ngày|buổi|tuần|tháng", text))
        return cls(minutes, Unit.DAYS if days else Unit.MINUTES, text)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (UTC), the special days it was counted around, and whether a year of it is undecided."""

    at: datetime
    around: tuple[str, ...] = ()
    provisional: bool = False


Pause = tuple[datetime, datetime]
"""From when to when the clock stood still; both aware."""


def add(calendar: AgencyCalendar, start: datetime, span: timedelta) -> datetime:
    """The instant (UTC) at which so much working time after `start` has passed; the end of a sitting belongs to it.

    Raises ValueError for a negative span or a naive start, BadInput where nobody works for ten years.
    """
    if span < timedelta(0):
        raise ValueError("working time is not added backwards")
    left = span
    for begins, ends in _sittings(calendar, start):
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    raise _endless(start)


def between(calendar: AgencyCalendar, start: datetime, end: datetime) -> timedelta:
    """The working time from one instant to another; zero when the second is not after the first."""
    total = timedelta(0)
    if end <= start:
        return total
    for begins, ends in _sittings(calendar, start):
        if begins >= end:
            return total
        total += min(ends, end) - begins
    return total


def clock_start(calendar: AgencyCalendar, received: datetime) -> datetime:
    """When a dossier counts as received (UTC): itself, or the next opening when it came late, or on a day off."""
    on = calendar.civil(received)
    local = received.astimezone(calendar.zone)
    late = calendar.cut_off is not None and local.time() >= calendar.cut_off
    if calendar.day(on).working and not late:
        return received.astimezone(UTC)
    opening = calendar.next_working_day(on)
    return calendar.instant(opening, calendar.day(opening).sessions[0].start).astimezone(UTC)


def deadline(calendar: AgencyCalendar, received: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> Deadline:
    """When the result of a dossier is due.

    Days: the day of receipt is not counted (Bộ luật Dân sự 91/2015/QH13, Điều 147 khoản 2) and the last one lasts to
    the end of its last sitting; a half day to the end of its first. Calendar days that end on a day off end with the
    next working day (Điều 148 khoản 5). Minutes run from the receipt itself. Working time within pauses is added.
    """
    counted = clock_start(calendar, received)
    if limit.unit is Unit.MINUTES:
        due = add(calendar, counted, timedelta(minutes=limit.minutes))
    elif limit.unit is Unit.DAYS:
        due = _end_of_half_days(calendar, calendar.civil(counted), limit.minutes // HALF_MINUTES)
    else:
        due = _end_of_calendar_days(calendar, calendar.civil(counted), limit.minutes // DAY_MINUTES)
    lost = sum((between(calendar, begun, ended) for begun, ended in _apart(pauses)), timedelta(0))
    if lost:
        due = add(calendar, due, lost)
        if limit.unit is not Unit.MINUTES:
            due = _end_of_sitting(calendar, due)
    return Deadline(due, *_reasons(calendar, calendar.civil(received), calendar.civil(due)))


def _sittings(calendar: AgencyCalendar, start: datetime) -> Iterator[Pause]:
    """The sittings from an instant on, the first one cut to what is left of it, in UTC."""
    start = start.astimezone(UTC) if start.tzinfo is not None else _naive()
    on = calendar.civil(start)
    while (on - calendar.civil(start)) < LONGEST:
        for session in calendar.day(on).sessions:
            begins = calendar.instant(on, session.start).astimezone(UTC)
            ends = calendar.instant(on, session.end).astimezone(UTC)
            if ends >= start:
                yield max(begins, start), ends
        on += timedelta(days=1)


def _end_of_half_days(calendar: AgencyCalendar, received: date, halves: int) -> datetime:
    """The end of the last of so many half days after a day; a day with a single sitting is one of them."""
    on, left = received, halves
    while True:
        on = calendar.next_working_day(on)
        sessions = calendar.day(on).sessions
        # Two sittings make the two halves of a day; an agency with more of them has its halves at the first and last.
        ends = [sessions[0].end, sessions[-1].end] if len(sessions) > 1 else [sessions[0].end]
        if left <= len(ends):
            return calendar.instant(on, ends[left - 1]).astimezone(UTC)
        left -= len(ends)


def _end_of_calendar_days(calendar: AgencyCalendar, received: date, days: int) -> datetime:
    on = received + timedelta(days=days)
    if not calendar.day(on).working:
        on = calendar.next_working_day(on)
    return calendar.instant(on, calendar.day(on).sessions[-1].end).astimezone(UTC)


def _end_of_sitting(calendar: AgencyCalendar, instant: datetime) -> datetime:
    return next(ends for _, ends in _sittings(calendar, instant))


def _apart(pauses: Iterable[Pause]) -> Iterator[Pause]:
    """Pauses in order without their overlaps, so that no minute counts twice."""
    until: datetime | None = None
    for begun, ended in sorted(pauses):
        start = begun if until is None else max(begun, until)
        if ended > start:
            yield start, ended
            until = ended


def _reasons(calendar: AgencyCalendar, first: date, last: date) -> tuple[tuple[str, ...], bool]:
    days = [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    told = tuple(f"{day.date:%d/%m/%Y}: {day.why}" for day in days if day.why and day.why != "nghỉ hằng tuần")
    return told, any(day.provisional for day in days)


def _endless(start: datetime) -> BadInput:
    return BadInput(what=f"lịch không có ngày làm việc sau {start:%d/%m/%Y} / nobody works after {start:%d/%m/%Y}")


def _naive() -> datetime:
    raise ValueError("an instant needs a zone")
