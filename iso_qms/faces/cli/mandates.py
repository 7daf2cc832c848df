"""Commands upon mandates: grant, revoke, list."""

from __future__ import annotations

from typing import Annotated

import typer

from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json, Reason
from iso_qms.faces.cli.person import Admin
from iso_qms.faces.dates import day_text, parse_day
from iso_qms.faces.i18n import _, lazy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("grant", help=lazy("Record that one person may sign for a role of another."))
def grant(
    principal: Annotated[str, typer.Argument(metavar="PRINCIPAL", help=lazy("Account of whose role it is."))],
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help=lazy("Account of who may sign."))],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help=lazy("The role, which the principal holds."))],
    capacity: Annotated[
        str, typer.Option("--capacity", help=lazy("Authority prefix (Decree 30/2020): TM, KT, TL, TUQ or Q."))
    ],
    legal_basis: Annotated[str, typer.Option("--legal-basis", help=lazy("The paper that the mandate stands on."))],
    since: Annotated[str, typer.Option("--since", metavar="DATE", help=lazy("First day of the mandate."))],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=lazy("Last day of the mandate; TUQ. needs one."))
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help=lazy("Only for this unit; may be given several times."))
    ] = None,
    by: Admin = None,
) -> None:
    """Record that one person may sign for a role of another."""
    with session.opened() as qms:
        first, last = parse_day(since), None if until is None else parse_day(until)
        record = session.administering(
            by,
            lambda who: qms.staff.grant_mandate(
                principal,
                holder,
                by=who,
                role=role,
                capacity=capacity,
                legal_basis=legal_basis,
                since=first,
                until=last,
                units=unit or (),
            ),
        )
        output.say(
            _("Mandate {pos}: {holder} may sign for {principal} ({role}) from {since} until {until}.").format(
                pos=record.pos,
                holder=holder,
                principal=principal,
                role=wording.word(wording.ROLES, role),
                since=day_text(first),
                until=day_text(last) if last else _("it is revoked"),
            )
        )


@app.command("revoke", help=lazy("End a mandate; signatures given under it stay."))
def revoke(
    mandate: Annotated[
        int, typer.Argument(metavar="POS", help=lazy("Number of the mandate, as “mandate list” shows."))
    ],
    reason: Reason,
    by: Admin = None,
) -> None:
    """End a mandate; signatures given under it stay."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.revoke_mandate(mandate, by=who, reason=reason))
        output.say(_("Mandate {pos} is revoked.").format(pos=mandate))


@app.command("list", help=lazy("Every mandate that was ever granted."))
def mandates(as_json: Json = False) -> None:
    """Every mandate that was ever granted."""
    with session.opened() as qms:
        names = qms.registers.names()
        found = qms.staff.mandates()
        if as_json:
            output.json_out(
                [
                    {
                        "pos": each.pos,
                        "principal": wording.name_of(each.principal, names),
                        "holder": wording.name_of(each.holder, names),
                        "role": each.role,
                        "capacity": each.capacity,
                        "legal_basis": each.legal_basis,
                        "since": each.since,
                        "until": each.until,
                        "units": each.units,
                        "revoked": not stands,
                    }
                    for each, stands in found
                ]
            )
            return
        output.table(
            [_("No."), _("For"), _("Signs"), _("Role"), _("Prefix"), _("From"), _("Until"), _("Basis"), _("State")],
            (
                [
                    str(each.pos),
                    wording.name_of(each.principal, names),
                    wording.name_of(each.holder, names),
                    wording.word(wording.ROLES, each.role),
                    f"{each.capacity}.",
                    day_text(each.since),
                    day_text(each.until),
                    each.legal_basis,
                    _("stands") if stands else _("revoked"),
                ]
                for each, stands in found
            ),
            _("No mandate was granted."),
        )
