"""The command tree of `iso-qms`: which command is what, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from iso_qms.faces.cli import (
    answers,
    audit,
    chains,
    content,
    differing,
    doctoring,
    exporting,
    extending,
    force,
    importing,
    keeping,
    linting,
    mandates,
    person,
    printing,
    processes,
    publishing,
    registers,
    requests,
    serve,
    setup,
    units,
    watching,
)
from iso_qms.faces.cli.overview import GROUPS
from iso_qms.faces.i18n import lazy

app = typer.Typer(
    name="iso-qms",
    help=lazy("Control of documents: which version of a procedure is in force, and who decided it."),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "draft": content.draft,
    "redraft": content.redraft,
    "process": processes.process,
    "submit": content.submit,
    "sign": content.sign,
    "return": content.send_back,
    "abandon": content.abandon,
    "issue": force.issue,
    "rescind": force.rescind,
    "withdraw": force.withdraw,
    "suspend": force.suspend,
    "resume": force.resume,
    "reinstate": force.reinstate,
    "ratify": force.ratify,
    "check": answers.check,
    "explain": answers.explain,
    "show": registers.show,
    "list": registers.master_list,
    "history": registers.history,
    "tasks": registers.tasks,
    "changes": registers.changes,
    "diff": differing.diff,
    "read": setup.read,
    "print": printing.print_copy,
    "acknowledge": printing.acknowledge,
    "lint": linting.lint,
    "init": setup.init,
    "doctor": doctoring.doctor,
    "migrate": setup.migrate,
    "policy": setup.policy,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "import": importing.bring_in,
    "watch": watching.watch,
    "serve": serve.serve,
}
SUBTREES = {
    "audit": audit.app,
    "person": person.app,
    "unit": units.app,
    "chain": chains.app,
    "mandate": mandates.app,
    "request": requests.app,
    "copy": printing.app,
    "plugins": extending.app,
    "snapshot": publishing.app,
}


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=lazy("Show the version of the program."))] = False,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help=lazy("The database, in place of ISO_QMS_STORE."))
    ] = None,
    files: Annotated[
        str | None,
        typer.Option("--files", metavar="FOLDER", help=lazy("The folder of files, in place of ISO_QMS_FILES.")),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help=lazy("The language of messages: vi or en."))
    ] = None,
) -> None:
    """Show where one stands when no command is given; the other options were taken out before."""
    if version:
        from iso_qms._version import __version__
        from iso_qms.faces.cli.output import say

        say(f"iso-qms {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from iso_qms.faces.cli.home import home

        home()


for _name, _help, _command in (
    ("export", lazy("Hand evidence out: a bundle that a stranger can check without us."), exporting.export),
    ("checkpoint", lazy("Sign the size and root of the journal and print them."), exporting.checkpoint),
    ("stamp", lazy("Seal the journal and have a time-stamping authority (RFC 3161) say when."), exporting.stamp),
    ("witness", lazy("Seal the journal and have an independent witness cosign it."), exporting.witness),
    ("key", lazy("Make the key that signs checkpoints, once."), exporting.key),
    ("review", lazy("Record that somebody reviewed a part of the journal, and what was found."), exporting.review),
):
    audit.app.command(_name, help=_help)(_command)

for _heading, commands in GROUPS:
    for name, said in commands:
        if name in SUBTREES:
            app.add_typer(SUBTREES[name], name=name, help=said)
        elif name in COMMANDS:
            app.command(name, help=said)(COMMANDS[name])
