"""Evidence for strangers: seal the journal, and hand over the whole or a part of it as a bundle that proves itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from iso_qms._version import __version__
from iso_qms.domain import events as ev
from iso_qms.domain.checkpoint import Checkpoint, verified
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document
from iso_qms.domain.errors import FileDamaged, JournalBroken, Refused, StoreTrouble, UnknownDocument
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.note import BadNote, BadSignature, Key, Note
from iso_qms.services import bundle, kit, sealing, timestamps
from iso_qms.services.bag import Bag, making
from iso_qms.services.logkey import LogKey, verify
from iso_qms.services.report import Facts, InForce, write_report
from iso_qms.services.sealing import Seals
from iso_qms.services.timestamps import Post, Stamped
from iso_qms.services.trail import MOST_ROWS, Trail
from iso_qms.services.witness import Request, ask
from iso_qms.store import journal, people
from iso_qms.store.files import FileStore
from iso_qms.store.journal import table
from iso_qms.store.tables import DisclosureRow, JournalRow

MOST_PROOFS = 1000
"""Partial exports carry a proof file for each chosen entry up to this many; all of them stand in the tiles anyway."""

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: everything, or the entries about one document, of one actor, of a time; and how much of people.

    Instants are aware, `since` included and `until` not. `disclose` shows the names and positions of people who act in
    the entries. `files` adds the files of issued versions.
    """

    document: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    disclose: bool = False
    files: bool = True
    lang: str = "vi"

    @property
    def whole(self) -> bool:
        """Whether the whole journal is wanted."""
        return not (self.document or self.since or self.until or self.actor)

    @property
    def scope(self) -> str:
        """The wish in one line, as the journal keeps it."""
        since, until = (moment.isoformat() if moment else None for moment in (self.since, self.until))
        given = {"document": self.document, "actor": self.actor, "since": since, "until": until}
        parts = [f"{name}={value}" for name, value in given.items() if value]
        return " ".join(parts or ["all"]) + (" disclosed" if self.disclose else "")

    def words(self, zone: tzinfo) -> tuple[str, str]:
        """The wish for people, Vietnamese and English."""
        since, until = (f"{m.astimezone(zone):%d/%m/%Y %H:%M}" if m else None for m in (self.since, self.until))
        parts = [
            (f"tài liệu {self.document}", f"document {self.document}", self.document),
            (f"người thực hiện {self.actor}", f"acts of {self.actor}", self.actor),
            (f"từ {since}", f"from {since}", since),
            (f"đến trước {until}", f"until before {until}", until),
        ]
        given = [(vi, en) for vi, en, value in parts if value]
        names = ("kèm họ tên", "with names") if self.disclose else ("không kèm họ tên", "without names")
        vi, en = zip(*(given or [("toàn bộ nhật ký", "the whole journal")]), strict=True)
        return f"{', '.join(vi)}, {names[0]}", f"{', '.join(en)}, {names[1]}"


class NotCosigned(Refused):
    """A witness did not cosign, or its signature does not hold."""

    code = "NOT_COSIGNED"
    vi = "Người làm chứng “{name}” không ký mốc niêm phong: {why}."
    en = "Witness “{name}” did not cosign the checkpoint: {why}."


