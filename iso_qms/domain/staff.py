"""One function per act upon persons, units, chains, mandates and change requests; the same shape as `acts`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment, choose, clean_units, require_role
from iso_qms.domain.chain import Chain, Step, validate
from iso_qms.domain.document import CLASSES, KINDS
from iso_qms.domain.people import CAPACITIES, ROLES, Actor, Mandate, validate_mandate
from iso_qms.domain.text import line, prose

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}\Z")
LEAST_SECRET = 10
ENDINGS = ("renamed", "merged", "dissolved")


@dataclass(slots=True)
class PersonState:
    """A person as the journal knows them; names live in disclosures, not here."""

    id: str
    roles: set[str] = field(default_factory=set)
    unit: str | None = None
    active: bool = True
    credential: int | None = None
    must_change: bool = False
    mandates: dict[int, Mandate] = field(default_factory=dict)

    @classmethod
    def fold(cls, person: str, recorded: Iterable[ev.Recorded]) -> PersonState:
        """Rebuild a person from the events that concern them, mandates held included."""
        state = cls(person)
        for record in recorded:
            state._apply(record)
        return state

    def _apply(self, record: ev.Recorded) -> None:
        match record.event:
            case ev.PersonAdded(roles=roles, unit=unit):
                self.roles, self.unit = set(roles), unit
            case ev.PersonChanged(unit=unit):
                self.unit = unit
            case ev.RoleGranted(role=role):
                self.roles.add(role)
            case ev.RoleRevoked(role=role):
                self.roles.discard(role)
            case ev.CredentialSet(reset=reset):
                self.credential, self.must_change = record.pos, reset
            case ev.PersonDeactivated():
                self.active = False
            case ev.PersonReactivated():
                self.active = True
            case ev.MandateGranted() as m:
                self.mandates[record.pos] = Mandate(
                    record.pos, m.principal, m.holder, m.role, m.capacity, m.legal_basis, m.since, m.until, m.units
                )
            case ev.MandateRevoked(mandate=mandate):
                self.mandates.pop(mandate, None)
            case _:
                pass


def require_administrator(actor: Actor, act: str, *also: str) -> None:
    """`NoRight` unless the actor is an operator at the shell, an administrator, or holds one of the roles named."""
    if not actor.active:
        raise errors.Inactive(login=actor.login)
    allowed = ("administrator", *also)
    if not actor.operator and not actor.roles.intersection(allowed):
        raise errors.NoRight(login=actor.login, act=act, roles=" / ".join(allowed))


# --- persons ------------------------------------------------------------------------------------------------------


def clean_login(given: str) -> str:
    """An account name: 2 to 40 of a–z, 0–9, `.`, `_`, `-`, starting with a letter; `BadText` else."""
    login = given.strip().lower()
    if not LOGIN.match(login):
        raise errors.BadText(
            field="login",
            why_vi="gồm 2–40 ký tự a–z, 0–9, dấu . _ - và bắt đầu bằng chữ",
            why_en="it takes 2–40 of a–z, 0–9 and . _ -, starting with a letter",
        )
    return login


def add_person(*, actor: Actor, person: str, roles: Iterable[str], unit: str | None) -> ev.PersonAdded:
    """Register a person under a pseudonymous id; the names are disclosures that the store keeps apart."""
    require_administrator(actor, "person add")
    clean = tuple(dict.fromkeys(choose(role, "role", ROLES) for role in roles))
    return ev.PersonAdded(person=person, roles=clean, unit=unit)


def change_person(state: PersonState, *, actor: Actor, unit: str | None) -> ev.PersonChanged:
    """Correct a person's name, position or unit."""
    require_administrator(actor, "person change")
    return ev.PersonChanged(person=state.id, unit=unit if unit is not None else state.unit)


def grant(state: PersonState, *, actor: Actor, login: str, role: str) -> ev.RoleGranted:
    """Give a role; nobody gives roles to themselves."""
    require_administrator(actor, "person grant")
    if choose(role, "role", ROLES) in state.roles:
        raise errors.RoleHeld(login=login, role=role, state_vi="đã có", state_en="already has")
    if actor.id == state.id:
        raise errors.NoRight(login=login, act="person grant", roles="administrator (người khác / somebody else)")
    return ev.RoleGranted(person=state.id, role=role)


def revoke(state: PersonState, *, actor: Actor, login: str, role: str) -> ev.RoleRevoked:
    """Take a role away; running chains keep their quorum."""
    require_administrator(actor, "person revoke")
    if choose(role, "role", ROLES) not in state.roles:
        raise errors.RoleHeld(login=login, role=role, state_vi="không có", state_en="does not have")
    return ev.RoleRevoked(person=state.id, role=role)


def set_credential(state: PersonState, *, actor: Actor, verifier_sha256: str, own: bool) -> ev.CredentialSet:
    """Set a secret: by the person who knew the old one (`own`), or by an administrator, which forces a change.

    The first secret of a person counts as handed over in person and need not be changed (21 CFR 11.300).
    """
    if not own:
        require_administrator(actor, "person password")
    elif not state.active:
        raise errors.Inactive(login=actor.login)
    return ev.CredentialSet(
        person=state.id, verifier_sha256=verifier_sha256, reset=not own and state.credential is not None
    )


