"""The story of one quarter: three procedures of an invented commune and what happens to them until March 2026."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from iso_qms.testing import APPROVER, Office
from iso_qms_mot_cua.calendar import OFFICE_ZONE

COPIES, LAND, BUILDING = "2.000815", "1.999102", "1.999205"
CODES = {COPIES: "QT-TP-07", LAND: "QT-ĐC-03", BUILDING: "QT-XD-05"}
TITLES = {
    COPIES: "Chứng thực bản sao từ bản chính",
    LAND: "Xác nhận tình trạng thửa đất",
    BUILDING: "Cấp phép sửa chữa nhà ở tạm",
}
ACCOUNTS = {
    "bo-phan-mot-cua": ("lan", "hoa"),
    "cong-chuc-tu-phap": ("minh",),
    "cong-chuc-dia-chinh": ("son",),
    "lanh-dao-ubnd": ("chi",),
    "van-thu": ("dung",),
}

OFFLINE = datetime(2026, 1, 22, 12, tzinfo=OFFICE_ZONE), datetime(2026, 1, 28, 12, tzinfo=OFFICE_ZONE)
"""The line is down from Thursday noon to the next Wednesday noon; on the Monday between, version 2 begins."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One act of the register or of the world at a moment: what it is called, and what is done."""

    at: datetime
    name: str
    done: Callable[[Office], object]


def begin(office: Office) -> None:
    """Issue the first version of each procedure for the first day."""
    _issue(office, COPIES, COPIES_1)
    _issue(office, LAND, LAND_1)
    _issue(office, BUILDING, BUILDING_1)


def happenings() -> list[Happening]:
    """Two revisions, one suspension with its end, one withdrawal, in order."""
    land, building = CODES[LAND], CODES[BUILDING]
    return [
        Happening(_at(1, 15, 9), "revision 2", lambda o: _issue(o, COPIES, COPIES_2, date(2026, 1, 26))),
        Happening(_at(2, 25, 9), "withdrawal", lambda o: o.qms.withdraw(
            building, effective=date(2026, 3, 2), decision="31/QĐ-UBND", reason="Thủ tục bị bãi bỏ", by=APPROVER)),
        Happening(_at(3, 3, 9), "revision 3", lambda o: _issue(
            o, COPIES, COPIES_3, date(2026, 3, 9), transition="migrate")),
        Happening(_at(3, 16, 6), "suspension", lambda o: o.qms.suspend(
            land, scope="new", reason="Chờ hướng dẫn về bản đồ mới", by=APPROVER)),
        Happening(_at(3, 20, 18), "resumption", lambda o: o.qms.resume(land, reason="Đã có hướng dẫn", by=APPROVER)),
    ]  # fmt: skip


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=OFFICE_ZONE)


def _issue(
    office: Office, procedure: str, process: Mapping[str, Any], effective: date | None = None, **terms: Any
) -> int:
    return office.issue(
        CODES[procedure],
        title=TITLES[procedure],
        process=process,
        service_codes=(procedure,),
        effective=effective,
        **terms,
    )


def _step(key: str, name: str, role: str, hours: int, after: str | None) -> dict[str, Any]:
    return {
        "key": key,
        "no": "",
        "name": name,
        "roles": [role],
        "mandatory": True,
        "pausable": True,
        "limit": {"working_minutes": hours * 60, "text": f"{hours:02d} giờ làm việc"},
        "after": [after] if after else [],
        "forms": [],
        "outputs": [],
    }


def _process(procedure: str, components: Mapping[str, str], *steps: tuple[str, str, str, int]) -> dict[str, Any]:
    listed, before = [], None
    for place, (key, name, role, hours) in enumerate(steps, start=1):
        listed.append(_step(key, name, role, hours, before) | {"no": f"B{place}"})
        before = key
    total = sum(hours for *_, hours in steps) * 60
    return {
        "schema": "process/1",
        "procedures": [procedure],
        "total": {"working_minutes": total, "text": f"{total // 480:02d} ngày làm việc"},
        "components": [
            {"key": key, "name": name, "original": 1, "copies": 0, "when": None} for key, name in components.items()
        ],
        "steps": listed,
        "exits": [],
        "fees": [],
        "channels": ["truc-tiep", "truc-tuyen"],
    }


_RECEIVE = ("tiep-nhan", "Tiếp nhận hồ sơ", "bo-phan-mot-cua", 4)
_SIGN = ("ky", "Ký văn bản", "lanh-dao-ubnd", 4)
_SEAL = ("dong-dau", "Vào sổ, đóng dấu", "van-thu", 4)
_PAPERS = {"to-khai": "Tờ khai theo mẫu", "ban-chinh": "Bản chính giấy tờ"}

COPIES_1 = _process(
    COPIES, _PAPERS, _RECEIVE, ("doi-chieu", "Đối chiếu bản chính", "cong-chuc-tu-phap", 12), _SIGN, _SEAL
)
COPIES_2 = _process(
    COPIES,
    _PAPERS,
    _RECEIVE,
    ("tra-cuu", "Tra cứu cơ sở dữ liệu", "cong-chuc-tu-phap", 4),
    ("doi-chieu", "Đối chiếu bản chính", "cong-chuc-tu-phap", 4),
    _SIGN,
)
COPIES_3 = _process(
    COPIES,
    _PAPERS,
    _RECEIVE,
    ("quet", "Quét và lưu bản điện tử", "bo-phan-mot-cua", 4),
    ("tra-cuu", "Tra cứu cơ sở dữ liệu", "cong-chuc-tu-phap", 4),
    ("doi-chieu", "Đối chiếu bản chính", "cong-chuc-tu-phap", 4),
    ("ky", "Ký văn bản", "lanh-dao-ubnd", 8),
)
LAND_1 = _process(
    LAND,
    {"don": "Đơn đề nghị", "so-do": "Trích lục bản đồ thửa đất"},
    _RECEIVE,
    ("kiem-tra", "Kiểm tra thực địa", "cong-chuc-dia-chinh", 24),
    ("du-thao", "Dự thảo văn bản xác nhận", "cong-chuc-dia-chinh", 8),
    _SIGN,
)
BUILDING_1 = _process(
    BUILDING,
    {"don": "Đơn đề nghị", "ban-ve": "Bản vẽ hiện trạng"},
    _RECEIVE,
    ("tham-dinh", "Thẩm định hồ sơ", "cong-chuc-dia-chinh", 16),
    _SIGN,
)
