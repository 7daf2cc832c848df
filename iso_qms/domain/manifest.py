"""The manifest of a version: its files and its process by digest; the manifest's own SHA-256 names the version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from iso_qms.domain.canonical import canonical
from iso_qms.domain.errors import BadInput

SCHEMA = "manifest/1"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a version: the procedure itself (`main`), a form or an annex; `size` in bytes."""

    name: str
    sha256: str
    size: int
    role: str = "main"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that approval covers: the files in the order given, and the process data if there are any."""

    files: tuple[File, ...]
    process: str | None = None

    @property
    def main(self) -> File:
        """The procedure document itself."""
        return next(file for file in self.files if file.role == "main")

    def to_bytes(self) -> bytes:
        """The canonical bytes; their SHA-256 names the version."""
        files = [{"name": f.name, "role": f.role, "sha256": f.sha256, "size": f.size} for f in self.files]
        record: dict[str, Any] = {"schema": SCHEMA, "files": files}
        if self.process is not None:
            record["process"] = self.process
        return canonical(record)

    @property
    def sha256(self) -> str:
        """The digest that names the version, 64 hexadecimal digits."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """What `to_bytes` wrote; raises ValueError for anything else."""
        try:
            record = json.loads(content)
            files = tuple(File(f["name"], f["sha256"], f["size"], f["role"]) for f in record["files"])
            found = cls(files, record.get("process"))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            raise ValueError("not a manifest") from None
        if record.get("schema") != SCHEMA:
            raise ValueError("a manifest of another schema")
        return found


def build(files: Iterable[File], process: str | None = None) -> Manifest:
    """A manifest with one main file and no two files of one name; `BadInput` else."""
    listed = tuple(files)
    if sum(file.role == "main" for file in listed) != 1:
        raise BadInput(what="cần đúng một tệp quy trình chính / exactly one main file is needed")
    names = [file.name.casefold() for file in listed]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(what=f"hai tệp trùng tên “{name}” / two files are called “{name}”")
    return Manifest(listed, process)
