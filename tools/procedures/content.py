"""The words of a procedure and its forms, read from one TOML file; a change file names a base and says what differs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Signer:
    """One seat of the sign-off block: the seat's label, the person's name and position."""

    seat: str
    name: str
    position: str


@dataclass(frozen=True)
class Revision:
    """One row of the revision table, in the order of its five columns."""

    request: str
    place: str
    change: str
    issue: str
    date: str


@dataclass(frozen=True)
class Form:
    """A form that belongs to a procedure; `page` is one of A4, A5 or A4-ngang (landscape)."""

    code: str
    title: str
    body: str
    page: str = "A4"
    issue: str = "01"
    note: str = ""


@dataclass(frozen=True)
class Procedure:
    """A procedure as it will be printed; dates are dd/mm/yyyy texts, `labels` gives the words for code, issue, date."""

    code: str
    title: str
    unit: str
    issue: str
    date: str
    decision: str
    labels: dict[str, str]
    signers: tuple[Signer, ...]
    revisions: tuple[Revision, ...]
    body: str
    forms: tuple[Form, ...] = ()
    revision: str = ""
    numbering: str = "decimal"
    revision_title: str = "SỬA ĐỔI TÀI LIỆU"
    sign_rows: tuple[str, ...] = ("Họ và tên", "Chữ ký", "Chức vụ")
    tthc: tuple[str, ...] = field(default_factory=tuple)

    def facts(self) -> list[tuple[str, str]]:
        """The label and value pairs that cover and page header both print."""
        pairs = [(self.labels["code"], self.code), (self.labels["issue"], self.issue)]
        if self.revision:
            pairs.append((self.labels["revision"], self.revision))
        return [*pairs, (self.labels["date"], self.date)]


def load(path: Path) -> Procedure:
    """Read one content file; a file with `base` is the base after its `replace` list and its own values."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    base = raw.pop("base", None)
    if base is None:
        return _procedure(raw)
    merged = tomllib.loads((TEXTS / base).read_text(encoding="utf-8"))
    for pair in raw.pop("replace", []):
        if merged["body"].count(pair["old"]) != 1:
            raise ValueError(
                f"{path.name}: '{pair['old'][:60]}' phải có đúng một lần / must occur exactly once in {base}"
            )
        merged["body"] = merged["body"].replace(pair["old"], pair["new"])
    merged["forms"] = [*merged.get("forms", []), *raw.pop("forms", [])]
    merged["revisions"] = [*merged["revisions"], *raw.pop("revisions", [])]
    return _procedure(merged | raw)


def procedures() -> list[Path]:
    """The content files of the procedures in force, in the order of their names."""
    return sorted(TEXTS.glob("*.toml"))


def changes() -> list[Path]:
    """The content files of the prepared changes, in the order of their names."""
    return sorted((TEXTS / "changes").glob("*.toml"))


def _procedure(raw: dict[str, Any]) -> Procedure:
    lists: dict[str, Any] = {
        "signers": tuple(Signer(*row) for row in raw.pop("signers")),
        "revisions": tuple(Revision(*row) for row in raw.pop("revisions")),
        "forms": tuple(Form(**form) for form in raw.pop("forms", [])),
        "sign_rows": tuple(raw.pop("sign_rows", Procedure.sign_rows)),
        "tthc": tuple(raw.pop("tthc", ())),
    }
    return Procedure(**raw, **lists)
