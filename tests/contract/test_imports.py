"""Imports point down: the five floors hold, and a step upwards would be caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.places import PACKAGE, ROOT

UPWARDS = {
    "the domain reaches for the store": ("domain/text.py", "import iso_qms.store"),
    "the domain takes a library": ("domain/text.py", "import sqlalchemy"),
    "the guard takes a library": ("guard/__init__.py", "import pydantic"),
    "a face reaches past the front door": ("faces/cli/__init__.py", "import iso_qms.store"),
    "one neighbour knows the other": ("documents/__init__.py", "import iso_qms.store"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "iso_qms", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_hold() -> None:
    told = lint_imports(ROOT)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("story", UPWARDS)
def test_a_step_upwards_is_caught(story: str, copy: Path) -> None:
    where, line = UPWARDS[story]
    module = copy / "iso_qms" / where
    module.write_text(f"{module.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    told = lint_imports(copy)
    assert told.returncode == 1, told.stdout
    assert "BROKEN" in told.stdout
