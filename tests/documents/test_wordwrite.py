"""What the register knows is written where the office's own frame asks for it, and nowhere else."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iso_qms.documents.blocks import Problem
from iso_qms.documents.compare import compare
from iso_qms.documents.docx import read_docx
from iso_qms.documents.errors import Unreadable
from iso_qms.documents.package import open_package
from iso_qms.documents.read import reading_of
from iso_qms.documents.reading import Fields, Reading, Signatory, Source
from iso_qms.documents.redline import redline
from iso_qms.documents.revisions import revision_rows
from iso_qms.documents.wordwrite import Registered, Revision, proposed_revisions, stamp_word
from tests.documents import wordfile as word
from tests.documents.tracked import lines

FACTS = Registered(
    code="QT.TP.05",
    issue=2,
    revision=1,
    issue_date=date(2026, 12, 1),
    effective_date=date(2026, 12, 15),
    drafter=Signatory("Nguyễn Văn An", "Chuyên viên"),
    reviewers=(Signatory("Trần Thị Bình", "Trưởng phòng"),),
    approver=Signatory("Lê Văn Cường", "Chủ tịch"),
)


def found_in(data: bytes) -> tuple[Fields, tuple[Problem, ...]]:
    """The fields and problems that the reader finds in a file."""
    reading = reading_of(Source("", "", 0, ""), read_docx(open_package(data)))
    return reading.fields, reading.problems


def cell(*texts: str) -> str:
    return "".join(word.paragraph(word.text(text)) for text in texts or ("",))


def row(*texts: str) -> list[str]:
    return [cell(text) for text in texts]


FRAMES = {
    "labels in lines": word.WordFile(
        [cell("Mã hiệu: ........", "Lần ban hành: 01\tLần sửa đổi: 00", "Ngày ban hành: 05/07/2025")]
    ),
    "labels in a table": word.WordFile(
        [
            word.table(
                row("MÃ SỐ", "QT-01"),
                row("Lần ban hành", "01"),
                row("Lần sửa đổi", ""),
                row("Ngày ban hành", "5.7.2025"),
                row("Ngày hiệu lực", ""),
            )
        ]
    ),
    "values below": word.WordFile(
        [word.table(row("Mã hiệu", "Lần ban hành", "Ngày ban hành"), row("QT.01", "01", "05-07-2025"))]
    ),
    "running header": word.WordFile(
        [cell("1. MỤC ĐÍCH"), cell("Quy định trình tự.")],
        header=[word.table(row("UBND PHƯỜNG VÍ DỤ", "Mã hiệu: QT-01"), row("ĐĂNG KÝ KHAI SINH", "Lần ban hành: 01"))],
    ),
    "long date": word.WordFile([cell("Mã hiệu: QT-01", "Ngày ban hành: ngày 05 tháng 07 năm 2025")]),
    "one number for both": word.WordFile([cell("Mã số: QT-01", "Lần ban hành/sửa đổi: 01/00")]),
    "decomposed letters": word.WordFile(
        [cell("Ma\u0303 hie\u0323\u0302u: QT-01", "La\u0302\u0300n ban ha\u0300nh: 01")]
    ),
    "split runs": word.WordFile(
        [word.paragraph(word.text("Lần ban "), word.text("hành: 0", bold=True), word.text("1")), cell("Mã hiệu: QT-01")]
    ),
    "content control": word.WordFile([word.block_control(cell("Mã hiệu: QT-01", "Lần ban hành: 01"))]),
}


@pytest.mark.parametrize("frame", FRAMES)
def test_the_register_and_the_file_agree_afterwards(frame: str) -> None:
    before = FRAMES[frame].data()
    stamped = stamp_word(before, FACTS)
    found, problems = found_in(stamped.data)
    assert found["code"].value == "QT.TP.05"
    for name in ("issue", "revision", "issue_date", "effective_date"):
        if name not in stamped.missing:
            assert found[name].value == getattr(FACTS, name)
    assert not [problem for problem in problems if problem.code == "contradiction"]
    assert "code" not in stamped.missing


@pytest.mark.parametrize("frame", FRAMES)
def test_writing_twice_changes_nothing(frame: str) -> None:
    once = stamp_word(FRAMES[frame].data(), FACTS).data
    assert stamp_word(once, FACTS).data == once


def test_the_offices_manner_of_writing_stays() -> None:
    stamped = lines(stamp_word(FRAMES["long date"].data(), FACTS).data)
    assert stamped == ["Mã hiệu: QT.TP.05", "Ngày ban hành: ngày 01 tháng 12 năm 2026"]
    assert "01.12.2026" in lines(stamp_word(FRAMES["labels in a table"].data(), FACTS).data)
    assert "Lần ban hành/sửa đổi: 02/01" in lines(stamp_word(FRAMES["one number for both"].data(), FACTS).data)


def test_the_format_of_a_value_stays() -> None:
    data = stamp_word(FRAMES["split runs"].data(), FACTS).data
    (first, *_) = open_package(data).tree("word/document.xml").iter(f"{{{word.W_NS}}}p")
    bold = [
        "".join(run.itertext())
        for run in first.iter(f"{{{word.W_NS}}}r")
        if run.find(f".//{{{word.W_NS}}}b") is not None
    ]
    assert bold == ["hành: 02"]


def test_text_behind_the_cover_is_never_touched() -> None:
    body = [cell("Mã hiệu: QT-01"), cell("1. MỤC ĐÍCH"), cell("Ghi theo mẫu: Lần ban hành: 01"), cell("Mã hiệu: QT-01")]
    stamped = lines(stamp_word(word.WordFile(body).data(), FACTS).data)
    assert stamped == ["Mã hiệu: QT.TP.05", "1. MỤC ĐÍCH", "Ghi theo mẫu: Lần ban hành: 01", "Mã hiệu: QT-01"]


SIGN_OFFS = {
    "columns": word.table(
        row("", "Soạn thảo", "Soát xét", "Phê duyệt"),
        row("Họ và tên", "Nguyễn Văn X", "", ""),
        row("Chức vụ", "", "Phó phòng", ""),
        row("Chữ ký", "", "", ""),
        row("Ngày", "", "", ""),
    ),
    "rows": word.table(
        row("", "Họ tên", "Chức vụ"),
        row("Người soạn thảo", "", ""),
        row("Người soát xét", "Trần Văn Y", "Phó phòng"),
        row("Người phê duyệt", "", ""),
    ),
}


@pytest.mark.parametrize("layout", SIGN_OFFS)
def test_names_and_positions_go_into_the_sign_off_block(layout: str) -> None:
    data = word.WordFile([cell("Mã hiệu: QT-01"), SIGN_OFFS[layout]]).data()
    stamped = stamp_word(data, FACTS)
    found, _ = found_in(stamped.data)
    assert found["drafter"].value == FACTS.drafter
    assert found["reviewers"].value == FACTS.reviewers
    assert found["approver"].value == FACTS.approver
    assert not {"drafter", "reviewers", "approver"} & set(stamped.missing)
    assert stamp_word(stamped.data, FACTS).data == stamped.data


def test_the_day_of_signing_is_not_the_day_of_issue() -> None:
    data = stamp_word(word.WordFile([SIGN_OFFS["columns"]]).data(), FACTS).data
    assert "01/12/2026" not in lines(data)


def test_a_signer_without_a_place_is_said() -> None:
    facts = replace(FACTS, reviewers=(*FACTS.reviewers, Signatory("Phạm Thị Dung", "Phó phòng")))
    assert "reviewers" in stamp_word(word.WordFile([SIGN_OFFS["columns"]]).data(), facts).missing


REVISIONS = (
    Revision("01/00", date(2025, 7, 5), "Ban hành lần đầu", "Toàn bộ"),
    Revision("02/00", date(2026, 12, 1), "Rút ngắn thời gian thẩm định", "5.7"),
)
REVISION_TABLES = {
    "description": (
        row("Vị trí", "Nội dung sửa đổi", "Lần ban hành / Lần sửa đổi", "Ngày ban hành"),
        row("", "", "", ""),
        row("", "", "", ""),
        row("", "", "", ""),
    ),
    "no free row": (row("Trang", "Mô tả nội dung sửa đổi", "Lần sửa đổi", "Ngày sửa đổi"),),
    "old and new": (
        row("Ngày sửa đổi", "Vị trí", "Nội dung cũ", "Nội dung mới", "Lần sửa đổi"),
        row("", "", "", "", ""),
    ),
}


@pytest.mark.parametrize("kind", REVISION_TABLES)
def test_each_revision_stands_in_the_table_once(kind: str) -> None:
    facts = replace(FACTS, revisions=REVISIONS)
    body = [cell("Mã hiệu: QT-01"), cell("SỬA ĐỔI TÀI LIỆU"), word.table(*REVISION_TABLES[kind])]
    once = stamp_word(word.WordFile(body).data(), facts).data
    rows = revision_rows(read_docx(open_package(once)))
    assert [(each.label, each.date) for each in rows] == [(each.label, each.on) for each in REVISIONS]
    assert [each.description for each in rows] == [each.description for each in REVISIONS]
    assert stamp_word(once, facts).data == once


def test_what_two_versions_differ_in_becomes_rows_of_the_table() -> None:
    def version(days: str, desk: str) -> Reading:
        body = [
            cell("5.1 NƠI TIẾP NHẬN"),
            cell(f"Nộp tại {desk} của xã."),
            cell("5.2 THỜI GIAN"),
            cell(f"Thẩm định trong {days} ngày làm việc."),
        ]
        content = read_docx(open_package(word.WordFile(body).data()))
        return Reading(Source("", "", 0, ""), Fields({}), (), (), (), (), None, content)

    difference = compare(version("03", "Một cửa"), version("02", "Trung tâm"))
    revisions = proposed_revisions(difference, "02/00", date(2026, 12, 1))
    body = [word.table(*REVISION_TABLES["description"])]
    once = stamp_word(word.WordFile(body).data(), replace(FACTS, revisions=revisions)).data
    rows = revision_rows(read_docx(open_package(once)))
    assert [(row.place, row.description, row.label) for row in rows] == [
        ("5.1 NƠI TIẾP NHẬN", "«Một cửa» → «Trung tâm»", "02/00"),
        ("5.2 THỜI GIAN", "«03 ngày làm việc» → «02 ngày làm việc»", "02/00"),
    ]
    assert stamp_word(once, replace(FACTS, revisions=revisions)).data == once


def test_rows_that_people_wrote_stay() -> None:
    body = [
        word.table(
            row("Vị trí", "Nội dung sửa đổi", "Lần sửa đổi", "Ngày sửa đổi"),
            row("5.1", "Sửa căn cứ pháp lý", "00/01", "01/02/2025"),
        )
    ]
    data = stamp_word(word.WordFile(body).data(), replace(FACTS, revisions=REVISIONS)).data
    assert [each.label for each in revision_rows(read_docx(open_package(data)))] == ["00/01", "01/00", "02/00"]


def test_a_file_without_a_frame_comes_back_as_it_was() -> None:
    data = word.WordFile([cell("Nội dung")]).data()
    stamped = stamp_word(data, FACTS)
    assert stamped.data == data
    assert stamped.missing[:2] == ("code", "issue")


def test_open_tracked_changes_are_refused_with_a_sentence() -> None:
    from datetime import UTC, datetime

    old, new = word.WordFile([cell("Mã hiệu: QT-01")]).data(), word.WordFile([cell("Mã hiệu: QT-02")]).data()
    with pytest.raises(Unreadable) as refusal:
        stamp_word(redline(old, new, "An", datetime(2026, 1, 1, tzinfo=UTC)), FACTS)
    assert refusal.value.code == "tracked"


texts = st.sampled_from(
    [
        "Mã hiệu:",
        "Mã số",
        "Lần ban hành: 01",
        "Lần sửa đổi",
        "Ngày ban hành: …/…/2025",
        "01",
        "",
        "UBND",
        "Phê duyệt",
        "Họ tên",
    ]
)
tables = st.lists(st.lists(texts, min_size=1, max_size=4).map(lambda each: row(*each)), min_size=1, max_size=5).map(
    lambda rows: word.table(*rows)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(texts.map(cell), tables), max_size=5), st.lists(tables, max_size=1))
def test_any_frame_is_written_once_and_then_left_alone(body: list[str], header: list[str]) -> None:
    once = stamp_word(word.WordFile(body, header=header).data(), replace(FACTS, revisions=REVISIONS)).data
    assert stamp_word(once, replace(FACTS, revisions=REVISIONS)).data == once


def test_real_procedures_take_the_registers_facts() -> None:
    shared = Path(os.environ.get("ISO_QMS_SHARED", Path(__file__).parents[3] / "shared"))
    files = sorted((shared / "corpus/procedures").glob("*.docx"))
    if not files:
        pytest.skip("the corpus of procedures is not beside the checkout")
    for path in files[::3]:
        stamped = stamp_word(path.read_bytes(), FACTS)
        found, _ = found_in(stamped.data)
        had, _ = found_in(path.read_bytes())
        assert found["code"].value == "QT.TP.05", path.name
        assert set(had) <= set(found), path.name
        assert stamp_word(stamped.data, FACTS).data == stamped.data


def test_a_file_of_python_docx_is_written_too() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("Mã hiệu: QT-01")
    out = io.BytesIO()
    document.save(out)
    assert lines(stamp_word(out.getvalue(), FACTS).data) == ["Mã hiệu: QT.TP.05"]
