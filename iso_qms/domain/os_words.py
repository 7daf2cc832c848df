"""Why the operating system refused a file, in Vietnamese and English."""

from __future__ import annotations

import errno

_VIETNAMESE = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền truy cập",
    errno.EPERM: "hệ điều hành không cho phép",
    errno.EEXIST: "đã có tệp hoặc thư mục này",
    errno.EISDIR: "đây là thư mục",
    errno.ENOTDIR: "đây không phải thư mục",
    errno.ENOTEMPTY: "thư mục không trống",
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "đã hết hạn mức lưu trữ",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENAMETOOLONG: "tên tệp quá dài",
    errno.ELOOP: "liên kết quẩn vòng",
    errno.EBUSY: "tệp đang được dùng",
    errno.EIO: "lỗi đọc ghi của ổ đĩa",
    errno.EMFILE: "mở quá nhiều tệp cùng lúc",
}


def told(place: object, error: OSError) -> str:
    """A place and why it was refused, as the one fact of a refusal that keeps both languages apart by a slash."""
    words = why(error)
    return f"{place}: {words['why_vi']} / {place}: {words['why_en']}"


def why(error: OSError) -> dict[str, str]:
    """The facts `why_vi` and `why_en` of a refusal; what has no Vietnamese words here keeps the system's own."""
    english = error.strerror or str(error)
    return {"why_vi": _VIETNAMESE.get(error.errno or 0, english), "why_en": english}
