"""Commands that decide when a version governs: issue, rescind, withdraw, suspend, resume, reinstate, ratify."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from iso_qms.domain import events as ev
from iso_qms.domain.civil import civil_date, start_of_day
from iso_qms.domain.errors import ReasonNeeded
from iso_qms.faces import wording
from iso_qms.faces.cli import guidance, output, session
from iso_qms.faces.cli.options import By, Code, DecisionNumber, Effective, Number, Reason, Sunset, Transition
from iso_qms.faces.dates import day_text, instant_text, parse_day, parse_instant
from iso_qms.faces.i18n import _, lazy

if TYPE_CHECKING:
    from datetime import date

    from iso_qms.qms import Qms

Entry = Annotated[
    int | None,
    typer.Option("--entry", metavar="POS", help=lazy("Position of the entry in the journal, where several qualify.")),
]

Override = Annotated[
    list[str] | None,
    typer.Option(
        "--override",
        metavar="NAME",
        help=lazy("Plugin whose objection is overruled, for the reason given; may be given several times."),
    ),
]


def _overruled(names: list[str] | None, reason: str | None) -> dict[str, str] | None:
    """The objections that are overruled, each with the reason; `ReasonNeeded`."""
    if names and not (reason or "").strip():
        raise ReasonNeeded(act="--override")
    return {name: str(reason) for name in names} if names else None


def _day(given: str | None) -> date | None:
    return None if given is None else parse_day(given)


def issue(
    code: Code,
    effective: Effective,
    decision: DecisionNumber,
    by: By = None,
    version: Number = None,
    transition: Transition = "finish",
    sunset: Sunset = None,
    accept_old_until: Annotated[
        str | None,
        typer.Option(
            "--accept-old-until",
            metavar="DATE",
            help=lazy("Last day on which new dossiers may follow the old version."),
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help=lazy("Emergency issue: its last day, unless it is ratified before.")
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=lazy("Why; needed where the day has passed."))
    ] = None,
    base_checked: Annotated[
        bool,
        typer.Option("--base-checked", help=lazy("You have looked at what was issued since this version was drafted.")),
    ] = False,
    override: Override = None,
) -> None:
    """Give an approved version its date of effect and decision number."""
    with session.opened() as qms:
        days = {"sunset": _day(sunset), "accept_old_until": _day(accept_old_until), "until": _day(until)}
        day = parse_day(effective)
        record = session.acting(
            by,
            lambda who: qms.issue(
                code,
                effective=day,
                decision=decision,
                by=who,
                transition=transition,
                number=version,
                reason=reason,
                base_checked=base_checked,
                overrides=_overruled(override, reason),
                **days,
            ),
        )
        _issued(qms, code, record)


def _issued(qms: Qms, code: str, record: ev.Recorded) -> None:
    event = record.event
    assert isinstance(event, ev.Issued)
    document = qms.document(code)
    output.say(
        _("Issued {version} of {code} by decision {decision}, in force from {day}.").format(
            version=wording.short(document.versions[event.number]),
            code=document.last.code,
            decision=event.decision,
            day=day_text(event.legal_date),
        )
    )
    if event.legal_date < civil_date(record.at, qms.zone):
        output.say(
            _("! Recorded after the day of effect: enforced from {instant}, the past does not change.").format(
                instant=instant_text(event.start, qms.zone)
            )
        )
    if event.until is not None:
        output.say(
            _("! Emergency issue: it lapses at {instant} unless it is ratified before.").format(
                instant=instant_text(event.until, qms.zone)
            )
        )
    output.next_step(output.officer(f"check {guidance.quoted(document.last.code)} --version {event.number}"))


def reinstate(
    code: Code,
    version: Annotated[int, typer.Option("--version", metavar="N", help=lazy("Number of the version to bring back."))],
    effective: Effective,
    decision: DecisionNumber,
    reason: Reason,
    by: By = None,
) -> None:
    """Bring an old version back by a new decision."""
    with session.opened() as qms:
        day = parse_day(effective)
        record = session.acting(
            by,
            lambda who: qms.reinstate(code, number=version, effective=day, decision=decision, reason=reason, by=who),
        )
        _issued(qms, code, record)


def ratify(code: Code, decision: DecisionNumber, by: By = None) -> None:
    """Confirm an emergency issue that the full chain has approved."""
    with session.opened() as qms:
        record = session.acting(by, lambda who: qms.ratify(code, decision=decision, by=who))
        event = record.event
        assert isinstance(event, ev.Ratified)
        document = qms.document(code)
        output.say(
            _("Ratified the emergency issue of {version} of {code}; it no longer lapses.").format(
                version=wording.short(document.versions[event.number]), code=document.last.code
            )
        )


def rescind(code: Code, reason: Reason, by: By = None, entry: Entry = None, override: Override = None) -> None:
    """Cancel a planned decision before it takes effect."""
    overruled = _overruled(override, reason)
    with session.opened() as qms:
        record = session.acting(
            by, lambda who: qms.control.rescind(code, by=who, reason=reason, entry=entry, overrides=overruled)
        )
        event = record.event
        assert isinstance(event, ev.Rescinded)
        output.say(
            _("Rescinded the planned decision at entry {pos} on {code}; it never takes effect.").format(
                pos=event.entry, code=qms.document(code).last.code
            )
        )
        output.next_step(output.officer(f"show {guidance.quoted(code)}"))


def withdraw(
    code: Code,
    effective: Effective,
    decision: DecisionNumber,
    reason: Reason,
    by: By = None,
    transition: Transition = "finish",
    sunset: Sunset = None,
    override: Override = None,
) -> None:
    """End a document from a day on."""
    with session.opened() as qms:
        day, last = parse_day(effective), _day(sunset)
        record = session.acting(
            by,
            lambda who: qms.withdraw(
                code,
                effective=day,
                decision=decision,
                reason=reason,
                by=who,
                transition=transition,
                sunset=last,
                overrides=_overruled(override, reason),
            ),
        )
        event = record.event
        assert isinstance(event, ev.Withdrawn)
        output.say(
            _("Withdrawn: {code} ends on {day} by decision {decision}.").format(
                code=qms.document(code).last.code, day=day_text(event.legal_date), decision=event.decision
            )
        )


def suspend(
    code: Code,
    reason: Reason,
    by: By = None,
    scope: Annotated[
        str, typer.Option("--scope", help=lazy("What stops: new (receiving) or all (everything)."))
    ] = "new",
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=lazy("When it begins; at once where not given."))
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help=lazy("Its last day; until it is resumed where not given.")),
    ] = None,
    version: Number = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help=lazy("Only in this unit; may be given several times.")),
    ] = None,
    decision: Annotated[
        str | None, typer.Option("--decision", metavar="NUMBER", help=lazy("Number of the decision, if there is one."))
    ] = None,
) -> None:
    """Stop receiving dossiers, or everything, for a while."""
    with session.opened() as qms:
        begins = None if start is None else parse_instant(start, qms.zone)
        last = None if end is None else start_of_day(parse_day(end) + timedelta(days=1), qms.zone)
        record = session.acting(
            by,
            lambda who: qms.suspend(
                code,
                reason=reason,
                by=who,
                scope=scope,
                start=begins,
                end=last,
                number=version,
                units=unit or (),
                decision=decision,
            ),
        )
        event = record.event
        assert isinstance(event, ev.Suspended)
        output.say(
            _("Suspended {code} from {start} ({scope}), until {end}.").format(
                code=qms.document(code).last.code,
                start=instant_text(event.start, qms.zone),
                scope=wording.word(wording.SCOPES, event.scope),
                end=instant_text(event.end, qms.zone) if event.end else _("it is resumed"),
            )
        )
        output.next_step(output.officer(f'resume {guidance.quoted(code)} --reason "…"', by))


def resume(code: Code, reason: Reason, by: By = None, entry: Entry = None) -> None:
    """Lift a suspension."""
    with session.opened() as qms:
        session.acting(by, lambda who: qms.resume(code, reason=reason, by=who, suspension=entry))
        document = qms.document(code)
        output.say(_("Resumed {code}.").format(code=document.last.code))
        found = qms.in_force(code)
        if found is None:
            output.say(_("No version is in force now."))
        else:
            output.say(_("In force now: {version}.").format(version=wording.version_text(found.number, found.label)))
