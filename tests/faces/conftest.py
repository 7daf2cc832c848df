"""A desk with a store of its own: nine people with secrets, and a Word file to begin with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from iso_qms.qms import Qms
from tests.contract.places import ROOT
from tests.support.office import AUTHORITY, CHEAP, PEOPLE, secret_of
from tests.support.office_fixtures import desk
from tests.support.shell import Shell

__all__ = ["DOCX", "bare", "desk", "issued", "made", "shell"]

DOCX = ROOT / "procedures" / "QT-01" / "QT-01.docx"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on this machine's own clock, as the command line uses it."""
    folder = tmp_path_factory.mktemp("made")
    qms = Qms.create(
        f"sqlite:///{folder}/qms.db", folder / "files", operator="vanthu", authority=AUTHORITY, hasher=CHEAP
    )
    with qms:
        for login, (name, roles) in PEOPLE.items():
            qms.staff.add(login, name=name, by=None, roles=roles)
            qms.staff.set_secret(login, secret_of(login), by=None)
    return folder


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """A desk without a store."""
    yield Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def shell(bare: Shell, made: Path) -> Shell:
    """A desk whose store knows the nine people of the office."""
    shutil.copytree(made, bare.folder, dirs_exist_ok=True)
    return bare


@pytest.fixture
def issued(shell: Shell) -> Shell:
    """A desk with QT-01 approved and issued for 01/01/2030."""
    shell.done(["draft", str(DOCX), "--reason", "Ban hành lần đầu", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    shell.done("sign QT-01 --by xemxet", secret_of("xemxet"))
    shell.done("sign QT-01 --by duyet", secret_of("duyet"))
    shell.done("issue QT-01 --effective 01/01/2030 --decision 15/QĐ-UBND --by duyet")
    return shell
