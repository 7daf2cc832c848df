"""The words of the evidence report, Vietnamese and English side by side."""

from __future__ import annotations

from typing import Final

MEANINGS: Final = {
    "review": ("Soát xét", "Review"),
    "approval": ("Phê duyệt", "Approval"),
    "responsibility": ("Chịu trách nhiệm", "Responsibility"),
    "authorship": ("Soạn thảo", "Authorship"),
}

WORDS: Final = {
    "title": ("BÁO CÁO BẰNG CHỨNG TỪ NHẬT KÝ", "REPORT OF EVIDENCE FROM THE JOURNAL"),
    "authority": ("Cơ quan", "Authority"),
    "journal": ("Nhật ký", "Journal"),
    "scope": ("Phạm vi", "Scope"),
    "scope of": ("{scope}: {count} trong {size} mục", "{scope}: {count} of {size} entries"),
    "root": ("Mã băm gốc", "Root hash"),
    "fingerprint": ("Dấu vân tay khóa", "Fingerprint of the key"),
    "unsigned": ("mốc niêm phong không có chữ ký", "the checkpoint is not signed"),
    "whole": (
        (
            "Bộ này chứa toàn bộ nhật ký: mã băm gốc chứng minh không mục nào bị sửa, thêm hay bỏ so với mốc niêm "
            "phong. Hãy so dấu vân tay khóa với nguồn bên ngoài trước khi tin."
        ),
        (
            "This bundle holds the whole journal: the root hash proves that no entry was changed, added or left out "
            "against the checkpoint. Compare the fingerprint of the key with a source outside before you trust it."
        ),
    ),
    "part": (
        (
            "Bộ này chỉ chứa một phần nhật ký: mỗi mục được chứng minh là có trong nhật ký và đúng nguyên văn, nhưng "
            "KHÔNG chứng minh rằng không bỏ sót mục nào khác có liên quan. Muốn đầy đủ, hãy yêu cầu toàn bộ nhật ký."
        ),
        (
            "This bundle holds a part of the journal: each entry is proven to be in the journal word for word, but it "
            "does NOT prove that no other entry on the matter was left out. For completeness ask for the whole journal."
        ),
    ),
    "exceptions": ("1. Trường hợp ngoại lệ cần xem trước", "1. Exceptions to look at first"),
    "in force": ("2. Phiên bản nào có hiệu lực khi nào", "2. Which version was in force when"),
    "decisions": ("3. Ai quyết định việc gì, theo thẩm quyền nào", "3. Who decided what, with which authority"),
    "column pos": ("Mục", "Entry"),
    "column when": ("Thời điểm ghi", "Recorded"),
    "column what": ("Sự việc", "What happened"),
    "column document": ("Tài liệu", "Document"),
    "column version": ("Bản", "Version"),
    "column from": ("Có hiệu lực từ", "In force from"),
    "column until": ("Đến trước", "Until before"),
    "column decision": ("Quyết định", "Decision"),
    "column act": ("Hành vi", "Act"),
    "column who": ("Người thực hiện", "Person"),
    "column how": ("Ý nghĩa, thẩm quyền, lý do", "Meaning, authority, reason"),
    "column digest": ("Mã băm", "Digest"),
    "missing": ("Tệp {digest} bị thiếu hoặc hỏng trong kho", "File {digest} is missing or damaged in the store"),
    "impossible": (
        "Các mục về {code} tự mâu thuẫn, không thể là kết quả của các hành vi hợp lệ: nhật ký có thể đã bị viết lại",
        "The entries about {code} contradict one another; no valid acts lead to them: the journal may be rewritten",
    ),
    "entered": (
        "{count} mục do tài khoản máy nhập thay, không có mật khẩu của người thực hiện",
        "{count} entries were typed in by an account without the person's own secret",
    ),
    "entered one": ("nhập thay, không có mật khẩu", "entered by another, without the secret"),
    "open": ("chưa xác định", "open"),
    "nothing": ("bãi bỏ", "withdrawn"),
    "none": ("Không có.", "None."),
    "more": (
        "{count} dòng nữa không in ở đây; xem records.xlsx trong bộ bằng chứng.",
        "{count} further rows are not printed; see records.xlsx in the bundle.",
    ),
    "page": ("Trang", "Page"),
}
