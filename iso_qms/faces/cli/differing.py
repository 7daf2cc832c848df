"""The command diff: what changed between two versions, in words, and as a Word file with tracked changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Code, Json
from iso_qms.faces.i18n import _, language, lazy


def diff(
    code: Code,
    old: Annotated[int, typer.Argument(metavar="A", help=lazy("Number of the older version."))],
    new: Annotated[int, typer.Argument(metavar="B", help=lazy("Number of the newer version."))],
    docx: Annotated[
        Path | None, typer.Option("--docx", metavar="FILE", help=lazy("Write a Word file with tracked changes."))
    ] = None,
    as_json: Json = False,
) -> None:
    """What changed between two versions, in words or as a Word file."""
    from iso_qms.documents.compare import to_text

    with session.opened() as qms:
        difference = qms.difference(code, old, new)
        if as_json:
            output.json_out(difference.as_dict())
        elif difference.identical:
            output.say(_("The two versions read the same."))
        else:
            output.say(to_text(difference, language()))
        if docx is not None:
            _write(docx, qms.read_file(code, old), qms.read_file(code, new))
            if not as_json:
                output.say(_("Written: {file}").format(file=docx))


def _write(target: Path, old: bytes, new: bytes) -> None:
    from iso_qms.documents.redline import redline

    output.write_file(target, redline(old, new, "iso-qms", datetime.now(UTC)))
