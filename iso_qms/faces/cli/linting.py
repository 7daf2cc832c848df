"""The command lint: what an inspector would find, with the clause it rests on."""

from __future__ import annotations

import typer

from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import At, Json
from iso_qms.faces.dates import parse_instant
from iso_qms.faces.i18n import _, lazy

SEVERITIES = {"error": lazy("error"), "warning": lazy("warning"), "note": lazy("note")}


def lint(at: At = None, as_json: Json = False) -> None:
    """What an inspector would find, with the clause (exit code 1 where something is)."""
    with session.opened() as qms:
        found = list(qms.lint(None if at is None else parse_instant(at, qms.zone)))
    if as_json:
        output.json_out(found)
    else:
        output.table(
            [_("Check"), _("Weight"), _("Code"), _("What was found"), _("Clause")],
            (
                [
                    each.code,
                    wording.word(SEVERITIES, each.severity),
                    each.document or "—",
                    wording.both(each.message_vi, each.message_en),
                    each.clause or "—",
                ]
                for each in found
            ),
            _("Nothing was found."),
        )
    raise typer.Exit(1 if found else 0)
