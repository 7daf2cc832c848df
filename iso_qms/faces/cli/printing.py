"""Commands upon printed copies: print, acknowledge, and copy list, recall, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iso_qms.domain import events as ev
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import By, Code, Json, Number, Reason
from iso_qms.faces.dates import instant_text
from iso_qms.faces.i18n import _, lazy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

STATES = {
    "valid": lazy("valid: this version is in force"),
    "superseded": lazy("superseded: another version is in force"),
    "withdrawn": lazy("withdrawn: the document is no longer in force"),
    "not_in_force": lazy("not in force yet"),
    "recalled": lazy("recalled: this copy was taken back"),
    "expired": lazy("expired: an uncontrolled copy counts on the day of printing only"),
}


def print_copy(
    code: Code,
    target: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help=lazy("The PDF file to write."))],
    by: By = None,
    version: Number = None,
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="NAME", help=lazy("Who keeps the copy: a person or a place."))
    ] = None,
    uncontrolled: Annotated[
        bool, typer.Option("--uncontrolled", help=lazy("A copy without a number, for reference on the day only."))
    ] = False,
    derived: Annotated[
        bool, typer.Option("--derived", help=lazy("Allow a copy of a signed PDF without its signature."))
    ] = False,
) -> None:
    """Print a controlled copy: a PDF with a stamp and a code that proves itself."""
    with session.opened() as qms:
        printed = session.acting(
            by,
            lambda who: qms.copies.print_copy(
                code, by=who, number=version, holder=holder, controlled=not uncontrolled, derived=derived
            ),
        )
    output.write_file(target, printed.pdf)
    if printed.copy_no:
        output.say(_("Printed controlled copy no. {number} to {file}.").format(number=printed.copy_no, file=target))
    else:
        output.say(_("Printed an uncontrolled copy to {file}.").format(file=target))


def acknowledge(code: Code, by: By = None, version: Number = None) -> None:
    """Record that somebody has read and understood a version."""
    with session.opened() as qms:
        record = session.acting(by, lambda who: qms.copies.acknowledge(code, by=who, number=version))
        event = record.event
        assert isinstance(event, ev.Acknowledged)
        document = qms.document(code)
        output.say(
            _("Recorded that {name} has read {version} of {code}.").format(
                name=wording.actor_text(record, qms.registers.names()),
                version=wording.short(document.versions[event.number]),
                code=document.last.code,
            )
        )


@app.command("list", help=lazy("The numbered copies of a document."))
def copies(code: Code, as_json: Json = False) -> None:
    """The numbered copies of a document."""
    with session.opened() as qms:
        found = qms.copies.register(code)
        if as_json:
            output.json_out([{"copy": printed, "recalled": recalled is not None} for printed, recalled in found])
            return
        output.table(
            [_("Copy"), _("Version"), _("Held by"), _("State")],
            (
                [
                    str(printed.copy_no),
                    str(printed.number),
                    printed.holder or "—",
                    _("with its holder") if recalled is None else f"{_('recalled')}: {recalled.reason}",
                ]
                for printed, recalled in found
            ),
            _("No numbered copy was printed."),
        )


@app.command("recall", help=lazy("Take a printed copy back; its code says so from then on."))
def recall(
    code: Code,
    version: Annotated[int, typer.Option("--version", metavar="N", help=lazy("Number of the version."))],
    copy: Annotated[int, typer.Option("--copy", metavar="N", help=lazy("Number of the copy."))],
    reason: Reason,
    by: By = None,
) -> None:
    """Take a printed copy back; its code says so from then on."""
    with session.opened() as qms:
        session.acting(by, lambda who: qms.copies.recall(code, version, copy, by=who, reason=reason))
        output.say(_("Copy {number} is recalled.").format(number=copy))


@app.command("check", help=lazy("What has become of a printed copy, from the text of its code."))
def check(
    token: Annotated[str, typer.Argument(metavar="TEXT", help=lazy("The text that the copy's code holds."))],
    as_json: Json = False,
) -> None:
    """What has become of a printed copy, from the text of its code."""
    with session.opened() as qms:
        state = qms.copies.check(token)
        if as_json:
            output.json_out(state)
        else:
            output.say(
                _("{code} {label}, copy {number}, printed {at}: {state}.").format(
                    code=state.document,
                    label=state.label,
                    number=state.copy_no or "—",
                    at=instant_text(state.printed_at, qms.zone),
                    state=wording.word(STATES, state.state),
                )
            )
    raise typer.Exit(0 if state.state == "valid" else 3)
