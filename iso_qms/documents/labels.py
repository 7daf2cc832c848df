"""The words by which offices label the fields of a procedure: one dictionary for covers, page headers and forms.

Variants of Vietnamese practice: the labels printed on procedures of wards, districts and departments from 2010 on.
"""

from __future__ import annotations

import re

# "QT" after "Mã số" is part of the label only before a colon; elsewhere it opens the code itself.
_THING = r"(?:\s*(?:cua\s+)?(?:tai\s+lieu|quy\s+trinh|van\s+ban|thu\s+tuc\s+iso|(?:qt|tl|iso)(?=\s*(?:[:(]|$))))?"

# Longest first inside one concept; every pattern is written for folded text.
_FIELDS: dict[str, str] = {
    "both": r"(?:lan\s+)?(?:ban\s+hanh|bh)\s*/\s*(?:lan\s+)?(?:sua\s+doi|soat\s+xet|sd)(?:\s+lan)?(?:\s+thu)?",
    "tthc": r"ma(?:\s+so)?\s+(?:thu\s+tuc(?:\s+hanh\s+chinh)?|tthc)",
    "code": (
        rf"(?:so\s*[/,]?\s*)?(?:k[yi]\s+)?ma\s+(?:hieu|so|k[yi]\s+hieu){_THING}|(?:so\s*[/,]?\s*)?(?:k[yi]|so)\s+hieu{_THING}"
        r"|(?:ma|so)\s+(?:tai\s+lieu|quy\s+trinh|van\s+ban|qt|tl)|ma(?=\s*:)|document\s+(?:code|no\.?|number)|doc\.?\s*no\.?|code"
    ),
    "effective_date": (
        r"(?:ngay\s+)?(?:bat\s+dau\s+)?(?:co\s+)?hieu\s+luc(?:\s+(?:thi\s+hanh|ap\s+dung))?(?:\s+(?:ke\s+)?tu)?(?:\s+ngay)?"
        r"|(?:ngay|thoi\s+diem)\s+(?:bat\s+dau\s+)?(?:ap\s+dung|thuc\s+hien|hl)|ap\s+dung\s+(?:ke\s+)?tu(?:\s+ngay)?|effective\s+date"
    ),
    "revision_date": (
        r"ngay(?:\s*,?\s*thang(?:\s*,?\s*nam)?)?\s+(?:sua\s+doi|soat\s+xet|chinh\s+sua|sd|cap\s+nhat)|revision\s+date"
    ),
    # The first issue's date stands on later issues too and is not theirs.
    "first_date": r"ngay\s+ban\s+hanh\s+(?:lan\s+dau(?:\s+tien)?|lan\s+(?:thu\s+nhat|0?1(?!\d)))",
    "issue_date": (
        r"(?:thoi\s+gian|ngay(?:\s*,?\s*thang(?:\s*,?\s*nam)?)?)\s+(?:ky\s+)?(?:ban\s+hanh|bh|phat\s+hanh|phe\s+duyet)"
        r"|ban\s+hanh\s+ngay|issue\s+date|date\s+of\s+issue"
    ),
    "issue": (
        r"(?:so\s+)?lan\s+(?:thu\s+)?(?:ban\s+hanh|phat\s+hanh|xuat\s+ban|bh)(?:\s+thu|\s+so)?"
        r"|(?:ban\s+hanh|phat\s+hanh|bh)\s+lan(?:\s+thu)?|phien\s+ban(?:\s+so)?|ban\s+so(?=\s*:)|lan(?:\s+thu)?(?=\s*:)|issue(?:\s+no\.?)?|version"
    ),
    "revision": (
        r"(?:so\s+)?lan\s+(?:thu\s+)?(?:sua\s+doi|soat\s+xet|chinh\s+sua|hieu\s+chinh|cap\s+nhat|ra\s+soat|sd|sua)"
        r"(?:\s+thu|\s+so)?"
        r"|(?:sua\s+doi|soat\s+xet|sd)\s+lan(?:\s+thu)?|sua\s+doi(?=\s*:\s*\d)|revision(?:\s+no\.?)?|rev\.?"
    ),
    "page_total": r"(?:tong\s+)?so\s+trang|trang(?:\s+so)?|page",
    "title": (
        r"ten\s+(?:tai\s+lieu|quy\s+trinh|thu\s+tuc(?:\s+hanh\s+chinh)?|van\s+ban|tthc|goi)|tieu\s+de|trich\s+yeu|title"
    ),
    "drafter": (
        r"(?:(?:can\s+bo|cong\s+chuc|don\s+vi|bo\s+phan|nguoi)\s+)?(?:bien\s+soan|soan\s+thao|du\s+thao)"
        r"|nguoi\s+(?:viet|lap|soan)|prepared\s+by"
    ),
    "reviewers": (
        r"(?:(?:can\s+bo|don\s+vi|bo\s+phan|nguoi)\s+)?(?:soat\s+xet|xem\s+xet|kiem\s+tra|tham\s+dinh|tham\s+tra|kiem\s+soat)"
        r"(?:\s*/\s*(?:xem\s+xet|soat\s+xet|kiem\s+tra))?|reviewed\s+by|checked\s+by"
    ),
    "approver": (
        r"(?:(?:lanh\s+dao|thu\s+truong|nguoi)\s+)?(?:phe\s+duyet|phe\s+chuan|duyet)|ky\s+duyet|nguoi\s+ky"
        r"|approved\s+by"
    ),
    "bare_date": r"ngay(?:\s*[,/]?\s*thang(?:\s*[,/]?\s*nam)?)?|date",
}
LABEL = re.compile(
    r"(?<![\w/])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _FIELDS.items()) + r")(?!\w)"
)
SIGNERS = ("drafter", "reviewers", "approver")

