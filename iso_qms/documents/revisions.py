"""The revision table (sửa đổi tài liệu), row by row."""

from __future__ import annotations

import re

from iso_qms.documents.blocks import Cell, Content, Table, tables
from iso_qms.documents.dates import find_date
from iso_qms.documents.grids import grid
from iso_qms.documents.reading import RevisionRow
from iso_qms.documents.text import key, squeeze
from iso_qms.documents.values import blank

# Heads of the columns, folded; the first pattern that fits decides.
_COLUMNS = (
    ("date", re.compile(r".*\bngay\b.*|thoi gian.*")),
    (
        "label",
        re.compile(r"(?:so )?lan\b.*|.*(?:ban hanh|sua doi) lan.*|phien ban.*|lan ban hanh.*|ban hanh / sua doi"),
    ),
    ("request", re.compile(r"(?:yeu cau|ly do|can cu|noi dung yeu cau).*")),
    ("old", re.compile(r"noi dung (?:cu|truoc).*|(?:truoc )khi sua.*|cu")),
    ("new", re.compile(r"noi dung (?:moi|sau).*|(?:sau )khi sua.*|moi")),
    ("description", re.compile(r"(?:mo ta|tom tat|noi dung).*|(?:cac )?thay doi.*|sua doi")),
    ("place", re.compile(r"(?:trang|vi tri|phan|muc|chuong).*")),
    ("note", re.compile(r"ghi chu.*")),
)
_MAX_ROWS = 200


def revision_rows(content: Content) -> tuple[RevisionRow, ...]:
    """The rows of the document's revision table, empty rows left out."""
    for part in content.parts:
        if part.kind not in ("body", "textbox"):
            continue
        for table in tables(part.blocks):
            columns, start = _head(table)
            if columns:
                return tuple(_rows(table, columns, start))
    return ()


def is_revision_table(table: Table) -> bool:
    """Whether a table is a revision table, whose heads must not be taken for labels of the document's own fields."""
    return bool(_head(table)[0])


def _head(table: Table) -> tuple[dict[str, int], int]:
    for row in table.rows[:3]:
        columns: dict[str, int] = {}
        for cell in row:
            text = key(cell.text)
            kind = next((name for name, pattern in _COLUMNS if len(text) < 70 and pattern.fullmatch(text)), None)
            if kind:
                columns.setdefault(kind, cell.col)
        told = {"description", "old", "new", "request"} & set(columns)
        if len(columns) >= 3 and told and {"date", "label"} & set(columns) and _about_revision(row):
            return columns, row[0].row + max(cell.rowspan for cell in row)
    return {}, 0


def _about_revision(row: tuple[Cell, ...]) -> bool:
    return (
        re.search(r"sua doi|thay doi|ban hanh|soat xet|bo sung", " ".join(key(cell.text) for cell in row)) is not None
    )


def _rows(table: Table, columns: dict[str, int], start: int) -> list[RevisionRow]:
    places = grid(table)
    found = []
    for index in range(start, min(len(table.rows), start + _MAX_ROWS)):
        texts = {name: squeeze(cell.text) for name, col in columns.items() if (cell := places.get((index, col)))}
        texts = {name: "" if blank(text) else text for name, text in texts.items()}
        if not any(texts.values()):
            continue
        dated = find_date(texts.get("date", "") or texts.get("label", ""))
        change = texts.get("description", "")
        if "old" in texts or "new" in texts:
            change = " ".join(
                filter(None, (change, " → ".join(filter(None, (texts.get("old", ""), texts.get("new", ""))))))
            )
        found.append(
            RevisionRow(
                request=texts.get("request", ""),
                place=texts.get("place", ""),
                description=change,
                label=texts.get("label", ""),
                date=dated.value if dated else None,
                date_text=texts.get("date", ""),
            )
        )
    return found
