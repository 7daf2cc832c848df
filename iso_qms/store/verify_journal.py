"""The journal alone, in bulk: every leaf hashed, every node of its tree worked out, and the head; no row is read."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select

from iso_qms.domain.merkle import CompactRange
from iso_qms.store.journal import head, table
from iso_qms.store.tables import JournalRow, NodeRow

Finding = tuple[str, str, str, int | None]
"""Place, Vietnamese, English, position."""

Progress = Callable[[str, int, int], None]

BLOCK = 4096
"""Entries that are read, hashed and compared together."""


def verify_journal(engine: Engine, progress: Progress | None = None) -> tuple[CompactRange, list[Finding]]:
    """The tree over the stored leaves, and every entry, node or head that does not fit it.

    Proves that what is stored is the journal with this root; that rows and files agree with it is for `verify`.
    """
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ") if engine.name == "postgresql" else engine
    with snapshot.connect() as connection, _uncollected():
        walk = _Walk(connection)
        walk.run(progress or (lambda stage, done, total: None))
        return walk.tree(), walk.findings


@contextmanager
def _uncollected() -> Iterator[None]:
    # Millions of rows come and go, none of them in a circle; looking for circles takes a third of the time.
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class _Walk:
    """Takes block after block; what has no partner yet at a level waits there for the next block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[list[bytes]] = [[]]
        self._done = [0]
        self.findings: list[Finding] = []

    def run(self, progress: Progress) -> None:
        told = head(self._connection)
        for leaves, kept in self._blocks():
            progress("journal", self._done[0], told.size)
            hashes = [sha256(b"\0" + leaf).digest() for leaf in leaves]
            self._compare("entry", "mục", 0, hashes, kept)
            self._add(0, hashes)
        tree = self.tree()
        if (told.size, told.root, told.frontier) != (tree.size, tree.root(), tree.to_bytes()):
            self.findings.append(("head", "đầu nhật ký không khớp với cây", "the head does not match the tree", None))
        nodes = self._connection.execute(select(func.count()).select_from(_N)).scalar_one()
        if nodes != tree.size - len(tree.hashes):
            self.findings.append(("node", "số nút của cây sai", "the number of tree nodes is wrong", None))

    def tree(self) -> CompactRange:
        """What was taken so far: the subtrees that have no partner are exactly a compact range."""
        return CompactRange(self._done[0], (h for waiting in reversed(self._waiting) for h in waiting))

    def _blocks(self) -> Iterator[tuple[Sequence[bytes], Sequence[bytes]]]:
        query = select(_E.c.pos, _E.c.leaf, _E.c.leaf_hash).order_by(_E.c.pos)
        with self._connection.execution_options(yield_per=BLOCK).execute(query) as found:
            for block in found.partitions(BLOCK):
                positions, leaves, kept = zip(*block, strict=True)
                first = self._done[0]
                if positions != tuple(range(first, first + len(block))):
                    wanted = next(n for n, pos in enumerate(positions, first) if n != pos)
                    place = f"journal {wanted}"
                    self.findings.append((place, f"thiếu mục {wanted}", f"entry {wanted} is missing", wanted))
                yield leaves, kept

    def _add(self, level: int, hashes: list[bytes]) -> None:
        self._done[level] += len(hashes)
        waiting = self._waiting[level] + hashes
        pairs = iter(waiting)
        parents = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        self._waiting[level] = waiting[len(parents) * 2 :]
        if not parents:
            return
        if level + 1 == len(self._waiting):
            self._waiting.append([])
            self._done.append(0)
        self._compare("node", "nút", level + 1, parents, self._nodes(level + 1, len(parents)))
        self._add(level + 1, parents)

    def _nodes(self, level: int, count: int) -> Sequence[Any]:
        """The next stored nodes of a level; None where one is missing."""
        asked = {"level": level, "first": self._done[level], "end": self._done[level] + count}
        kept = self._connection.execute(_HASHES, asked).scalars().all()
        if len(kept) == count:
            return kept
        numbered = dict(zip(self._connection.execute(_NUMBERS, asked).scalars(), kept, strict=True))
        return [numbered.get(idx) for idx in range(asked["first"], asked["end"])]

    def _compare(self, en: str, vi: str, level: int, hashes: Sequence[bytes], kept: Sequence[Any]) -> None:
        first = self._done[level]
        if list(hashes) == list(kept):
            return
        for number, (wanted, found) in enumerate(zip(hashes, kept, strict=True), first):
            if wanted != found:
                name, pos = (f"{level}/{number}", None) if level else (str(number), number)
                place = f"node {name}" if level else f"journal {name}"
                self.findings.append((place, f"{vi} {name} sai mã băm", f"{en} {name} has another hash", pos))


_E, _N = table(JournalRow), table(NodeRow)
_PART = (_N.c.level == bindparam("level"), _N.c.idx >= bindparam("first"), _N.c.idx < bindparam("end"))
_HASHES, _NUMBERS = (select(column).where(*_PART).order_by(_N.c.idx) for column in (_N.c.hash, _N.c.idx))
