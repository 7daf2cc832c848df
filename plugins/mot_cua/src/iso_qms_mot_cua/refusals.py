"""What the desk itself refuses, besides what the guard refuses: each says what is wrong and what helps."""

from __future__ import annotations

from iso_qms import BadInput, Refused, Unknown


class UnknownDossier(Unknown):
    """No dossier has this code."""

    code = "MC_UNKNOWN_DOSSIER"
    vi = "Không có hồ sơ mã {dossier}; hãy kiểm tra lại mã trên giấy tiếp nhận."
    en = "There is no dossier {dossier}; check the code on the receipt slip."


class UnknownPart(Unknown):
    """The dossier has no part under this document."""

    code = "MC_UNKNOWN_PART"
    vi = "Hồ sơ {dossier} không có phần việc theo {document}; các tài liệu của hồ sơ: {documents}."
    en = "Dossier {dossier} has no part under {document}; its documents are {documents}."


class UnknownComponents(BadInput):
    """Components that the version's list does not have."""

    code = "MC_UNKNOWN_COMPONENTS"
    vi = "Thành phần hồ sơ không có trong danh mục của {document} ({version}): {names}; hãy chọn theo danh mục."
    en = "These are not in the list of {document} ({version}): {names}; choose from the list."


class ComponentsMissing(Refused):
    """Components that the version in force demands are not there."""

    code = "MC_COMPONENTS_MISSING"
    vi = "Hồ sơ chưa đủ thành phần theo {document} ({version}): {names}; hãy hướng dẫn bổ sung bằng {form}."
    en = "By {document} ({version}) the dossier still lacks: {names}; ask for them by {form}."


class Backdated(Refused):
    """A receipt further back than one working day without an authority."""

    code = "MC_BACKDATED"
    vi = "Ngày tiếp nhận {day} lùi quá một ngày làm việc so với lúc nhập; phải nêu căn cứ nhập muộn."
    en = "The day of receipt {day} lies more than one working day before its entry; name the authority for it."


class NotOpen(Refused):
    """The dossier is finished."""

    code = "MC_NOT_OPEN"
    vi = "Hồ sơ {dossier} đã kết thúc ({state_vi}); không thực hiện thêm việc gì trên hồ sơ này."
    en = "Dossier {dossier} is finished ({state_en}); nothing more is done on it."


class ClockStopped(Refused):
    """The dossier waits for a supplement or by decision."""

    code = "MC_CLOCK_STOPPED"
    vi = "Hồ sơ {dossier} đang tạm dừng từ {since} ({reason}); hãy nhận bổ sung hoặc cho tiếp tục trước."
    en = "Dossier {dossier} has been waiting since {since} ({reason}); take the supplement or resume it first."


class ClockRunning(Refused):
    """Nothing is waited for."""

    code = "MC_CLOCK_RUNNING"
    vi = "Hồ sơ {dossier} không tạm dừng; không có gì để nhận bổ sung hay cho tiếp tục."
    en = "Dossier {dossier} is not waiting; there is nothing to take or to resume."


class RoleNotHeld(Refused):
    """The account does not have the role in this unit."""

    code = "MC_ROLE_NOT_HELD"
    vi = "Tài khoản {account} không được giao vai trò {role}; tài khoản được giao: {holders}."
    en = "Account {account} does not hold the role {role}; it is held by {holders}."


class StepDoneBefore(Refused):
    """The step was done already."""

    code = "MC_STEP_DONE"
    vi = "Bước “{step}” của hồ sơ {dossier} đã làm lúc {at}; không làm lại, không ghi đè."
    en = "Step “{step}” of dossier {dossier} was done at {at}; it is neither repeated nor written over."


class PartWaits(Refused):
    """A part of a connected dossier waits for another agency."""

    code = "MC_PART_WAITS"
    vi = "Bước “{step}” của hồ sơ liên thông {dossier} phải chờ: {waits}."
    en = "Step “{step}” of the connected dossier {dossier} waits for: {waits}."


class NotFinished(Refused):
    """Mandatory steps are left."""

    code = "MC_NOT_FINISHED"
    vi = "Chưa trả được kết quả hồ sơ {dossier}: còn bước bắt buộc chưa làm: {steps}."
    en = "The result of dossier {dossier} cannot be handed out: mandatory steps are left: {steps}."


class ExtendedBefore(Refused):
    """The one extension was used (Nghị định 61/2018/NĐ-CP, Điều 19)."""

    code = "MC_EXTENDED"
    vi = "Hồ sơ {dossier} đã gia hạn một lần đến {until}; không gia hạn thêm, hãy báo cáo người có thẩm quyền."
    en = "Dossier {dossier} was extended once, to {until}; there is no second time: report it to your superior."


class BadNewDay(BadInput):
    """The new day cannot be kept."""

    code = "MC_BAD_NEW_DAY"
    vi = "Ngày hẹn lại {day} không dùng được: {why_vi}."
    en = "The new day {day} cannot be used: {why_en}."


class NoForm(Refused):
    """The circular in force has no form for this."""

    code = "MC_NO_FORM"
    vi = "Bộ mẫu đang áp dụng ngày {day} không có mẫu cho việc này ({purpose})."
    en = "The set of forms that applies on {day} has none for this ({purpose})."


class BadWords(BadInput):
    """Something typed at the counter that cannot be kept."""

    code = "MC_BAD_WORDS"
    vi = "Không ghi được {what_vi}: {why_vi}."
    en = "Cannot keep {what_en}: {why_en}."


class BadCount(BadInput):
    """A number of papers that cannot be."""

    code = "MC_BAD_COUNT"
    vi = "Số bản của “{component}” phải là số nguyên dương."
    en = "The number of “{component}” must be a whole number above zero."
