"""Fields are found where offices print them; what contradicts itself or is blank is said, and nothing is invented."""

from __future__ import annotations

from datetime import date

import pytest

from iso_qms.documents.reading import Reading
from tests.documents import wordxml as x
from tests.documents.test_frames import read as read_bytes


def read(body: str, more: dict[str, str] | None = None) -> Reading:
    return read_bytes(x.docx(body, more))


def codes(reading: Reading) -> set[str]:
    return {problem.code for problem in reading.problems}


def test_cover_and_page_header_that_disagree_are_a_problem_and_lower_the_confidence() -> None:
    cover = x.lines("QUY TRÌNH\nMã hiệu: QT-01\nNgày ban hành: 05/06/2021\n1. Mục đích")
    reading = read(cover, {"header1": x.lines("Mã hiệu: QT-01\nNgày ban hành: 05/07/2021")})
    assert "contradiction" in codes(reading)
    assert reading.fields["issue_date"].confidence <= 0.5
    assert reading.fields["code"].confidence > 0.9
    problem = next(problem for problem in reading.problems if problem.code == "contradiction")
    assert "05/06/2021" in problem.message_vi
    assert "05/07/2021" in problem.message_vi


def test_a_blank_day_is_said_and_no_date_is_invented() -> None:
    reading = read(x.lines("MÃ HIỆU: QT.ISO.02\nLẦN BAN HÀNH: 01\nNGÀY BAN HÀNH:   /07/2021\nTrang: 2/11"))
    assert reading.issue_date is None
    assert "blank-day" in codes(reading)


def test_a_day_that_does_not_exist_is_said() -> None:
    reading = read(x.lines("Mã hiệu: QT-01\nNgày ban hành: 31/02/2024"))
    assert reading.issue_date is None
    assert "bad-date" in codes(reading)


def test_dots_that_wait_to_be_filled_in_are_no_value() -> None:
    reading = read(x.table([["Mã hiệu", "……"], ["Lần ban hành", "___"], ["Ngày ban hành", "…/…/20…"]]))
    assert reading.code is None
    assert reading.issue is None
    assert "blank-field" in codes(reading)


def test_an_office_with_one_counter_has_it_taken_for_the_issue_and_said() -> None:
    reading = read(x.lines("Mã hiệu: QT-01\nLần sửa đổi: 03\nNgày áp dụng: 24.07.2024"))
    assert (reading.issue, reading.revision) == (3, 3)
    assert "one-counter" in codes(reading)
    assert reading.fields["issue"].confidence < reading.fields["revision"].confidence


def test_the_total_of_pages_is_compared_with_what_the_file_counts() -> None:
    body = x.lines("Mã hiệu: QT-01\nTrang: 1/9\n" + "Nội dung quy trình. " * 10)
    parts = x.parts(body)
    letters = len("Mã hiệu: QT-01 Trang: 1/9" + "Nội dung quy trình. " * 10)
    app = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Pages>2</Pages><CharactersWithSpaces>{letters}</CharactersWithSpaces></Properties>"
    )
    parts["docProps/app.xml"] = app.encode()
    parts["_rels/.rels"] = x.relationships(
        f'<Relationship Id="r1" Target="word/document.xml" Type="{x.R}/officeDocument"/>'
        f'<Relationship Id="r2" Target="docProps/app.xml" Type="{x.R}/extended-properties"/>'
    )
    assert "page-total" in codes(read_bytes(x.zipped(parts)))
    parts["docProps/app.xml"] = app.replace("<Pages>2<", "<Pages>9<").encode()
    assert "page-total" not in codes(read_bytes(x.zipped(parts)))


def test_headings_that_all_bear_one_number_have_lost_their_numbering() -> None:
    body = x.lines("1. MỤC ĐÍCH\na\n1. PHẠM VI ÁP DỤNG\nb\n1. TÀI LIỆU VIỆN DẪN, THAM KHẢO\nc\n1. NỘI DUNG QUY TRÌNH")
    assert "lost-numbering" in codes(read(body))
    assert "lost-numbering" not in codes(read(body.replace("1. PHẠM VI", "2. PHẠM VI")))


@pytest.mark.parametrize(
    "sentence",
    [
        "Quy định về mã hiệu, lần ban hành và ngày ban hành của tài liệu.",
        "Mã số thuế của tổ chức ghi trong tờ khai",
        "Mã số thủ tục: 1.001022",
        "Ngày ban hành văn bản là ngày ký.",
        "Trang phục của công chức",
    ],
)
def test_words_of_a_sentence_are_no_labels(sentence: str) -> None:
    reading = read(x.p(sentence))
    assert not {"code", "issue", "issue_date", "page_total"} & set(reading.fields)


def test_the_code_of_an_administrative_procedure_is_not_the_documents_code() -> None:
    reading = read(x.lines("Mã hiệu: QT-01\nMã thủ tục: 2.000815.000.00.00.H55\n(mã TTHC 1.001022)"))
    assert reading.code == "QT-01"
    assert reading.tthc == ("2.000815.000.00.00.H55", "1.001022")


