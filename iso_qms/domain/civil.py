"""Civil dates of the office and the instants from which the software enforces them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

# A fixed offset is what Asia/Ho_Chi_Minh has been since 1975, and spares every importer the time zone database.
OFFICE_ZONE: tzinfo = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The zone of the office when nothing else is configured: UTC+7, no daylight saving."""


def aware(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises ValueError for a datetime without a zone: such a value names no instant.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"Thời điểm thiếu múi giờ / an instant needs a time zone: {instant!s}")
    return instant.astimezone(UTC)


def start_of_day(day: date, zone: tzinfo = OFFICE_ZONE) -> datetime:
    """00:00 of a civil date in the office's zone, as a UTC instant.

    "Có hiệu lực từ ngày D" begins here (Luật Ban hành văn bản quy phạm pháp luật 2025, chương VI).
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def civil_date(instant: datetime, zone: tzinfo = OFFICE_ZONE) -> date:
    """The civil date that the office's calendar shows at an instant."""
    return aware(instant).astimezone(zone).date()


def enforced_from(legal_date: date, recorded_at: datetime, zone: tzinfo = OFFICE_ZONE) -> datetime:
    """The UTC instant from which a legal date is enforced: its first moment, but never before the recording."""
    return max(start_of_day(legal_date, zone), aware(recorded_at))
