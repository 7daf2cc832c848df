"""Working time at the desk: what is due when, around Tết, swapped days, late arrivals and pauses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from iso_qms_mot_cua.calendar import Session, calendar_of, read_calendar
from iso_qms_mot_cua.worktime import Limit, Unit, add, between, clock_start, deadline

from iso_qms import BadInput

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = read_calendar()
DAYS = st.integers(1, 60).map(lambda halves: Limit(halves * 240, Unit.DAYS))
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30)).map(lambda d: d.replace(tzinfo=ZONE))
SPANS = st.integers(0, 20_000).map(lambda m: timedelta(minutes=m))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


def due(received: datetime, days: float, calendar=OFFICE, pauses=()) -> datetime:
    return deadline(calendar, received, Limit(round(days * 480), Unit.DAYS), pauses).at.astimezone(ZONE)


def test_three_working_days_are_counted_from_the_day_after_receipt() -> None:
    assert due(local(2026, 3, 9, 8), 3) == local(2026, 3, 12, 17)
    assert due(local(2026, 3, 12, 8), 3) == local(2026, 3, 17, 17)


def test_half_a_day_ends_at_noon() -> None:
    assert due(local(2026, 3, 9, 8), 0.5) == local(2026, 3, 10, 11, 30)
    assert due(local(2026, 3, 9, 8), 2.5) == local(2026, 3, 12, 11, 30)


def test_hours_run_from_the_receipt_and_over_noon() -> None:
    four = Limit(240, Unit.MINUTES)
    assert deadline(OFFICE, local(2026, 3, 9, 8), four).at == local(2026, 3, 9, 14)
    assert deadline(OFFICE, local(2026, 3, 9, 15), four).at == local(2026, 3, 10, 9)


def test_what_comes_after_the_cut_off_counts_as_tomorrow() -> None:
    assert due(local(2026, 3, 9, 15, 59), 1) == local(2026, 3, 10, 17)
    assert due(local(2026, 3, 9, 16), 1) == local(2026, 3, 11, 17)
    assert clock_start(OFFICE, local(2026, 3, 13, 16, 30)) == local(2026, 3, 16, 7)


def test_tet_is_skipped_and_said() -> None:
    found = deadline(OFFICE, local(2026, 2, 13, 9), Limit(960, Unit.DAYS))
    assert found.at == local(2026, 2, 24, 17)
    assert sum("Tết" in reason for reason in found.around) == 5
    assert not found.provisional


def test_the_swapped_days_of_january_2026_are_known_with_their_document() -> None:
    off, worked = OFFICE.day(date(2026, 1, 2)), OFFICE.day(date(2026, 1, 10))
    assert not off.working
    assert worked.sessions == OFFICE.day(date(2026, 1, 5)).sessions
    assert "12729/VPCP-KGVX" in off.why
    assert "12729/VPCP-KGVX" in worked.why
    assert due(local(2025, 12, 31, 9), 1) == local(2026, 1, 5, 17)
    assert due(local(2026, 1, 9, 9), 1) == local(2026, 1, 10, 17)


def test_swaps_known_to_the_public_list_are_worked_too() -> None:
    assert not OFFICE.day(date(2026, 8, 31)).working
    assert OFFICE.day(date(2026, 8, 22)).working


def test_a_year_without_a_decision_is_provisional() -> None:
    assert deadline(OFFICE, local(2027, 1, 28, 9), Limit(960, Unit.DAYS)).provisional
    assert deadline(OFFICE, local(2026, 12, 31, 9), Limit(960, Unit.DAYS)).provisional


def test_an_office_that_works_on_saturday_mornings_counts_them_as_half_a_day() -> None:
    calendar = calendar_of({"name": "x", "week": {"mon-fri": ["07:00-11:30", "13:30-17:00"], "sat": ["07:00-11:30"]}})
    assert due(local(2026, 3, 12, 9), 1.5, calendar) == local(2026, 3, 14, 11, 30)
    assert due(local(2026, 3, 12, 9), 2, calendar) == local(2026, 3, 16, 11, 30)


def test_calendar_days_end_with_the_next_working_day() -> None:
    thirty = Limit(30 * 480, Unit.CALENDAR, "30 ngày lịch")
    assert deadline(OFFICE, local(2026, 3, 5, 9), thirty).at == local(2026, 4, 6, 17)


def test_the_agency_s_own_day_wins_over_the_country_s() -> None:
    raw = {
        "name": "x",
        "week": {"mon-fri": ["07:00-11:30", "13:30-17:00"]},
        "day": [{"date": date(2026, 1, 2), "kind": "working", "document": "03/TB-UBND"}],
    }
    assert calendar_of(raw).day(date(2026, 1, 2)).why == "làm bù theo 03/TB-UBND"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"name": "x", "week": {}},
        {"name": "x", "week": {"mon-fri": ["11:30-07:00"]}},
        {"name": "x", "week": {"mon-fri": ["sáng"]}},
        {"name": "x", "week": {"mon-fri": ["07:00-12:00", "11:00-17:00"]}},
        {"name": "x", "week": {"thu hai": ["07:00-11:30"]}},
        {"name": "x", "week": {"mon": ["07:00-11:30"]}, "day": [{"date": "hôm nay", "kind": "off", "document": "1"}]},
        {"name": "x", "week": {"mon": ["07:00-11:30"]}, "day": [{"date": date(2026, 1, 2), "kind": "off"}]},
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_one_sentence(raw: dict) -> None:
    with pytest.raises(BadInput) as refusal:
        calendar_of(raw)
    assert refusal.value.message("vi")
    assert "\n" not in refusal.value.message("en")


def test_an_instant_without_a_zone_is_nobody_s_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        add(OFFICE, datetime(2026, 3, 9, 8), timedelta(hours=1))


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ({"working_minutes": 1440, "text": "03 ngày làm việc"}, Unit.DAYS),
        ({"working_minutes": 240, "text": "½ ngày"}, Unit.DAYS),
        ({"working_minutes": 240, "text": "04 giờ"}, Unit.MINUTES),
        ({"working_minutes": 600, "text": "01 ngày 02 giờ"}, Unit.MINUTES),
        ({"working_minutes": 14400, "text": "30 ngày lịch"}, Unit.CALENDAR),
    ],
)
def test_a_limit_counts_as_its_text_says(raw: dict, unit: Unit) -> None:
    assert Limit.of(raw).unit is unit


@pytest.mark.parametrize(
    "raw", [None, {}, {"working_minutes": None}, {"working_minutes": True}, {"working_minutes": 0}]
)
def test_no_figure_is_no_limit(raw: dict | None) -> None:
    assert Limit.of(raw) is None


@given(INSTANTS, SPANS, SPANS)
def test_adding_twice_is_adding_the_sum(start: datetime, one: timedelta, two: timedelta) -> None:
    assert add(OFFICE, add(OFFICE, start, one), two) == add(OFFICE, start, one + two)


@given(INSTANTS, SPANS)
def test_what_was_added_is_what_is_measured(start: datetime, span: timedelta) -> None:
    assert between(OFFICE, start, add(OFFICE, start, span)) == span


@given(st.lists(INSTANTS, min_size=3, max_size=3))
def test_measuring_in_two_parts_is_measuring_the_whole(three: list[datetime]) -> None:
    first, middle, last = sorted(three)
    assert between(OFFICE, first, middle) + between(OFFICE, middle, last) == between(OFFICE, first, last)


@given(INSTANTS, DAYS)
def test_a_result_is_due_at_the_end_of_a_sitting_after_the_day_of_receipt(received: datetime, limit: Limit) -> None:
    at = deadline(OFFICE, received, limit).at
    day = OFFICE.day(OFFICE.civil(at))
    assert day.date > OFFICE.civil(received)
    assert at.astimezone(ZONE).time() in {session.end for session in day.sessions}


@given(INSTANTS, INSTANTS, DAYS)
def test_who_comes_later_is_never_served_earlier(one: datetime, two: datetime, limit: Limit) -> None:
    first, last = sorted((one, two))
    assert deadline(OFFICE, first, limit).at <= deadline(OFFICE, last, limit).at


@given(INSTANTS, DAYS, st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 5_000)), max_size=4))
def test_pauses_lengthen_the_time_by_what_they_took_in_any_order(received: datetime, limit: Limit, raw: list) -> None:
    pauses = [(received + timedelta(minutes=b), received + timedelta(minutes=b + n)) for b, n in raw]
    plain, paused = deadline(OFFICE, received, limit).at, deadline(OFFICE, received, limit, pauses).at
    assert paused >= plain
    assert paused == deadline(OFFICE, received, limit, reversed(pauses)).at
    lost = sum((between(OFFICE, b, e) for b, e in pauses), timedelta(0))
    assert between(OFFICE, plain, paused) <= lost + timedelta(minutes=270)
    assert lost != timedelta(0) or paused == plain


@given(INSTANTS, st.integers(1, 20))
def test_n_days_of_an_ordinary_week_are_n_worked_days(received: datetime, days: int) -> None:
    at = deadline(OFFICE, received, Limit(days * 480, Unit.DAYS)).at
    first = OFFICE.civil(clock_start(OFFICE, received))
    span = (OFFICE.civil(at) - first).days
    assert sum(OFFICE.day(first + timedelta(days=n)).working for n in range(1, span + 1)) == days


@given(st.times(), st.times())
def test_a_sitting_has_a_beginning_and_a_later_end(start, end) -> None:
    assume(start < end)
    assert Session(start, end).end > Session(start, end).start


@settings(max_examples=30)
@given(INSTANTS)
def test_adding_nothing_leads_to_a_worked_moment(start: datetime) -> None:
    at = add(OFFICE, start, timedelta(0))
    assert at >= start.astimezone(UTC)
    assert any(s.start <= at.astimezone(ZONE).time() <= s.end for s in OFFICE.day(OFFICE.civil(at)).sessions)
