"""Files by the SHA-256 of their bytes: written whole before any row names them, checked on every read."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from iso_qms.domain import os_words
from iso_qms.domain.errors import FileDamaged, StoreTrouble

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class FileStore:
    """A folder of content-addressed files in 256 folders, each file read-only and named by its digest."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, content: bytes) -> str:
        """Keep some bytes durably and return their SHA-256 in hexadecimal; the same bytes are kept once.

        Temporary name in the same folder, fsync, link, fsync of the folder: a crash leaves a whole file or none.
        A file of this name that was damaged is replaced, for these are its bytes.
        """
        digest = hashlib.sha256(content).hexdigest()
        final = self._path(digest)
        if self._sound(digest):
            return digest
        try:
            _make_folder(final.parent)
            handle, temporary = tempfile.mkstemp(prefix=".new-", dir=final.parent)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(content)
                    out.flush()
                    os.fsync(out.fileno())
                Path(temporary).chmod(0o444)
                Path(temporary).replace(final)
            finally:
                Path(temporary).unlink(missing_ok=True)
            _sync_folder(final.parent)
        except OSError as error:
            raise StoreTrouble(what=os_words.told(self.folder, error)) from None
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of a digest; `FileDamaged` when they are missing or are not what the digest says."""
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            raise FileDamaged(sha256=digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(sha256=digest)
        return content

    def _sound(self, digest: str) -> bool:
        try:
            self.get(digest)
        except FileDamaged:
            return False
        return True

    def has(self, digest: str) -> bool:
        """Whether a file of this name is there; its content is not looked at."""
        return _DIGEST.match(digest) is not None and self._path(digest).is_file()

    def digests(self) -> Iterator[str]:
        """Every digest in the folder, in order."""
        for path in sorted(self.folder.glob("??/*")):
            if not path.name.startswith("."):
                yield path.name

    def path(self, digest: str) -> Path:
        """Where a file lies, for programs that read it themselves; prefer `get`."""
        return self._path(digest)

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileDamaged(sha256=digest[:64])
        if not _DIGEST.match(digest):  # never a way out of the folder
            raise FileDamaged(sha256=digest[:64])
        return self.folder / digest[:2] / digest


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each one durably named in the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no fsync of folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
