"""The one exception that leaves the reader of documents, and the refusals that several of its modules make."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that cannot be read, said in one sentence of each language, with what to do about it.

    `code` is a stable word for programs (``encrypted``, ``damaged`` …); `advice` and `advice_en` are empty when
    there is nothing to advise.
    """

    def __init__(self, code: str, message_vi: str, message_en: str, advice: str = "", advice_en: str = "") -> None:
        super().__init__(code, message_vi, message_en, advice, advice_en)
        self.code = code
        self.message_vi = message_vi
        self.message_en = message_en
        self.advice = advice
        self.advice_en = advice_en or advice

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.message_vi} / {self.message_en}", self.advice) if part)


def encrypted() -> Unreadable:
    """The refusal of a file under a password."""
    return Unreadable(
        "encrypted",
        "Tệp được mã hoá hoặc đặt mật khẩu.",
        "The file is encrypted or protected by a password.",
        "Hãy bỏ mật khẩu trong Word (Tệp → Thông tin → Bảo vệ tài liệu) rồi lưu lại.",
        "Remove the password in Word (File → Info → Protect Document) and save again.",
    )


def damaged(detail_vi: str, detail_en: str) -> Unreadable:
    """The refusal of a broken file; the details complete its sentences."""
    return Unreadable(
        "damaged",
        f"Tệp bị hỏng: {detail_vi}.",
        f"The file is damaged: {detail_en}.",
        "Hãy mở bằng Word, để Word sửa, rồi lưu lại dạng .docx.",
        "Open it in Word, let Word repair it, and save it as .docx.",
    )


def too_large(detail_vi: str, detail_en: str) -> Unreadable:
    """The refusal of a file beyond a limit; the details complete its sentences."""
    return Unreadable(
        "too-large",
        f"Tệp vượt giới hạn an toàn: {detail_vi}.",
        f"The file exceeds a safety limit: {detail_en}.",
        "Hãy giảm dung lượng ảnh hoặc tách tài liệu rồi lưu lại.",
        "Shrink its pictures or split the document, and save again.",
    )


def entities(name: str) -> Unreadable:
    """The refusal of XML that declares a document type or entities."""
    return Unreadable(
        "entities",
        f"Phần {name} khai báo DTD hoặc thực thể XML, điều không có trong văn bản Word thật.",
        f"Part {name} declares a DTD or XML entities, which no genuine Word document does.",
        "Hãy mở bằng Word và lưu thành tệp mới.",
        "Open it in Word and save it as a new file.",
    )
