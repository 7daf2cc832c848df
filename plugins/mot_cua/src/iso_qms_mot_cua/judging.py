"""What the desk holds against a process, an act or its own past: values in, objections and findings out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from iso_qms import Candidate, Finding, ImpactNote, Objection
from iso_qms_mot_cua.calendar import OFFICE_ZONE, AgencyCalendar
from iso_qms_mot_cua.configuration import Configuration, OpenDossiers, steps_digest

CONFIGURED, RECEIVED = "C17", "C18"
"""The numbers of the two checks that only a desk can make: its settings, and what its dossiers were received under."""


def accounts(missing: list[str]) -> list[Objection]:
    """The roles that nobody holds."""
    if not missing:
        return []
    names = ", ".join(missing)
    return [
        Objection(
            "MC_ROLE_WITHOUT_ACCOUNT",
            f"chưa có tài khoản nào được giao các vai trò: {names}; hãy lập danh sách tài khoản trước khi ban hành",
            f"nobody holds the roles {names}: assign accounts before the issue",
        )
    ]


def total(process: Mapping[str, Any]) -> list[Objection]:
    """The steps against the announced time: more is a promise nobody can keep, less a limit that hides slack."""
    announced = (process.get("total") or {}).get("working_minutes")
    limits = [(step.get("limit") or {}).get("working_minutes") for step in process.get("steps", ())]
    summed = sum(minutes for minutes in limits if minutes)
    if not announced or not summed or summed == announced:
        return []
    said = _days(summed), _days(announced)
    if summed > announced:
        return [
            Objection(
                "MC_STEPS_EXCEED_TOTAL",
                f"tổng thời gian các bước ({said[0]} ngày) vượt thời hạn đã công bố ({said[1]} ngày)",
                f"the steps take {said[0]} days together, more than the announced {said[1]}",
            )
        ]
    return [
        Objection(
            "MC_STEPS_BELOW_TOTAL",
            f"tổng thời gian các bước ({said[0]} ngày) ít hơn thời hạn đã công bố ({said[1]} ngày); hãy kiểm tra lại",
            f"the steps take {said[0]} days together, less than the announced {said[1]}",
            severity="warn",
        )
    ]


def sunset(until: datetime | None, calendar: AgencyCalendar) -> list[Objection]:
    """A sunset is exclusive: the last day to finish is the one before it, and somebody must be there on it."""
    if until is None:
        return []
    last = calendar.day((until.astimezone(OFFICE_ZONE) - timedelta(microseconds=1)).date())
    if last.working:
        return []
    return [
        Objection(
            "MC_SUNSET_DAY_OFF",
            f"hạn chót {last.date:%d/%m/%Y} để xong hồ sơ cũ rơi vào ngày nghỉ ({last.why}); hãy chọn ngày làm việc",
            f"{last.date:%d/%m/%Y}, the last day for old dossiers, is not worked ({last.why}): choose a working day",
        )
    ]


def impact(held: OpenDossiers, candidate: Candidate) -> ImpactNote:
    """What an act would do to the open dossiers of one version."""
    day = f"{held.oldest_at.astimezone(OFFICE_ZONE):%d/%m/%Y}"
    until = f" {candidate.sunset.astimezone(OFFICE_ZONE):%d/%m/%Y}" if candidate.sunset else ""
    vi, en = {
        "finish": ("tiếp tục theo phiên bản cũ", "go on under the old version"),
        "elect": ("tiếp tục theo phiên bản cũ, người dân được chọn bản mới", "may choose the new version"),
        "migrate": ("phải chuyển sang phiên bản mới", "must move to the new version"),
        "restart": ("phải làm lại từ đầu", "must start again"),
    }[candidate.transition]
    until_vi, until_en = (f", chậm nhất{until}", f", by{until}") if until else ("", "")
    return ImpactNote(
        "MC_OPEN_DOSSIERS",
        f"{held.count} hồ sơ đang theo phiên bản {held.label} (cũ nhất {held.oldest}, nhận {day}): {vi}{until_vi}",
        f"{held.count} open dossiers under version {held.label} (oldest {held.oldest} of {day}): {en}{until_en}",
        held.count,
    )


def unusable(process: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a desk cannot work by: code and the sentence in both languages."""
    found = []
    idle = [str(s.get("no") or s.get("key")) for s in process.get("steps", ()) if not s.get("roles")]
    if idle:
        names = ", ".join(idle)
        found.append(
            ("MC_STEP_WITHOUT_ROLE", f"bước {names} chưa có người thực hiện", f"nobody is named for step {names}")
        )
    if not process.get("components"):
        vi = "quy trình chưa có thành phần hồ sơ: bộ phận tiếp nhận không kiểm tra được hồ sơ đủ hay thiếu"
        found.append(("MC_NO_COMPONENTS", vi, "no components are listed: the desk cannot tell a complete dossier"))
    if not (process.get("total") or {}).get("working_minutes"):
        vi = "quy trình chưa có tổng thời hạn bằng số: không tính được ngày hẹn trả kết quả"
        found.append(("MC_NO_TOTAL", vi, "no total time in figures: no day can be promised"))
    return found


def settings_differ(desk: Configuration, view: Any, now: datetime) -> list[Finding]:
    """Documents that the desk is set to in another version, or with other steps, than what is in force."""
    found = []
    for document, row in sorted(desk.read().items()):
        governing = view.in_force(document, now)
        if governing is None:
            continue
        digest = steps_digest(view.process(document, governing.number))
        if (row.version, row.steps_sha256) == (governing.number, digest):
            continue
        found.append(
            Finding(
                CONFIGURED,
                f"bàn một cửa đang cấu hình phiên bản {row.version or '–'} của {document}, "
                f"phiên bản đang hiệu lực là {governing.label}; hãy đồng bộ cấu hình",
                f"the desk is set to version {row.version or '–'} of {document}, in force is {governing.label}",
                document,
                "error",
            )
        )
    return found


def received_wrongly(desk: Configuration, view: Any) -> list[Finding]:
    """Dossiers whose first citation is not of the version in force at receipt; a grace period is no such case."""
    found = []
    for dossier, citation, reason in desk.receipts():
        governing = view.in_force(citation.document, citation.at)
        if reason.startswith("GRACE") or (governing is not None and governing.number == citation.version):
            continue
        named = governing.label if governing is not None else "–"
        found.append(
            Finding(
                RECEIVED,
                f"hồ sơ {dossier} nhận theo phiên bản {citation.label}, lúc nhận đang hiệu lực: {named}",
                f"dossier {dossier} was received under {citation.label}, in force then: {named}",
                citation.document,
                "error",
            )
        )
    return found


def without_apology(desk: Configuration, now: datetime) -> list[Finding]:
    """Dossiers that are late without a word: the letter is due on the promised day at the latest."""
    return [
        Finding(
            "MC_NO_APOLOGY",
            f"hồ sơ {code} quá hạn từ {due.astimezone(OFFICE_ZONE):%d/%m/%Y}, chưa có văn bản xin lỗi và hẹn lại",
            f"dossier {code} is late since {due.astimezone(OFFICE_ZONE):%d/%m/%Y}, and nobody has apologised",
            clause="Nghị định 61/2018/NĐ-CP, Điều 19",
        )
        for code, due in desk.overdue_in_silence(now)
    ]


def _days(minutes: int) -> str:
    return f"{minutes / 480:g}".replace(".", ",")
