"""Commands for whoever runs the register: init, doctor, migrate, policy, read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iso_qms.faces import settings as reading
from iso_qms.faces import wording
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Json
from iso_qms.faces.dates import day_text
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.documents import Reading
    from iso_qms.documents.reading import Field


def init(
    authority: Annotated[
        str | None,
        typer.Option("--authority", metavar="NAME", help=lazy("Name of the authority that keeps this register.")),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin", metavar="NAME", help=lazy("Public name of the journal in checkpoints, like a domain name.")
        ),
    ] = None,
) -> None:
    """Make a register."""
    from iso_qms.qms import Qms

    chosen = session.settings()
    named: dict[str, Any] = {"authority": authority} if authority else {}
    with Qms.create(
        chosen.store, chosen.files, operator=reading.account(), origin=origin, **named, **session.options_of(chosen)
    ) as qms:
        size, root = qms.registers.head()
    output.say(
        _("Made a register at {store}, files in {files}.").format(store=hidden(chosen.store), files=chosen.files)
    )
    output.say(_("Journal: {size} entries, root {root}.").format(size=size, root=root.hex()))
    output.next_step(output.officer(f'person add {_("LOGIN")} --name "{_("NAME")}" --role drafter'))


def hidden(url: str) -> str:
    """The address of a store without the password that may stand in it."""
    import re

    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", url)


def migrate() -> None:
    """Upgrade a register of an older version of the program."""
    from iso_qms.qms import Qms

    store = session.settings().store
    revision = Qms.migrate(store)
    output.say(_("The store {store} has schema {revision}.").format(store=hidden(store), revision=revision))


def policy(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=lazy("Name of the rule: secret_for_every_act or adoption."))
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=lazy("Its new value: on or off."))],
    by: Annotated[
        str | None, typer.Option("--by", metavar="LOGIN", help=lazy("Administrator who acts; else the operator."))
    ] = None,
) -> None:
    """Set a rule of the register: secret_for_every_act or adoption, on or off."""
    with session.opened() as qms:
        session.administering(by, lambda who: qms.staff.set_policy(name, value, by=who))
        output.say(_("Rule {name} is now {value}.").format(name=name, value=value))


def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=lazy("The Word or PDF file; nothing is stored."))],
    as_json: Json = False,
) -> None:
    """Show what the reader makes of a Word or PDF file; nothing is stored."""
    from iso_qms.documents import read_file
    from iso_qms.domain.errors import FileTrouble

    if not file.is_file():
        raise FileTrouble(path=str(file), why_vi="không có tệp này", why_en="there is no such file")
    found = read_file(file)
    if as_json:
        output.json_out(found.as_dict())
    else:
        _read(found)


FIELDS = {
    "code": lazy("Code"),
    "title": lazy("Title"),
    "issue": lazy("Issue"),
    "revision": lazy("Revision"),
    "issue_date": lazy("Date of issue"),
    "effective_date": lazy("Date of effect"),
    "drafter": lazy("Drafter"),
    "reviewers": lazy("Reviewers"),
    "approver": lazy("Approver"),
    "page_total": lazy("Pages"),
}


def _read(found: Reading) -> None:
    rows = [
        [wording.word(FIELDS, name), _value(field), field.place, f"{round(field.confidence * 100)} %"]
        for name, field in found.fields.items()
    ]
    output.table([_("Field"), _("Value"), _("Where"), _("Sure")], rows, _("No field was found."))
    output.say()
    output.say("TTHC: " + (", ".join(found.tthc) or "—"))
    output.say(_("Forms: {forms}").format(forms=", ".join(found.forms) or "—"))
    steps = (found.process or {}).get("steps", [])
    output.say(_("Steps: {count}").format(count=len(steps)))
    for number, step in enumerate(steps, 1):
        output.say(f"  {number}. {_step(step)}")
    for problem in found.problems:
        place = f" ({problem.place})" if problem.place else ""
        output.say("! " + wording.both(problem.message_vi, problem.message_en) + place)


def _value(field: Field) -> str:
    value = field.value
    if hasattr(value, "strftime"):
        return day_text(value)
    if isinstance(value, tuple):
        return "; ".join(_person(each) for each in value)
    return _person(value)


def _person(value: Any) -> str:
    if hasattr(value, "position"):
        return ", ".join(part for part in (value.name, value.position) if part)
    return str(value)


def _step(step: dict[str, Any]) -> str:
    parts = [str(step.get("title") or step.get("name") or step.get("content") or step.get("key") or "")]
    role = step.get("role") or step.get("actor")
    if isinstance(role, str):
        parts.append(role)
    return " — ".join(" ".join(part.split())[:160] for part in parts if part)
