"""Runs the groups that are asked for, prints their tables and merges the figures into what was measured before."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import shutil
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from benchmarks import report, surroundings
from benchmarks.candidates import CANDIDATES, GROUPS, shared
from benchmarks.rounds import measure, reduced

HERE = Path(__file__).parent
MODULES = ("chain", "contend", "asof", "verify", "startup", "check", "fresh", "papers", "export")
"""Every module of candidates, in the order of the report."""


def main() -> int:
    """Measure; exit code 1 when a candidate failed (not when a goal is missed, the tables say that)."""
    asked = _asked()
    if asked.quick:
        os.environ["BENCH_QUICK"] = "1"
    os.environ.pop("PYTHONPATH", None)
    os.chdir(surroundings.ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    homes = _load()
    unknown = set(asked.groups) - set(GROUPS) - set(MODULES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    wanted = {key for word in asked.groups for key in ([word] if word in GROUPS else _of(word, homes))}
    keys = [key for key in GROUPS if not asked.groups or key in wanted]
    with surroundings.postgres() as server:
        if server:
            os.environ["BENCH_POSTGRES"] = server
        try:
            return _run(keys, homes, asked)
        finally:
            if not asked.keep:
                shutil.rmtree(shared(), ignore_errors=True)


def _of(module: str, homes: dict[str, str]) -> list[str]:
    return [key for key, home in homes.items() if home == module]


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    words.add_argument("groups", nargs="*", metavar="group", help="a group or a module of groups; all by default")
    words.add_argument("--quick", action="store_true", help="tiny sizes: shows that everything works, measures nothing")
    words.add_argument("--rounds", type=int, default=None, help="rounds per group (7; 2 when quick)")
    words.add_argument(
        "--only", action="append", default=[], help="only candidates whose name holds this, and the limit"
    )
    words.add_argument("--no-peers", action="store_true", help="leave out what needs the peers' environment")
    words.add_argument("--keep", action="store_true", help="keep the scratch folder (BENCH_FOLDER) for the next run")
    words.add_argument("--out", type=Path, default=HERE, help="where results/ and RESULTS.md are written")
    return words.parse_args()


def _load() -> dict[str, str]:
    homes: dict[str, str] = {}
    for module in MODULES:
        before = set(GROUPS)
        importlib.import_module(f"benchmarks.{module}")
        homes |= dict.fromkeys(set(GROUPS) - before, module)
    return homes


def _run(keys: list[str], homes: dict[str, str], asked: argparse.Namespace) -> int:
    rounds = asked.rounds or (2 if asked.quick else 7)
    peers = None if asked.no_peers else surroundings.peers()
    failed = []
    with (shared() / "log").open("a", encoding="utf-8") as log:
        for key in keys:
            wanted = [c for c in CANDIDATES if c.group == key and _chosen(c, asked)]
            found = measure(f"benchmarks.{homes[key]}", wanted, rounds, peers, log)
            failed += [m for m in found if m.failed]
            group = {"title": GROUPS[key].title, "quick": asked.quick, "machine": machine(), **reduced(found)}
            print(report.table(group), flush=True)
            _keep(asked.out, key, group)
        log.flush()
    for m in failed:
        print(f"failed: {m.candidate.group} / {m.candidate.name}: {m.skipped}", file=sys.stderr)
    write_page(asked.out)
    return 1 if failed else 0


def _chosen(candidate: Any, asked: argparse.Namespace) -> bool:
    named = candidate.limit or not asked.only or any(word in candidate.name for word in asked.only)
    return named and not (candidate.peer and asked.no_peers)


def _keep(out: Path, key: str, group: dict[str, Any]) -> None:
    folder = out / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.json").write_text(json.dumps(group, indent=1, ensure_ascii=False), encoding="utf-8")


def write_page(out: Path) -> None:
    """Write RESULTS.md from all results that are kept."""
    kept = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (out / "results").glob("*.json")}
    groups = {key: kept[key] for key in GROUPS if key in kept}
    if not groups:
        return
    parts = [
        "# What was measured",
        "",
        "Written by `make bench`; `docs/explanation/performance.md` says how to read it. A ratio is taken inside each",
        "round to the limit of its table and is the median of the rounds; **bold** is this project.",
        "",
        *(
            ["These figures come from a quick run: they show that everything works and measure nothing.", ""]
            if any(group["quick"] for group in groups.values())
            else []
        ),
        "## Goals",
        "",
        report.goals(groups),
        "## Tables",
        "",
        *[
            f"{report.table(group)}\nLoad of the machine at the end: {group['load']}; {group['machine']}.\n"
            for group in groups.values()
        ],
    ]
    (out / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    """The machine in one line."""
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.release().split('-')[0]}, "
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


if __name__ == "__main__":
    sys.exit(main())
