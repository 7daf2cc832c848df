"""Rows of the revision table and names of the sign-off block, written into the tables that the office drew for them."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iso_qms.documents.blocks import Cell, Content, Paragraph, Part, Table
from iso_qms.documents.candidates import signer_label
from iso_qms.documents.labels import SIGN_ROW
from iso_qms.documents.names import TC, P
from iso_qms.documents.package import Element
from iso_qms.documents.reading import Signatory
from iso_qms.documents.revisions import is_revision_table, revision_rows
from iso_qms.documents.roles import person_name
from iso_qms.documents.text import key
from iso_qms.documents.values import blank
from iso_qms.documents.wordtext import Grid, cell_text, grid_of, model_of, replace_text, rows_of, set_cell, text_of

_PROBE = re.compile(r"\u27e6(\d+)\u27e7")


@dataclass(frozen=True, slots=True)
class Revision:
    """One row for the revision table: ``label`` is what is printed (``02/01``), ``on`` its civil date."""

    label: str
    on: date
    description: str
    place: str = ""
    request: str = ""
    old: str = ""
    new: str = ""


def write_revisions(table: Element, revisions: Sequence[Revision]) -> bool:
    """Put every revision into the table once, in its own columns, in free rows or new ones.

    A revision whose label and date the table already shows is left as somebody wrote it.
    """
    grid = grid_of(table)
    if not revisions or not grid or not is_revision_table(model_of(grid)):
        return False
    columns = _columns(model_of(grid))
    # Asked before the first row is written: one revision may have several rows, and rows of an officer's hand stand.
    height = len(rows_of(table))
    wanted = [texts for revision in revisions if (texts := _texts(columns, revision))]
    absent = [texts for texts in wanted if not any(_holds(grid, row, texts, columns) for row in range(height))]
    for texts in absent:
        row = _free_row(table, grid, columns)
        if row is None:
            return False
        grid = grid_of(table)
        for column, text in texts.items():
            set_cell(grid[row, column], text)
    return bool(absent)


def _columns(table: Table) -> dict[str, int]:
    """Which column holds what, asked of the reader itself: a row of marks is read, and the marks tell."""
    width = table.width
    heads = next(number for number in range(1, len(table.rows) + 1) if is_revision_table(Table(table.rows[:number])))
    marks = tuple(Cell((Paragraph(f"\u27e6{column}\u27e7"),), heads, column) for column in range(width))
    (row,) = revision_rows(Content((Part("body", "", (Table((*table.rows[:heads], marks)),)),)))
    found: dict[str, int] = {}
    for name in ("request", "place", "label"):
        if mark := _PROBE.fullmatch(getattr(row, name)):
            found[name] = int(mark[1])
    if mark := _PROBE.fullmatch(row.date_text):
        found["date"] = int(mark[1])
    told = [int(number) for number in _PROBE.findall(row.description)]
    found |= dict(zip(("description",) if len(told) == 1 else ("old", "new"), told[-2:], strict=False))
    return found


def _texts(columns: dict[str, int], revision: Revision) -> dict[int, str]:
    new = revision.new or revision.description
    known = {
        "label": revision.label,
        "date": f"{revision.on:%d/%m/%Y}",
        "description": revision.description,
        "place": revision.place,
        "request": revision.request,
        "old": revision.old,
        "new": new,
    }
    return {column: known[name] for name, column in columns.items() if known[name]}


def _holds(grid: Grid, row: int, texts: dict[int, str], columns: dict[str, int]) -> bool:
    """Whether a row already is this revision: the same label and date, or all the same texts where one is missing."""
    wanted = [columns[name] for name in ("label", "date") if name in columns]
    shown = {column: key(cell_text(grid[row, column])) for column in texts if (row, column) in grid}
    return all(shown.get(column) == key(texts[column]) for column in (wanted if len(wanted) == 2 else texts))


def _free_row(table: Element, grid: Grid, columns: dict[str, int]) -> int | None:
    """The first row below all text, or a new one made like the last whole one; ``None`` where no row is whole."""
    rows = rows_of(table)
    used = [number for number in range(len(rows)) if _written(grid, number, columns)]
    whole = [number for number in range(len(rows)) if _whole_row(grid, number, columns)]
    free = max(used, default=-1) + 1
    if free in whole:
        return free
    if not whole:
        return None
    made = copy.deepcopy(rows[whole[-1]])
    for cell in made.iter(TC):
        for line in list(cell.iterchildren(P))[1:]:
            cell.remove(line)
        set_cell(cell, "")
    rows[-1].addnext(made)
    return len(rows)


def _written(grid: Grid, row: int, columns: dict[str, int]) -> bool:
    return any((row, each) in grid and not blank(cell_text(grid[row, each])) for each in columns.values())


def _whole_row(grid: Grid, row: int, columns: dict[str, int]) -> bool:
    """Whether each known column has a cell of its own in this row, none that hangs down from above."""
    cells = [grid.get((row, each)) for each in columns.values()]
    above = {id(grid.get((row - 1, each))) for each in columns.values()}
    return all(cell is not None and id(cell) not in above for cell in cells) and len(set(map(id, cells))) == len(cells)


def write_signers(table: Element, signers: dict[str, list[Signatory]]) -> bool:
    """Write names and positions under or beside the words for drafter, reviewers and approver."""
    grid = grid_of(table)
    waiting = {name: list(people) for name, people in signers.items()}
    heads = _heads(grid)
    if not heads or not any(waiting.values()):
        return False
    across = len({row for row, _ in heads}) < len(heads)
    changed = False
    for (row, column), name in heads.items():
        if not waiting[name]:
            continue
        person = waiting[name].pop(0)
        changed |= _down(grid, row, column, person) if across else _right(grid, row, column, person)
    return changed


def _heads(grid: Grid) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    seen: set[int] = set()
    for spot, cell in sorted(grid.items()):
        name = signer_label(next((line for line in cell_text(cell).split("\n") if line.strip()), ""))
        if name and id(cell) not in seen:
            seen.add(id(cell))
            found[spot] = name
    return found


def _down(grid: Grid, row: int, column: int, person: Signatory) -> bool:
    """Columns of people: rows named Họ tên, Chức vụ …; without such names only a name already there is replaced."""
    changed = False
    for down in range(row + 1, max(each for each, _ in grid) + 1):
        cell, label = grid.get((down, column)), grid.get((down, 0))
        if cell is None:
            break
        kind = _kind(cell_text(label)) if label is not None and label is not cell else None
        if kind == "name":
            changed |= set_cell(cell, person.name)
        elif kind == "position" and person.position:
            changed |= set_cell(cell, person.position)
        elif kind is None:
            changed |= _rename(cell, person)
    return changed


def _right(grid: Grid, row: int, column: int, person: Signatory) -> bool:
    """Rows of people; a head row may name the columns."""
    kinds = {spot[1]: kind for spot, cell in sorted(grid.items()) if spot[0] < row and (kind := _kind(cell_text(cell)))}
    changed = False
    for across in range(column + 1, max(each for _, each in grid) + 1):
        cell = grid.get((row, across))
        if cell is None or cell is grid[row, column]:
            continue
        if kinds.get(across) == "name":
            changed |= set_cell(cell, person.name)
        elif kinds.get(across) == "position" and person.position:
            changed |= set_cell(cell, person.position)
        elif across not in kinds:
            changed |= _rename(cell, person)
    return changed


def _rename(cell: Element, person: Signatory) -> bool:
    for line in cell.iterchildren(P):
        shown = text_of(line).strip()
        if person_name(shown) and shown != person.name:
            replace_text(line, 0, len(text_of(line)), person.name)
            return True
    return False


def _kind(text: str) -> str | None:
    label = key(text)
    return next((kind for kind, pattern in SIGN_ROW.items() if pattern.fullmatch(label)), None)
