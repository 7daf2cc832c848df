"""Knowledge from signed snapshots: fetched when told to, verified, kept, enough to answer for days without a line."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from iso_qms.domain.civil import aware
from iso_qms.domain.code import document_key
from iso_qms.domain.decision import Action, Freshness, Verdict
from iso_qms.domain.errors import QmsError
from iso_qms.domain.timeline import Timeline
from iso_qms.guard import cache as folder_cache
from iso_qms.guard.cache import SKEW, Fetch, Held, TooLarge
from iso_qms.guard.errors import SnapshotRefused
from iso_qms.guard.policy import Policy
from iso_qms.guard.roots import NotTrusted, Root
from iso_qms.guard.source import Change, Claim, Source, changes_of, same_procedure
from iso_qms.guard.status import Status
from iso_qms.guard.transport import fetcher

LOOK_AGAIN = 1.0
"""Seconds after which a check looks whether another process of this machine has fetched something newer."""

MAX_ROOT = 1_000_000


class RemoteSource(Source):
    """The snapshots of some scopes, nearest scope first: a document of an earlier scope goes before a later one's.

    Answers come from memory. `refresh` is the only method that fetches, and the only one that raises SnapshotRefused.
    """

    always_fresh = False

    def __init__(
        self,
        url: str,
        scopes: Sequence[str],
        *,
        trust: Path | str,
        cache: Path | str,
        policy: Policy | None = None,
        clock: Callable[[], datetime],
        fetch: Fetch | None = None,
    ) -> None:
        self._scopes = tuple(scopes)
        self._cache = Path(cache)
        self._policy = policy or Policy()
        self._real_clock = clock
        self._fetch = fetch or fetcher(url)
        self._errors: dict[str, str] = {}
        self._floors: dict[str, int] = dict.fromkeys(self._scopes, 0)
        self._held: dict[str, Held] = {}
        self._stamp: object = None
        self._look_at = 0.0
        self._number = 0
        self._root = _installed(Path(trust))
        self._reload()

    # --- what a guard asks ---------------------------------------------------------------------------------------

    def generation(self) -> int:
        """Rises when this or another process of the machine has accepted a newer snapshot."""
        if monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_AGAIN
            if self._seen_on_disk() != self._stamp:
                self._reload()
        return self._number

    def timeline(self, document: str) -> Timeline | None:
        """The timeline in the nearest scope that has the document, in any usual spelling of its code."""
        found = self._find(document)
        return None if found is None else found[1].documents[found[2]].timeline

    def processes(self, document: str) -> Mapping[int, Mapping[str, Any]]:
        """The processes of the issued versions."""
        found = self._find(document)
        return {} if found is None else found[1].documents[found[2]].processes

    def units(self, document: str) -> tuple[str, ...]:
        """The units covered."""
        found = self._find(document)
        return () if found is None else found[1].documents[found[2]].units

    def on_unknown(self, document: str) -> Mapping[Action, Verdict] | None:
        """What the authority signed about not knowing."""
        found = self._find(document)
        return None if found is None else found[1].documents[found[2]].on_unknown

    def claims(self, procedure: str) -> Iterable[Claim]:
        """The claims of all scopes."""
        return [
            Claim(code, procedure, document.units)
            for held in self._held.values()
            for code, document in held.documents.items()
            if any(same_procedure(procedure, claimed) for claimed in document.procedures)
        ]

    def pos(self) -> int:
        """The highest sequence held of any scope."""
        return max((held.head.sequence for held in self._held.values()), default=0)

    def pos_of(self, document: str) -> int:
        """The sequence of the scope that a document comes from."""
        found = self._find(document)
        return self.pos() if found is None else found[1].head.sequence

    def checkpoint_of(self, document: str) -> bytes:
        """The signed checkpoint of the scope that a document comes from."""
        found = self._find(document)
        return b"" if found is None else found[1].raw

    def freshness(self, now: datetime, document: str | None = None) -> Freshness:
        """By the age of the checkpoint of the document's scope; the worst of all when no scope has it."""
        found = None if document is None else self._find(document)
        scopes = self._scopes if found is None else (found[0],)
        return max((self._age_of(scope) for scope in scopes), key=_WORSE.index, default=Freshness.NO_SNAPSHOT)

    def clock(self) -> datetime:
        """The machine's clock, but never before the newest signing that it has verified: a dead battery is no past."""
        now = aware(self._real_clock())
        return max([now, *(held.head.issued for held in self._held.values())])

    def changes(self, since: int) -> Iterable[Change]:
        """What the snapshots say was recorded after a position."""
        return changes_of((d.timeline for held in self._held.values() for d in held.documents.values()), since)

    def documents(self) -> Iterable[str]:
        """The codes in all scopes."""
        return sorted({code for held in self._held.values() for code in held.documents})

    def status(self, now: datetime) -> Status:
        """The state of the scope that is worst off, with all scopes in `scopes`."""
        each = tuple(self._status_of(scope, now) for scope in self._scopes)
        worst = max(each, key=lambda s: _WORSE.index(s.freshness))
        return worst.over(each)

    # --- fetching ------------------------------------------------------------------------------------------------

    def refresh(self) -> int:
        """Fetch root keys and the snapshot of every scope, verify, keep; returns the highest sequence held.

        Every scope is tried. Raises SnapshotRefused of the first that was refused; of a refused one nothing is kept.
        """
        refused: SnapshotRefused | None = None
        try:
            with folder_cache.alone(self._cache):
                self._reload()
                refused = self._renew_root()
                for scope in self._scopes:
                    try:
                        self._renew(scope)
                        self._errors.pop(scope, None)
                    except SnapshotRefused as error:
                        self._errors[scope] = error.why
                        refused = refused or error
        except OSError as error:
            raise SnapshotRefused("CANNOT_WRITE", ", ".join(self._scopes), str(error)) from error
        self._stamp = self._seen_on_disk()
        if refused is not None:
            raise refused
        return self.pos()

    def saw(self, scope: str, pos: int) -> None:
        """A neighbour's citation named this position: anything older is refused from now on as a rollback."""
        self._floors[scope] = max(self._floors.get(scope, 0), pos)

    def keep_fresh(self, every: float = 300.0) -> Callable[[], None]:
        """Refresh in a thread of its own, every so many seconds with a fifth of jitter; call the result to end it."""
        ended = threading.Event()

        def work() -> None:
            pause = 0.0
            while not ended.wait(pause):
                try:
                    self.refresh()
                    pause = every
                except SnapshotRefused:
                    pause = min(max(pause, every) * 2, every * 12)
                pause *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret

        thread = threading.Thread(target=work, name="iso-qms refresh", daemon=True)
        thread.start()

        def end() -> None:
            ended.set()
            thread.join(timeout=5)

        return end

    def _renew(self, scope: str) -> None:
        held = self._held.get(scope)
        floor = self._floors.get(scope, 0)
        try:
            new, packed = folder_cache.accept(scope, self._root, held, self._fetch, aware(self._real_clock()), floor)
        except TooLarge as error:
            raise SnapshotRefused("TOO_LARGE", scope, str(error)) from error
        except OSError as error:
            raise SnapshotRefused("UNREACHABLE", scope, str(error)) from error
        folder_cache.save(self._folder(scope), scope, new, packed)
        self._held = {**self._held, scope: new}
        self._number += 1

    def _renew_root(self) -> SnapshotRefused | None:
        while True:
            name = f"keys/{self._root.number + 1}.root"
            try:
                raw = self._fetch(name, MAX_ROOT)
            except OSError:
                return None
            try:
                following = self._root.successor(raw)
            except NotTrusted as error:
                return SnapshotRefused("BAD_ROOT", ", ".join(self._scopes), str(error))
            folder_cache.write_whole(self._cache / name, raw)
            self._root = following
            self._reload()

    # --- the cache -----------------------------------------------------------------------------------------------

    def _reload(self) -> None:
        self._stamp = self._seen_on_disk()
        self._root = _newest(self._root, self._cache / "keys")
        found = {scope: self._kept(scope) for scope in self._scopes}
        self._held = {scope: held for scope, held in found.items() if held is not None}
        self._number += 1

    def _kept(self, scope: str) -> Held | None:
        """The newer of what the disk and the memory hold, as far as today's keys vouch for it."""
        memory = self._held.get(scope)
        if memory is not None and not folder_cache.still_vouched(scope, self._root, memory):
            memory = None
        try:
            disk = folder_cache.load(self._folder(scope), scope, self._root)
        except SnapshotRefused as error:
            self._errors[scope] = error.why
            return memory
        if disk is None or (memory is not None and _order(memory) > _order(disk)):
            return memory
        return disk

    def _seen_on_disk(self) -> object:
        return tuple(_stamp(self._folder(scope) / "checkpoint") for scope in self._scopes)

    def _folder(self, scope: str) -> Path:
        return self._cache / folder_cache.folder_name(scope)

    def _find(self, document: str) -> tuple[str, Held, str] | None:
        held_by = [(scope, self._held[scope]) for scope in self._scopes if scope in self._held]
        for scope, held in held_by:
            if document in held.documents:
                return scope, held, document
        folded = _folded(document)
        for scope, held in held_by:
            for code in held.documents:
                if folded is not None and _folded(code) == folded:
                    return scope, held, code
        return None

    def _age_of(self, scope: str) -> Freshness:
        held = self._held.get(scope)
        if held is None:
            return Freshness.NO_SNAPSHOT
        now = aware(self._real_clock())
        if now < held.head.issued - SKEW:
            return Freshness.CLOCK_SUSPECT
        age = now - held.head.issued
        if age > self._policy.hard or now >= held.head.expires:
            return Freshness.EXPIRED
        return Freshness.FRESH if age <= self._policy.soft else Freshness.STALE

    def _status_of(self, scope: str, now: datetime) -> Status:
        held = self._held.get(scope)
        error = self._errors.get(scope)
        if held is None:
            return Status(scope, Freshness.NO_SNAPSHOT, 0, None, None, None, error)
        coming = [d.timeline.next_change(now) for d in held.documents.values()]
        following = min((mark for mark in coming if mark is not None), default=None)
        age = (aware(self._real_clock()) - held.head.issued).total_seconds()
        return Status(scope, self._age_of(scope), held.head.sequence, held.head.issued, age, following, error)


_WORSE = [
    Freshness.FRESH,
    Freshness.REFUSED,
    Freshness.STALE,
    Freshness.CLOCK_SUSPECT,
    Freshness.EXPIRED,
    Freshness.NO_SNAPSHOT,
]


def _installed(trust: Path) -> Root:
    try:
        return Root.parse(trust.read_bytes())
    except (OSError, NotTrusted) as error:
        raise SnapshotRefused("BAD_ROOT", str(trust), str(error)) from error


def _newest(root: Root, keys: Path) -> Root:
    while True:
        try:
            root = root.successor((keys / f"{root.number + 1}.root").read_bytes())
        except (OSError, NotTrusted):
            return root


def _order(held: Held) -> tuple[int, datetime]:
    return held.head.sequence, held.head.issued


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_ino, seen.st_size


@lru_cache(maxsize=20_000)
def _folded(document: str) -> str | None:
    try:
        return document_key(document)
    except QmsError:
        return None
