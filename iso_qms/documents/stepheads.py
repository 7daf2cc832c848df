"""The heads of step tables: which columns hold number, task, responsible, time and forms, and how far they reach."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iso_qms.documents.blocks import Cell, Table
from iso_qms.documents.durations import column_unit
from iso_qms.documents.labelled import is_topic
from iso_qms.documents.labels import section_of
from iso_qms.documents.text import key

# What a column's head (folded) says, with how strongly; the strongest column of a kind is taken.
_HEADS: dict[str, tuple[tuple[str, int], ...]] = {
    "no": (
        (r"(?:so\s+)?t\W?t|s\W?t\W?t|so\s+(?:tt|thu\s+tu|buoc)|thu\s+tu|no|#", 9),
        (r"(?:cac\s+)?buoc(?:\s+(?:cong\s+viec|thuc\s+hien|tien\s+hanh|so|xu\s+ly))?|b", 6),
    ),
    "task": (
        (
            r"(?:noi\s+dung|trinh\s+tu|ten|mo\s+ta)\W+(?:cac\s+)?(?:cong\s+viec|buoc|thuc\s+hien|hoat\s+dong|xu\s+ly).*",
            9,
        ),
        (r"(?:noi\s+dung|trinh\s+tu|cong\s+viec|hoat\s+dong|quy\s+trinh)(?:\s+(?:cong\s+viec|thuc\s+hien))?", 8),
        (r"(?:noi\s+dung|trinh\s+tu|cong\s+viec|nhiem\s+vu|thao\s+tac|tien\s+trinh|viec\s+can\s+lam|activit)\b.*", 6),
        (r"activit(?:y|ies)|tasks?", 6),
        (r"(?:cac\s+)?buoc\s+(?:cong\s+viec|thuc\s+hien|tien\s+hanh|xu\s+ly)|(?:cac\s+)?buoc\b.*trinh\s+tu.*", 5),
        (r"(?:mo\s+ta|dien\s+giai|luu\s+do|cach\s+thuc).*", 4),
    ),
    "who": (
        (r"trach\s+nhiem(?:\s+(?:thuc\s+hien|xu\s+ly|chinh).*)?", 9),
        (
            (
                r".*(?:don\s+vi|nguoi|bo\s+phan|co\s+quan|phong\s+ban|can\s+bo|cong\s+chuc|chuc\s+danh|doi\s+tuong|ca\s+nhan"
                r"|chu\s+the|vi\s+tri|noi|ai)\b.*(?:thuc\s+hien|xu\s+ly|giai\s+quyet|chiu\s+trach\s+nhiem|phu\s+trach)\b.*"
            ),
            9,
        ),
        (
            (
                r"(?:don\s+vi|nguoi|bo\s+phan|co\s+quan|phong\s+ban|can\s+bo|cong\s+chuc|chu\s+tri|thuc\s+hien|chuc\s+danh"
                r"|ca\s+nhan|ai\s+lam)\b.*|responsib(?:le|ility)|who"
            ),
            6,
        ),
    ),
    "time": (
        (
            r"(?:tong\s+)?(?:thoi\s+(?:gian|han|luong|diem)|han\s+(?:xu\s+ly|giai\s+quyet|hoan\s+thanh)|so\s+(?:ngay|gio))\b.*",
            9,
        ),
        (r"tg|tien\s+do.*|dinh\s+muc\s+thoi\s+gian.*|time(?:\s+limit)?|duration", 8),
    ),
    "form": (
        (r".*(?:bieu\s+mau|mau\s+bieu).*|bm|mau\s+don.*", 9),
        (r".*(?:ket\s+qua|san\s+pham|dau\s+ra).*|outputs?|forms?", 7),
        (r"(?:ho\s+so|tai\s+lieu|giay\s+to|he\s+thong)\b.*", 5),
    ),
    "note": ((r"(?:ghi\s+chu|dien\s+giai|mo\s+ta|luu\s+y)\b.*", 3),),
}
_PATTERNS = {kind: tuple((re.compile(pattern), weight) for pattern, weight in heads) for kind, heads in _HEADS.items()}
_KEEPING = re.compile(r"\b(?:luu(?! do)|bao quan|sua doi)\b")
_ASIDE = re.compile(r"\([^)]*\)")
_MAX_HEADS = 60
_SECTION_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}\.?")


@dataclass(frozen=True, slots=True)
class Head:
    """One head: grid column by kind; its steps stand in rows `first` to `end` (exclusive).

    `sub` is a second number column under one merged head, `unit` what a bare figure counts, `texts` the head's words.
    """

    columns: dict[str, int]
    first: int
    end: int
    sub: int | None
    unit: str | None
    texts: tuple[str, ...]


def heads(table: Table) -> list[Head]:
    """All heads of a table in order: some offices set the whole procedure, its step table too, in one big table."""
    found: list[Head] = []
    starts: list[int] = []
    for index, row in enumerate(table.rows):
        if len(found) >= _MAX_HEADS:
            break
        if len(row) >= 3 and (head := _head(row)) is not None:
            found.append(head)
            starts.append(index)
    ends = [*starts[1:], len(table.rows)]
    return [
        Head(head.columns, head.first, _end(table, head, end), head.sub, head.unit, head.texts)
        for head, end in zip(found, ends, strict=False)
    ]


def opens_section(row: tuple[Cell, ...], width: int) -> bool:
    """Whether a row of fewer cells than the head begins another section of the document (``6 | Biểu mẫu``)."""
    filled = [cell for cell in row if cell.text.strip()]
    if not 1 <= len(filled) <= 2 or len(row) >= width:
        return False
    text = filled[-1].text.split("\n")[0]
    numbered = len(filled) == 1 or _SECTION_NUMBER.fullmatch(filled[0].text.strip()) is not None
    return numbered and (section_of(key(text)) is not None or is_topic(text))


def _end(table: Table, head: Head, limit: int) -> int:
    for index in range(head.first, limit):
        if opens_section(table.rows[index], len(head.texts)):
            return index
    return limit


def _head(row: tuple[Cell, ...]) -> Head | None:
    """A row that names at least three columns, the responsible and a task or time among them."""
    columns = _columns(row)
    texts = tuple(key(cell.text) for cell in row)
    named = set(columns)
    if len(named) < 3 or len(named & {"task", "who", "time"}) < 2:
        return None
    if _KEEPING.search(" ".join(texts)):
        return None
    by_col = {cell.col: cell for cell in row}
    number = by_col.get(columns.get("no", -1))
    sub = number.col + 1 if number is not None and number.colspan > 1 else None
    time = by_col.get(columns.get("time", -1))
    first = max(by_col[col].row + by_col[col].rowspan for col in columns.values())
    return Head(columns, first, first, sub, column_unit(time.text) if time else None, texts)


def _columns(row: tuple[Cell, ...]) -> dict[str, int]:
    """Columns by kind: strongest claims first, no column twice."""
    claims: list[tuple[int, int, str]] = []
    for cell in row:
        text = key(_ASIDE.sub(" ", cell.text))
        if not text or len(text) > 60:
            continue
        for kind, patterns in _PATTERNS.items():
            weight = max((weight for pattern, weight in patterns if pattern.fullmatch(text)), default=0)
            if weight:
                claims.append((-weight, cell.col, kind))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for _, col, kind in sorted(claims):
        if kind not in columns and col not in taken:
            columns[kind] = col
            taken.add(col)
    if "task" not in columns and (-6, columns.get("no", -1), "no") in claims:
        # "Các bước thực hiện" without a column of tasks beside it holds the tasks themselves.
        columns["task"] = columns.pop("no")
    return columns
