"""The pages of one dossier, made of its version's process and of what happened to it."""

from __future__ import annotations

from datetime import datetime

from iso_qms.guard import Citation
from iso_qms_mot_cua.desk import SAID, Desk
from iso_qms_mot_cua.forms.catalogue import Form, form_for
from iso_qms_mot_cua.forms.page import Page, Table
from iso_qms_mot_cua.tables import Dossier, Letter

DIGEST_PREFIX = 8
"""So many hexadecimal digits of a version's digest stand on a slip; the QR code holds all of them."""


def letter_page(desk: Desk, letter: Letter) -> Page:
    """The page of a form that went out; a slip, a request, a refusal, an apology, a notice of the end."""
    form = form_for(letter.purpose, desk.calendar.civil(letter.at))
    if letter.purpose == "receipt":
        return _receipt(desk, letter, form)
    facts = letter.facts
    lines: list[tuple[str, str]] = []
    if letter.dossier:
        dossier = desk.dossier(letter.dossier)
        lines += [("Mã hồ sơ", dossier.code), ("Họ tên người nộp", dossier.applicant), ("Thủ tục", dossier.procedure)]
        lines += [("Thời gian nhận hồ sơ", moment(desk, dossier.received_at)), *_followed(desk, dossier)]
    else:
        lines += [("Họ tên người nộp", facts["applicant"]), ("Thủ tục", facts["procedure"])]
    if facts.get("asked"):
        lines.append(("Nội dung cần bổ sung", "; ".join(facts["asked"])))
    if letter.purpose == "apology":
        lines += [("Ngày đã hẹn", facts["before"]), ("Ngày hẹn trả kết quả mới", facts["until"])]
    lines.append(("Lý do", facts["reason"]))
    return Page(
        form=form,
        agency=desk.settings.agency_name,
        number=_number(letter),
        dated=_dated(desk, letter.at),
        lines=tuple(lines),
        closing=_CLOSING[letter.purpose],
        signers=("NGƯỜI KÝ",)
        if letter.purpose in ("apology", "stop")
        else ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
    )


def control_page(desk: Desk, code: str) -> Page:
    """The control sheet (phiếu kiểm soát): what the version expects beside what was done, step by step."""
    dossier = desk.dossier(code)
    form = form_for("control", desk.calendar.civil(dossier.received_at))
    rows = []
    for place, line in enumerate(desk.control_sheet(code), start=1):
        done = line.done
        outcome = SAID[line.outcome][0] if line.outcome else ""
        rows.append(
            (
                str(place),
                line.name,
                ", ".join(line.roles),
                line.limit,
                moment(desk, done.handed_at) if done else "",
                moment(desk, done.due_at) if done and done.due_at else "",
                moment(desk, done.done_at) if done else "",
                f"{done.account}: {outcome or 'đã làm'}" if done else "được miễn" if line.waived else "chưa làm",
            )
        )
    head = ("TT", "Bước", "Người thực hiện", "Thời gian quy định", "Nhận lúc", "Hạn", "Xong lúc", "Kết quả")
    return Page(
        form=form,
        agency=desk.settings.agency_name,
        number=code,
        dated=_dated(desk, desk.clock()),
        lines=(
            ("Mã hồ sơ", code),
            ("Thủ tục", dossier.procedure),
            ("Thời gian nhận hồ sơ", moment(desk, dossier.received_at)),
            ("Hẹn trả kết quả", moment(desk, dossier.due_at) if dossier.due_at else "không quy định"),
            *_followed(desk, dossier),
        ),
        table=Table(head, tuple(rows), (0.6, 2.2, 1.6, 1.2, 1.4, 1.4, 1.4, 1.6)),
        signers=("NGƯỜI GIAO", "NGƯỜI NHẬN"),
        qr=qr_text(desk, dossier),
        landscape=True,
    )


def book_page(desk: Desk) -> Page:
    """The book of dossiers (sổ theo dõi hồ sơ) up to now."""
    now = desk.clock()
    rows = [
        (
            str(place),
            line.dossier.code,
            line.dossier.procedure,
            line.dossier.applicant,
            moment(desk, line.dossier.received_at),
            moment(desk, line.dossier.due_at) if line.dossier.due_at else "",
            moment(desk, line.dossier.closed_at) if line.dossier.closed_at else "",
            "; ".join(f"{c.document} {c.label}" for c in line.citations),
            SAID[line.outcome][0],
        )
        for place, line in enumerate(desk.book(), start=1)
    ]
    head = ("TT", "Mã hồ sơ", "Thủ tục", "Người nộp", "Nhận", "Hẹn trả", "Trả kết quả", "Quy trình", "Tình trạng")
    return Page(
        form=form_for("book", desk.calendar.civil(now)),
        agency=desk.settings.agency_name,
        number="",
        dated=_dated(desk, now),
        lines=(("Số hồ sơ", str(len(rows))),),
        table=Table(head, tuple(rows), (0.6, 2.2, 1.2, 1.8, 1.4, 1.4, 1.4, 1.6, 1.1)),
        landscape=True,
    )


