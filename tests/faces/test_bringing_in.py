"""Import at the command line: a report first, then by policy and on somebody's word; again, nothing new."""

from __future__ import annotations

import shutil

import pytest

from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell

APPLY = "--apply --by thuky --issuer duyet --decision 12/QĐ-UBND --known-from 01/03/2026"


@pytest.fixture
def folder(shell: Shell) -> str:
    """Two procedures as an office has them, and a file that is no Word file in spite of its name."""
    place = shell.folder / "cũ"
    place.mkdir()
    for found in (DOCX, ROOT / "procedures" / "QT-02" / "QT-02.docx"):
        shutil.copy(found, place)
    (place / "hỏng.docx").write_bytes(b"no zip")
    return str(place)


def test_the_report_stores_nothing_and_names_what_it_could_not_read(shell: Shell, folder: str) -> None:
    told = shell(["import", folder])
    assert told.code == 1, "a file that could not be read is not passed over in silence"
    assert "QT-01" in told.out and "QT-02" in told.out and "hỏng.docx" in told.out
    assert "iso-qms import" in told.out and "--apply" in told.out
    assert shell.done("list --json").json == []


def test_what_was_approved_on_paper_comes_in_once_and_by_policy(shell: Shell, folder: str) -> None:
    closed = shell(["import", folder, *APPLY.split()], secret_of("duyet"))
    assert closed.code != 0 and "iso-qms policy adoption on" in closed.out + closed.err
    assert shell("show QT-01").code == 4, "nothing is half done while the policy is off"
    shell.done("policy adoption on")
    told = shell.done(["import", folder, *APPLY.split()], secret_of("duyet"))
    assert "✓ QT-01" in told.out and "✓ QT-02" in told.out
    assert [line["code"] for line in shell.done("list --json").json] == ["QT-01", "QT-02"]
    assert shell.done("list --at 01/04/2026 --json").json == [], "nothing is put back in time"
    again = shell(["import", folder])
    assert "--apply" not in again.out, "nothing is left to bring in"
    shell.done("audit verify")
