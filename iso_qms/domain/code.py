"""Document codes and TTHC codes: what counts as the same code, and what counts as a code at all."""

from __future__ import annotations

import re
import unicodedata

from iso_qms.domain.errors import BadCode, BadServiceCode

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_SHAPE = re.compile(r"^[^\W\d_][^\W_]*(?:[-./ ]+[^\W_]+)*$")
_USUAL = re.compile(r"^(QT|HD|BMT?|QĐ|STCL|CSCL|MTCL|HTQLCL|PL)(?:[-./][A-ZĐ]{1,12})*[-./]?\d{0,3}(?:[-./]\d{1,3})*$")
_TTHC = re.compile(r"^\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}(?:\.\d{2})?)?$", re.ASCII)
_LONGEST = 60


def _refuse(given: str, why_vi: str, why_en: str) -> BadCode:
    return BadCode(given=given[:_LONGEST].encode("utf-8", "replace").decode(), why_vi=why_vi, why_en=why_en)


def clean_code(given: str) -> str:
    """The code as it is printed: NFC, dashes unified, white space folded; `BadCode` for anything that is no code.

    Letters are those of Vietnamese and English: no look-alike of another alphabet can pass for an existing code.
    """
    if len(given) > _LONGEST:
        raise _refuse(given, f"dài quá {_LONGEST} ký tự", f"it is longer than {_LONGEST} characters")
    code = " ".join(unicodedata.normalize("NFC", given).translate(_DASHES).split())
    if not code or not _SHAPE.match(code):
        raise _refuse(given, "chỉ gồm chữ, số và . - /", "it may only hold letters, digits and . - /")
    for char in code:
        if char.isnumeric() and not char.isascii():
            raise _refuse(given, "chữ số phải là 0–9", "digits must be 0–9")
        if char.isalpha() and not _is_ours(char):
            raise _refuse(given, f"chữ “{char}” không phải chữ cái tiếng Việt", f"letter “{char}” is not a plain one")
    return code


def _is_ours(letter: str) -> bool:
    base = unicodedata.normalize("NFD", letter)[0]
    return base.isascii() or letter in "đĐ"


def document_key(given: str) -> str:
    """The canonical form under which codes are compared: `qt - 5`, `QT.05` and `QT–05` are all `QT-5`.

    Upper case, one separator, numbers without leading zeros, `Đ` kept (it is another letter than `D`).
    """
    code = clean_code(given).upper()
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in _PARTS.findall(code))


def is_usual(given: str) -> bool:
    """Whether a code follows the patterns usual in Vietnamese offices; a free code is allowed with a warning."""
    return bool(_USUAL.match(clean_code(given).upper().replace(" ", "")))


def service_code(given: str) -> str:
    """A TTHC code (mã thủ tục hành chính), national part with or without the agency's copy; `BadServiceCode` else."""
    code = "".join(given.split()).upper()
    if not _TTHC.match(code):
        raise BadServiceCode(given=given[:_LONGEST])
    return code


def national_part(code: str) -> str:
    """The part of a TTHC code that survives mergers of provinces: `2.000815` of `2.000815.000.00.00.H46`."""
    return code[:8]
