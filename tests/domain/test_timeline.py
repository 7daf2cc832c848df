"""When versions govern: start points only, two time axes, emergencies that lapse, suspensions over everything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from iso_qms.domain.civil import OFFICE_ZONE, aware, civil_date, enforced_from, start_of_day
from iso_qms.domain.timeline import Entry, Resumption, Suspension, Timeline, VersionState
from tests.domain.histories import Register, day, digest


def register_with(*numbers: int) -> Register:
    register = Register(now=day(1, 1))
    for number in numbers:
        register.approve(number)
    return register


def test_a_day_begins_at_midnight_of_the_office_and_not_of_utc():
    """01/07 begins in Viet Nam when it is still 17:00 of 30/06 in UTC."""
    assert start_of_day(date(2026, 7, 1)) == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert civil_date(datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert civil_date(datetime(2026, 6, 30, 17, tzinfo=UTC)) == date(2026, 7, 1)


@pytest.mark.parametrize("year", [1976, 1999, 2026, 2037, 2099])
def test_the_offices_zone_is_the_one_of_the_time_zone_database(year):
    """The fixed offset says what Asia/Ho_Chi_Minh says, summer and winter."""
    for month in (1, 7):
        moment = datetime(year, month, 1, 12, tzinfo=UTC)
        assert moment.astimezone(OFFICE_ZONE).utcoffset() == moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).utcoffset()


def test_a_moment_without_a_zone_is_no_moment():
    """A naive datetime is refused with a sentence instead of being taken for local time."""
    with pytest.raises(ValueError, match="múi giờ"):
        aware(datetime(2026, 7, 1))
    with pytest.raises(ValueError, match="time zone"):
        civil_date(datetime(2026, 7, 1))


def test_enforcement_never_reaches_back():
    """A decision signed at 15:00 with effect from today is enforced from 15:00; one for tomorrow from midnight."""
    recorded = day(7, 1, 15)
    assert enforced_from(date(2026, 7, 1), recorded) == recorded
    assert enforced_from(date(2026, 6, 1), recorded) == recorded
    assert enforced_from(date(2026, 7, 2), recorded) == day(7, 2)
    assert enforced_from(date(2026, 7, 2), recorded.astimezone(timezone(timedelta(hours=9)))) == day(7, 2)


def test_a_version_is_in_force_from_its_start_until_the_next_one_starts():
    """The second before midnight the old one governs, at midnight the new one."""
    register = register_with(1, 2)
    first = register.issue(1, date(2026, 1, 5))
    second = register.issue(2, date(2026, 7, 1))
    timeline = register.timeline
    assert timeline.in_force(day(1, 4, 23, 59)) is None
    assert timeline.in_force(day(7, 1) - timedelta(microseconds=1)) == first
    assert timeline.in_force(day(7, 1)) == second
    assert [(i.start, i.end, i.entry.version) for i in timeline.intervals()] == [
        (day(1, 5), day(7, 1), 1),
        (day(7, 1), None, 2),
    ]


def test_a_withdrawal_is_the_only_gap():
    """After a withdrawal an entry governs that names no version."""
    register = register_with(1)
    register.issue(1, date(2026, 1, 5))
    register.withdraw(date(2026, 3, 1))
    assert register.timeline.in_force(day(3, 1)).version is None
    assert [i.entry.version for i in register.timeline.intervals()] == [1, None]


def test_an_issue_rescinded_before_its_day_never_had_force():
    """What was known before the rescission is still answered as it was known then."""
    register = register_with(1, 2)
    register.issue(1, date(2026, 1, 5))
    planned = register.issue(2, date(2026, 7, 1), at=day(6, 1))
    assert register.rescind(planned, at=day(6, 20))
    assert register.timeline.in_force(day(8, 1)).version == 1
    assert register.timeline.in_force(day(8, 1), known=day(6, 19)).version == 2


def test_a_rescission_after_the_start_changes_nothing():
    """A row that says so, from wherever it came, does not rewrite what governed."""
    register = register_with(1)
    entry = register.issue(1, date(2026, 1, 5))
    register._record(day(2, 1))
    from iso_qms.domain.timeline import Rescission

    register.rescissions.append(Rescission(99, day(2, 1), entry.pos))
    assert register.timeline.in_force(day(3, 1)) == entry


def test_an_emergency_issue_lapses_and_gives_back_what_was_before():
    """Unratified at its mandatory end, the version before it governs again by itself."""
    register = register_with(1, 2)
    first = register.issue(1, date(2026, 1, 5))
    urgent = register.issue(2, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16))
    timeline = register.timeline
    assert timeline.in_force(day(3, 10)) == urgent
    assert timeline.in_force(day(3, 16)) == first
    assert timeline.lapsed(urgent, day(3, 16)) and not timeline.lapsed(urgent, day(3, 15))
    assert [(i.start, i.end, i.entry.version) for i in timeline.intervals()] == [
        (first.start, urgent.start, 1),
        (urgent.start, day(3, 16), 2),
        (day(3, 16), None, 1),
    ]


def test_a_version_planned_before_an_emergency_comes_on_its_day():
    """The plan is not destroyed: it starts inside or after the emergency's time all the same."""
    register = register_with(1, 2, 3)
    register.issue(1, date(2026, 1, 5))
    planned = register.issue(3, date(2026, 3, 10), at=day(2, 1))
    register.issue(2, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16))
    timeline = register.timeline
    assert [timeline.in_force(day(3, d)).version for d in (5, 10, 15, 16, 20)] == [2, 3, 3, 3, 3]
    assert timeline.in_force(day(3, 20)) == planned


