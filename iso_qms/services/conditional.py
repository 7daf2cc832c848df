"""Acts that happen only if a document is still as it was looked at, and only once however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document
from iso_qms.domain.people import Actor, Person
from iso_qms.services.control import Control
from iso_qms.services.gates import Gates
from iso_qms.services.performing import Decide, Performer
from iso_qms.store import journal, web_tables
from iso_qms.store.journal import Writer


class Stale(Exception):
    """The timeline is not the one that was looked at; `tag` names what it is now."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class Repeated(Exception):
    """The same request was carried out already; `pos` is the entry that it led to."""

    def __init__(self, pos: int) -> None:
        super().__init__(pos)
        self.pos = pos


class Reused(Exception):
    """The Idempotency-Key was used for something else."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What a client calls a request (`digest`, bound to who asks) and what the request says (`fingerprint`)."""

    digest: str
    fingerprint: str

    @classmethod
    def of(cls, who: str, key: str, *content: str) -> Memo:
        """The memo of an Idempotency-Key that somebody sent with some content."""
        return cls(_digest(who, key), _digest(*content))


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def tag_of(document: Document) -> str:
    """What names the state of a document's timeline: another one after every act upon it."""
    return f"{document.key}:{document.timeline().last_pos()}"


@dataclass
class Conditional(Performer):
    """A performer whose acts look, under the lock, whether the document still bears a tag and the request is new."""

    code: str = ""
    fits: Callable[[str], bool] | None = None
    memo: Memo | None = None

    def act(
        self,
        name: str,
        decide: Decide,
        *,
        by: Person | None,
        after: Callable[[Connection, ev.Recorded], None] | None = None,
        **options: Any,
    ) -> ev.Recorded:
        """Perform one act; `Repeated`, `Reused` or `Stale` when it may not be, with nothing recorded."""

        def bound(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            self._look(writer)
            return decide(writer, actor, moment)

        def kept(connection: Connection, record: ev.Recorded) -> None:
            if self.memo is not None:
                web_tables.remember(connection, self.memo.digest, self.memo.fingerprint, record.pos, record.at)
            if after is not None:
                after(connection, record)

        return super().act(name, bound, by=by, after=kept, **options)

    def _look(self, writer: Writer) -> None:
        if self.memo is not None:
            refuse_repeated(writer.connection, self.memo)
        if self.fits is not None:
            key = document_key(self.code)
            tag = tag_of(Document.fold(key, journal.history(writer.connection, key)))
            if not self.fits(tag):
                raise Stale(tag)


def refuse_repeated(connection: Connection, memo: Memo) -> None:
    """`Repeated` when the same request was carried out already, `Reused` when its name was used for another."""
    row = web_tables.earlier(connection, memo.digest)
    if row is None:
        return
    if row.fingerprint != memo.fingerprint:
        raise Reused
    raise Repeated(row.pos)


def control(
    performer: Performer,
    gates: Callable[[], Gates],
    code: str,
    *,
    fits: Callable[[str], bool] | None,
    memo: Memo | None,
) -> Control:
    """The acts upon one document under conditions: `fits` judges its tag, `memo` names the request."""
    bound = Conditional(
        performer.engine,
        performer.clock,
        performer.secrets,
        performer.zone,
        performer.operator,
        code=code,
        fits=fits,
        memo=memo,
    )
    if memo is not None:
        with performer.engine.connect() as connection:
            refuse_repeated(connection, memo)
    return Control(bound, gates)
