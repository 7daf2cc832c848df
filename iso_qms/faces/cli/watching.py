"""The command watch: Word files that settle in a folder become drafts."""

from __future__ import annotations

import signal
import threading
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from iso_qms.domain.errors import FileTrouble
from iso_qms.domain.people import Person
from iso_qms.faces import settings
from iso_qms.faces.cli import options, output, session
from iso_qms.faces.i18n import _, lazy


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=lazy("The folder to watch."))],
    by: options.By = None,
    once: Annotated[bool, typer.Option("--once", help=lazy("Deal with what is there, then stop; for cron."))] = False,
    poll: Annotated[bool, typer.Option("--poll", help=lazy("Look by itself: network shares send no events."))] = False,
    settle: Annotated[
        float, typer.Option("--settle", metavar="SECONDS", min=0, help=lazy("How long a file must stay unchanged."))
    ] = 2.0,
    rescan: Annotated[
        float, typer.Option("--rescan", metavar="SECONDS", min=1, help=lazy("How often to look at everything again."))
    ] = 300.0,
    move: Annotated[
        bool, typer.Option("--move/--stay", help=lazy("Move files to taken/ or refused/, or let them stay."))
    ] = False,
) -> None:
    """Watch a folder: Word files that settle there become drafts."""
    if not folder.is_dir():
        raise FileTrouble(path=str(folder), why_vi="không có thư mục này", why_en="there is no such folder")
    # Faces do not know each other: the folder's side is found by name.
    inbox, watching = (import_module(f"iso_qms.faces.watch.{name}") for name in ("inbox", "folder"))
    drafter = Person(session.somebody(by), settings.password())
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with session.opened() as qms:
        qms.registers.person(drafter.login)  # an account that is not there is said now, not at the first file
        door = inbox.Inbox(qms, folder.resolve(), drafter, move=move)
        seen = watching.Watch(door, _tell, settle=settle, rescan=rescan)
        if once:
            seen.once(stop)
        else:
            output.say(_("Watching {folder}; Ctrl+C stops.").format(folder=folder))
            seen.run(stop, poll=poll)
        output.say(_summary(seen))


def _tell(path: Path, outcome: Any, sentence: str) -> None:
    mark = {"taken": "✓", "known": "·", "refused": "✗"}[outcome.value]
    if outcome.value != "known":
        output.say(f"{mark} {path.name}: {sentence}")


def _summary(seen: Any) -> str:
    counts = {outcome.value: number for outcome, number in seen.counts.items()}
    return _("{taken} taken, {known} already known, {refused} refused.").format(
        taken=counts.get("taken", 0), known=counts.get("known", 0), refused=counts.get("refused", 0)
    )
