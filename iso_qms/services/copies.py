"""Printed copies: a PDF that says what it is and proves it, a register of who holds which copy, and checking one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document, Version
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.note import Key
from iso_qms.domain.people import Actor, Person
from iso_qms.domain.text import optional_line, prose
from iso_qms.services import control, logkey
from iso_qms.services.performing import Performer
from iso_qms.services.registers import Registers
from iso_qms.store.files import FileStore
from iso_qms.store.journal import Writer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PURPOSE = "copies"
KEY_NAME = "iso-qms-copies"
MEANINGS_VI = {
    "review": "Soát xét",
    "approval": "Phê duyệt",
    "responsibility": "Chịu trách nhiệm",
    "authorship": "Soạn thảo",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A copy that was printed: the PDF, its number (0 for an uncontrolled one) and the text of its QR code."""

    pdf: bytes
    copy_no: int
    token: str


@dataclass(frozen=True, slots=True)
class CopyState:
    """What a copy's token says, and what has become of it since.

    `state` is `valid`, `superseded`, `recalled`, `expired` (an uncontrolled copy after a day), `withdrawn` or
    `not_in_force`. `printed_at` is an aware instant; `label` is what is printed on the copy.
    """

    state: str
    document: str
    label: str
    copy_no: int
    printed_at: datetime
    in_force: str | None = None