@dataclass(frozen=True, slots=True)
class Exported:
    """What was handed over: where, the SHA-256 of its manifest, entries in it, entries in the journal, its seal."""

    path: Path
    sha256: str
    chosen: int
    size: int
    note: Note
    signed: bool
    missing_files: tuple[str, ...] = ()
    report: bool = True

    def event(self, asked: Asked, reason: str | None = None) -> ev.EvidenceExported:
        """The act to record, so that the next checkpoint proves what was handed over."""
        return ev.EvidenceExported(scope=asked.scope, sha256=self.sha256, size=self.chosen, reason=reason)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Seals and exports one store; without a key the seal carries no signature, and everything says so."""

    engine: Engine
    files: FileStore
    zone: tzinfo
    seals: Seals | None = None
    log_key: LogKey | None = None

    def seal(self) -> Note:
        """Sign a checkpoint of the journal as it is now and keep it outside the database; `StoreRewound`."""
        with self.engine.connect() as connection:
            return self._seal(connection)

    def stamp(self, post: Post) -> Stamped:
        """Seal the journal, get a time token over the seal and keep it; `BadToken`, `StoreTrouble`."""
        assert self.seals is not None
        note = self.seal()
        stamped = timestamps.stamp(note.text.encode(), post, self.seals.roots())
        self.seals.keep_token(note, stamped.raw)
        return stamped

    def witness_request(self, old: int) -> Request:
        """What a witness that saw `old` entries last is asked to cosign: the journal as it is now."""
        with self.engine.connect() as connection:
            note = self._seal(connection)
            return Request(old, tuple(sealing.prove_from(connection, note, old)), note)

    def ask_witness(self, url: str, key: Key, old: int = 0) -> Note:
        """Have a witness cosign over HTTP and keep the signature; asks again from the size it names.

        Raises `StoreTrouble` when it does not answer, `NotCosigned` when it refuses or signs wrongly.
        """
        request = self.witness_request(old)
        status, body = ask(url, request)
        if status == 409 and body.strip().isdecimal() and int(body) != old:
            request = self.witness_request(int(body))
            status, body = ask(url, request)
        if status != 200:
            raise NotCosigned(name=key.name, why=body.strip() or str(status))
        return self.keep_cosignature(request.note, body, key)

    def keep_cosignature(self, note: Note, lines: str, key: Key) -> Note:
        """Add a witness's signature lines to a seal of ours, however they came; `NotCosigned` when they do not hold."""
        try:
            signed = Note.parse(f"{note.text}\n{lines}")
            good = [v.key for v in verified(signed, [key], verify)]
        except (BadNote, BadSignature) as trouble:
            raise NotCosigned(name=key.name, why=trouble.message("en")) from None
        if not good:
            raise NotCosigned(name=key.name, why="no signature by this key / không có chữ ký bằng khóa này")
        whole = note.with_signatures(s for s in signed.signatures if s.is_by(key))
        if self.seals is not None:
            with self.seals.locked():
                self.seals.keep(whole)
        return whole

    def export(self, target: Path, asked: Asked, progress: Progress = lambda stage, done, total: None) -> Exported:
        """Write a bundle to a new folder or .zip file; `FileTrouble` when it cannot be written."""
        with self.engine.connect() as connection, making(target) as bag:
            note = self._seal(connection)
            sealed = Checkpoint.parse(note.text)
            chosen = self._chosen(connection, asked, sealed.size)
            trail, shown = Trail(self.zone), self._shown(connection, asked, chosen, sealed.size)
            leaves = _counted(journal.entries(connection, 0, sealed.size - 1), sealed.size, progress)
            with bundle.record_files(bag, shown, self.zone, asked.lang) as records:
                pick = None if chosen is None else lambda pos, leaf: pos in chosen
                root = bundle.write_journal(bag, leaves, records, chosen=pick, seen=trail.see)
            if root != sealed.root:
                raise StoreTrouble(what="nhật ký đã bị sửa, hãy chạy audit verify / the journal was changed")
            self._write_seals(bag, note)
            if asked.disclose:
                bundle.write_disclosures(bag, shown.disclosures)
            if chosen is not None and len(chosen) <= MOST_PROOFS:
                bundle.write_proofs(bag, sorted(chosen), note, journal.node_reader(connection))
            missing = self._write_files(bag, trail) if asked.files else []
            founded = _founding(connection)
            facts = Facts(
                founded.authority,
                note,
                self.log_key,
                asked.whole,
                asked.words(self.zone),
                trail,
                shown.names,
                self.zone,
                missing,
                _in_force(connection, trail),
            )
            report = write_report(bag, facts, asked.lang)
            kit.write_kit(bag, facts)
            about = {
                "Source-Organization": founded.authority,
                "External-Identifier": f"{sealed.origin} {sealed.size}",
                "External-Description": asked.scope,
                "Bag-Software-Agent": f"iso_qms/{__version__}",
            }
            digest = bag.close({name: " ".join(value.split()) for name, value in about.items()})
        return Exported(target, digest, trail.count, sealed.size, note, bool(note.signatures), tuple(missing), report)

    def _seal(self, connection: Connection) -> Note:
        origin = _founding(connection).origin
        if self.log_key is not None and self.seals is not None:
            return sealing.seal(connection, origin, self.seals, self.log_key)
        head = journal.head(connection)
        return Note(Checkpoint(origin, head.size, bytes(head.root)).text)

    def _chosen(self, connection: Connection, asked: Asked, size: int) -> set[int] | None:
        if asked.whole:
            return None
        row = table(JournalRow)
        query = select(row.c.pos).where(row.c.pos < size)
        if asked.document is not None:
            key = document_key(asked.document)
            query = query.where(row.c.subject.in_([key, f"refused:{key}"]))
        if asked.actor is not None:
            query = query.where(row.c.actor == people.person_id(connection, asked.actor))
        if asked.since is not None:
            query = query.where(row.c.at >= asked.since)
        if asked.until is not None:
            query = query.where(row.c.at < asked.until)
        found = set(connection.execute(query).scalars())
        if asked.document is not None and not found:
            raise UnknownDocument(document=asked.document)
        return found

    def _shown(self, connection: Connection, asked: Asked, chosen: set[int] | None, size: int) -> bundle.Shown:
        """Names and their proofs; the entries that hold the commitments join the chosen ones."""
        if not asked.disclose:
            return bundle.Shown()
        shown, row = table(DisclosureRow), table(JournalRow)
        query = select(shown.c.pos, shown.c.encoded, shown.c.subject).where(shown.c.pos < size)
        if chosen is not None:
            acted = connection.execute(select(row.c.pos, row.c.actor).where(row.c.pos < size))
            wanted = {actor for pos, actor in acted if pos in chosen}
            query = query.where(shown.c.subject.in_(wanted))
        found = list(connection.execute(query.order_by(shown.c.pos)))
        if chosen is not None:
            chosen.update(one.pos for one in found)
        subjects = {one.subject for one in found}
        names = {who: named.name for who, named in people.names(connection).items() if who in subjects}
        return bundle.Shown(names, [(one.pos, one.encoded) for one in found])

    def _write_seals(self, bag: Bag, note: Note) -> None:
        own = self.log_key.key if self.log_key else None
        bundle.write_seal(bag, note, self.seals.policy(own) if self.seals else "", own)
        texts: dict[int, str] = {}
        for older in self.seals.notes() if self.seals else ():
            size = Checkpoint.parse(older.text).size
            if older.text != note.text:
                bag.put(f"log/checkpoints/{size:012d}.txt", str(older).encode())
            texts[size] = older.text
        for size, raw in self.seals.tokens() if self.seals else ():
            if size in texts:
                bag.put(f"log/timestamps/{size:012d}.tsr", raw)
                bag.put(f"log/timestamps/{size:012d}.txt", texts[size].encode())
        roots = self.seals.roots() if self.seals else []
        if roots:
            bag.put("keys/tsa-roots.pem", b"\n".join(roots))

    def _write_files(self, bag: Bag, trail: Trail) -> list[str]:
        """Files of issued versions under their digests; returns the digests that are missing or damaged."""
        missing: list[str] = []
        for digest in trail.versions:
            try:
                content = self.files.get(digest)
                manifest = Manifest.from_bytes(content)
            except (FileDamaged, ValueError):
                missing.append(digest)
                continue
            bag.put(f"files/{digest}.json", content)
            wanted = [(file.sha256, _suffix(file.name)) for file in manifest.files]
            for one, suffix in [*wanted, *([(manifest.process, ".json")] if manifest.process else [])]:
                if not bag.has(f"files/{one}{suffix}") and one not in missing:
                    try:
                        bag.put(f"files/{one}{suffix}", self.files.get(one))
                    except FileDamaged:
                        missing.append(one)
        if missing:
            bag.put("missing-files.json", json.dumps(sorted(missing), indent=1).encode())
        return missing


