"""How every act is carried out: prove who, lock, read, decide, write; a refused attempt that matters is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from secrets import token_bytes, token_hex
from typing import Protocol

from sqlalchemy import Connection, Engine, bindparam, select

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.disclosure import Disclosure, disclose
from iso_qms.domain.people import Actor, Person
from iso_qms.services.secrets import Secrets
from iso_qms.store import journal, people
from iso_qms.store.journal import Writer, table
from iso_qms.store.register_tables import PolicyRow

ADOPTION = "adoption"
"""Policy: `on` while an existing set approved on paper is brought in; off, the chain is the only way."""

SECRET_FOR_EVERY_ACT = "secret_for_every_act"  # noqa: S105  (the name of a policy)


class Clock(Protocol):
    """Tells the instant; tests move it."""

    def now(self) -> datetime:
        """The instant now, aware UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant now, aware UTC."""
        return datetime.now(UTC)


Decide = Callable[[Writer, Actor, Moment], ev.Event]


@dataclass
class Performer:
    """Carries out acts on one store; `operator` is the operating-system account at a shell, None in a library."""

    engine: Engine
    clock: Clock
    secrets: Secrets
    zone: tzinfo = OFFICE_ZONE
    operator: str | None = None
    _operator_known: str | None = field(default=None, init=False, repr=False)

    def act(
        self,
        name: str,
        decide: Decide,
        *,
        by: Person | None,
        document: str | None = None,
        number: int | None = None,
        secret_needed: bool = False,
        after: Callable[[Connection, ev.Recorded], None] | None = None,
        disclosures: dict[str, Disclosure] | None = None,
    ) -> ev.Recorded:
        """Perform one act by a person, or by the operator where `by` is None.

        `decide` gets the locked journal, the actor as they are now and the moment, and returns the event; `after`
        writes what else belongs into the same transaction. Raises what `decide` raises; refusals that matter are
        entries.
        """
        try:
            proven = self._prove(by, secret_needed)
            with journal.writing(self.engine, self.clock.now()) as writer:
                actor = self._actor(writer, by)
                _refuse_replaced_secret(writer, actor, proven)
                entered_by = None if proven is not None or by is None else self._entered_by(writer)
                event = decide(writer, actor, Moment(writer.now, self.zone))
                record = writer.append(
                    event,
                    actor=actor.id,
                    auth=self._auth(by, proven),
                    entered_by=entered_by,
                    disclosures=disclosures,
                )
                if after is not None:
                    after(writer.connection, record)
                return record
        except errors.Refused as refusal:
            if refusal.matters and not self._told_already(refusal, by):
                self.record_refusal(refusal, name, by=by, document=document, number=number)
            raise

    def _told_already(self, refusal: errors.Refused, by: Person | None) -> bool:
        """Whether a lock-out is on record since the last wrong secret: attempts at a locked account add nothing."""
        if by is None or not isinstance(refusal, errors.LockedOut):
            return False
        with self.engine.connect() as connection:
            person = people.person_id(connection, by.login)
            return people.failures(connection, person, errors.LockedOut.code)[0] > 0

    def record_refusal(
        self, refusal: errors.QmsError, attempted: str, *, by: Person | None, document: str | None, number: int | None
    ) -> None:
        """Put a refused attempt on record under the person who was claimed; nothing proves that it was they."""
        event = ev.ActRefused(attempted=attempted, refusal=refusal.code, document=document, number=number)
        with journal.writing(self.engine, self.clock.now()) as writer:
            actor = self._actor(writer, by)
            entered = None if by is None else self._entered_by(writer)
            writer.append(event, actor=actor.id, auth="none", entered_by=entered)

    def _prove(self, by: Person | None, needed: bool) -> int | None:
        """The entry of the person's own secret that was shown, None for none; raises where it must be and was not."""
        if by is None:
            if self.operator is None:
                raise errors.SecretNeeded(login="—")
            return None
        if not (needed or by.secret is not None or self.policy(SECRET_FOR_EVERY_ACT) == "on"):
            return None
        return self.secrets.prove(self.engine, by.login, by.secret, self.clock.now())

    def _auth(self, by: Person | None, proven: int | None) -> str:
        if proven is not None:
            return "secret"
        return "operator" if by is None or self.operator is not None else "library"

    def _actor(self, writer: Writer, by: Person | None) -> Actor:
        if by is not None:
            return people.actor(writer.connection, by.login)
        assert self.operator is not None
        return Actor(id=self._operator_id(writer), login=f"operator:{self.operator}", operator=True)

    def _entered_by(self, writer: Writer) -> str | None:
        return None if self.operator is None else self._operator_id(writer)

    def _operator_id(self, writer: Writer) -> str:
        assert self.operator is not None
        if self._operator_known is None:  # an id once recorded is this account's for ever
            self._operator_known = people.operator_id(writer.connection, self.operator)
        if self._operator_known is not None:
            return self._operator_known
        new = new_id("o")
        login = disclose("login", self.operator, token_bytes(16))
        writer.append(ev.OperatorSeen(new), actor=new, auth="operator", disclosures={"login": login})
        return new

    def policy(self, name: str) -> str | None:
        """The newest value of a policy of the register, None where it was never set."""
        with self.engine.connect() as connection:
            return connection.execute(_POLICY, {"name": name}).scalar()


def _refuse_replaced_secret(writer: Writer, actor: Actor, proven: int | None) -> None:
    """`Conflict` where the secret that was shown outside the lock is not the person's any more."""
    if proven is None:
        return
    kept = people.verifier(writer.connection, actor.id)
    if kept is None or kept[0] != proven:
        raise errors.Conflict


def new_id(prefix: str) -> str:
    """A fresh pseudonymous id: `p_…` for a person, `o_…` for an operator; it says nothing about them."""
    return f"{prefix}_{token_hex(8)}"


_P = table(PolicyRow)
_POLICY = select(_P.c.value).where(_P.c.name == bindparam("name")).order_by(_P.c.pos.desc()).limit(1)
