"""The answers as the front door gives them: what is in force, who did what, what waits, what a version holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.decision import Action, Decision, VersionRef
from iso_qms.domain.document import Document
from iso_qms.domain.manifest import Manifest
from iso_qms.services.registers import Change, Listed, Task

if TYPE_CHECKING:
    from iso_qms.documents import Reading
    from iso_qms.documents.compare import Difference
    from iso_qms.services.performing import Clock
    from iso_qms.services.registers import Registers
    from iso_qms.store.files import FileStore


class Answers:
    """What anybody may ask; the class that opens the store lends `registers`, `files` and `clock`."""

    registers: Registers
    files: FileStore
    clock: Clock

    def in_force(self, code: str, at: datetime | None = None, known: datetime | None = None) -> VersionRef | None:
        """The version in force at an instant (now), as known at another; None where nothing is."""
        return self.registers.in_force(code, at or self.clock.now(), known)

    def check(
        self,
        code: str,
        *,
        version: int | str | None = None,
        action: Action | str = Action.START,
        at: datetime | None = None,
        **asked: Any,
    ) -> Decision:
        """The full Decision for one question (`sha256`, `pin`, `elected`, `known`, `unit`); never raises for a no."""
        return self.registers.check(code, at=at or self.clock.now(), action=action, version=version, **asked)

    def document(self, code: str) -> Document:
        """Everything recorded about a document."""
        return self.registers.document(code)

    def history(self, code: str) -> list[ev.Recorded]:
        """Every act upon a document, in order."""
        return self.registers.document(code).history

    def master_list(self, at: datetime | None = None, known: datetime | None = None) -> list[Listed]:
        """What is in force at an instant (now), one line a document."""
        return self.registers.master_list(at or self.clock.now(), known)

    def tasks(self, person: str | None = None) -> list[Task]:
        """What waits for somebody, or for one account name."""
        return self.registers.tasks(self.clock.now(), person)

    def changes(self, after: datetime | None = None) -> list[Change]:
        """What will change by itself after an instant (now)."""
        return self.registers.changes(after or self.clock.now())

    def manifest(self, code: str, number: int) -> Manifest:
        """The files and process of a version, by digest; checked on reading."""
        document = self.document(code)
        if number not in document.versions:
            raise errors.UnknownVersion(document=code, number=number)
        return Manifest.from_bytes(self.files.get(document.versions[number].content.sha256))

    def read_file(self, code: str, number: int, name: str | None = None) -> bytes:
        """The bytes of one file of a version, the procedure itself by default; `FileDamaged` when they changed."""
        manifest = self.manifest(code, number)
        file = manifest.main if name is None else next((f for f in manifest.files if f.name == name), None)
        if file is None:
            raise errors.Unknown(what=f"“{name}”")
        return self.files.get(file.sha256)

    def reading(self, code: str, number: int) -> Reading:
        """What the reader makes of the procedure file of a version, as it is kept."""
        from iso_qms.documents import read_file

        main = self.manifest(code, number).main
        self.files.get(main.sha256)  # refuses a file that was changed
        found = read_file(self.files.path(main.sha256))
        kept = self.manifest(code, number).process
        # The data that were approved count, not what a reader proposes.
        process = json.loads(self.files.get(kept)) if kept is not None else found.process
        return replace(found, source=replace(found.source, name=main.name), process=process)

    def difference(self, code: str, old: int, new: int) -> Difference:
        """What two versions of a document differ in, in words, by section and by process."""
        from iso_qms.documents.compare import compare

        return compare(self.reading(code, old), self.reading(code, new))

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[ev.Recorded]:
        """The journal's acts in a range of positions."""
        return self.registers.entries(first, last)
