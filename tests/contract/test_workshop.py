"""The two commands and the CI script say in one sentence what they lack, and install what the tests ask for."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.contract.places import ROOT
from tests.support import needs

CI = ROOT / ".ci" / "run"


def find_python(programs: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/usr/bin/env", "bash", ROOT / "tools" / "find-python"],
        env={"PATH": f"{programs}:{os.defpath}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder whose programs hide every Python of the system."""
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_without_a_python_it_says_which_one_to_install(programs: Path) -> None:
    told = find_python(programs)
    assert told.returncode == 2
    assert re.fullmatch(r"Python 3\.11 or later was not found: install it \(apt-get install [^)]+\)\.\n", told.stderr)


def test_a_python_that_cannot_make_environments_is_named_with_the_package_it_lacks(programs: Path) -> None:
    # Debian's python3 without python3-venv: every question is answered but the one for ensurepip.
    (programs / "python3").write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n', encoding="utf-8")
    told = find_python(programs)
    assert told.returncode == 2
    assert told.stderr.startswith("python3 cannot make virtual environments: ")
    assert len(told.stderr.splitlines()) == 1
    assert "apt-get install python3-venv" in told.stderr


def test_a_python_that_is_named_comes_first(programs: Path) -> None:
    (programs / "mine").write_text('#!/bin/sh\n[ "${2#*print}" = "$2" ] || echo /opt/mine\n', encoding="utf-8")
    (programs / "mine").chmod(0o755)
    assert find_python(programs, PYTHON="mine").stdout == "/opt/mine\n"


def test_the_ci_script_is_sound_and_can_be_started() -> None:
    assert os.access(CI, os.X_OK)
    assert subprocess.run(["/usr/bin/env", "bash", "-n", CI], check=False).returncode == 0
    assert "set -euo pipefail" in CI.read_text(encoding="utf-8")


def test_ci_installs_every_package_that_a_test_may_need() -> None:
    script = CI.read_text(encoding="utf-8")
    wanted = {
        package
        for _, way in needs._WAYS.values()
        for listed in re.findall(r"apt-get install ([a-z0-9 -]+)", way)
        for package in listed.split()
    }
    assert "libreoffice-writer-nogui" in wanted
    assert {package for package in wanted if not re.search(rf"(?<![\w-]){package}(?![\w-])", script)} == set()
    assert "ISO_QMS_REQUIRE_ALL=1" in script