def test_a_ratification_in_time_takes_the_end_away_and_one_too_late_does_not():
    """Ratified on the 10th it stays; recorded on the 20th, after it lapsed on the 16th, it stays lapsed."""
    register = register_with(1, 2)
    register.issue(1, date(2026, 1, 5))
    urgent = register.issue(2, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16))
    assert register.ratify(urgent, at=day(3, 10))
    assert register.timeline.in_force(day(6, 1)).version == 2
    assert register.timeline.in_force(day(6, 1), known=day(3, 9)).version == 1
    late = register_with(1, 2)
    late.issue(1, date(2026, 1, 5))
    lapsed = late.issue(2, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16))
    assert not late.ratify(lapsed, at=day(3, 20))
    from iso_qms.domain.timeline import Ratification

    late.ratifications.append(Ratification(98, day(3, 20), lapsed.pos))
    assert late.timeline.in_force(day(6, 1)).version == 1


def test_an_emergency_without_a_predecessor_leaves_nothing_behind():
    """When the very first version was urgent and lapsed, nothing governs."""
    register = register_with(1)
    register.issue(1, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16))
    assert register.timeline.in_force(day(3, 20)) is None
    assert [(i.end, i.entry.version) for i in register.timeline.intervals()] == [(day(3, 16), 1)]


def test_a_suspension_covers_its_versions_units_and_time():
    """Receiving stopped in one unit for one version says nothing about the others."""
    register = register_with(1, 2)
    register.suspend(day(2, 1), day(3, 1), scope="new", version=1, units=("H46.1",))
    suspended = register.timeline.suspended
    overlay = suspended(day(2, 1), version=1, unit="H46.1")
    assert (overlay.new, overlay.all, overlay.until) == (True, False, day(3, 1))
    assert not suspended(day(3, 1), version=1, unit="H46.1").new
    assert not suspended(day(2, 10), version=2, unit="H46.1").new
    assert not suspended(day(2, 10), version=1, unit="H46.2").new
    assert not suspended(day(2, 10), version=1).new
    assert register.timeline.suspended_somewhere(day(2, 10), version=1).new


def test_the_longest_of_overlapping_suspensions_counts():
    """Two suspensions end with the later one; with an open one nobody knows when."""
    register = register_with(1)
    register.suspend(day(2, 1), day(3, 1), scope="all")
    register.suspend(day(2, 5), day(4, 1), scope="all")
    assert register.timeline.suspended(day(2, 10)).until == day(4, 1)
    register.suspend(day(2, 6), None, scope="all")
    assert register.timeline.suspended(day(2, 10)).until is None


def test_resuming_ends_a_suspension_from_then_on_and_not_before():
    """What was suspended yesterday stays so in every answer about yesterday."""
    register = register_with(1)
    suspension = register.suspend(day(2, 1), scope="all")
    register.resume(suspension, at=day(2, 20, 8))
    suspended = register.timeline.suspended
    assert suspended(day(2, 19)).all
    assert not suspended(day(2, 21)).all
    assert suspended(day(2, 21), known=day(2, 19)).all


