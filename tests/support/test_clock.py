"""The clock stands still until it is moved, and knows no naive time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.clock import Clock


def test_it_stands_still_and_opens_at_eight_in_the_office(clock: Clock) -> None:
    assert clock.now() == clock() == clock.now()
    assert clock.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%d/%m/%Y %H:%M") == "05/01/2026 08:00"


def test_it_moves_when_told_and_answers_in_utc(clock: Clock) -> None:
    assert clock.advance(hours=3) == datetime(2026, 1, 5, 4, tzinfo=UTC)
    assert clock.advance(timedelta(days=1)) == datetime(2026, 1, 6, 4, tzinfo=UTC)
    moved = clock.set(datetime(2030, 1, 1, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
    assert (moved, moved.tzinfo) == (datetime(2029, 12, 31, 17, tzinfo=UTC), UTC)


def test_a_naive_time_is_refused(clock: Clock) -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 1, 5))
