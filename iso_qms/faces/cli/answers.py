"""Commands that answer whether and why a version governs: check and explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.faces.cli import explaining, output, session
from iso_qms.faces.cli.options import At, Code, Json, Known
from iso_qms.faces.dates import instant_text, parse_instant
from iso_qms.faces.i18n import _, language, lazy

if TYPE_CHECKING:
    from iso_qms.domain.decision import Decision

EXITS = {"allow": 0, "warn": 0, "deny": 3, "unknown": 4}
ACTIONS = ("start", "continue", "display", "cite")


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
    as_json: Json = False,
) -> None:
    from iso_qms.domain.acts import choose

    zone = output.zone()
    asked_at = None if at is None else parse_instant(at, zone)
    asked_known = None if known is None else parse_instant(known, zone)
    choose(action, "action", ACTIONS)
    with session.opened() as qms:
        decision = qms.check(
            code, version=number(version), action=action, at=asked_at, known=asked_known, sha256=sha256, unit=unit
        )
    raise typer.Exit(told(decision, as_json))


def number(version: str | None) -> int | str | None:
    """A version as it was typed: a number where it is one, else a label."""
    if version is None:
        return None
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else version


def told(decision: Decision, as_json: bool) -> int:
    """Print a decision; its exit code."""
    if as_json:
        output.json_out(decision.as_dict(language()))
    else:
        output.say(decision.message(language()))
        output.say(
            _("({verdict} {reason}, asked for {at}, entry {pos} of the journal)").format(
                verdict=decision.verdict.value.upper(),
                reason=decision.reason,
                at=instant_text(decision.at),
                pos=decision.pos,
            )
        )
    return EXITS[decision.verdict.value]


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
    with session.opened() as qms:
        asked_at = qms.clock.now() if at is None else parse_instant(at, qms.zone)
        asked_known = None if known is None else parse_instant(known, qms.zone)
        document = qms.document(code)
        decision = qms.check(code, version=number(version), at=asked_at, known=asked_known)
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
