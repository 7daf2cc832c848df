"""Acts that gates may stop: judged outside the lock, bound to what was judged, and judged again when that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from iso_qms.domain import acts, errors
from iso_qms.domain import events as ev
from iso_qms.domain.acts import Moment
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document
from iso_qms.domain.extension import ImpactNote, Objection
from iso_qms.domain.people import Actor, Person
from iso_qms.services.gates import Gates
from iso_qms.services.performing import Performer
from iso_qms.store import journal, people
from iso_qms.store.journal import Writer

DocumentAct = Callable[[Document, Actor, Moment], ev.Event]

MOST_JUDGEMENTS = 3
"""How often gates are asked again when the document changed while they judged."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict of the gates, bound to the document's last entry and the content they saw."""

    history: int
    sha256: str
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an issue would bring: the event, the objections of the gates, and what plugins say of its impact."""

    event: ev.Issued
    objections: list[tuple[str, Objection]]
    impact: list[tuple[str, ImpactNote]]


class _Moved(Exception):
    """The document changed between the gates' verdict and the lock."""


class JudgedActs:
    """Performs acts under the lock, and those that gates may stop only as the gates judged them."""

    def __init__(self, performer: Performer, gates: Callable[[], Gates] | None = None) -> None:
        self._performer = performer
        self._gates = gates

    def _perform(
        self, name: str, code: str, act: DocumentAct, *, by: Person, number: int | None = None, signing: bool = False
    ) -> ev.Recorded:
        key = document_key(code)

        def decide(writer: Writer, actor: Actor, moment: Moment) -> ev.Event:
            return act(load(writer, key, code), actor, moment)

        return self._performer.act(name, decide, by=by, document=key, number=number, secret_needed=signing)

    def _gated(
        self,
        name: str,
        code: str,
        act: DocumentAct,
        *,
        by: Person,
        overrides: Mapping[str, str] | None,
        number: int | None = None,
    ) -> ev.Recorded:
        """Perform an act that gates may stop: they judge outside the lock; under it only that may happen."""
        for _ in range(MOST_JUDGEMENTS):
            judged = self._judged_or_recorded(name, code, act, by, overrides or {})

            def bound(document: Document, actor: Actor, moment: Moment, judged: Judged | None = judged) -> ev.Event:
                event = act(document, actor, moment)
                if judged is None:
                    return event
                if judged.history != document.history[-1].pos or judged.sha256 != getattr(event, "sha256", ""):
                    raise _Moved
                return replace(event, overrides=judged.overrides)  # type: ignore[call-arg]

            try:
                return self._perform(name, code, bound, by=by, number=number)
            except _Moved:
                continue
        raise errors.Conflict

    def _judged_or_recorded(
        self, name: str, code: str, act: DocumentAct, by: Person, overrides: Mapping[str, str]
    ) -> Judged | None:
        try:
            return self._judge(code, act, by, overrides)
        except errors.Refused as refusal:
            if refusal.matters:
                self._performer.record_refusal(refusal, name, by=by, document=document_key(code), number=None)
            raise

    def _judge(self, code: str, act: DocumentAct, by: Person, overrides: Mapping[str, str]) -> Judged | None:
        """What the gates said, bound to what they saw; None where no plugin has a gate."""
        if self._gates is None or not self._gates().present:
            return None
        document, actor, now = self._read(code, by)
        try:
            event = act(document, actor, Moment(now, self._performer.zone))
        except errors.Refused:
            # Said again, and put on record, under the lock; should it be allowed there, it was not judged.
            return Judged(-1, "", ())
        gates = self._gates()
        _, used = gates.ask(gates.candidate(document, event, now), actor, now, overrides)
        return Judged(document.history[-1].pos, getattr(event, "sha256", ""), used)

    def _read(self, code: str, by: Person) -> tuple[Document, Actor, datetime]:
        """The document and the actor, and the instant that an act would have now: after the newest entry, as there."""
        key = document_key(code)
        with self._performer.engine.connect() as connection:
            document = Document.fold(key, journal.history(connection, key))
            actor = people.actor(connection, by.login)
            now = max(self._performer.clock.now(), journal.head(connection).last_at + journal.STEP)
        if not document.versions:
            raise errors.UnknownDocument(document=code)
        return document, actor, now

    def preview_issue(self, code: str, *, by: Person, **terms: Any) -> Preview:
        """What an issue would bring, without doing it: the event, every gate's objection, what it means elsewhere."""
        document, actor, now = self._read(code, by)
        event = acts.issue(document, actor=actor, moment=Moment(now, self._performer.zone), **terms)
        if self._gates is None:
            return Preview(event, [], [])
        gates = self._gates()
        candidate = gates.candidate(document, event, now)
        return Preview(event, gates.objections(candidate, actor, now), gates.impact(candidate, actor, now))


def load(writer: Writer, key: str, code: str) -> Document:
    """A document as it is under the lock; `UnknownDocument`."""
    document = Document.fold(key, journal.history(writer.connection, key))
    if not document.versions:
        raise errors.UnknownDocument(document=code)
    return document
