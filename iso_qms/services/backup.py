"""Backups that are the evidence itself: leaves, disclosures, files in one zip; rows and tree are derived again."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain import os_words
from iso_qms.domain.errors import BadInput, FileDamaged, FileTrouble
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.merkle import CompactRange, leaf_hash
from iso_qms.store import database, journal, rows
from iso_qms.store.files import FileStore
from iso_qms.store.journal import SOFTWARE, table
from iso_qms.store.tables import CursorRow, DisclosureRow, HeadRow, JournalRow, LoginRow, NodeRow, VerifierRow
from iso_qms.store.verify import Progress

SCHEMA = "iso_qms-backup/1"
SIDE_TABLES = {"disclosures": DisclosureRow, "logins": LoginRow, "verifiers": VerifierRow, "cursors": CursorRow}
BATCH = 1000


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What a backup holds: size and root of the journal, when it was made, and how many files."""

    size: int
    root: str
    made_at: str
    files: int


def take(engine: Engine, files: FileStore, target: Path, now: datetime, progress: Progress) -> BackupHead:
    """Write a consistent backup while the store is in use; the target appears whole or not at all.

    One snapshot of the database; files are written before any row names them, so every file named is there.
    Raises `FileTrouble` where the target exists or cannot be written, `FileDamaged` for a file that changed.
    """
    if target.exists():
        raise FileTrouble(path=str(target), why_vi="đã có tệp này", why_en="it exists already")
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _snapshot(engine) as connection, zipfile.ZipFile(temporary, "x", zipfile.ZIP_DEFLATED) as out:
            head = _write(connection, files, out, now, progress)
        _sync(temporary)
        temporary.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise FileTrouble(path=str(target), **os_words.why(error)) from None
    finally:
        temporary.unlink(missing_ok=True)
    return head


def _snapshot(engine: Engine) -> Any:
    postgresql = engine.dialect.name == "postgresql"
    source = engine.execution_options(isolation_level="REPEATABLE READ") if postgresql else engine
    return source.begin()


def _write(
    connection: Connection, files: FileStore, out: zipfile.ZipFile, now: datetime, progress: Progress
) -> BackupHead:
    stored = journal.head(connection)
    tree = CompactRange()
    manifests: list[str] = []
    with out.open("journal.jsonl", "w") as lines:
        for pos, leaf in journal.entries(connection):
            tree.append(leaf_hash(leaf))
            event = leaves.decode(leaf, pos).event
            if isinstance(event, ev.Drafted):
                manifests.append(event.sha256)
            lines.write(leaf + b"\n")
            if pos % BATCH == 0:
                progress("journal", pos, stored.size)
    if tree.root() != stored.root:
        raise BadInput(what="nhật ký không nguyên vẹn, không sao lưu / the journal is damaged, nothing was backed up")
    for name, kind in SIDE_TABLES.items():
        out.writestr(f"{name}.jsonl", "".join(_lines(connection, kind)))
    digests = list(dict.fromkeys(_wanted(files, manifests)))
    for number, digest in enumerate(digests):
        out.writestr(f"files/{digest}", files.get(digest))
        progress("files", number + 1, len(digests))
    head = BackupHead(tree.size, tree.root().hex(), leaves.instant_text(now), len(digests))
    described = {"schema": SCHEMA, "software": SOFTWARE, "size": head.size, "root": head.root}
    out.writestr("backup.json", json.dumps(described | {"made_at": head.made_at, "files": head.files}, indent=1))
    return head


def _lines(connection: Connection, kind: Any) -> Iterator[str]:
    source = table(kind)
    for row in connection.execute(select(source).order_by(*source.primary_key.columns)).mappings():
        yield json.dumps(dict(row), ensure_ascii=False) + "\n"


def _wanted(files: FileStore, manifests: Iterable[str]) -> Iterator[str]:
    for digest in manifests:
        manifest = Manifest.from_bytes(files.get(digest))
        yield digest
        yield from (file.sha256 for file in manifest.files)
        if manifest.process:
            yield manifest.process


# --- restore ------------------------------------------------------------------------------------------------------


def restore(source: Path, engine: Engine, files: FileStore, progress: Progress) -> BackupHead:
    """Fill an empty store from a backup and prove it: the root of what was written is the root of the backup.

    Works across databases: a backup of SQLite can be restored to PostgreSQL and back. Raises `FileTrouble` or
    `FileDamaged`; the database transaction leaves nothing behind then.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            head = _head(archive)
            _restore_files(archive, files, progress)
            with database.writer(engine).begin() as connection:
                _restore_journal(archive, connection, head, progress)
            return head
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise FileTrouble(
            path=str(source), why_vi=f"không phải bản sao lưu nguyên vẹn ({error})", why_en="it is not a whole backup"
        ) from None


def _head(archive: zipfile.ZipFile) -> BackupHead:
    said = json.loads(archive.read("backup.json"))
    if said.get("schema") != SCHEMA:
        raise ValueError(f"schema {said.get('schema')}")
    return BackupHead(int(said["size"]), str(said["root"]), str(said["made_at"]), int(said["files"]))


def _restore_files(archive: zipfile.ZipFile, files: FileStore, progress: Progress) -> None:
    named = [name for name in archive.namelist() if name.startswith("files/")]
    for number, name in enumerate(named):
        digest = name.removeprefix("files/")
        if files.put(archive.read(name)) != digest:
            raise FileDamaged(sha256=digest)
        progress("files", number + 1, len(named))


def _restore_journal(archive: zipfile.ZipFile, connection: Connection, head: BackupHead, progress: Progress) -> None:
    tree = CompactRange()
    batch = _Batch(connection)
    with archive.open("journal.jsonl") as lines:
        for line in lines:
            pos, leaf = tree.size, line.rstrip(b"\n")
            record = leaves.decode(leaf, pos)
            digest = leaf_hash(leaf)
            batch.add(record, leaf, digest, tree.append(digest))
            if pos % BATCH == 0:
                batch.flush()
                progress("journal", pos, head.size)
    batch.flush()
    if tree.size != head.size or tree.root().hex() != head.root:
        raise ValueError("root")
    connection.execute(
        insert(table(HeadRow)),
        {"id": 1, "size": tree.size, "root": tree.root(), "frontier": tree.to_bytes(), "last_at": batch.last_at},
    )
    for name, kind in SIDE_TABLES.items():
        kept = [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
        if kept:
            connection.execute(insert(table(kind)), kept)


class _Batch:
    """Derived rows of some entries, written together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: list[dict[str, Any]] = []
        self._nodes: list[dict[str, Any]] = []
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self.last_at: datetime | None = None

    def add(self, record: ev.Recorded, leaf: bytes, digest: bytes, nodes: list[tuple[int, int, bytes]]) -> None:
        self._entries.append(journal.entry_row(record, leaf, digest))
        self._nodes += [{"level": level, "idx": idx, "hash": node} for level, idx, node in nodes]
        self._rows.setdefault(record.event.act, []).append(rows.row_of(record))
        self.last_at = record.at

    def flush(self) -> None:
        if self._entries:
            self._connection.execute(insert(table(JournalRow)), self._entries)
        if self._nodes:
            self._connection.execute(insert(table(NodeRow)), self._nodes)
        for act, found in self._rows.items():
            self._connection.execute(insert(rows.table_of(act)), found)
        self._entries, self._nodes, self._rows = [], [], {}


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
