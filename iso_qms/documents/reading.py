"""What a document says about itself: the fields a reader found, each with its place and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from iso_qms.documents.blocks import Block, Cell, Content, Paragraph, Problem, Table


@dataclass(frozen=True, slots=True)
class Field:
    """One finding: its value, the text as printed, where it stands, and a confidence from 0 to 1."""

    value: Any
    raw: str
    place: str
    confidence: float

    def __str__(self) -> str:
        return str(self.value)


class Fields(Mapping[str, Field]):
    """The fields found, by name; ``fields["code"]`` is ``fields.code``, but the latter is ``None`` when not found."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Field]) -> None:
        self._found = dict(found)

    def __getitem__(self, name: str) -> Field:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __getattr__(self, name: str) -> Field | None:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._found.get(name)


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read: its name, size in bytes, media type and the SHA-256 of its bytes (hex)."""

    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person of the sign-off block: name, position and, where printed beside it, role in the ISO system."""

    name: str
    position: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One row of the revision table, as printed; `date` is ``None`` where the row's date cannot be read."""

    request: str = ""
    place: str = ""
    description: str = ""
    label: str = ""
    date: date | None = None
    date_text: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal text the document cites: kind (``Nghị định`` …), number and symbol, date, and the words around it."""

    kind: str
    number: str
    date: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one file; nothing in it is in force until a person confirms it.

    `process` is a proposal in schema ``process/1``. `code`, `title`, `issue` … give a field's value or ``None``.
    """

    source: Source
    fields: Fields
    revisions: tuple[RevisionRow, ...]
    legal_bases: tuple[LegalBasis, ...]
    tthc: tuple[str, ...]
    forms: tuple[str, ...]
    process: dict[str, Any] | None
    content: Content
    problems: tuple[Problem, ...] = field(default=())

    def _value(self, name: str) -> Any:
        found = self.fields.get(name)
        return found.value if found is not None else None

    @property
    def code(self) -> str | None:
        """The document's code as printed."""
        value: str | None = self._value("code")
        return value

    @property
    def title(self) -> str | None:
        """The document's title as printed."""
        value: str | None = self._value("title")
        return value

    @property
    def issue(self) -> int | None:
        """Number of the issue (lần ban hành)."""
        value: int | None = self._value("issue")
        return value

    @property
    def revision(self) -> int | None:
        """Number of the revision inside the issue (lần sửa đổi)."""
        value: int | None = self._value("revision")
        return value

    @property
    def issue_date(self) -> date | None:
        """Civil date of issue, as printed."""
        value: date | None = self._value("issue_date")
        return value

    @property
    def effective_date(self) -> date | None:
        """Civil date on which the document says it takes effect."""
        value: date | None = self._value("effective_date")
        return value

    @property
    def page_total(self) -> int | None:
        """Total of pages the document states."""
        value: int | None = self._value("page_total")
        return value

    @property
    def drafter(self) -> Signatory | None:
        """Who drafted it, by the sign-off block."""
        value: Signatory | None = self._value("drafter")
        return value

    @property
    def reviewers(self) -> tuple[Signatory, ...]:
        """Who reviewed it, by the sign-off block."""
        return self._value("reviewers") or ()

    @property
    def approver(self) -> Signatory | None:
        """Who approved it, by the sign-off block."""
        value: Signatory | None = self._value("approver")
        return value

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it: dates as ``YYYY-MM-DD``, blocks as objects with a ``type``."""
        shown = {
            "source": asdict(self.source),
            "fields": {name: _field(found) for name, found in self.fields.items()},
            "revisions": [_jsonable(asdict(row)) for row in self.revisions],
            "legal_bases": [_jsonable(asdict(basis)) for basis in self.legal_bases],
            "tthc": list(self.tthc),
            "forms": list(self.forms),
            "process": self.process,
            "problems": [asdict(found) for found in self.problems],
            "content": [
                {"kind": part.kind, "name": part.name, "blocks": [_block(block) for block in part.blocks]}
                for part in self.content.parts
            ],
        }
        return {"code": self.code, **shown}


def _field(found: Field) -> dict[str, Any]:
    return {
        "value": _jsonable(found.value),
        "raw": found.raw,
        "place": found.place,
        "confidence": round(found.confidence, 2),
    }


def _jsonable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Signatory):
        return asdict(value)
    if isinstance(value, dict):
        return {name: _jsonable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(item) for item in value]
    return value


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return {"type": "table", "rows": [[_cell(cell) for cell in row] for row in block.rows]}
    shown = {"type": "paragraph", "text": block.text, "level": block.level, "number": block.number}
    return {name: value for name, value in shown.items() if value is not None}


def _cell(cell: Cell) -> dict[str, Any]:
    shown: dict[str, Any] = {"row": cell.row, "col": cell.col}
    if cell.rowspan > 1:
        shown["rowspan"] = cell.rowspan
    if cell.colspan > 1:
        shown["colspan"] = cell.colspan
    if len(cell.blocks) == 1 and isinstance(cell.blocks[0], Paragraph) and cell.blocks[0].number is None:
        return {**shown, "text": cell.blocks[0].text}
    return {**shown, "blocks": [_block(block) for block in cell.blocks]}
