"""Every module does one thing, says it in one sentence and stays readable; the ground floor stands on Python alone."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.contract.places import PACKAGE, ROOT, modules

LONGEST = 400
LONGER = {
    "iso_qms/domain/errors.py": (600, "a list of refusals, looked up by name"),
    "iso_qms/domain/events.py": (600, "a list of acts, looked up by name"),
    "iso_qms/evidence_kit/verify.py": (600, "one file on purpose: it leaves the house alone"),
}
"""What may be longer, how much, and why; schemas of the past are not read any more and may have any length."""
SENTENCE_BREAK = re.compile(r"[.!?]\s+(?=[A-ZĐ])")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or node.module is not None or node.names
            yield node.module if node.level == 0 and node.module else "iso_qms"


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    wrong = []
    for path in modules():
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if not told:
            wrong.append(f"{name(path)} says nothing")
            continue
        first = told.split("\n\n")[0]
        if not first.endswith(".") or SENTENCE_BREAK.search(first):
            wrong.append(f"{name(path)} does not open with one sentence: {first!r}")
    assert not wrong, "\n".join(wrong)


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    long = {
        path: lines
        for path, lines in lengths.items()
        if lines > LONGER.get(path, (LONGEST, ""))[0] and "/migrations/versions/" not in path
    }
    assert long == {}


def test_the_domain_and_the_guard_stand_on_the_standard_library_alone() -> None:
    allowed = sys.stdlib_module_names | {"iso_qms"}
    foreign = {
        f"{name(path)}: {module}"
        for floor in ("domain", "guard")
        for path in modules(PACKAGE / floor)
        for module in imported(path)
        if module.split(".")[0] not in allowed
    }
    # Signatures are checked faster where this is installed; the guard works without.
    assert {line for line in foreign if not (line.startswith("iso_qms/guard/") and ": cryptography" in line)} == set()


def test_the_domain_looks_at_no_clock_no_disk_and_no_environment() -> None:
    forbidden = {"os", "logging", "socket", "subprocess", "pathlib", "random", "secrets", "time", "tempfile", "shutil"}
    looked = {
        f"{name(path)}: {module}"
        for path in modules(PACKAGE / "domain")
        for module in imported(path)
        if module.split(".")[0] in forbidden
    }
    clocks = {
        f"{name(path)}: {node.func.attr}()"
        for path in modules(PACKAGE / "domain")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"now", "today", "utcnow"}
    }
    assert looked | clocks == set()


def test_the_typing_promise_is_shipped() -> None:
    assert (PACKAGE / "py.typed").exists()
