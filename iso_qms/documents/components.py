"""The papers of a dossier (thành phần hồ sơ): from their table or list, with originals and copies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from iso_qms.documents.blocks import Cell, Content, Table, tables
from iso_qms.documents.grids import grid
from iso_qms.documents.labelled import Labelled
from iso_qms.documents.mentions import form_codes
from iso_qms.documents.roles import slug
from iso_qms.documents.stepheads import opens_section
from iso_qms.documents.text import fold, key, squeeze

_HEADS = {
    "name": re.compile(r"(?:ten\s+)?(?:thanh\s+phan(?:\s+ho\s+so)?|ho\s+so|giay\s+to|tai\s+lieu)(?:\s+.{0,30})?"),
    "original": re.compile(r"ban\s+(?:chinh|goc)"),
    "copies": re.compile(r"ban\s+(?:sao|photo|chup)(?:\s+.{0,20})?"),
    "amount": re.compile(r"so\s+luong(?:\s+.{0,15})?"),
    "note": re.compile(r"ghi\s+chu|loai\s+ban|hinh\s+thuc|yeu\s+cau"),
    "form": re.compile(r"(?:bieu\s+)?mau(?:\s+.{0,25})?"),
}
_TICK = re.compile(r"[x✓☑☒vX√]", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-–+*•.▪]|\(?[a-zđ0-9]{1,3}[.)])\s*")
_GROUP = re.compile(r"(?:giay\s+to|ho\s+so|thanh\s+phan)?\s*(?:phai|can|truong\s+hop|doi\s+voi)\b.*")
_MAX_COMPONENTS = 200


def components(content: Content, sections: Iterable[Labelled]) -> list[dict[str, Any]]:
    """The papers to hand in: key, name, original and copies (``None`` where not said), when, forms."""
    found = [row for table in _tables(content) for row in table]
    if not found:
        found = [row for section in sections if section.topic == "components" for row in _listed(section)]
    keys: dict[str, int] = {}
    for row in found[:_MAX_COMPONENTS]:
        made = slug(row["name"], 40) or "thanh-phan"
        keys[made] = keys.get(made, 0) + 1
        row["key"] = made if keys[made] == 1 else f"{made}-{keys[made]}"
    return [{"key": row.pop("key"), **row} for row in found[:_MAX_COMPONENTS]]


def _tables(content: Content) -> Iterator[list[dict[str, Any]]]:
    for part in content.parts:
        if part.kind == "body":
            for table in tables(part.blocks):
                yield _rows(table)


def _rows(table: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    columns: dict[str, int] = {}
    group: str | None = None
    first = width = 0
    places = grid(table)
    for index, row in enumerate(table.rows):
        head = _columns(row)
        if head is not None:
            columns, first, width, group = head[0], head[1], len(row), None
        elif columns and _ends(row, width):
            columns = {}
        if index < first or not columns:
            continue
        texts = {name: squeeze(cell.text) for name, col in columns.items() if (cell := places.get((index, col)))}
        name = _BULLET.sub("", texts.get("name", ""))
        others = [text for kind, text in texts.items() if kind != "name" and text and text != texts["name"]]
        if name and not others and _GROUP.fullmatch(key(name)):
            group = name.rstrip(":")
        elif name:
            rows.append(_component(name, group, texts))
    return rows


def _ends(row: tuple[Cell, ...], width: int) -> bool:
    """Whether a row of a big table begins something else: another section, or the head of the steps."""
    return opens_section(row, width) or any(key(cell.text) in ("trach nhiem", "trinh tu", "thoi gian") for cell in row)


def _columns(row: tuple[Cell, ...]) -> tuple[dict[str, int], int] | None:
    columns: dict[str, int] = {}
    for cell in row:
        for kind, pattern in _HEADS.items():
            if kind not in columns and pattern.fullmatch(key(cell.text)):
                columns[kind] = cell.col
                break
    if "name" in columns and {"original", "copies", "amount"} & set(columns):
        return columns, row[0].row + max(cell.rowspan for cell in row)
    return None


def _component(name: str, group: str | None, texts: dict[str, str]) -> dict[str, Any]:
    original, copies = _ticked(texts.get("original")), _ticked(texts.get("copies"))
    said = _said(" ".join((texts.get("amount", ""), texts.get("note", ""), "" if "original" in texts else name)))
    return {
        "name": name,
        "original": original if original is not None else said[0],
        "copies": copies if copies is not None else said[1],
        "when": group,
        "forms": list(form_codes(f"{name} {texts.get('form', '')}")),
    }


def _ticked(text: str | None) -> int | None:
    if text is None:
        return None
    digits = re.search(r"\d{1,3}", text)
    return int(digits[0]) if digits else 1 if _TICK.fullmatch(text.strip()) else 0 if not text.strip() else None


def _said(text: str) -> tuple[int | None, int | None]:
    """Originals and copies in words: ``01 bản chính``, ``bản sao``."""
    folded = fold(text)
    original = re.search(r"(?:(\d{1,3})\s*)?(?:\([^)]*\)\s*)?ban\s+(?:chinh|goc)", folded)
    copies = re.search(r"(?:(\d{1,3})\s*)?(?:\([^)]*\)\s*)?ban\s+(?:sao|photo|chup)", folded)
    return (
        int(original[1] or 1) if original else None,
        int(copies[1] or 1) if copies else None,
    )


def _listed(section: Labelled) -> Iterator[dict[str, Any]]:
    """Papers listed under the heading, one per line; a line that ends with a colon names the case for those below."""
    group: str | None = None
    for line in section.lines:
        text = _BULLET.sub("", line).rstrip(" ;.")
        if not text or re.match(r"so luong|\(?tat ca|luu y", fold(text)):
            continue
        if line.rstrip().endswith(":"):
            group = text.rstrip(":")
            continue
        yield _component(text, group, {})
