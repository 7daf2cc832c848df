"""Commands that keep the register safe: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.faces import settings as reading
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.person import Admin
from iso_qms.faces.cli.progress import bar
from iso_qms.faces.cli.setup import hidden
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from iso_qms.domain import events as ev


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help=lazy("The file to write; it must not exist yet."))],
    by: Admin = None,
) -> None:
    """Copy register and files into one file, while others go on working."""
    with session.opened() as qms, bar() as progress:
        head = session.administering(by, lambda who: qms.backup(target, by=who, progress=progress))
    output.say(
        _("Backed up {size} entries and {files} files to {target}.").format(
            size=head.size, files=head.files, target=target
        )
    )
    output.say(_("Root (hex):    {root}").format(root=head.root))
    output.say(_("Keep the file on another machine, and the size and the root in a third place."))


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help=lazy("The backup to restore from."))],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=lazy("Why; kept for ever in the journal."))
    ] = None,
) -> None:
    """Fill a new register from a backup and verify it."""
    from iso_qms.qms import Qms

    chosen = session.settings()
    with bar() as progress:
        qms, event = Qms.restore(
            source,
            chosen.store,
            chosen.files,
            operator=reading.account(),
            reason=reason or f"khôi phục từ {source.name}",
            progress=progress,
            **session.options_of(chosen),
        )
    with qms:
        found = qms.verify()
    output.say(_("Restored {size} entries to {store}.").format(size=event.size, store=hidden(chosen.store)))
    _lost(event)
    output.say(_("Root (hex):    {root}").format(root=event.root))
    if found.holds:
        output.say(_("Everything was verified after restoring."))
    else:
        output.say(_("! Not everything holds: see “iso-qms audit verify”."))
        raise typer.Exit(1)


def _lost(event: ev.StoreRestored) -> None:
    if event.lost:
        output.say(
            _("! The backup is older than the register was: {count} entries are known to be lost.").format(
                count=event.lost
            )
        )
    elif event.lost is None:
        output.say(_("Whether anything was entered after the backup is not known on this machine."))
