"""The command process: the steps, roles and time limits that are enforced, shown, corrected and confirmed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from iso_qms.domain import os_words
from iso_qms.domain.errors import BadInput, FileTrouble
from iso_qms.domain.process import is_confirmed
from iso_qms.faces.cli import options, output, session
from iso_qms.faces.i18n import _, lazy

LARGEST = 2_000_000


def process(
    code: options.Code,
    number: options.Number = None,
    given: Annotated[
        Path | None, typer.Option("--set", metavar="FILE", help=lazy("JSON to take in place of what was read."))
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help=lazy("Confirm the process as it is shown."))] = False,
    by: options.By = None,
    as_json: options.Json = False,
) -> None:
    """Show, correct and confirm the steps and times that will be enforced."""
    with session.opened() as qms:
        shown, found = qms.process(code, number)
        if given is not None:
            found = _read(given)
        if given is not None or confirm:
            reason = _("The process data were confirmed.")
            session.acting(by, lambda person: qms.confirm_process(code, found, by=person, reason=reason, number=shown))
            output.say(_("{code}: the process of version {number} is confirmed.").format(code=code, number=shown))
            output.next_step(f"iso-qms submit {code}")
            return
        if as_json:
            output.json_out(found)
            return
        state = _("confirmed") if is_confirmed(found) else _("a proposal of the reader, not confirmed yet")
        output.say(_("{code}, version {number}: {state}").format(code=code, number=shown, state=state))
        headings = (_("Step"), _("What is done"), _("Who"), _("Time"), _("Forms"), _("Key"))
        output.table(headings, [_row(step) for step in found.get("steps", ())], _("There are no steps."))
        if not is_confirmed(found):
            output.next_step(f"iso-qms process {code} --confirm")


def _row(step: dict[str, Any]) -> tuple[str, ...]:
    limit = step.get("limit") or {}
    return (
        str(step.get("no", "")),
        str(step.get("name", "")),
        ", ".join(map(str, step.get("roles") or ())),
        str(limit.get("text", "")),
        ", ".join(map(str, step.get("forms") or ())),
        str(step.get("key", "")),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise FileTrouble(path=str(path), why_vi="lớn hơn 2 MB", why_en="it is larger than 2 MB")
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileTrouble(path=str(path), **os_words.why(error)) from None
    except (ValueError, RecursionError):
        raise FileTrouble(path=str(path), why_vi="không phải JSON", why_en="it is no JSON") from None
    if not isinstance(said, dict):
        raise BadInput(what="JSON phải là một đối tượng / the JSON must be an object")
    return said
