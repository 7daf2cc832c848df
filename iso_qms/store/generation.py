"""Whether anything was recorded since one last looked, by whichever process: known without asking the database."""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from iso_qms.domain.errors import StoreTrouble

CHANNEL = "qms_head"
"""The PostgreSQL channel on which every commit of an act is announced."""


class SharedCounter:
    """A counter in a small file that all processes of this machine map: odd while a write is under way.

    Writers hold the file's lock from before the transaction until after the commit is announced, so an even number
    means: every commit is announced. A writer that dies leaves it odd, and readers then ask the database each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cell, self._map = _map(path)

    @property
    def cell(self) -> Any:
        """The mapped machine word, as a sequence of one."""
        return self._cell

    def read(self) -> int:
        """The number now; a read of one aligned machine word."""
        return int(self._cell[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writers' lock; the number is odd until the block is left, and a new even one afterwards."""
        with self._opened() as lock:
            _lock(lock)
            self._cell[0] = self._cell[0] | 1
            yield
            # Reached only without an exception: after one it is not known whether the commit happened.
            self._cell[0] += 1

    def _opened(self) -> Any:
        try:
            return self._path.open("rb+")
        except OSError:
            # Processes that map the lost file would not hear of this act: better no act than a stale answer.
            raise StoreTrouble(
                what=f"mất tệp {self._path.name}; hãy khởi động lại mọi chương trình đang mở kho / "
                f"{self._path.name} is gone; restart every program that has the store open"
            ) from None

    def settle(self) -> None:
        """Make an abandoned odd number even again once no writer holds the lock."""
        with self._opened() as lock:
            _lock(lock)
            self._cell[0] += self._cell[0] & 1


def _map(path: Path) -> tuple[Any, mmap.mmap]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
    try:
        if os.fstat(handle).st_size < 8:
            os.ftruncate(handle, 8)
        mapped = mmap.mmap(handle, 8)
    finally:
        os.close(handle)
    return memoryview(mapped).cast("Q"), mapped


def _lock(file: Any) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX)


class Listener:
    """Counts the commits that PostgreSQL announces; while the connection is lost, `lost` is true: nothing is sure."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        self.lost = True
        self._engine = engine
        _LISTENERS.add(self)
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="qms-listener", daemon=True)
        self._thread.start()
        self._ready.wait(5)

    def heard_here(self, engine: Engine) -> None:
        """This very process has committed: its own guards must not wait for the announcement."""
        if engine.url == self._engine.url:
            self.count += 1

    def close(self) -> None:
        """End the thread and its connection."""
        self._stop.set()
        self._thread.join(2)

    def _run(self) -> None:
        import psycopg

        address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stop.is_set():
            with suppress(psycopg.Error), psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                self.count += 1  # whatever was missed before counts as a change
                self.lost = False
                self._ready.set()
                self._hear(connection)
            self.lost = True
            self._ready.set()
            self._stop.wait(0.2)

    def _hear(self, connection: Any) -> None:
        while not self._stop.is_set():
            for _ in connection.notifies(timeout=0.5):
                self.count += 1


def counter_path(engine: Engine) -> Path | None:
    """Where the shared counter of a SQLite store lies, None for stores that have none (memory, PostgreSQL)."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return Path(f"{database}-generation")


_LISTENERS: weakref.WeakSet[Listener] = weakref.WeakSet()
_COUNTERS: dict[tuple[str, int], SharedCounter] = {}
_GUARD = threading.Lock()


def counter(engine: Engine) -> SharedCounter | None:
    """The counter of a store in this process (one mapping per process, made again after a fork)."""
    path = counter_path(engine)
    if path is None:
        return None
    key = (str(path.resolve()), os.getpid())
    with _GUARD:
        if key not in _COUNTERS:
            _COUNTERS[key] = SharedCounter(path)
        return _COUNTERS[key]


@contextmanager
def announced(engine: Engine) -> Iterator[None]:
    """Around a write: the change is announced to every process before the write returns."""
    found = counter(engine)
    if found is not None:
        with found.writing():
            yield
        return
    yield
    for listener in list(_LISTENERS):
        listener.heard_here(engine)


def reader(engine: Engine, size: Callable[[], int]) -> tuple[Callable[[], int], Callable[[], None]]:
    """A function that gives another number after every recorded change, and one that ends what it needs.

    `size` asks the database how many entries there are; it is called only while nothing surer is known.
    """
    found = counter(engine)
    if found is not None:
        return _counting(found, size), lambda: None
    if engine.dialect.name == "postgresql":
        listener = Listener(engine)

        def heard() -> int:
            return -size() - 1 if listener.lost else listener.count

        return heard, listener.close
    return size, lambda: None


def _counting(found: SharedCounter, size: Callable[[], int]) -> Callable[[], int]:
    read = found.read

    def generation() -> int:
        number = read()
        return number if not number & 1 else -size() - 1

    return generation
