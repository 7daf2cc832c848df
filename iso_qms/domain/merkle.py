"""The journal's tree: hashes, growing, roots and proofs of RFC 9162 §2.1, over any reader of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice
from typing import Final

#: Gives the hash of the perfect subtree number `index` (from 0) of 2**level leaves; level 0 are the leaf hashes.
NodeReader = Callable[[int, int], bytes]
#: A completed inner node: level (1 or more), index within the level, hash.
Node = tuple[int, int, bytes]

HASH_SIZE: Final = 32
#: RFC 9162 §2.1.1: the hash of an empty list is the hash of an empty string.
EMPTY_ROOT: Final = sha256(b"").digest()
#: Largest tree that to_bytes can write (C2SP tlog-checkpoint: a size fits 63 bits).
MAX_SIZE: Final = 2**63 - 1


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf (RFC 9162 §2.1.1: 0x00 before the leaf, so that no leaf can pose as a node)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 9162 §2.1.1: 0x01 before the two children)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """All that is needed to append and to know the root: the perfect subtrees of a tree, largest first."""

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size, self._hashes = size, list(hashes)
        if not 0 <= size <= MAX_SIZE or len(self._hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves does not have {len(self._hashes)} perfect subtrees")
        if any(len(h) != HASH_SIZE for h in self._hashes):
            raise ValueError(f"a hash has {HASH_SIZE} bytes")

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Hashes of the perfect subtrees, largest (leftmost) first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Add the hash of the next leaf; return the inner nodes that it completes, lowest level first."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a hash has {HASH_SIZE} bytes")
        return self._add(leaf, 0)

    def _add(self, node: bytes, level: int) -> list[Node]:
        # Adding one is binary addition: every one-bit of the size that carries is a pair of equal subtrees merged.
        size, completed = self._size, []
        at = level
        while size >> at & 1:
            node = node_hash(self._hashes.pop(), node)
            at += 1
            completed.append((at, size >> at, node))
        self._hashes.append(node)
        self._size = size + (1 << level)
        return completed

    def root(self) -> bytes:
        """Root hash of the tree as it is now (EMPTY_ROOT without leaves)."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Size as 8 bytes big-endian, then the hashes, for storing."""
        return self._size.to_bytes(8, "big") + b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, stored: bytes) -> CompactRange:
        """What to_bytes wrote; raises ValueError for anything else."""
        if len(stored) < 8 or len(stored) % HASH_SIZE != 8:
            raise ValueError("not a stored compact range")
        hashes = [stored[at : at + HASH_SIZE] for at in range(8, len(stored), HASH_SIZE)]
        return cls(int.from_bytes(stored[:8], "big"), hashes)


_CHUNK_LEVEL: Final = 12


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root over all leaf hashes in order; memory stays flat however many there are."""
    # Whole chunks are folded level by level in list comprehensions, twice as fast as one append per leaf.
    tree, rest = CompactRange(), iter(leaf_hashes)
    while len(chunk := list(islice(rest, 1 << _CHUNK_LEVEL))) == 1 << _CHUNK_LEVEL:
        for _ in range(_CHUNK_LEVEL):
            pairs = iter(chunk)
            chunk = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        tree._add(chunk[0], _CHUNK_LEVEL)
    for leaf in chunk:
        tree.append(leaf)
    return tree.root()


def root_at(size: int, read: NodeReader) -> bytes:
    """Root of the first `size` leaves; reads one node per one-bit of `size`."""
    if size < 0:
        raise ValueError("a tree has no negative size")
    return _hash_of_range(0, size, read)


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Audit path of leaf `index` (from 0) in the tree of the first `size` leaves (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_hash_of_range(middle, high, read))
            high = middle
        else:
            path.append(_hash_of_range(low, middle, read))
            low = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Proof that the tree of `old` leaves is a beginning of the tree of `new` leaves (RFC 9162 §2.1.4.1).

    Empty when the sizes are equal or `old` is 0: there is nothing to prove then (C2SP tlog-witness).
    """
    if not 0 <= old <= new:
        raise ValueError(f"{old} leaves are not a beginning of {new}")
    if old in (0, new):
        return []
    # SUBPROOF walks from the root to the end of the old tree; `known` is its flag b: the verifier has that hash.
    low, high, known, path = 0, new, True, []
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_hash_of_range(middle, high, read))
            high = middle
        else:
            path.append(_hash_of_range(low, middle, read))
            low, known = middle, False
    if not known:
        path.append(_hash_of_range(low, high, read))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True when `path` proves that the leaf hash stands at `index` under `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(step) != HASH_SIZE for step in path):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """True when `path` proves that nothing before leaf `old` changed on the way to `new` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or any(len(step) != HASH_SIZE for step in path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    # Step 2: the root of a tree of 2**k leaves is a node of the new tree and is not sent.
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def _split(count: int) -> int:
    # Largest power of two smaller than count (the k of RFC 9162 §2.1.1).
    return 1 << (count - 1).bit_length() - 1


def _hash_of_range(low: int, high: int, read: NodeReader) -> bytes:
    # The ranges met in proofs start at a multiple of their largest perfect subtree, so they fall into whole nodes.
    count, parts = high - low, []
    while count:
        level = count.bit_length() - 1
        parts.append(read(level, low >> level))
        low, count = low + (1 << level), count - (1 << level)
    if not parts:
        return EMPTY_ROOT
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
