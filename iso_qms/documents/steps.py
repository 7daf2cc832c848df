"""Step tables: which tables of a document list the steps of its process, and what each row says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from iso_qms.documents.blocks import Cell, Content, Table, tables
from iso_qms.documents.durations import column_unit
from iso_qms.documents.front import grid
from iso_qms.documents.text import key, squeeze

# What a column's head (folded) says, with how strongly; the strongest column of a kind is taken.
_HEADS: dict[str, tuple[tuple[str, int], ...]] = {
    "no": (
        (r"(?:so\s+)?t\.?t|stt|so\s+(?:tt|thu\s+tu)|thu\s+tu|no\.?", 9),
        (r"(?:cac\s+)?buoc(?:\s+(?:cong\s+viec|thuc\s+hien|so))?|b", 6),
    ),
    "task": (
        (
            r"(?:noi\s+dung|trinh\s+tu|ten|mo\s+ta)\s+(?:cac\s+)?(?:cong\s+viec|buoc|thuc\s+hien|hoat\s+dong|xu\s+ly).*",
            9,
        ),
        (r"(?:noi\s+dung|trinh\s+tu|cong\s+viec|hoat\s+dong)(?:\s+(?:cong\s+viec|thuc\s+hien))?", 8),
        (r"(?:cac\s+)?buoc\s+(?:cong\s+viec|thuc\s+hien)|(?:cac\s+)?buoc\b.*trinh\s+tu.*", 5),
        (r"(?:mo\s+ta|dien\s+giai|luu\s+do|cach\s+thuc).*", 4),
        (r"(?:noi\s+dung|trinh\s+tu|cong\s+viec|nhiem\s+vu)\b.*", 6),
    ),
    "who": (
        (r"trach\s+nhiem(?:\s+(?:thuc\s+hien|xu\s+ly|chinh))?", 9),
        (
            r".*(?:don\s+vi|nguoi|bo\s+phan|co\s+quan|phong\s+ban|can\s+bo|chuc\s+danh|doi\s+tuong).*(?:thuc\s+hien|xu\s+ly|giai\s+quyet|chiu\s+trach\s+nhiem|phu\s+trach).*",
            9,
        ),
        (
            r"(?:don\s+vi|nguoi|bo\s+phan|co\s+quan|phong\s+ban|can\s+bo|chu\s+tri|thuc\s+hien|chuc\s+danh|ai\s+lam)\b.*",
            6,
        ),
    ),
    "time": ((r"(?:tong\s+)?(?:thoi\s+(?:gian|han|luong)|han\s+(?:xu\s+ly|giai\s+quyet)|so\s+(?:ngay|gio))\b.*", 9),),
    "form": (
        (r".*(?:bieu\s+mau|mau\s+bieu).*", 9),
        (r".*(?:ket\s+qua|san\s+pham|dau\s+ra).*", 7),
        (r"(?:ho\s+so|tai\s+lieu|giay\s+to|he\s+thong)\b.*", 5),
    ),
    "note": ((r"(?:ghi\s+chu|dien\s+giai|mo\s+ta|luu\s+y)\b.*", 3),),
}
_PATTERNS = {kind: tuple((re.compile(pattern), weight) for pattern, weight in heads) for kind, heads in _HEADS.items()}
_KEEPING = re.compile(r"\b(?:luu|bao quan|sua doi|luu tru)\b")
_TOTAL = re.compile(r"^[*\s]*(?:tong(?:\s+(?:cong|so|thoi\s+(?:gian|han)))?|cong)\b")
_NUMBER_PREFIX = re.compile(r"^\s*(?:buoc|b)\s*(\d{1,2}(?:\.\d{1,2})*[a-z]?)\s*[:.)-]*\s*")
_MAX_STEPS = 500


@dataclass(slots=True)
class StepRow:
    """One step as its row says it, as printed; `shares_time` when one time cell covers it and the step before."""

    no: str
    content: str
    who: str
    time: str
    form: str
    note: str = ""
    place: str = ""
    shares_time: bool = False


@dataclass(slots=True)
class StepTable:
    """All step tables of a document taken together, with the total they state and rows that are no step."""

    rows: list[StepRow] = field(default_factory=list)
    total: str = ""
    unit: str | None = None
    strays: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Head:
    columns: dict[str, int]
    first: int
    sub: int | None
    unit: str | None
    texts: tuple[str, ...]


def step_table(content: Content) -> StepTable:
    """Read every step table of the body in reading order; a table without a head continues the one before it."""
    found = StepTable()
    last: _Head | None = None
    width = 0
    for number, table in enumerate(_candidates(content), 1):
        head = _head(table)
        if head is None and last is not None and table.width == width and _continues(table, last, found):
            head = _Head(last.columns, 0, last.sub, last.unit, last.texts)
        if head is None:
            last = None
            continue
        found.unit = found.unit or head.unit
        _read(table, head, found, f"body, table {number}")
        last, width = head, table.width
    return found


def _candidates(content: Content) -> Iterator[Table]:
    for part in content.parts:
        if part.kind == "body":
            yield from tables(part.blocks)
    for part in content.parts:
        if part.kind == "textbox":
            yield from tables(part.blocks)


def _head(table: Table) -> _Head | None:
    """The row among the first four that names at least three of the columns, task or role and time among them."""
    places = grid(table)
    for row in table.rows[:4]:
        if len(row) < 3:
            continue
        columns = _columns(row)
        texts = tuple(key(cell.text) for cell in row)
        if len(columns) < 3 or "who" not in columns or not {"task", "time", "no"} & set(columns):
            continue
        if not {"task", "time"} & set(columns) or _KEEPING.search(" ".join(texts)):
            continue
        number = next((cell for cell in row if cell.col == columns.get("no")), None)
        sub = number.col + 1 if number is not None and number.colspan > 1 else None
        time = places.get((row[0].row, columns.get("time", -1)))
        first = max(cell.row + cell.rowspan for cell in row if cell.col in columns.values())
        return _Head(columns, first, sub, column_unit(time.text) if time else None, texts)
    return None


def _columns(row: tuple[Cell, ...]) -> dict[str, int]:
    """Columns by kind: strongest claims first, no column twice."""
    claims: list[tuple[int, int, str]] = []
    for cell in row:
        text = key(cell.text)
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
    return columns


def _continues(table: Table, head: _Head, found: StepTable) -> bool:
    """Whether a headless table's first row bears the number after the last step's."""
    first = next((cell for cell in table.rows[0] if cell.col == head.columns.get("no")), None) if table.rows else None
    digits = re.findall(r"\d+", key(first.text)) if first is not None else []
    before = re.findall(r"\d+", key(found.rows[-1].no)) if found.rows else []
    return bool(digits and before and int(digits[0][:6]) in (int(before[0][:6]), int(before[0][:6]) + 1))


def _read(table: Table, head: _Head, found: StepTable, place: str) -> None:
    places = grid(table)
    task_col = head.columns.get("task", head.columns["who"])
    for index in range(head.first, len(table.rows)):
        row = table.rows[index]
        spot = f"{place}, row {index + 1}"
        if len(found.rows) >= _MAX_STEPS or _is_head_again(row, head):
            continue
        joined = key(" ".join(cell.text for cell in row))
        if _TOTAL.match(joined):
            found.total = found.total or _total(row)
            continue
        task = places.get((index, task_col))
        if task is None or not task.text.strip():
            if joined:
                found.strays.append((squeeze(" ".join(cell.text for cell in row))[:200], spot))
            continue
        if task.row != index:
            _more(found, places, index, head)
        elif not (task.colspan > 1 and len(row) == 1):
            found.rows.append(_step(places, index, head, task, spot, len(found.rows)))


def _step(places: dict[tuple[int, int], Cell], index: int, head: _Head, task: Cell, spot: str, before: int) -> StepRow:
    def text(kind: str) -> str:
        cell = places.get((index, head.columns[kind])) if kind in head.columns else None
        return cell.text.strip() if cell is not None else ""

    time = places.get((index, head.columns["time"])) if "time" in head.columns else None
    number = _number(places, index, head) or _numbered(task)
    return StepRow(
        no=number or str(before + 1),
        content=task.text.strip(),
        who=text("who"),
        time=text("time"),
        form=text("form"),
        note=text("note"),
        place=spot,
        shares_time=time is not None and time.row != index and bool(time.text.strip()),
    )


def _number(places: dict[tuple[int, int], Cell], index: int, head: _Head) -> str:
    for col in (head.sub, head.columns.get("no")):
        cell = places.get((index, col)) if col is not None else None
        if cell is None:
            continue
        text = squeeze(cell.text) or _numbered(cell)
        if text and (col != head.sub or cell.col == head.sub):
            return text
    return ""


def _numbered(cell: Cell) -> str:
    """The number that Word prints before a cell's first paragraph, or that the text opens with (``Bước 2:``)."""
    for block in cell.blocks:
        if isinstance(block, Table):
            return ""
        if block.number:
            return block.number.strip(" .)")
        match = _NUMBER_PREFIX.match(key(block.text))
        return match[1] if match else ""
    return ""


def _more(found: StepTable, places: dict[tuple[int, int], Cell], index: int, head: _Head) -> None:
    """A further row under one merged task: its role, time and forms belong to the same step."""
    if not found.rows:
        return
    step = found.rows[-1]
    for kind in ("who", "time", "form"):
        cell = places.get((index, head.columns[kind])) if kind in head.columns else None
        if cell is not None and cell.row == index and cell.text.strip():
            setattr(step, kind, "\n".join(filter(None, (getattr(step, kind), cell.text.strip()))))


def _is_head_again(row: tuple[Cell, ...], head: _Head) -> bool:
    return tuple(key(cell.text) for cell in row) == head.texts


def _total(row: tuple[Cell, ...]) -> str:
    texts = [squeeze(cell.text) for cell in row if cell.text.strip()]
    with_figures = [text for text in texts if re.search(r"\d|½", text)]
    return with_figures[-1] if with_figures else texts[-1]
