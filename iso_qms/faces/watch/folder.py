"""Watching a folder: events only say where to look, looking again and again is what makes it sure."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from iso_qms.faces.watch.inbox import Inbox, Outcome
from iso_qms.faces.watch.settling import Settling, Stamp, concerns, scan, stamp

Said = Callable[[Path, Outcome, str], None]


class Watch:
    """One folder under watch; `settle` and `rescan` are seconds. Safe to stop at any moment."""

    def __init__(self, inbox: Inbox, said: Said, *, settle: float = 2.0, rescan: float = 300.0) -> None:
        self._inbox = inbox
        self._said = said
        self._rescan = rescan
        self._settling = Settling(settle)
        self._settle = settle
        self._dirty: set[Path] = set()
        self._lock = threading.Lock()
        self._done: dict[Path, Stamp] = {}
        self._ready: dict[Path, list[Path]] = {}
        self.counts: Counter[Outcome] = Counter()

    @property
    def waiting(self) -> int:
        """How many files have changed and not settled yet."""
        return self._settling.waiting + len(self._dirty) + len(self._ready)

    def mark(self, *paths: str | bytes | Path) -> None:
        """Say that something happened to some paths; folders count with all that is in them."""
        for each in paths:
            path = Path(each.decode() if isinstance(each, bytes) else each)
            found = list(scan(path)) if path.is_dir() else [path]
            with self._lock:
                self._dirty |= {file for file in found if concerns(file, self._inbox.root)}

    def look_everywhere(self) -> None:
        """Mark every file that does not look as it did when it was last dealt with: at the start, then now and then."""
        changed = [path for path in scan(self._inbox.root) if self._done.get(path) != stamp(path)]
        with self._lock:
            self._dirty |= set(changed)

    def step(self, now: float) -> int:
        """Look at what is marked, take what has settled; how many versions were dealt with."""
        with self._lock:
            marked, self._dirty = self._dirty, set()
        for path in sorted(marked | set(self._settling.paths())):
            if self._settling.look(path, now):
                self._ready.setdefault(self._inbox.belongs_to(path), []).append(path)
        # A folder that is still being copied in is one version: it waits until all of its files have settled.
        busy = {self._inbox.belongs_to(path) for path in self._settling.paths()}
        settled = [each for each in self._ready if each not in busy]
        for each in settled:
            self._take(self._ready.pop(each))
        return len(settled)

    def _take(self, paths: list[Path]) -> None:
        before = {path: stamp(path) for path in paths}
        outcome, sentence = self._inbox.take(paths[0])
        self._done |= {path: found for path, found in before.items() if found is not None}
        self.counts[outcome] += 1
        self._said(paths[0], outcome, sentence)

    def once(self, stop: threading.Event | None = None) -> None:
        """Deal with everything that is there and settles, then return; for cron."""
        until = time.monotonic() + max(self._settle * 5, 5.0)
        self.look_everywhere()
        while True:
            self.step(time.monotonic())
            if not self.waiting or time.monotonic() > until or (stop is not None and stop.is_set()):
                return
            time.sleep(min(self._settle, 0.25) or 0.01)

    def run(self, stop: threading.Event, *, poll: bool = False, tick: Callable[[], None] = lambda: None) -> None:
        """Watch until told to stop; `poll` looks by itself where a network share sends no events."""
        observer: Any = PollingObserver() if poll else Observer()
        observer.schedule(_Marking(self), str(self._inbox.root), recursive=True)
        observer.start()
        looked = 0.0
        try:
            while not stop.is_set():
                now = time.monotonic()
                if not looked or now - looked >= self._rescan:
                    self.look_everywhere()
                    looked = now
                self.step(now)
                tick()
                stop.wait(0.25)
        finally:
            observer.stop()
            observer.join()


class _Marking(FileSystemEventHandler):
    """Marks whatever an event names, source and destination alike; what kind of event it was does not matter."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called by watchdog in its own thread."""
        self._watch.mark(*(path for path in (event.src_path, getattr(event, "dest_path", "")) if path))
