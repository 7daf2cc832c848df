"""Commands upon units: add, end, list."""

from __future__ import annotations

from typing import Annotated

import typer

from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import DecisionNumber, Json
from iso_qms.faces.cli.person import Admin
from iso_qms.faces.dates import day_text, parse_day
from iso_qms.faces.i18n import _, lazy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

Unit = Annotated[str, typer.Argument(metavar="UNIT", help=lazy("Code of the unit."))]


@app.command("add", help=lazy("Register a unit."))
def add(
    unit: Unit,
    name: Annotated[str, typer.Option("--name", help=lazy("Name of the unit."))],
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=lazy("First day; today where not given."))
    ] = None,
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="UNIT", help=lazy("Code of the unit above it."))
    ] = None,
    by: Admin = None,
) -> None:
    """Register a unit."""
    with session.opened() as qms:
        first = None if since is None else parse_day(since)
        session.administering(by, lambda who: qms.staff.add_unit(unit, name, by=who, since=first, parent=parent))
        output.say(_("Added the unit {unit} – {name}.").format(unit=unit, name=name))


@app.command("end", help=lazy("Record that a unit was renamed, merged or dissolved, and who takes over."))
def end(
    unit: Unit,
    how: Annotated[str, typer.Option("--how", help=lazy("What became of it: renamed, merged or dissolved."))],
    since: Annotated[str, typer.Option("--since", metavar="DATE", help=lazy("The day from which it is no more."))],
    decision: DecisionNumber,
    successor: Annotated[
        str | None, typer.Option("--successor", metavar="UNIT", help=lazy("Code of the unit that takes over."))
    ] = None,
    by: Admin = None,
) -> None:
    """Record that a unit was renamed, merged or dissolved, and who takes over."""
    with session.opened() as qms:
        day = parse_day(since)
        session.administering(
            by,
            lambda who: qms.staff.end_unit(unit, by=who, how=how, since=day, decision=decision, successor=successor),
        )
        output.say(
            _("Unit {unit}: {how} from {day}; successor: {successor}.").format(
                unit=unit, how=wording.word(wording.ENDINGS, how), day=day_text(day), successor=successor or "—"
            )
        )


@app.command("list", help=lazy("All units, ended ones included."))
def units(as_json: Json = False) -> None:
    """All units, ended ones included."""
    with session.opened() as qms:
        found = qms.staff.units()
        if as_json:
            output.json_out(list(found.values()))
            return
        output.table(
            [_("Unit"), _("Name"), _("Since"), _("Above it"), _("Ended"), _("How"), _("Successor")],
            (
                [
                    each.code,
                    each.name,
                    day_text(each.since),
                    each.parent or "—",
                    day_text(each.ended),
                    wording.word(wording.ENDINGS, each.how) if each.how else "—",
                    each.successor or "—",
                ]
                for each in found.values()
            ),
            _("No unit is registered."),
        )
