"""The command serve: the register over HTTP for other services."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from iso_qms.domain.errors import BadInput
from iso_qms.faces.cli import output, session
from iso_qms.faces.i18n import _, lazy


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help=lazy("The address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help=lazy("The port; 0 takes a free one."))
    ] = 8765,
    snapshots: Annotated[
        Path | None,
        typer.Option("--snapshots", metavar="FOLDER", help=lazy("The folder of published snapshots to hand out.")),
    ] = None,
    access_log: Annotated[
        bool, typer.Option("--access-log/--no-access-log", help=lazy("One line of JSON for each request."))
    ] = True,
) -> None:
    """Answer other services over HTTP until it is stopped."""
    chosen = session.settings()
    try:
        # Faces do not know each other, and whoever never serves need not have what serving takes.
        serving = import_module("iso_qms.faces.api.serving")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("iso_qms"):
            raise
        what = f"thiếu {missing.name}: pip install 'iso-qms[web]' / {missing.name} is missing"
        raise BadInput(what=what) from None
    serving.serve(
        chosen,
        session.options_of(chosen),
        host=host,
        port=port,
        access_log=access_log,
        snapshots=snapshots,
        started=lambda address: output.say(_("Serving at {address}; Ctrl+C stops.").format(address=address)),
    )
