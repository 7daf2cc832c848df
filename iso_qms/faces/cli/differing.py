"""The command diff: what changed between two versions, in words, and as a Word file with tracked changes."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.domain.errors import FileTrouble
from iso_qms.faces.cli import output, session
from iso_qms.faces.cli.options import Code, Json
from iso_qms.faces.i18n import _, language, lazy

if TYPE_CHECKING:
    from iso_qms.documents import Reading
    from iso_qms.qms import Qms


def diff(
    code: Code,
    old: Annotated[int, typer.Argument(metavar="A", help=lazy("Number of the older version."))],
    new: Annotated[int, typer.Argument(metavar="B", help=lazy("Number of the newer version."))],
    docx: Annotated[
        Path | None, typer.Option("--docx", metavar="FILE", help=lazy("Write a Word file with tracked changes."))
    ] = None,
    as_json: Json = False,
) -> None:
    from iso_qms.documents.compare import compare, to_text

    with session.opened() as qms:
        difference = compare(_reading(qms, code, old), _reading(qms, code, new))
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


def _reading(qms: Qms, code: str, number: int) -> Reading:
    """What the reader makes of a version's own file, under the name it had when it came in."""
    from iso_qms.documents import Unreadable, read_file

    name = Path(qms.manifest(code, number).main.name).name
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / name
        kept.write_bytes(qms.read_file(code, number))
        try:
            return read_file(kept)
        except Unreadable as trouble:
            raise FileTrouble(path=name, why_vi=trouble.message_vi, why_en=trouble.message_en) from None


def _write(target: Path, old: bytes, new: bytes) -> None:
    from iso_qms.documents import Unreadable
    from iso_qms.documents.redline import redline

    try:
        marked = redline(old, new, "iso-qms", datetime.now(UTC))
        target.write_bytes(marked)
    except Unreadable as trouble:
        raise FileTrouble(path=str(target), why_vi=trouble.message_vi, why_en=trouble.message_en) from None
    except OSError as trouble:
        why = str(trouble.strerror or trouble)
        raise FileTrouble(path=str(target), why_vi=why, why_en=why) from None
