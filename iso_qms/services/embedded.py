"""A guard's knowledge straight from the register: fresh at every answer, without a query while nothing changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.code import national_part, service_code
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.timeline import Timeline
from iso_qms.guard.source import Change, Claim, Counter, Source
from iso_qms.services.registers import Registers
from iso_qms.store import generation, journal
from iso_qms.store.files import FileStore


class Embedded(Source):
    """The register itself as a source; one for all threads of a process."""

    def __init__(self, engine: Engine, registers: Registers, files: FileStore) -> None:
        self._engine = engine
        self._registers = registers
        self._files = files
        self._read, self.close = generation.reader(engine, lambda: registers.head()[0])

    def generation(self) -> int:
        """Another number after every recorded change, by any process."""
        return self._read()

    def counter(self) -> Counter:
        """On SQLite the mapped counter itself: looking at it costs no call."""
        found = generation.counter(self._engine)
        return super().counter() if found is None else found.cell

    def pos(self) -> int:
        """Position of the newest entry."""
        return self._registers.head()[0] - 1

    def timeline(self, document: str) -> Timeline | None:
        """The timeline of a document by any spelling of its code; None when nobody knows it."""
        try:
            return self._registers.timeline(document)
        except errors.BadCode:
            return None

    def changed(self, since: int) -> Iterable[str] | None:
        """Documents touched after a position, by every code under which they were ever printed."""
        touched = {
            r.event.document for r in self._registers.entries(since + 1) if isinstance(r.event, ev.DocumentEvent)
        }
        return touched | set(self._registers.spellings(touched))

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """The structured process of each version that has one."""
        try:
            found = self._registers.document(document)
        except (errors.UnknownDocument, errors.BadCode):
            return {}
        processes: dict[int, Mapping[str, Any]] = {}
        for number, version in found.versions.items():
            manifest = Manifest.from_bytes(self._files.get(version.content.sha256))
            if manifest.process is not None:
                processes[number] = json.loads(self._files.get(manifest.process))
        return processes

    def claims(self, procedure: str) -> Iterable[Claim]:
        """The documents that carry out a TTHC procedure, matched on the part that survives mergers of provinces.

        One document alone is meant for every unit (NĐ 118/2025/NĐ-CP: a dossier is received wherever it is brought);
        of several, each is meant for the unit that keeps it.
        """
        try:
            wanted = national_part(service_code(procedure))
        except errors.BadServiceCode:
            return
        found = [d.last for d in self._registers.documents() if wanted in map(national_part, d.last.service_codes)]
        for content in found:
            units = (content.unit,) if content.unit and len(found) > 1 else ()
            yield Claim(content.code, procedure, units)

    def documents(self) -> Iterable[str]:
        """The codes of all documents."""
        return [document.last.code for document in self._registers.documents()]

    def changes(self, since: int) -> Iterable[Change]:
        """What was issued, withdrawn, rescinded, suspended or resumed after a position, in order."""
        for record in self._registers.entries(since + 1):
            event = record.event
            if isinstance(event, ev.Issued | ev.Withdrawn | ev.Rescinded | ev.Ratified | ev.Suspended | ev.Resumed):
                number = getattr(event, "number", None)
                yield Change(record.pos, event.document, event.act, number, getattr(event, "start", None))

    def checkpoint(self) -> bytes:
        """Size and root of the journal as an unsigned checkpoint body, so that a pin says what it stood on."""
        with self._engine.connect() as connection:
            head = journal.head(connection)
        return f"{head.size} {bytes(head.root).hex()}".encode()
