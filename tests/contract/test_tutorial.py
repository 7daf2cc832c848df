"""The tutorial's commands, typed one after the other as they stand on the page, do what the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.contract.places import ROOT

PAGES = ("docs/tutorial/first-procedure.md", "docs/vi/bat-dau.md")
REFUSED = (
    "iso-qms sign QT-01 --by soan",
    "iso-qms check QT-01 --version 1",
    "iso-qms check QT-01 --version 1 --at 2029-12-31T23:59:59+07:00",
)


def typed(page: str) -> list[str]:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def exported(line: str, folder: Path) -> dict[str, str]:
    pairs = (word.split("=", 1) for word in shlex.split(line)[1:])
    return {name: value.replace("$PWD", str(folder)) for name, value in pairs}


def run(line: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    actor = re.search(r"(?:--by|person password) (\w+)", line)
    # At the prompt a person would type it; a script gives it so.
    secret = {"ISO_QMS_PASSWORD": f"mat-khau-{actor.group(1)}-1"} if actor else {}
    return subprocess.run(
        [sys.executable, "-m", *shlex.split(line.replace("iso-qms", "iso_qms", 1))],
        cwd=folder,
        env={**os.environ, "ISO_QMS_LANG": "en", **environment, **secret},
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_languages_show_the_same_commands() -> None:
    english, vietnamese = map(typed, PAGES)
    assert english == vietnamese
    assert len(english) > 15


def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    (tmp_path / "procedures").symlink_to(ROOT / "procedures")
    environment: dict[str, str] = {}
    for line in typed(PAGES[0]):
        if line.startswith("export "):
            environment |= exported(line, tmp_path)
        elif line.startswith("iso-qms "):
            told = run(line, tmp_path, environment)
            assert told.returncode == (3 if line in REFUSED else 0), f"{line}: {told.stderr}"
            assert "Traceback" not in told.stderr
    assert "Everything holds" in told.stdout
