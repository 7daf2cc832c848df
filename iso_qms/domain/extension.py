"""The values that pass between the register and its plugins: frozen, plain, without sessions, requests or rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from iso_qms.domain.decision import VersionRef

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True, slots=True)
class Objection:
    """What a gate has against an act: `block` stops it, `warn` is shown; both sentences are for the person waiting."""

    code: str
    message_vi: str
    message_en: str
    severity: str = BLOCK
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class ImpactNote:
    """What an act would mean somewhere else, for the person who decides; it never stops anything."""

    code: str
    message_vi: str
    message_en: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found: what, where, on which clause it rests, how grave (`error`, `warning`, `note`)."""

    code: str
    message_vi: str
    message_en: str
    document: str | None = None
    severity: str = "warning"
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act that is about to happen: `issue`, `withdraw` or `rescind`, and everything a gate may want to know of it.

    Instants are aware UTC. `process` is the version's process (schema process/1), `process_before` that of the version
    in force until then. The verdict of a gate is bound to `sha256` and `history` and asked again when either changes.
    """

    act: str
    document: str
    title: str
    history: int
    version: int | None = None
    label: str = ""
    sha256: str = ""
    start: datetime | None = None
    legal_date: date | None = None
    decision: str = ""
    transition: str = "finish"
    sunset: datetime | None = None
    predecessor: VersionRef | None = None
    unit: str | None = None
    service_codes: tuple[str, ...] = ()
    process: Mapping[str, Any] = field(default_factory=dict)
    process_before: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


class RegisterView(Protocol):
    """What a plugin may read of the register; it writes nothing."""

    def in_force(self, document: str, at: datetime) -> VersionRef | None:
        """The version in force at an instant, None where nothing is or the document is unknown."""

    def process(self, document: str, number: int) -> Mapping[str, Any]:
        """The process of a version, empty where it has none."""

    def documents(self) -> Iterable[str]:
        """The codes of all documents."""

    def service_codes(self, document: str) -> tuple[str, ...]:
        """The TTHC procedures a document carries out."""


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a call: who acts (id and account), when, the plugin's own settings, the register's view."""

    actor: str
    login: str
    now: datetime
    settings: Mapping[str, Any]
    view: RegisterView


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, told after commit, at least once, in order per document; `id` is the idempotency key.

    `previous` is the version that governed before, `start` the instant (UTC) from which it counts.
    """

    id: str
    type: str
    pos: int
    document: str
    recorded_at: datetime
    actor: str
    version: int | None = None
    sha256: str | None = None
    start: datetime | None = None
    previous: int | None = None
