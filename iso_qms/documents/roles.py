"""Who does a step: positions and units of Vietnamese offices, split where a cell names several, with stable keys."""

from __future__ import annotations

import re

from iso_qms.documents.text import fold, squeeze

# A slash or "và" inside these joins one role; everywhere else it separates two.
_ONE_ROLE = (
    "to chuc/ca nhan",
    "to chuc, ca nhan",
    "ca nhan, to chuc",
    "ca nhan/to chuc",
    "ca nhan, ho gia dinh",
    "to chuc, cong dan",
    "cong dan/to chuc",
    "tiep nhan va tra ket qua",
    "tn&tkq",
    "tn va tkq",
    "tai chinh va ke hoach",
    "tu phap va ho tich",
    "lao dong, thuong binh va xa hoi",
    "van hoa va thong tin",
    "van hoa, the thao va du lich",
    "giao duc va dao tao",
    "khoa hoc va cong nghe",
    "tai nguyen va moi truong",
    "nong nghiep va phat trien nong thon",
    "ke hoach va dau tu",
    "thong tin va truyen thong",
    "cong nghiep va thuong mai",
    "hdnd va ubnd",
    "hoi dong nhan dan va uy ban nhan dan",
    "kinh te va ha tang",
    "quan ly do thi va xay dung",
)
_JOINT = re.compile("|".join(re.escape(role).replace("/", r"\s*/\s*") for role in _ONE_ROLE))
_BREAK = re.compile(r"\n|;|\s*/\s*|\s+\+\s+|(?<=\w),\s+(?=[A-ZĐ])|\s+(?:và|hoặc)\s+(?=[A-ZĐ])")
_BULLET = re.compile(r"^[\s\-–+*•.▪]+|[\s.,;:]+$")
_POSITIONS = re.compile(
    r"^(?:(?:pho\s+)?(?:chu tich|giam doc|truong phong|truong ban|chi cuc truong|cuc truong|vu truong|chanh van phong"
    r"|chanh thanh tra|hieu truong|bi thu|to truong|doi truong|truong cong an|doc cong)|pho phong|pho ban|truong|pho"
    r"|chuyen vien|cong chuc|vien chuc|can bo|thu ky|van thu|ke toan|nhan vien|dai dien lanh dao|thanh vien|quan tri"
    r"|lanh dao|uy vien|tong giam doc|thu truong|bo truong|chanh|kiem soat vien|tham tra vien|chap hanh vien)\b"
)


def split_roles(text: str) -> tuple[str, ...]:
    """The roles a cell names, as printed; ``Tổ chức/cá nhân`` and the names of bodies with "và" in them stay whole."""
    folded = fold(text)
    kept = [(match.start(), match.end()) for match in _JOINT.finditer(folded)]
    pieces: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match[0] != "\n" and any(begin <= match.start() < end for begin, end in kept):
            continue
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    roles = (_BULLET.sub("", squeeze(piece)) for piece in pieces)
    return tuple(dict.fromkeys(role for role in roles if role))


def slug(text: str, limit: int = 60) -> str:
    """A key out of words: folded, ``-`` between words, cut at a word before `limit` characters."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    made = ""
    for word in words:
        if made and len(made) + 1 + len(word) > limit:
            break
        made = f"{made}-{word}" if made else word[:limit]
    return made


def position(text: str) -> bool:
    """Whether a line names a position rather than a person."""
    return _POSITIONS.match(squeeze(fold(text))) is not None


def person_name(text: str) -> bool:
    """Whether a line can be a person's name: two to six words with a capital each, none of a position."""
    words = squeeze(text).split(" ")
    if not 2 <= len(words) <= 6 or position(text) or re.search(r"[\d:()/,]", text):
        return False
    return all(word[:1].isupper() and word.replace(".", "").isalpha() for word in words)
