"""What a candidate of a benchmark is, and how its factory is found and its work is timed; standard library only."""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

clock = time.perf_counter

Run = Callable[[int], Any]
"""`run(n)` does n operations; the seconds they took, or (seconds, {name: figure})."""

SLICES = 100
"""A round of small operations is cut in so many slices of which the best counts, as `timeit` does."""


class Skip(Exception):
    """A candidate cannot run on this machine; the sentence says what is missing."""


@dataclass(frozen=True)
class Candidate:
    """One way to do the work of a group; its factory prepares (not timed) and returns what is timed.

    `count` fixes the operations of one round (else about 0.2 s); `peer` is run by the peers' own interpreter.
    """

    group: str
    name: str
    factory: Callable[[], Run]
    limit: bool = False
    ours: bool = False
    peer: bool = False
    count: int | None = None
    quick_count: int | None = None
    rounds: int | None = None
    warm: bool = True
    note: str = ""

    def operations(self) -> int | None:
        """How many operations a round has, None where they are scaled to the time."""
        return self.quick_count if quick() and self.quick_count is not None else self.count


@dataclass(frozen=True)
class Goal:
    """What one of our candidates must hold against the limit of its group, as ratios of time.

    `peers` are minimal factors by which the named candidates must be slower than ours.
    """

    group: str
    name: str
    first_bar: float
    moonshot: float
    peers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Group:
    """One question that candidates answer: its heading, what an operation is, and whether processor time is told."""

    key: str
    title: str
    cpu: bool = False


GROUPS: dict[str, Group] = {}
CANDIDATES: list[Candidate] = []
GOALS: list[Goal] = []


def group(key: str, title: str, *, cpu: bool = False) -> None:
    """Declare a group."""
    GROUPS[key] = Group(key, title, cpu)


def candidate(group: str, name: str, **how: Any) -> Callable[[Callable[[], Run]], Callable[[], Run]]:
    """Register the decorated factory as a candidate."""

    def register(factory: Callable[[], Run]) -> Callable[[], Run]:
        CANDIDATES.append(Candidate(group, name, factory, **how))
        return factory

    return register


def goal(group: str, name: str, first_bar: float, moonshot: float, **peers: Any) -> None:
    """Declare what one of our candidates has to hold."""
    GOALS.append(Goal(group, name, first_bar, moonshot, **peers))


# --- what factories use -------------------------------------------------------------------------------------------


def quick() -> bool:
    """Whether this run is only to show that everything works."""
    return os.environ.get("BENCH_QUICK") == "1"


def sized(full: int, small: int) -> int:
    """A size of the work: the full one, or the small one of a quick run."""
    return small if quick() else full


def shared() -> Path:
    """The scratch folder of the whole run, in which large inputs are kept for all candidates."""
    folder = Path(os.environ.get("BENCH_FOLDER") or tempfile.mkdtemp(prefix="iso-qms-bench-"))
    os.environ["BENCH_FOLDER"] = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fresh(name: str) -> Path:
    """An empty folder of this candidate."""
    folder = shared() / f"{name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def built(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the run that is made once, whole or not at all, by whichever candidate needs it first."""
    final = shared() / f"{name}{'-quick' if quick() else ''}"
    if not final.exists():
        making = fresh(f"{name}-making")
        make(making)
        making.rename(final)
    return final


def postgres() -> str:
    """The address of the run's PostgreSQL (its folder of sockets); Skip where there is none."""
    found = os.environ.get("BENCH_POSTGRES")
    if not found:
        raise Skip("no PostgreSQL on this machine: apt-get install postgresql")
    return found


def postgres_database(name: str) -> str:
    """Make an empty database of this name; Skip where there is no PostgreSQL."""
    import psycopg

    folder = postgres()
    with psycopg.connect(host=folder, user="bench", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return name


def counting(operation: Callable[[int], object]) -> Run:
    """Time `operation(k)` with a number that goes on; a round's figure is the median operation, since flushes vary."""
    numbers = itertools.count()

    def run(n: int) -> float:
        taken = []
        for k in itertools.islice(numbers, n):
            start = clock()
            operation(k)
            taken.append(clock() - start)
        return statistics.median(taken) * n

    return run


def best_slice(function: Callable[..., object], arguments: Sequence[tuple[Any, ...]]) -> Run:
    """Time `function(*arguments[i])`, round robin; other work on the machine hits only some of the slices."""

    def run(n: int) -> float:
        slices = min(SLICES, n)
        each = -(-n // slices)
        source = itertools.cycle(arguments)
        best = float("inf")
        for _ in range(slices):
            best = min(best, _timed(function, itertools.islice(source, each)))
        return best / each * n

    return run


def _timed(function: Callable[..., object], arguments: Iterable[tuple[Any, ...]]) -> float:
    ready = list(arguments)
    start = clock()
    for each in ready:
        function(*each)
    return clock() - start
