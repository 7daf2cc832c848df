"""The process proposed from a document is what its tables say; its doubts are listed for the person who confirms it."""

from __future__ import annotations

from typing import Any

from tests.documents import wordxml as x
from tests.documents.test_fields import codes, read

HEAD = ["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"]


def process(*rows: list[str], before: str = "", after: str = "") -> dict[str, Any]:
    found = read(before + x.table([HEAD, *rows]) + after).process
    assert found is not None
    return found


def test_a_step_keeps_its_words_in_full_beside_what_was_made_of_them() -> None:
    content = "Tiếp nhận hồ sơ. Trường hợp hồ sơ chưa đầy đủ thì yêu cầu bổ sung\n- theo Mẫu số 02"
    step = process(["B1", content, "Tổ chức/cá nhân\nBộ phận TN&TKQ", "0,5 ngày", "Mẫu số 01\nSổ theo dõi"])["steps"][0]
    assert step["content"] == content
    assert step["name"] == "Tiếp nhận hồ sơ"
    assert step["key"] == "tiep-nhan-ho-so"
    assert step["roles"] == ["to-chuc-ca-nhan", "bo-phan-tn-tkq"]
    assert step["limit"] == {"working_minutes": 240, "text": "0,5 ngày"}
    assert step["forms"] == ["Mẫu số 01", "Mẫu số 02"]
    assert step["outputs"] == ["Mẫu số 01", "Sổ theo dõi"]
    assert step["pausable"] is True
    assert step["after"] == []


def test_keys_do_not_depend_on_numbers_and_are_never_equal() -> None:
    steps = process(["1", "Ký duyệt", "A", "1 giờ", ""], ["2", "Ký duyệt", "B", "1 giờ", ""])["steps"]
    assert [step["key"] for step in steps] == ["ky-duyet", "ky-duyet-2"]
    again = process(["7", "Ký duyệt", "A", "1 giờ", ""])["steps"]
    assert again[0]["key"] == "ky-duyet"
    assert steps[1]["after"] == ["ky-duyet"]


def test_steps_that_do_not_add_up_to_the_announced_time_are_said() -> None:
    rows = [HEAD, ["1", "a b", "A", "01 ngày làm việc", ""], ["2", "c d", "B", "02 ngày làm việc", ""]]
    right, wrong = (x.p(f"5.4 Thời gian xử lý: {days} ngày làm việc") + x.table(rows) for days in ("03", "05"))
    assert "step-sum" not in codes(read(right))
    reading = read(wrong)
    assert "step-sum" in codes(reading)
    assert any("3 ngày" in found.message_vi and "5 ngày" in found.message_vi for found in reading.problems)


def test_mixed_units_missing_roles_and_gaps_in_numbering_are_said() -> None:
    rows = [HEAD, ["1", "a b", "A", "02 giờ", ""], ["2", "c d", "", "01 ngày", ""], ["4", "e f", "B", "hai ba", ""]]
    found = codes(read(x.table(rows)))
    assert {"unit-mix", "step-without-role", "day-kind", "step-without-limit", "step-numbers"} <= found


def test_a_form_used_in_a_step_but_not_listed_is_said() -> None:
    table = x.table([HEAD, ["1", "a b", "A", "1 giờ", "BM.TP.05.01"], ["2", "c d", "A", "1 giờ", "BM.TP.05.09"]])
    reading = read(table + x.lines("6. BIỂU MẪU\nBM.TP.05.01 Tờ khai\n7. HỒ SƠ CẦN LƯU"))
    unknown = [found.message_en for found in reading.problems if found.code == "unknown-form"]
    assert len(unknown) == 1
    assert "BM.TP.05.09" in unknown[0]


def test_one_limit_for_two_steps_is_counted_once() -> None:
    rows = [
        HEAD,
        ["1", "a b", "A", x.cell("02 ngày làm việc", merge="restart"), ""],
        ["2", "c d", "B", x.cell(merge="continue"), ""],
    ]
    reading = read(x.p("Thời hạn giải quyết: 02 ngày làm việc") + x.table(rows))
    assert reading.process is not None
    assert [step["limit"]["working_minutes"] for step in reading.process["steps"]] == [960, None]
    assert "step-sum" not in codes(reading)


def test_a_table_of_records_papers_or_revisions_is_no_step_table() -> None:
    records = [["TT", "Tên hồ sơ", "Trách nhiệm lưu", "Thời gian lưu"], ["1", "Sổ", "Văn thư", "02 năm"]]
    papers = [["STT", "Thành phần hồ sơ", "Bản chính", "Bản sao"], ["1", "Đơn", "x", ""]]
    reading = read(x.table(records) + x.table(papers))
    assert reading.process is None
    assert "no-step-table" in codes(reading)


