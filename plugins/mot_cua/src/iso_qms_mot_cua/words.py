"""Words that people type at the counter: one line, composed letters, not empty, not endless."""

from __future__ import annotations

import unicodedata

from iso_qms_mot_cua.refusals import BadWords

LONGEST = 1000


def line(given: str, vi: str, en: str, *, longest: int = 200) -> str:
    """One line of text in NFC without blanks around it; raises BadWords when it is empty, too long or no text.

    `vi` and `en` say what it is, for the person who typed it.
    """

    def refusal(why_vi: str, why_en: str) -> BadWords:
        return BadWords(what_vi=vi, what_en=en, why_vi=why_vi, why_en=why_en)

    if not isinstance(given, str):
        raise refusal("phải là chữ", "it is no text")
    plain = " ".join(unicodedata.normalize("NFC", given).split())
    if not plain:
        raise refusal("còn trống", "it is empty")
    if len(plain) > longest:
        raise BadWords(
            what_vi=vi, what_en=en, why_vi=f"dài quá {longest} ký tự", why_en=f"it is over {longest} letters"
        )
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in plain):
        raise BadWords(
            what_vi=vi, what_en=en, why_vi="có ký tự không in được", why_en="it holds letters nobody can print"
        )
    return plain


def reason(given: str) -> str:
    """A reason, which every act that touches somebody's time needs."""
    return line(given, "lý do", "the reason", longest=LONGEST)


def maybe(given: str, vi: str, en: str, *, longest: int = 200) -> str:
    """Like `line`, but nothing is fine."""
    return line(given, vi, en, longest=longest) if given != "" else ""
