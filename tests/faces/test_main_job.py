"""The main job at the command line: from a Word file to the version in force, in words an officer understands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell

ACCEPTANCE = ROOT.parent / "shared" / "acceptance"


def test_a_word_file_becomes_the_version_in_force_and_each_line_says_what_comes_next(bare: Shell) -> None:
    assert "Bước tiếp: iso-qms person add" in bare.done("init").out
    bare.done(["person", "add", "soan", "--name", "Cán bộ soạn thảo", "--role", "drafter"])
    bare.done(["person", "add", "xemxet", "--name", "Cán bộ xem xét", "--role", "reviewer"])
    bare.done(["person", "add", "duyet", "--name", "Người phê duyệt", "--role", "approver", "--role", "issuer"])
    for login in ("soan", "xemxet", "duyet"):
        assert bare.done(f"person password {login}", secret_of(login)).out == f"Đã đặt mật khẩu của {login}.\n"
    drafted = bare.done(["draft", str(DOCX), "--reason", "Ban hành lần đầu", "--by", "soan"])
    assert drafted.lines[0] == "Đã ghi dự thảo phiên bản 1 (01/00) của QT-01 “Kiểm soát thông tin dạng văn bản”."
    assert drafted.lines[-1] == "Bước tiếp: iso-qms submit QT-01 --by soan"
    submitted = bare.done("submit QT-01 --by soan")
    assert submitted.lines[-2:] == ["Đang chờ: Soát xét (xemxet).", "Bước tiếp: iso-qms sign QT-01 --by xemxet"]
    author = bare("sign QT-01 --by soan", secret_of("soan"))
    assert (author.code, author.out) == (3, "")
    assert "người soạn thảo" in author.err
    assert bare.done("sign QT-01 --by xemxet", secret_of("xemxet")).lines[-1].endswith("sign QT-01 --by duyet")
    early = bare("issue QT-01 --effective 2030-01-01 --decision 15/QĐ-UBND --by duyet")
    assert early.code == 3
    assert "Phê duyệt" in early.err
    signed = bare.done("sign QT-01 --by duyet", secret_of("duyet"))
    assert signed.lines[-1] == 'Bước tiếp: iso-qms issue QT-01 --effective NGÀY --decision "SỐ" --by duyet'
    issued = bare.done("issue QT-01 --effective 2030-01-01 --decision 15/QĐ-UBND --by duyet")
    assert "theo quyết định 15/QĐ-UBND, hiệu lực từ 01/01/2030" in issued.out
    assert bare.done("audit verify").lines[-1].startswith("Tất cả đều khớp")


def test_a_check_answers_on_both_sides_of_midnight(issued: Shell) -> None:
    now = issued("check QT-01 --version 1 --json")
    assert (now.code, now.json["reason"], now.json["deadline"]) == (3, "NOT_YET_IN_FORCE", "2030-01-01T00:00:00+07:00")
    before = issued("check QT-01 --version 1 --at 2029-12-31T23:59:59+07:00")
    assert (before.code, before.lines[0]) == (3, "Phiên bản 01/00 của QT-01 chỉ có hiệu lực từ 01/01/2030 00:00.")
    after = issued.done("check QT-01 --version 1 --at 2030-01-01T00:00:00+07:00 --json")
    assert (after.json["verdict"], after.json["reason"]) == ("allow", "CURRENT")
    assert set(after.json) == {
        "verdict", "reason", "action", "document", "asked", "current", "pinned", "remedy", "deadline", "at", "known",
        "pos", "freshness", "message",
    }  # fmt: skip


def test_a_document_that_nobody_knows_is_unknown_and_neither_yes_nor_no(issued: Shell) -> None:
    told = issued("check QT-99 --version 1")
    assert (told.code, told.lines[1].split()[1]) == (4, "UNKNOWN_DOCUMENT,")
    assert issued("show QT-99").code == 4


def test_a_day_that_is_over_is_issued_with_a_reason_and_the_past_stays(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "Ban hành lần đầu", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    shell.done("sign QT-01 --by xemxet", secret_of("xemxet"))
    shell.done("sign QT-01 --by duyet", secret_of("duyet"))
    late = "issue QT-01 --effective 2026-01-05 --decision 1/QĐ --by duyet"
    assert shell(late).code == 3
    told = shell.done([*late.split(), "--reason", "Văn bản đến chậm"])
    assert "quá khứ không thay đổi" in told.out
    assert shell("check QT-01 --at 2026-01-06").code == 3
    assert shell.done("check QT-01").lines[0] == "Phiên bản 01/00 của QT-01 đang có hiệu lực."


def test_a_changed_row_is_named_and_the_exit_code_says_so(issued: Shell) -> None:
    import sqlite3

    connection = sqlite3.connect(issued.folder / "qms.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE qms_issue SET decision = '99/QĐ-GIẢ'")
    connection.commit()
    connection.close()
    told = issued("audit verify")
    assert told.code == 1
    assert "cột “decision” là “99/QĐ-GIẢ”, nhật ký ghi “15/QĐ-UBND”" in told.out
    broken = issued("audit verify --json")
    assert (broken.code, broken.json["holds"]) == (1, False)
    assert any(each["place"] == "qms_issue" for each in broken.json["broken"])


def test_long_work_shows_a_bar_at_a_terminal_and_nothing_elsewhere(
    issued: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from iso_qms.faces.cli import progress

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    drawn = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert issued.done("audit verify").err == ""
    with monkeypatch.context() as at_a_terminal:
        at_a_terminal.setattr("sys.stderr", drawn)
        assert issued.done("audit verify").out
    assert "nhật ký" in drawn.getvalue() and "100%" in drawn.getvalue()


def test_alone_it_shows_the_main_job_and_what_waits(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "Ban hành lần đầu", "--by", "soan"])
    told = shell.done([])
    for command in ("draft", "submit", "sign", "issue", "check"):
        assert f"iso-qms {command}" in told.out
    assert "QT-01 phiên bản 1 (01/00) – chờ trình ký: iso-qms submit QT-01" in told.out


def test_alone_without_a_store_it_says_how_to_begin(bare: Shell) -> None:
    assert "Bước tiếp: iso-qms init" in bare.done([]).out


def test_alone_with_an_empty_store_it_says_whom_to_add(bare: Shell) -> None:
    bare.done("init")
    assert "Bước tiếp: iso-qms person add" in bare.done([]).out


@pytest.mark.slow
@pytest.mark.skipif(not (ACCEPTANCE / "01-register-script").exists(), reason="the acceptance scripts are not here")
def test_the_register_script_runs_as_written(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("iso-qms", "python"):
        program = tmp_path / ".venv" / "bin" / name
        call = "-m iso_qms " if name == "iso-qms" else ""
        program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {call}"$@"\n')
        program.chmod(0o755)
    (tmp_path / "procedures").mkdir()
    shutil.copy(DOCX, tmp_path / "procedures")
    ran = subprocess.run(
        ["bash", str(ACCEPTANCE / "01-register-script")], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "register script ok" in ran.stdout


def test_the_main_job_is_the_same_on_postgresql(bare: Shell, new_postgres_url: Callable[[], str]) -> None:
    store = {"ISO_QMS_STORE": new_postgres_url()}
    bare.done(["init", "--authority", "UBND xã Thanh Bình"], **store)
    for login, role in (("soan", "drafter"), ("xemxet", "reviewer"), ("duyet", "approver")):
        more = ["--role", "issuer"] if login == "duyet" else []
        bare.done(["person", "add", login, "--name", f"Cán bộ {login}", "--role", role, *more], **store)
        bare.done(f"person password {login}", secret_of(login), **store)
    bare.done(["draft", str(DOCX), "--reason", "Ban hành lần đầu", "--by", "soan"], **store)
    bare.done("submit QT-01 --by soan", **store)
    for login in ("xemxet", "duyet"):
        bare.done(f"sign QT-01 --by {login}", secret_of(login), **store)
    bare.done("issue QT-01 --effective 01/01/2030 --decision 15/QĐ-UBND --by duyet", **store)
    assert bare("check QT-01 --version 1", **store).code == 3
    assert bare.done("check QT-01 --version 1 --at 01/01/2030 --json", **store).json["reason"] == "CURRENT"
    assert bare.done("list --at 01/01/2030 --json", **store).json[0]["code"] == "QT-01"
    assert "secret" not in bare.done("doctor", **store).out
    assert bare.done("audit verify", **store).lines[-1].startswith("Tất cả đều khớp")
