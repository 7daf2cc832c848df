"""An agency's calendar: which days and hours are worked, and on which document each special day rests."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from iso_qms import BadInput

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFF, WORKING = "off", "working"


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of a day, morning or afternoon, in the office's wall time; it counts as half a working day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise _bad(
                f"buổi {self.start:%H:%M}-{self.end:%H:%M}", "it ends before it begins", "kết thúc trước khi bắt đầu"
            )

    @classmethod
    def parse(cls, text: str) -> Session:
        """Read `07:00-11:30`; raises BadInput with one sentence."""
        start, _dash, end = str(text).partition("-")
        try:
            return cls(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
        except ValueError:
            raise _bad(
                f"“{text}”", "a sitting reads like 07:00-11:30", "buổi làm việc phải ghi như 07:00-11:30"
            ) from None


@dataclass(frozen=True, slots=True)
class Special:
    """A day that an official document took out of the week or put into it; `document` is its number."""

    kind: str
    document: str
    instead_of: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What a civil day is: its sittings (none on a day off), why where it is not an ordinary day, and how sure that is.

    `provisional`: no decision about the days off of that year is known yet.
    """

    date: date
    sessions: tuple[Session, ...]
    why: str = ""
    provisional: bool = False

    @property
    def working(self) -> bool:
        """Whether anybody works on it."""
        return bool(self.sessions)


@dataclass(frozen=True)
class AgencyCalendar:
    """One agency's working time: its week, its cut-off hour, and special days that win over the public holidays.

    A dossier received at or after `cut_off` counts as received on the next working day. `confirmed` names, by year, the
    document that fixed that year's days off; days of other years are provisional.
    """

    name: str
    week: Mapping[str, tuple[Session, ...]]
    cut_off: time | None = None
    special: Mapping[date, Special] = field(default_factory=dict)
    confirmed: Mapping[int, str] = field(default_factory=dict)
    zone: tzinfo = OFFICE_ZONE

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise _bad(self.name, "no weekday has a sitting", "lịch không có buổi làm việc nào")
        object.__setattr__(self, "_days", {})

    def day(self, on: date) -> Day:
        """What a civil day is."""
        days: dict[date, Day] = self.__dict__["_days"]
        found = days.get(on)
        if found is None:
            found = days[on] = self._day(on)
        return found

    def civil(self, instant: datetime) -> date:
        """The office's day at an instant; raises ValueError for an instant without a zone."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return instant.astimezone(self.zone).date()

    def instant(self, on: date, at: time) -> datetime:
        """The instant at which the office's clock shows a time on a day."""
        return datetime.combine(on, at, self.zone)

    def next_working_day(self, after: date) -> date:
        """The first worked day after one; raises BadInput when there is none within two years."""
        for ahead in range(1, 732):
            day = after + timedelta(days=ahead)
            if self.day(day).working:
                return day
        raise _bad(
            self.name, f"nobody works after {after:%d/%m/%Y}", f"không có ngày làm việc nào sau {after:%d/%m/%Y}"
        )

    def _day(self, on: date) -> Day:
        provisional = on.year not in self.confirmed
        usual = self.week.get(WEEKDAYS[on.weekday()], ())
        special = self.special.get(on)
        if special is not None:
            if special.kind == OFF:
                return Day(on, (), f"nghỉ theo {special.document}", provisional)
            like = WEEKDAYS[special.instead_of.weekday()] if special.instead_of else "mon"
            return Day(on, self.week.get(like) or self.week["mon"], f"làm bù theo {special.document}", provisional)
        public, worked = public_holidays(on.year)
        if on in worked and not usual:
            return Day(on, self.week.get("mon", ()), "làm bù (bộ ngày lễ)", provisional)
        if on in public:
            return Day(on, (), public[on], provisional)
        return Day(on, usual, "" if usual else "nghỉ hằng tuần", provisional)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> tuple[Mapping[date, str], frozenset[date]]:
    """The public holidays of Viet Nam in a year with their names, and the weekend days worked in exchange.

    Bộ luật Lao động 45/2019/QH14, Điều 112, as the `holidays` package knows them.
    """
    import holidays

    found = holidays.country_holidays("VN", years=year, language="vi")
    names = {day: str(found.get(day)) for day in sorted(found) if day.year == year}
    return names, frozenset(day for day in found.weekend_workdays if day.year == year)


