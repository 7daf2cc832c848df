"""The signed snapshot of one scope: a checkpoint in C2SP form over a body of timelines and processes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Action, Verdict
from iso_qms.domain.note import from_base64, to_base64
from iso_qms.domain.timeline import (
    Entry,
    Ratification,
    Rescission,
    Resumption,
    Suspension,
    Timeline,
    VersionState,
)

SCHEMA = "snapshot/1"

Row = TypeVar("Row", Entry, Rescission, Ratification, Suspension, Resumption, VersionState)


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: whose snapshot, which sequence, over which body, after which, signed when, until when.

    `prev` is (sequence, sha256) of the snapshot published before; None for the first. Times are whole seconds, UTC.
    """

    origin: str
    sequence: int
    digest: bytes
    prev: tuple[int, bytes] | None
    issued: datetime
    expires: datetime

    @property
    def text(self) -> str:
        """The note text: a C2SP tlog-checkpoint (origin, size, root hash) with three extension lines."""
        prev = f"{self.prev[0]} {to_base64(self.prev[1])}" if self.prev else "-"
        times = f"issued {_seconds(self.issued)}\nexpires {_seconds(self.expires)}\n"
        return f"{self.origin}\n{self.sequence}\n{to_base64(self.digest)}\nprev {prev}\n{times}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a note text; raises ValueError when a line is missing, out of place or not in its one spelling."""
        lines = text.split("\n")
        if len(lines) != 7 or lines[6]:
            raise ValueError("a snapshot checkpoint has six lines")
        head = cls(
            origin=lines[0],
            sequence=_number(lines[1]),
            digest=from_base64(lines[2]),
            prev=_previous(_after(lines[3], "prev ")),
            issued=_moment(_after(lines[4], "issued ")),
            expires=_moment(_after(lines[5], "expires ")),
        )
        if not head.origin or len(head.digest) != 32 or head.text != text:
            raise ValueError("a snapshot checkpoint has one spelling only")
        return head


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """One document as other offices need it: timeline, processes of issued versions, scope, and how to fail."""

    timeline: Timeline
    processes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    procedures: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    on_unknown: Mapping[Action, Verdict] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def public(timeline: Timeline) -> Timeline:
    """What everybody may know of a timeline: no drafts, and nobody's name."""
    issued = {entry.version for entry in timeline.entries}
    return Timeline(
        document=timeline.document,
        entries=tuple(_nameless(entry) for entry in timeline.entries),
        rescissions=timeline.rescissions,
        ratifications=timeline.ratifications,
        suspensions=timeline.suspensions,
        resumptions=timeline.resumptions,
        versions={number: state for number, state in timeline.versions.items() if number in issued},
    )


def encode(scope: str, documents: Iterable[DocumentSnapshot]) -> bytes:
    """The body of a snapshot as JSON bytes: the same documents give the same bytes. Drafts and names are left out."""
    listed = sorted((_document(document) for document in documents), key=lambda d: str(d["code"]))
    body = {"schema": SCHEMA, "scope": scope, "documents": listed}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(body: bytes, scope: str) -> dict[str, DocumentSnapshot]:
    """The documents of a body by code; raises ValueError when it is not one, or of another scope.

    Fields that this version does not know are kept in `extra` of the document or passed over.
    """
    raw = json.loads(body)
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise ValueError("it is not a snapshot of a schema known here")
    if raw.get("scope") != scope:
        raise ValueError("it is a snapshot of another scope")
    try:
        found = [_read_document(document) for document in raw["documents"]]
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"a document in it cannot be read: {error!r}") from error
    by_code = {document.timeline.document: document for document in found}
    if len(by_code) != len(found):
        raise ValueError("a document stands in it twice")
    return by_code


def digest_of(body: bytes) -> bytes:
    """SHA-256 of the uncompressed body: what the checkpoint names."""
    return sha256(body).digest()


_KNOWN = ("code", "rows", "versions", "processes", "procedures", "units", "on_unknown")


