"""Writing a BagIt folder (RFC 8493): each file is hashed as it is written, the whole appears at once or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import BinaryIO

from iso_qms.domain import os_words
from iso_qms.domain.errors import FileTrouble


class Counted:
    """A binary file being written, with the digest and length of what went in."""

    def __init__(self, out: BufferedWriter) -> None:
        self._out, self._digest, self.length = out, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        """Append some bytes."""
        self._digest.update(content)
        self.length += len(content)
        return self._out.write(content)

    def flush(self) -> None:
        """Nothing waits here; archive writers ask for it."""

    def hexdigest(self) -> str:
        """SHA-256 of everything written."""
        return self._digest.hexdigest()


class Bag:
    """A bag in the making; names are relative to its `data/` folder and ASCII."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest: dict[str, str] = {}
        self._octets = 0
        (folder / "data").mkdir(parents=True)

    @contextmanager
    def open(self, name: str) -> Iterator[Counted]:
        """A payload file to write."""
        path = self.folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            counted = Counted(out)
            yield counted
        self._manifest[f"data/{name}"] = counted.hexdigest()
        self._octets += counted.length

    @contextmanager
    def open_seekable(self, name: str) -> Iterator[BinaryIO]:
        """A payload file for writers that jump back and forth; it is hashed afterwards."""
        path = self.folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w+b") as out:
            yield out
            out.seek(0)
            self._manifest[f"data/{name}"] = hashlib.file_digest(out, "sha256").hexdigest()
        self._octets += path.stat().st_size

    def put(self, name: str, content: bytes) -> None:
        """A whole payload file."""
        with self.open(name) as out:
            out.write(content)

    def has(self, name: str) -> bool:
        """Whether a payload file of this name was written."""
        return f"data/{name}" in self._manifest

    def close(self, about: Mapping[str, str]) -> str:
        """Write declaration, manifests and `about` (bag-info.txt); returns the SHA-256 of manifest-sha256.txt."""
        manifest = _listing(self._manifest)
        lines = {**about, "Payload-Oxum": f"{self._octets}.{len(self._manifest)}"}
        tags = {
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in lines.items()),
            "manifest-sha256.txt": manifest,
        }
        for name, text in tags.items():
            (self.folder / name).write_bytes(text.encode())
        digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
        (self.folder / "tagmanifest-sha256.txt").write_bytes(_listing(digests).encode())
        return digests["manifest-sha256.txt"]


def _listing(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


@contextmanager
def making(target: Path) -> Iterator[Bag]:
    """A bag that becomes `target` when the block ends: a new folder, or a .zip file; nothing is left when it raises.

    Raises `FileTrouble` when the target exists already or cannot be written.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FileTrouble(path=target, why_vi="đã có tệp hoặc thư mục này", why_en="it exists already")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".bag-", dir=target.parent))
    except OSError as error:
        raise FileTrouble(path=target, **os_words.why(error)) from None
    try:
        bag = Bag(work / "bag")
        yield bag
        if target.suffix.lower() == ".zip":
            _pack(bag.folder, work / "bag.zip", target.stem)
            (work / "bag.zip").replace(target)
        else:
            if target.exists():
                target.rmdir()
            bag.folder.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _pack(folder: Path, archive: Path, top: str) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                out.write(path, f"{top}/{path.relative_to(folder).as_posix()}")


@contextmanager
def opened(bundle: Path) -> Iterator[Path]:
    """The folder of a bundle that may still be packed as a .zip; raises `FileTrouble` for anything else."""
    if bundle.is_dir():
        yield bundle
        return
    with tempfile.TemporaryDirectory(prefix="iso-qms-") as work:
        try:
            with zipfile.ZipFile(bundle) as packed:
                _unpack(packed, Path(work))
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
            why = {"why_vi": "không phải thư mục hay tệp .zip của bộ bằng chứng", "why_en": "it is no bundle"}
            raise FileTrouble(path=bundle, **why) from None
        inside = sorted(Path(work).glob("*/bagit.txt"))
        yield inside[0].parent if inside else Path(work)


_LARGEST = 64 << 30


def _unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    # extractall keeps names inside the folder; sizes are limited so that a small archive cannot fill the disk.
    if sum(item.file_size for item in packed.infolist()) > min(_LARGEST, shutil.disk_usage(folder).free):
        raise OSError("too large")
    packed.extractall(folder)