def test_a_late_record_gives_an_exposure_and_no_new_history():
    """Legal from 01/08, recorded on 20/08: enforced from 20/08, and the days between are reported."""
    register = register_with(1, 2)
    register.issue(1, date(2026, 1, 5))
    late = register.issue(2, date(2026, 8, 1), at=day(8, 20, 9))
    timeline = register.timeline
    assert timeline.exposure(late) == (day(8, 1), late.start)
    assert timeline.in_force(day(8, 5)).version == 1
    assert timeline.in_force(late.start).version == 2
    assert timeline.exposure(timeline.entries[0]) is None


def test_the_next_change_is_the_next_instant_at_which_an_answer_may_differ():
    """Starts, ends of grace, sunsets, mandatory ends and suspensions all count."""
    register = register_with(1, 2)
    register.issue(1, date(2026, 1, 5))
    register.issue(2, date(2026, 7, 1), accept_old_until=day(7, 15), sunset=day(9, 30))
    register.suspend(day(8, 1), day(8, 3))
    timeline = register.timeline
    marks = [day(1, 5), day(7, 1), day(7, 15), day(8, 1), day(8, 3), day(9, 30)]
    assert [timeline.next_change(mark - timedelta(seconds=1)) for mark in marks] == marks
    assert timeline.next_change(day(9, 30)) is None


def test_an_urgent_fix_in_between_flags_the_drafts_that_do_not_know_it():
    """Version 3 was drafted from 2; then 4 was issued urgently: 3 may miss the fix. Version 4 itself is not flagged."""
    register = register_with(1, 2)
    register.issue(2, date(2026, 1, 5))
    register.approve(3, at=day(2, 1))
    register.approve(4, at=day(2, 10))
    assert not register.timeline.base_changed(3, 2)
    register.issue(4, date(2026, 2, 11), at=day(2, 11, 8))
    assert register.timeline.base_changed(3, 2)
    assert not register.timeline.base_changed(4, 2)
    assert not register.timeline.base_changed(3, 2, known=day(2, 10, 12))


def test_a_version_waiting_behind_its_own_base_is_not_flagged():
    """Version 4 drafted from 3 waits for 3: the issue of 3 is what it expects; and 3 does not mind 4 after it."""
    register = register_with(1)
    register.issue(1, date(2026, 1, 5))
    register.approve(3, at=day(2, 1))
    register.approve(4, at=day(2, 2))
    register.issue(3, date(2026, 6, 1), at=day(3, 1))
    register.issue(4, date(2026, 9, 1), at=day(3, 2))
    assert not register.timeline.base_changed(4, 3)
    assert not register.timeline.base_changed(3, 1)


def _bad(**rows) -> Timeline:
    versions = {1: VersionState(1, digest(1), "01/00", day(1, 1), day(1, 1))}
    return Timeline("QT-07", versions=versions, **rows)


@pytest.mark.parametrize(
    "rows",
    [
        {"entries": (Entry(2, day(2, 1), "duyet", day(1, 1), 1, date(2026, 1, 1), "1/QĐ"),)},
        {"entries": (Entry(2, day(2, 1), "duyet", day(3, 1), 9, date(2026, 3, 1), "1/QĐ"),)},
        {"entries": (Entry(2, day(2, 1), "duyet", day(3, 1), 1, date(2026, 3, 1), "1/QĐ", transition="vanish"),)},
        {"entries": (Entry(2, day(2, 1), "duyet", day(3, 1), 1, date(2026, 3, 1), "1/QĐ", until=day(3, 1)),)},
        {"suspensions": (Suspension(2, day(2, 1), day(1, 1)),)},
        {"suspensions": (Suspension(2, day(2, 1), day(2, 1), scope="some"),)},
        {"resumptions": (Resumption(2, day(2, 1), 1, day(1, 1)),)},
        {"resumptions": (Resumption(2, datetime(2026, 2, 1), 1, datetime(2026, 2, 1)),)},
    ],
)
def test_rows_that_no_register_can_hold_are_refused(rows):
    """A start before its recording, a version nobody drafted, an unknown word: refused when read, not answered from."""
    with pytest.raises(ValueError, match="QT-07"):
        _bad(**rows)
