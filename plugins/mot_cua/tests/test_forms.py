"""The printed forms: the set of the day, filled from the version's process, as Word and as PDF."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from iso_qms_mot_cua.forms.catalogue import PURPOSES, form_for, form_sets
from iso_qms_mot_cua.forms.pdf import pdf
from iso_qms_mot_cua.forms.slips import book_page, control_page, letter_page, qr_text
from iso_qms_mot_cua.forms.word import word
from iso_qms_mot_cua.refusals import NoForm
from pypdf import PdfReader

from .conftest import TTHC, V1, Counter

BEFORE, AFTER = date(2025, 9, 14), date(2025, 9, 15)


def words(raw: bytes) -> str:
    file = Document(BytesIO(raw))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def printed(raw: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages).split())


@pytest.mark.parametrize(
    ("purpose", "old", "new"),
    [
        ("receipt", "01", "01"),
        ("supplement", "02", "02"),
        ("refusal", "03", "03"),
        ("apology", "04", "04"),
        ("control", "05", "06"),
        ("book", "06", "07"),
    ],
)
def test_the_numbers_changed_with_circular_03_2025(purpose: str, old: str, new: str) -> None:
    assert form_for(purpose, BEFORE).name == f"Mẫu số {old} – Thông tư 01/2018/TT-VPCP"
    assert form_for(purpose, AFTER).name == f"Mẫu số {new} – Thông tư 03/2025/TT-VPCP"


def test_the_notice_of_the_end_is_new() -> None:
    assert form_for("stop", AFTER).number == "05"
    with pytest.raises(NoForm):
        form_for("stop", BEFORE)
    with pytest.raises(NoForm):
        form_for("receipt", date(2019, 1, 5))


def test_every_purpose_has_its_form_in_the_newest_set() -> None:
    assert {form.purpose for form in form_sets()[-1].forms} == set(PURPOSES)


@pytest.mark.parametrize("make", [(word, words), (pdf, printed)], ids=["word", "pdf"])
def test_the_receipt_slip_names_code_version_and_digest(counter: Counter, make) -> None:
    counter.issue(V1)
    dossier = counter.receive(contact="0900 000 000")
    [letter] = counter.desk.letters(dossier.code)
    written, read = make
    text = read(written(letter_page(counter.desk, letter)))
    [citation] = counter.desk.citations(dossier.code)
    for said in (
        dossier.code,
        "Bà Nguyễn Thị Mẫu",
        "QT-TP-07",
        citation.label,
        citation.sha256[:8],
        "17 giờ 00, 08/01/2026",
        "Bản chính giấy tờ",
        "Mẫu số 01 – Thông tư 03/2025/TT-VPCP",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    ):
        assert said in text


def test_the_slip_keeps_what_was_promised_and_followed_at_receipt(counter: Counter) -> None:
    counter.issue(V1)
    dossier = counter.receive()
    [letter] = counter.desk.letters(dossier.code)
    before = letter_page(counter.desk, letter)
    counter.desk.extend(dossier.code, reason="Máy hỏng", until=date(2026, 1, 13), by="chi")
    assert letter_page(counter.desk, letter) == before


def test_the_qr_code_holds_the_whole_digest_and_no_name(counter: Counter) -> None:
    counter.issue(V1)
    dossier = counter.receive()
    text = qr_text(counter.desk, dossier)
    assert counter.desk.citations(dossier.code)[0].sha256 in text
    assert "Mẫu" not in text


@pytest.mark.parametrize("make", [(word, words), (pdf, printed)], ids=["word", "pdf"])
def test_every_letter_is_printed(counter: Counter, make) -> None:
    counter.issue(V1)
    written, read = make
    code = counter.receive().code
    desk = counter.desk
    letters = [
        desk.refuse(TTHC, applicant="Ông Mẫu", reason="Không thuộc thẩm quyền", by="lan"),
        desk.ask_completion(TTHC, applicant="Ông Mẫu", missing=["Tờ khai"], reason="Chưa nộp", by="lan"),
        desk.ask_supplement(code, asked=["Bản chính giấy tờ"], reason="Mờ chữ ký", by="minh"),
    ]
    desk.take_supplement(code, by="lan")
    letters.append(desk.extend(code, reason="Máy hỏng", until=date(2026, 1, 13), by="chi"))
    letters.append(desk.stop(code, reason="Người nộp rút hồ sơ", by="chi"))
    for letter in letters:
        text = read(written(letter_page(desk, letter)))
        assert letter.facts["reason"] in text
        assert letter.form in text


@pytest.mark.parametrize("make", [(word, words), (pdf, printed)], ids=["word", "pdf"])
def test_the_control_sheet_puts_expected_beside_actual(counter: Counter, make) -> None:
    counter.issue(V1)
    code = counter.receive().code
    counter.do(code, "tiep-nhan", "mot-cua")
    counter.clock.move(days=9)
    counter.do(code, "tham-dinh", "tu-phap")
    written, read = make
    text = " ".join(read(written(control_page(counter.desk, code))).split())
    for said in ("lan: đúng hạn", "minh: trễ hạn", "chưa làm", "Mẫu số 06 – Thông tư 03/2025/TT-VPCP"):
        assert said in text


def test_markup_in_a_name_is_a_name(counter: Counter) -> None:
    counter.issue(V1)
    dossier = counter.receive(applicant="#emph[Ông] *Mẫu* $x$")
    [letter] = counter.desk.letters(dossier.code)
    assert "#emph[Ông] *Mẫu* $x$" in printed(pdf(letter_page(counter.desk, letter)))


def test_the_book_lists_every_dossier_on_a4(counter: Counter) -> None:
    counter.issue(V1)
    codes = [counter.receive().code for _ in range(40)]
    page = book_page(counter.desk)
    assert page.form.name == "Mẫu số 07 – Thông tư 03/2025/TT-VPCP"
    raw = pdf(page)
    on_paper, in_word = printed(raw), words(word(page))
    assert all(code in on_paper for code in codes)
    assert round(float(PdfReader(BytesIO(raw)).pages[0].mediabox.width)) == 842
    assert all(code in in_word for code in codes)
