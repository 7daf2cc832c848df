"""Commands that answer whether and why a version governs: check and explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iso_qms.domain import os_words
from iso_qms.domain.decision import Action, Citation
from iso_qms.domain.errors import FileTrouble
from iso_qms.faces.cli import decisions, explaining, output, session
from iso_qms.faces.cli.options import At, Code, Json, Known
from iso_qms.faces.dates import instant_text, parse_instant
from iso_qms.faces.i18n import _, language, lazy


def check(
    code: Code,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="N", help=lazy("Number or label of the version; else the one in force.")),
    ] = None,
    action: Annotated[
        str, typer.Option("--action", help=lazy("What is to be done: start, continue, display or cite."))
    ] = "start",
    at: At = None,
    known: Known = None,
    sha256: Annotated[str | None, typer.Option("--sha256", help=lazy("Digest of the content that is at hand."))] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=lazy("The unit in which it is to be done."))] = None,
    pin: Annotated[
        Path | None,
        typer.Option("--pin", metavar="FILE", help=lazy("The dossier's citation as JSON, for the action continue.")),
    ] = None,
    elected: Annotated[bool, typer.Option("--elected", help=lazy("The applicant has chosen the new version."))] = False,
    as_json: Json = False,
) -> None:
    """Whether a version may be used at an instant (exit code 0 yes, 3 no, 4 unknown)."""
    from iso_qms.domain.acts import choose

    zone = output.zone()
    asked_at = None if at is None else parse_instant(at, zone)
    asked_known = None if known is None else parse_instant(known, zone)
    choose(action, "action", tuple(Action))
    cited = None if pin is None else _citation(pin)
    with session.opened() as qms:
        decision = qms.check(
            code,
            pin=cited,
            elected=elected,
            version=decisions.version_of(version),
            action=action,
            at=asked_at,
            known=asked_known,
            sha256=sha256,
            unit=unit,
        )
    output.say(decisions.words_of(decision, language(), as_json))
    raise typer.Exit(decisions.EXITS[decision.verdict.value])


def _citation(file: Path) -> Citation:
    """The citation that a file holds; `FileTrouble` where it holds none."""
    import json

    try:
        return Citation.from_dict(json.loads(file.read_bytes()))
    except OSError as trouble:
        raise FileTrouble(path=str(file), **os_words.why(trouble)) from None
    except ValueError as trouble:
        vi, _slash, en = str(trouble).partition(" / ")
        raise FileTrouble(path=str(file), why_vi=vi, why_en=en or vi) from None


def explain(
    code: Code,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="N", help=lazy("Number or label of the version; else the one in force.")),
    ] = None,
    at: At = None,
    known: Known = None,
    as_json: Json = False,
) -> None:
    """Why a version is or is not in force: the acts that led there."""
    with session.opened() as qms:
        asked_at = qms.clock.now() if at is None else parse_instant(at, qms.zone)
        asked_known = None if known is None else parse_instant(known, qms.zone)
        document = qms.document(code)
        decision = qms.check(code, version=decisions.version_of(version), at=asked_at, known=asked_known)
        links = explaining.chain(document, decision, qms.registers.names(), asked_known, qms.zone)
        if as_json:
            output.json_out({"decision": decision.as_dict(language()), "because": links})
            return
        output.say(decision.message(language()))
        output.say()
        for link in links:
            output.say(
                _("entry {pos}, {at}: {who}: {what}").format(
                    pos=link.pos, at=instant_text(link.at, qms.zone), who=link.who, what=link.what
                )
            )
        ahead = document.timeline().next_change(asked_at, asked_known)
        if ahead is not None:
            output.say()
            output.say(_("The answer may change at {instant}.").format(instant=instant_text(ahead, qms.zone)))
