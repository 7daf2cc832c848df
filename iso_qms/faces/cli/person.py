"""Commands upon persons: add, list, password, change, grant, revoke, deactivate, reactivate, erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.domain.errors import BadText, SecretNeeded
from iso_qms.domain.people import Person
from iso_qms.faces import settings as reading
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json, Reason
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.qms import Qms

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help=lazy("Account name: a–z, 0–9 and . _ -."))]
Role = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help=lazy("Role: drafter, reviewer, approver, issuer, controller, auditor or administrator.")
    ),
]
Admin = Annotated[
    str | None,
    typer.Option("--by", metavar="LOGIN", help=lazy("Administrator who acts; else the operator of this machine.")),
]


@app.command("add", help=lazy("Register a person; the account name is theirs for ever."))
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help=lazy("Full name, as it is to be shown."))],
    role: Annotated[
        list[str] | None, typer.Option("--role", metavar="ROLE", help=lazy("Role; may be given several times."))
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=lazy("Code of the unit."))] = None,
    position: Annotated[str | None, typer.Option("--position", help=lazy("Position, as it is to be shown."))] = None,
    by: Admin = None,
) -> None:
    """Register a person; the account name is theirs for ever."""
    with session.opened() as qms:
        session.administering(
            by, lambda who: qms.staff.add(login, name=name, by=who, roles=role or (), unit=unit, position=position)
        )
        account = login.strip().lower()
        roles = ", ".join(wording.word(wording.ROLES, each) for each in role or ()) or _("no role")
        output.say(_("Added {login} – {name} ({roles}).").format(login=account, name=name, roles=roles))
        output.next_step(output.officer(f"person password {account}"))


@app.command("list", help=lazy("Everybody with roles, unit and state."))
def people(as_json: Json = False) -> None:
    """Everybody with roles, unit and state."""
    with session.opened() as qms:
        found = qms.registers.persons()
        if as_json:
            output.json_out(
                [
                    {
                        "login": named.login,
                        "name": named.name,
                        "position": named.position,
                        "roles": sorted(state.roles),
                        "unit": state.unit,
                        "active": state.active,
                        "has_password": state.credential is not None,
                    }
                    for named, state in found
                ]
            )
            return
        output.table(
            [_("Account"), _("Name"), _("Position"), _("Roles"), _("Unit"), _("State")],
            (
                [
                    named.login,
                    named.name,
                    named.position or "—",
                    ", ".join(wording.word(wording.ROLES, role) for role in sorted(state.roles)) or "—",
                    state.unit or "—",
                    _state(state.active, state.credential is not None, state.must_change),
                ]
                for named, state in found
            ),
            _("Nobody is registered yet."),
        )


def _state(active: bool, has_password: bool, must_change: bool) -> str:
    if not active:
        return _("deactivated")
    if must_change:
        return _("must change the password")
    return _("active") if has_password else _("no password yet")


@app.command("password", help=lazy("Set a password: the first one, one's own with the old one, or a reset."))
def password(
    login: Login,
    reset: Annotated[
        bool, typer.Option("--reset", help=lazy("Set it anew without the old one; its owner must change it then."))
    ] = False,
    by: Admin = None,
) -> None:
    """Set a password: the first one, one's own with the old one, or a reset."""
    account = login.strip().lower()
    with session.opened() as qms:
        known = qms.staff.has_secret(account)
        own = known and not reset
        if own:
            old = reading.old_password() or _asked(account, _("Old password of {login}").format(login=account))
            qms.staff.prove(Person(account, old))
            qms.staff.set_secret(account, _new(account), by=Person(account, old))
        else:
            _set_for(qms, account, _new(account), by)
        output.say(_("The password of {login} is set.").format(login=account))
        if known and reset:
            output.next_step(f"ISO_QMS_OLD_PASSWORD=… iso-qms person password {account}")


def _set_for(qms: Qms, account: str, secret: str, by: str | None) -> None:
    # ISO_QMS_PASSWORD is the new secret here, so whoever sets it for another proves themselves at the prompt only.
    if by is None:
        qms.staff.set_secret(account, secret, by=None)
        return
    own = session.ask(_("Password of {login}").format(login=by)) if session.can_ask() else None
    qms.staff.set_secret(account, secret, by=Person(by, own))


def _asked(account: str, words: str) -> str:
    if not session.can_ask():
        raise SecretNeeded(login=account)
    return session.ask(words)


def _new(account: str) -> str:
    given = reading.password()
    if given is not None:
        return given
    first = _asked(account, _("New password of {login}").format(login=account))
    if session.ask(_("Once more")) != first:
        raise BadText(
            field="password", why_vi="hai lần nhập không giống nhau", why_en="the two entries are not the same"
        )
    return first


@app.command("change", help=lazy("Correct a person's name, position or unit."))
def change(
    login: Login,
    name: Annotated[str | None, typer.Option("--name", help=lazy("Full name, as it is to be shown."))] = None,
    position: Annotated[str | None, typer.Option("--position", help=lazy("Position, as it is to be shown."))] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=lazy("Code of the unit."))] = None,
    by: Admin = None,
) -> None:
    """Correct a person's name, position or unit."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.change(login, by=who, name=name, position=position, unit=unit))
        output.say(_("Changed {login}.").format(login=login))


@app.command("grant", help=lazy("Give a person a role."))
def grant(login: Login, role: Role, by: Admin = None) -> None:
    """Give a person a role."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.grant(login, role, by=who))
        output.say(_("{login} now has the role {role}.").format(login=login, role=wording.word(wording.ROLES, role)))


@app.command("revoke", help=lazy("Take a role from a person; what they signed stays signed."))
def revoke(login: Login, role: Role, by: Admin = None) -> None:
    """Take a role from a person; what they signed stays signed."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.revoke(login, role, by=who))
        output.say(
            _("{login} no longer has the role {role}.").format(login=login, role=wording.word(wording.ROLES, role))
        )


@app.command("deactivate", help=lazy("End a person's right to act; nothing is deleted."))
def deactivate(login: Login, reason: Reason, by: Admin = None) -> None:
    """End a person's right to act; nothing is deleted."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.deactivate(login, by=who, reason=reason))
        output.say(_("{login} is deactivated.").format(login=login))


@app.command("reactivate", help=lazy("Let a deactivated person act again."))
def reactivate(login: Login, reason: Reason, by: Admin = None) -> None:
    """Let a deactivated person act again."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.reactivate(login, by=who, reason=reason))
        output.say(_("{login} is active again.").format(login=login))


@app.command("erase", help=lazy("Erase a person's name and position on a legal basis; every proof stays valid."))
def erase(
    login: Login,
    legal_basis: Annotated[str, typer.Option("--legal-basis", help=lazy("What the erasure stands on."))],
    by: Admin = None,
) -> None:
    """Erase a person's name and position on a legal basis; every proof stays valid."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.erase(login, by=who, legal_basis=legal_basis))
        output.say(_("Erased the name and position of {login}; the entries stay provable.").format(login=login))