def test_two_reviewers_and_iso_roles_of_the_sign_off_block_are_kept() -> None:
    rows = [
        ["", "NGƯỜI SOẠN THẢO", "NGƯỜI SOÁT XÉT", "NGƯỜI SOÁT XÉT", "NGƯỜI DUYỆT"],
        ["Họ và tên", "Đỗ Thị Hà", "Lê Văn Nam", "Vũ Thị Mai", "Trần Văn Bình"],
        ["Chức vụ", "Chuyên viên", "Trưởng phòng", "Phó Chủ tịch", "Chủ tịch"],
        ["Chức danh", "Thư ký ISO", "Thành viên", "Phó Trưởng ban", "Trưởng ban chỉ đạo ISO"],
    ]
    reading = read(x.table(rows))
    assert [person.name for person in reading.reviewers] == ["Lê Văn Nam", "Vũ Thị Mai"]
    assert reading.approver is not None
    assert (reading.approver.position, reading.approver.role) == ("Chủ tịch", "Trưởng ban chỉ đạo ISO")


def test_revision_rows_are_read_as_printed_with_their_dates() -> None:
    head = ["Yêu cầu sửa đổi/ bổ sung", "Trang / Phần liên quan việc sửa đổi", "Mô tả nội dung sửa đổi"]
    head += ["Lần ban hành / Lần sửa đổi", "Ngày ban hành"]
    rows = [head, ["Phí thay đổi", "Mục 5.6", "Sửa căn cứ", "Lần 2", "17/01/2017"], ["", "", "", "", ""]]
    reading = read(x.p("SỬA ĐỔI TÀI LIỆU") + x.table(rows))
    assert len(reading.revisions) == 1
    row = reading.revisions[0]
    assert (row.request, row.place, row.description, row.label) == ("Phí thay đổi", "Mục 5.6", "Sửa căn cứ", "Lần 2")
    assert row.date == date(2017, 1, 17)
    assert (reading.issue, reading.issue_date) == (2, date(2017, 1, 17))
    assert {reading.fields[name].place for name in ("issue", "issue_date")} == {"revision table, last row"}
    assert reading.fields["issue"].confidence == 0.5


def test_a_revision_recorded_after_the_date_on_the_cover_is_said() -> None:
    head = ["Lần sửa đổi", "Vị trí", "Nội dung sửa đổi", "Ngày sửa đổi"]
    table = x.table([head, ["01", "5.6", "Sửa căn cứ", "17/01/2019"]])
    cover = x.lines("Mã hiệu: QT-01\nLần ban hành: 02\nNgày ban hành: 01/02/2018")
    reading = read(cover + table)
    assert reading.issue_date == date(2018, 2, 1)
    assert "revision-later" in codes(reading)


def test_a_decision_gives_its_number_title_and_day() -> None:
    letter = x.lines(
        "ỦY BAN NHÂN DÂN TỈNH HÒA AN\nSố: 2851/QĐ-UBND\nHòa An, ngày 23 tháng 7 năm 2019\n"
        "QUYẾT ĐỊNH\nVề việc phê duyệt quy trình nội bộ lĩnh vực tôn giáo\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH"
    )
    reading = read(letter)
    assert str(reading.fields["decision"]) == "2851/QĐ-UBND"
    assert reading.title == "QUYẾT ĐỊNH Về việc phê duyệt quy trình nội bộ lĩnh vực tôn giáo"
    assert reading.issue_date == date(2019, 7, 23)
    assert reading.fields["issue_date"].confidence < 0.6


def test_legal_bases_are_read_by_number_kind_and_date() -> None:
    text = (
        "- Luật Hộ tịch số 60/2014/QH13 ngày 20/11/2014;\n"
        "- Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;\n"
        "- Quyết định số 05/QĐ-UBND; Thông tư 01/2018/TT-VPCP và TCVN ISO 9001:2015."
    )
    bases = read(x.lines("3. TÀI LIỆU VIỆN DẪN\n" + text)).legal_bases
    assert [(basis.kind, basis.number, basis.date) for basis in bases] == [
        ("Luật", "60/2014/QH13", date(2014, 11, 20)),
        ("Nghị định", "61/2018/NĐ-CP", date(2018, 4, 23)),
        ("Quyết định", "05/QĐ-UBND", None),
        ("Thông tư", "01/2018/TT-VPCP", None),
        ("Tiêu chuẩn", "TCVN ISO 9001:2015", None),
    ]


def test_forms_are_named_by_code_and_by_number_without_the_documents_own_code() -> None:
    reading = read(x.lines("Mã hiệu: QT.TP.05\n6. BIỂU MẪU\nBM.TP.05.01 Tờ khai\nBM-42-01\nMẫu số 01 Giấy tiếp nhận"))
    assert reading.forms == ("BM.TP.05.01", "BM-42-01", "Mẫu số 01")


def test_a_file_with_no_fields_says_what_is_missing_and_invents_nothing() -> None:
    reading = read(x.p("Thực đơn tuần này"))
    assert not reading.fields
    missing = [problem.message_vi for problem in reading.problems if problem.code == "missing-field"]
    assert "Không tìm thấy Mã hiệu trong tài liệu." in missing