def read_calendar(path: Path | str | None = None) -> AgencyCalendar:
    """The calendar in a TOML file; without one the calendar that comes with the desk.

    Special days of the file win over those of the country, those over the public holidays. Raises BadInput.
    """
    if path is None:
        text = resources.files(__package__).joinpath("data/agency.toml").read_text(encoding="utf-8")
        return calendar_of(_toml(text, "agency.toml"))
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(str(path), f"the calendar cannot be read ({error})", f"không đọc được lịch ({error})") from None
    return calendar_of(_toml(text, str(path)))


def calendar_of(raw: Mapping[str, Any]) -> AgencyCalendar:
    """A calendar out of read data (`name`, `cut_off`, `[week]`, `[[day]]`, `[[year]]`); raises BadInput."""
    name = str(raw.get("name", "")).strip()
    week = raw.get("week")
    if not name or not isinstance(week, Mapping):
        raise _bad(name or "lịch", "a calendar needs name and [week]", "lịch phải có name và [week]")
    unknown = set(week) - set(WEEKDAYS) - {"mon-fri"}
    if unknown:
        raise _bad(", ".join(sorted(unknown)), "days are mon … sun or mon-fri", "tên ngày là mon … sun hoặc mon-fri")
    sessions = {day: week.get(day, week.get("mon-fri", []) if day not in ("sat", "sun") else []) for day in WEEKDAYS}
    country = _toml(resources.files(__package__).joinpath("data/vietnam.toml").read_text(encoding="utf-8"), "vietnam")
    return AgencyCalendar(
        name=name,
        week={day: _sittings(day, listed) for day, listed in sessions.items()},
        cut_off=_time(raw.get("cut_off")),
        special=dict([*_special(country.get("day", [])), *_special(raw.get("day", []))]),
        confirmed={int(y["year"]): str(y["document"]) for y in [*country.get("year", []), *raw.get("year", [])]},
    )


def _sittings(day: str, listed: Any) -> tuple[Session, ...]:
    if not isinstance(listed, list):
        raise _bad(day, "the sittings of a day are a list", "các buổi trong ngày phải là danh sách")
    sessions = tuple(Session.parse(text) for text in listed)
    if any(earlier.end > later.start for earlier, later in itertools.pairwise(sessions)):
        raise _bad(day, "sittings overlap or stand out of order", "các buổi chồng nhau hoặc sai thứ tự")
    return sessions


def _special(rows: Iterable[Any]) -> Iterable[tuple[date, Special]]:
    for row in rows:
        on, kind, document = row.get("date"), row.get("kind"), str(row.get("document", "")).strip()
        if not isinstance(on, date) or isinstance(on, datetime) or kind not in (OFF, WORKING) or not document:
            raise _bad(
                f"[[day]] {row}",
                "a special day has date, kind (off, working) and the number of its document",
                "ngày đặc biệt phải có date, kind (off, working) và số văn bản (document)",
            )
        yield on, Special(kind, document, row.get("instead_of"))


def _time(raw: Any) -> time | None:
    if raw is None or isinstance(raw, time):
        return raw
    try:
        return time.fromisoformat(str(raw))
    except ValueError:
        raise _bad(f"cut_off “{raw}”", "an hour reads like 16:00", "giờ phải ghi như 16:00") from None


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad(where, f"it is no TOML ({error})", f"không đúng định dạng TOML ({error})") from None


def _bad(what: str, en: str, vi: str) -> BadInput:
    return BadInput(what=f"{what}: {vi} / {en}")
