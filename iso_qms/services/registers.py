"""What an office looks up: one document, its history, the master list at any instant, tasks, what changes next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Engine, select

from iso_qms.domain import acts, civil, errors
from iso_qms.domain import events as ev
from iso_qms.domain.check import check, unknown_document
from iso_qms.domain.code import document_key
from iso_qms.domain.decision import Action, Decision, VersionRef
from iso_qms.domain.document import Document
from iso_qms.domain.people import Actor
from iso_qms.domain.timeline import Timeline
from iso_qms.store import journal, lists, people
from iso_qms.store.register_tables import KeyRow


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the master list: what of a document governs at the instant asked about.

    `code` is as printed, `label` lần ban hành / lần sửa đổi, `start` the instant (UTC) from which it is enforced.
    """

    code: str
    title: str
    kind: str
    unit: str | None
    number: int
    label: str
    sha256: str
    legal_date: date
    start: datetime
    decision: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody: a draft to submit, a step to sign, a version to issue, a base to look at."""

    kind: str
    code: str
    title: str
    number: int
    label: str
    waiting: str
    since: datetime
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is planned to change by itself: a start, a sunset, the end of a grace, an emergency or a pause."""

    at: datetime
    code: str
    what: str
    label: str
    decision: str = ""


def _instant(given: datetime) -> datetime:
    """The instant in UTC; `BadDate` for a datetime without a zone, which names none."""
    try:
        return civil.aware(given)
    except (OverflowError, ValueError):
        raise errors.BadDate(given=str(given)) from None


class Registers:
    """Reads one store; takes no lock and writes nothing. Instants are aware; `known` asks as it was known then."""

    def __init__(self, engine: Engine, zone: tzinfo) -> None:
        self._engine = engine
        self._zone = zone
        self._lists = lists.MasterLists(Listed)

    def document(self, code: str) -> Document:
        """Everything recorded about a document; `UnknownDocument`."""
        key = document_key(code)
        with self._engine.connect() as connection:
            found = Document.fold(key, journal.history(connection, key))
        if not found.versions:
            raise errors.UnknownDocument(document=code)
        return found

    def timeline(self, code: str) -> Timeline | None:
        """The timeline of a document, None for one that is not registered."""
        try:
            return self.document(code).timeline()
        except errors.UnknownDocument:
            return None

    def in_force(self, code: str, at: datetime, known: datetime | None = None) -> VersionRef | None:
        """The version in force at an instant, None where nothing is; `UnknownDocument`."""
        document = self.document(code)
        entry = document.timeline().in_force(_instant(at), None if known is None else _instant(known))
        if entry is None or entry.version is None:
            return None
        version = document.versions[entry.version]
        return VersionRef(document.last.code, version.number, version.label, version.content.sha256)

    def check(self, code: str, *, at: datetime, action: Action | str, **asked: Any) -> Decision:
        """The Decision of the pure rule for one question; never raises for a no."""
        timeline = self.timeline(code)
        if timeline is None:
            with self._engine.connect() as connection:
                pos = journal.head(connection).size - 1
            return unknown_document(code, action=action, at=at, known=asked.get("known"), pos=pos)
        return check(timeline, action=action, at=at, **asked)

    def master_list(self, at: datetime, known: datetime | None = None) -> list[Listed]:
        """What is in force at an instant, one line a document, by code."""
        asked = _instant(at), None if known is None else _instant(known)
        with self._engine.connect() as connection:
            return self._lists.at(connection, *asked)

    def codes(self) -> list[str]:
        """The keys of all documents, in order."""
        with self._engine.connect() as connection:
            return lists.document_keys(connection)

    def spellings(self, keys: Collection[str]) -> list[str]:
        """Every code under which some documents, named by key, were ever printed."""
        with self._engine.connect() as connection:
            return lists.spellings(connection, keys)

    def documents(self) -> Iterator[Document]:
        """Every document, by key."""
        for key in self.codes():
            yield self.document(key)

    def tasks(self, at: datetime, person: str | None = None) -> list[Task]:
        """What waits, for everybody or for one account name: only what that person could do now."""
        who = None
        if person is not None:
            with self._engine.connect() as connection:
                who = people.actor(connection, person)
        moment = acts.Moment(at, self._zone)
        return [task for document in self.documents() for task in _tasks(document, moment, who)]

    def signers(self, code: str, at: datetime) -> list[str]:
        """The account names of those who could sign what waits of a document now; empty where nothing waits."""
        document = self.document(code)
        moment = acts.Moment(at, self._zone)
        waiting = [v.number for v in document.versions.values() if v.round() is not None]
        with self._engine.connect() as connection:
            everybody = [people.actor(connection, row.login) for row in people.all_logins(connection) if waiting]
        return [who.login for who in everybody if any(_can_sign(document, n, who, moment) for n in waiting)]

    def changes(self, after: datetime) -> list[Change]:
        """What will change by itself after an instant, in order: starts, sunsets, grace, emergencies, pauses."""
        found = [change for document in self.documents() for change in _changes(document, after)]
        return sorted(found, key=lambda change: (change.at, change.code))

    def names(self) -> dict[str, people.Named]:
        """Everybody by pseudonymous id, with what may be shown of them."""
        with self._engine.connect() as connection:
            return people.names(connection)

    def person(self, login: str) -> Actor:
        """A person as the rules see them now; `UnknownPerson`."""
        with self._engine.connect() as connection:
            return people.actor(connection, login)

    def persons(self) -> list[tuple[people.Named, Any]]:
        """Every person with their state (roles, unit, activity), by account name."""
        with self._engine.connect() as connection:
            known = people.names(connection)
            return [(known[row.person], people.state(connection, row.person)) for row in people.all_logins(connection)]

    def declared_keys(self, purpose: str) -> list[str]:
        """The verifier keys that the journal declares for a purpose, oldest first, retired ones included."""
        row = journal.table(KeyRow)
        query = select(row.c.vkey).where(row.c.purpose == purpose).order_by(row.c.pos)
        with self._engine.connect() as connection:
            return list(dict.fromkeys(connection.execute(query).scalars()))

    def head(self) -> tuple[int, bytes]:
        """Size and root of the journal."""
        with self._engine.connect() as connection:
            found = journal.head(connection)
            return found.size, bytes(found.root)

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[ev.Recorded]:
        """The recorded acts of a range of the journal."""
        with self._engine.connect() as connection:
            yield from journal.recorded(connection, first, last)


