"""Knowing that nothing changed since one last looked, and how soon another process sees that something did."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from typing import Any

from benchmarks.candidates import Run, best_slice, candidate, clock, fresh, goal, group, sized

group("fresh", "Asking whether anything was recorded since")
group("spread", "A release, then a check in each of two other processes (per release)")
ONCE = [(0,)] * 64


@candidate("fresh", "an integer of this process compared", limit=True)
def _() -> Run:
    box = [7]

    def ask(known: int) -> bool:
        return box[0] == known

    return best_slice(ask, ONCE)


@candidate("fresh", "iso_qms, the shared counter", ours=True, note="any process of this machine")
def _() -> Run:
    from benchmarks import ours

    folder = fresh("ours")
    register = ours.found(f"sqlite:///{folder}/qms.db", folder)
    generation = register.guard().source.generation

    def ask(known: int) -> bool:
        return generation() == known

    before = generation()
    ours.release(register, "QT-01", 0)
    assert not ask(before)
    assert ask(generation())
    return best_slice(ask, ONCE)


goal("fresh", "iso_qms, the shared counter", 10, 1.7, peers=(("os.stat of a file", 30), ("SQLite data_version", 44)))


@candidate("fresh", "os.stat of a file")
def _() -> Run:
    path = str(fresh("stat") / "g")
    with open(path, "w", encoding="ascii"):
        pass
    known = os.stat(path).st_mtime_ns

    return best_slice(lambda _: os.stat(path).st_mtime_ns == known, ONCE)


@candidate("fresh", "SQLite data_version")
def _() -> Run:
    connection = sqlite3.connect(fresh("version") / "s.db")
    execute = connection.execute
    return best_slice(lambda _: execute("PRAGMA data_version").fetchone()[0], ONCE)


@candidate("fresh", "SQLite, a one-row table")
def _() -> Run:
    connection = sqlite3.connect(fresh("row") / "s.db")
    connection.execute("CREATE TABLE g(g INTEGER)")
    connection.execute("INSERT INTO g VALUES(7)")
    execute = connection.execute
    return best_slice(lambda known: execute("SELECT g FROM g").fetchone()[0] == known, ONCE)


# --- seen at the very next check ----------------------------------------------------------------------------------

RELEASES = {"count": sized(2000, 10), "rounds": 5, "warm": False}


class Readers:
    """Two processes that check when they are told to, and say what they were answered."""

    def __init__(self, make: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.lines = []
        for _ in range(2):
            own, other = context.Pipe()
            context.Process(target=make, args=(other,), daemon=True).start()
            assert own.recv() == "ready"
            self.lines.append(own)

    def ask(self, document: str) -> list[Any]:
        """Both answers about a document."""
        for line in self.lines:
            line.send(document)
        return [line.recv() for line in self.lines]


def _constant(line: Any) -> None:
    line.send("ready")
    while line.recv():
        line.send(True)


class _Checking:
    def __init__(self, url: str, folder: Any) -> None:
        self.url, self.folder = url, folder

    def __call__(self, line: Any) -> None:
        from benchmarks import ours

        guard = ours.opened(self.url, self.folder).guard()
        line.send("ready")
        while document := line.recv():
            line.send(guard.check(document).verdict.value)


@candidate("spread", "two processes asked over a pipe, nothing checked", limit=True, **RELEASES)
def _() -> Run:
    readers = Readers(_constant)

    def run(n: int) -> float:
        start = clock()
        for _ in range(n):
            readers.ask("QT-01")
        return clock() - start

    return run


@candidate(
    "spread", "iso_qms, suspended and resumed in turn", ours=True, note="the first check after each act", **RELEASES
)
def _() -> Run:
    from benchmarks import ours

    folder = fresh("ours")
    url = f"sqlite:///{folder}/qms.db"
    register = ours.found(url, folder)
    documents = [f"QT-{number + 1}" for number in range(sized(100, 3))]
    for document in documents:
        ours.release(register, document, 0)
    readers = Readers(_Checking(url, folder))

    def run(n: int) -> tuple[float, dict[str, float]]:
        waited = stale = 0.0
        for number in range(n):
            document = documents[number // 2 % len(documents)]
            if number % 2:
                register.resume(document, reason="Đã khắc phục", by=ours.APPROVER)
            else:
                register.suspend(document, reason="Rà soát", by=ours.APPROVER)
            start = clock()
            answers = readers.ask(document)
            waited += clock() - start
            stale += answers.count("deny" if number % 2 else "allow")
        assert stale == 0, f"{stale} stale answers"
        return waited, {"releases": n, "stale": stale}

    return run
