"""Nothing that somebody types or hands over ends in a traceback: one sentence, an exit code, nothing left behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell

LONG = "x" * 1_000_000
LINES = [
    ["check", "QT-01", "--at", "hôm qua"],
    ["check", "QT-01", "--at", "2026-02-30"],
    ["check", "QT-01", "--at", "30/02/2026"],
    ["check", "QT-01", "--at", "2026-01-01T08:00:00"],
    ["check", "QT-01", "--at", "0001-01-01T00:00:00+07:00"],
    ["check", "QT-01", "--at", "9999-12-31T23:59:59-07:00"],
    ["check", "QT-01", "--at", "31/12/99999"],
    ["check", "QT-01", "--at", ""],
    ["check", "QT-01", "--at", "٣١/١٢/٢٠٢٦"],
    ["check", "QT-01", "--known", LONG],
    ["check", "QT-01", "--action", "burn"],
    ["check", "QT-01", "--version", "9" * 5000],
    ["check", ""],
    ["check", "; DROP TABLE qms_journal"],
    ["check", "ＱＴ-01"],
    ["check", "QT-01\x00"],
    ["check", "ΟΤ-01"],
    ["show", LONG],
    ["show", "QT\u202e-01"],
    ["history", "../../etc/passwd"],
    ["draft", "/nonexistent.docx", "--reason", "x", "--by", "soan"],
    ["draft", ".", "--reason", "x", "--by", "soan"],
    ["draft", "", "--reason", "x", "--by", "soan"],
    ["draft", str(DOCX), "--reason", "", "--by", "soan"],
    ["draft", str(DOCX), "--reason", LONG, "--by", "soan"],
    ["draft", str(DOCX), "--reason", "x\x1b[31m", "--by", "soan"],
    ["draft", str(DOCX), "--reason", "x", "--by", "khong-co"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--kind", "poem"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--issue", "-1"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--issue", "9" * 30],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--tthc", "abc"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--request", "7"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--unit", "KHONG-CO"],
    ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--title", LONG],
    ["draft", str(DOCX), "--reason", "x"],
    ["submit", "QT-01", "--by", "soan", "--version", "999999999999999999999999"],
    ["issue", "QT-01", "--effective", "9999-12-31", "--decision", "1", "--by", "duyet"],
    ["issue", "QT-01", "--effective", "01/01/2030", "--decision", "", "--by", "duyet", "--until", "2029-01-01"],
    ["issue", "QT-01", "--effective", "01/01/2030", "--decision", "1", "--by", "duyet", "--override", "x"],
    ["suspend", "QT-01", "--reason", "x", "--by", "duyet", "--until", "31/12/2999"],
    ["person", "add", "Tên Lạ", "--name", "x"],
    ["person", "add", "moi", "--name", "\u0000"],
    ["person", "add", "moi", "--name", "x", "--role", "king"],
    ["person", "add", "soan", "--name", "Người khác"],
    ["person", "password", "khong-co"],
    ["chain", "load", "/etc/passwd"],
    ["chain", "load", "/nonexistent.toml"],
    ["chain", "show", LONG],
    [
        "mandate",
        "grant",
        "soan",
        "soan",
        "--role",
        "drafter",
        "--capacity",
        "TM",
        "--legal-basis",
        "x",
        "--since",
        "1/1",
    ],
    ["mandate", "revoke", "99999999999999999999999", "--reason", "x"],
    ["request", "show", "0"],
    ["request", "decide", "1", "--reason", "x", "--by", "thuky"],
    ["audit", "log", "--from", "-99999999999999999999999"],
    ["audit", "search", "--act", "no_such_act"],
    ["audit", "search", "--person", "khong-co"],
    ["audit", "verify", "/etc"],
    ["audit", "export", "--all", "--document", "QT-01", "--to", "bag"],
    ["audit", "review", "--from", "5", "--to", "1", "--findings", "x", "--by", "danhgia"],
    ["backup", "/proc/nowhere/backup"],
    ["restore", str(DOCX)],
    ["list", "--store", "sqlite:////nonexistent/qms.db"],
    ["list", "--store", "mysql://x/y"],
    ["list", "--store", ":::"],
    ["list", "--store", "postgresql://nobody@127.0.0.1:1/none"],
    ["list", "--store", "sqlite:////proc/version"],
    ["read", "/etc"],
    ["read", "/dev/null"],
    ["copy", "check", "ISOQMS1.AAAA"],
    ["diff", "QT-01", "1", "2"],
    ["policy", "secret_for_every_act", "perhaps"],
    ["print", "QT-01", "-o", "/nonexistent/x.pdf", "--by", "duyet"],
    ["unit", "end", "KHONG-CO", "--how", "sold", "--since", "01/01/2026", "--decision", "x"],
]


@pytest.mark.parametrize("words", LINES, ids=[ascii(" ".join(words)[:40]) for words in LINES])
def test_what_makes_no_sense_is_one_sentence_and_leaves_no_act(words: list[str], shell: Shell) -> None:
    size = shell.done("audit verify --json").json["size"]
    told = shell(words)
    assert told.code in (2, 3, 4), (told.code, told.out, told.err)
    assert not (shell.folder / "defects.log").exists(), (shell.folder / "defects.log").read_text(encoding="utf-8")
    assert len(told.err.splitlines()) <= 1
    assert len(told.err) < 1500
    assert "\x1b" not in told.err + told.out
    after = shell.done("audit verify --json").json
    acts = shell.done(["audit", "log", "--from", str(size), "--json"]).json
    assert after["holds"]
    assert {each["act"] for each in acts} <= {"act_refused", "operator_seen"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"%PDF-1.7 broken", os.urandom(5000)])
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(content: bytes, shell: Shell) -> None:
    for name in ("x.docx", "x.pdf", "x.doc", "x"):
        path = shell.folder / name
        path.write_bytes(content)
        for words in (["read", str(path)], ["draft", str(path), "--reason", "x", "--by", "soan"]):
            told = shell(words)
            assert (told.code, told.out) == (2, "")
            assert told.err.strip()


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(bare: Shell) -> None:
    (bare.folder / "taken").write_text("x", encoding="utf-8")
    assert bare(["init", "--files", str(bare.folder / "taken" / "files")]).code == 2
    assert bare(["init", "--store", f"sqlite:///{bare.folder}/taken/qms.db"]).code == 2


def test_a_store_is_never_made_twice(shell: Shell) -> None:
    told = shell("init")
    assert told.code == 2
    assert "không ghi đè" in told.err


def test_a_store_of_something_else_is_no_store(bare: Shell) -> None:
    import sqlite3

    connection = sqlite3.connect(bare.folder / "qms.db")
    connection.execute("CREATE TABLE notes (x)")
    connection.commit()
    connection.close()
    for line in ("list", "check QT-01", "audit verify", "migrate"):
        told = bare(line)
        assert told.code == 2
        assert "iso-qms init" in told.err


def test_a_newer_store_is_refused_with_a_sentence(shell: Shell) -> None:
    import sqlite3

    connection = sqlite3.connect(shell.folder / "qms.db")
    connection.execute("UPDATE qms_schema SET version_num = '9999'")
    connection.commit()
    connection.close()
    for line in ("list", "check QT-01 --version 1", "migrate"):
        told = shell(line)
        assert told.code == 2
        assert "bản iso_qms mới hơn" in told.err


def test_a_journal_that_cannot_be_read_is_told_as_such(issued: Shell) -> None:
    import sqlite3

    connection = sqlite3.connect(issued.folder / "qms.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE qms_journal SET leaf = x'00' WHERE act = 'issued'")
    connection.commit()
    connection.close()
    for line in ("check QT-01 --version 1", "show QT-01", "history QT-01"):
        told = issued(line)
        assert told.code == 2
        assert "audit verify" in told.err
    assert issued("audit verify").code == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    words=st.lists(st.text(max_size=12) | st.sampled_from(["check", "QT-01", "--at", "--version", "--json", "show"]))
)
def test_any_words_end_with_a_known_exit_code(words: list[str], shell: Shell) -> None:
    assert shell(words).code in (0, 2, 3, 4)


def test_a_settings_file_that_makes_no_sense_is_named(shell: Shell) -> None:
    file = Path("iso-qms.toml")
    for text in ("store = ", "colour = 'red'\n", "store = 5\n", "plugins = 3\n", "\xff"):
        file.write_text(text, encoding="latin-1")
        told = shell("list")
        assert told.code == 2
        assert "iso-qms.toml" in told.err
    if os.geteuid():
        file.chmod(0)
        assert "iso-qms.toml" in shell("list").err
        file.chmod(stat.S_IRUSR)


def test_a_wrong_secret_is_refused_recorded_and_locks_after_five(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    for _ in range(5):
        assert shell("sign QT-01 --by xemxet", "sai-mat-khau-9").code == 3
    locked = shell("sign QT-01 --by xemxet", secret_of("xemxet"))
    assert locked.code == 3
    assert "bị khóa sau 5 lần" in locked.err
    assert len(shell.done("audit search --act act_refused --json").json) == 6
