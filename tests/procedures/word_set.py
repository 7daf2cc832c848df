"""The office's Word set as its tests read it: with python-docx alone, not with the product's own reader."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "procedures"
PROCEDURES = sorted(path for path in HOME.glob("*/*.docx") if path.stem == path.parent.name)
FORMS = sorted(path for path in HOME.glob("*/bieu-mau/BM.*.docx"))
CHANGES = sorted(path for path in HOME.glob("changes/*/*.docx") if path.stem == path.parent.name)
CHANGED_FORMS = sorted(HOME.glob("changes/*/bieu-mau/BM.*.docx"))
EVERY_FILE = [*PROCEDURES, *FORMS, *CHANGES, *CHANGED_FORMS]
WHOLE = [*PROCEDURES, *CHANGES]

FORM_CODE = re.compile(r"BM\.QT[.\-0-9A-ZĐ]*\.\d{2}")
_TIME = re.compile(r"^(\d+(?:,\d+)?) (ngày|giờ) làm việc$")
_TOTAL = re.compile(r"Tổng thời gian các bước: (\d+(?:,\d+)? (?:ngày|giờ) làm việc)")
_ANNOUNCED = re.compile(r"^(\d+(?:,\d+)? (?:ngày|giờ) làm việc)\b")


def name(path: Path) -> str:
    """How a file is called in a test's name."""
    return str(path.relative_to(HOME))


@cache
def opened(path: Path) -> Any:
    """The Word file, opened once."""
    return Document(str(path))


def minutes(text: str) -> int | None:
    """Working minutes of `0,5 ngày làm việc` or `02 giờ làm việc` at 8 hours a day; None when there is no bound."""
    match = _TIME.match(text)
    if not match:
        return None
    return round(float(match[1].replace(",", ".")) * (480 if match[2] == "ngày" else 60))


def rows(table: Any) -> list[list[str]]:
    """The texts of a table, row by row."""
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def tables(path: Path) -> list[list[list[str]]]:
    """All tables of the body as texts."""
    return [rows(table) for table in opened(path).tables]


def table_with(path: Path, *columns: str) -> list[list[str]]:
    """The one table whose header has all these columns."""
    found = [table for table in tables(path) if set(columns) <= set(table[0])]
    assert len(found) == 1, f"{name(path)}: {len(found)} bảng có cột {columns}"
    return found[0]


def steps(path: Path) -> list[list[str]]:
    """The rows of the step table: number, content, who, time, form or result."""
    found = [table for table in tables(path) if {"Trách nhiệm", "Thời gian"} <= set(table[0])]
    assert len(found) == 1
    return found[0][1:]


@dataclass(frozen=True)
class Announced:
    """The two places, besides the step table, where a procedure says how long it takes."""

    total_of_steps: str
    time_limit: str


def announced(path: Path) -> Announced:
    """What the sentence below the step table and the section (or row) *Thời gian xử lý* say."""
    document = opened(path)
    texts = [paragraph.text for paragraph in document.paragraphs]
    total = next(match[1] for text in texts if (match := _TOTAL.match(text)))
    if "Thời gian xử lý" in texts:
        limit = texts[texts.index("Thời gian xử lý") + 1]
    else:
        limit = next(row[1] for table in tables(path) for row in table if row[0] == "Thời gian xử lý")
    match = _ANNOUNCED.match(limit)
    assert match, limit
    return Announced(total, match[1])


def header_facts(path: Path) -> dict[str, str]:
    """Label and value pairs of the page header, without the page number."""
    (table,) = opened(path).sections[0].header.tables
    lines = rows(table)[0][2].split("\n")
    return {label: value for label, _, value in (line.partition(": ") for line in lines) if label != "Trang"}


def cover_facts(path: Path) -> dict[str, str]:
    """Label and value pairs of the cover's table."""
    return {label.rstrip(":"): value for label, value in tables(path)[0]}


def listed_forms(path: Path) -> list[str]:
    """The form codes of the procedure's own list, in order."""
    table = next(table for table in tables(path) if "Tên biểu mẫu" in table[0])
    return [row[1] for row in table[1:] if FORM_CODE.fullmatch(row[1])]
