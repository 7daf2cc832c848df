"""What a printed page must say about itself: its status, its identity and whose copy it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
UNCONTROLLED_HOURS = 24
DIGEST_PREFIX = 16


class Status(Enum):
    """What a copy is at the moment it is printed; the value is the letter carried by a copy token."""

    DRAFT = "D"
    PLANNED = "P"
    CONTROLLED = "C"
    OBSOLETE = "O"
    UNCONTROLLED = "U"


@dataclass(frozen=True, slots=True)
class Conversion:
    """Who made a data message out of a paper original, and when (Luật Giao dịch điện tử 20/2023/QH15, Điều 12).

    ``at`` is an aware instant; ``by`` names the person and ``office`` the body that converted.
    """

    by: str
    office: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """Facts of the register that are put on every page of a copy.

    ``sha256`` is the whole hexadecimal digest of what was approved; ``effective`` is the legal date in the office's
    zone; ``printed_at`` is an aware instant, shown in ``zone``; ``token`` is the text of the QR code, empty for none.
    """

    code: str
    label: str
    sha256: str
    status: Status
    printed_at: datetime
    effective: date | None = None
    copy_no: int | None = None
    holder: str = ""
    token: str = ""
    conversion: Conversion | None = None
    zone: ZoneInfo = OFFICE_ZONE

    def __post_init__(self) -> None:
        if self.printed_at.tzinfo is None:
            raise ValueError("an instant needs a zone")


def day(value: date) -> str:
    """The date as Vietnamese offices write it, dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """The instant as a clock on the office's wall shows it, with its offset from UTC.

    Raises ValueError for a naive datetime.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    local = instant.astimezone(UTC).astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%H:%M %d/%m/%Y} (UTC{offset[:3]}:{offset[3:]})"


def heading(stamp: Stamp) -> str:
    """The line that stands in a frame at the top of every page."""
    effective = f"CÓ HIỆU LỰC TỪ {day(stamp.effective)}" if stamp.effective else ""
    if stamp.status is Status.DRAFT:
        return "DỰ THẢO – chưa có hiệu lực"
    if stamp.status is Status.PLANNED:
        return effective or "ĐÃ BAN HÀNH – chưa đến ngày có hiệu lực"
    if stamp.status is Status.OBSOLETE:
        return "HẾT HIỆU LỰC / LỖI THỜI"
    if stamp.status is Status.UNCONTROLLED:
        printed = moment(stamp.printed_at, stamp.zone)
        return f"BẢN KHÔNG KIỂM SOÁT – in lúc {printed}, hết giá trị sau {UNCONTROLLED_HOURS} giờ"
    return f"TÀI LIỆU KIỂM SOÁT – {effective}" if effective else "TÀI LIỆU KIỂM SOÁT"


def watermark(stamp: Stamp) -> str:
    """The large slanted text for copies that must not be worked with; empty for a controlled copy."""
    return {
        Status.DRAFT: "DỰ THẢO",
        Status.OBSOLETE: "HẾT HIỆU LỰC",
        Status.UNCONTROLLED: "BẢN KHÔNG KIỂM SOÁT",
    }.get(stamp.status, "")


def identity(stamp: Stamp) -> str:
    """Code, label, digest prefix, copy number and holder: the footer without its page number."""
    parts = [stamp.code, stamp.label, f"SHA-256 {stamp.sha256[:DIGEST_PREFIX]}"]
    if stamp.copy_no is not None:
        parts.append(f"Bản số {stamp.copy_no:02d}")
    if stamp.holder:
        parts.append(f"Nơi giữ: {stamp.holder}")
    return " · ".join(part for part in parts if part)


def conversion_mark(conversion: Conversion, zone: ZoneInfo) -> str:
    """The mark that a scanned original must carry.

    Luật Giao dịch điện tử 20/2023/QH15, Điều 12 khoản 1: a mark of its own that the text was converted from paper,
    and who converted it.
    """
    who = f"{conversion.by}, {conversion.office}"
    when = moment(conversion.at, zone)
    return f"Đã được chuyển đổi từ văn bản giấy sang thông điệp dữ liệu bởi {who}, lúc {when}"