def check_secret(secret: str, login: str) -> None:
    """`WeakSecret` unless the secret is long enough and not the account name."""
    if len(secret) < LEAST_SECRET or secret.lower() == login or len(secret) > 1024:
        raise errors.WeakSecret(least=LEAST_SECRET)


def deactivate(state: PersonState, *, actor: Actor, reason: str) -> ev.PersonDeactivated:
    """End a person's right to act; what they signed stays, and their account name is never given again."""
    require_administrator(actor, "person deactivate")
    if not state.active:
        raise errors.StateUnchanged(what_vi="tài khoản đã ngừng", what_en="the account is deactivated already")
    return ev.PersonDeactivated(person=state.id, reason=prose(reason, "reason"))


def reactivate(state: PersonState, *, actor: Actor, reason: str) -> ev.PersonReactivated:
    """Let a deactivated person act again."""
    require_administrator(actor, "person reactivate")
    if state.active:
        raise errors.StateUnchanged(what_vi="tài khoản đang hoạt động", what_en="the account is active")
    return ev.PersonReactivated(person=state.id, reason=prose(reason, "reason"))


def erase(state: PersonState, *, actor: Actor, names: tuple[str, ...], legal_basis: str) -> ev.DataErased:
    """Erase a person's disclosures on a legal basis; the account name stays reserved."""
    require_administrator(actor, "person erase")
    return ev.DataErased(person=state.id, names=names, legal_basis=line(legal_basis, "legal_basis"))


# --- units --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the authority over time; `ended` and `successor` once it was renamed, merged or dissolved."""

    code: str
    name: str
    since: date
    parent: str | None = None
    ended: date | None = None
    how: str | None = None
    successor: str | None = None


def fold_units(recorded: Iterable[ev.Recorded]) -> dict[str, Unit]:
    """All units by code, ended ones included."""
    units: dict[str, Unit] = {}
    for record in recorded:
        match record.event:
            case ev.UnitAdded(unit=code, name=name, since=since, parent=parent):
                units[code] = Unit(code, name, since, parent)
            case ev.UnitEnded(unit=code, how=how, since=since, successor=successor):
                old = units[code]
                units[code] = Unit(code, old.name, old.since, old.parent, since, how, successor)
            case _:
                pass
    return units


def add_unit(
    units: Mapping[str, Unit], *, actor: Actor, code: str, name: str, since: date, parent: str | None
) -> ev.UnitAdded:
    """Register a unit; codes are unique for ever."""
    require_administrator(actor, "unit add", "controller")
    clean = line(code, "unit", limit=60)
    if clean in units:
        raise errors.UnitTaken(unit=clean)
    if parent is not None and parent not in units:
        raise errors.UnknownUnit(unit=parent)
    return ev.UnitAdded(unit=clean, name=line(name, "name"), since=since, parent=parent)


def end_unit(
    units: Mapping[str, Unit], *, actor: Actor, code: str, how: str, since: date, decision: str, successor: str | None
) -> ev.UnitEnded:
    """Record that a unit was renamed, merged or dissolved, and who takes over (NQ 190/2025/QH15 Điều 5)."""
    require_administrator(actor, "unit end", "controller")
    if code not in units:
        raise errors.UnknownUnit(unit=code)
    if units[code].ended is not None:
        raise errors.UnitGone(unit=code, since=f"{units[code].ended:%d/%m/%Y}", successor=units[code].successor or "—")
    if choose(how, "how", ENDINGS) != "dissolved" and successor is None:
        raise errors.MissingField(field="successor", option="--successor")
    if successor is not None and (successor not in units or successor == code):
        raise errors.UnknownUnit(unit=successor)
    return ev.UnitEnded(
        unit=code, how=how, since=since, decision=line(decision, "decision", limit=100), successor=successor
    )


def unit_on(units: Mapping[str, Unit], code: str, day: date) -> str:
    """The unit that answers for `code` on a civil day: itself, or the successor at the end of the line."""
    seen = {code}
    while (
        (unit := units.get(code)) and unit.ended and unit.ended <= day and unit.successor and unit.successor not in seen
    ):
        code = unit.successor
        seen.add(code)
    return code


# --- chains and mandates ------------------------------------------------------------------------------------------


def fold_chains(recorded: Iterable[ev.Recorded]) -> dict[str, Chain]:
    """The chains as they are defined now, by name."""
    chains: dict[str, Chain] = {}
    for record in recorded:
        if isinstance(record.event, ev.ChainDefined):
            e = record.event
            chains[e.chain] = Chain(e.chain, e.title, e.steps, e.kinds, e.units, e.classes, e.emergency)
    return chains


