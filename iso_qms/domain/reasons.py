"""Every reason code that a decision may carry, with its sentence in Vietnamese and English."""

# ruff: noqa: E501 - a sentence reads best in one line

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """The sentences of one reason; `{document}`, `{version}`, `{current}`, `{pinned}` and `{deadline}` are filled in.

    `verdicts` are those that the reason may come with. A part in brackets is left out when what it names is not known.
    """

    verdicts: tuple[str, ...]
    vi: str
    en: str


REASONS: dict[str, Wording] = {
    "CURRENT": Wording(
        ("allow",),
        "Phiên bản {version} của {document} đang có hiệu lực.",
        "Version {version} of {document} is in force.",
    ),
    "SUPERSEDED": Wording(
        ("deny",),
        "Phiên bản {version} của {document} đã được thay thế; hãy dùng phiên bản đang có hiệu lực[: {current}].",
        "Version {version} of {document} has been superseded; use the version in force[: {current}].",
    ),
    "LAPSED": Wording(
        ("deny",),
        "Phiên bản khẩn cấp {version} của {document} đã hết hạn vì không được phê chuẩn; "
        "hãy dùng phiên bản đang có hiệu lực[: {current}].",
        "The emergency version {version} of {document} lapsed because it was not ratified; use the version in force[: {current}].",
    ),
    "GRACE": Wording(
        ("warn",),
        "Phiên bản {version} của {document} đã được thay thế nhưng còn được tiếp nhận đến {deadline}; "
        "nên chuyển sang phiên bản {current}.",
        "Version {version} of {document} has been superseded but is still accepted until {deadline}; change to version {current}.",
    ),
    "NOT_YET_IN_FORCE": Wording(
        ("deny",),
        "Phiên bản {version} của {document} chỉ có hiệu lực từ {deadline}[; trước thời điểm đó hãy dùng phiên bản {current}].",
        "Version {version} of {document} is in force only from {deadline}[; use version {current} until then].",
    ),
    "NOT_APPROVED": Wording(
        ("deny",),
        "Phiên bản {version} của {document} chưa được phê duyệt; hãy dùng phiên bản đang có hiệu lực[: {current}].",
        "Version {version} of {document} has not been approved; use the version in force[: {current}].",
    ),
    "NEVER_SCHEDULED": Wording(
        ("deny",),
        "Phiên bản {version} của {document} đã được phê duyệt nhưng chưa được ban hành; "
        "hãy dùng phiên bản đang có hiệu lực[: {current}].",
        "Version {version} of {document} was approved but never issued; use the version in force[: {current}].",
    ),
    "UNKNOWN_VERSION": Wording(
        ("deny",),
        "Không có phiên bản {version} của {document}; hãy dùng phiên bản đang có hiệu lực[: {current}].",
        "There is no version {version} of {document}; use the version in force[: {current}].",
    ),
    "UNKNOWN_DOCUMENT": Wording(
        ("unknown", "deny"),
        "Không có tài liệu nào mang mã {document}; hãy kiểm tra lại mã hoặc hỏi thư ký ISO.",
        "There is no document {document}; check the code or ask the document controller.",
    ),
    "DIGEST_MISMATCH": Wording(
        ("deny",),
        "Nội dung đang giữ không đúng với phiên bản {version} của {document}; hãy tải lại từ sổ đăng ký.",
        "The content held is not that of version {version} of {document}; fetch it again from the register.",
    ),
    "NOTHING_IN_FORCE": Wording(
        ("deny",),
        "Chưa có phiên bản nào của {document} có hiệu lực[; phiên bản tiếp theo có hiệu lực từ {deadline}]; hãy chờ hoặc hỏi thư ký ISO.",
        "No version of {document} is in force[; the next one starts at {deadline}]; wait or ask the document controller.",
    ),
    "WITHDRAWN": Wording(
        ("deny",),
        "{document} đã bị bãi bỏ; không tiếp nhận và không niêm yết nữa[; phiên bản này có hiệu lực lại từ {deadline}].",
        "{document} has been withdrawn; do not receive or post under it[; this version returns at {deadline}].",
    ),
    "SUSPENDED": Wording(
        ("deny",),
        "{document} đang tạm ngưng toàn bộ[ đến {deadline}]; hãy chờ đến khi được tiếp tục thực hiện.",
        "{document} is suspended altogether[ until {deadline}]; wait until it is resumed.",
    ),
    "SUSPENDED_NEW": Wording(
        ("deny",),
        "{document} đang tạm ngưng tiếp nhận hồ sơ mới[ đến {deadline}]; hồ sơ đã tiếp nhận vẫn được giải quyết.",
        "{document} receives no new dossiers for now[ until {deadline}]; dossiers already received go on.",
    ),
    "SUSPENDED_IN_UNITS": Wording(
        ("warn",),
        "{document} đang tạm ngưng ở một số đơn vị[ đến {deadline}]; hãy nêu rõ đơn vị khi hỏi.",
        "{document} is suspended in some units[ until {deadline}]; name the unit when asking.",
    ),
    "CURRENT_SUSPENDED": Wording(
        ("warn",),
        "Phiên bản {version} của {document} đang có hiệu lực nhưng đang tạm ngưng[ đến {deadline}]; "
        "khi niêm yết phải ghi rõ “tạm ngưng”.",
        "Version {version} of {document} is in force but suspended[ until {deadline}]; say so where it is posted.",
    ),
    "UPCOMING": Wording(
        ("warn",),
        "Phiên bản {version} của {document} có hiệu lực từ {deadline}; khi niêm yết phải ghi rõ ngày có hiệu lực.",
        "Version {version} of {document} is in force from {deadline}; say so where it is posted.",
    ),
    "NOT_PINNED": Wording(
        ("deny",),
        "Hồ sơ chưa được gắn với phiên bản nào của {document}; hãy ghi viện dẫn phiên bản khi tiếp nhận.",
        "The dossier is not pinned to a version of {document}; pin it as received.",
    ),
    "PIN_MISMATCH": Wording(
        ("deny",),
        "Hồ sơ được gắn với phiên bản {pinned}, không phải phiên bản {version} của {document}; hãy dùng phiên bản {pinned}.",
        "The dossier is pinned to version {pinned}, not to version {version} of {document}; use version {pinned}.",
    ),
    "PINNED_CURRENT": Wording(
        ("allow",),
        "Hồ sơ theo phiên bản {pinned} của {document}, đang có hiệu lực.",
        "The dossier follows version {pinned} of {document}, which is in force.",
    ),
    "PINNED_OLD": Wording(
        ("allow",),
        "Hồ sơ tiếp tục theo phiên bản {pinned} của {document} như khi tiếp nhận[, đến {deadline}].",
        "The dossier goes on under version {pinned} of {document}, as received[, until {deadline}].",
    ),
    "PINNED_OLD_MAY_ELECT": Wording(
        ("allow",),
        "Hồ sơ tiếp tục theo phiên bản {pinned} của {document}[ đến {deadline}]; người nộp có thể chọn phiên bản mới[: {current}].",
        "The dossier goes on under version {pinned} of {document}[ until {deadline}]; the applicant may choose the new one[: {current}].",
    ),
    "MIGRATE_ELECTED": Wording(
        ("deny",),
        "Người nộp đã chọn phiên bản mới; hãy chuyển hồ sơ từ phiên bản {pinned} sang phiên bản {current} của {document}.",
        "The applicant chose the new version; migrate the dossier from version {pinned} to {current} of {document}.",
    ),
    "MIGRATE_DUE": Wording(
        ("warn",),
        "Hồ sơ theo phiên bản {pinned} của {document} phải chuyển sang phiên bản {current} chậm nhất {deadline}.",
        "The dossier under version {pinned} of {document} must migrate to version {current} by {deadline}.",
    ),
    "MIGRATE_REQUIRED": Wording(
        ("deny",),
        "Hồ sơ theo phiên bản {pinned} của {document} phải được chuyển sang phiên bản {current} trước khi làm tiếp"
        "[; hạn chuyển là {deadline}].",
        "The dossier under version {pinned} of {document} must migrate to version {current} before it goes on"
        "[; it was due by {deadline}].",
    ),
    "RESTART_REQUIRED": Wording(
        ("deny",),
        "Hồ sơ theo phiên bản {pinned} của {document} phải được tiếp nhận lại từ đầu[ theo phiên bản {current}].",
        "The dossier under version {pinned} of {document} must be received anew[ under version {current}].",
    ),
    "WITHDRAWN_FINISHING": Wording(
        ("allow",),
        "{document} đã bị bãi bỏ; hồ sơ này được làm nốt theo phiên bản {pinned}[, đến {deadline}].",
        "{document} has been withdrawn; this dossier may be finished under version {pinned}[, until {deadline}].",
    ),
    "TERMINATED": Wording(
        ("deny",),
        "{document} đã bị bãi bỏ và thời hạn làm nốt hồ sơ đã hết[ ({deadline})]; hãy kết thúc hồ sơ và trả lời người nộp.",
        "{document} has been withdrawn and the time for finishing is over[ ({deadline})]; close the dossier and tell the applicant.",
    ),
    "CITE_OK": Wording(
        ("allow",),
        "Phiên bản {version} của {document} đã từng có hiệu lực; được viện dẫn.",
        "Version {version} of {document} has been in force; it may be cited.",
    ),
    "NEVER_IN_FORCE": Wording(
        ("deny",),
        "Phiên bản {version} của {document} chưa từng có hiệu lực đến thời điểm đó; hãy viện dẫn phiên bản khác[: {current}].",
        "Version {version} of {document} had never been in force by then; cite another one[: {current}].",
    ),
    "STEP_UNKNOWN": Wording(
        ("deny",),
        "Quy trình {document}, phiên bản {pinned}, không có bước này; hãy kiểm tra lại khóa của bước.",
        "{document}, version {pinned}, has no such step; check the key of the step.",
    ),
    "STEP_OUT_OF_ORDER": Wording(
        ("deny",),
        "Bước trước của {document}, phiên bản {pinned}, chưa xong; hãy hoàn thành bước trước.",
        "An earlier step of {document}, version {pinned}, is not done; complete it first.",
    ),
    "STEP_ROLE": Wording(
        ("deny",),
        "Người thực hiện không giữ vai trò mà {document}, phiên bản {pinned}, giao bước này; hãy chuyển cho đúng vai trò.",
        "The actor does not hold the role that {document}, version {pinned}, gives this step to; pass it to that role.",
    ),
    "STEP_COMPONENT_MISSING": Wording(
        ("deny",),
        "Hồ sơ thiếu thành phần bắt buộc theo {document}, phiên bản {pinned}; hãy yêu cầu bổ sung.",
        "The dossier lacks a component that {document}, version {pinned}, demands; ask for it.",
    ),
    "STEP_OVERDUE": Wording(
        ("warn",),
        "Bước này của {document}, phiên bản {pinned}, đã quá hạn[ ({deadline})]; hãy làm ngay và xin lỗi người nộp theo quy định.",
        "This step of {document}, version {pinned}, is overdue[ ({deadline})]; do it now and apologise as the rules demand.",
    ),
    "OUT_OF_SCOPE": Wording(
        ("deny",),
        "{document} không áp dụng cho đơn vị này; hãy hỏi cơ quan ban hành.",
        "{document} does not cover this unit; ask the issuing authority.",
    ),
    "AMBIGUOUS_SCOPE": Wording(
        ("deny",),
        "Nhiều tài liệu cùng nhận thủ tục này cho đơn vị này ({document}); cơ quan ban hành phải chọn một.",
        "Several documents claim this procedure for this unit ({document}); the issuing authority must choose one.",
    ),
    "NO_SNAPSHOT": Wording(
        ("unknown", "deny"),
        "Máy này chưa từng nhận được dữ liệu đã ký về {document}; hãy kiểm tra cài đặt và lấy dữ liệu lần đầu.",
        "This machine never received signed data about {document}; check the installation and fetch it once.",
    ),
    "PARTNER_VERSION_MISMATCH": Wording(
        ("warn",),
        "Cơ quan gửi hồ sơ theo phiên bản khác của {document}; hãy đối chiếu trước khi làm tiếp.",
        "The sending agency follows another version of {document}; compare before going on.",
    ),
}
"""Reason code -> wording. Codes are part of the interface: they are never renamed or reused."""

