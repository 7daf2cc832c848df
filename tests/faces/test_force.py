"""Acts that decide when a version governs, at the command line: emergencies, suspensions, withdrawals, old versions."""

from __future__ import annotations

from datetime import datetime, timedelta

from iso_qms.domain.civil import OFFICE_ZONE
from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell


def day(ahead: int = 0) -> str:
    """A day of the office from today on, as officers write it."""
    return f"{datetime.now(OFFICE_ZONE) + timedelta(days=ahead):%d/%m/%Y}"


def draft(shell: Shell, *more: str) -> None:
    shell.done(["draft", str(DOCX), "--reason", "Theo yêu cầu", "--by", "soan", *more])


def approve(shell: Shell, number: int, *more: str) -> None:
    annex = shell.folder / "phu-luc.txt"
    annex.write_text(f"Phụ lục của phiên bản {number}", encoding="utf-8")
    draft(shell, str(annex), "--new", "--revision", str(number - 1), *more)
    shell.done(f"submit QT-01 --by soan --version {number}")
    for login in ("xemxet", "duyet"):
        shell.done(f"sign QT-01 --by {login} --version {number}", secret_of(login))


def test_an_emergency_issue_lapses_unless_it_is_ratified(shell: Shell) -> None:
    shell.done(["chain", "load", str(ROOT / "procedures" / "chains.toml")])
    draft(shell)
    shell.done("submit QT-01 --by soan --emergency")
    shell.done("sign QT-01 --by duyet", secret_of("duyet"))
    without_end = shell(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    assert (without_end.code, "--until" in without_end.err) == (3, True)
    told = shell.done(
        ["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--until", day(9), "--by", "duyet"]
    )
    assert "! Ban hành khẩn cấp: hết hiệu lực lúc" in told.out
    changes = shell.done("changes --json").json
    assert [each["what"] for each in changes] == ["emergency_ends"]
    assert "bản ban hành khẩn cấp hết hiệu lực" in shell.done("changes").out
    assert shell(["ratify", "QT-01", "--decision", "2/QĐ", "--by", "duyet"]).code == 3
    shell.done("submit QT-01 --by soan --version 1")
    shell.done("sign QT-01 --by xemxet", secret_of("xemxet"))
    shell.done("sign QT-01 --by duyet", secret_of("duyet"))
    assert "không còn tự hết hiệu lực" in shell.done("ratify QT-01 --decision 2/QĐ --by duyet").out
    assert shell.done("changes").out == "Không có thay đổi nào đang chờ.\n"


def test_receiving_is_suspended_and_resumed(shell: Shell) -> None:
    approve(shell, 1)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    told = shell.done(["suspend", "QT-01", "--reason", "Mất điện", "--by", "thuky", "--until", day(3)])
    assert "ngưng tiếp nhận" in told.out
    assert shell("check QT-01").code == 3
    assert "! ngưng tiếp nhận" in shell.done("show QT-01").out
    resumed = shell.done(["resume", "QT-01", "--reason", "Có điện", "--by", "thuky"])
    assert resumed.lines == ["Đã áp dụng trở lại QT-01.", "Đang có hiệu lực: phiên bản 1 (01/00)."]
    shell.done("check QT-01")
    nothing = shell("resume QT-01 --reason x --by thuky")
    assert (nothing.code, nothing.out) == (3, "")


def test_a_planned_version_is_rescinded_and_never_governs(issued: Shell) -> None:
    assert shell_in_force(issued, "2030-02-01") == 1
    told = issued.done(["rescind", "QT-01", "--reason", "Quyết định bị thu hồi", "--by", "duyet"])
    assert "không bao giờ có hiệu lực" in told.out
    assert shell_in_force(issued, "2030-02-01") is None
    assert issued("rescind QT-01 --reason x --by duyet").code == 3


def shell_in_force(shell: Shell, at: str) -> int | None:
    found: int | None = shell.done(f"show QT-01 --at {at} --json").json["in_force"]
    return found


def test_an_old_version_comes_back_by_a_new_decision(shell: Shell) -> None:
    approve(shell, 1)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    approve(shell, 2)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "2/QĐ", "--by", "duyet", "--transition", "elect"])
    assert shell.done("check QT-01 --json").json["current"]["number"] == 2
    words = ["reinstate", "QT-01", "--version", "1", "--effective", day(5), "--decision", "3/QĐ", "--by", "duyet"]
    shell.done([*words, "--reason", "Không phù hợp thực tế"])
    planned = shell.done("changes --json").json
    assert [(each["what"], each["label"]) for each in planned] == [("starts", "01/00")]


def test_a_document_ends_and_its_dossiers_may_finish(shell: Shell) -> None:
    approve(shell, 1)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    words = ["withdraw", "QT-01", "--effective", day(2), "--decision", "4/QĐ", "--by", "duyet"]
    told = shell.done([*words, "--reason", "Bãi bỏ thủ tục", "--sunset", day(30)])
    assert f"hết hiệu lực từ {day(2)} theo quyết định 4/QĐ" in told.out
    assert [each["what"] for each in shell.done("changes --json").json] == ["withdrawn", "sunset"]
    later = shell(["check", "QT-01", "--at", day(3)])
    assert (later.code, "WITHDRAWN" in later.out) == (3, True)


def test_a_submission_goes_back_to_its_drafter_and_a_draft_is_given_up(shell: Shell) -> None:
    draft(shell)
    shell.done("submit QT-01 --by soan")
    returned = shell.done(["return", "QT-01", "--reason", "Thiếu thời hạn", "--by", "xemxet"])
    assert returned.lines[-1] == 'Bước tiếp: iso-qms draft TỆP --reason "…" --by soan'
    assert shell.done(["abandon", "QT-01", "--reason", "Không cần", "--by", "soan"]).out == (
        "Đã bỏ dự thảo phiên bản 1 (01/00) của QT-01.\n"
    )


def test_a_version_that_missed_an_urgent_fix_is_issued_only_by_who_has_looked(shell: Shell) -> None:
    approve(shell, 1)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    approve(shell, 2)
    approve(shell, 3)
    shell.done(["issue", "QT-01", "--version", "3", "--effective", day(), "--decision", "3/QĐ", "--by", "duyet"])
    words = ["issue", "QT-01", "--version", "2", "--effective", day(5), "--decision", "2/QĐ", "--by", "duyet"]
    refused = shell(words)
    assert (refused.code, "--base-checked" in refused.err) == (3, True)
    assert "bản gốc đã đổi" in shell.done("tasks").out
    shell.done([*words, "--base-checked"])


def test_the_old_version_is_still_accepted_during_the_grace(shell: Shell) -> None:
    approve(shell, 1)
    shell.done(["issue", "QT-01", "--effective", day(), "--decision", "1/QĐ", "--by", "duyet"])
    approve(shell, 2)
    shell.done(
        ["issue", "QT-01", "--effective", day(), "--decision", "2/QĐ", "--by", "duyet", "--accept-old-until", day(10)]
    )
    told = shell("check QT-01 --version 1 --json")
    assert (told.code, told.json["verdict"], told.json["reason"]) == (0, "warn", "GRACE")
