"""What each act of the journal is called in print, in Vietnamese and English."""

from __future__ import annotations

from typing import Final

ACT_WORDS: Final[dict[str, tuple[str, str]]] = {
    "drafted": ("Soạn thảo", "Drafted"),
    "abandoned": ("Bỏ dự thảo", "Draft abandoned"),
    "submitted": ("Trình duyệt", "Submitted"),
    "signed": ("Ký", "Signed"),
    "returned": ("Trả lại", "Sent back"),
    "issued": ("Ban hành", "Issued"),
    "ratified": ("Xác nhận ban hành khẩn", "Emergency issue ratified"),
    "rescinded": ("Hủy ban hành", "Issue rescinded"),
    "withdrawn": ("Bãi bỏ", "Withdrawn"),
    "suspended": ("Tạm dừng áp dụng", "Suspended"),
    "resumed": ("Áp dụng trở lại", "Resumed"),
    "copy_printed": ("In bản sao", "Copy printed"),
    "copy_recalled": ("Thu hồi bản sao", "Copy recalled"),
    "adopted": ("Tiếp nhận bản đã duyệt trên giấy", "Taken over as approved on paper"),
    "acknowledged": ("Xác nhận đã đọc", "Read and understood"),
    "requested": ("Đề nghị thay đổi", "Change requested"),
    "request_decided": ("Giải quyết đề nghị thay đổi", "Change request decided"),
    "person_added": ("Thêm cán bộ", "Person added"),
    "person_changed": ("Thay đổi thông tin cán bộ", "Person changed"),
    "role_granted": ("Giao vai trò", "Role granted"),
    "role_revoked": ("Thu hồi vai trò", "Role revoked"),
    "credential_set": ("Đặt mật khẩu", "Secret set"),
    "person_deactivated": ("Ngừng quyền của cán bộ", "Person deactivated"),
    "person_reactivated": ("Cho phép cán bộ hoạt động lại", "Person reactivated"),
    "data_erased": ("Xóa dữ liệu cá nhân", "Personal data erased"),
    "operator_seen": ("Tài khoản vận hành xuất hiện lần đầu", "Operator account first seen"),
    "unit_added": ("Thêm đơn vị", "Unit added"),
    "unit_ended": ("Đơn vị kết thúc hoặc sắp xếp lại", "Unit ended or reorganised"),
    "chain_defined": ("Quy định luồng phê duyệt", "Approval chain defined"),
    "mandate_granted": ("Ủy quyền", "Mandate granted"),
    "mandate_revoked": ("Thu hồi ủy quyền", "Mandate revoked"),
    "store_founded": ("Lập sổ nhật ký", "Journal founded"),
    "policy_set": ("Thay đổi quy định của hệ thống", "Rule of the register set"),
    "plugins_changed": ("Thay đổi phần mở rộng", "Plugins changed"),
    "key_declared": ("Công bố khóa", "Key declared"),
    "act_refused": ("Hành vi bị từ chối", "Attempt refused"),
    "evidence_exported": ("Xuất bộ bằng chứng", "Evidence exported"),
    "audit_reviewed": ("Soát xét nhật ký", "Journal reviewed"),
    "backup_taken": ("Sao lưu", "Backup taken"),
    "store_restored": ("Khôi phục từ bản sao lưu", "Store restored"),
}
"""Vietnamese, English."""


def act_words(act: str, lang: str) -> str:
    """The name of an act in `vi` or `en`; an act that is not known here keeps its own word."""
    words = ACT_WORDS.get(act, (act, act))
    return words[1] if lang == "en" else words[0]
