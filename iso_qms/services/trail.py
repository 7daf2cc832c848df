"""What an auditor reads first, gathered while the entries go by: exceptions, documents, who decided what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Final

from iso_qms.domain.civil import civil_date

MOST_ROWS: Final = 1000
"""A printed report with more rows than this is no longer read; the rest is in records.xlsx, and the report says so."""

Words = tuple[str, str]
"""Vietnamese, English."""


@dataclass(slots=True)
class Decided:
    """One act that decided about a document, in words for print."""

    pos: int
    at: datetime
    document: str
    number: int | None
    act: str
    actor: str
    record: Mapping[str, Any]


@dataclass(slots=True)
class Trail:
    """Collects from chosen entries; `count` says how many went by."""

    zone: tzinfo
    exceptions: list[tuple[int, datetime, str, Words]] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    versions: dict[str, None] = field(default_factory=dict)
    actors: set[str] = field(default_factory=set)
    impossible: list[str] = field(default_factory=list)
    count: int = 0
    dropped: int = 0
    entered_by_others: int = 0

    def see(self, pos: int, record: Mapping[str, Any]) -> None:
        """Take in one entry."""
        self.count += 1
        act, data, at = record["act"], record["data"], datetime.fromisoformat(record["at"])
        self.actors.add(record["actor"])
        self.entered_by_others += "entered_by" in record
        if act == "drafted":
            self.titles[data["document"]] = (data["code"], data["title"])
        if act == "issued":
            self.versions[data["sha256"]] = None
        if act in _DECIDING:
            self._keep(
                self.decisions, Decided(pos, at, data["document"], data.get("number"), act, record["actor"], record)
            )
        told = _EXCEPTIONS.get(act)
        if "document" in data:  # for print: the code as it is written, not the key it is found by
            data = {**data, "document": self.titles.get(data["document"], (data["document"],))[0]}
        if told is not None and (words := told(data, civil_date(at, self.zone))) is not None:
            self._keep(self.exceptions, (pos, at, record["actor"], words))

    def _keep(self, rows: list[Any], row: Any) -> None:
        if len(rows) < MOST_ROWS:
            rows.append(row)
        else:
            self.dropped += 1


_DECIDING: Final = frozenset(
    ("submitted", "signed", "returned", "issued", "ratified", "rescinded", "withdrawn", "suspended", "resumed")
)


def _issued(data: Mapping[str, Any], recorded: date) -> Words | None:
    code, decision = data["document"], data["decision"]
    if data.get("until"):
        return (
            f"Ban hành khẩn {code} theo {decision}, hết hạn {_moment(data['until'])} nếu không được xác nhận",
            f"Emergency issue of {code} by {decision}, ends {_moment(data['until'])} unless ratified",
        )
    if date.fromisoformat(data["legal_date"]) < recorded:
        day = f"{date.fromisoformat(data['legal_date']):%d/%m/%Y}"
        return (
            f"Ghi muộn: {code} có ngày hiệu lực {day} theo {decision} nhưng ghi nhận ngày {recorded:%d/%m/%Y}",
            f"Recorded late: {code} is effective {day} by {decision} but was recorded on {recorded:%d/%m/%Y}",
        )
    if data.get("reinstates"):
        return (f"Cho phiên bản cũ của {code} có hiệu lực trở lại", f"An old version of {code} was brought back")
    return None


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M} UTC"


def _refused(data: Mapping[str, Any], _: date) -> Words:
    about = f" ({data['document']})" if data.get("document") else ""
    return (
        f"Bị từ chối: {data['attempted']}{about}, lý do {data['refusal']}",
        f"Refused: {data['attempted']}{about}, because {data['refusal']}",
    )


_EXCEPTIONS: Final[dict[str, Callable[[Mapping[str, Any], date], Words | None]]] = {
    "issued": _issued,
    "act_refused": _refused,
    "credential_set": lambda d, _: (
        (f"Mật khẩu của {d['person']} do người khác đặt lại", f"The secret of {d['person']} was reset by another")
        if d.get("reset")
        else None
    ),
    "data_erased": lambda d, _: (
        f"Xóa dữ liệu cá nhân của {d['person']} theo {d['legal_basis']}",
        f"Personal data of {d['person']} erased under {d['legal_basis']}",
    ),
    "store_restored": lambda d, _: (
        f"Khôi phục từ bản sao lưu {d.get('size')} mục",
        f"Restored from a backup of {d.get('size')} entries",
    ),
    "policy_set": lambda d, _: (
        f"Thay đổi quy định “{d['name']}” thành “{d['value']}”",
        f"Rule “{d['name']}” set to “{d['value']}”",
    ),
    "suspended": lambda d, _: (
        f"Tạm dừng áp dụng {d['document']}: {d['reason']}",
        f"{d['document']} suspended: {d['reason']}",
    ),
    "rescinded": lambda d, _: (
        f"Hủy ban hành {d['document']}: {d['reason']}",
        f"Issue of {d['document']} rescinded: {d['reason']}",
    ),
}
