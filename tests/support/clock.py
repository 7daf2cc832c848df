"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

OPENING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""Monday 05/01/2026, 08:00 at an office in Asia/Ho_Chi_Minh."""


class Clock:
    """The moment it is, as an aware UTC datetime; calling the clock and `now()` are the same."""

    def __init__(self, at: datetime = OPENING) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at

    __call__ = now

    def set(self, at: datetime) -> datetime:
        """Move to an instant, earlier or later; naive datetimes are refused with ValueError."""
        if at.tzinfo is None:
            raise ValueError(f"an instant needs its zone: {at!r}")
        self._at = at.astimezone(UTC)
        return self._at

    def advance(self, by: timedelta | None = None, **units: float) -> datetime:
        """Move on by a timedelta or by its keywords, as in `advance(hours=3)`."""
        return self.set(self._at + (by or timedelta(**units)))
