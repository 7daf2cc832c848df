"""Publishing a register for offices far away: its keys, its root files, and a signed snapshot in any folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from iso_qms.domain.document import Document
from iso_qms.domain.errors import BadInput
from iso_qms.domain.note import Key, Note
from iso_qms.guard.publishing import LIFETIME, published, sign_root, write_root
from iso_qms.guard.publishing import publish as write_snapshot
from iso_qms.guard.roots import NotTrusted, Ring, Root, ring_of
from iso_qms.guard.snapshot import DocumentSnapshot, Head
from iso_qms.guard.source import Source
from iso_qms.qms import Qms
from iso_qms.services import logkey
from iso_qms.services.embedded import Embedded
from iso_qms.services.logkey import LogKey

__all__ = [
    "LogKey",
    "Published",
    "RootRefused",
    "SnapshotNotPublished",
    "first_root",
    "new_key",
    "next_root",
    "publish",
    "read_root",
]


class RootRefused(BadInput):
    """A root file that cannot be made or used as asked."""

    code = "ROOT_REFUSED"
    vi = "Không dùng được tệp khóa gốc: {why}."
    en = "The root file cannot be used: {why}."


class SnapshotNotPublished(BadInput):
    """A snapshot that offices could not accept, so that it was not written."""

    code = "SNAPSHOT_NOT_PUBLISHED"
    vi = "Không công bố được dữ liệu của phạm vi {scope}: {why_vi}."
    en = "The snapshot of scope {scope} was not published: {why_en}."


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: its checkpoint, how many documents it holds, and whether the body is a new one."""

    head: Head
    documents: int
    fresh: bool


def new_key(path: Path, name: str, passphrase: str | None = None) -> LogKey:
    """Make a key in a new file, for a root or for a scope; `name` is its public name, such as `origin/H46`."""
    return logkey.create(path, name, passphrase)


def first_root(
    folder: Path, origin: str, *, root_keys: Sequence[LogKey], threshold: int, scopes: Mapping[str, Sequence[Key]]
) -> Path:
    """Make the first root file; it goes to every office as its `trust` file, and a copy lies in the folder.

    `origin` is the public name that every checkpoint begins with; `root_keys` stay offline, and `threshold` of them
    must sign every later root. Raises RootRefused for a threshold that cannot be met, or when the folder has a root.
    """
    if (folder / "keys").exists():
        raise RootRefused(why="thư mục đã có khóa gốc / the folder has a root already")
    root = Root(1, _ring([k.key for k in root_keys], threshold), _rings(scopes), origin)
    return _written(folder, root, root_keys)


def next_root(
    folder: Path,
    *,
    signers: Sequence[LogKey],
    scopes: Mapping[str, Sequence[Key]] | None = None,
    root_keys: Sequence[Key] | None = None,
    threshold: int | None = None,
) -> Path:
    """Follow the newest root by one that names other keys; what is not given stays as it was.

    `signers` must be enough of the old root keys and enough of the new ones. Raises RootRefused when they are not.
    """
    old = read_root(folder)
    wanted = old.ring.threshold if threshold is None else threshold
    ring = old.ring if root_keys is None and threshold is None else _ring(root_keys or old.ring.keys, wanted)
    root = Root(old.number + 1, ring, old.scopes if scopes is None else _rings(scopes), old.origin)
    raw = sign_root(root, [(k.key, k.sign) for k in signers])
    try:
        old.successor(raw)
    except NotTrusted as error:
        raise RootRefused(why=str(error)) from error
    return _written(folder, root, signers)


def read_root(folder: Path) -> Root:
    """The newest root of a folder, each one vouched for by the one before; raises RootRefused."""
    try:
        root = Root.parse((folder / "keys" / "1.root").read_bytes())
        while (folder / "keys" / f"{root.number + 1}.root").exists():
            root = root.successor((folder / "keys" / f"{root.number + 1}.root").read_bytes())
    except (OSError, NotTrusted) as error:
        raise RootRefused(why=str(error)) from error
    return root


def publish(
    qms: Qms, folder: Path, scope: str, *, signers: Sequence[LogKey], lifetime: timedelta = LIFETIME
) -> Published:
    """Publish all issued documents of a register as a signed snapshot of a scope, or sign the published one again.

    Run it after every act and at least every hour: what has not changed keeps its sequence and its body. Drafts and
    names stay at home. Raises SnapshotNotPublished when the keys are not those that the root names for the scope.
    """
    root = read_root(folder)
    ring = root.scopes.get(scope)
    if ring is None or len({k.key.public for k in signers} & {key.public for key in ring.keys}) < ring.threshold:
        why_vi, why_en = "khóa ký không được khóa gốc công nhận", "the root does not name these keys for it"
        raise SnapshotNotPublished(scope=scope, why_vi=why_vi, why_en=why_en)
    source = qms.guard().source
    try:
        # The position first: what is recorded meanwhile may be in the body already and will have a later sequence.
        sequence = source.pos()
        documents = list(_documents(qms, source))
        before = published(folder, scope)
        head = write_snapshot(
            folder,
            scope,
            documents,
            root=root,
            signers=[(k.key, k.sign) for k in signers],
            sequence=sequence,
            now=qms.clock.now(),
            lifetime=lifetime,
        )
    except ValueError as error:
        raise SnapshotNotPublished(scope=scope, why_vi=str(error), why_en=str(error)) from error
    finally:
        if isinstance(source, Embedded):
            source.close()
    return Published(head, len(documents), before is None or before.digest != head.digest)


def _documents(qms: Qms, source: Source) -> Iterator[DocumentSnapshot]:
    for document in qms.registers.documents():
        code = document.last.code
        timeline = qms.registers.timeline(code)
        if timeline is not None and timeline.entries:
            procedures = _procedures(document, {e.version for e in timeline.entries})
            yield DocumentSnapshot(timeline, source.processes(code), procedures, source.units(code))


def _procedures(document: Document, issued: set[int | None]) -> tuple[str, ...]:
    """The TTHC codes that any issued version names."""
    named = (v.content.service_codes for number, v in document.versions.items() if number in issued)
    return tuple(sorted({code for codes in named for code in codes}))


def _written(folder: Path, root: Root, signers: Sequence[LogKey]) -> Path:
    try:
        return write_root(folder, sign_root(root, [(k.key, k.sign) for k in signers]))
    except NotTrusted as error:
        raise RootRefused(why=str(error)) from error


def _rings(scopes: Mapping[str, Sequence[Key]]) -> dict[str, Ring]:
    return {scope: _ring(keys, 1) for scope, keys in scopes.items()}


def _ring(keys: Iterable[Key], threshold: int) -> Ring:
    try:
        return ring_of(keys, threshold)
    except NotTrusted as error:
        raise RootRefused(why=str(error)) from error


def fingerprint(root: Path) -> str:
    """The text that two people compare over the telephone when a trust file is installed: SHA-256 in groups of four."""
    from hashlib import sha256

    digest = sha256(Note.parse(root.read_bytes()).text.encode()).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))
