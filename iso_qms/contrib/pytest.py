"""pytest: a guard over literal dates and a clock that the test sets, for the tests of services that use the guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iso_qms.domain.civil import aware
from iso_qms.guard.guard import Guard

__all__ = ["QmsClock", "qms_clock", "qms_guard"]


class QmsClock:
    """A clock that stands still until the test moves it; `at` is an aware datetime."""

    def __init__(self, at: datetime) -> None:
        self.at = aware(at)

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Move the hands to an instant."""
        self.at = aware(at)

    def advance(self, **passed: float) -> None:
        """Let time pass: keywords of `timedelta`."""
        self.at += timedelta(**passed)


@pytest.fixture
def qms_clock() -> QmsClock:
    """The clock of the test's guards; it begins at the machine's time."""
    return QmsClock(datetime.now(UTC))


@pytest.fixture
def qms_guard(qms_clock: QmsClock) -> Callable[..., Guard]:
    """Makes guards: `qms_guard({"QT-07": [(date(2026, 1, 1), 1)]})`, with the keywords of `Guard.fixed`."""

    def make(timelines: Mapping[str, Sequence[tuple[date, int | None]]], **more: Any) -> Guard:
        return Guard.fixed(timelines, **{"clock": qms_clock, **more})

    return make