class Copies:
    """Prints, recalls and checks copies; `keys` is the folder of keys outside the database."""

    def __init__(
        self,
        performer: Performer,
        registers: Registers,
        files: FileStore,
        keys: Path,
        zone: tzinfo,
        passphrase: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._performer = performer
        self._registers = registers
        self._files = files
        self._keys = keys
        self._zone = zone
        self._passphrase = passphrase

    def print_copy(
        self,
        code: str,
        *,
        by: Person,
        number: int | None = None,
        holder: str | None = None,
        controlled: bool = True,
        with_signatures: bool = True,
        derived: bool = False,
    ) -> Printed:
        """Print a version (the one in force by default) as PDF; a controlled copy gets a number and stays followed.

        Behind it stand the signature page and the history page from the register. `derived` allows a copy of a signed
        PDF without its signature, which says so on each page. Raises `Unreadable` where LibreOffice is missing or a
        signed PDF would lose its signature.
        """
        from iso_qms.documents import printing

        document = self._registers.document(code)
        now = self._performer.clock.now()
        version = self._version(document, number, now)
        status = self._status(document, version, now, controlled)
        key = self._key(by)
        copy_no = self._next(document, version) if controlled else 0
        holder = optional_line(holder, "holder")
        content = version.content
        claim = printing.CopyToken(
            content.code, version.number, version.label, content.sha256, copy_no, now.replace(microsecond=0), status
        )
        token = printing.sign_copy(cast(Any, _Signer(key)), claim)
        stamp = printing.Stamp(
            code=content.code,
            label=version.label,
            sha256=content.sha256,
            status=status,
            printed_at=now,
            effective=self._effective(document, version),
            copy_no=copy_no or None,
            holder=holder or "",
            token=token,
        )
        body = self._pdf(version)
        if with_signatures and version.submissions:
            pages = (self._signature_page(document, version), self._history_page(document, version))
            body = printing.join(body, *pages, derived=derived)
        pdf = printing.controlled_copy(body, stamp, derived=derived)
        self._record(document, version, by, copy_no, holder, status.name.lower(), token)
        return Printed(pdf, copy_no, token)

    def recall(self, code: str, number: int, copy_no: int, *, by: Person, reason: str) -> ev.Recorded:
        """Take a printed copy back: from now on its token says so."""
        key = document_key(code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            document = control.load(writer, key, code)
            _require_keeper(actor)
            if not any(p.number == number and p.copy_no == copy_no for p in _printed(document)):
                raise errors.Unknown(what=f"bản in số {copy_no} / copy {copy_no}")
            return ev.CopyRecalled(key, number, copy_no, prose(reason, "reason"))

        return self._performer.act("recall", decide, by=by, document=key, number=number)

    def acknowledge(self, code: str, *, by: Person, number: int | None = None) -> ev.Recorded:
        """Record that a reader has read and understood a version (the one in force by default)."""
        key = document_key(code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            document = control.load(writer, key, code)
            if not actor.active:
                raise errors.Inactive(login=actor.login)
            version = self._version(document, number, moment.at)
            done = [r for r in document.history if isinstance(r.event, ev.Acknowledged) and r.actor == actor.id]
            if any(getattr(r.event, "sha256", "") == version.content.sha256 for r in done):
                raise errors.StateUnchanged(what_vi="đã xác nhận đọc rồi", what_en="it was acknowledged already")
            return ev.Acknowledged(key, version.number, version.content.sha256)

        return self._performer.act("acknowledge", decide, by=by, document=key, number=number)

    def check(self, token: str) -> CopyState:
        """What has become of a copy, from its QR code's text; `Unreadable` for a token that is not this office's."""
        from iso_qms.documents import printing
        from iso_qms.documents.printing import Status

        claim = printing.read_copy(token, self.public_keys())
        document = self._registers.document(claim.document)
        now = self._performer.clock.now()
        entry = document.timeline().in_force(now)
        governing = document.versions[entry.version].label if entry is not None and entry.version is not None else None
        recalled = {(r.number, r.copy_no) for r in _recalled(document)}
        if (claim.version, claim.copy_no) in recalled:
            state = "recalled"
        elif claim.status is Status.UNCONTROLLED and (now - claim.printed_at).total_seconds() > 86_400:
            state = "expired"
        elif governing is None:
            state = "withdrawn" if entry is not None else "not_in_force"
        else:
            assert entry is not None
            state = "valid" if entry.version == claim.version else "superseded"
        return CopyState(state, claim.document, claim.label, claim.copy_no, claim.printed_at, governing)

    def register(self, code: str) -> list[tuple[ev.CopyPrinted, ev.CopyRecalled | None]]:
        """The copies of a document that were numbered, with their recall where there was one."""
        document = self._registers.document(code)
        recalled = {(r.number, r.copy_no): r for r in _recalled(document)}
        return [(p, recalled.get((p.number, p.copy_no))) for p in _printed(document)]

    def public_keys(self) -> list[Ed25519PublicKey]:
        """The keys under which this office's copies were ever signed, as the journal says."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        declared = self._registers.declared_keys(PURPOSE)
        return [Ed25519PublicKey.from_public_bytes(Key.parse(text).public) for text in declared]

    # --- parts of printing ----------------------------------------------------------------------------------------

    def _version(self, document: Document, number: int | None, now: datetime) -> Version:
        if number is None:
            entry = document.timeline().in_force(now)
            if entry is None or entry.version is None:
                raise errors.NothingInForce(document=document.last.code)
            number = entry.version
        if number not in document.versions:
            raise errors.UnknownVersion(document=document.last.code, number=number)
        return document.versions[number]

    def _status(self, document: Document, version: Version, now: datetime, controlled: bool) -> Any:
        from iso_qms.documents.printing import Status

        if version.state != "approved":
            return Status.DRAFT
        timeline = document.timeline()
        entry = timeline.in_force(now)
        if entry is not None and entry.version == version.number:
            return Status.CONTROLLED if controlled else Status.UNCONTROLLED
        planned = any(e.version == version.number and e.start > now for e in timeline.live())
        return Status.PLANNED if planned else Status.OBSOLETE

    def _effective(self, document: Document, version: Version) -> Any:
        own = [e.legal_date for e in document.timeline().live() if e.version == version.number]
        return own[-1] if own else None

    def _next(self, document: Document, version: Version) -> int:
        return max((p.copy_no for p in _printed(document) if p.number == version.number), default=0) + 1

    def _pdf(self, version: Version) -> bytes:
        from iso_qms.documents import convert, sniff

        content = self._files.get(Manifest.from_bytes(self._files.get(version.content.sha256)).main.sha256)
        media = sniff.media_type(content)
        return content if media == sniff.PDF else convert.to_pdf(content, media)

    def _signature_page(self, document: Document, version: Version) -> bytes:
        from iso_qms.documents import printing

        names = self._registers.names()
        signed = [
            printing.PrintedSignature(
                name=names[record.actor].name,
                position=names[record.actor].position or "",
                prefix=f"{record.event.capacity}." if record.event.capacity else "",
                meaning=MEANINGS_VI[record.event.meaning],
                at=record.at,
                sha256=record.event.sha256,
            )
            for submission in version.submissions
            if not submission.closed
            for record in submission.signatures
            if isinstance(record.event, ev.Signed)
        ]
        return printing.signature_page(version.content.code, version.content.title, version.label, signed)

    def _history_page(self, document: Document, version: Version) -> bytes:
        from iso_qms.documents import printing

        stretches = document.timeline().intervals()
        rows = []
        for each in document.versions.values():
            if each.state != "approved":
                continue
            own = [stretch for stretch in stretches if stretch.entry.version == each.number]
            ended = own[-1].end.astimezone(self._zone).date() if own and own[-1].end is not None else None
            decision = own[-1].entry.decision if own else ""
            effective = own[0].entry.legal_date if own else None
            reason = each.content.reason
            rows.append(
                printing.PrintedVersion(
                    each.number, each.label, reason, decision, effective, ended, each.content.sha256
                )
            )
        return printing.history_page(version.content.code, version.content.title, version.label, rows)

    def _record(
        self,
        document: Document,
        version: Version,
        by: Person,
        copy_no: int,
        holder: str | None,
        status: str,
        token: str,
    ) -> None:
        event = ev.CopyPrinted(
            document=document.key,
            number=version.number,
            sha256=version.content.sha256,
            copy_no=copy_no,
            status=status,
            holder=holder,
            token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        )

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            _require_keeper(actor)
            now = control.load(writer, document.key, document.last.code)
            if copy_no and any(p.number == version.number and p.copy_no == copy_no for p in _printed(now)):
                raise errors.Conflict  # somebody printed the same number meanwhile; this PDF is thrown away
            return event

        self._performer.act("print", decide, by=by, document=document.key, number=version.number)

    def _key(self, by: Person) -> logkey.LogKey:
        """The office's key for copies, made and declared in the journal on first use."""
        path = self._keys / f"{PURPOSE}.pem"
        found = (
            logkey.load(path, KEY_NAME, self._passphrase())
            if path.exists()
            else logkey.create(path, KEY_NAME, self._passphrase())
        )
        if str(found.key) not in self._registers.declared_keys(PURPOSE):
            event = ev.KeyDeclared(purpose=PURPOSE, vkey=str(found.key), state="in_use")
            self._performer.act("declare key", lambda w, a, m: event, by=by)
        return found


class _Signer:
    """A `LogKey` in the shape that signs copy tokens."""

    def __init__(self, key: logkey.LogKey) -> None:
        self.sign = key.sign
        self._key: Key = key.key

    def public_key(self) -> Ed25519PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return Ed25519PublicKey.from_public_bytes(self._key.public)


def _require_keeper(actor: Actor) -> None:
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    keepers = ("controller", "issuer", "administrator")
    if not actor.roles.intersection(keepers):
        raise errors.NoRight(login=actor.login, act="print", roles=" / ".join(keepers))


def _printed(document: Document) -> list[ev.CopyPrinted]:
    return [r.event for r in document.history if isinstance(r.event, ev.CopyPrinted) and r.event.copy_no]


def _recalled(document: Document) -> list[ev.CopyRecalled]:
    return [r.event for r in document.history if isinstance(r.event, ev.CopyRecalled)]
