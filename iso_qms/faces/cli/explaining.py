"""Why a version is or is not in force: the recorded acts that led there, in order, with who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, tzinfo
from functools import singledispatch
from typing import Any

from iso_qms.domain import events as ev
from iso_qms.domain.decision import Decision
from iso_qms.domain.document import Document, label_text
from iso_qms.faces import wording
from iso_qms.faces.dates import day_text, instant_text
from iso_qms.faces.i18n import _, language

PERSONS = ("person", "principal", "holder", "operator")
"""Fields that hold a pseudonymous id: the name is shown."""

UNTOLD = ("document", "reason", "sha256", "verifier_sha256", "token_sha256", "root", "accepted", "reset")
"""Fields that say nothing to a reader of the journal, or stand elsewhere in the line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One act of the explanation: its place in the journal, when (aware UTC), who, and what in one sentence."""

    pos: int
    at: datetime
    who: str
    act: str
    what: str


def chain(
    document: Document, decision: Decision, names: Mapping[str, Any], known: datetime | None, zone: tzinfo
) -> list[Link]:
    """The acts on the version asked about and everything that moved the document's timeline, as known."""
    asked = decision.asked.number if decision.asked else None
    governing = decision.current.number if decision.current else None
    told: list[Link] = []
    for record in document.history:
        if known is not None and record.at > known:
            continue
        number = getattr(record.event, "number", None)
        if number in (None, asked, governing) or isinstance(record.event, ev.Issued):
            told.append(link(record, names, zone))
    return told


def link(record: ev.Recorded, names: Mapping[str, Any], zone: tzinfo) -> Link:
    """One recorded act in words."""
    what = "; ".join(part for part in _parts(record.event, names, zone) if part)
    return Link(record.pos, record.at, wording.actor_text(record, names), record.event.act, what)


def _parts(event: ev.Event, names: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    yield sentence(event, names, zone)
    reason = getattr(event, "reason", None)
    if reason:
        yield _("reason: {reason}").format(reason=reason)


@singledispatch
def sentence(event: ev.Event, names: Mapping[str, Any], zone: tzinfo) -> str:
    """What an act did, in one clause; an act without a clause of its own is told with what it says."""
    from iso_qms.services.act_words import act_words

    words = act_words(event.act, language())
    told = [_told(each.name, getattr(event, each.name), names, zone) for each in fields(event)]
    facts = ", ".join(fact for fact in told if fact)
    return words[:1].lower() + words[1:] + (f" ({facts})" if facts else "")


def _told(name: str, value: Any, names: Mapping[str, Any], zone: tzinfo) -> str:
    """One fact of an act for people; digests and what has its own column stay out."""
    if value in (None, (), False, "") or name in UNTOLD:
        return ""
    if isinstance(value, datetime):
        return instant_text(value, zone)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, tuple):
        return ", ".join(_told("", item, names, zone) for item in value)
    if hasattr(value, "title") and not isinstance(value, str):
        return str(value.title)
    if name in ("role", ""):
        return wording.word(wording.ROLES, str(value))
    return wording.name_of(str(value), names) if name in PERSONS else str(value)


@sentence.register
def _drafted(event: ev.Drafted, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("drafted {version} “{title}” ({kind} change)").format(
        version=wording.version_text(event.number, label_text(event.issue, event.revision)),
        title=event.title,
        kind=wording.word(wording.CLASSES, event.change_class),
    )


@sentence.register
def _submitted(event: ev.Submitted, names: Mapping[str, Any], zone: tzinfo) -> str:
    steps = ", ".join(step.title for step in event.steps)
    return _("submitted version {number} to the chain “{chain}”: {steps}").format(
        number=event.number, chain=event.chain, steps=steps
    )


@sentence.register
def _signed(event: ev.Signed, names: Mapping[str, Any], zone: tzinfo) -> str:
    said = _("signed version {number} ({meaning})").format(
        number=event.number, meaning=wording.word(wording.MEANINGS, event.meaning)
    )
    if event.principal is not None:
        said += " " + _("{capacity}. for {principal}").format(
            capacity=event.capacity or "", principal=wording.name_of(event.principal, names)
        )
    return said if event.comment is None else f"{said}: {event.comment}"


@sentence.register
def _returned(event: ev.Returned, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("returned version {number} to its drafter").format(number=event.number)


@sentence.register
def _abandoned(event: ev.Abandoned, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("abandoned version {number}").format(number=event.number)


@sentence.register
def _issued(event: ev.Issued, names: Mapping[str, Any], zone: tzinfo) -> str:
    words = _("reinstated version {number} by decision {decision}, day of effect {day}, enforced from {start}")
    if not event.reinstates:
        words = _("issued version {number} by decision {decision}, day of effect {day}, enforced from {start}")
    said = words.format(
        number=event.number,
        decision=event.decision,
        day=day_text(event.legal_date),
        start=instant_text(event.start, zone),
    )
    if event.until is not None:
        said += ", " + _("as an emergency until {end}").format(end=instant_text(event.until, zone))
    return said


@sentence.register
def _ratified(event: ev.Ratified, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("ratified the emergency issue of version {number} by decision {decision}").format(
        number=event.number, decision=event.decision
    )


@sentence.register
def _rescinded(event: ev.Rescinded, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("rescinded the decision at entry {pos} before it took effect").format(pos=event.entry)


@sentence.register
def _withdrawn(event: ev.Withdrawn, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("withdrew the document by decision {decision} from {start}").format(
        decision=event.decision, start=instant_text(event.start, zone)
    )


@sentence.register
def _suspended(event: ev.Suspended, names: Mapping[str, Any], zone: tzinfo) -> str:
    end = instant_text(event.end, zone) if event.end else _("it is resumed")
    return _("suspended it from {start} until {end} ({scope})").format(
        start=instant_text(event.start, zone), end=end, scope=wording.word(wording.SCOPES, event.scope)
    )


@sentence.register
def _resumed(event: ev.Resumed, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("lifted the suspension of entry {pos}").format(pos=event.suspension)


@sentence.register
def _refused(event: ev.ActRefused, names: Mapping[str, Any], zone: tzinfo) -> str:
    return _("was refused “{attempted}” ({refusal})").format(attempted=event.attempted, refusal=event.refusal)
