"""Persons at the command line: accounts, secrets, roles, mandates, units, chains and change requests."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell


def typed(words: list[str], answers: list[str], folder: Path) -> tuple[int, str]:
    """A call at a real terminal, where somebody answers each question; its exit code and what the terminal showed."""
    master, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISO_QMS_PASSWORD")}
    process = subprocess.Popen(
        [sys.executable, "-m", "iso_qms", *words],
        stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder, start_new_session=True,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(terminal)
    shown, asked = b"", 0
    try:
        while piece := read_soon(master):
            shown += piece
            if answers and shown[asked:].endswith(b": "):
                os.write(master, answers.pop(0).encode() + b"\n")
                asked = len(shown)
    finally:
        os.close(master)
        code = process.wait(timeout=60)
    return code, shown.decode()


def read_soon(terminal: int) -> bytes:
    """What comes next from a terminal, nothing when the other side has ended."""
    if not select.select([terminal], [], [], 60)[0]:
        raise TimeoutError("nothing came from the terminal for a minute")
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_an_account_is_added_and_its_name_is_never_given_again(shell: Shell) -> None:
    added = shell.done(["person", "add", "Moi", "--name", "Cán bộ Mới", "--role", "drafter", "--position", "Công chức"])
    assert added.lines == ["Đã thêm moi – Cán bộ Mới (soạn thảo).", "Bước tiếp: iso-qms person password moi"]
    shell.done(["person", "deactivate", "moi", "--reason", "Chuyển công tác"])
    assert "không bao giờ được cấp lại" in shell(["person", "add", "moi", "--name", "Người khác"]).err
    found = {each["login"]: each for each in shell.done("person list --json").json}
    assert found["moi"] == {
        "login": "moi", "name": "Cán bộ Mới", "position": "Công chức", "roles": ["drafter"], "unit": None,
        "active": False, "has_password": False,
    }  # fmt: skip
    assert "đã ngừng" in next(line for line in shell.done("person list").lines if line.startswith("moi"))


def test_roles_come_and_go_and_a_person_is_corrected_and_erased(shell: Shell) -> None:
    assert shell.done("person grant soan reviewer").out == "soan nay có vai trò soát xét.\n"
    assert shell("person grant soan reviewer").code == 3
    assert shell.done("person revoke soan reviewer").out == "soan không còn vai trò soát xét.\n"
    shell.done(["person", "change", "soan", "--name", "Lê Thị Soạn Mới", "--position", "Chuyên viên"])
    shell.done(["person", "deactivate", "soan", "--reason", "Nghỉ"])
    shell.done(["person", "reactivate", "soan", "--reason", "Trở lại"])
    named = {each["login"]: each["name"] for each in shell.done("person list --json").json}
    assert named["soan"] == "Lê Thị Soạn Mới"
    shell.done(["person", "erase", "soan", "--legal-basis", "Luật 91/2025/QH15"])
    named = {each["login"]: each["name"] for each in shell.done("person list --json").json}
    assert named["soan"].startswith("p_")
    assert shell.done("audit verify --json").json["erased"] >= 2


def test_a_password_is_changed_by_its_owner_with_the_old_one(shell: Shell) -> None:
    new = "mat-khau-hoan-toan-moi"
    assert shell("person password soan", new).code == 3  # the old one is not known
    assert shell("person password soan", new, ISO_QMS_OLD_PASSWORD="sai-mat-khau-9").code == 3
    assert shell("person password soan", "ngan", ISO_QMS_OLD_PASSWORD=secret_of("soan")).code == 3
    assert shell.done("person password soan", new, ISO_QMS_OLD_PASSWORD=secret_of("soan")).code == 0
    assert shell("person password soan", "x" * 12, ISO_QMS_OLD_PASSWORD=secret_of("soan")).code == 3
    assert shell.done("person password soan", "x" * 12, ISO_QMS_OLD_PASSWORD=new).code == 0


def test_a_password_that_was_reset_must_be_changed_before_signing(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    shell.done("person password xemxet --reset", "dat-lai-tam-thoi")
    assert "phải đổi mật khẩu" in shell.done("person list").out
    refused = shell("sign QT-01 --by xemxet", "dat-lai-tam-thoi")
    assert (refused.code, "hãy tự đổi" in refused.err) == (3, True)
    shell.done("person password xemxet", "cua-rieng-toi-1", ISO_QMS_OLD_PASSWORD="dat-lai-tam-thoi")
    shell.done("sign QT-01 --by xemxet", "cua-rieng-toi-1")


def test_without_a_terminal_and_without_a_secret_nothing_is_signed(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    told = shell("sign QT-01 --by xemxet")
    assert told.code == 3
    assert "ISO_QMS_PASSWORD" in told.err


def test_at_a_terminal_the_secret_is_asked_for_and_not_shown(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    code, shown = typed(["sign", "QT-01", "--by", "xemxet"], [secret_of("xemxet")], shell.folder)
    assert code == 0, shown
    before, _, after = shown.partition("Mật khẩu của xemxet:")
    assert "Sắp ký: QT-01 “Kiểm soát thông tin dạng văn bản”, phiên bản 1 (01/00), thay đổi lớn." in before
    assert "Tệp: QT-01.docx" in before and "SHA-256: " in before and after
    assert "Đã ký (soát xét)" in shown
    assert secret_of("xemxet") not in shown


def test_at_a_terminal_a_new_password_is_typed_twice(shell: Shell) -> None:
    shell.done(["person", "add", "moi", "--name", "Cán bộ Mới"])
    code, shown = typed(["person", "password", "moi"], ["mat-khau-moi-1", "mat-khau-khac-1"], shell.folder)
    assert (code, "hai lần nhập không giống nhau" in shown) == (2, True)
    code, shown = typed(["person", "password", "moi"], ["mat-khau-moi-1", "mat-khau-moi-1"], shell.folder)
    assert code == 0, shown
    answers = ["mat-khau-moi-1", "mat-khau-moi-2", "mat-khau-moi-2"]
    code, shown = typed(["person", "password", "moi"], answers, shell.folder)
    assert (code, "Mật khẩu cũ của moi" in shown) == (0, True)


def test_where_every_act_needs_the_secret_none_goes_without(shell: Shell) -> None:
    shell.done("policy secret_for_every_act on")
    words = ["draft", str(DOCX), "--reason", "x", "--by", "soan"]
    assert shell(words).code == 3
    shell.done(words, secret_of("soan"))
    last = shell.done("history QT-01 --json").json[-1]
    assert last["who"] == "Lê Thị Soạn"


def test_who_entered_an_act_for_somebody_is_shown_beside_them(shell: Shell) -> None:
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan", "--revision", "1"], secret_of("soan"))
    first, second = shell.done("history QT-01 --json").json
    assert first["who"].startswith("Lê Thị Soạn (do operator:")
    assert first["who"].endswith(" nhập)")
    assert second["who"] == "Lê Thị Soạn"
    for line in ("history QT-01", "show QT-01", "audit log", "explain QT-01 --version 1"):
        assert "p_" not in shell(line).out.replace("p_reason", "")


def test_the_account_can_be_set_instead_of_given_each_time(shell: Shell) -> None:
    told = shell(["draft", str(DOCX), "--reason", "x"])
    assert (told.code, "--by" in told.err) == (2, True)
    Path("iso-qms.toml").write_text('by = "soan"\n', encoding="utf-8")
    assert shell.done(["draft", str(DOCX), "--reason", "x"]).lines[-1] == "Bước tiếp: iso-qms submit QT-01"
    shell.done("submit QT-01")


def test_a_deputy_signs_under_a_mandate_and_the_signature_says_so(shell: Shell) -> None:
    words = "mandate grant xemxet thuky --role reviewer --capacity TUQ --since 01/01/2026 --until 31/12/2099"
    granted = shell.done([*words.split(), "--legal-basis", "Giấy ủy quyền 3/GUQ-UBND"])
    assert "thuky được ký thay xemxet (soát xét) từ 01/01/2026 đến 31/12/2099" in granted.out
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    signed = shell.done("sign QT-01 --by thuky", secret_of("thuky"))
    assert signed.lines[0].endswith("Đặng Thị Thư (TUQ. Trần Văn Xem).")
    found = shell.done("mandate list --json").json
    assert [(each["principal"], each["holder"], each["revoked"]) for each in found] == [
        ("Trần Văn Xem", "Đặng Thị Thư", False)
    ]
    shell.done(["mandate", "revoke", str(found[0]["pos"]), "--reason", "Đi làm lại"])
    assert "đã thu hồi" in shell.done("mandate list").out
    endless = shell([*words.split()[:-2], "--legal-basis", "x"])
    assert (endless.code, "phải có ngày kết thúc" in endless.err) == (2, True)


def test_units_come_and_go_with_a_successor(shell: Shell) -> None:
    shell.done(["unit", "add", "VP", "--name", "Văn phòng", "--since", "01/07/2025"])
    shell.done(["unit", "add", "TP", "--name", "Tư pháp", "--parent", "VP", "--since", "2025-07-01"])
    ended = shell.done("unit end TP --how merged --since 01/01/2026 --decision 9/NQ-HĐND --successor VP")
    assert ended.out == "Đơn vị TP: sáp nhập từ 01/01/2026; đơn vị kế thừa: VP.\n"
    found = shell.done("unit list --json").json
    assert [(each["code"], each["ended"], each["successor"]) for each in found] == [
        ("VP", None, None), ("TP", "2026-01-01", "VP"),
    ]  # fmt: skip
    assert "Văn phòng" in shell.done("unit list").out
    gone = shell(["draft", str(DOCX), "--reason", "x", "--by", "soan", "--unit", "TP"])
    assert (gone.code, "đơn vị kế thừa VP" in gone.err) == (3, True)


def test_the_chains_of_the_office_are_loaded_and_the_fitting_one_is_taken(shell: Shell) -> None:
    assert [each["name"] for each in shell.done("chain list --json").json] == ["mac-dinh"]
    shell.done(["chain", "load", str(ROOT / "procedures" / "chains.toml")])
    assert "hai-soat-xet" in shell.done("chain list").out
    shown = shell.done("chain show hai-soat-xet --json").json
    assert [(step["key"], step["quorum"]) for step in shown["steps"]] == [("soat-xet", 2), ("phe-duyet", 1)]
    assert "Phê duyệt" in shell.done("chain show hai-soat-xet").out
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan", "--kind", "policy"])
    assert "theo luồng “hai-soat-xet”" in shell.done("submit QT-01 --by soan").out
    assert "(xemxet2, duyet)" not in shell.done("sign QT-01 --by xemxet", secret_of("xemxet")).out


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "[[chain]]\nname = 3",
        "[chain]\nname = 'x'",
        "[[chain]]\nname = 'x'\n[[chain.step]]\nkey = 'a'",
        "[[chain]]\nname = 'x'\n[[chain.step]]\nkey = 'a'\nmeaning = 'review'\nrole = 'reviewer'",
        "[[chain]]\nname = 'x'\n[[chain.step]]\nkey = 'a'\nmeaning = 'approval'\nrole = 'king'",
        "[[chain]]\nname = 'x'\n[[chain.step]]\nkey = 'a'\nmeaning = 'approval'\nrole = 'approver'\nquorum = 0",
        "[[chain]]\nname = 'x'\n[[chain.step]]\nkey = 'a'\nmeaning = 'approval'\npersons = 'soan'",
    ],
)
def test_a_chain_that_could_lower_the_bar_or_makes_no_sense_is_refused(text: str, shell: Shell) -> None:
    (shell.folder / "chains.toml").write_text(text, encoding="utf-8")
    told = shell("chain load chains.toml")
    assert (told.code, len(told.err.splitlines())) == (2, 1)
    assert [each["name"] for each in shell.done("chain list --json").json] == ["mac-dinh"]


def test_a_change_is_asked_for_decided_and_answered_by_a_version(shell: Shell) -> None:
    filed = shell.done(
        [
            "request",
            "file",
            "--reason",
            "Luật thay đổi",
            "--document",
            "QT-01",
            "--legal-basis",
            "Luật 1",
            "--by",
            "soan",
        ]
    )
    assert filed.lines[0] == "Đã lập phiếu đề nghị số 1."
    words = ["draft", str(DOCX), "--reason", "x", "--by", "soan", "--request", "1"]
    assert shell(words).code == 3  # it is not accepted yet
    assert shell("request decide 1 --accept --refuse --reason x --by thuky").code == 2
    assert shell("request decide 1 --accept --reason x --by soan").code == 3
    shell.done("request decide 1 --accept --reason Đúng --by thuky")
    shown = shell.done("request show 1 --json").json
    assert (shown["accepted"], shown["documents"], shown["decided_reason"]) == (True, ["QT-1"], "Đúng")
    assert "Luật thay đổi" in shell.done("request show 1").out
    assert "đã chấp nhận" in shell.done("request list").out
    shell.done(words)
