"""The tutorial on plugins, typed as it stands on the page, from an empty folder to an installed plugin."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "plugin.md"
WRITTEN = re.compile(r"^Write `([^`]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TYPED = re.compile(r"^    (\S.*)$", re.MULTILINE)


def script() -> str:
    """The page as a shell would be told it: files written, commands typed, in order."""
    text = PAGE.read_text(encoding="utf-8")
    files = [(m.start(), f"cat > {m[1]} <<'END OF FILE'\n{m[2]}END OF FILE") for m in WRITTEN.finditer(text)]
    bare = re.sub(r"^```\w*\n.*?^```$", lambda m: "x" * len(m[0]), text, flags=re.DOTALL | re.MULTILINE)
    commands = [(m.start(), m[1]) for m in TYPED.finditer(bare)]
    return "\n".join(["set -euo pipefail", *(line for _, line in sorted(files + commands))])


def environment(folder: Path) -> dict[str, str]:
    """A fresh environment on top of this one, so that what the page installs stays in the folder."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    library = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    here = sysconfig.get_path("purelib")
    (library / "below.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    (folder / "bin" / "iso-qms").write_text('#!/bin/sh\nexec python -m iso_qms "$@"\n')
    (folder / "bin" / "iso-qms").chmod(0o755)
    quiet = {"PIP_NO_DEPS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ISO_QMS_")}
    return {**kept, **quiet, "PATH": path, "ISO_QMS_LANG": "en", "COLUMNS": "200"}


@pytest.mark.slow
def test_the_plugin_tutorial_works_as_written(tmp_path: Path) -> None:
    told = subprocess.run(
        ["bash", "-c", script()],
        cwd=tmp_path,
        env=environment(tmp_path / "environment"),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    if "No matching distribution found for setuptools" in told.stderr:
        pytest.skip("there is no package index within reach, and pip fetches what it builds with")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    assert re.search(r"^2 passed", told.stdout, re.MULTILINE)
    assert re.search(r"^6 passed", told.stdout, re.MULTILINE)
    listed = next(line for line in told.stdout.splitlines() if line.startswith("notice_period"))
    assert "in use" in listed
    assert "0.1.0" in listed


def test_the_page_types_what_it_says() -> None:
    text = script()
    assert text.count("END OF FILE\n") >= 5
    assert [line for line in text.splitlines() if line.startswith("python -m")] == [
        "python -m pytest -q",
        "python -m pytest -q",
        "python -m pip install -e .",
    ]
