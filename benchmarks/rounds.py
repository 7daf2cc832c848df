"""Asks the candidates of a group in turn, each in its own process, and reduces what they say to medians and ratios."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from typing import IO, Any

from benchmarks.candidates import Candidate, quick

TARGET = 0.2
"""Seconds that a round of a candidate takes where its operations are not counted out."""
MOST_OPERATIONS = 10_000_000
PATIENCE = 60
CPU = "CPU ms/op"


@dataclass
class Measured:
    """What was found of one candidate: seconds per operation, one figure a round, and what else it told."""

    candidate: Candidate
    samples: list[float] = field(default_factory=list)
    more: dict[str, list[float]] = field(default_factory=dict)
    skipped: str = ""
    failed: bool = False


class Worker:
    """The process of one candidate; when it ends or fails, the candidate is skipped with its own words."""

    def __init__(self, module: str, candidate: Candidate, peers: str | None, log: IO[str]) -> None:
        self.measured = Measured(candidate)
        self._process: subprocess.Popen[str] | None = None
        interpreter = peers if candidate.peer else sys.executable
        if interpreter is None:
            self.measured.skipped = "the peers' environment could not be made"
            return
        words = [interpreter, "-m", "benchmarks.worker", module, candidate.group, candidate.name]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
        )
        self._hear()

    def run(self, n: int) -> float | None:
        """Seconds for n operations, None when the candidate can no longer run."""
        if self._process is None:
            return None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{n}\n")
        answer = self._hear()
        if "seconds" not in answer:
            return None
        self._told = answer["more"]
        return float(answer["seconds"])

    def round(self, n: int) -> None:
        """Run and note one round."""
        seconds = self.run(n)
        if seconds is not None:
            self.measured.samples.append(seconds / n)
            for name, figure in self._told.items():
                self.measured.more.setdefault(name, []).append(figure)

    def scaled(self) -> int:
        """How many operations a round shall have; warms up on the way."""
        candidate = self.measured.candidate
        n = candidate.operations() or 1
        if not candidate.warm:
            return n
        seconds = self.run(n)
        target = TARGET / 10 if quick() else TARGET
        while seconds is not None and candidate.operations() is None and seconds < target / 4 and n < MOST_OPERATIONS:
            n = max(n * 2, min(n * 50, int(n * target / max(seconds, 1e-9))))
            seconds = self.run(n)
        return n

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.close()
            process.wait(PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        process.stdout.close()

    def _hear(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"skip": "its process ended", "failed": True}
        if "skip" in answer:
            self.measured.skipped = answer["skip"]
            self.measured.failed = answer.get("failed", False)
            self.close()
        return answer


def measure(module: str, wanted: list[Candidate], rounds: int, peers: str | None, log: IO[str]) -> list[Measured]:
    """Measure the candidates of one group interleaved: A B C A B C …"""
    workers = []
    try:
        for candidate in wanted:
            workers.append(Worker(module, candidate, peers, log))
        counts = [worker.scaled() for worker in workers]
        for number in range(rounds):
            for worker, count in zip(workers, counts, strict=True):
                most = worker.measured.candidate.rounds
                if most is None or number < most:
                    worker.round(count)
    finally:
        for worker in workers:
            worker.close()
    return [worker.measured for worker in workers]


def reduced(found: list[Measured]) -> dict[str, Any]:
    """The figures of a group: per candidate the median, its range, and the ratio to the limit inside each round."""
    limit = next((m for m in found if m.candidate.limit and m.samples), None)
    rows = [_row(m, limit) for m in found]
    steady = limit is not None and statistics.median(limit.samples) <= 1.5 * min(limit.samples)
    return {"rows": rows, "steady": steady, "load": round(os.getloadavg()[0], 1), "processors": os.cpu_count() or 1}


def _row(measured: Measured, limit: Measured | None) -> dict[str, Any]:
    candidate = measured.candidate
    row: dict[str, Any] = {
        "name": candidate.name,
        "note": candidate.note,
        "limit": candidate.limit,
        "ours": candidate.ours,
    }
    if not measured.samples:
        return row | {"skipped": measured.skipped or "not run", "failed": measured.failed}
    row |= {
        "median": statistics.median(measured.samples),
        "min": min(measured.samples),
        "max": max(measured.samples),
        "rounds": len(measured.samples),
        "more": {name: statistics.median(figures) for name, figures in measured.more.items()},
    }
    if limit is not None:
        pairs = [a / b for a, b in zip(measured.samples, limit.samples, strict=False)]
        row |= {"ratio": statistics.median(pairs), "ratio_min": min(pairs), "ratio_max": max(pairs)}
        cpu, least = (m.more.get(CPU, []) for m in (measured, limit))
        busy = [a / b for a, b in zip(cpu, least, strict=False) if b]
        if busy and not candidate.limit:
            row["more"]["CPU ratio"] = statistics.median(busy)
    return row
