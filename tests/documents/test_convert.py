"""Old formats are read through LibreOffice where it is installed, and refused with that advice where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from iso_qms.documents import Unreadable, convert, read_file
from iso_qms.documents.pdf import one_letter_share
from tests.documents import wordxml as x
from tests.support.needs import needs

BODY = x.lines("QUY TRÌNH\nTIẾP CÔNG DÂN\nMã hiệu: QT-07\nLần ban hành: 02\nNgày ban hành: 05/06/2025\n1. MỤC ĐÍCH")
TABLE = x.table([["TT", "Trình tự", "Trách nhiệm", "Thời gian"], ["B1", "Tiếp nhận đơn", "Công chức", "01 giờ"]])


@pytest.fixture
def office() -> str:
    """LibreOffice, which the machine may lack."""
    return needs("soffice")


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("suffix", ["doc", "odt", "rtf"])
def test_an_old_format_is_read_like_the_word_file_it_was(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"quy-trinh.{suffix}"
    path.write_bytes(convert.convert(x.docx(BODY + TABLE + x.p("Hết")), ".docx", suffix, 60.0))
    reading = read_file(path)
    assert (reading.code, reading.issue, str(reading.issue_date)) == ("QT-07", 2, "2025-06-05")
    assert reading.process is not None
    assert [step["content"] for step in reading.process["steps"]] == ["Tiếp nhận đơn"]
    assert "converted" in {problem.code for problem in reading.problems}
    assert reading.source.size == path.stat().st_size


@pytest.mark.usefixtures("office")
def test_a_pdf_made_by_libreoffice_holds_every_vietnamese_word(tmp_path: Path) -> None:
    path = tmp_path / "quy-trinh.pdf"
    words = "Tiếp nhận, thẩm định, xác minh; trả kết quả đúng hẹn cho người dân ở phường. " * 3
    path.write_bytes(convert.to_pdf(x.docx(BODY + x.p(words) + TABLE)))
    reading = read_file(path)
    assert (reading.code, reading.issue, str(reading.issue_date)) == ("QT-07", 2, "2025-06-05")
    assert one_letter_share(reading.content.text) < 0.1
    assert "thẩm định, xác minh" in " ".join(reading.content.text.split())


@pytest.mark.usefixtures("office")
def test_the_step_table_of_a_pdf_is_read_like_that_of_its_word_file(tmp_path: Path) -> None:
    rows = [
        ["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"],
        [
            "B1",
            "Tiếp nhận và kiểm tra thành phần hồ sơ, nhập phần mềm",
            x.cell("Bộ phận một cửa", merge="restart"),
            "02 giờ",
            "",
        ],
        ["B2", "Chuyển hồ sơ về bộ phận chuyên môn xử lý", x.cell(merge="continue"), "04 giờ", "Mẫu số 01"],
        [x.cell("Tổng thời gian giải quyết", span=3), "06 giờ", ""],
    ]
    word, paper = tmp_path / "quy-trinh.docx", tmp_path / "quy-trinh.pdf"
    word.write_bytes(x.docx(BODY + x.table(rows) + x.p("Hết")))
    paper.write_bytes(convert.to_pdf(word.read_bytes()))
    assert read_file(paper).process == read_file(word).process


def test_without_libreoffice_an_old_format_is_refused_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "cu.rtf"
    path.write_bytes(rb"{\rtf1 QT-07}")
    with pytest.raises(Unreadable) as refusal:
        read_file(path)
    assert refusal.value.code == "needs-libreoffice"
    assert "apt install libreoffice-writer" in refusal.value.advice
