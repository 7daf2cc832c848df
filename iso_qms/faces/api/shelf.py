"""What everybody may see of the register: issued versions and their dates, kept until something is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.code import document_key, national_part, service_code
from iso_qms.domain.document import Document
from iso_qms.domain.timeline import Timeline
from iso_qms.guard.snapshot import public
from iso_qms.guard.source import Change, Claim, Counter, Source

if TYPE_CHECKING:
    from iso_qms.services.registers import Registers


@dataclass(frozen=True, slots=True)
class Issued:
    """One document without its drafts and without anybody's name; `document.versions` are the issued ones."""

    key: str
    document: Document
    timeline: Timeline

    @property
    def content(self) -> ev.Drafted:
        """The newest content that was issued: code as printed, title, kind, unit, TTHC codes."""
        return self.document.last

    @property
    def tag(self) -> str:
        """What identifies the state of the timeline: another one after every act upon it."""
        return f"{self.key}:{self.timeline.last_pos()}"


def issued(document: Document) -> Issued | None:
    """The part of a document that is for everybody; None when nothing was ever issued."""
    numbers = {entry.version for entry in document.entries if entry.version is not None}
    if not numbers:
        return None
    kept = {number: version for number, version in document.versions.items() if number in numbers}
    cut = replace(document, versions=kept, history=[])
    return Issued(document.key, cut, public(cut.timeline()))


class _Kept(NamedTuple):
    generation: int
    pos: int
    documents: dict[str, Issued | None]


class Shelf:
    """The issued documents of one register; one for all threads of a process, always as of the newest entry."""

    def __init__(self, registers: Registers, source: Source) -> None:
        self._registers = registers
        self._source = source
        self._kept = _Kept(source.generation(), source.pos(), {})

    @property
    def pos(self) -> int:
        """The journal position that the shelf knows of."""
        return self._now().pos

    def find(self, code: str) -> Issued | None:
        """A document by any spelling of its code; None when nothing of it was issued; `BadCode` for no code at all."""
        key = document_key(code)
        documents = self._now().documents
        if key not in documents:
            try:
                documents[key] = issued(self._registers.document(code))
            except errors.UnknownDocument:
                return None
        return documents[key]

    def get(self, code: str) -> Issued:
        """A document by any spelling of its code; `UnknownDocument`, also for one of which only drafts exist."""
        found = self.find(code)
        if found is None:
            raise errors.UnknownDocument(document=code)
        return found

    def all(self, after: str = "") -> Iterator[Issued]:
        """Every document whose key follows another, in the order of keys."""
        for key in sorted(self._registers.codes()):
            if key > after and (found := self.find(key)) is not None:
                yield found

    def _now(self) -> _Kept:
        # Generation first, then position, then what was touched since: nothing recorded meanwhile can be missed.
        known = self._kept
        if self._source.generation() == known.generation:
            return known
        generation, pos = self._source.generation(), self._source.pos()
        touched = self._source.changed(known.pos)
        gone = set(touched or ())
        kept = known.documents.copy()
        documents = {} if touched is None else {key: found for key, found in kept.items() if key not in gone}
        self._kept = _Kept(generation, pos, documents)
        return self._kept


class Published(Source):
    """The register as a source from which no draft can be learnt."""

    def __init__(self, inner: Source, shelf: Shelf) -> None:
        self._inner = inner
        self._shelf = shelf

    def generation(self) -> int:
        """Another number after every recorded change."""
        return self._inner.generation()

    def counter(self) -> Counter:
        """The counter of the register itself."""
        return self._inner.counter()

    def pos(self) -> int:
        """Position of the newest entry."""
        return self._inner.pos()

    def changed(self, since: int) -> Iterable[str] | None:
        """Documents touched after a position."""
        return self._inner.changed(since)

    def timeline(self, document: str) -> Timeline | None:
        """The timeline of a document without drafts and names; None when nothing of it was issued."""
        try:
            found = self._shelf.find(document)
        except errors.BadCode:
            return None
        return None if found is None else found.timeline

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """The structured process of each issued version that has one."""
        found = self._shelf.find(document)
        numbers = () if found is None else found.document.versions
        return {n: process for n, process in self._inner.processes(document).items() if n in numbers}

    def claims(self, procedure: str) -> Iterable[Claim]:
        """The issued documents that carry out a TTHC procedure."""
        wanted = national_part(service_code(procedure))
        for found in self._shelf.all():
            if any(national_part(code) == wanted for code in found.content.service_codes):
                yield Claim(found.content.code, procedure, (found.content.unit,) if found.content.unit else ())

    def documents(self) -> Iterable[str]:
        """The codes of the issued documents."""
        return [found.content.code for found in self._shelf.all()]

    def changes(self, since: int) -> Iterable[Change]:
        """What was issued, withdrawn, rescinded, suspended or resumed after a position."""
        return self._inner.changes(since)

    def checkpoint(self) -> bytes:
        """What a pin says it stood on."""
        return self._inner.checkpoint()
