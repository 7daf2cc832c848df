"""Invented texts and procedures, the same in every process."""

from __future__ import annotations

import hashlib
import random

DAY = 86_400
T0 = 1_577_836_800
"""01/01/2020, 00:00 UTC, in seconds."""
FAR = 4_102_444_800
"""01/01/2100, 00:00 UTC."""

SENTENCES = (
    "Trưởng bộ phận có trách nhiệm phê duyệt quy trình trước khi ban hành và bảo đảm mọi người liên quan được đào tạo.",
    "Hồ sơ phải được lưu giữ tối thiểu năm năm kể từ ngày hết hiệu lực, kèm theo biên bản soát xét, nhật ký kiểm tra.",
    "Cán bộ tiếp nhận kiểm tra thành phần hồ sơ theo danh mục, ghi giấy tiếp nhận và hẹn trả kết quả đúng thời hạn.",
    "Mọi thay đổi của tài liệu phải nêu rõ lý do, phạm vi ảnh hưởng, người đề nghị, người soát xét và người phê duyệt.",
    "Kết quả không phù hợp được nhận biết, tách riêng và xử lý theo quyết định của người có thẩm quyền.",
    "Khi quy trình mới có hiệu lực, các hệ thống phải từ chối thao tác theo phiên bản cũ và ghi nhận vào nhật ký.",
    "Đơn vị sử dụng rà soát tài liệu ít nhất mười hai tháng một lần và đề xuất cập nhật khi pháp luật thay đổi.",
    "Các bước được thực hiện tuần tự; không được bỏ qua bước kiểm tra nếu chưa có ý kiến bằng văn bản.",
)


def sha(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def body(size: int = 32 * 1024, seed: int = 0) -> str:
    """Vietnamese text of about `size` bytes of UTF-8."""
    dice, parts, length = random.Random(seed), [], 0
    while length < size:
        sentence = f"{dice.choice(SENTENCES)} (mục {dice.randrange(1000)}) "
        parts.append(sentence)
        length += len(sentence.encode())
    return "".join(parts)


BODIES = tuple(body(seed=i) for i in range(8))
SHAS = tuple(sha(text.encode()) for text in BODIES)


def starts(documents: int, versions: int = 5, seed: int = 7) -> list[tuple[int, int, int]]:
    """(document, version, start in seconds) of consecutive versions; the first within 2020, gaps of 30 to 530 days."""
    dice, found = random.Random(seed), []
    for document in range(documents):
        at = T0 + dice.randrange(365 * DAY)
        for version in range(1, versions + 1):
            found.append((document, version, at))
            at += dice.randrange(30 * DAY, 530 * DAY)
    return found
