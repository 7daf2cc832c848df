"""The acts upon documents as the front door offers them: files in, signatures and dates on; each a recorded act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Content
from iso_qms.domain.canonical import canonical
from iso_qms.domain.document import Version
from iso_qms.domain.manifest import Manifest, build
from iso_qms.domain.people import Person
from iso_qms.domain.process import confirmed
from iso_qms.services import intake

if TYPE_CHECKING:
    from iso_qms.services.control import Control
    from iso_qms.services.registers import Registers
    from iso_qms.store.files import FileStore

FileArgument = str | Path | Sequence[str | Path]


class Acts:
    """What officers do to documents; the class that opens the store lends `control`, `files` and `registers`."""

    control: Control
    files: FileStore
    registers: Registers

    def draft(
        self,
        paths: FileArgument,
        *,
        by: Person,
        reason: str,
        code: str | None = None,
        requests: Sequence[int] = (),
        new: bool = False,
        number: int | None = None,
        **wanted: Any,
    ) -> ev.Recorded:
        """Take Word or PDF files as the content of a draft; see `take` for what may be given in `wanted`."""
        return self.propose(
            self.take(paths, code=code, **wanted), by=by, reason=reason, requests=requests, new=new, number=number
        )

    def draft_from(
        self,
        code: str,
        number: int,
        *,
        issue: int,
        revision: int | None = None,
        reason: str,
        by: Person,
        change_class: str = "major",
    ) -> ev.Recorded:
        """Start a new draft from an existing version, with its files and process, under another label."""
        document = self.registers.document(code)
        if number not in document.versions:
            raise errors.UnknownVersion(document=code, number=number)
        old = document.versions[number].content
        content = Content(
            code=old.code,
            title=old.title,
            issue=issue,
            revision=revision,
            sha256=old.sha256,
            kind=old.kind,
            change_class=change_class,
            unit=old.unit,
            service_codes=old.service_codes,
        )
        return self.control.draft(content, by=by, reason=reason, new=True, copy_of=number)

    def take(self, paths: FileArgument, **wanted: Any) -> intake.Taken:
        """Read and keep files without an act yet: the first is the procedure, the others its forms and annexes.

        `wanted`: code, title, issue, revision, kind, change_class, unit, service_codes, process; they win over it.
        """
        given = [paths] if isinstance(paths, str | Path) else list(paths)
        return intake.take(intake.paths_of(given), self.files, intake.Wanted(**wanted), self._earlier_process)

    def _earlier_process(self, code: str) -> dict[str, Any] | None:
        """The process of the newest approved version of a document, None where there is none."""
        try:
            document = self.registers.document(code)
        except errors.UnknownDocument:
            return None
        approved = [v for v in document.versions.values() if v.state == "approved"]
        return self._process_of(max(approved, key=lambda v: v.number)) if approved else None

    def _process_of(self, version: Version) -> dict[str, Any] | None:
        manifest = Manifest.from_bytes(self.files.get(version.content.sha256))
        return None if manifest.process is None else dict(json.loads(self.files.get(manifest.process)))

    def process(self, code: str, number: int | None = None) -> tuple[int, dict[str, Any]]:
        """Number and process (schema process/1) of a version: the one named, else the open draft, else the newest."""
        document = self.registers.document(code)
        if number is not None and number not in document.versions:
            raise errors.UnknownVersion(document=code, number=number)
        open_ones = document.open_versions or list(document.versions.values())
        version = document.versions[number] if number is not None else max(open_ones, key=lambda v: v.number)
        found = self._process_of(version)
        if found is None:
            raise errors.Unknown(what=f"quy trình dạng dữ liệu của {code} / process data of {code}")
        return version.number, found

    def confirm_process(
        self, code: str, process: Mapping[str, Any], *, by: Person, reason: str, number: int | None = None
    ) -> ev.Recorded:
        """Make confirmed process data part of a draft: new content, so signatures given to the old are void.

        Raises `BadProcess` with every fault, `NoDraft` where the version is approved.
        """
        number, _ = self.process(code, number)
        document = self.registers.document(code)
        old = document.versions[number].content
        manifest = Manifest.from_bytes(self.files.get(old.sha256))
        digest = self.files.put(canonical(confirmed(process)))
        changed = build(manifest.files, digest)
        self.files.put(changed.to_bytes())
        content = Content(
            code=old.code,
            title=old.title,
            issue=old.issue,
            revision=old.revision,
            sha256=changed.sha256,
            kind=old.kind,
            change_class=old.change_class,
            unit=old.unit,
            service_codes=old.service_codes,
            open_changes=old.open_changes,
            file_date=old.file_date,
        )
        return self.control.draft(content, by=by, reason=reason, number=number, requests=old.requests)

    def propose(
        self,
        taken: intake.Taken,
        *,
        by: Person,
        reason: str,
        requests: Sequence[int] = (),
        new: bool = False,
        number: int | None = None,
        unattended: bool = False,
    ) -> ev.Recorded:
        """Record what `take` took as a draft; `unattended` never replaces content that somebody is signing."""
        return self.control.draft(
            taken.content, by=by, reason=reason, requests=requests, new=new, number=number, unattended=unattended
        )

    def submit(self, code: str, *, by: Person, **options: Any) -> ev.Recorded:
        """Put the draft before its chain (`chain_name`, `number`, `emergency`, `accept_open_changes`)."""
        return self.control.submit(code, by=by, **options)

    def sign(self, code: str, *, by: Person, meaning: str | None = None, **options: Any) -> ev.Recorded:
        """Sign with the signer's own secret, which `by` carries (`number`, `sha256`, `change_class`, `comment`)."""
        return self.control.sign(code, by=by, meaning=meaning, **options)

    def send_back(self, code: str, *, reason: str, by: Person, number: int | None = None) -> ev.Recorded:
        """Return a submission to its drafter."""
        return self.control.send_back(code, by=by, reason=reason, number=number)

    def abandon(self, code: str, *, reason: str, by: Person, number: int | None = None) -> ev.Recorded:
        """Give up a draft."""
        return self.control.abandon(code, by=by, reason=reason, number=number)

    def issue(
        self, code: str, *, effective: date, decision: str, by: Person, transition: str = "finish", **options: Any
    ) -> ev.Recorded:
        """Give an approved version its date (`number`, `sunset`, `accept_old_until`, `until`, `reason` …).

        Civil dates are days of the office's zone; `until`, `sunset` and `accept_old_until` are last days, inclusive.
        """
        return self.control.issue(code, by=by, effective=effective, decision=decision, transition=transition, **options)

    def reinstate(
        self, code: str, *, number: int, effective: date, decision: str, reason: str, by: Person
    ) -> ev.Recorded:
        """Bring an old version back by a new entry."""
        return self.control.reinstate(code, by=by, number=number, effective=effective, decision=decision, reason=reason)

    def ratify(self, code: str, *, decision: str, by: Person) -> ev.Recorded:
        """Confirm an emergency issue that the full chain approved meanwhile."""
        return self.control.ratify(code, by=by, decision=decision)

    def rescind(self, code: str, *, reason: str, by: Person, entry: int | None = None, **options: Any) -> ev.Recorded:
        """Cancel a planned entry before its start (`overrides`)."""
        return self.control.rescind(code, by=by, reason=reason, entry=entry, **options)

    def withdraw(
        self, code: str, *, effective: date, decision: str, reason: str, by: Person, **options: Any
    ) -> ev.Recorded:
        """End a document from a day on (`transition`, `sunset`)."""
        return self.control.withdraw(code, by=by, effective=effective, decision=decision, reason=reason, **options)

    def suspend(self, code: str, *, reason: str, by: Person, **options: Any) -> ev.Recorded:
        """Stop receiving or everything (`scope`, `start`, `end`, `number`, `units`, `decision`)."""
        return self.control.suspend(code, by=by, reason=reason, **options)

    def resume(self, code: str, *, reason: str, by: Person, suspension: int | None = None) -> ev.Recorded:
        """Lift a suspension."""
        return self.control.resume(code, by=by, reason=reason, suspension=suspension)
