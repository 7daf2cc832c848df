"""Where a service keeps the citations of its dossiers: appended, never changed, the last one counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, Protocol

from iso_qms.domain.decision import Citation
from iso_qms.guard.errors import PinConflict


@dataclass(frozen=True, slots=True)
class Override:
    """Break-glass: one dossier goes on against a denial, by a named person, for a reason, until a moment.

    `ratified_by` and `ratification` are empty until another person has confirmed it.
    """

    number: int
    dossier: str
    document: str
    denied: str
    by: str
    reason: str
    at: datetime
    until: datetime
    ratified_by: str = ""
    ratification: str = ""


class PinStore(Protocol):
    """What the guard needs of a service's database; citizens' dossiers never leave it."""

    def get(self, dossier: str, document: str) -> Citation | None:
        """The active citation of a dossier for a document: the last one added."""

    def add(
        self, dossier: str, citation: Citation, expect: Citation | None, act: Mapping[str, Any] | None = None
    ) -> None:
        """Append a citation if the active one is still `expect`; raises PinConflict when it is not.

        `act` says who moved the dossier, on what authority, with which steps waived; it is kept beside the citation.
        """

    def history(self, dossier: str, document: str) -> list[Citation]:
        """Every citation of a dossier for a document, oldest first."""

    def acts(self, dossier: str, document: str) -> list[Mapping[str, Any]]:
        """What was kept beside each citation of a dossier, oldest first."""

    def active(self, document: str) -> Iterable[tuple[str, Citation]]:
        """The dossiers of a document that are not closed, with their active citations."""

    def close(self, dossier: str, document: str, at: datetime) -> None:
        """The dossier is finished: it no longer counts as open."""

    def add_override(self, override: Override) -> Override:
        """Append a break-glass record and give it its number."""

    def ratify_override(self, number: int, by: str, ratification: str) -> Override:
        """Confirm a break-glass record once; raises LookupError when there is none, ValueError when it was done."""

    def overrides(self, dossier: str | None = None, document: str | None = None) -> list[Override]:
        """The break-glass records, oldest first."""


class MemoryPins:
    """A PinStore that lives as long as the process: for tests and for services that only ask."""

    def __init__(self) -> None:
        self._pins: dict[tuple[str, str], tuple[Citation, ...]] = {}
        self._acts: dict[tuple[str, str, int], Mapping[str, Any]] = {}
        self._closed: set[tuple[str, str]] = set()
        self._overrides: list[Override] = []
        self._lock = Lock()

    def get(self, dossier: str, document: str) -> Citation | None:
        """The last citation added."""
        chain = self._pins.get((dossier, document))
        return chain[-1] if chain else None

    def add(
        self, dossier: str, citation: Citation, expect: Citation | None, act: Mapping[str, Any] | None = None
    ) -> None:
        """Append, comparing first."""
        with self._lock:
            held = self._pins.get((dossier, citation.document), ())
            if (held[-1] if held else None) != expect:
                raise PinConflict(dossier=dossier, document=citation.document)
            self._pins[dossier, citation.document] = (*held, citation)
            self._acts[dossier, citation.document, len(held)] = dict(act or {})

    def history(self, dossier: str, document: str) -> list[Citation]:
        """All of them, oldest first."""
        return list(self._pins.get((dossier, document), ()))

    def acts(self, dossier: str, document: str) -> list[Mapping[str, Any]]:
        """One for each citation."""
        return [self._acts[dossier, document, place] for place in range(len(self._pins.get((dossier, document), ())))]

    def active(self, document: str) -> Iterable[tuple[str, Citation]]:
        """Open dossiers with their last citation."""
        return [
            (dossier, chain[-1])
            for (dossier, code), chain in sorted(self._pins.items())
            if code == document and (dossier, code) not in self._closed
        ]

    def close(self, dossier: str, document: str, at: datetime) -> None:
        """Remember that it is finished."""
        self._closed.add((dossier, document))

    def add_override(self, override: Override) -> Override:
        """Numbered from 1."""
        with self._lock:
            numbered = replace(override, number=len(self._overrides) + 1)
            self._overrides.append(numbered)
        return numbered

    def ratify_override(self, number: int, by: str, ratification: str) -> Override:
        """Once only."""
        with self._lock:
            if not 1 <= number <= len(self._overrides):
                raise LookupError(number)
            done = ratified(self._overrides[number - 1], by, ratification)
            self._overrides[number - 1] = done
        return done

    def overrides(self, dossier: str | None = None, document: str | None = None) -> list[Override]:
        """Filtered by dossier and document."""
        return [o for o in self._overrides if dossier in (None, o.dossier) and document in (None, o.document)]


def ratified(override: Override, by: str, ratification: str) -> Override:
    """The record confirmed by another person; raises ValueError when it already was, or by the same person."""
    if override.ratified_by:
        raise ValueError(f"{override.number}: đã được phê chuẩn / already ratified by {override.ratified_by}")
    if override.by == by:
        raise ValueError(f"{override.number}: người khác phải phê chuẩn / another person must ratify")
    return replace(override, ratified_by=by, ratification=ratification)
