"""Commands that look things up: show, list, history, tasks, changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from iso_qms.domain.document import Document, Version
from iso_qms.faces import wording
from iso_qms.faces.cli import explaining, guidance, output, session
from iso_qms.faces.cli.options import At, Code, Json, Known
from iso_qms.faces.dates import instant_text, parse_instant
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from datetime import datetime

    from iso_qms.qms import Qms


def show(code: Code, at: At = None, known: Known = None, as_json: Json = False) -> None:
    """One document: what is in force, its versions, what is planned."""
    with session.opened() as qms:
        asked_at = qms.clock.now() if at is None else parse_instant(at, qms.zone)
        asked_known = None if known is None else parse_instant(known, qms.zone)
        document = qms.document(code)
        if as_json:
            output.json_out(_document(qms, document, asked_at, asked_known))
        else:
            _show(qms, document, asked_at, asked_known)


def _document(qms: Qms, document: Document, at: datetime, known: datetime | None) -> dict[str, Any]:
    last = document.last
    entry = document.timeline().in_force(at, known)
    return {
        "code": last.code,
        "title": last.title,
        "kind": last.kind,
        "unit": last.unit,
        "tthc": last.service_codes,
        "at": at,
        "known": known,
        "in_force": None if entry is None else entry.version,
        "versions": [_version(qms, document, v) for v in document.versions.values()],
        "timeline": [
            {
                "pos": e.pos,
                "version": e.version,
                "start": e.start,
                "legal_date": e.legal_date,
                "decision": e.decision,
                "transition": e.transition,
                "sunset": e.sunset,
                "accept_old_until": e.accept_old_until,
                "until": e.until,
            }
            for e in document.timeline().live(known)
        ],
    }


def _version(qms: Qms, document: Document, version: Version) -> dict[str, Any]:
    submission = version.round()
    return {
        "number": version.number,
        "label": version.label,
        "state": version.state,
        "class": version.content.change_class,
        "sha256": version.content.sha256,
        "drafted_at": version.draft.at,
        "drafted_by": wording.actor_text(version.draft, qms.registers.names()),
        "reason": version.content.reason,
        "waiting": [step.title for step in submission.waiting()] if submission else [],
        "files": [file.name for file in qms.manifest(document.key, version.number).files],
    }


def _show(qms: Qms, document: Document, at: datetime, known: datetime | None) -> None:
    last = document.last
    timeline = document.timeline()
    kind = wording.word(wording.KINDS, last.kind)
    output.say(f"{last.code}  {last.title}")
    output.say(
        _("Kind: {kind}; unit: {unit}; TTHC: {tthc}").format(
            kind=kind, unit=last.unit or "—", tthc=", ".join(last.service_codes) or "—"
        )
    )
    entry = timeline.in_force(at, known)
    if entry is None or entry.version is None:
        output.say(_("No version is in force at {at}.").format(at=instant_text(at, qms.zone)))
    else:
        output.say(
            _("In force at {at}: {version}, by decision {decision}, from {start}.").format(
                at=instant_text(at, qms.zone),
                version=wording.short(document.versions[entry.version]),
                decision=entry.decision,
                start=instant_text(entry.start, qms.zone),
            )
        )
    overlay = timeline.suspended_somewhere(at, known)
    if overlay.new:
        output.say("! " + wording.word(wording.SCOPES, "all" if overlay.all else "new"))
    for planned in document.planned(at):
        _planned(qms, document, planned)
    output.say()
    output.table(
        [_("Version"), _("Label"), _("State"), _("Drafted"), _("By"), _("Reason")],
        [_version_row(qms, v) for v in document.versions.values()],
        "",
    )


def _planned(qms: Qms, document: Document, planned: Any) -> None:
    words = _("Planned (entry {pos}): {what} from {start}, by decision {decision}.")
    what = _("withdrawal") if planned.version is None else wording.short(document.versions[planned.version])
    start = instant_text(planned.start, qms.zone)
    output.say(words.format(pos=planned.pos, what=what, start=start, decision=planned.decision))


def _version_row(qms: Qms, version: Version) -> list[str]:
    state = wording.word(wording.STATES, version.state)
    submission = version.round()
    if submission is not None:
        state += ": " + ", ".join(step.title for step in submission.waiting())
    return [
        str(version.number),
        version.label,
        state,
        instant_text(version.draft.at, qms.zone),
        wording.actor_text(version.draft, qms.registers.names()),
        version.content.reason,
    ]


def master_list(at: At = None, known: Known = None, as_json: Json = False) -> None:
    """The master list: what is in force, at any instant."""
    with session.opened() as qms:
        asked_at = qms.clock.now() if at is None else parse_instant(at, qms.zone)
        found = qms.master_list(asked_at, None if known is None else parse_instant(known, qms.zone))
        if as_json:
            output.json_out(found)
            return
        output.say(_("In force at {at}:").format(at=instant_text(asked_at, qms.zone)))
        output.table(
            [_("Code"), _("Title"), _("Kind"), _("Version"), _("Label"), _("In force from"), _("Decision"), _("Unit")],
            (
                [
                    each.code,
                    each.title,
                    wording.word(wording.KINDS, each.kind),
                    str(each.number),
                    each.label,
                    instant_text(each.start, qms.zone),
                    each.decision,
                    each.unit or "—",
                ]
                for each in found
            ),
            _("Nothing is in force then; what waits is in “iso-qms tasks”."),
        )


def history(code: Code, as_json: Json = False) -> None:
    """Every act upon a document, in order."""
    with session.opened() as qms:
        names = qms.registers.names()
        links = [explaining.link(record, names, qms.zone) for record in qms.history(code)]
        if as_json:
            output.json_out(links)
            return
        rows = [[str(link.pos), instant_text(link.at, qms.zone), link.who, link.what] for link in links]
        output.table([_("Entry"), _("When"), _("Who"), _("What")], rows, "")


def tasks(
    of: Annotated[
        str | None, typer.Option("--of", "--by", metavar="LOGIN", help=lazy("Only what this account can do now."))
    ] = None,
    as_json: Json = False,
) -> None:
    """What waits for somebody, with the command that does it."""
    with session.opened() as qms:
        found = qms.tasks(of)
        if as_json:
            output.json_out(found)
            return
        output.table(
            [_("Code"), _("Version"), _("What waits"), _("Since"), _("Command")],
            (
                [
                    task.code,
                    wording.version_text(task.number, task.label),
                    wording.word(wording.TASKS, task.kind) + (f": {task.waiting}" if task.kind == "sign" else ""),
                    instant_text(task.since, qms.zone),
                    guidance.command_of(task, of),
                ]
                for task in found
            ),
            _("Nothing waits."),
        )


def changes(at: At = None, as_json: Json = False) -> None:
    """What will change by itself from now on."""
    with session.opened() as qms:
        found = qms.changes(None if at is None else parse_instant(at, qms.zone))
        if as_json:
            output.json_out(found)
            return
        output.table(
            [_("When"), _("Code"), _("What changes"), _("Label"), _("Decision")],
            (
                [
                    instant_text(each.at, qms.zone),
                    each.code,
                    wording.word(wording.CHANGES, each.what),
                    each.label or "—",
                    each.decision or "—",
                ]
                for each in found
            ),
            _("Nothing is planned to change."),
        )
