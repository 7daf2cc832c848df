"""The sign-off block: who drafted, reviewed and approved a document, with positions, in each layout in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iso_qms.documents.blocks import Block, Content, Table, tables
from iso_qms.documents.candidates import signer_label
from iso_qms.documents.front import Piece, cover
from iso_qms.documents.grids import grid
from iso_qms.documents.labels import LABEL, SIGN_ROW, SIGNERS
from iso_qms.documents.reading import Field, Signatory
from iso_qms.documents.roles import person_name, position
from iso_qms.documents.text import fold, key, squeeze
from iso_qms.documents.values import blank


class _Found:
    """The signatories met so far, in the order of the block; one person is one entry for each field."""

    def __init__(self) -> None:
        self.people: dict[str, list[tuple[Signatory, str, float]]] = {}

    def add(self, field: str, person: Signatory, place: str, confidence: float) -> None:
        known = self.people.setdefault(field, [])
        if (person.name or person.position) and all(
            person.name != other.name or not person.name for other, _, _ in known
        ):
            known.append((person, place, confidence))


def signatories(content: Content, pieces: Iterable[Piece]) -> dict[str, Field]:
    """The fields ``drafter``, ``reviewers`` (one or more) and ``approver``, as far as they are printed."""
    found = _Found()
    for place, table in _front_tables(content):
        _columns(table, place, found)
        if not found.people:
            _rows(table, place, found)
    for piece in pieces:
        if not piece.cell:
            _lines(piece, found)
    fields: dict[str, Field] = {}
    for field, people in found.people.items():
        if people:
            chosen = tuple(person for person, _, _ in people)
            _, place, confidence = people[0]
            value = chosen if field == "reviewers" else chosen[0]
            raw = "; ".join(f"{person.name} – {person.position}".strip(" –") for person in chosen)
            fields[field] = Field(value, raw, place, confidence)
    return fields


def _front_tables(content: Content) -> Iterator[tuple[str, Table]]:
    for part in content.parts:
        if part.kind in ("header", "body", "textbox", "footer"):
            blocks: tuple[Block, ...] = cover(part.blocks) if part.kind == "body" else part.blocks
            for number, table in enumerate(tables(blocks), 1):
                yield f"{part.kind}, table {number}", table


def _columns(table: Table, place: str, found: _Found) -> None:
    """``Soạn thảo · Xem xét · Phê duyệt`` side by side; rows below are named (Họ tên, Chức vụ) or only written in."""
    places = grid(table)
    for row in table.rows:
        heads = [(cell, field) for cell in row if (field := _cell_label(cell.text))]
        if len(heads) < 2:
            continue
        for head, field in heads:
            texts: dict[str, str] = {}
            loose = head.text.split("\n")[1:]
            for down in range(head.row + head.rowspan, len(table.rows)):
                cell = places.get((down, head.col))
                if cell is None or cell.row != down or _cell_label(cell.text):
                    break
                label = places.get((down, 0))
                kind = _row_kind(label.text) if label is not None and label is not cell else None
                if kind:
                    texts[kind] = squeeze(cell.text)
                else:
                    loose.extend(cell.text.split("\n"))
            person = _person(texts, loose)
            found.add(field, person, f"{place}, row {head.row + 1}, column {head.col + 1}", 0.95 if texts else 0.8)
        return


def _rows(table: Table, place: str, found: _Found) -> None:
    """One signer per row: ``Biên soạn | Nguyễn Văn A | Chuyên viên``; a head row may name the columns."""
    kinds: dict[int, str] = {}
    for row in table.rows:
        field = _cell_label(row[0].text) if row else None
        if field is None:
            named = {cell.col: kind for cell in row if (kind := _row_kind(cell.text))}
            kinds = named if len(named) >= 2 else kinds
            continue
        texts: dict[str, str] = {}
        loose: list[str] = []
        for cell in row[1:]:
            if kinds.get(cell.col):
                texts[kinds[cell.col]] = squeeze(cell.text)
            else:
                loose.extend(cell.text.split("\n"))
        if _cell_label(row[0].text) and len(row) == 1:
            loose = row[0].text.split("\n")[1:]
        person = _person(texts, loose)
        found.add(field, person, f"{place}, row {row[0].row + 1}", 0.95 if texts else 0.85)


def _lines(piece: Piece, found: _Found) -> None:
    """``Người soạn thảo: Nguyễn Văn A – Chuyên viên`` in a paragraph."""
    for line in piece.text.split("\n"):
        match = LABEL.match(fold(line).lstrip())
        if match is None or match.lastgroup not in SIGNERS:
            continue
        label, colon, rest = line.partition(":")
        if colon and signer_label(label):
            parts = [part for chunk in rest.split(",") for part in chunk.replace("–", " - ").split(" - ")]
            found.add(match.lastgroup or "", _person({}, parts), piece.place, 0.85)


def _cell_label(text: str) -> str | None:
    head = next((line for line in text.split("\n") if line.strip()), "")
    return signer_label(head)


def _row_kind(text: str) -> str | None:
    label = key(text)
    return next((kind for kind, pattern in SIGN_ROW.items() if pattern.fullmatch(label)), None)


def _person(texts: dict[str, str], loose: list[str]) -> Signatory:
    lines = [squeeze(line).strip("()") for line in loose]
    lines = [line for line in lines if line and not blank(line) and _row_kind(line) is None]
    name = texts.get("name", "") or next((line for line in lines if person_name(line)), "")
    place = texts.get("position", "") or next((line for line in lines if position(line) and line != name), "")
    return Signatory("" if blank(name) else name, "" if blank(place) else place, texts.get("title", ""))
