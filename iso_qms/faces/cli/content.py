"""Commands that bring content in and through its chain: read, draft, submit, sign, return, abandon."""

from __future__ import annotations

from typing import Annotated

import typer

from iso_qms.domain import events as ev
from iso_qms.domain.document import label_text
from iso_qms.faces import wording
from iso_qms.faces.cli import guidance, output, session
from iso_qms.faces.cli.options import By, Code, Files, Number, Reason
from iso_qms.faces.i18n import _, lazy


def draft(
    files: Files,
    reason: Reason,
    by: By = None,
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help=lazy("The code, where the file's own does not count."))
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help=lazy("The title, where the file's does not count."))
    ] = None,
    issue: Annotated[int | None, typer.Option("--issue", metavar="N", help=lazy("Number of the issue."))] = None,
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", help=lazy("Number of the revision within the issue."))
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help=lazy("Kind of document: procedure, form, manual, policy, instruction or external.")
        ),
    ] = "procedure",
    change_class: Annotated[
        str, typer.Option("--class", help=lazy("How deep the change goes: editorial, minor or major."))
    ] = "major",
    unit: Annotated[str | None, typer.Option("--unit", help=lazy("Code of the unit that owns the document."))] = None,
    tthc: Annotated[
        list[str] | None,
        typer.Option("--tthc", metavar="CODE", help=lazy("TTHC code that it serves; may be given several times.")),
    ] = None,
    request: Annotated[
        list[int] | None,
        typer.Option(
            "--request", metavar="N", help=lazy("Change request that it answers; may be given several times.")
        ),
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help=lazy("Open another version although one is being drafted."))
    ] = False,
    version: Number = None,
) -> None:
    """Bring in a Word file as a draft, its code read from the file."""
    with session.opened() as qms:
        taken = qms.take(
            [str(path) for path in files],
            code=code,
            title=title,
            issue=issue,
            revision=revision,
            kind=kind,
            change_class=change_class,
            unit=unit,
            service_codes=tthc or None,
        )
        record = session.acting(
            by,
            lambda who: qms.propose(taken, by=who, reason=reason, requests=request or (), new=new, number=version),
        )
        problems = [(found.message_vi, found.message_en) for found in taken.reading.problems]
        _drafted(record, [*taken.notes, *problems], by)


def _drafted(record: ev.Recorded, notes: list[tuple[str, str]], by: str | None) -> None:
    event = record.event
    assert isinstance(event, ev.Drafted)
    output.say(
        _("Drafted {version} of {code} “{title}”.").format(
            version=wording.version_text(event.number, label_text(event.issue, event.revision)),
            code=event.code,
            title=event.title,
        )
    )
    for vi, en in notes:
        output.say("! " + wording.both(vi, en))
    output.next_step(output.officer(f"submit {guidance.quoted(event.code)}", by))


def redraft(
    code: Code,
    version: Annotated[int, typer.Option("--version", metavar="N", help=lazy("Number of the version to start from."))],
    issue: Annotated[int, typer.Option("--issue", metavar="N", help=lazy("Number of the issue."))],
    reason: Reason,
    by: By = None,
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", help=lazy("Number of the revision within the issue."))
    ] = None,
    change_class: Annotated[
        str, typer.Option("--class", help=lazy("How deep the change goes: editorial, minor or major."))
    ] = "major",
) -> None:
    """Start a draft from an existing version, with its files, under another label."""
    with session.opened() as qms:
        record = session.acting(
            by,
            lambda who: qms.draft_from(
                code, version, issue=issue, revision=revision, reason=reason, by=who, change_class=change_class
            ),
        )
        _drafted(record, [], by)


def submit(
    code: Code,
    by: By = None,
    chain: Annotated[
        str | None,
        typer.Option("--chain", metavar="NAME", help=lazy("Name of the chain; else the one that fits best.")),
    ] = None,
    version: Number = None,
    emergency: Annotated[bool, typer.Option("--emergency", help=lazy("Take the emergency chain."))] = False,
    accept_open_changes: Annotated[
        bool,
        typer.Option("--accept-open-changes", help=lazy("Submit although the Word file has unaccepted changes.")),
    ] = False,
) -> None:
    """Put a draft before its approval chain."""
    with session.opened() as qms:
        record = session.acting(
            by,
            lambda who: qms.submit(
                code,
                by=who,
                chain_name=chain,
                number=version,
                emergency=emergency,
                accept_open_changes=accept_open_changes,
            ),
        )
        event = record.event
        assert isinstance(event, ev.Submitted)
        document = qms.document(code)
        output.say(
            _("Submitted {version} of {code} to the chain “{chain}”.").format(
                version=wording.short(document.versions[event.number]), code=document.last.code, chain=event.chain
            )
        )
        guidance.after_signing(qms, document, event.number)


def sign(
    code: Code,
    by: By = None,
    version: Number = None,
    meaning: Annotated[
        str | None,
        typer.Option("--meaning", help=lazy("What the signature says: review, approval, responsibility, authorship.")),
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", help=lazy("Digest of the content that you looked at; any other is refused.")),
    ] = None,
    change_class: Annotated[
        str | None, typer.Option("--class", help=lazy("Confirm the class of change: editorial, minor or major."))
    ] = None,
    comment: Annotated[str | None, typer.Option("--comment", help=lazy("A remark beside the signature."))] = None,
) -> None:
    """Sign what waits, with the signer's own password."""
    seen = {"sha256": sha256}
    with session.opened() as qms:

        def show() -> None:
            seen["sha256"] = sha256 or guidance.to_be_signed(qms, qms.document(code), version)

        record = session.acting(
            by,
            lambda who: qms.sign(
                code,
                by=who,
                number=version,
                meaning=meaning,
                change_class=change_class,
                comment=comment,
                **seen,
            ),
            before=show,
        )
        event = record.event
        assert isinstance(event, ev.Signed)
        document = qms.document(code)
        output.say(
            _("Signed ({meaning}) {version} of {code}: {name}.").format(
                meaning=wording.word(wording.MEANINGS, event.meaning),
                version=wording.short(document.versions[event.number]),
                code=document.last.code,
                name=guidance.signer(event, record, qms.registers.names()),
            )
        )
        guidance.after_signing(qms, document, event.number)


def send_back(code: Code, reason: Reason, by: By = None, version: Number = None) -> None:
    """Return a submission to its drafter with a reason."""
    with session.opened() as qms:
        record = session.acting(by, lambda who: qms.send_back(code, reason=reason, by=who, number=version))
        event = record.event
        assert isinstance(event, ev.Returned)
        document = qms.document(code)
        output.say(
            _("Returned {version} of {code} to its drafter; the signatures given so far no longer count.").format(
                version=wording.short(document.versions[event.number]), code=document.last.code
            )
        )
        names = qms.registers.names()
        drafter = names.get(document.versions[event.number].draft.actor)
        login = drafter.login if drafter is not None else None
        output.next_step(output.officer(f'draft {_("FILE")} --reason "…"', login))


def abandon(code: Code, reason: Reason, by: By = None, version: Number = None) -> None:
    """Give up a draft."""
    with session.opened() as qms:
        record = session.acting(by, lambda who: qms.abandon(code, reason=reason, by=who, number=version))
        event = record.event
        assert isinstance(event, ev.Abandoned)
        document = qms.document(code)
        output.say(
            _("Abandoned {version} of {code}.").format(
                version=wording.short(document.versions[event.number]), code=document.last.code
            )
        )