def qr_text(desk: Desk, dossier: Dossier) -> str:
    """What the QR code says: the dossier and every version it follows with the whole digest; no personal data."""
    versions = [f"{c.document};{c.label};sha256:{c.sha256}" for c in desk.citations(dossier.code)]
    return "\n".join([f"{desk.settings.verify_url}{dossier.code}", *versions])


def moment(desk: Desk, instant: datetime | None) -> str:
    """An instant as the forms write it, in the office's zone."""
    if instant is None:
        return ""
    local = instant.astimezone(desk.calendar.zone)
    return f"{local:%H} giờ {local:%M}, {local:%d/%m/%Y}"


def _receipt(desk: Desk, letter: Letter, form: Form) -> Page:
    dossier = desk.dossier(letter.dossier)
    first = desk.citations(dossier.code)[0]
    process = desk.process(first)
    names = {str(c["key"]): str(c["name"]) for c in process.get("components", ())}
    papers = tuple(
        (str(place), names.get(key, key), str(count))
        for place, (key, count) in enumerate(dossier.components.items(), start=1)
    )
    promised = moment(desk, dossier.first_due_at) if dossier.first_due_at else "không quy định"
    closing = ["Khi đến nhận kết quả, đề nghị mang theo giấy này."]
    if dossier.provisional:
        closing.append("Ngày hẹn là tạm tính: chưa có thông báo nghỉ lễ, Tết của năm đó.")
    if letter.facts.get("around"):
        closing.append("Đã trừ các ngày: " + "; ".join(letter.facts["around"]) + ".")
    return Page(
        form=form,
        agency=desk.settings.agency_name,
        number=_number(letter),
        dated=_dated(desk, letter.at),
        lines=(
            ("Mã hồ sơ", dossier.code),
            ("Tiếp nhận hồ sơ của", dossier.applicant),
            ("Liên hệ", dossier.contact or "–"),
            ("Thủ tục", dossier.procedure),
            ("Thời gian giải quyết", str((process.get("total") or {}).get("text", "")) or "không quy định"),
            ("Thời gian nhận hồ sơ", moment(desk, dossier.received_at)),
            ("Thời gian trả kết quả", promised),
            *_followed(desk, dossier, at_receipt=True),
        ),
        table=Table(("TT", "Thành phần hồ sơ", "Số bản"), papers, (0.5, 5, 1)),
        closing=tuple(closing),
        signers=_AT_THE_COUNTER,
        qr=qr_text(desk, dossier),
    )


def _followed(desk: Desk, dossier: Dossier, *, at_receipt: bool = False) -> list[tuple[str, str]]:
    """The versions a dossier follows, or those it was received under."""
    found: list[Citation] = []
    with desk.reading():
        for part in desk.parts(dossier.code):
            history = desk.pins.history(dossier.code, part.document)
            found.append(history[0] if at_receipt else history[-1])
    return [
        ("Quy trình áp dụng", f"{c.document}, phiên bản {c.label}, mã băm {c.sha256[:DIGEST_PREFIX]}") for c in found
    ]


def _number(letter: Letter) -> str:
    return f"Số: {letter.number:02d}/TTPVHCC"


def _dated(desk: Desk, instant: datetime) -> str:
    day = instant.astimezone(desk.calendar.zone)
    return f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}"


_AT_THE_COUNTER = ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ")
_CLOSING: dict[str, tuple[str, ...]] = {
    "supplement": ("Thời gian chờ bổ sung không tính vào thời hạn giải quyết hồ sơ.",),
    "refusal": ("Nếu không đồng ý, người nộp có quyền khiếu nại theo quy định của pháp luật.",),
    "apology": ("Cơ quan thành thật xin lỗi về sự chậm trễ này và mong nhận được sự thông cảm.",),
    "stop": ("Hồ sơ dừng giải quyết kể từ ngày ra thông báo này.",),
}
