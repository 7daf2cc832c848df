"""When a file is whole: it stopped changing, nobody has it open, and it is not a program's temporary file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".docx", ".docm", ".doc", ".odt", ".rtf", ".pdf")
ASIDE = ("refused", "taken")
"""Folders of the watch itself, which it never reads."""

_TEMPORARY = re.compile(r"^(?:~\$.*|\..*|.*\.(?:tmp|part|crdownload))$", re.IGNORECASE)
"""Lock files, Word's `~WRD….tmp`, LibreOffice's `lu….tmp`, rsync's `.name.X`, half-finished downloads."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What shows that a file changed: size, time of change and the file itself."""

    size: int
    changed: int
    inode: int


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file, None when it is gone or cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def concerns(path: Path, root: Path) -> bool:
    """Whether a file is one to read: a document by its ending, not temporary, not in a folder of the watch itself."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return False
    hidden = any(part.startswith(".") or part in ASIDE for part in parts[:-1])
    return not hidden and path.suffix.lower() in SUFFIXES and not _TEMPORARY.match(path.name)


def is_open(path: Path) -> bool:
    """Whether Word or LibreOffice has a file open, by the lock file that it leaves beside it.

    Word cuts the first two letters of longer names off: `~$-01.docx` for `QT-01.docx`.
    """
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any((path.parent / name).exists() for name in locks)


def scan(root: Path) -> Iterator[Path]:
    """Every file of a folder that concerns the watch, in order; what cannot be listed waits until next time."""
    for folder, names, files in sorted(_walk(root), key=lambda found: found[0]):
        names.sort()
        for name in sorted(files):
            path = folder / name
            if concerns(path, root):
                yield path


def _walk(root: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    import os

    for folder, names, files in os.walk(root):
        yield Path(folder), names, files


class Settling:
    """Remembers how files looked, and since when they look so; times are seconds of a clock that only goes forward."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[Path, tuple[Stamp, float]] = {}

    @property
    def waiting(self) -> int:
        """How many files have not settled yet."""
        return len(self._seen)

    def look(self, path: Path, now: float) -> bool:
        """Look at a file; True once it has looked the same for long enough and nobody has it open."""
        found = stamp(path)
        if found is None:
            self._seen.pop(path, None)
            return False
        known = self._seen.get(path)
        if known is None or known[0] != found:
            self._seen[path] = (found, now)
            return self._seconds <= 0 and not is_open(path)
        if now - known[1] < self._seconds or is_open(path):
            return False
        del self._seen[path]
        return True

    def paths(self) -> list[Path]:
        """The files that are being waited for, in order."""
        return sorted(self._seen)
