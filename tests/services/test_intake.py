"""Files as they come in: read, asked for what is missing, kept by digest, or refused without a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iso_qms.domain import errors
from iso_qms.domain.people import Person
from tests.support.office import Office, refuses

SET = Path(__file__).parents[2] / "procedures"
WORD = SET / "QT-01" / "QT-01.docx"
FORM = next((SET / "QT-01").rglob("BM*.01.docx"))


def test_a_word_procedure_says_its_own_code_title_and_label(desk: Office) -> None:
    record = desk.qms.draft(WORD, by=Person("soan"), reason="Ban hành lần đầu")
    assert record.event.code == "QT-01" and record.event.title and record.event.issue == 1
    manifest = desk.qms.manifest("QT-01", 1)
    assert [(file.name, file.role) for file in manifest.files] == [("QT-01.docx", "main")]
    assert desk.qms.read_file("QT-01", 1) == WORD.read_bytes()
    assert manifest.process is not None and desk.holds()


def test_what_the_officer_says_wins_over_the_file(desk: Office) -> None:
    wanted = {"code": "QT-99", "title": "Tên khác", "issue": 4, "revision": 2, "change_class": "minor"}
    event = desk.qms.draft(WORD, by=Person("soan"), reason="Theo yêu cầu", **wanted).event
    assert (event.code, event.title, event.issue, event.revision, event.change_class) == tuple(wanted.values())


def test_forms_come_along_and_are_covered_by_the_same_digest(desk: Office) -> None:
    alone = desk.qms.take(WORD).content.sha256
    taken = desk.qms.take([WORD, FORM])
    assert [(file.name, file.role) for file in taken.manifest.files] == [(WORD.name, "main"), (FORM.name, "form")]
    assert taken.content.sha256 != alone
    assert desk.qms.take(WORD.parent).manifest.main.name == "QT-01.docx", "a folder is taken with its procedure first"


def test_the_same_file_under_another_name_is_another_content(desk: Office, tmp_path: Path) -> None:
    renamed = Path(shutil.copy(WORD, tmp_path / "khac.docx"))
    assert desk.qms.take(WORD).content.sha256 != desk.qms.take(renamed).content.sha256


def test_two_files_of_one_name_are_refused(desk: Office, tmp_path: Path) -> None:
    again = Path(shutil.copy(FORM, tmp_path / WORD.name.upper()))
    with refuses(errors.BadInput):
        desk.qms.take([WORD, again])


def test_what_is_missing_in_the_file_is_asked_for_and_not_invented(desk: Office, tmp_path: Path) -> None:
    import docx

    paper = docx.Document()
    paper.add_paragraph("Một văn bản không có khung")
    paper.save(str(tmp_path / "van-ban.docx"))
    with refuses(errors.MissingField) as caught:
        desk.qms.take(tmp_path / "van-ban.docx")
    assert "--code" in caught.value.message("vi")
    with refuses(errors.MissingField):
        desk.qms.take(tmp_path / "van-ban.docx", code="QT-50")
    taken = desk.qms.take(tmp_path / "van-ban.docx", code="QT-50", title="Tên", issue=1)
    assert (taken.content.code, taken.content.revision) == ("QT-50", None)


def test_an_unusual_code_is_taken_with_a_word_about_it(desk: Office) -> None:
    notes = desk.qms.take(WORD, code="ABC-01").notes
    assert len(notes) == 1 and all("ABC-01" in sentence for sentence in notes[0])
    assert desk.qms.take(WORD).notes == []


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


TROUBLES = {
    "missing": lambda folder: folder / "khong-co.docx",
    "empty": lambda folder: write(folder / "rong.docx", b""),
    "text called Word": lambda folder: write(folder / "chu.docx", "Chỉ là chữ".encode()),
    "cut off": lambda folder: write(folder / "cut.docx", WORD.read_bytes()[:4000]),
    "a picture": lambda folder: write(folder / "anh.docx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99),
    "a PDF cut off": lambda folder: write(folder / "cut.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
    "a name with NUL": lambda folder: folder / "a\x00b.docx",
    "a name too long": lambda folder: folder / ("x" * 300 + ".docx"),
    "a device": lambda folder: Path("/dev/null"),
    "a loop": lambda folder: loop(folder / "vong.docx"),
}


def loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


@pytest.mark.parametrize("name", TROUBLES)
def test_a_file_that_cannot_be_taken_is_one_sentence(desk: Office, tmp_path: Path, name: str) -> None:
    path = TROUBLES[name](tmp_path)
    size = desk.qms.registers.head()[0]
    with refuses(errors.FileTrouble) as caught:
        desk.qms.draft(path, by=Person("soan"), reason="Thử", code="QT-50", title="Tên", issue=1)
    for lang in ("vi", "en"):
        assert caught.value.message(lang).isprintable()
    assert desk.qms.registers.head()[0] == size
    assert desk.qms.verify().holds


def test_no_file_at_all_is_said(desk: Office, tmp_path: Path) -> None:
    for nothing in ([], tmp_path):
        with refuses(errors.BadInput):
            desk.qms.take(nothing)
