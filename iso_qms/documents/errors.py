"""The one exception that leaves the reader of documents."""

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
