"""Who asks over the network: API keys of machines (declared in the journal, hashed) and persons with their secret."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe
from threading import BoundedSemaphore

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from iso_qms.domain import errors, staff
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.civil import civil_date
from iso_qms.domain.people import Actor, Person
from iso_qms.domain.text import line
from iso_qms.services.performing import Performer
from iso_qms.store import people, web_tables
from iso_qms.store.journal import Writer, table
from iso_qms.store.register_tables import KeyRow

PURPOSE = "api"
SCOPES = ("drafts", "logs")
"""What a key may do beyond what everybody may: ask about drafts, report how often it decided what."""

LONGEST = timedelta(days=366)
"""How long a key may be good for."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a key is kept."""

AT_ONCE = 2
"""Secrets of persons that are proven at the same time: argon2 costs much on purpose."""

_TOKEN = re.compile(r"^qms_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$", re.ASCII)
_DECLARED = re.compile(r"^api/1 ([0-9a-f]{12}) ([0-9a-f]{64}) ([a-z,]+) (\d{4}-\d\d-\d\d) (.+)$", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key without its secret; `until` is its last day at the office, `sha256` that of the token."""

    id: str
    name: str
    scopes: tuple[str, ...]
    until: date
    sha256: str
    revoked: bool = False
    last_used: datetime | None = None

    def __str__(self) -> str:
        """As the journal declares it."""
        return f"api/1 {self.id} {self.sha256} {','.join(self.scopes)} {self.until.isoformat()} {self.name}"

    @classmethod
    def parse(cls, text: str) -> ApiKey | None:
        """A declared key; None for a text that declares none."""
        found = _DECLARED.match(text)
        if found is None:
            return None
        id, digest, scopes, until, name = found.groups()
        return cls(id, name, tuple(scopes.split(",")), date.fromisoformat(until), digest)


class Access:
    """Keys and persons of one register, as a server that faces the network asks for them."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._proving = BoundedSemaphore(AT_ONCE)
        web_tables.prepare(performer.engine)

    # --- machines -------------------------------------------------------------------------------------------------

    def create(self, name: str, scopes: Sequence[str], until: date, *, by: Person) -> tuple[str, ApiKey]:
        """A new key, its token shown this once; `NoRight` unless an administrator makes it, `BadDates`, `BadChoice`."""
        wanted = tuple(dict.fromkeys(scopes))
        strange = [scope for scope in wanted if scope not in SCOPES]
        if strange or not wanted:
            raise errors.BadChoice(given=", ".join(strange), field="scopes", allowed=", ".join(SCOPES))
        today = civil_date(self._performer.clock.now(), self._performer.zone)
        if not today <= until <= today + LONGEST:
            days = LONGEST.days
            why_vi, why_en = (
                f"khóa API có hạn từ hôm nay đến {days} ngày",
                f"an API key ends today or within {days} days",
            )
            raise errors.BadDates(why_vi=why_vi, why_en=why_en)
        id, secret = token_hex(6), token_urlsafe(32)
        token = f"qms_{id}_{secret}"
        key = ApiKey(id, line(name, "name"), wanted, until, sha256(token.encode()).hexdigest())
        self._declare(ev.KeyDeclared(purpose=PURPOSE, vkey=str(key), state="in_use"), "create API key", by)
        return token, key

    def revoke(self, id: str, *, reason: str, by: Person) -> ApiKey:
        """End a key at once; `Unknown` for one that was never made, `StateUnchanged` for one that has ended."""
        key = self._known().get(id)
        if key is None:
            raise errors.Unknown(what=f"API {id[:40]!r}")
        if key.revoked:
            raise errors.StateUnchanged(what_vi="khóa API đã bị thu hồi", what_en="the API key was revoked already")
        said = line(reason, "reason")
        event = ev.KeyDeclared(purpose=PURPOSE, vkey=str(key), state="retired", reason=said)
        self._declare(event, "revoke API key", by)
        return replace(key, revoked=True)

    def all_keys(self) -> list[ApiKey]:
        """Every key that was ever made, oldest first, with its last use to the minute."""
        with self._performer.engine.connect() as connection:
            uses = web_tables.last_uses(connection)
        return [replace(key, last_used=uses.get(key.id)) for key in self._known().values()]

    def machine(self, token: str) -> ApiKey | None:
        """The key of a token; None when it is unknown, revoked or over."""
        found = _TOKEN.match(token)
        key = self._known().get(found[1]) if found else None
        if key is None or not compare_digest(key.sha256, sha256(token.encode()).hexdigest()):
            return None
        now = self._performer.clock.now()
        if key.revoked or civil_date(now, self._performer.zone) > key.until:
            return None
        self._note_use(key.id, now)
        return key

    def _note_use(self, id: str, now: datetime) -> None:
        with self._performer.engine.connect() as connection:
            last = web_tables.last_uses(connection).get(id)
        if last is None or now - last >= NOTED_EVERY:
            # Whoever notes the same first use at this very moment has done it for both.
            with suppress(IntegrityError), web_tables.writing(self._performer.engine) as connection:
                web_tables.note_use(connection, id, now)

    def _known(self) -> dict[str, ApiKey]:
        row = table(KeyRow)
        query = select(row.c.vkey, row.c.state).where(row.c.purpose == PURPOSE).order_by(row.c.pos)
        known: dict[str, ApiKey] = {}
        with self._performer.engine.connect() as connection:
            for text, state in connection.execute(query):
                key = ApiKey.parse(text)
                if key is not None:
                    known[key.id] = replace(key, revoked=state != "in_use")
        return known

    def _declare(self, event: ev.KeyDeclared, act: str, by: Person) -> None:
        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            staff.require_administrator(actor, act)
            return event

        self._performer.act(act, decide, by=by, secret_needed=True)

    # --- persons --------------------------------------------------------------------------------------------------

    def person(self, who: Person) -> Actor:
        """A person whose own secret was shown; `WrongSecret`, also for an account that nobody has, and so on.

        A wrong secret is put on record, so that trying many over the network locks the account as at a desk.
        """
        performer = self._performer
        with self._proving:
            try:
                performer.secrets.prove(performer.engine, who.login, who.secret, performer.clock.now())
            except errors.UnknownPerson:
                # As slow and as wordless as a wrong secret: which accounts exist is nobody's business.
                performer.secrets.verifier(token_hex(16), token_hex(16))
                raise errors.WrongSecret(login=who.login) from None
            except errors.WrongSecret as refusal:
                performer.record_refusal(refusal, "ask", by=who, document=None, number=None)
                raise
        with performer.engine.connect() as connection:
            actor = people.actor(connection, who.login)
        if not actor.active:
            raise errors.Inactive(login=who.login)
        return actor
