"""What the desk is set to, document by document: it follows the news, and the gates and checks read it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from iso_qms import News
from iso_qms.contrib.sqlalchemy import SqlAlchemyPins
from iso_qms.guard import Citation, PinStore
from iso_qms_mot_cua.tables import OPEN, Account, Configured, Dossier, Heard, Part

ZERO = ""


def steps_digest(process: Mapping[str, Any]) -> str:
    """The digest of a process's steps: what a desk's configuration is compared by; empty for a version without any."""
    steps = process.get("steps")
    if not steps:
        return ZERO
    text = json.dumps(steps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenDossiers:
    """How many dossiers still follow one version, and the oldest of them with its receipt (UTC)."""

    version: int
    label: str
    count: int
    oldest: str
    oldest_at: datetime


class Configuration:
    """The desk's settings in its database, as the register's plugin sees them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def missing_roles(self, process: Mapping[str, Any], unit: str | None) -> list[str]:
        """The roles of a process that no account of the unit holds."""
        wanted = {str(role) for step in process.get("steps", ()) for role in step.get("roles", ())}
        with Session(self._engine) as session:
            held = set(session.scalars(select(Account.role).where(Account.unit.in_([unit or "", ""]))))
        return sorted(wanted - held)

    def accounts(self) -> list[tuple[str, str, str]]:
        """Unit, role and account of everybody who holds a role; an empty unit is every unit."""
        with Session(self._engine) as session:
            rows = session.scalars(select(Account).order_by(Account.unit, Account.role, Account.account))
            return [(row.unit, row.role, row.account) for row in rows]

    def assign(self, role: str, accounts: Iterable[str], unit: str = "") -> None:
        """Put accounts into a role; one that holds it already stays."""
        with Session(self._engine) as session, session.begin():
            for account in accounts:
                session.merge(Account(unit=unit, role=role, account=account))

    def dismiss(self, role: str, accounts: Iterable[str], unit: str = "") -> list[str]:
        """Take accounts out of a role; those that did not hold it."""
        missing = []
        with Session(self._engine) as session, session.begin():
            for account in accounts:
                row = session.get(Account, (unit, role, account))
                if row is None:
                    missing.append(account)
                else:
                    session.delete(row)
        return missing

    def read(self) -> dict[str, Configured]:
        """Every document the desk is set to."""
        with Session(self._engine, expire_on_commit=False) as session:
            return {row.document: row for row in session.scalars(select(Configured))}

    def open_dossiers(self, document: str) -> list[OpenDossiers]:
        """The open dossiers of a document by version, oldest version first."""
        groups: defaultdict[tuple[int, str], list[tuple[datetime, str]]] = defaultdict(list)
        with Session(self._engine) as session:
            for dossier, citation in _pins(session).active(document):
                received = session.get(Dossier, dossier)
                at = received.received_at if received is not None else citation.at
                groups[citation.version, citation.label].append((at, dossier))
        return [
            OpenDossiers(version, label, len(rows), min(rows)[1], min(rows)[0])
            for (version, label), rows in sorted(groups.items())
        ]

    def receipts(self) -> Iterator[tuple[str, Citation, str]]:
        """Each dossier, the citation made when it was received, and the reason it was accepted under."""
        with Session(self._engine) as session:
            for part in session.scalars(select(Part).order_by(Part.dossier, Part.place)):
                history = _pins(session).history(part.dossier, part.document)
                if history:
                    yield part.dossier, history[0], part.reason

    def overdue_in_silence(self, now: datetime) -> list[tuple[str, datetime]]:
        """Open dossiers past the promised moment that nobody has apologised for, with that moment."""
        late = select(Dossier.code, Dossier.due_at).where(
            Dossier.state == OPEN, Dossier.due_at < now, Dossier.extended_to.is_(None)
        )
        with Session(self._engine) as session:
            return [(code, due) for code, due in session.execute(late.order_by(Dossier.code)) if due is not None]

    # --- following the news ------------------------------------------------------------------------------------------

    def take_over(self, news: News, process: Mapping[str, Any]) -> None:
        """Work by the version that came into force from its start on."""

        def change(row: Configured) -> None:
            row.version, row.sha256, row.since = news.version, news.sha256 or "", news.start
            row.steps_sha256 = steps_digest(process)
            row.withdrawn_from = None

        self._follow(news, change)

    def withdraw(self, news: News) -> None:
        """Receive nothing from the withdrawal's start on; what runs may finish as the register says."""

        def change(row: Configured) -> None:
            row.withdrawn_from = news.start

        self._follow(news, change)

    def receive(self, news: News, receiving: bool) -> None:
        """Stop receiving, or go on with it."""

        def change(row: Configured) -> None:
            row.receiving = receiving

        self._follow(news, change)

    def reopen(self, news: News) -> None:
        """Forget a withdrawal that was rescinded before its start."""

        def change(row: Configured) -> None:
            if row.withdrawn_from is not None and news.recorded_at < row.withdrawn_from:
                row.withdrawn_from = None

        self._follow(news, change)

    def set_to(self, document: str, version: int, digest: str, process: Mapping[str, Any]) -> None:
        """Set the desk to a version by hand, as an administrator does."""
        with Session(self._engine) as session, session.begin():
            row = session.get(Configured, document) or Configured(document=document, receiving=True, pos=-1)
            row.version, row.sha256, row.steps_sha256 = version, digest, steps_digest(process)
            session.add(row)

    def _follow(self, news: News, change: Any) -> None:
        """Change a document's row once for each piece of news; one that was heard before changes nothing."""
        with Session(self._engine) as session, session.begin():
            if session.get(Heard, news.id) is not None:
                return
            row = session.get(Configured, news.document)
            if row is None:
                row = Configured(document=news.document, receiving=True, pos=-1)
                session.add(row)
            change(row)
            row.pos = max(row.pos, news.pos)
            session.add(Heard(id=news.id, day=news.recorded_at.date()))


def _pins(session: Session) -> PinStore:
    return SqlAlchemyPins(lambda: session)
