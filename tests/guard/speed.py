"""How long one full answer takes against a look-up in a dict: `python -m tests.guard.speed`.

1,000 documents of 5 versions with 12 of 20 steps each; 4,096 questions (document, version, any moment, step), every
answer compared with one worked out by hand; freshness is read from a mapped machine word in every call.
"""

from __future__ import annotations

import mmap
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from iso_qms.domain.timeline import Entry, Timeline, VersionState
from iso_qms.guard import Guard
from iso_qms.guard.source import Counter, FixedSource
from tests.domain.histories import digest

DOCUMENTS, VERSIONS, ALL_STEPS, STEPS, QUESTIONS, ROUNDS = 1000, 5, 20, 12, 4096, 15
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


class Mapped(FixedSource):
    """Literal timelines whose generation is a word in a file that all processes of a machine may map."""

    def __init__(self, timelines: dict[str, Timeline], processes: dict[str, Any]) -> None:
        super().__init__({}, processes=processes)
        self._timelines = timelines
        with tempfile.TemporaryFile() as file:
            os.ftruncate(file.fileno(), 8)
            self._word = memoryview(mmap.mmap(file.fileno(), 8)).cast("Q")

    def generation(self) -> int:
        return int(self._word[0])

    def counter(self) -> Counter:
        return self._word


def workload(drawn: random.Random) -> tuple[Mapped, list[tuple[str, int, datetime, str]], list[bool]]:
    """The source, the questions, and which of them are to be allowed."""
    timelines, processes, right, asked = {}, {}, [], []
    for number in range(DOCUMENTS):
        code = f"QT-{number:04d}"
        starts = sorted(LONG_AGO + timedelta(days=day) for day in drawn.sample(range(1, 4000), VERSIONS))
        versions = {n: VersionState(n, digest(n), f"{n:02d}/00", LONG_AGO, LONG_AGO) for n in range(1, VERSIONS + 1)}
        entries = [Entry(n, LONG_AGO, "d", s, n, s.date(), "1/QĐ") for n, s in enumerate(starts, start=1)]
        timelines[code] = Timeline(code, tuple(entries), versions=versions)
        keys = {n: drawn.sample([f"S{s:02d}" for s in range(ALL_STEPS)], STEPS) for n in versions}
        processes[code] = {n: {"steps": [{"key": key} for key in listed]} for n, listed in keys.items()}
    for _ in range(QUESTIONS):
        code, version = f"QT-{drawn.randrange(DOCUMENTS):04d}", drawn.randint(1, VERSIONS)
        at, step = LONG_AGO + timedelta(minutes=drawn.randint(0, 4200 * 1440)), f"S{drawn.randrange(ALL_STEPS):02d}"
        governing = [e.version for e in timelines[code].entries if e.start <= at][-1:]
        steps = {s["key"] for s in processes[code][version]["steps"]}
        asked.append((code, version, at, step))
        right.append(governing == [version] and step in steps)
    return Mapped(timelines, processes), asked, right


def per_call(function: Callable[..., object], asked: Sequence[tuple[Any, ...]]) -> float:
    """Median nanoseconds of processor time for one call."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for question in asked:
            function(*question)
        rounds.append((time.process_time() - begun) / len(asked) * 1e9)
    return statistics.median(rounds)


def main() -> None:
    """Print the figures; raises AssertionError when an answer is wrong."""
    source, asked, right = workload(random.Random(9001))
    guard = Guard(source)
    table = {(code, version, step): True for code, version, _, step in asked}

    def full(code: str, version: int, at: datetime, step: str, check: Any = guard.check) -> Any:
        return check(code, version=version, at=at, step=step)

    def look(code: str, version: int, at: datetime, step: str, get: Any = table.get) -> Any:
        return get((code, version, step), False)

    assert [full(*question).allowed for question in asked] == right
    dict_, answer = per_call(look, asked), per_call(full, asked)
    print(f"dict look-up {dict_:.0f} ns; full, fresh answer {answer:.0f} ns; {answer / dict_:.1f} times")


if __name__ == "__main__":
    main()