def test_papers_are_read_from_a_table_with_their_case() -> None:
    papers = [
        ["STT", "Tên hồ sơ", "Số lượng", "Ghi chú"],
        [x.cell("Giấy tờ phải nộp", span=4)],
        ["1", "Tờ khai theo Mẫu số 01", "01", "Bản chính"],
        [x.cell("Giấy tờ phải xuất trình", span=4)],
        ["2", "Căn cước", "01", "Bản sao"],
    ]
    steps = ["1", "a b", "A", "1 giờ", ""]
    found = process(steps, before=x.p("I. THÀNH PHẦN HỒ SƠ") + x.table(papers))["components"]
    assert [(paper["name"], paper["original"], paper["copies"], paper["when"]) for paper in found] == [
        ("Tờ khai theo Mẫu số 01", 1, None, "Giấy tờ phải nộp"),
        ("Căn cước", None, 1, "Giấy tờ phải xuất trình"),
    ]
    assert found[0]["forms"] == ["Mẫu số 01"]


def test_papers_are_read_from_a_list() -> None:
    listed = x.lines(
        "5.2 Thành phần hồ sơ\n- Đơn đề nghị (01 bản chính);\n- Bản sao giấy phép;\n5.3 Số lượng hồ sơ: 01 bộ"
    )
    found = process(["1", "a b", "A", "1 giờ", ""], before=listed)["components"]
    assert [(paper["name"], paper["original"], paper["copies"]) for paper in found] == [
        ("Đơn đề nghị (01 bản chính)", 1, None),
        ("Bản sao giấy phép", None, 1),
    ]


def test_fees_and_ways_to_submit_are_read_from_their_sections() -> None:
    before = x.lines(
        "5.5 Cách thức thực hiện: Nộp trực tiếp, trực tuyến qua Cổng dịch vụ công hoặc qua bưu chính công ích\n"
        "5.6 Lệ phí: 2.000 đồng/trang"
    )
    found = process(["1", "a b", "A", "1 giờ", ""], before=before)
    assert found["channels"] == ["truc-tiep", "truc-tuyen", "buu-chinh"]
    assert [(fee["text"], fee["amount_vnd"]) for fee in found["fees"]] == [("2.000 đồng/trang", 2000)]


def test_steps_written_as_paragraphs_are_proposed_and_said_to_need_a_look() -> None:
    body = x.lines(
        "5. NỘI DUNG QUY TRÌNH\n"
        "Bước 1: Tiếp nhận hồ sơ\nNgười thực hiện: Bộ phận một cửa\nThời gian: 02 giờ\n"
        "Bước 2: Thẩm định hồ sơ\n- Trường hợp hợp lệ thì trình ký\n"
        "Thời hạn giải quyết: 01 ngày làm việc\nKết quả: Tờ trình\n"
        "6. BIỂU MẪU\nBM.TP.05.01"
    )
    reading = read(body)
    assert reading.process is not None
    first, second = reading.process["steps"]
    assert (first["content"], first["who"], first["limit"]["working_minutes"]) == (
        "Tiếp nhận hồ sơ",
        "Bộ phận một cửa",
        120,
    )
    assert second["content"] == "Thẩm định hồ sơ\n- Trường hợp hợp lệ thì trình ký"
    assert (second["limit"]["working_minutes"], second["form_text"]) == (480, "Tờ trình")
    assert "steps-from-list" in codes(reading)
    assert "no-step-table" not in codes(reading)


def test_one_lone_step_is_no_process() -> None:
    assert read(x.lines("Bước 1: Tiếp nhận hồ sơ")).process is None


def test_tables_of_several_procedures_in_one_decision_are_said_and_begin_anew() -> None:
    first = x.table([HEAD, ["1", "Tiếp nhận", "A", "1 giờ", ""], ["2", "Ký duyệt", "B", "1 giờ", ""]])
    second = x.table([HEAD, ["1", "Nhận đơn", "A", "1 giờ", ""], ["2", "Trả lời đơn", "B", "1 giờ", ""]])
    reading = read(first + x.p("2. Thủ tục khác") + second)
    assert reading.process is not None
    assert [step["after"] for step in reading.process["steps"]] == [[], ["tiep-nhan"], [], ["nhan-don"]]
    assert "several-processes" in codes(reading)
    assert "step-numbers" not in codes(reading)
