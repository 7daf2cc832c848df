"""Sealing the journal: sign a checkpoint and keep it outside the database, where an older store is found out."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.errors import BadInput, FileTrouble, Refused
from iso_qms.domain.merkle import consistency_proof, root_at
from iso_qms.domain.note import BadNote, Key, Note, sign
from iso_qms.services.logkey import LogKey
from iso_qms.store import journal


class StoreRewound(Refused):
    """The journal is not a continuation of the checkpoint that was signed last: an old copy, or a rewritten one."""

    code = "STORE_REWOUND"
    vi = (
        "Nhật ký có {size} mục và không nối tiếp mốc niêm phong đã ký ở mục {sealed}: kho dữ liệu là bản cũ "
        "hoặc đã bị sửa, nên không ký mốc mới. Hãy khôi phục bản mới hơn, hoặc đưa thư mục niêm phong cho "
        "người kiểm tra."
    )
    en = (
        "The journal has {size} entries and does not continue the checkpoint signed at entry {sealed}: the store is "
        "an old copy or was changed, so no new checkpoint is signed. Restore a newer copy, or ask an auditor."
    )


class WrongJournal(BadInput):
    """Seals of another journal lie in the folder."""

    code = "WRONG_JOURNAL"
    vi = "Thư mục niêm phong “{path}” thuộc nhật ký “{found}”, không phải “{wanted}”."
    en = "The folder of seals “{path}” belongs to journal “{found}”, not to “{wanted}”."


class Seals:
    """A folder with every checkpoint ever signed (`000000000123.txt` for 123 entries) and the office's policy.

    It lies outside the database and its backups, so that a restored database cannot take the seals back with it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def notes(self) -> Iterator[Note]:
        """All checkpoints, smallest first."""
        for path in sorted(self.folder.glob("[0-9]*.txt")):
            try:
                yield Note.parse(path.read_bytes())
            except BadNote as trouble:
                raise FileTrouble(path=path, why_vi=trouble.message("vi"), why_en=trouble.message("en")) from None

    def newest(self) -> Note | None:
        """The checkpoint with the most entries."""
        names = sorted(self.folder.glob("[0-9]*.txt"))
        return Note.parse(names[-1].read_bytes()) if names else None

    def keep(self, note: Note) -> Path:
        """Write a checkpoint durably; signatures come together where the same one is there already."""
        size = Checkpoint.parse(note.text).size
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{size:012d}.txt"
        if path.exists():
            before = Note.parse(path.read_bytes())
            note = before.with_signatures(note.signatures) if before.text == note.text else note
        work = path.with_suffix(".new")
        with work.open("wb") as out:
            out.write(str(note).encode())
            out.flush()
            os.fsync(out.fileno())
        work.replace(path)
        return path

    def policy(self, own: Key | None) -> str:
        """The office's tlog-policy (`policy.txt` in the folder); without one, the journal's own key and no witness."""
        path = self.folder / "policy.txt"
        if path.exists():
            return path.read_text("utf-8")
        return f"log {own}\nquorum none\n" if own else ""

    def tokens(self) -> Iterator[tuple[int, bytes]]:
        """Raw time tokens by the size of the checkpoint they are over."""
        for path in sorted((self.folder / "timestamps").glob("[0-9]*.tsr")):
            yield int(path.stem), path.read_bytes()

    def keep_token(self, note: Note, raw: bytes) -> Path:
        """Keep a raw time token over a checkpoint's text."""
        folder = self.folder / "timestamps"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{Checkpoint.parse(note.text).size:012d}.tsr"
        path.write_bytes(raw)
        return path

    def roots(self) -> list[bytes]:
        """Root certificates of trusted time authorities, one PEM each (`tsa-*.pem` in the folder)."""
        return [path.read_bytes() for path in sorted(self.folder.glob("tsa-*.pem"))]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process at a time seals; the lock falls with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.folder / "lock.db", timeout=30, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield


def prove_from(connection: Connection, note: Note, old: int) -> list[bytes]:
    """The consistency proof from an older size to a checkpoint of this journal; `BadInput` for a size beyond it."""
    size = Checkpoint.parse(note.text).size
    if old > size:
        raise BadInput(what=f"nhật ký mới có {size} mục / the journal has only {size} entries, not {old}")
    return consistency_proof(old, size, journal.node_reader(connection))


def seal(connection: Connection, origin: str, seals: Seals, log_key: LogKey) -> Note:
    """Sign the journal as it is now, or return the seal it already has; `StoreRewound` where it went back."""
    with seals.locked():
        head, last = journal.head(connection), seals.newest()
        if last is not None:
            old = Checkpoint.parse(last.text)
            if old.origin != origin:
                raise WrongJournal(path=seals.folder, found=old.origin, wanted=origin)
            if old.size > head.size or root_at(old.size, journal.node_reader(connection)) != old.root:
                raise StoreRewound(size=head.size, sealed=old.size)
            if old.size == head.size:
                return last
        text = Checkpoint(origin, head.size, bytes(head.root)).text
        note = Note(text, (sign(text, log_key.key, log_key.sign),))
        seals.keep(note)
        return note
