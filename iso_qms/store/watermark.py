"""The newest head that was ever verified, noted outside the database: an older or rewritten store shows itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

NAME = "watermark.json"


@dataclass(frozen=True, slots=True)
class Mark:
    """Size and root (hexadecimal) of a journal at some time."""

    size: int
    root: str


class Watermark:
    """A small file beside the stored files; it only moves forward, except by a declared restore."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> Mark | None:
        """The newest mark, None where none was made or it cannot be read."""
        try:
            said = json.loads(self._path.read_text())
            return Mark(int(said["size"]), str(said["root"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def advance(self, mark: Mark) -> None:
        """Move forward to a mark; an older one changes nothing. Never fails the caller: the mark is a second look."""
        known = self.read()
        if known is None or mark.size > known.size:
            self.reset(mark)

    def reset(self, mark: Mark) -> None:
        """Write a mark whatever was there before: only a declared restore may go back."""
        temporary = self._path.with_suffix(f".{os.getpid()}")
        try:
            temporary.write_text(json.dumps({"size": mark.size, "root": mark.root}))
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)
