"""Registers at the command line: what was in force, why, who did it; for people and, with stable keys, for programs."""

from __future__ import annotations

from tests.contract.places import ROOT
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell

CHANGED = ROOT / "procedures"


def test_the_master_list_answers_for_any_instant(issued: Shell) -> None:
    assert "Không có tài liệu nào có hiệu lực" in issued.done("list").out
    (line,) = issued.done("list --at 2030-01-01 --json").json
    assert line == {
        "code": "QT-01", "title": "Kiểm soát thông tin dạng văn bản", "kind": "procedure", "unit": None, "number": 1,
        "label": "01/00", "sha256": line["sha256"], "legal_date": "2030-01-01", "start": "2030-01-01T00:00:00+07:00",
        "decision": "15/QĐ-UBND",
    }  # fmt: skip
    assert issued.done("list --at 2030-01-01 --known 2026-01-01 --json").json == []
    text = issued.done("list --at 01/01/2030").out
    assert "Có hiệu lực tại thời điểm 01/01/2030 00:00:" in text
    assert "QT-01" in text and "15/QĐ-UBND" in text


def test_one_document_is_shown_with_its_versions_and_its_plan(issued: Shell) -> None:
    shown = issued.done("show qt.01 --json").json
    assert set(shown) == {"code", "title", "kind", "unit", "tthc", "at", "known", "in_force", "versions", "timeline"}
    assert (shown["code"], shown["in_force"]) == ("QT-01", None)
    assert [entry["start"] for entry in shown["timeline"]] == ["2030-01-01T00:00:00+07:00"]
    assert shown["versions"][0]["files"] == ["QT-01.docx"]
    text = issued.done("show QT-01").out
    assert "Loại: quy trình" in text
    assert "phiên bản 1 (01/00) từ 01/01/2030 00:00, theo quyết định 15/QĐ-UBND" in text
    assert "Có hiệu lực tại thời điểm 01/02/2030 00:00: phiên bản 1" in issued.done("show QT-01 --at 01/02/2030").out


def test_why_a_version_governs_is_told_as_a_chain_of_entries_with_names(issued: Shell) -> None:
    told = issued.done("explain QT-01 --at 2030-02-01")
    assert told.lines[0] == "Phiên bản 01/00 của QT-01 đang có hiệu lực."
    assert "Trần Văn Xem: ký phiên bản 1 (soát xét)" in told.out
    assert "ban hành phiên bản 1 theo quyết định 15/QĐ-UBND, ngày hiệu lực 01/01/2030" in told.out
    found = issued.done("explain QT-01 --at 2030-02-01 --json").json
    assert found["decision"]["reason"] == "CURRENT"
    assert [each["act"] for each in found["because"]] == ["drafted", "submitted", "signed", "signed", "issued"]
    assert [each["pos"] for each in found["because"]] == sorted(each["pos"] for each in found["because"])
    early = issued.done("explain QT-01 --version 1")
    assert "Câu trả lời có thể thay đổi lúc 01/01/2030 00:00." in early.out


def test_tasks_name_the_command_that_does_them_for_who_can(shell: Shell) -> None:
    assert shell.done("tasks").out == "Không có việc nào đang chờ.\n"
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    assert "iso-qms sign QT-01 --by xemxet" in shell.done("tasks --of xemxet").out
    assert shell.done("tasks --of duyet --json").json == []
    (task,) = shell.done("tasks --of xemxet --json").json
    assert (task["kind"], task["code"], task["number"], task["label"]) == ("sign", "QT-01", 1, "01/00")
    assert shell("tasks --of khong-co").code == 4


def test_the_journal_is_listed_searched_and_says_what_happened(issued: Shell) -> None:
    entries = issued.done("audit log --json").json
    assert [each["pos"] for each in entries] == list(range(len(entries)))
    assert entries[0]["act"] == "operator_seen"
    (found,) = issued.done("audit search --act issued --document QT-01 --json").json
    assert (found["who"].split(" (")[0], found["document"]) == ("Nguyễn Văn Duyệt", "QT-1")
    assert found["what"].startswith("QT-01: ban hành phiên bản 1")
    signed = issued.done("audit search --person xemxet --json").json
    assert [(each["act"], each["auth"]) for each in signed] == [("signed", "secret")]
    assert issued.done("audit search --until 2020-01-01 --json").json == []
    assert issued.done("audit search --since 2999-01-01").out == "Không có mục nào.\n"
    text = issued.done("audit log --from 2 --to 3").out
    assert "thêm cán bộ (Lê Thị Soạn, soạn thảo)" in text
    author = issued("sign QT-01 --by soan", secret_of("soan"))
    assert author.code == 3


def test_what_two_versions_differ_in_is_told_in_words_and_as_a_word_file(shell: Shell) -> None:
    from docx import Document

    changed = shell.folder / "QT-01.docx"
    paper = Document(str(DOCX))
    paragraph = next(p for p in paper.paragraphs if len(p.text) > 60)
    paragraph.add_run(" Thêm một câu mới.")
    paper.save(str(changed))
    shell.done(["draft", str(DOCX), "--reason", "x", "--by", "soan"])
    shell.done("submit QT-01 --by soan")
    for login in ("xemxet", "duyet"):
        shell.done(f"sign QT-01 --by {login}", secret_of(login))
    shell.done(["draft", str(changed), "--reason", "x", "--by", "soan", "--revision", "1"])
    told = shell.done(["diff", "QT-01", "1", "2", "--docx", "khac-biet.docx"])
    assert "Thêm một câu mới." in told.out
    assert told.lines[-1] == "Đã ghi: khac-biet.docx"
    body = Document("khac-biet.docx").element.body.xml
    assert "w:ins " in body and "Thêm một câu mới." in body
    assert "Thêm một câu mới." in str(shell.done("diff QT-01 1 2 --json").json)
    assert shell.done("diff QT-01 1 1").out == "Hai phiên bản có nội dung như nhau.\n"
    assert shell("diff QT-01 1 3").code == 4


def test_what_the_reader_makes_of_a_file_is_shown_with_where_and_how_sure(bare: Shell) -> None:
    told = bare.done(["read", str(DOCX)])
    assert any(line.startswith("Mã hiệu") and "QT-01" in line and "%" in line for line in told.lines)
    assert "Số bước: 16" in told.out
    found = bare.done(["read", str(DOCX), "--json"]).json
    assert found["code"] == "QT-01"
    assert found["fields"]["code"]["value"] == "QT-01"
    assert not (bare.folder / "qms.db").exists()


def test_what_a_machine_lacks_is_said_with_how_to_get_it(shell: Shell) -> None:
    told = shell.done("doctor")
    assert any("kho dữ liệu có" in line for line in told.lines)
    empty = shell("doctor --store sqlite:///none.db --json")
    assert empty.code == 1
    assert [each["what"] for each in empty.json if each["needed"] and not each["there"]] == ["sqlite:///none.db"]
    wrong = shell("doctor", ISO_QMS_ZONE="Mars/Olympus")
    assert (wrong.code, "✗ Mars/Olympus" in wrong.out) == (1, True)
