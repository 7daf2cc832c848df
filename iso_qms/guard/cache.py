"""One scope's snapshot in a folder of this machine: body written first and pointer last, verified when it is read."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import get_ident
from urllib.parse import quote

from iso_qms.domain.errors import QmsError
from iso_qms.domain.note import Note
from iso_qms.guard.errors import SnapshotRefused
from iso_qms.guard.roots import Root
from iso_qms.guard.snapshot import DocumentSnapshot, Head, decode, digest_of

Fetch = Callable[[str, int], bytes]
"""A name below the address and the most bytes to take -> the bytes; raises OSError when it cannot be had."""

SKEW = timedelta(minutes=10)
"""How far the clocks of publisher and office may differ before a checkpoint counts as issued in the future."""


class TooLarge(OSError):
    """More bytes than a file of that kind may have."""


MAX_CHECKPOINT = 64 * 1024
MAX_PACKED = 50_000_000
MAX_BODY = 400_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """A verified snapshot: its checkpoint, the bytes of that, and the documents."""

    head: Head
    raw: bytes
    documents: dict[str, DocumentSnapshot]


def folder_name(scope: str) -> str:
    """The folder of a scope, in the cache as on the server: percent-encoded, so that no name leads elsewhere."""
    return quote(scope, safe="") if scope.strip(".") else "%2E" * len(scope)


def accept(
    scope: str, root: Root, held: Held | None, fetch: Fetch, now: datetime, floor: int
) -> tuple[Held, bytes | None]:
    """Fetch and check the newest snapshot of a scope; nothing is written here.

    Returns it with the packed body when that is new. The order is signature, origin, time, sequence, body, content;
    raises SnapshotRefused at the first that fails (rules of The Update Framework's client workflow).
    """
    raw = fetch(f"{folder_name(scope)}/checkpoint", MAX_CHECKPOINT)
    head = _checkpoint(scope, root, raw)
    if head.issued > now + SKEW:
        raise SnapshotRefused("ISSUED_IN_FUTURE", scope)
    if head.expires <= now:
        raise SnapshotRefused("EXPIRED_CHECKPOINT", scope)
    if head.sequence < floor:
        raise SnapshotRefused("ROLLBACK", scope, f"{head.sequence} < {floor}")
    if held is not None:
        _follows(scope, held.head, head)
        if head.digest == held.head.digest:
            return Held(head, raw, held.documents), None
    packed = fetch(f"{folder_name(scope)}/snapshots/{head.digest.hex()}.json.gz", MAX_PACKED)
    return Held(head, raw, _body(scope, packed, head.digest)), packed


def load(folder: Path, scope: str, root: Root) -> Held | None:
    """What the cache holds, verified anew; None when there is nothing.

    Raises SnapshotRefused when it was damaged, changed, or signed by a key that no longer counts.
    """
    try:
        raw = (folder / "checkpoint").read_bytes()
        head = _checkpoint(scope, root, raw)
        packed = (folder / f"{head.digest.hex()}.json.gz").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SnapshotRefused("MALFORMED", scope, str(error)) from error
    return Held(head, raw, _body(scope, packed, head.digest))


def save(folder: Path, scope: str, new: Held, packed: bytes | None) -> None:
    """Write a verified snapshot: data first, then the pointer, each complete before its name appears.

    Raises SnapshotRefused with CANNOT_WRITE, and what was held stays, when the disk is full or may not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{new.head.digest.hex()}.json.gz"
        if packed is not None:
            _write(folder / name, packed)
        _write(folder / "checkpoint", new.raw)
        # One body more is kept: another process may just have read the pointer that was there before.
        for old in sorted(folder.glob("*.json.gz"), key=lambda path: path.stat().st_mtime_ns)[:-2]:
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise SnapshotRefused("CANNOT_WRITE", scope, str(error)) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process of this machine refreshes a cache at a time; the others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+b") as lock:
        try:
            import fcntl
        except ImportError:
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, content)


def still_vouched(scope: str, root: Root, held: Held) -> bool:
    """Whether the keys of a root still count for what is held."""
    try:
        _checkpoint(scope, root, held.raw)
    except SnapshotRefused:
        return False
    return True


def _checkpoint(scope: str, root: Root, raw: bytes) -> Head:
    try:
        note = Note.parse(raw)
        head = Head.parse(note.text)
    except (QmsError, ValueError) as error:
        raise SnapshotRefused("MALFORMED", scope, str(error)) from error
    ring = root.scopes.get(scope)
    if ring is None or not ring.vouches(note):
        raise SnapshotRefused("BAD_SIGNATURE", scope)
    if head.origin != root.origin_of(scope):
        raise SnapshotRefused("WRONG_ORIGIN", scope, head.origin)
    return head


def _follows(scope: str, old: Head, new: Head) -> None:
    if new.sequence < old.sequence:
        raise SnapshotRefused("ROLLBACK", scope, f"{new.sequence} < {old.sequence}")
    if new.sequence == old.sequence:
        if new.digest != old.digest:
            raise SnapshotRefused("EQUIVOCATION", scope)
        if new.issued < old.issued:
            raise SnapshotRefused("ROLLBACK", scope, "older signing of the same snapshot")
        return
    # What was published before the new one is either ours or newer than ours; else ours was never in that line.
    if new.prev is None or new.prev[0] < old.sequence:
        raise SnapshotRefused("FORK", scope)
    if new.prev[0] == old.sequence and new.prev[1] != old.digest:
        raise SnapshotRefused("FORK", scope)


def _body(scope: str, packed: bytes, digest: bytes) -> dict[str, DocumentSnapshot]:
    body = _unpacked(scope, packed)
    if digest_of(body) != digest:
        raise SnapshotRefused("MIX_AND_MATCH", scope)
    try:
        return decode(body, scope)
    except (ValueError, RecursionError) as error:
        raise SnapshotRefused("MALFORMED", scope, str(error)) from error


def _unpacked(scope: str, packed: bytes) -> bytes:
    inflate = zlib.decompressobj(wbits=31)
    try:
        body = inflate.decompress(packed, MAX_BODY)
    except zlib.error as error:
        raise SnapshotRefused("MALFORMED", scope, str(error)) from error
    if inflate.unconsumed_tail:
        raise SnapshotRefused("TOO_LARGE", scope)
    if not inflate.eof:
        raise SnapshotRefused("MALFORMED", scope, "the body is cut short")
    return body


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def pack(body: bytes) -> bytes:
    """The body as it is published: gzip without a time, so that the same body gives the same bytes."""
    return gzip.compress(body, 9, mtime=0)
