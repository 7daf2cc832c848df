"""Who is who: account names to pseudonymous ids, persons with roles and mandates, names while they may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from iso_qms.domain.errors import UnknownPerson
from iso_qms.domain.people import Actor
from iso_qms.domain.staff import LOGIN, PersonState
from iso_qms.store import journal
from iso_qms.store.journal import table
from iso_qms.store.register_tables import CredentialRow, OperatorRow, PersonRow, RefusalRow
from iso_qms.store.tables import DisclosureRow, JournalRow, LoginRow, VerifierRow


@dataclass(frozen=True, slots=True)
class Named:
    """A person or operator with what may be shown of them; an erased name shows as the pseudonymous id."""

    id: str
    login: str
    name: str
    position: str | None = None
    operator: bool = False


def person_id(connection: Connection, login: str) -> str:
    """The pseudonymous id behind an account name; `UnknownPerson`."""
    # What is no account name at all is not put to the database, which takes only text.
    found = connection.execute(_ID_OF, {"login": login}).scalar() if LOGIN.match(login) else None
    if found is None:
        raise UnknownPerson(login=login)
    return str(found)


def login_taken(connection: Connection, login: str) -> bool:
    """Whether an account name was ever given."""
    return connection.execute(_ID_OF, {"login": login}).scalar() is not None


def keep_login(connection: Connection, login: str, person: str, pos: int) -> None:
    """Reserve an account name for ever."""
    connection.execute(insert(table(LoginRow)), {"login": login, "person": person, "pos": pos})


def state(connection: Connection, person: str) -> PersonState:
    """A person folded from the journal."""
    return PersonState.fold(person, journal.history(connection, person))


def actor(connection: Connection, login: str) -> Actor:
    """A person as the rules see them, with the roles of everybody who lent them a right."""
    person = person_id(connection, login)
    own = state(connection, person)
    lenders = {mandate.principal for mandate in own.mandates.values()}
    states = {lender: state(connection, lender) for lender in lenders}
    return Actor(
        id=person,
        login=login,
        roles=frozenset(own.roles),
        unit=own.unit,
        active=own.active,
        mandates=tuple(own.mandates.values()),
        # Whoever is deactivated lends nothing any more.
        principals={lender: frozenset(s.roles) for lender, s in states.items() if s.active},
    )


def operator_id(connection: Connection, account: str) -> str | None:
    """The id under which an operating-system account is known, None for one that has not acted yet."""
    return connection.execute(_OPERATOR_OF, {"account": account}).scalar()


def verifier(connection: Connection, person: str) -> tuple[int, str] | None:
    """Position and argon2 verifier of a person's newest secret, None where none was set."""
    found = connection.execute(_VERIFIER_OF, {"person": person}).first()
    return None if found is None else (found.pos, found.verifier)


def keep_verifier(connection: Connection, pos: int, text: str) -> None:
    """Keep the verifier whose digest the entry at `pos` holds."""
    connection.execute(insert(table(VerifierRow)), {"pos": pos, "verifier": text})


def failures(connection: Connection, person: str, code: str) -> tuple[int, datetime | None]:
    """How many wrong secrets in a row, and when the last one was: a proven secret or a new one starts again at 0."""
    count, last = connection.execute(_FAILURES_OF, {"person": person, "refusal": code}).one()
    return int(count), last


def names(connection: Connection) -> dict[str, Named]:
    """Everybody by id: persons and operators, with the newest name that was not erased."""
    shown, seen, person = table(DisclosureRow), table(OperatorRow), table(PersonRow)
    operators = set(connection.execute(select(seen.c.operator)).scalars())
    ids = [*connection.execute(select(person.c.person)).scalars(), *operators]
    facts: dict[str, dict[str, str]] = {who: {} for who in ids}
    for row in connection.execute(select(shown).order_by(shown.c.pos)):
        facts.setdefault(row.subject, {})[row.name] = row.value
    return {who: _named(who, known, who in operators) for who, known in facts.items()}


def _named(who: str, known: dict[str, str], operator: bool) -> Named:
    login = known.get("login", who)
    if operator:
        return Named(who, f"operator:{login}", f"operator:{login}", None, True)
    return Named(who, login, known.get("name", who), known.get("position"))


def erase(connection: Connection, person: str, names_erased: tuple[str, ...]) -> int:
    """Delete a person's disclosures of some names; the guards allow it only after an erasure entry. How many went."""
    shown = table(DisclosureRow)
    gone = connection.execute(delete(shown).where(shown.c.subject == person, shown.c.name.in_(names_erased)))
    return int(gone.rowcount)


def all_logins(connection: Connection) -> list[Any]:
    """Account names with their ids, in order."""
    row = table(LoginRow)
    return list(connection.execute(select(row.c.login, row.c.person).order_by(row.c.login)))


def active_holders(connection: Connection, role: str) -> list[str]:
    """Ids of the active persons who hold a role, for finding who is waited for."""
    return [
        row.person
        for row in all_logins(connection)
        if (found := state(connection, row.person)).active and role in found.roles
    ]


_ID_OF = select(table(LoginRow).c.person).where(table(LoginRow).c.login == bindparam("login"))


def _operator_of() -> Any:
    shown, seen = table(DisclosureRow), table(OperatorRow)
    return (
        select(seen.c.operator)
        .join(shown, shown.c.subject == seen.c.operator)
        .where(shown.c.name == "login", shown.c.value == bindparam("account"))
    )


def _verifier_of() -> Any:
    set_, kept = table(CredentialRow), table(VerifierRow)
    return (
        select(kept.c.pos, kept.c.verifier)
        .join(set_, set_.c.pos == kept.c.pos)
        .where(set_.c.person == bindparam("person"))
        .order_by(kept.c.pos.desc())
        .limit(1)
    )


def _failures_of() -> Any:
    entry, refused, set_ = table(JournalRow), table(RefusalRow), table(CredentialRow)
    person: Any = bindparam("person")
    proven = select(func.max(entry.c.pos)).where(entry.c.actor == person, entry.c.auth == "secret").scalar_subquery()
    renewed = select(func.max(set_.c.pos)).where(set_.c.person == person).scalar_subquery()
    return select(func.count(), func.max(refused.c.at)).where(
        refused.c.actor == person,
        refused.c.refusal == bindparam("refusal"),
        refused.c.pos > func.coalesce(proven, -1),
        refused.c.pos > func.coalesce(renewed, -1),
    )


# Built once: every act asks these, and building a statement costs more than running it.
_OPERATOR_OF, _VERIFIER_OF, _FAILURES_OF = _operator_of(), _verifier_of(), _failures_of()