_SIGN_ROWS = {
    "name": r"ho\s*(?:va|,|&)?\s*ten(?:\s+nguoi.*)?|ten|ho\s+ten\s*/\s*chuc\s+vu",
    "position": r"chuc\s+vu(?:\s*/\s*don\s+vi)?|vi\s+tri(?:\s+cong\s+tac)?",
    "title": r"chuc\s+danh",
    "signature": r"(?:chu\s+ky|ky\s+ten|ky(?:\s*,?\s*ghi\s+ro\s+ho\s+ten)?)",
    "date": r"ngay(?:\s*,?\s*thang)?(?:\s+ky)?|thoi\s+gian",
}
SIGN_ROW = {name: re.compile(rf"(?:{pattern})") for name, pattern in _SIGN_ROWS.items()}

_NUMBERED = r"^\s*(?:(?:phan|muc|dieu|chuong)\s+)?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[ivx]{1,5}|[a-h])?\s*[.):/-]*\s*"
_SECTIONS = {
    "purpose": r"muc\s+dich(?:\s*(?:,|va)\s*(?:yeu\s+cau|pham\s+vi)(?:\s+ap\s+dung)?)?",
    "scope": r"pham\s+vi(?:(?:\s*(?:,|va))?\s+(?:doi\s+tuong|ap\s+dung)(?:\s+ap\s+dung)?)?",
    "references": (
        r"(?:tai\s+lieu|van\s+ban)\s+(?:vien\s+dan|tham\s+(?:chieu|khao)|lien\s+quan)(?:\s*(?:,|va|/)?\s*tham\s+khao)?"
        r"|can\s+cu(?:\s+phap\s+ly)?|co\s+so\s+phap\s+ly"
    ),
    "terms": (
        r"(?:thuat\s+ngu|dinh\s+nghia|giai\s+thich|khai\s+niem|cac\s+tu\s+viet\s+tat|tu\s+viet\s+tat|chu\s+viet\s+tat)"
        r"(?:[\s,/&]*(?:va\s+)?(?:thuat\s+ngu|dinh\s+nghia|tu\s+ngu|cac|chu|tu|viet\s+tat))*"
    ),
    "content": (
        r"(?:mo\s+ta\s+)?(?:noi\s+dung|luu\s+do)(?:\s+(?:quy\s+trinh|thuc\s+hien|thu\s+tuc))?|mo\s+ta\s+quy\s+trinh"
        r"|trinh\s+tu(?:\s+(?:thuc\s+hien|xu\s+ly\s+cong\s+viec|giai\s+quyet))?|quy\s+trinh\s+xu\s+ly(?:\s+cong\s+viec)?"
    ),
    "components": r"(?:thanh\s+phan(?:\s*,?\s*(?:va\s+)?so\s+luong)?\s+)ho\s+so|ho\s+so\s+(?:gom|bao\s+gom|phai\s+nop)",
    "forms": (
        r"(?:danh\s+muc\s+)?bieu\s+mau(?:\s+(?:kem\s+theo|su\s+dung|ap\s+dung))?|phu\s+luc(?:\s*,?\s*bieu\s+mau)?"
        r"|mau\s+bieu"
    ),
    "records": r"(?:luu\s+)?ho\s+so(?:\s+(?:can\s+)?luu(?:\s+tru)?)?|luu\s+tru(?:\s+ho\s+so)?",
    "responsibility": r"(?:trach\s+nhiem|quyen\s+han)(?:\s+(?:thuc\s+hien|ap\s+dung|cua\s+.*))?",
    "overview": r"gioi\s+thieu(?:\s+chung)?|quy\s+dinh\s+chung|noi\s+tiep\s+nhan.*",
}
SECTION = {name: re.compile(_NUMBERED + rf"(?:{pattern})\s*[:.]?\s*$") for name, pattern in _SECTIONS.items()}
NUMBERED = re.compile(_NUMBERED)

# Written with accents: folded, an agency's first word is that of many titles (Quận / Quản lý, Sở / Sổ, Bộ / Bổ sung).
AGENCY = re.compile(
    r"^(?:ubnd|uỷ ban nhân dân|ủy ban nhân dân|hđnd|hội đồng nhân dân|cộng h[òo][àa]? xã hội|độc lập|sở |cục |chi cục"
    r"|phòng (?!chống|ngừa)|bộ (?!phận)|tổng cục|văn phòng|trung tâm|ban quản lý|ban chỉ đạo|tỉnh |thành phố|huyện "
    r"|quận |thị xã|xã (?!hội)|phường |thị trấn|bảo hiểm|trường (?!hợp)|logo)"
)


# Sections that offices write on one line with their text: ``1. Mục đích: Quy định …``.
_WITH_TEXT = ("purpose", "scope")


def section_of(line: str) -> str | None:
    """The section a folded, squeezed line opens (``purpose``, ``content`` …), or ``None`` when it opens none."""
    if len(line) > 80 and ":" not in line[:40]:
        return None
    found = next((name for name, pattern in SECTION.items() if pattern.match(line)), None)
    if found is None and ":" in line:
        head = line.split(":", 1)[0]
        return next((name for name in _WITH_TEXT if SECTION[name].match(head)), None)
    return found
