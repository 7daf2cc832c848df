"""Acts of force: issue, reinstate, ratify, rescind, withdraw, suspend, resume."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from iso_qms.domain import civil, errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts.approval import refuse_unapproved, waiting_of
from iso_qms.domain.acts.ground import (
    EARLIEST,
    FARTHEST,
    LAST_DAY,
    Moment,
    aware_or_none,
    choose,
    civil_text,
    clean_units,
    only,
    require_own_role,
    require_role,
    version_of,
)
from iso_qms.domain.document import Document, Version
from iso_qms.domain.people import Actor
from iso_qms.domain.text import line, optional_line, prose
from iso_qms.domain.timeline import SCOPES, TRANSITIONS, Entry


def adopt(
    document: Document, *, actor: Actor, moment: Moment, decision: str, known_from: date, number: int | None = None
) -> ev.Adopted:
    """Take over a version that was approved on paper before the register knew the document; it can then be issued.

    Four eyes: the issuer, never an author. Only while no version of the document was approved in the register, so that
    it is a way in and not a way round the chain.
    """
    drafts = [v for v in document.open_versions if number in (None, v.number)]
    if not drafts:
        raise errors.NoDraft(document=document.last.code)
    version = only(drafts)
    assert version is not None
    require_own_role(actor, "adopt", "issuer")
    if actor.id in version.authors:
        raise errors.SelfApproval(login=actor.login, number=version.number)
    turned_down = any(submission.closed for submission in version.submissions)
    if turned_down or any(v.state == "approved" and v.adopted is None for v in document.versions.values()):
        raise errors.AlreadyControlled(document=document.last.code)
    if version.round() is not None:
        raise errors.AlreadySubmitted(number=version.number, document=document.last.code)
    if known_from > moment.today:
        raise errors.BadDates(why_vi="ngày “biết từ” ở tương lai", why_en="it cannot be known from a future day")
    return ev.Adopted(
        document.key, version.number, version.content.sha256, line(decision, "decision", limit=100), known_from
    )


def issue(
    document: Document,
    *,
    actor: Actor,
    moment: Moment,
    effective: date,
    decision: str,
    number: int | None = None,
    transition: str = "finish",
    sunset: date | None = None,
    accept_old_until: date | None = None,
    until: date | None = None,
    reason: str | None = None,
    base_checked: bool = False,
) -> ev.Issued:
    """Give an approved version its legal date, decision number and transition rule.

    Enforcement starts at max(00:00 of the legal date, now) (a late record never reaches back). With `until` it is an
    emergency issue: after that day the version planned or in force before it governs again by itself.
    """
    version = _to_issue(document, number)
    require_role(actor, "issue", "issuer", day=moment.today, unit=version.content.unit)
    refuse_unapproved(document, version)
    live = [entry for entry in document.timeline().live() if entry.version == version.number]
    if live:
        raise errors.AlreadyIssued(number=version.number)
    if until is None and not version.fully_approved:
        raise errors.EmergencyNeedsEnd(number=version.number)
    start = _start(document, effective, moment)
    _refuse_changed_base(document, version, start, base_checked)
    return ev.Issued(
        document=document.key,
        number=version.number,
        sha256=version.content.sha256,
        legal_date=effective,
        start=start,
        decision=line(decision, "decision", limit=100),
        transition=choose(transition, "transition", TRANSITIONS),
        sunset=_end_of(sunset, "sunset", start, moment),
        accept_old_until=_end_of(accept_old_until, "accept_old_until", start, moment),
        until=_end_of(until, "until", start, moment),
        reason=_late_reason(effective, reason, moment),
        base_checked=base_checked,
    )


def reinstate(
    document: Document, *, actor: Actor, moment: Moment, number: int, effective: date, decision: str, reason: str
) -> ev.Issued:
    """Bring an old version back: a new entry of the timeline, never an edit of the old one."""
    version = version_of(document, number)
    require_role(actor, "reinstate", "issuer", day=moment.today, unit=version.content.unit)
    if not version.fully_approved:  # an emergency chain approves for a while only
        raise errors.NotApproved(number=number, document=document.code, waiting=waiting_of(version))
    live = document.timeline().live()
    if not any(entry.version == number and entry.start <= moment.at for entry in live):
        raise errors.NeverInForce(number=number)
    governing = document.timeline().in_force(moment.at)
    if governing is not None and governing.version == number and not any(e.start > moment.at for e in live):
        raise errors.AlreadyIssued(number=number)
    return ev.Issued(
        document=document.key,
        number=number,
        sha256=version.content.sha256,
        legal_date=effective,
        start=_start(document, effective, moment),
        decision=line(decision, "decision", limit=100),
        reinstates=True,
        reason=prose(reason, "reason"),
    )


def ratify(document: Document, *, actor: Actor, moment: Moment, decision: str) -> ev.Ratified:
    """Confirm an emergency issue whose version the full chain has approved meanwhile; its mandatory end falls away."""
    timeline = document.timeline()
    running = [e for e in timeline.live() if (end := timeline.end_of_emergency(e)) is not None and end > moment.at]
    if not running:
        raise errors.NotEmergency(document=document.code)
    version, entry = _to_ratify(document, running)
    require_role(actor, "ratify", "issuer", day=moment.today, unit=version.content.unit)
    if not version.fully_approved:
        raise errors.NotApproved(number=version.number, document=version.content.code, waiting=waiting_of(version))
    return ev.Ratified(
        document.key, entry.pos, version.number, version.content.sha256, line(decision, "decision", limit=100)
    )


def _to_ratify(document: Document, running: Sequence[Entry]) -> tuple[Version, Entry]:
    """Of several emergency issues the newest that the full chain has approved, else the newest."""
    found = [(document.versions[e.version], e) for e in running if e.version is not None]
    return next((pair for pair in reversed(found) if pair[0].fully_approved), found[-1])


def rescind(document: Document, *, actor: Actor, moment: Moment, reason: str, entry: int | None = None) -> ev.Rescinded:
    """Cancel a planned entry before its start; after the start only a withdrawal or another issue is possible."""
    require_role(actor, "rescind", "issuer", day=moment.today, unit=document.last.unit)
    planned = document.planned(moment.at)
    if entry is not None:
        started = [e for e in document.timeline().live() if e.pos == entry and e.start <= moment.at]
        if started:
            raise errors.AlreadyInForce(start=civil_text(started[0].start, moment.zone))
        planned = [e for e in planned if e.pos == entry]
    if not planned:
        raise errors.NothingPlanned(document=document.code)
    if len(planned) > 1:
        raise errors.Ambiguous(numbers=", ".join(f"{e.version or '—'} (mục {e.pos})" for e in planned))
    return ev.Rescinded(document.key, planned[0].pos, prose(reason, "reason"))


def withdraw(
    document: Document,
    *,
    actor: Actor,
    moment: Moment,
    effective: date,
    decision: str,
    reason: str,
    transition: str = "finish",
    sunset: date | None = None,
) -> ev.Withdrawn:
    """End a document from a day on; running dossiers finish unless the transition says otherwise."""
    require_role(actor, "withdraw", "issuer", day=moment.today, unit=document.last.unit)
    start = _start(document, effective, moment)
    governing = document.timeline().in_force(start)
    if governing is None or governing.version is None:
        raise errors.NothingInForce(document=document.code)
    return ev.Withdrawn(
        document=document.key,
        legal_date=effective,
        start=start,
        decision=line(decision, "decision", limit=100),
        reason=prose(reason, "reason"),
        transition=choose(transition, "transition", TRANSITIONS),
        sunset=_end_of(sunset, "sunset", start, moment),
    )


def suspend(
    document: Document,
    *,
    actor: Actor,
    moment: Moment,
    reason: str,
    scope: str = "new",
    start: datetime | None = None,
    end: datetime | None = None,
    number: int | None = None,
    units: tuple[str, ...] = (),
    decision: str | None = None,
) -> ev.Suspended:
    """Stop receiving (`new`) or everything (`all`) at once or from an instant on; no gate stands before it."""
    require_role(actor, "suspend", "issuer", "controller", day=moment.today, unit=document.last.unit)
    if number is not None:
        version_of(document, number)
    begins = max(aware_or_none(start) or moment.at, moment.at)
    end = aware_or_none(end)
    if end is not None and end <= begins:
        raise errors.BadDates(
            why_vi="tạm ngưng kết thúc trước khi bắt đầu", why_en="the suspension ends before it starts"
        )
    return ev.Suspended(
        document=document.key,
        scope=choose(scope, "scope", SCOPES),
        start=begins,
        reason=prose(reason, "reason"),
        end=end,
        number=number,
        units=clean_units(units),
        decision=optional_line(decision, "decision", limit=100),
    )


def resume(
    document: Document, *, actor: Actor, moment: Moment, reason: str, suspension: int | None = None
) -> ev.Resumed:
    """Lift a suspension now; whatever is in force now governs again."""
    require_role(actor, "resume", "issuer", "controller", day=moment.today, unit=document.last.unit)
    lifted = {resumption.suspension for resumption in document.resumptions}
    running = [
        s
        for s in document.suspensions
        if s.pos not in lifted and (s.end is None or s.end > moment.at) and suspension in (None, s.pos)
    ]
    if not running:
        raise errors.NotSuspended(document=document.code)
    if len(running) > 1:
        raise errors.Ambiguous(numbers=", ".join(f"mục {s.pos}" for s in running))
    return ev.Resumed(document.key, running[0].pos, prose(reason, "reason"))


def _to_issue(document: Document, number: int | None) -> Version:
    if number is not None:
        return version_of(document, number)
    issued = {entry.version for entry in document.timeline().live()}
    waiting = [v for v in document.versions.values() if v.state == "approved" and v.number not in issued]
    found = only(waiting or document.open_versions[-1:], optional=True)
    if found is not None:
        return found
    if issued:
        raise errors.AlreadyIssued(number=max(n for n in issued if n is not None))
    raise errors.NoDraft(document=document.code)


def _start(document: Document, effective: date, moment: Moment) -> datetime:
    if effective < EARLIEST or effective.year > moment.today.year + FARTHEST:
        raise errors.BadDates(why_vi="ngày hiệu lực quá xa", why_en="the legal date is too far away")
    start = civil.enforced_from(effective, moment.at, moment.zone)
    if any(entry.start == start for entry in document.timeline().live()):
        raise errors.StartTaken(document=document.code, start=civil_text(start, moment.zone))
    return start


def _end_of(day: date | None, field: str, start: datetime, moment: Moment) -> datetime | None:
    """The instant after the last day of a period that must end after it starts (“đến hết ngày”)."""
    if day is None:
        return None
    if day > LAST_DAY:
        raise errors.BadDates(why_vi=f"{field} quá xa", why_en=f"{field} is too far away")
    end = civil.start_of_day(date.fromordinal(day.toordinal() + 1), moment.zone)
    if end <= start:
        raise errors.BadDates(
            why_vi=f"{field} ({day:%d/%m/%Y}) phải sau ngày bắt đầu",
            why_en=f"{field} ({day:%d/%m/%Y}) must be after the start",
        )
    return end


def _late_reason(effective: date, reason: str | None, moment: Moment) -> str | None:
    if effective < moment.today and not (reason or "").strip():
        raise errors.LateReason(legal=f"{effective:%d/%m/%Y}")
    return None if reason is None or not reason.strip() else prose(reason, "reason")


def _refuse_changed_base(document: Document, version: Version, start: datetime, checked: bool) -> None:
    """An approved version may miss what was issued after it was drafted: the issuer must have looked."""
    if checked:
        return
    for entry in document.timeline().live():
        if missed(entry, version, start):
            raise errors.BaseChanged(number=version.number, base=version.content.base or "—", other=entry.version)


def missed(entry: Entry, version: Version, start: datetime | None) -> bool:
    """Whether an entry brought content that `version`, starting at `start`, was not drafted from."""
    return (
        entry.recorded_at > version.first_drafted_at
        and entry.version not in (None, version.number, version.content.base)
        and (start is None or entry.start < start)
    )
