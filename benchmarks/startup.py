"""Whole processes from start to end: what a call of the command line costs, and what a service's import costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.candidates import Run, candidate, clock, fresh, goal, group, sized

group("startup", "One call of the command line, whole process")
group("import", "Importing what a service needs, inside a fresh process")
EACH = {"count": 10, "quick_count": 1}
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "ISO_QMS", "BENCH"))}


def _process(words: list[str], more: Mapping[str, str] | None = None, code: int = 0, says: str = "") -> Run:
    environment = CLEAN | dict(more or {})
    shown = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == code, (shown.returncode, shown.stderr[-300:])
    assert says in shown.stdout, shown.stdout[:300]

    def run(n: int) -> float:
        best = float("inf")
        for _ in range(n):
            start = clock()
            subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False)
            best = min(best, clock() - start)
        return best * n

    return run


def _python(*words: str, **how: object) -> Run:
    return _process([sys.executable, *words], **how)  # type: ignore[arg-type]


def _ours(*words: str, **how: object) -> Run:
    """The command as it is installed."""
    return _process([str(Path(sys.executable).with_name("iso-qms")), *words], **how)  # type: ignore[arg-type]


def _store() -> tuple[dict[str, str], Path]:
    from benchmarks import filling

    url, folder = filling.lives(sized(1000, 20))
    return {"ISO_QMS_STORE": url, "ISO_QMS_FILES": str(folder / "files"), "LANG": "vi_VN.UTF-8"}, folder


@candidate("startup", "bare Python (-c pass)", limit=True, **EACH)
def _() -> Run:
    return _python("-c", "pass")


@candidate("startup", "iso-qms --version", ours=True, **EACH)
def _() -> Run:
    return _ours("--version", says="iso-qms")


@candidate("startup", "iso-qms --help", ours=True, **EACH)
def _() -> Run:
    return _ours("--help", more={"LANG": "vi_VN.UTF-8"}, says="check")


@candidate("startup", "iso-qms check CODE", ours=True, note="a store of 1,000 documents; exit code 0", **EACH)
def _() -> Run:
    more, _folder = _store()
    return _ours("check", "QT-1000007", more=more)


@candidate("startup", "sqlite3: open a file, one query", **EACH)
def _() -> Run:
    _, folder = _store()
    query = "select leaf from qms_journal where subject=''QT-1000007''".replace("''", "'")
    code = f"import sqlite3\nc = sqlite3.connect({str(folder / 'qms.db')!r})\nprint(c.execute({query!r}).fetchall())"
    return _python("-c", code, says="QT-1000007")


COMMANDS = '("approve", "check", "diff", "export", "import", "list", "release", "verify")'
ARGPARSE = f"""
import argparse
p = argparse.ArgumentParser("x")
s = p.add_subparsers()
for c in {COMMANDS}:
    q = s.add_parser(c, help=c); q.add_argument("name"); q.add_argument("--at")
p.parse_args()
"""
CLICK = f"""
import click
@click.group()
@click.version_option("1.0")
def main(): ...
for c in {COMMANDS}:
    @main.command(c)
    @click.argument("name")
    @click.option("--at")
    def f(name, at): print(name)
main()
"""
TYPER = f"""
import typer
app = typer.Typer()
for c in {COMMANDS}:
    @app.command(c)
    def f(name: str, at: str = ""): print(name)
app()
"""
PROGRAMS = (
    ("argparse, eight commands, --help", ARGPARSE, "--help"),
    ("click, eight commands, --help", CLICK, "--help"),
    ("click, --version", CLICK, "--version"),
    ("typer, eight commands, --help", TYPER, "--help"),
    ("click + SQLModel, one command", "import sqlmodel\n" + CLICK, "check x"),
    ("typer + SQLModel, one command", "import sqlmodel\n" + TYPER, "check x"),
)


def _program(name: str, text: str, words: str) -> None:
    @candidate("startup", name, peer=True, **EACH)
    def _() -> Run:
        path = fresh("program") / "program.py"
        path.write_text(text)
        return _python(str(path), *words.split())


for _name, _text, _words in PROGRAMS:
    _program(_name, _text, _words)

goal("startup", "iso-qms --version", 2, 1.2, peers=(("click, --version", 3.5),))
goal("startup", "iso-qms --help", 5, 2.8, peers=(("typer, eight commands, --help", 4.5),))
goal("startup", "iso-qms check CODE", 6, 2.5, peers=(("click + SQLModel, one command", 15),))


# --- imports ------------------------------------------------------------------------------------------------------

MEASURE = """
import re, sys, time
def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before = resident()
start = time.perf_counter()
{what}
print(time.perf_counter() - start, resident() - before, len(sys.modules))
"""


def _import(name: str, what: str, **how: object) -> None:
    @candidate("import", name, **EACH, **how)
    def _() -> Run:
        words = [sys.executable, "-c", MEASURE.format(what=what)]

        def run(n: int) -> tuple[float, dict[str, float]]:
            told = [_told(words) for _ in range(n)]
            best = min(told)
            return best[0] * n, {"MiB": best[1], "modules": best[2]}

        return run


def _told(words: list[str]) -> tuple[float, ...]:
    shown = subprocess.run(words, env=CLEAN, capture_output=True, text=True, check=True)
    return tuple(float(word) for word in re.findall(r"\S+", shown.stdout))


_import(
    "the standard library that a guard needs",
    "import dataclasses, bisect, json, hashlib, datetime, enum, typing, zoneinfo",
    limit=True,
)
_import("iso_qms.guard", "from iso_qms.guard import Citation, Decision, Denied, Guard, Undecided, Verdict", ours=True)
_import("iso_qms (lazy)", "import iso_qms", ours=True)
_import("pydantic", "from pydantic import BaseModel", peer=True)
_import("SQLModel", "import sqlmodel", peer=True)
_import("casbin", "import casbin", peer=True)
_import("SpiffWorkflow", "from SpiffWorkflow.bpmn.workflow import BpmnWorkflow", peer=True)
_import("iso_qms.Qms", "from iso_qms import Qms", ours=True, note="the whole register, for comparison")
goal("import", "iso_qms.guard", 5, 2, peers=(("SQLModel", 11),))
