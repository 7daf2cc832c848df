"""What the guard raises when a caller asked it to insist: each carries the decision or the fact it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iso_qms.domain.errors import QmsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iso_qms.domain.decision import Decision
    from iso_qms.guard.migration import MigrationPlan


class Denied(QmsError):
    """A rule of the register says no; `decision` says which and what helps."""

    code = "DENIED"

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(document=decision.document, reason=decision.reason)

    def message(self, lang: str = "vi") -> str:
        """The sentence of the decision."""
        return self.decision.message(lang)

    def __reduce__(self) -> tuple[type[Denied], tuple[Decision]]:
        """Refusals travel between processes, as results of tasks do."""
        return type(self), (self.decision,)


class Undecided(Denied):
    """There is no trustworthy answer, and the policy says that this is a no; `decision.verdict` is unknown."""

    code = "UNDECIDED"


class NotReady(Undecided):
    """The machine never had a verified snapshot: a wrong installation, not an outage."""

    code = "NOT_READY"


class PinConflict(QmsError):
    """The dossier was pinned otherwise meanwhile: read its pin again and decide again."""

    code = "PIN_CONFLICT"
    vi = "Hồ sơ {dossier} vừa được gắn với phiên bản khác của {document}; hãy đọc lại rồi quyết định."
    en = "Dossier {dossier} was pinned to another version of {document} meanwhile; read it again and decide."


class NotPinned(QmsError):
    """The dossier has no pin for this document, and none may be invented for it now."""

    code = "NOT_PINNED"
    vi = "Hồ sơ {dossier} chưa được gắn với phiên bản nào của {document}; hãy ghi viện dẫn khi tiếp nhận."
    en = "Dossier {dossier} is not pinned to a version of {document}; pin it as received."


class ReceiptRefused(QmsError):
    """The moment of receipt cannot be right: in the future, or too far back for a late entry without authority."""

    code = "RECEIPT_REFUSED"
    vi = "Thời điểm tiếp nhận hồ sơ {dossier} không hợp lệ: {why_vi}."
    en = "The moment of receipt of dossier {dossier} cannot be used: {why_en}."


class MigrationBlocked(QmsError):
    """A migration cannot be done as asked; `plan` shows what stands in the way."""

    code = "MIGRATION_BLOCKED"
    vi = "Chưa chuyển được hồ sơ {dossier} sang phiên bản {to}: bước bắt buộc mới chưa làm, chưa được miễn: {steps}."
    en = "Dossier {dossier} cannot migrate to version {to}: new mandatory steps neither done nor waived: {steps}."

    def __init__(self, plan: MigrationPlan, steps: Iterable[str]) -> None:
        self.plan = plan
        self.steps = tuple(steps)
        super().__init__(dossier=plan.dossier, to=plan.to.label, steps=", ".join(self.steps))

    def __reduce__(self) -> tuple[type[MigrationBlocked], tuple[MigrationPlan, tuple[str, ...]]]:
        """Refusals travel between processes, as results of tasks do."""
        return type(self), (self.plan, self.steps)


class BreakGlassRefused(QmsError):
    """Going on against a denial was asked for in a way that the rules do not allow."""

    code = "BREAK_GLASS_REFUSED"
    vi = "Không thể vượt quy tắc cho hồ sơ {dossier}: {why_vi}."
    en = "The rule cannot be overridden for dossier {dossier}: {why_en}."


class OutOfScope(QmsError):
    """No document covers this procedure in this unit."""

    code = "OUT_OF_SCOPE"
    vi = "Không có tài liệu nào áp dụng thủ tục {procedure} cho đơn vị {unit}; hãy hỏi cơ quan ban hành."
    en = "No document covers procedure {procedure} in unit {unit}; ask the issuing authority."


class AmbiguousScope(OutOfScope):
    """Two documents of equal rank claim a procedure and a unit; the issuing authority must choose."""

    code = "AMBIGUOUS_SCOPE"
    vi = "Nhiều tài liệu ({documents}) cùng nhận thủ tục {procedure} cho đơn vị {unit}; cơ quan ban hành phải chọn một."
    en = "Several documents ({documents}) claim procedure {procedure} in unit {unit}; the authority must choose one."


class SnapshotRefused(QmsError):
    """A fetched snapshot was not accepted, and nothing of it was kept; `why` is one of the codes of `WHY`."""

    code = "SNAPSHOT_REFUSED"
    vi = "Không nhận dữ liệu của {scope}: {said_vi} ({why}). Dữ liệu đang có vẫn được giữ nguyên."
    en = "The data of {scope} were not accepted: {said_en} ({why}). What is held stays as it is."

    WHY: ClassVar[dict[str, tuple[str, str]]] = {
        "ROLLBACK": ("bản này cũ hơn bản đang giữ", "they are older than those held"),
        "EQUIVOCATION": ("cùng số thứ tự nhưng nội dung khác", "same sequence, other content"),
        "FORK": ("bản này không nối tiếp bản đang giữ", "they do not follow those held"),
        "BAD_SIGNATURE": ("chữ ký không hợp lệ hoặc khóa không được tin cậy", "no valid signature of a trusted key"),
        "WRONG_ORIGIN": ("dữ liệu của phạm vi khác", "they belong to another scope"),
        "MIX_AND_MATCH": ("nội dung không khớp mã băm đã ký", "the content does not match the signed digest"),
        "EXPIRED_CHECKPOINT": ("mốc ký đã hết hạn", "the checkpoint has expired"),
        "ISSUED_IN_FUTURE": ("mốc ký ở tương lai; hãy kiểm tra đồng hồ", "issued in the future; check the clock"),
        "MALFORMED": ("dữ liệu không đọc được", "they cannot be read"),
        "TOO_LARGE": ("dữ liệu lớn quá mức cho phép", "they are too large"),
        "UNREACHABLE": ("không kết nối được", "the source cannot be reached"),
        "BAD_ROOT": ("chuỗi khóa gốc không hợp lệ", "the chain of root keys is not valid"),
        "CANNOT_WRITE": ("không ghi được vào thư mục lưu tạm", "the cache folder cannot be written"),
    }

    def __init__(self, why: str, scope: str, detail: str = "") -> None:
        self.why, self.scope, self.detail = why, scope, detail
        said_vi, said_en = self.WHY[why]
        super().__init__(why=why, scope=scope, said_vi=said_vi, said_en=said_en, detail=detail)

    def __reduce__(self) -> tuple[type[SnapshotRefused], tuple[str, str, str]]:
        """Refusals travel between processes, as results of tasks do."""
        return type(self), (self.why, self.scope, self.detail)