def _in_force(connection: Connection, trail: Trail) -> list[InForce]:
    """The stretches of every document that was drafted in the chosen entries, by code."""
    found: list[InForce] = []
    for key in sorted(trail.titles)[:MOST_ROWS]:
        try:
            timeline = Document.fold(key, journal.history(connection, key)).timeline()
        except (JournalBroken, AssertionError):
            # Somebody wrote entries that no act of ours can follow: evidence goes out, and says so.
            trail.impossible.append(key)
            continue
        for stretch in timeline.intervals():
            entry = stretch.entry
            found.append(InForce(key, entry.version, stretch.start, stretch.end, entry.decision, entry.pos))
    return found


def _suffix(name: str) -> str:
    found = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return found.group().lower() if found else ""


def _founding(connection: Connection) -> ev.StoreFounded:
    for record in journal.recorded(connection, 0, 5):
        if isinstance(record.event, ev.StoreFounded):
            return record.event
    raise StoreTrouble(what="nhật ký không có mục lập sổ / the journal was never founded")


def _counted(leaves: Iterator[tuple[int, bytes]], size: int, progress: Progress) -> Iterator[tuple[int, bytes]]:
    for pos, leaf in leaves:
        if pos % 1000 == 0:
            progress("journal", pos, size)
        yield pos, leaf
    progress("journal", size, size)
