"""The tree of everything that can be refused, each with a stable code and its sentence in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

LONGEST_FACT = 300
"""How many characters of what was given a sentence repeats."""


def _shown(fact: Any) -> Any:
    """What was given, so that any terminal and page can show it: one line, nothing hidden, not endless."""
    if not isinstance(fact, str):
        return fact
    text = fact if len(fact) <= LONGEST_FACT else f"{fact[:LONGEST_FACT]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else f"‹U+{ord(c):04X}›" for c in text)


class QmsError(Exception):
    """An act or a question that was not carried out; `code` is stable, the sentence is for people.

    `facts` fill the sentence. `matters` says that the refused attempt itself belongs in the journal.
    """

    code: ClassVar[str] = "QMS_ERROR"
    vi: ClassVar[str] = "Không thực hiện được."
    en: ClassVar[str] = "It could not be done."
    matters: ClassVar[bool] = False

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.message("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        # The facts are keywords, which pickling an exception would lose.
        return _revived, (type(self), self.facts)

    def message(self, lang: str = "vi") -> str:
        """The sentence for a person, in `vi` or `en`."""
        shown = {name: _shown(fact) for name, fact in self.facts.items()}
        return (self.en if lang == "en" else self.vi).format(**shown)


def _revived(kind: type[QmsError], facts: dict[str, Any]) -> QmsError:
    return kind(**facts)


class BadInput(QmsError):
    """What was given cannot be understood or stored: exit code 2, HTTP 422."""

    code = "BAD_INPUT"
    vi = "Dữ liệu không hợp lệ: {what}."
    en = "The input is not valid: {what}."


class Unknown(QmsError):
    """What was asked for is not in the register: exit code 4, HTTP 404."""

    code = "UNKNOWN"
    vi = "Không tìm thấy {what}."
    en = "{what} was not found."


class Refused(QmsError):
    """A rule says no: exit code 3, HTTP 422 (409 for `Conflict`)."""

    code = "REFUSED"
    vi = "Quy tắc không cho phép."
    en = "A rule does not allow it."


class Conflict(Refused):
    """Something else happened meanwhile; look again and decide again: exit code 3, HTTP 409."""

    code = "CONFLICT"
    vi = "Dữ liệu vừa thay đổi; hãy xem lại rồi thực hiện lại."
    en = "The register changed meanwhile; look again and repeat the act."


class StoreTrouble(QmsError):
    """The store cannot be used as it is: exit code 2, HTTP 503."""

    code = "STORE_TROUBLE"
    vi = "Kho dữ liệu không dùng được: {what}."
    en = "The store cannot be used: {what}."


# --- text, codes, dates -------------------------------------------------------------------------------------------


class BadText(BadInput):
    code = "BAD_TEXT"
    vi = "Mục “{field}” không hợp lệ: {why_vi}."
    en = "Field “{field}” is not valid: {why_en}."


class BadCode(BadInput):
    code = "BAD_CODE"
    vi = "Mã tài liệu “{given}” không hợp lệ: {why_vi}. Ví dụ đúng: QT-01, QT.TP.05."
    en = "Document code “{given}” is not valid: {why_en}. Good examples: QT-01, QT.TP.05."


class BadServiceCode(BadInput):
    code = "BAD_SERVICE_CODE"
    vi = "Mã thủ tục hành chính “{given}” không đúng dạng, ví dụ 2.000815 hoặc 2.000815.000.00.00.H46."
    en = "TTHC code “{given}” is malformed; good examples: 2.000815 or 2.000815.000.00.00.H46."


class BadChoice(BadInput):
    code = "BAD_CHOICE"
    vi = "“{given}” không phải giá trị của “{field}”; chọn một trong: {allowed}."
    en = "“{given}” is no value of “{field}”; choose one of: {allowed}."


class BadDate(BadInput):
    code = "BAD_DATE"
    vi = "Không hiểu ngày giờ “{given}”. Viết ngày là 31/12/2026 hoặc 2026-12-31, thời điểm là 2026-12-31T08:00:00+07:00."
    en = "The date or time “{given}” is not understood. Write 31/12/2026 or 2026-12-31, an instant as 2026-12-31T08:00:00+07:00."


class MissingField(BadInput):
    code = "MISSING_FIELD"
    vi = "Thiếu “{field}”: không đọc được trong tệp và chưa được nhập; hãy dùng {option}."
    en = "“{field}” is missing: it was neither found in the file nor given; use {option}."


class TooLong(BadInput):
    code = "TOO_LONG"
    vi = "Nội dung của hành vi quá dài ({size} byte, tối đa {limit}); hãy rút gọn hoặc đưa vào tệp đính kèm."
    en = "The act is too long ({size} bytes, at most {limit}); shorten it or put the text into an attached file."


class BadChain(BadInput):
    code = "BAD_CHAIN"
    vi = "Luồng phê duyệt “{chain}” không hợp lệ: {why_vi}."
    en = "Approval chain “{chain}” is not valid: {why_en}."


class WrongChain(Refused):
    code = "WRONG_CHAIN"
    vi = "Luồng “{chain}” không dành cho tài liệu này; luồng phải theo là “{meant}”. Chỉ thư ký ISO được chọn luồng khác phù hợp."
    en = "Chain “{chain}” is not meant for this document; “{meant}” is. Only the controller may choose another that fits."
    matters = True


class BadMandate(BadInput):
    code = "BAD_MANDATE"
    vi = "Ủy quyền không hợp lệ: {why_vi}."
    en = "The mandate is not valid: {why_en}."


class BadDates(BadInput):
    code = "BAD_DATES"
    vi = "Các mốc thời gian không hợp lý: {why_vi}."
    en = "The dates do not fit together: {why_en}."


class FileTrouble(BadInput):
    code = "FILE_TROUBLE"
    vi = "Không dùng được tệp “{path}”: {why_vi}."
    en = "File “{path}” cannot be used: {why_en}."

    def __init__(self, *, path: object, why_vi: str, why_en: str) -> None:
        # A reason may be a whole sentence of another refusal; this one brings the full stop.
        super().__init__(path=path, why_vi=why_vi.removesuffix("."), why_en=why_en.removesuffix("."))


# --- not in the register ------------------------------------------------------------------------------------------


class UnknownDocument(Unknown):
    code = "UNKNOWN_DOCUMENT"
    vi = "Không có tài liệu mang mã “{document}” trong danh mục; xem “iso-qms list”."
    en = "No document with code “{document}” is registered; see “iso-qms list”."


class UnknownVersion(Unknown):
    code = "UNKNOWN_VERSION"
    vi = "Tài liệu {document} không có phiên bản {number}; xem “iso-qms history {document}”."
    en = "Document {document} has no version {number}; see “iso-qms history {document}”."


class UnknownPerson(Unknown):
    code = "UNKNOWN_PERSON"
    vi = "Không có tài khoản “{login}”; thêm bằng “iso-qms person add”."
    en = "There is no account “{login}”; add it with “iso-qms person add”."


class UnknownUnit(Unknown):
    code = "UNKNOWN_UNIT"
    vi = "Không có đơn vị “{unit}”; thêm bằng “iso-qms unit add”."
    en = "There is no unit “{unit}”; add it with “iso-qms unit add”."


class UnknownChain(Unknown):
    code = "UNKNOWN_CHAIN"
    vi = "Không có luồng phê duyệt “{chain}”; xem “iso-qms chain list”."
    en = "There is no approval chain “{chain}”; see “iso-qms chain list”."


class UnknownRequest(Unknown):
    code = "UNKNOWN_REQUEST"
    vi = "Không có phiếu đề nghị số {request}; xem “iso-qms request list”."
    en = "There is no change request {request}; see “iso-qms request list”."


class UnknownMandate(Unknown):
    code = "UNKNOWN_MANDATE"
    vi = "Không có ủy quyền số {mandate}; xem “iso-qms mandate list”."
    en = "There is no mandate {mandate}; see “iso-qms mandate list”."


# --- rights and identity ------------------------------------------------------------------------------------------


class NoRight(Refused):
    code = "NO_RIGHT"
    vi = "“{login}” không có quyền “{act}”; cần vai trò {roles} hoặc ủy quyền còn hạn."
    en = "“{login}” may not “{act}”; it takes the role {roles} or a valid mandate."
    matters = True


class Inactive(Refused):
    code = "INACTIVE_PERSON"
    vi = "Tài khoản “{login}” đã ngừng hoạt động."
    en = "Account “{login}” is deactivated."
    matters = True


class WrongSecret(Refused):
    code = "WRONG_SECRET"
    vi = "Mật khẩu của “{login}” không đúng; hành vi không được thực hiện và lần thử đã được ghi lại."
    en = "The password of “{login}” is wrong; nothing was done and the attempt is on record."
    matters = True


class SecretNeeded(Refused):
    code = "SECRET_NEEDED"
    vi = "Hành vi này cần mật khẩu của chính “{login}” (nhập khi được hỏi, hoặc biến ISO_QMS_PASSWORD)."
    en = "This act needs the own password of “{login}” (at the prompt, or ISO_QMS_PASSWORD)."


class NoSecret(Refused):
    code = "NO_SECRET_SET"
    vi = "“{login}” chưa đặt mật khẩu nên chưa thể ký; đặt bằng “iso-qms person password {login}”."
    en = "“{login}” has no password yet and cannot sign; set one with “iso-qms person password {login}”."
    matters = True


class LockedOut(Refused):
    code = "LOCKED_OUT"
    vi = "Tài khoản “{login}” bị khóa sau {failures} lần sai mật khẩu; chờ đến {until} hoặc đặt lại mật khẩu."
    en = "Account “{login}” is locked after {failures} wrong passwords; wait until {until} or have the password reset."
    matters = True


class WeakSecret(Refused):
    code = "WEAK_SECRET"
    vi = "Mật khẩu quá yếu: cần ít nhất {least} ký tự và khác tên tài khoản."
    en = "The password is too weak: at least {least} characters and not the account name."


class MustChangeSecret(Refused):
    code = "MUST_CHANGE_SECRET"
    vi = "Mật khẩu của “{login}” vừa được người khác đặt lại; hãy tự đổi bằng “iso-qms person password {login}” trước khi ký."
    en = "The password of “{login}” was reset by somebody else; change it with “iso-qms person password {login}” before signing."


class LoginTaken(Refused):
    code = "LOGIN_TAKEN"
    vi = "Tên tài khoản “{login}” đã được dùng (kể cả tài khoản đã ngừng); tên không bao giờ được cấp lại."
    en = "Account name “{login}” is taken (perhaps by a deactivated account); names are never given twice."


class RoleHeld(Refused):
    code = "ROLE_UNCHANGED"
    vi = "“{login}” {state_vi} vai trò “{role}”; không có gì thay đổi."
    en = "“{login}” {state_en} the role “{role}”; nothing changes."


class StateUnchanged(Refused):
    code = "STATE_UNCHANGED"
    vi = "Không có gì thay đổi: {what_vi}."
    en = "Nothing changes: {what_en}."


class UnitTaken(Refused):
    code = "UNIT_TAKEN"
    vi = "Mã đơn vị “{unit}” đã có."
    en = "Unit code “{unit}” exists already."


class UnitGone(Refused):
    code = "UNIT_ENDED"
    vi = "Đơn vị “{unit}” đã kết thúc từ {since}; dùng đơn vị kế thừa {successor}."
    en = "Unit “{unit}” ended on {since}; use its successor {successor}."


# --- approval -----------------------------------------------------------------------------------------------------


class SelfApproval(Refused):
    code = "SELF_APPROVAL"
    vi = "“{login}” là người soạn thảo phiên bản {number} (hoặc ký thay người soạn thảo) nên không được ký duyệt; cần người khác ký."
    en = "“{login}” drafted version {number} (or would sign for its drafter) and may not sign it; somebody else must."
    matters = True


class SecondSeat(Refused):
    code = "SECOND_SEAT"
    vi = "“{login}” đã giữ một vị trí trong luồng này, trực tiếp hoặc qua ủy quyền; một người không ký hai vị trí."
    en = "“{login}” already fills a seat of this chain, directly or by mandate; nobody fills two."
    matters = True


class NotYourTurn(Refused):
    code = "NOT_YOUR_TURN"
    vi = "Chưa đến lượt “{login}”: luồng đang chờ {waiting}."
    en = "It is not the turn of “{login}”: the chain waits for {waiting}."
    matters = True


class WrongMeaning(Refused):
    code = "WRONG_MEANING"
    vi = "Chữ ký ở bước này có ý nghĩa “{expected}”, không phải “{given}”."
    en = "A signature at this step means “{expected}”, not “{given}”."


class WrongClass(Refused):
    code = "CLASS_NOT_CONFIRMED"
    vi = "Người duyệt xác nhận mức thay đổi “{given}” nhưng bản trình ghi “{expected}”; hãy trả lại để sửa."
    en = "The approver confirms class “{given}” but the submission says “{expected}”; send it back to be corrected."


class ContentChanged(Conflict):
    code = "CONTENT_CHANGED"
    vi = "Nội dung đã thay đổi sau khi anh/chị xem; hãy xem lại phiên bản {number} rồi ký."
    en = "The content changed after you looked; see version {number} again, then sign."
    matters = True


class NotSubmitted(Refused):
    code = "NOT_SUBMITTED"
    vi = "Tài liệu {document} không có phiên bản nào đang chờ ký; trình ký bằng “iso-qms submit {document}”."
    en = "No version of {document} waits for signatures; submit it with “iso-qms submit {document}”."


class AlreadySubmitted(Refused):
    code = "ALREADY_SUBMITTED"
    vi = "Phiên bản {number} của {document} đang chờ ký."
    en = "Version {number} of {document} already waits for signatures."


class NoDraft(Refused):
    code = "NO_DRAFT"
    vi = "Tài liệu {document} không có dự thảo nào để thực hiện việc này; tạo bằng “iso-qms draft TỆP”."
    en = "{document} has no draft for this; make one with “iso-qms draft FILE”."


class SameContent(Refused):
    code = "SAME_CONTENT"
    vi = "Nội dung giống hệt phiên bản {number}; không có gì để soạn lại."
    en = "The content is exactly that of version {number}; there is nothing to draft."


class LabelTaken(Refused):
    code = "LABEL_TAKEN"
    vi = "Lần ban hành/sửa đổi {label} đã thuộc phiên bản {number} của {document}; hãy dùng số khác."
    en = "Label {label} belongs to version {number} of {document}; use another."


class OpenChanges(Refused):
    code = "OPEN_CHANGES"
    vi = "Tệp Word còn thay đổi chưa chấp nhận hoặc nhận xét ({count}); hãy chấp nhận trong Word, hoặc nói rõ bằng --accept-open-changes."
    en = "The Word file has unaccepted changes or comments ({count}); accept them in Word, or say so with --accept-open-changes."


class Ambiguous(Refused):
    code = "AMBIGUOUS_VERSION"
    vi = "Có nhiều phiên bản phù hợp ({numbers}); hãy chỉ rõ bằng --version."
    en = "Several versions qualify ({numbers}); name one with --version."


class NotApproved(Refused):
    code = "NOT_APPROVED"
    vi = "Phiên bản {number} của {document} chưa đủ chữ ký phê duyệt; còn chờ {waiting}."
    en = "Version {number} of {document} is not approved; it waits for {waiting}."


# --- issue and force ----------------------------------------------------------------------------------------------


class AlreadyIssued(Refused):
    code = "ALREADY_ISSUED"
    vi = "Phiên bản {number} đã được ban hành hoặc đang chờ hiệu lực; để áp dụng lại bản cũ, dùng “reinstate”."
    en = "Version {number} is issued already; to bring an old one back use “reinstate”."


class StartTaken(Refused):
    code = "START_TAKEN"
    vi = "Đã có một quyết định khác của {document} bắt đầu đúng lúc {start}; hãy chọn ngày khác hoặc hủy quyết định đó."
    en = "Another decision on {document} starts at exactly {start}; choose another day or rescind that one."


class BaseChanged(Refused):
    code = "BASE_CHANGED"
    vi = "Phiên bản {number} soạn từ phiên bản {base}, nhưng sau đó phiên bản {other} đã được ban hành; hãy kiểm tra rồi xác nhận bằng --base-checked."
    en = "Version {number} was drafted from version {base}, but version {other} was issued since; check it, then confirm with --base-checked."


class LateReason(Refused):
    code = "LATE_NEEDS_REASON"
    vi = "Ngày hiệu lực {legal} đã qua: hiệu lực thực thi tính từ lúc ghi nhận và phải nêu lý do (--reason)."
    en = "Legal date {legal} has passed: enforcement starts at recording, and a reason is needed (--reason)."


class ReasonNeeded(Refused):
    code = "REASON_NEEDED"
    vi = "Việc “{act}” phải nêu lý do (--reason)."
    en = "“{act}” needs a reason (--reason)."


class NothingPlanned(Refused):
    code = "NOTHING_PLANNED"
    vi = "Tài liệu {document} không có quyết định nào đang chờ hiệu lực để hủy."
    en = "{document} has no planned decision to rescind."


class AlreadyInForce(Refused):
    code = "ALREADY_IN_FORCE"
    vi = "Quyết định này đã có hiệu lực từ {start}; không thể hủy, hãy bãi bỏ hoặc ban hành phiên bản mới."
    en = "This decision took effect on {start}; it cannot be rescinded: withdraw the document or issue a new version."


class NothingInForce(Refused):
    code = "NOTHING_IN_FORCE"
    vi = "Tài liệu {document} không có phiên bản nào đang hiệu lực."
    en = "{document} has no version in force."


class NeverInForce(Refused):
    code = "NEVER_IN_FORCE"
    vi = "Phiên bản {number} chưa từng có hiệu lực nên không thể áp dụng lại; hãy ban hành."
    en = "Version {number} was never in force and cannot be reinstated; issue it."


class NotSuspended(Refused):
    code = "NOT_SUSPENDED"
    vi = "Tài liệu {document} không bị tạm ngưng."
    en = "{document} is not suspended."


class NotEmergency(Refused):
    code = "NOT_EMERGENCY"
    vi = "{document} không có ban hành khẩn cấp nào còn hạn để phê chuẩn."
    en = "{document} has no running emergency issue to ratify."


class EmergencyNeedsEnd(Refused):
    code = "EMERGENCY_NEEDS_END"
    vi = "Phiên bản {number} chỉ được duyệt theo luồng khẩn cấp: phải nêu ngày kết thúc bắt buộc (--until)."
    en = "Version {number} was approved by an emergency chain only: its mandatory end is needed (--until)."


class NotAllowedForDrafter(Refused):
    code = "DRAFT_OF_ANOTHER"
    vi = "Dự thảo phiên bản {number} đang chờ ký nên không thể thay nội dung từ luồng tự động; hãy trả lại trước."
    en = "Version {number} is under signature; its content cannot be replaced automatically: send it back first."


class AlreadyControlled(Refused):
    code = "ALREADY_CONTROLLED"
    vi = "Tài liệu {document} đã có phiên bản được duyệt trong kho; chỉ tiếp nhận bản duyệt trên giấy khi đưa tài liệu vào lần đầu."
    en = "{document} has a version that was approved here; a version approved on paper is taken over only at the very first."
    matters = True


class AdoptionClosed(Refused):
    code = "ADOPTION_CLOSED"
    vi = "Kho không mở việc tiếp nhận bản đã duyệt trên giấy; quản trị mở bằng “iso-qms policy adoption on” khi đưa bộ tài liệu vào."
    en = "Taking over what was approved on paper is switched off; “iso-qms policy adoption on” opens it while a set is brought in."
    matters = True


class RequestClosed(Refused):
    code = "REQUEST_CLOSED"
    vi = "Phiếu đề nghị số {request} đã được giải quyết."
    en = "Change request {request} was decided already."


class RequestNotAccepted(Refused):
    code = "REQUEST_NOT_ACCEPTED"
    vi = "Phiếu đề nghị số {request} chưa được chấp nhận nên chưa thể làm căn cứ cho phiên bản mới."
    en = "Change request {request} is not accepted and cannot be answered by a version yet."


# --- store --------------------------------------------------------------------------------------------------------


class ClockBehind(Refused):
    code = "CLOCK_BEHIND"
    vi = "Đồng hồ máy chậm hơn mục nhật ký gần nhất ({since}); hãy chỉnh giờ rồi thực hiện lại."
    en = "This machine's clock is behind the newest journal entry ({since}); set it right and repeat the act."
    matters = False


class NoStore(StoreTrouble):
    code = "NO_STORE"
    vi = "Chưa có kho dữ liệu tại {where}; tạo bằng “iso-qms init”."
    en = "There is no store at {where}; make one with “iso-qms init”."


class StoreExists(StoreTrouble):
    code = "STORE_EXISTS"
    vi = "Đã có kho dữ liệu tại {where}; không ghi đè."
    en = "There is a store at {where} already; it is not overwritten."


class OlderSchema(StoreTrouble):
    code = "OLDER_SCHEMA"
    vi = "Kho dữ liệu thuộc bản cũ hơn ({found}); nâng cấp bằng “iso-qms migrate” sau khi sao lưu."
    en = "The store has an older schema ({found}); back it up, then run “iso-qms migrate”."


class NewerSchema(StoreTrouble):
    code = "NEWER_SCHEMA"
    vi = "Kho dữ liệu do bản iso_qms mới hơn tạo ({found}); hãy cài bản mới hơn để mở."
    en = "The store was made by a newer iso_qms ({found}); install that version to open it."


class FileDamaged(StoreTrouble):
    code = "FILE_DAMAGED"
    vi = "Tệp {sha256} trong kho bị mất hoặc đã bị thay đổi; chạy “iso-qms audit verify” và khôi phục từ bản sao lưu."
    en = (
        "File {sha256} of the store is missing or was changed; run “iso-qms audit verify” and restore it from a backup."
    )


class JournalBroken(StoreTrouble):
    code = "JOURNAL_BROKEN"
    vi = "Nhật ký không nguyên vẹn tại mục {pos}; không ghi thêm. Chạy “iso-qms audit verify”."
    en = "The journal is damaged at entry {pos}; nothing is added. Run “iso-qms audit verify”."


def all_errors(root: type[QmsError] = QmsError) -> Iterator[type[QmsError]]:
    """Every error class of the tree, for the reference page and the tests that demand its words."""
    for kind in root.__subclasses__():
        yield kind
        yield from all_errors(kind)