def define_chain(chain: Chain, *, actor: Actor) -> ev.ChainDefined:
    """Define or replace a named chain; submissions that run keep the copy they were given."""
    require_administrator(actor, "chain define", "controller")
    steps = tuple(_clean_step(step) for step in chain.steps)
    validate(replace(chain, steps=steps))
    return ev.ChainDefined(
        chain=line(chain.name, "chain", limit=60),
        title=line(chain.title, "title"),
        steps=steps,
        kinds=tuple(choose(kind, "kinds", KINDS) for kind in chain.kinds),
        units=clean_units(chain.units),
        classes=tuple(choose(each, "classes", CLASSES) for each in chain.classes),
        emergency=chain.emergency,
    )


def _clean_step(step: Step) -> Step:
    return replace(step, key=line(step.key, "step", limit=60), title=line(step.title, "title"))


def grant_mandate(
    *,
    actor: Actor,
    principal: PersonState,
    holder: PersonState,
    role: str,
    capacity: str,
    legal_basis: str,
    since: date,
    until: date | None,
    units: tuple[str, ...] = (),
) -> ev.MandateGranted:
    """Record a dated right to sign for a role that the principal holds in person (never a role that was lent)."""
    if actor.id != principal.id:
        require_administrator(actor, "mandate grant", "controller")
    validate_mandate(
        principal=principal.id,
        holder=holder.id,
        capacity=choose(capacity.rstrip(".").upper(), "capacity", CAPACITIES),
        since=since,
        until=until,
    )
    if choose(role, "role", ROLES) not in principal.roles:
        raise errors.BadMandate(
            why_vi=f"người ủy quyền không giữ vai trò “{role}”; quyền được ủy quyền không được ủy quyền tiếp",
            why_en=f"the principal does not hold the role “{role}”; a lent right is not lent again",
        )
    return ev.MandateGranted(
        principal=principal.id,
        holder=holder.id,
        role=role,
        capacity=capacity.rstrip(".").upper(),
        legal_basis=line(legal_basis, "legal_basis"),
        since=since,
        until=until,
        units=clean_units(units),
    )


def revoke_mandate(mandate: Mandate, *, actor: Actor, reason: str) -> ev.MandateRevoked:
    """End a mandate before its day."""
    if actor.id != mandate.principal:
        require_administrator(actor, "mandate revoke", "controller")
    return ev.MandateRevoked(mandate=mandate.pos, holder=mandate.holder, reason=prose(reason, "reason"))


# --- change requests ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """A change request and what became of it: `accepted` is None while it is open."""

    number: int
    filed: ev.Recorded
    accepted: bool | None = None
    decided: ev.Recorded | None = None

    @property
    def content(self) -> ev.Requested:
        """What was asked for."""
        assert isinstance(self.filed.event, ev.Requested)
        return self.filed.event


def fold_requests(recorded: Iterable[ev.Recorded]) -> dict[int, Request]:
    """All change requests by number."""
    requests: dict[int, Request] = {}
    for record in recorded:
        match record.event:
            case ev.Requested(request=number):
                requests[number] = Request(number, record)
            case ev.RequestDecided(request=number, accepted=accepted):
                requests[number] = Request(number, requests[number].filed, accepted, record)
            case _:
                pass
    return requests


def file_request(
    requests: Mapping[int, Request],
    *,
    actor: Actor,
    reason: str,
    documents: tuple[str, ...] = (),
    legal_bases: tuple[str, ...] = (),
    decisions: tuple[str, ...] = (),
    service_codes: tuple[str, ...] = (),
    unit: str | None = None,
) -> ev.Requested:
    """Ask for a document to be written, changed or withdrawn; any active person may."""
    if not actor.active or actor.operator:
        raise errors.Inactive(login=actor.login)
    return ev.Requested(
        request=max(requests, default=0) + 1,
        reason=prose(reason, "reason"),
        documents=documents,
        legal_bases=tuple(line(text, "legal_basis") for text in legal_bases),
        decisions=tuple(line(text, "decision", limit=100) for text in decisions),
        service_codes=service_codes,
        unit=unit,
    )


def decide_request(
    requests: Mapping[int, Request], *, actor: Actor, moment: Moment, number: int, accepted: bool, reason: str
) -> ev.RequestDecided:
    """Accept or refuse a change request: the controller or an approver, never the person who filed it."""
    if number not in requests:
        raise errors.UnknownRequest(request=number)
    request = requests[number]
    require_role(actor, "request decide", "controller", "approver", day=moment.today, unit=request.content.unit)
    if request.accepted is not None:
        raise errors.RequestClosed(request=number)
    if actor.id == request.filed.actor:
        raise errors.SelfApproval(login=actor.login, number=f"phiếu đề nghị {number}")
    return ev.RequestDecided(request=number, accepted=accepted, reason=prose(reason, "reason"))


def check_answered(requests: Mapping[int, Request], numbers: Iterable[int]) -> tuple[int, ...]:
    """The request numbers a version answers, each of them accepted; `UnknownRequest` or `RequestNotAccepted`."""
    clean = tuple(dict.fromkeys(numbers))
    for number in clean:
        if number not in requests:
            raise errors.UnknownRequest(request=number)
        if requests[number].accepted is not True:
            raise errors.RequestNotAccepted(request=number)
    return clean
