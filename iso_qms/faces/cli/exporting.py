"""Commands that hand evidence out: audit export, checkpoint, stamp, witness, key, review."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from iso_qms.domain import events as ev
from iso_qms.domain.errors import BadInput
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import By, First, Json, Last, OnlyDocument, OnlyPerson, Since, Until
from iso_qms.faces.cli.person import Admin
from iso_qms.faces.dates import instant_text, parse_instant
from iso_qms.faces.i18n import _, language, lazy


def export(
    target: Annotated[Path, typer.Option("--to", metavar="FOLDER", help=lazy("New folder, or a file ending in .zip."))],
    everything: Annotated[
        bool, typer.Option("--all", help=lazy("The whole journal, which is also what no choice means."))
    ] = False,
    document: OnlyDocument = None,
    person: OnlyPerson = None,
    since: Since = None,
    until: Until = None,
    disclose: Annotated[bool, typer.Option("--disclose", help=lazy("Show the names of those who act in it."))] = False,
    no_files: Annotated[bool, typer.Option("--no-files", help=lazy("Leave out the Word files."))] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=lazy("For whom and why; kept in the journal."))
    ] = None,
    by: Admin = None,
    as_json: Json = False,
) -> None:
    """Hand evidence out: a bundle that a stranger can check without us."""
    from iso_qms.services.evidence import Asked

    if everything and (document or person or since or until):
        raise BadInput(what=wording.both("--all không đi cùng lựa chọn khác", "--all goes with no other choice"))
    with session.opened() as qms:
        asked = Asked(
            document=document,
            since=None if since is None else parse_instant(since, qms.zone),
            until=None if until is None else parse_instant(until, qms.zone),
            actor=person,
            disclose=disclose,
            files=not no_files,
            lang=language(),
        )
        done = session.administering(by, lambda who: qms.export(target, asked, by=who, reason=reason))
    if as_json:
        output.json_out(
            {
                "path": str(done.path),
                "manifest_sha256": done.sha256,
                "entries": done.chosen,
                "size": done.size,
                "signed": done.signed,
                "missing_files": done.missing_files,
                "report": done.report,
            }
        )
        return
    output.say(
        _("Exported {count} of {size} entries to {path}.").format(count=done.chosen, size=done.size, path=done.path)
    )
    output.say(_("SHA-256 of the manifest: {digest}").format(digest=done.sha256))
    if not done.signed:
        output.say(_("! No signature: this register has no key yet; make one with “iso-qms audit key”."))
    for name in done.missing_files:
        output.say(_("! File {name} is missing or damaged.").format(name=name))
    output.next_step(output.officer(f"audit verify {shlex.quote(str(done.path))}"))
    if done.path.is_dir():
        folder = shlex.quote(str(done.path))
        alone = f"python3 -I -S {folder}/data/verify.py {folder}"
        output.say(_("Anybody can check it without this program: {command}").format(command=alone))


def checkpoint() -> None:
    """Sign the size and root of the journal and print them."""
    with session.opened() as qms:
        note = qms.evidence.seal()
        signed = bool(note.signatures)
    output.say(str(note).rstrip("\n"))
    if not signed:
        output.complain(_("! No signature: this register has no key yet; make one with “iso-qms audit key”."))


Url = Annotated[str, typer.Argument(metavar="URL", help=lazy("Address of the authority or witness."))]


def stamp(url: Url) -> None:
    """Seal the journal and have a time-stamping authority (RFC 3161) say when."""
    from iso_qms.services.timestamps import over_http

    with session.opened() as qms:
        stamped = qms.evidence.stamp(over_http(url))
        at = instant_text(stamped.time, qms.zone)
    output.say(_("Sealed, and stamped by {url} at {at}.").format(url=url, at=at))


def witness(
    url: Url,
    vkey: Annotated[str, typer.Option("--key", metavar="VKEY", help=lazy("The witness's verifier key."))],
    old: Annotated[
        int, typer.Option("--from", metavar="POS", min=0, help=lazy("How many entries the witness saw last."))
    ] = 0,
) -> None:
    """Seal the journal and have an independent witness cosign it."""
    from iso_qms.domain.note import Key

    with session.opened() as qms:
        note = qms.evidence.ask_witness(url, Key.parse(vkey), old)
    output.say(str(note).rstrip("\n"))
    output.say(_("The witness has cosigned; the seal is kept with both signatures."))


def key(by: Admin = None) -> None:
    """Make the key that signs checkpoints, once."""
    with session.opened() as qms:
        made = session.administering(by, lambda who: qms.create_log_key(by=who))
        output.say(_("Made the key that signs the journal's checkpoints, in {folder}.").format(folder=qms.keys))
    output.say(made)
    output.say(_("Publish this line; whoever has it can check every checkpoint. Keep the key file off the backups."))


def review(
    findings: Annotated[
        str, typer.Option("--findings", metavar="TEXT", help=lazy("What was found, or that nothing was."))
    ],
    first: First = 0,
    last: Last = None,
    by: By = None,
) -> None:
    """Record that somebody reviewed a part of the journal, and what was found."""
    from iso_qms.domain.text import prose

    with session.opened() as qms:
        size = qms.registers.head()[0]
        end = size - 1 if last is None else last
        if not 0 <= first <= end < size:
            raise BadInput(
                what=wording.both(f"nhật ký gồm các mục 0 đến {size - 1}", f"the journal has entries 0 to {size - 1}")
            )
        event = ev.AuditReviewed(first=first, last=end, findings=prose(findings, "findings"))
        session.acting(by, lambda who: qms.staff.note(event, act="review", by=who))
    output.say(_("Recorded the review of entries {first} to {last}.").format(first=first, last=end))
