"""Writing a signed snapshot for others: body first, checkpoint last, for any web server, folder or stick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from iso_qms.domain.civil import aware
from iso_qms.domain.note import Key, Note, sign
from iso_qms.guard.cache import folder_name, pack, write_whole
from iso_qms.guard.roots import Root
from iso_qms.guard.snapshot import DocumentSnapshot, Head, digest_of, encode

Signer = tuple[Key, Callable[[bytes], bytes]]
"""A public key and what signs with its secret half."""

LIFETIME = timedelta(days=7)
KEPT = timedelta(days=90)


def publish(
    folder: Path,
    scope: str,
    documents: Iterable[DocumentSnapshot],
    *,
    root: Root,
    signers: Sequence[Signer],
    sequence: int,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> Head:
    """Publish a scope as of a journal position, or sign the published one again when nothing has changed.

    The same documents under a new position keep the published sequence: a client need not fetch what it holds. Bodies
    older than 90 days that nobody can be holding any more are removed. Raises ValueError for a position that goes back.
    """
    now = aware(now).replace(microsecond=0)
    target = folder / folder_name(scope)
    before = published(folder, scope)
    body = encode(scope, documents)
    digest = digest_of(body)
    if before is not None and before.digest == digest:
        head = replace(before, issued=max(now, before.issued), expires=now + lifetime)
    else:
        if before is not None and sequence <= before.sequence:
            raise ValueError(f"{scope}: position {sequence} does not follow the published {before.sequence}")
        prev = None if before is None else (before.sequence, before.digest)
        head = Head(root.origin_of(scope), sequence, digest, prev, now, now + lifetime)
        write_whole(target / "snapshots" / f"{digest.hex()}.json.gz", pack(body))
    note = Note(head.text).with_signatures(sign(head.text, key, secret) for key, secret in signers)
    write_whole(target / "checkpoint", str(note).encode())
    _forget(target / "snapshots", {digest.hex()}, now)
    return head


def published(folder: Path, scope: str) -> Head | None:
    """The checkpoint that a folder offers for a scope, unverified; None when there is none."""
    path = folder / folder_name(scope) / "checkpoint"
    return Head.parse(Note.parse(path.read_bytes()).text) if path.exists() else None


def sign_root(root: Root, signers: Sequence[Signer]) -> bytes:
    """A root file signed by some keys; the first one goes to every office as its `trust` file."""
    note = Note(root.text).with_signatures(sign(root.text, key, secret) for key, secret in signers)
    return str(note).encode()


def write_root(folder: Path, raw: bytes) -> Path:
    """Put a signed root file where clients look for it; raises NotTrusted when it is not one."""
    path = folder / "keys" / f"{Root.parse(raw).number}.root"
    write_whole(path, raw)
    return path


def _forget(snapshots: Path, kept: set[str], now: datetime) -> None:
    oldest = (now - KEPT).timestamp()
    for path in snapshots.glob("*.json.gz"):
        if path.name.removesuffix(".json.gz") not in kept and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
