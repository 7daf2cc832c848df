"""The JSON that goes out, as named shapes: what OpenAPI describes, and how the register's values become them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from iso_qms.domain.document import Version
from iso_qms.domain.timeline import Entry, Suspension, Timeline
from iso_qms.faces.api.shelf import Issued
from iso_qms.faces.dates import iso_text


class Problem(BaseModel):
    """A refusal (RFC 9457); `code` is stable, `title` is the sentence for a person."""

    type: str
    title: str
    status: int
    code: str
    trace: str


class Reference(BaseModel):
    """A version that nobody can mistake."""

    document: str
    number: int
    label: str
    sha256: str


class Decided(BaseModel):
    """The answer to a check; instants are RFC 3339 with the office's offset."""

    verdict: str
    reason: str
    action: str
    document: str
    asked: Reference | None
    current: Reference | None
    pinned: Reference | None
    remedy: str | None
    deadline: str | None
    at: str
    known: str
    pos: int
    freshness: str
    message: str


class AllDecided(BaseModel):
    """The answers to several checks, in the order of the questions."""

    decisions: list[Decided]


class Document(BaseModel):
    """One issued document; `id` is its code in canonical form, which any address takes."""

    id: str
    code: str
    title: str
    kind: str
    unit: str | None
    procedures: list[str]
    status: str
    current: Reference | None
    next_change: str | None


class Documents(BaseModel):
    """A page of documents; further ones are at the address of `Link: rel="next"`."""

    documents: list[Document]


class File(BaseModel):
    """One file of a version; `role` is main, form or annex; `size` in bytes."""

    name: str
    role: str
    sha256: str
    size: int
    href: str


class VersionShape(BaseModel):
    """One issued version."""

    document: str
    number: int
    label: str
    sha256: str
    title: str
    kind: str
    change_class: str
    status: str
    approved_at: str | None
    files: list[File]
    process: str | None


class Versions(BaseModel):
    """The issued versions of a document, oldest first."""

    versions: list[Reference]


class InForce(BaseModel):
    """What is in force at an instant; `status` is one of in_force, suspended, planned, withdrawn, none."""

    document: str
    at: str
    status: str
    current: Reference | None
    next_change: str | None


class Start(BaseModel):
    """One start point: from `start` on `version` governs, or nothing where it is null (withdrawn)."""

    pos: int
    start: str
    version: int | None
    legal_date: str
    decision: str
    transition: str
    sunset: str | None
    accept_old_until: str | None
    until: str | None
    reinstates: bool
    rescinded: bool
    recorded_at: str


class Pause(BaseModel):
    """A suspension: receiving (`new`) or everything (`all`) stops; `end` is null while nobody knows it."""

    pos: int
    start: str
    end: str | None
    scope: str
    version: int | None
    units: list[str]
    reason: str
    resumed_at: str | None


class TimelineShape(BaseModel):
    """All that decides when versions of a document govern; `tag` is the ETag's content, for If-Match."""

    document: str
    tag: str
    entries: list[Start]
    suspensions: list[Pause]


class Change(BaseModel):
    """Something recorded about a document at a journal position."""

    pos: int
    document: str
    kind: str
    version: int | None
    start: str | None


class Changes(BaseModel):
    """What was recorded after a position; ask again with `since` = `next`."""

    changes: list[Change]
    next: int


class State(BaseModel):
    """How far the server knows the register, and when an answer changes next by itself."""

    status: str
    pos: int
    next_change: str | None
    verified: bool


def text_of(instant: datetime | None) -> str | None:
    """An instant as RFC 3339 with the office's offset."""
    return None if instant is None else iso_text(instant)


def reference(found: Issued, version: Version) -> dict[str, Any]:
    """The name of a version."""
    return {
        "document": found.content.code,
        "number": version.number,
        "label": version.label,
        "sha256": version.content.sha256,
    }


def current(found: Issued, at: datetime, known: datetime | None = None) -> dict[str, Any] | None:
    """The name of the version in force at an instant."""
    entry = found.timeline.in_force(at, known)
    if entry is None or entry.version is None:
        return None
    return reference(found, found.document.versions[entry.version])


def status_of(timeline: Timeline, at: datetime, known: datetime | None = None, unit: str | None = None) -> str:
    """in_force, suspended (even if only for new dossiers), planned, withdrawn, or none where nothing governs."""
    entry = timeline.in_force(at, known)
    if entry is None:
        return "planned" if any(e.start > at for e in timeline.live(known)) else "none"
    if entry.version is None:
        return "withdrawn"
    return "suspended" if timeline.suspended(at, known, entry.version, unit).new else "in_force"


def version_status(timeline: Timeline, number: int, at: datetime) -> str:
    """What a version is at an instant: in_force, suspended, planned, superseded, withdrawn or rescinded."""
    governing = timeline.in_force(at)
    if governing is not None and governing.version == number:
        return status_of(timeline, at)
    own = [entry for entry in timeline.live() if entry.version == number]
    if not own:
        return "rescinded"
    if all(entry.start > at for entry in own):
        return "planned"
    return "withdrawn" if governing is None or governing.version is None else "superseded"


def document(found: Issued, at: datetime) -> dict[str, Any]:
    """One document as everybody may see it."""
    content = found.content
    return {
        "id": found.key,
        "code": content.code,
        "title": content.title,
        "kind": content.kind,
        "unit": content.unit,
        "procedures": list(content.service_codes),
        "status": status_of(found.timeline, at),
        "current": current(found, at),
        "next_change": text_of(found.timeline.next_change(at)),
    }


def timeline(found: Issued, known: datetime | None = None) -> dict[str, Any]:
    """The timeline as known at an instant, rescinded entries included."""
    line = found.timeline
    live = {entry.pos for entry in line.live(known)}
    seen = known or datetime.max.replace(tzinfo=found.timeline.entries[0].recorded_at.tzinfo)
    return {
        "document": found.content.code,
        "tag": found.tag,
        "entries": [_start(e, e.pos not in live) for e in line.entries if e.recorded_at <= seen],
        "suspensions": [_pause(s, line, seen) for s in line.suspensions if s.recorded_at <= seen],
    }


def _start(entry: Entry, rescinded: bool) -> dict[str, Any]:
    return {
        "pos": entry.pos,
        "start": text_of(entry.start),
        "version": entry.version,
        "legal_date": entry.legal_date.isoformat(),
        "decision": entry.decision,
        "transition": entry.transition,
        "sunset": text_of(entry.sunset),
        "accept_old_until": text_of(entry.accept_old_until),
        "until": text_of(entry.until),
        "reinstates": entry.reinstates,
        "rescinded": rescinded,
        "recorded_at": text_of(entry.recorded_at),
    }


def _pause(suspension: Suspension, line: Timeline, seen: datetime) -> dict[str, Any]:
    lifted = [r.at for r in line.resumptions if r.suspension == suspension.pos and r.recorded_at <= seen]
    return {
        "pos": suspension.pos,
        "start": text_of(suspension.start),
        "end": text_of(suspension.end),
        "scope": suspension.scope,
        "version": suspension.version,
        "units": list(suspension.units),
        "reason": suspension.reason,
        "resumed_at": text_of(min(lifted, default=None)),
    }
