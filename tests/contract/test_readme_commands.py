"""What the pages tell people to type is there, and what they show of the library runs as shown."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.places import ROOT, tracked

READMES = ("README.md", "README.vi.md")
FENCED_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
INVOCATION = re.compile(
    r"(?:^ *|[`“(] ?|\$ |\d  ?|; )(?:ISO_QMS_\w+=\S+ +)?(iso-qms(?: +[^`”;#|&>)\n]+)?)", re.MULTILINE
)
REFERENCE = ROOT / "docs" / "reference"


PICTURE = re.compile(r"```text\n(.*?)```", re.DOTALL)


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md" and REFERENCE not in path.parents]


def test_the_readmes_name_the_two_commands() -> None:
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make demo" in text
        assert "make test" in text


def test_every_target_that_a_page_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page.name, target)
        for page in pages()
        for target in re.findall(r"(?:`|^    )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert {(page, target) for page, target in named if target not in targets} == set()


def invocations() -> Iterator[tuple[str, list[str]]]:
    for page in pages():
        for found in INVOCATION.findall(page.read_text(encoding="utf-8")):
            yield page.relative_to(ROOT).as_posix(), found.split()[1:]


def fault(command: Any, words: list[str]) -> str | None:
    """What is wrong with a command line: no such command, or no such option."""
    while getattr(command, "commands", None) and words and re.fullmatch(r"[a-z-]+", words[0]) and words[0][0] != "-":
        if words[0] not in command.commands:
            return f"no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    used = {word.split("=")[0].rstrip(".,:”") for word in words if word.startswith("--")}
    return f"no option {sorted(used - known)}" if used - known else None


def test_every_command_line_that_a_page_shows_can_be_typed() -> None:
    import typer

    from iso_qms.faces.cli.app import app

    root = typer.main.get_command(app)
    shown = list(invocations())
    assert len(shown) > 20
    wrong = [(page, " ".join(words), said) for page, words in shown if (said := fault(root, words))]
    assert wrong == []


def shown_python(page: Path) -> str:
    """What a page shows of Python, as one program."""
    return "\n".join(FENCED_PYTHON.findall(page.read_text(encoding="utf-8")))


STORIES = [page.relative_to(ROOT).as_posix() for page in pages() if shown_python(page)]


@pytest.mark.parametrize("name", STORIES)
def test_the_library_works_as_a_page_shows_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "procedures").symlink_to(ROOT / "procedures")
    ran = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:iso_qms", "-c", shown_python(ROOT / name)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_the_readmes_show_the_library_in_a_dozen_lines() -> None:
    for name in READMES:
        lines = [line for line in shown_python(ROOT / name).splitlines() if line.strip()]
        assert 8 <= len(lines) <= 16


def as_pattern(line: str) -> re.Pattern[str]:
    """The line of a picture, whose numbers and days are another office's tomorrow."""
    return re.compile(re.sub(r"\d+", r"\\d+", re.escape(line).replace("…", ".+")))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), [*zip(READMES, ("en", "vi"), strict=True)])
def test_the_demo_ends_as_the_readme_shows_it(name: str, language: str, tmp_path: Path) -> None:
    (tmp_path / "procedures").symlink_to(ROOT / "procedures")
    ran = subprocess.run(
        [sys.executable, "-m", "iso_qms.faces.cli.demo"],
        cwd=tmp_path,
        env={**os.environ, "ISO_QMS_LANG": language},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = ran.stdout.splitlines()
    (shown,) = PICTURE.findall((ROOT / name).read_text(encoding="utf-8"))
    lines = [line for line in shown.splitlines() if line.strip()]
    assert len(lines) > 8
    assert [line for line in lines if not any(as_pattern(line).fullmatch(each) for each in told)] == []
