"""What a document mentions anywhere in its text: legal texts, codes of administrative procedures, forms."""

from __future__ import annotations

import re
from collections.abc import Iterable

from iso_qms.documents.dates import find_date
from iso_qms.documents.reading import LegalBasis
from iso_qms.documents.text import canonical_code, fold, key, squeeze
from iso_qms.documents.values import TTHC

# Number and symbol by Nghị định 30/2020/NĐ-CP: Arabic number, "/" before the symbol, "-" between its groups;
# normative texts carry the year.
_NUMBER = re.compile(
    r"(?<![\w/])(\d{1,5}\s?/\s?(?:(?:19|20)\d\d\s?/\s?)?(?:[A-ZĐ]{1,8}\d{0,3}(?:\s?[-–]\s?[A-ZĐ&]{1,10})+|QH\d{1,2}|[A-ZĐ]{2,8}(?=[\s,.;)]|$))"
    r"|(?:\d{1,5}/VBHN-[A-ZĐ]{2,8}))(?![\w/])"
)
_KINDS = (
    *("Luật", "Bộ luật", "Pháp lệnh", "Nghị quyết", "Nghị định", "Thông tư liên tịch", "Thông tư", "Quyết định"),
    *("Chỉ thị", "Công văn", "Kế hoạch", "Hiến pháp", "Văn bản hợp nhất", "Thông báo", "Hướng dẫn", "Lệnh"),
)
_KIND = re.compile("|".join(re.escape(fold(kind)) for kind in sorted(_KINDS, key=len, reverse=True)))
_BY_FOLD = {fold(kind): kind for kind in _KINDS}
_UNNUMBERED = re.compile(r"\b(Bộ luật|Luật)\s+([A-ZĐ][\wÀ-ỹ]*(?:[ ,-]+[\wÀ-ỹ]+){0,9}?)\s+(?:năm\s+)?((?:19|20)\d\d)\b")
_STANDARD = re.compile(r"\b(TCVN|ISO)(?:\s+ISO)?\s+(\d{4,5})(?:\s*:\s*(\d{4}))?")
_FORM_CODE = re.compile(
    r"(?<![\w.\-/])((?:BMT?|MB|PL)[\s.\-–/]{0,3}(?:[A-ZĐ0-9]{1,8}[.\-–/])*[A-ZĐ]{0,6}\d{1,4}(?:[a-z](?!\w))?)(?![\w])"
)
_FORM_NAME = re.compile(
    r"\b((?:Mẫu(?:\s+(?:số|đơn|tờ khai))?|Phụ lục(?:\s+số)?)\s+"
    r"(?:[IVX]{1,5}\b|\d{1,3}[a-z]?(?:[.\-/]?[A-ZĐa-z0-9\-]{1,12}){0,4}))"
)
_MAX_FOUND = 500


def legal_bases(texts: Iterable[str]) -> tuple[LegalBasis, ...]:
    """The legal texts cited, each number once, in reading order; the date is the one printed right after the number."""
    found: dict[str, LegalBasis] = {}
    for text in texts:
        if "/" not in text and "uật" not in text and "ISO" not in text:
            continue
        for match in _NUMBER.finditer(text):
            number = re.sub(r"\s", "", match[1]).replace("–", "-")
            if number not in found and not re.fullmatch(r"\d+/\d{4}", number):
                found[number] = _basis(text, match, number)
        for match in _UNNUMBERED.finditer(text):
            name = squeeze(match[0])
            if not any(name in known.text for known in found.values()):
                found[key(name)] = LegalBasis(match[1], "", None, name)
        for match in _STANDARD.finditer(text):
            found.setdefault(key(match[0]), LegalBasis("Tiêu chuẩn", squeeze(match[0]), None, squeeze(match[0])))
        if len(found) > _MAX_FOUND:
            break
    return tuple(found.values())


def _basis(text: str, match: re.Match[str], number: str) -> LegalBasis:
    before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 45]
    kinds = list(_KIND.finditer(fold(before)))
    kind = _BY_FOLD[kinds[-1][0]] if kinds else _kind_by_symbol(number)
    dated = find_date(after) if re.match(r"\s*,?\s*(?:ngay|\()", fold(after)) else None
    start = max(0, match.start() - 60) + kinds[-1].start() if kinds else match.start()
    end = re.search(r"[;\n]|\.(?:\s|$)", text[match.end() :])
    stop = match.end() + (end.start() if end else len(text) - match.end())
    return LegalBasis(kind, number, dated.value if dated else None, squeeze(text[start : min(stop, start + 300)]))


def _kind_by_symbol(number: str) -> str:
    symbol = number.rsplit("/", 1)[-1]
    for mark, kind in (("NĐ", "Nghị định"), ("TTLT", "Thông tư liên tịch"), ("TT", "Thông tư"), ("QĐ", "Quyết định")):
        if symbol.startswith(mark):
            return kind
    for mark, kind in (
        ("NQ", "Nghị quyết"),
        ("CT", "Chỉ thị"),
        ("QH", "Luật"),
        ("KH", "Kế hoạch"),
        ("VBHN", "Văn bản hợp nhất"),
    ):
        if symbol.startswith(mark):
            return kind
    return ""


def tthc_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Codes of administrative procedures (``N.NNNNNN`` with or without the agency's tail), each once."""
    return tuple(dict.fromkeys(match[0] for text in texts for match in TTHC.finditer(text)))[:_MAX_FOUND]


def form_codes(text: str) -> tuple[str, ...]:
    """Forms a text names: codes such as ``BM.TP.07.02`` and names such as ``Mẫu số 01``, as printed, each once."""
    found: dict[str, str] = {}
    for pattern in (_FORM_CODE, _FORM_NAME):
        for match in pattern.finditer(text):
            name = squeeze(match[1]).rstrip(".-/")
            found.setdefault(canonical_code(name), name)
    return tuple(found.values())


def forms_named(texts: Iterable[str], own_code: str | None) -> tuple[str, ...]:
    """All forms a document names, without its own code."""
    found: dict[str, str] = {}
    for text in texts:
        for name in form_codes(text):
            found.setdefault(canonical_code(name), name)
    if own_code:
        found.pop(canonical_code(own_code), None)
    return tuple(found.values())[:_MAX_FOUND]
