"""Pages generated from the register: who signed what with which authority, and the versions a document went through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from iso_qms.documents.printing.stamp import OFFICE_ZONE, day, moment
from iso_qms.documents.printing.typeset import typeset

_FRAME = """
#set page(paper: "a4", flipped: true, margin: (x: 20mm, y: 20mm), footer: context align(right, text(8pt)[
  #facts.foot · Trang #counter(page).display("1/1", both: true)]))
#set text(11pt)
#align(center, text(14pt, weight: "bold", facts.title))
#align(center)[#facts.code – #facts.name \\ #facts.label]
#v(2mm)
#set table(stroke: 0.5pt, inset: 5pt)
#show table.cell.where(y: 0): strong
#set text(9.5pt)
"""
_ROWS = """
#table(columns: facts.widths.map(width => width * 1fr), table.header(..facts.columns), ..facts.rows.flatten())
#v(3mm)
#text(8.5pt, facts.note)
"""


@dataclass(frozen=True, slots=True)
class PrintedSignature:
    """One signature as the register holds it.

    The printed name, the time and the meaning are what 21 CFR 11.50(a) asks for; ``prefix`` is the authority
    (TM., KT., TL., TUQ., Q.; Nghị định 30/2020/NĐ-CP, Điều 13) with the title signed for. ``at`` is an aware instant.
    """

    name: str
    position: str
    prefix: str
    meaning: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class PrintedVersion:
    """One version as the history page shows it; dates are the office's civil dates, None where there is none."""

    number: int
    label: str
    reason: str
    decision: str
    effective: date | None
    ended: date | None
    sha256: str


def signature_page(
    code: str, name: str, label: str, signatures: Sequence[PrintedSignature], zone: ZoneInfo = OFFICE_ZONE
) -> bytes:
    """Typeset the signature page of one version as PDF, in the order in which it was signed."""
    rows = [
        [f"{place}", each.prefix, each.name, each.position, each.meaning, moment(each.at, zone), each.sha256[:16]]
        for place, each in enumerate(signatures, 1)
    ]
    return _page(
        "TRANG KÝ ĐIỆN TỬ",
        (code, name, label),
        ("TT", "Thẩm quyền", "Họ và tên", "Chức vụ", "Ý nghĩa chữ ký", "Thời điểm ký", "Mã băm nội dung"),
        (1, 3, 4, 4, 3, 4, 4),
        rows,
        "Mỗi chữ ký gắn với mã băm SHA-256 của đúng nội dung được ký (ghi 16 ký tự đầu). "
        "Trang này lập từ nhật ký của hệ thống.",
    )


def history_page(code: str, name: str, label: str, versions: Sequence[PrintedVersion]) -> bytes:
    """Typeset the document's history as PDF, oldest version first."""
    rows = [
        [
            f"{each.number}",
            each.label,
            each.reason,
            each.decision,
            day(each.effective) if each.effective else "–",
            day(each.ended) if each.ended else "–",
            each.sha256[:16],
        ]
        for each in versions
    ]
    return _page(
        "LỊCH SỬ PHIÊN BẢN",
        (code, name, label),
        ("PB", "Lần ban hành / sửa đổi", "Nội dung, lý do", "Quyết định", "Hiệu lực từ", "Hết hiệu lực từ", "Mã băm"),
        (1, 3, 6, 4, 3, 3, 4),
        rows,
        "Ngày ghi theo múi giờ của cơ quan. "
        "Phiên bản có hiệu lực là phiên bản do sổ đăng ký xác định tại thời điểm áp dụng.",
    )


def _page(
    title: str,
    document: tuple[str, str, str],
    columns: Sequence[str],
    widths: Sequence[int],
    rows: list[list[str]],
    note: str,
) -> bytes:
    code, name, label = document
    facts = {
        "title": title,
        "code": code,
        "name": name,
        "label": label,
        "foot": f"{code} · {label}",
        "columns": list(columns),
        "widths": list(widths),
        "rows": rows,
        "note": note,
    }
    return typeset(_FRAME + _ROWS, facts)