def _document(document: DocumentSnapshot) -> dict[str, Any]:
    timeline = public(document.timeline)
    rows = {
        name: [_plain(row) for row in getattr(timeline, name)]
        for name in ("entries", "rescissions", "ratifications", "suspensions", "resumptions")
    }
    processes = {str(n): dict(p) for n, p in document.processes.items() if n in timeline.versions}
    return {
        **document.extra,
        "code": timeline.document,
        "rows": {name: listed for name, listed in rows.items() if listed},
        "versions": [_plain(timeline.versions[number]) for number in sorted(timeline.versions)],
        "processes": processes,
        "procedures": sorted(document.procedures),
        "units": sorted(document.units),
        "on_unknown": {a.value: v.value for a, v in (document.on_unknown or {}).items()} or None,
    }


def _read_document(raw: Mapping[str, Any]) -> DocumentSnapshot:
    rows = raw["rows"]
    timeline = Timeline(
        document=_text(raw["code"]),
        entries=tuple(_row(Entry, r) for r in rows.get("entries", ())),
        rescissions=tuple(_row(Rescission, r) for r in rows.get("rescissions", ())),
        ratifications=tuple(_row(Ratification, r) for r in rows.get("ratifications", ())),
        suspensions=tuple(_row(Suspension, r) for r in rows.get("suspensions", ())),
        resumptions=tuple(_row(Resumption, r) for r in rows.get("resumptions", ())),
        versions={state.number: state for state in (_row(VersionState, r) for r in raw["versions"])},
    )
    said = raw.get("on_unknown")
    return DocumentSnapshot(
        timeline=timeline,
        processes={int(number): dict(process) for number, process in raw.get("processes", {}).items()},
        procedures=tuple(map(_text, raw.get("procedures", ()))),
        units=tuple(map(_text, raw.get("units", ()))),
        on_unknown={Action(a): Verdict(v) for a, v in said.items()} if said else None,
        extra={name: value for name, value in raw.items() if name not in _KNOWN},
    )


def _plain(row: object) -> dict[str, Any]:
    values = {f.name: getattr(row, f.name) for f in fields(row)}  # type: ignore[arg-type]
    defaults = {f.name: f.default for f in fields(row)}  # type: ignore[arg-type]
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value != defaults[name]
    }


_INSTANTS = frozenset(
    {"recorded_at", "start", "sunset", "accept_old_until", "until", "end", "at", "drafted_at", "approved_at"}
)
_NUMBERS = frozenset({"pos", "version", "entry", "suspension", "number"})


def _row(kind: type[Row], raw: Mapping[str, Any]) -> Row:
    names = {f.name for f in fields(kind)}
    values = {name: _value(name, value) for name, value in raw.items() if name in names}
    if kind is Entry:
        values.setdefault("recorded_by", "")
        values.setdefault("version", None)
    return kind(**values)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS:
        return aware(datetime.fromisoformat(_text(value)))
    if name == "legal_date":
        return date.fromisoformat(_text(value))
    if name in _NUMBERS:
        if type(value) is not int:
            raise TypeError(f"{name} is a whole number")
        return value
    if name == "units":
        return tuple(map(_text, value))
    return value if name == "reinstates" and type(value) is bool else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text is expected, not {type(value).__name__}")
    return value


def _nameless(entry: Entry) -> Entry:
    return Entry(**{**{f.name: getattr(entry, f.name) for f in fields(entry)}, "recorded_by": ""})


def _after(line: str, word: str) -> str:
    if not line.startswith(word):
        raise ValueError(f"a line must begin with {word.strip()!r}")
    return line[len(word) :]


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise ValueError("a sequence is a whole number")
    return int(text)


def _previous(text: str) -> tuple[int, bytes] | None:
    if text == "-":
        return None
    sequence, _, digest = text.partition(" ")
    return _number(sequence), from_base64(digest)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _seconds(moment: datetime) -> str:
    return aware(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
