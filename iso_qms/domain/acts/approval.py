"""Acts of approval: submit, sign, send back; four eyes over persons."""

from __future__ import annotations

from collections.abc import Sequence

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts.ground import Moment, only, require_own_role, version_of
from iso_qms.domain.chain import Chain, Step, fits, validate
from iso_qms.domain.document import Document, Submission, Version
from iso_qms.domain.people import Actor, Seat
from iso_qms.domain.text import optional_line, prose


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
        version = version_of(document, number)
        if version.abandoned or version.fully_approved:
            raise errors.NoDraft(document=document.code)
        return version
    drafts = [v for v in document.versions.values() if not v.abandoned and not v.fully_approved]
    if not drafts:
        raise errors.NoDraft(document=document.code)
    found = only(drafts)
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


def _version_under_signature(document: Document, number: int | None) -> Version:
    versions = [v for v in document.versions.values() if v.round() and number in (None, v.number)]
    if not versions:
        raise errors.NotSubmitted(document=document.code)
    found = only(versions)
    assert found is not None
    return found


def waiting_of(version: Version) -> str:
    submission = version.round()
    return describe(submission.waiting()) if submission else "trình ký / submission"


def refuse_unapproved(document: Document, version: Version) -> None:
    if version.state != "approved":
        raise errors.NotApproved(number=version.number, document=document.code, waiting=waiting_of(version))
