"""What lies in the repository is source: readable, whole, and nobody's secret."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.contract.places import PACKAGE, ROOT, tracked

LARGEST = 1024 * 1024
GENERATED = {".db", ".db-wal", ".db-shm", ".sqlite", ".pyc", ".whl", ".so", ".zip", ".gz", ".log"}
BINARY = {".docx", ".doc", ".odt", ".rtf", ".pdf", ".png", ".jpg", ".mo", ".ttf", ".otf", ".woff2", ".ico", ".xlsx"}

UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|lorem ip" + r"sum)\b|raise NotImpl" + r"ementedError")
SOMEBODY_S_MACHINE = re.compile(r"(?<![\w.~])/(?:root|home/[a-z]\w*|Users/\w+|wo" + r"rk)/\w")
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE " + r"KEY-----\s+[A-Za-z0-9+/=]{40}"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a token": re.compile(r"\b(?:ghp|gho|github_pat|glpat|xox[bp])[_-]\w{20,}"),
    "an address with a password": re.compile(
        r"\b(?:postgresql|postgres|https?)(?:\+\w+)?://[^\s:/@'\"{}<>]+:[^\s:/@'\"{}<>]{6,}@(?!localhost)"
    ),
}


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        if path.suffix.lower() in BINARY:
            continue
        found.append((path.relative_to(ROOT).as_posix(), path.read_bytes().decode("utf-8", errors="surrogateescape")))
    return found


@pytest.fixture(scope="module")
def every_text() -> list[tuple[str, str]]:
    return texts()


def test_nothing_is_kept_that_a_program_made_for_itself() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if Path(name).suffix.lower() in GENERATED] == []


def test_nothing_is_large() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_every_text_is_utf_8_with_plain_line_ends(every_text: list[tuple[str, str]]) -> None:
    broken = [name for name, text in every_text if any("\ud800" <= letter <= "\udfff" for letter in text)]
    returns = [name for name, text in every_text if "\r" in text and "tests/" not in name]
    assert (broken, returns) == ([], [])


def test_every_text_is_spelt_in_nfc(every_text: list[tuple[str, str]]) -> None:
    assert [name for name, text in every_text if not unicodedata.is_normalized("NFC", text)] == []


def test_nothing_is_left_for_later_in_the_program(every_text: list[tuple[str, str]]) -> None:
    ours = PACKAGE.name
    left = [
        f"{name}: {found.group()}"
        for name, text in every_text
        if name.startswith((ours, "plugins", "tools", "benchmarks"))
        if (found := UNFINISHED.search(text))
    ]
    assert left == []


def test_no_path_of_somebody_s_machine_is_written_down(every_text: list[tuple[str, str]]) -> None:
    paths = [f"{name}: {found.group()}" for name, text in every_text if (found := SOMEBODY_S_MACHINE.search(text))]
    assert paths == []


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_is_kept(kind: str, every_text: list[tuple[str, str]]) -> None:
    kept = [name for name, text in every_text if SECRETS[kind].search(text)]
    assert kept == []


def test_the_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked()
        if page.suffix == ".md"
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []
