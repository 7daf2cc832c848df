"""Step tables: which tables of a document list the steps of its process, and what each row says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from iso_qms.documents.blocks import Cell, Content, Table, tables
from iso_qms.documents.grids import grid
from iso_qms.documents.stepheads import Head, heads
from iso_qms.documents.text import key, squeeze

_TOTAL_HEAD = re.compile(r"[*\s]*(?:tong\b|cong\s*(?:[:.]|$))")
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
    """All step tables of a document taken together, with the total they state and rows that are no step.

    `starts` are the places in `rows` where a process begins: more than one where numbers start again.
    """

    rows: list[StepRow] = field(default_factory=list)
    total: str = ""
    unit: str | None = None
    starts: list[int] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)


def step_table(content: Content) -> StepTable:
    """Read every step table of the body in reading order; a table without a head continues the one before it."""
    found = StepTable()
    last: Head | None = None
    width = 0
    for number, table in enumerate(_candidates(content), 1):
        found_heads = heads(table)
        if not found_heads and last is not None and table.width == width and _continues(table, last, found):
            found_heads = [Head(last.columns, 0, len(table.rows), last.sub, last.unit, last.texts)]
        places = grid(table) if found_heads else {}
        for head in found_heads:
            found.unit = found.unit or head.unit
            before = len(found.rows)
            _read(table, places, head, found, f"body, table {number}")
            if _begins(found.rows, before):
                found.starts.append(before)
        if found_heads or table.rows:
            last, width = (found_heads[-1], table.width) if found_heads else (None, 0)
    return found


def _begins(rows: list[StepRow], at: int) -> bool:
    """Whether the rows from a place on begin another process: their numbers start again at the first one's."""
    return at < len(rows) and (at == 0 or key(rows[at].no) == key(rows[0].no))


def _candidates(content: Content) -> Iterator[Table]:
    for part in content.parts:
        if part.kind == "body":
            yield from tables(part.blocks)
    for part in content.parts:
        if part.kind == "textbox":
            yield from tables(part.blocks)


def _continues(table: Table, head: Head, found: StepTable) -> bool:
    """Whether a headless table's first row bears the number after the last step's."""
    first = next((cell for cell in table.rows[0] if cell.col == head.columns.get("no")), None) if table.rows else None
    digits = re.findall(r"\d+", key(first.text)) if first is not None else []
    before = re.findall(r"\d+", key(found.rows[-1].no)) if found.rows else []
    return bool(digits and before and int(digits[0][:6]) in (int(before[0][:6]), int(before[0][:6]) + 1))


def _read(table: Table, places: dict[tuple[int, int], Cell], head: Head, found: StepTable, place: str) -> None:
    task_col = head.columns.get("task", head.columns.get("who", 0))
    for index in range(head.first, min(head.end, len(table.rows))):
        row = table.rows[index]
        spot = f"{place}, row {index + 1}"
        if len(found.rows) >= _MAX_STEPS or _is_head_again(row, head):
            continue
        joined = key(" ".join(cell.text for cell in row))
        if _TOTAL_HEAD.match(next((key(cell.text) for cell in row if cell.text.strip()), "")):
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


def _step(places: dict[tuple[int, int], Cell], index: int, head: Head, task: Cell, spot: str, before: int) -> StepRow:
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


def _number(places: dict[tuple[int, int], Cell], index: int, head: Head) -> str:
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


def _more(found: StepTable, places: dict[tuple[int, int], Cell], index: int, head: Head) -> None:
    """A further row under one merged task: its role, time and forms belong to the same step."""
    if not found.rows:
        return
    step = found.rows[-1]
    for kind in ("who", "time", "form"):
        cell = places.get((index, head.columns[kind])) if kind in head.columns else None
        if cell is not None and cell.row == index and cell.text.strip():
            setattr(step, kind, "\n".join(filter(None, (getattr(step, kind), cell.text.strip()))))


def _is_head_again(row: tuple[Cell, ...], head: Head) -> bool:
    return tuple(key(cell.text) for cell in row) == head.texts


def _total(row: tuple[Cell, ...]) -> str:
    texts = [squeeze(cell.text) for cell in row if cell.text.strip()]
    with_figures = [text for text in texts if re.search(r"\d|½", text)]
    return with_figures[-1] if with_figures else texts[-1]
