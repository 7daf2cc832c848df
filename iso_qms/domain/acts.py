"""One function per act upon a document: it checks the rules and returns one event, or raises one refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from iso_qms.domain import civil, errors
from iso_qms.domain import events as ev
from iso_qms.domain.chain import Chain, Step, fits, validate
from iso_qms.domain.code import clean_code, service_code
from iso_qms.domain.document import CLASSES, KINDS, Document, Submission, Version, label_text
from iso_qms.domain.people import Actor, Seat
from iso_qms.domain.text import line, optional_line, prose
from iso_qms.domain.timeline import SCOPES, TRANSITIONS, Entry

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
"""How content is named: SHA-256 in small hexadecimal digits."""

LAST_LABEL = 9999
"""Highest number of an issue or a revision that is still a label and not a slip of the keyboard."""

FARTHEST = 50
"""How many years ahead a legal date may lie; how far back follows from the calendar, see `EARLIEST`."""

EARLIEST = date(1945, 9, 2)
"""No authority that keeps this register issued anything before."""

LAST_DAY = date(9000, 1, 1)
"""Days after it are not handled: their ends would leave the calendar."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When an act is recorded: an aware UTC instant, and the zone in which the office's days begin."""

    at: datetime
    zone: tzinfo = civil.OFFICE_ZONE

    @property
    def today(self) -> date:
        """The civil day of the office."""
        return civil.civil_date(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Content:
    """What is proposed: the printed code, title and label, the manifest's digest, and what kind of change it is."""

    code: str
    title: str
    issue: int
    revision: int | None
    sha256: str
    kind: str = "procedure"
    change_class: str = "major"
    unit: str | None = None
    service_codes: tuple[str, ...] = ()
    open_changes: int = 0
    file_date: date | None = None


def choose(given: str, field: str, allowed: Sequence[str]) -> str:
    """A value out of a closed list, or `BadChoice`."""
    if given not in allowed:
        raise errors.BadChoice(given=given, field=field, allowed=", ".join(allowed))
    return given


def require_role(actor: Actor, act: str, *roles: str, day: date, unit: str | None = None) -> Seat:
    """The seat in which an actor may do an act, in person or by mandate; `Inactive` or `NoRight`."""
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    for role in roles:
        for seat in actor.seats(role, day, unit):
            return seat
    raise errors.NoRight(login=actor.login, act=act, roles=" / ".join(roles))


def require_own_role(actor: Actor, act: str, *roles: str) -> None:
    """`Inactive` or `NoRight` unless the actor holds a role in person: a mandate lends signing, never authorship.

    Whoever wrote in somebody else's name could otherwise be approved by that very person.
    """
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    if not actor.roles.intersection(roles):
        raise errors.NoRight(login=actor.login, act=act, roles=" / ".join(roles))


# --- content ------------------------------------------------------------------------------------------------------


def draft(
    document: Document,
    content: Content,
    *,
    actor: Actor,
    moment: Moment,
    reason: str,
    requests: tuple[int, ...] = (),
    new: bool = False,
    number: int | None = None,
    copy_of: int | None = None,
) -> ev.Drafted:
    """Propose content: for the open draft if there is one, else (or with `new`) for the next version.

    Content that a chain has completely approved is never changed: it becomes another version. `copy_of` names an
    existing version from which the draft starts, and whose content alone it may repeat.
    """
    require_own_role(actor, "draft", "drafter", "controller")
    if not DIGEST.match(content.sha256):
        raise errors.BadInput(what="nội dung phải được nêu bằng SHA-256 / content is named by its SHA-256")
    version = None if new else _draft_to_change(document, number)
    if copy_of is not None:
        _version(document, copy_of)
    _refuse_same_content(document, version, content, copy_of)
    _refuse_taken_label(document, version, content)
    return ev.Drafted(
        document=document.key,
        code=clean_code(content.code),
        kind=choose(content.kind, "kind", KINDS),
        title=line(content.title, "title"),
        number=version.number if version else max(document.versions, default=0) + 1,
        issue=content.issue,
        revision=content.revision,
        sha256=content.sha256,
        change_class=choose(content.change_class, "class", CLASSES),
        reason=prose(reason, "reason"),
        base=version.content.base if version else copy_of or _base(document, moment.at),
        unit=content.unit,
        service_codes=tuple(dict.fromkeys(service_code(code) for code in content.service_codes)),
        requests=requests,
        open_changes=content.open_changes,
        file_date=content.file_date,
    )


def _draft_to_change(document: Document, number: int | None) -> Version | None:
    if number is not None:
        version = _version(document, number)
        if version.state == "approved":
            raise errors.NoDraft(document=document.code)
        return version
    return _only(document.open_versions, optional=True)


def _base(document: Document, at: datetime) -> int | None:
    """The version that a new one starts from: what is in force, else what is planned next, else the newest approved."""
    timeline = document.timeline()
    entry = timeline.in_force(at) or next((e for e in timeline.live() if e.start > at), None)
    if entry is not None and entry.version is not None:
        return entry.version
    return max((v.number for v in document.versions.values() if v.state == "approved"), default=None)


def _refuse_same_content(document: Document, version: Version | None, content: Content, copy_of: int | None) -> None:
    for other in document.versions.values():
        if other.content.sha256 != content.sha256 or other.abandoned or other.number == copy_of:
            continue
        same = other.content
        if other is not version or (same.issue, same.revision, same.title, same.change_class) == (
            content.issue,
            content.revision,
            content.title,
            content.change_class,
        ):
            raise errors.SameContent(number=other.number)


def _refuse_taken_label(document: Document, version: Version | None, content: Content) -> None:
    if not 1 <= content.issue <= LAST_LABEL or not 0 <= (content.revision or 0) <= LAST_LABEL:
        raise errors.BadInput(
            what=f"lần ban hành từ 1, lần sửa đổi từ 0, đều không quá {LAST_LABEL} / "
            f"issue from 1, revision from 0, neither above {LAST_LABEL}"
        )
    for other in document.versions.values():
        taken = (other.content.issue, other.content.revision or 0) == (content.issue, content.revision or 0)
        if taken and other is not version and not other.abandoned:
            raise errors.LabelTaken(
                label=label_text(content.issue, content.revision), number=other.number, document=content.code
            )


def abandon(
    document: Document, *, actor: Actor, moment: Moment, reason: str, number: int | None = None
) -> ev.Abandoned:
    """Give up a draft that is not approved."""
    version = _open_version(document, number)
    require_own_role(actor, "abandon", "drafter", "controller")
    return ev.Abandoned(document.key, version.number, version.content.sha256, prose(reason, "reason"))


# --- approval -----------------------------------------------------------------------------------------------------


def submit(
    document: Document,
    chain: Chain,
    *,
    actor: Actor,
    moment: Moment,
    number: int | None = None,
    accept_open_changes: bool = False,
) -> ev.Submitted:
    """Put a draft before a chain, which is copied by value; also an emergency version before its full chain."""
    version = version_to_submit(document, number)
    content = version.content
    require_own_role(actor, "submit", "drafter", "controller")
    if version.round() is not None:
        raise errors.AlreadySubmitted(number=version.number, document=content.code)
    if content.open_changes and not accept_open_changes:
        raise errors.OpenChanges(count=content.open_changes)
    validate(chain)
    if not fits(chain, content.kind, content.unit, content.change_class):
        raise errors.BadChain(
            chain=chain.name,
            why_vi=f"không dành cho {content.kind}, đơn vị {content.unit or '—'}, mức thay đổi {content.change_class}",
            why_en=f"it is not for a {content.kind} of unit {content.unit or '—'}, class {content.change_class}",
        )
    return ev.Submitted(document.key, version.number, content.sha256, chain.name, chain.steps, chain.emergency)


def version_to_submit(document: Document, number: int | None) -> Version:
    """The version a submission is about: the one named, else the only one that no full chain has approved."""
    if number is not None:
        version = _version(document, number)
        if version.abandoned or version.fully_approved:
            raise errors.NoDraft(document=document.code)
        return version
    drafts = [v for v in document.versions.values() if not v.abandoned and not v.fully_approved]
    if not drafts:
        raise errors.NoDraft(document=document.code)
    found = _only(drafts)
    assert found is not None
    return found


def sign(
    document: Document,
    *,
    actor: Actor,
    moment: Moment,
    number: int | None = None,
    sha256: str | None = None,
    meaning: str | None = None,
    change_class: str | None = None,
    comment: str | None = None,
) -> ev.Signed:
    """Fill one open seat of the chain, in person or for a principal, bound to exactly this content.

    Four eyes over persons: no author signs, nobody fills two seats, and a deputy counts as the person represented too.
    `sha256` is the content the signer looked at; another content is refused.
    """
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    version = _version_under_signature(document, number)
    submission = version.round()
    assert submission is not None
    if sha256 is not None and sha256 != submission.sha256:
        raise errors.ContentChanged(number=version.number)
    step, seat = _seat(version, submission, actor, moment)
    if meaning is not None and meaning != step.meaning:
        raise errors.WrongMeaning(expected=step.meaning, given=meaning)
    if change_class is not None and change_class != version.content.change_class:
        raise errors.WrongClass(expected=version.content.change_class, given=change_class)
    return ev.Signed(
        document=document.key,
        number=version.number,
        sha256=submission.sha256,
        submission=submission.pos,
        step=step.key,
        meaning=step.meaning,
        change_class=version.content.change_class,
        role=step.role,
        principal=seat.principal,
        mandate=seat.mandate,
        capacity=seat.capacity,
        comment=optional_line(comment, "comment", limit=1000),
    )


def _seat(version: Version, submission: Submission, actor: Actor, moment: Moment) -> tuple[Step, Seat]:
    """The open step and the seat an actor takes; refusals in the order in which a person would want to hear them."""
    if actor.id in version.authors:
        raise errors.SelfApproval(login=actor.login, number=version.number)
    ways = [(step, seat) for step in submission.waiting() for seat in _ways(step, actor, version, moment)]
    if not ways:
        later = any(_ways(step, actor, version, moment) for step in submission.steps)
        waiting = describe(submission.waiting())
        if later:
            raise errors.NotYourTurn(login=actor.login, waiting=waiting)
        raise errors.NoRight(login=actor.login, act="sign", roles=waiting)
    seated = submission.seated()
    for step, seat in ways:
        persons = {actor.id, seat.principal} - {None}
        if not persons & seated and not persons & version.authors:
            return step, seat
    if all(seat.principal in version.authors for _, seat in ways):
        raise errors.SelfApproval(login=actor.login, number=version.number)
    raise errors.SecondSeat(login=actor.login)


def _ways(step: Step, actor: Actor, version: Version, moment: Moment) -> tuple[Seat, ...]:
    if step.role is None:
        return (Seat(),) if actor.id in step.persons else ()
    return actor.seats(step.role, moment.today, version.content.unit)


def describe(steps: Sequence[Step]) -> str:
    """The steps that are waited for, by their titles, for a sentence."""
    return ", ".join(step.title for step in steps) or "—"


def send_back(
    document: Document, *, actor: Actor, moment: Moment, reason: str, number: int | None = None
) -> ev.Returned:
    """Return a submission to its drafter with a reason: by whoever could sign now, or by the controller."""
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    version = _version_under_signature(document, number)
    submission = version.round()
    assert submission is not None
    step = submission.waiting()[0]
    if "controller" not in actor.roles:
        step, _ = _seat(version, submission, actor, moment)
    return ev.Returned(
        document.key, version.number, submission.sha256, submission.pos, step.key, prose(reason, "reason")
    )


# --- force --------------------------------------------------------------------------------------------------------


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
    _refuse_unapproved(document, version)
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
    version = _version(document, number)
    require_role(actor, "reinstate", "issuer", day=moment.today, unit=version.content.unit)
    if not version.fully_approved:  # an emergency chain approves for a while only
        raise errors.NotApproved(number=number, document=document.code, waiting=_waiting(version))
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
    entry = running[-1]
    assert entry.version is not None
    version = document.versions[entry.version]
    require_role(actor, "ratify", "issuer", day=moment.today, unit=version.content.unit)
    if not version.fully_approved:
        raise errors.NotApproved(number=version.number, document=version.content.code, waiting=_waiting(version))
    return ev.Ratified(
        document.key, entry.pos, version.number, version.content.sha256, line(decision, "decision", limit=100)
    )


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
        _version(document, number)
    begins = max(_aware(start) or moment.at, moment.at)
    end = _aware(end)
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


# --- what several acts share --------------------------------------------------------------------------------------


def _only(versions: Sequence[Version], *, optional: bool = False) -> Version | None:
    if len(versions) > 1:
        raise errors.Ambiguous(numbers=", ".join(str(v.number) for v in versions))
    if not versions and not optional:
        raise AssertionError("callers refuse an empty choice with their own sentence")
    return versions[0] if versions else None


def _version(document: Document, number: int) -> Version:
    if number not in document.versions:
        raise errors.UnknownVersion(document=document.code, number=number)
    return document.versions[number]


def _open_version(document: Document, number: int | None) -> Version:
    versions = [v for v in document.open_versions if number in (None, v.number)]
    if not versions:
        raise errors.NoDraft(document=document.code)
    found = _only(versions)
    assert found is not None
    return found


def _version_under_signature(document: Document, number: int | None) -> Version:
    versions = [v for v in document.versions.values() if v.round() and number in (None, v.number)]
    if not versions:
        raise errors.NotSubmitted(document=document.code)
    found = _only(versions)
    assert found is not None
    return found


def _to_issue(document: Document, number: int | None) -> Version:
    if number is not None:
        return _version(document, number)
    issued = {entry.version for entry in document.timeline().live()}
    waiting = [v for v in document.versions.values() if v.state == "approved" and v.number not in issued]
    found = _only(waiting or document.open_versions[-1:], optional=True)
    if found is not None:
        return found
    if issued:
        raise errors.AlreadyIssued(number=max(n for n in issued if n is not None))
    raise errors.NoDraft(document=document.code)


def _waiting(version: Version) -> str:
    submission = version.round()
    return describe(submission.waiting()) if submission else "trình ký / submission"


def _refuse_unapproved(document: Document, version: Version) -> None:
    if version.state != "approved":
        raise errors.NotApproved(number=version.number, document=document.code, waiting=_waiting(version))


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


def clean_units(units: Sequence[str]) -> tuple[str, ...]:
    """Unit codes as they are kept, each once."""
    return tuple(dict.fromkeys(line(unit, "unit", limit=60) for unit in units))


def _aware(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    try:
        return civil.aware(instant)
    except (ValueError, OverflowError):
        raise errors.BadDate(given=str(instant)) from None


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


def civil_text(instant: datetime, zone: tzinfo) -> str:
    """An instant for a sentence: `01/02/2026`, with the time where it is not midnight."""
    local = instant.astimezone(zone)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"{local:%d/%m/%Y}" if midnight else f"{local:%d/%m/%Y %H:%M:%S}"