KNOWLEDGE: dict[str, tuple[str, str]] = {
    "STALE": (
        "Dữ liệu chưa được cập nhật quá 24 giờ; hãy kiểm tra đường truyền.",
        "The data is over a day old; check the connection.",
    ),
    "EXPIRED": (
        "Dữ liệu đã quá hạn tin cậy; hãy cập nhật hoặc hỏi cơ quan ban hành trước khi quyết định.",
        "The data is too old to be relied on; update it or ask the authority before deciding.",
    ),
    "CLOCK_SUSPECT": (
        "Đồng hồ của máy có thể sai; hãy chỉnh lại giờ.",
        "The clock of this machine may be wrong; set it.",
    ),
    "REFUSED": (
        "Lần cập nhật gần nhất bị từ chối vì không xác thực được; hãy báo quản trị.",
        "The last update was refused because it could not be verified; tell the administrator.",
    ),
}
"""What stands behind the slash of a reason, when old knowledge changed the verdict."""


def sentence(reason: str, lang: str, **named: str | None) -> str:
    """The sentence of a reason code in "vi" or "en" with names filled in.

    A plugin's own code, which has no wording here, is told as itself with the document.
    """
    code, _, knowledge = reason.partition("/")
    language = 1 if lang.startswith("en") else 0
    known = {name: _shown(named.get(name)) for name in _NAMES}
    if code in REASONS:
        wording = REASONS[code]
        text = _fill(wording.en if language else wording.vi, known)
    else:
        text = f"{known['document'] or '–'}: {code}"
    return f"{text} {KNOWLEDGE[knowledge][language]}" if knowledge in KNOWLEDGE else text


_NAMES = ("document", "version", "current", "pinned", "deadline")


LONGEST_NAME = 120
"""How many characters of a name that came from outside a sentence repeats."""


def _shown(name: str | None) -> str | None:
    """A name so that any terminal and page can show it: one line, nothing hidden, not endless."""
    if name is None:
        return None
    text = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return text if text.isprintable() else "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in text)


def _fill(template: str, known: dict[str, str | None]) -> str:
    values = {name: value or "–" for name, value in known.items()}
    parts: list[str] = []
    for chunk in template.split("["):
        optional, closed, rest = chunk.partition("]")
        if not closed:
            parts.append(chunk.format_map(values))
            continue
        if all(value or "{" + name + "}" not in optional for name, value in known.items()):
            parts.append(optional.format_map(values))
        parts.append(rest.format_map(values))
    return "".join(parts)
