"""The acts upon persons, units, chains, mandates, change requests and the register's own policies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from secrets import token_bytes

from sqlalchemy import Connection

from iso_qms.domain import errors, staff
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment, choose
from iso_qms.domain.chain import Chain
from iso_qms.domain.code import document_key, service_code
from iso_qms.domain.disclosure import Disclosure, disclose
from iso_qms.domain.people import Actor, Mandate, Person
from iso_qms.domain.staff import PersonState, Request, Unit
from iso_qms.domain.text import line, optional_line
from iso_qms.services.performing import ADOPTION, SECRET_FOR_EVERY_ACT, Performer, new_id
from iso_qms.store import journal, people, rows
from iso_qms.store.journal import Writer

POLICIES = {SECRET_FOR_EVERY_ACT: ("on", "off"), ADOPTION: ("on", "off")}
ERASABLE = ("name", "position")


class Staff:
    """Performs acts on people and on what they are organised in; `by=None` is the operator at the shell."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer

    # --- persons --------------------------------------------------------------------------------------------------

    def add(
        self,
        login: str,
        *,
        name: str,
        by: Person | None,
        roles: Sequence[str] = (),
        unit: str | None = None,
        position: str | None = None,
    ) -> ev.Recorded:
        """Register a person; the account name is theirs for ever."""
        clean = staff.clean_login(login)
        person = new_id("p")
        facts = {"login": clean, "name": line(name, "name"), "position": optional_line(position, "position")}

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            if people.login_taken(writer.connection, clean):
                raise errors.LoginTaken(login=clean)
            _require_unit(writer, unit)
            return staff.add_person(actor=actor, person=person, roles=roles, unit=unit)

        return self._performer.act(
            "person add",
            decide,
            by=by,
            disclosures=_commit(facts),
            after=lambda connection, record: people.keep_login(connection, clean, person, record.pos),
        )

    def change(
        self,
        login: str,
        *,
        by: Person | None,
        name: str | None = None,
        position: str | None = None,
        unit: str | None = None,
    ) -> ev.Recorded:
        """Correct a person's name, position or unit; the earlier names stay readable in the history."""
        facts = {"name": optional_line(name, "name"), "position": optional_line(position, "position")}

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            _require_unit(writer, unit)
            return staff.change_person(_state(writer, login), actor=actor, unit=unit)

        return self._performer.act("person change", decide, by=by, disclosures=_commit(facts))

    def grant(self, login: str, role: str, *, by: Person | None) -> ev.Recorded:
        """Give a role."""
        return self._performer.act(
            "person grant",
            lambda w, a, m: staff.grant(_state(w, login), actor=a, login=login, role=role),
            by=by,
        )

    def revoke(self, login: str, role: str, *, by: Person | None) -> ev.Recorded:
        """Take a role away."""
        return self._performer.act(
            "person revoke",
            lambda w, a, m: staff.revoke(_state(w, login), actor=a, login=login, role=role),
            by=by,
        )

    def set_secret(self, login: str, secret: str, *, by: Person | None) -> ev.Recorded:
        """Set a secret: the person's own with the old one (`by` is they, with `secret`), or a reset by another."""
        text = self._performer.secrets.verifier(secret, login)
        digest = hashlib.sha256(text.encode()).hexdigest()
        own = by is not None and by.login == login

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            return staff.set_credential(_state(writer, login), actor=actor, verifier_sha256=digest, own=own)

        return self._performer.act(
            "person password",
            decide,
            by=by,
            secret_needed=own,
            after=lambda connection, record: people.keep_verifier(connection, record.pos, text),
        )

    def has_secret(self, login: str) -> bool:
        """Whether a person has a secret."""
        with self._performer.engine.connect() as connection:
            return people.verifier(connection, people.person_id(connection, login)) is not None

    def prove(self, person: Person) -> None:
        """Check a person's secret without acting; a failure is an entry, as for an act."""
        try:
            self._performer.secrets.prove(
                self._performer.engine, person.login, person.secret, self._performer.clock.now()
            )
        except errors.Refused as refusal:
            if refusal.matters:
                self._performer.record_refusal(refusal, "login", by=person, document=None, number=None)
            raise

    def deactivate(self, login: str, *, by: Person | None, reason: str) -> ev.Recorded:
        """End a person's right to act."""
        return self._performer.act(
            "person deactivate", lambda w, a, m: staff.deactivate(_state(w, login), actor=a, reason=reason), by=by
        )

    def reactivate(self, login: str, *, by: Person | None, reason: str) -> ev.Recorded:
        """Let a person act again."""
        return self._performer.act(
            "person reactivate", lambda w, a, m: staff.reactivate(_state(w, login), actor=a, reason=reason), by=by
        )

    def erase(self, login: str, *, by: Person | None, legal_basis: str) -> ev.Recorded:
        """Erase the name and position of a person on a legal basis; every proof stays valid."""

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            return staff.erase(_state(writer, login), actor=actor, names=ERASABLE, legal_basis=legal_basis)

        def after(connection: Connection, record: ev.Recorded) -> None:
            assert isinstance(record.event, ev.DataErased)
            people.erase(connection, record.event.person, record.event.names)

        return self._performer.act("person erase", decide, by=by, after=after)

    # --- units ----------------------------------------------------------------------------------------------------

    def units(self) -> dict[str, Unit]:
        """All units by code, ended ones included."""
        with self._performer.engine.connect() as connection:
            return staff.fold_units(journal.history(connection, rows.UNITS))

    def add_unit(
        self, code: str, name: str, *, by: Person | None, since: date | None = None, parent: str | None = None
    ) -> ev.Recorded:
        """Register a unit, from today on where no day is given."""
        return self._performer.act(
            "unit add",
            lambda w, a, m: staff.add_unit(
                _units(w), actor=a, code=code, name=name, since=since or m.today, parent=parent
            ),
            by=by,
        )

    def end_unit(
        self, code: str, *, by: Person | None, how: str, since: date, decision: str, successor: str | None = None
    ) -> ev.Recorded:
        """Record that a unit was renamed, merged or dissolved."""
        return self._performer.act(
            "unit end",
            lambda w, a, m: staff.end_unit(
                _units(w), actor=a, code=code, how=how, since=since, decision=decision, successor=successor
            ),
            by=by,
        )

    # --- chains and mandates --------------------------------------------------------------------------------------

    def chains(self) -> dict[str, Chain]:
        """The chains that are defined, by name."""
        with self._performer.engine.connect() as connection:
            return staff.fold_chains(journal.history(connection, rows.CHAINS))

    def define_chain(self, chain: Chain, *, by: Person | None) -> ev.Recorded:
        """Define or replace a chain; persons in its steps are account names and become ids."""

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            return staff.define_chain(_with_ids(writer, chain), actor=actor)

        return self._performer.act("chain define", decide, by=by)

    def mandates(self) -> list[tuple[Mandate, bool]]:
        """Every mandate ever granted, with whether it stands (not revoked)."""
        with self._performer.engine.connect() as connection:
            found: list[tuple[Mandate, bool]] = []
            for row in people.all_logins(connection):
                history = journal.history(connection, row.person)
                standing = PersonState.fold(row.person, history).mandates
                granted = [r for r in history if isinstance(r.event, ev.MandateGranted)]
                every = PersonState.fold(row.person, granted).mandates
                found += [(mandate, pos in standing) for pos, mandate in every.items()]
            return sorted(found, key=lambda pair: pair[0].pos)

    def grant_mandate(
        self,
        principal: str,
        holder: str,
        *,
        by: Person | None,
        role: str,
        capacity: str,
        legal_basis: str,
        since: date,
        until: date | None = None,
        units: Sequence[str] = (),
    ) -> ev.Recorded:
        """Record a mandate between two account names."""

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            return staff.grant_mandate(
                actor=actor,
                principal=_state(writer, principal),
                holder=_state(writer, holder),
                role=role,
                capacity=capacity,
                legal_basis=legal_basis,
                since=since,
                until=until,
                units=tuple(units),
            )

        return self._performer.act("mandate grant", decide, by=by)

    def revoke_mandate(self, mandate: int, *, by: Person | None, reason: str) -> ev.Recorded:
        """End a mandate, named by the position of its entry."""

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            for row in people.all_logins(writer.connection):
                standing = people.state(writer.connection, row.person).mandates
                if mandate in standing:
                    return staff.revoke_mandate(standing[mandate], actor=actor, reason=reason)
            raise errors.UnknownMandate(mandate=mandate)

        return self._performer.act("mandate revoke", decide, by=by)

    # --- change requests ------------------------------------------------------------------------------------------

    def requests(self) -> dict[int, Request]:
        """All change requests by number."""
        with self._performer.engine.connect() as connection:
            return staff.fold_requests(journal.history(connection, rows.REQUESTS))

    def file_request(
        self,
        *,
        by: Person,
        reason: str,
        documents: Sequence[str] = (),
        legal_bases: Sequence[str] = (),
        decisions: Sequence[str] = (),
        service_codes: Sequence[str] = (),
        unit: str | None = None,
    ) -> ev.Recorded:
        """File a change request."""
        keys = tuple(document_key(code) for code in documents)
        tthc = tuple(service_code(code) for code in service_codes)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            _require_unit(writer, unit)
            return staff.file_request(
                _requests(writer),
                actor=actor,
                reason=reason,
                documents=keys,
                legal_bases=tuple(legal_bases),
                decisions=tuple(decisions),
                service_codes=tthc,
                unit=unit,
            )

        return self._performer.act("request", decide, by=by)

    def decide_request(self, number: int, *, by: Person, accepted: bool, reason: str) -> ev.Recorded:
        """Accept or refuse a change request."""
        return self._performer.act(
            "request decide",
            lambda w, a, m: staff.decide_request(
                _requests(w), actor=a, moment=m, number=number, accepted=accepted, reason=reason
            ),
            by=by,
        )

    # --- the register ---------------------------------------------------------------------------------------------

    def set_policy(self, name: str, value: str, *, by: Person | None) -> ev.Recorded:
        """Change a policy of the register; the change is an entry like any other."""
        choose(name, "policy", tuple(POLICIES))
        choose(value, name, POLICIES[name])

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            staff.require_administrator(actor, "policy")
            return ev.PolicySet(name=name, value=value)

        return self._performer.act("policy", decide, by=by)

    def note(self, event: ev.Event, *, act: str, by: Person | None) -> ev.Recorded:
        """Record something the register itself did: a backup, a restore, an export. Administrators and auditors may."""

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            staff.require_administrator(actor, act, "controller", "auditor")
            return event

        return self._performer.act(act, decide, by=by)


def _commit(facts: dict[str, str | None]) -> dict[str, Disclosure]:
    return {name: disclose(name, value, token_bytes(16)) for name, value in facts.items() if value is not None}


def _state(writer: Writer, login: str) -> PersonState:
    return people.state(writer.connection, people.person_id(writer.connection, login))


def _units(writer: Writer) -> dict[str, Unit]:
    return staff.fold_units(journal.history(writer.connection, rows.UNITS))


def _requests(writer: Writer) -> dict[int, Request]:
    return staff.fold_requests(journal.history(writer.connection, rows.REQUESTS))


def _require_unit(writer: Writer, unit: str | None) -> None:
    if unit is not None and unit not in _units(writer):
        raise errors.UnknownUnit(unit=unit)


def _with_ids(writer: Writer, chain: Chain) -> Chain:
    from dataclasses import replace

    steps = tuple(
        replace(step, persons=tuple(people.person_id(writer.connection, login) for login in step.persons))
        for step in chain.steps
    )
    return replace(chain, steps=steps)
