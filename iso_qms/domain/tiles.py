"""The journal as static files: names and contents of C2SP tlog-tiles (https://c2sp.org/tlog-tiles)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from iso_qms.domain.errors import BadInput

WIDTH: Final = 256
HEIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """`width` hashes of tree level 8*level from `index`*256 on."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Name of the tile below the log's folder."""
        return f"tile/{self.level}/{_numbered(self.index, self.width)}"

    @property
    def entries_path(self) -> str:
        """Name of the bundle with the entries themselves (level 0)."""
        return f"tile/entries/{_numbered(self.index, self.width)}"


def tiles_of(size: int, level: int = 0) -> Iterator[Tile]:
    """The tiles of one level of a tree of `size` leaves, the partial one last."""
    count = size >> HEIGHT * level
    for index in range((count + WIDTH - 1) // WIDTH):
        yield Tile(level, index, min(WIDTH, count - index * WIDTH))


def all_tiles(size: int) -> Iterator[Tile]:
    """Every hash tile of a tree of `size` leaves, level by level."""
    level = 0
    while size >> HEIGHT * level:
        yield from tiles_of(size, level)
        level += 1


def pack(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry behind its length as two bytes big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; raises BadInput when it is cut off."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise BadInput(what="entry bundle / gói mục nhật ký")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def _numbered(index: int, width: int) -> str:
    # Three digits per path element, all but the last behind an x: 1234067 is x001/x234/067.
    name, rest = f"{index % 1000:03d}", index // 1000
    while rest:
        name, rest = f"x{rest % 1000:03d}/{name}", rest // 1000
    return name if width == WIDTH else f"{name}.p/{width}"