def _tasks(document: Document, moment: acts.Moment, who: Actor | None) -> Iterator[Task]:
    timeline = document.timeline()
    issued = {entry.version for entry in timeline.live()}
    for version in document.versions.values():
        content = version.content

        def task(kind: str, waiting: str, since: datetime, v: Any = version, c: Any = content) -> Task:
            return Task(kind, c.code, c.title, v.number, v.label, waiting, since)

        if version.state == "draft" and _may(who, ("drafter", "controller"), moment, content.unit):
            yield task("submit", "trình ký / submission", version.draft.at)
        elif version.state == "submitted" and _can_sign(document, version.number, who, moment):
            current = version.round()
            assert current is not None
            yield task("sign", acts.describe(current.waiting()), version.draft.at)
        elif version.state == "approved" and version.number not in issued:
            assert version.approved_at is not None
            if _may(who, ("issuer",), moment, content.unit):
                yield task("issue", "ban hành / issue", version.approved_at)
        if version.state == "approved" and timeline.base_changed(version.number, content.base):
            own = next((e for e in timeline.live() if e.version == version.number), None)
            if (own is None or own.start > moment.at) and _may(who, ("issuer", "drafter"), moment, content.unit):
                yield task("check_base", f"bản gốc {content.base} đã đổi / base changed", version.draft.at)


def _may(who: Actor | None, roles: tuple[str, ...], moment: acts.Moment, unit: str | None) -> bool:
    return who is None or (who.active and any(who.seats(role, moment.today, unit) for role in roles))


def _can_sign(document: Document, number: int, who: Actor | None, moment: acts.Moment) -> bool:
    if who is None:
        return True
    try:
        acts.sign(document, actor=who, moment=moment, number=number)
    except errors.Refused:
        return False
    return True


def _changes(document: Document, after: datetime) -> Iterator[Change]:
    timeline = document.timeline()
    code = document.last.code
    for entry in timeline.live():
        label = document.versions[entry.version].label if entry.version is not None else ""
        marks = {
            "starts" if entry.version is not None else "withdrawn": entry.start,
            "sunset": entry.sunset,
            "grace_ends": entry.accept_old_until,
            "emergency_ends": timeline.end_of_emergency(entry),
        }
        for what, at in marks.items():
            if at is not None and at > after:
                yield Change(at, code, what, label, entry.decision)
    lifted = {r.suspension for r in timeline.resumptions}
    for suspension in timeline.suspensions:
        if suspension.pos not in lifted and suspension.end is not None and suspension.end > after:
            yield Change(suspension.end, code, "suspension_ends", "", suspension.reason)
