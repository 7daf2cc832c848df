"""What an officer may rely on in every Word file of the office's set."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from tests.procedures import word_set as office
from tests.procedures.word_set import CHANGED_FORMS, CHANGES, EVERY_FILE, FORMS, HOME, PROCEDURES, WHOLE

each_procedure = pytest.mark.parametrize("path", WHOLE, ids=office.name)
each_form = pytest.mark.parametrize("path", [*FORMS, *CHANGED_FORMS], ids=office.name)
each_file = pytest.mark.parametrize("path", EVERY_FILE, ids=office.name)

SIX_OF_THE_SYSTEM = {f"QT-0{number}" for number in range(1, 7)}
# As published on dichvucong.gov.vn; the time of QT.TP.02 is that of Điều 37 Nghị định 23/2015/NĐ-CP.
PUBLISHED = {
    "QT.TP.01": ("1.001022", "163/QĐ-BTP", "03 ngày làm việc"),
    "QT.TP.02": ("2.001019", "858/QĐ-BTP", "02 ngày làm việc"),
    "QT.VH.02": ("3.000509", "5461/QĐ-BCA-C07", "05 ngày làm việc"),
    "QT-ĐC-03": ("1.013979", "2304/QĐ-BNNMT", "10 ngày làm việc"),
    "QT-TS-01": ("1.014801", "339/QĐ-BNNMT", "05 ngày làm việc"),
    "QT-TL-02": ("1.014849", "1750/QĐ-BNNMT", "11 ngày làm việc"),
    "QT.GT.01": ("1.009454", "870/QĐ-BXD", "05 ngày làm việc"),
    "QT-HG-01": ("2.002080", "2338/QĐ-BTP", "05 ngày làm việc"),
}
SEVEN_SECTIONS = ("MỤC ĐÍCH", "PHẠM VI", "TÀI LIỆU VIỆN DẪN", "", "NỘI DUNG", "BIỂU MẪU", "HỒ SƠ CẦN LƯU")
ROMAN_SECTIONS = ("THÀNH PHẦN HỒ SƠ", "NƠI TIẾP NHẬN", "TRÌNH TỰ", "CƠ SỞ PHÁP LÝ", "BIỂU MẪU", "HỒ SƠ CẦN LƯU")


def test_the_office_has_the_six_system_procedures_and_at_least_seven_of_administrative_procedures() -> None:
    codes = {path.stem for path in PROCEDURES}
    assert codes == SIX_OF_THE_SYSTEM | set(PUBLISHED)
    assert len(PROCEDURES) >= 13


@each_procedure
def test_cover_header_and_file_name_say_the_same(path: Path) -> None:
    facts = office.cover_facts(path)
    assert facts == office.header_facts(path)
    assert next(iter(facts.values())) == path.stem
    assert all(facts.values())
    assert office.opened(path).core_properties.subject == path.stem


@each_procedure
def test_every_page_but_the_cover_shows_its_number_and_their_count(path: Path) -> None:
    section = office.opened(path).sections[0]
    fields = [element.text.strip() for element in section.header._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert section.different_first_page_header_footer


@each_procedure
def test_the_last_row_of_the_revision_table_is_the_version_on_the_cover(path: Path) -> None:
    table = office.table_with(path, "Yêu cầu sửa đổi/ bổ sung", "Mô tả nội dung sửa đổi", "Ngày ban hành")
    filled = [row for row in table[1:] if any(row)]
    assert all(all(row) for row in filled), "hàng sửa đổi phải đủ năm cột"
    facts = office.cover_facts(path)
    label = " / ".join(value for name, value in facts.items() if name.startswith("Lần"))
    assert filled[-1][3:] == [label, facts["Ngày ban hành"]]


@each_procedure
def test_three_different_persons_draft_review_and_approve(path: Path) -> None:
    (table,) = [table for table in office.tables(path) if table[0][0] == "Trách nhiệm"]
    named = {row[0]: row[1:] for row in table}
    names = named.get("Họ và tên") or named["Họ tên"]
    assert table[0][1:] in (["Soạn thảo", "Xem xét", "Phê duyệt"], ["Soạn thảo", "Soát xét", "Phê duyệt"])
    assert len(set(names)) == 3
    assert all(names) and all(named["Chức vụ"])
    assert named["Chữ ký"] == ["", "", ""]


@each_procedure
def test_the_sections_are_there_in_order(path: Path) -> None:
    heads = [p.text for p in office.opened(path).paragraphs if p.style.name == "Heading 1"]
    wanted = ROMAN_SECTIONS if heads[0].startswith("THÀNH PHẦN") else SEVEN_SECTIONS
    assert len(heads) == len(wanted)
    assert all(head.startswith(want) for head, want in zip(heads, wanted, strict=True)), heads


@each_procedure
def test_the_times_of_the_steps_add_up_to_what_is_announced(path: Path) -> None:
    said = office.announced(path)
    times = [office.minutes(row[3]) for row in office.steps(path)]
    total = sum(time for time in times if time is not None)
    assert total == office.minutes(said.total_of_steps) == office.minutes(said.time_limit)


@each_procedure
def test_steps_are_numbered_without_a_gap_and_each_has_someone_responsible(path: Path) -> None:
    rows = office.steps(path)
    assert [row[0] for row in rows] == [f"B{number}" for number in range(1, len(rows) + 1)]
    assert all(row[1] and row[2] and row[3] and row[4] for row in rows)


@each_procedure
def test_the_list_of_forms_and_the_form_files_are_the_same_set(path: Path) -> None:
    listed = office.listed_forms(path)
    own = {code for code in listed if code.startswith(f"BM.{path.stem}.")}
    beside = {file.stem for folder in (HOME / path.stem, path.parent) for file in folder.glob("bieu-mau/BM.*.docx")}
    everywhere = {file.stem for file in [*FORMS, *CHANGED_FORMS]}
    assert own == beside
    assert set(listed) <= everywhere
    assert len(listed) == len(set(listed))


@each_procedure
def test_a_form_named_in_a_step_is_on_the_list_of_forms(path: Path) -> None:
    named = {code for row in office.steps(path) for cell in row for code in office.FORM_CODE.findall(cell)}
    assert named, "quy trình nào cũng để lại hồ sơ"
    assert named <= set(office.listed_forms(path))


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_procedure_for_citizens_names_its_published_code_decision_and_time(code: str) -> None:
    number, decision, time = PUBLISHED[code]
    path = HOME / code / f"{code}.docx"
    text = "\n".join(paragraph.text for paragraph in office.opened(path).paragraphs)
    assert f"Mã TTHC: {number}" in text
    assert f"quyết định công bố: số {decision}" in text
    assert office.announced(path).time_limit == time


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_papers_to_bring_say_original_or_copy(code: str) -> None:
    table = office.table_with(HOME / code / f"{code}.docx", "Bản chính", "Bản sao")
    for row in table[1:]:
        is_group = row[0] in {"A", "B"} or row[1].endswith(":")
        assert is_group or row[2] or row[3], row


@each_form
def test_a_form_carries_its_own_code_and_the_date_of_its_procedure(path: Path) -> None:
    mark = office.opened(path).sections[0].header.paragraphs[0].text
    code, issue, date = mark.split(" – ")
    assert code == path.stem
    assert issue == "Lần ban hành: 01"
    procedure = path.parents[1] / f"{path.parents[1].name}.docx"
    assert date == f"Ngày ban hành: {office.cover_facts(procedure)['Ngày ban hành']}"


@each_form
def test_a_form_has_a_place_to_write_and_a_title(path: Path) -> None:
    document = office.opened(path)
    titles = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Title"]
    lines = [paragraph for paragraph in document.paragraphs if "\t" in paragraph.text]
    empty = [row for table in office.tables(path) for row in table if not any(row)]
    assert titles
    assert lines or empty


def centimetres(*lengths: Length) -> tuple[float, ...]:
    return tuple(round(length.cm, 1) for length in lengths)


@each_file
def test_every_page_is_set_as_the_office_sets_its_pages(path: Path) -> None:
    document = office.opened(path)
    section, normal = document.sections[0], document.styles["Normal"]
    assert normal.font.name == "Times New Roman"
    if path in WHOLE:
        assert (normal.font.size, centimetres(section.page_width, section.page_height)) == (Pt(13), (21.0, 29.7))
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert centimetres(*margins) == (2.0, 2.0, 3.0, 1.5)


@each_file
def test_tables_that_may_break_over_pages_repeat_their_header(path: Path) -> None:
    for table in office.opened(path).tables:
        if len(table.rows) > 8:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


@each_file
def test_text_is_composed_vietnamese_without_typing_leftovers(path: Path) -> None:
    document = office.opened(path)
    cells = [cell for table in office.tables(path) for row in table for cell in row]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    assert unicodedata.normalize("NFC", text) == text
    assert not re.search(r"\*\*|__|@\w|¶|\|", text)


@pytest.mark.parametrize("path", CHANGES, ids=office.name)
def test_a_prepared_change_is_the_next_version_of_its_procedure(path: Path) -> None:
    before = office.cover_facts(HOME / path.stem / path.name)
    after = office.cover_facts(path)
    order = [name for name in before if name.startswith("Lần")]
    assert [int(before[name]) for name in order] < [int(after[name]) for name in order]
    assert before["Ngày ban hành"][6:] <= after["Ngày ban hành"][6:]


def test_the_change_of_the_landing_stages_shortens_one_step_adds_one_form_and_replaces_one_law() -> None:
    old, new = HOME / "QT.GT.01" / "QT.GT.01.docx", HOME / "changes" / "QT.GT.01" / "QT.GT.01.docx"
    changed = [(a[3], b[3]) for a, b in zip(office.steps(old), office.steps(new), strict=True) if a[:4] != b[:4]]
    assert changed == [("03 ngày làm việc", "02 ngày làm việc")]
    assert set(office.listed_forms(new)) - set(office.listed_forms(old)) == {"BM.QT.GT.01.03"}
    bases = [
        {p.text for p in office.opened(path).paragraphs if p.text.startswith("Quyết định số")} for path in (old, new)
    ]
    assert len(bases[0] - bases[1]) == len(bases[1] - bases[0]) == 1


TABLE_ORDER = ("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW")
TABLE_ORDER += ("jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook")
CELL_ORDER = ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "vAlign")


@each_file
def test_table_properties_keep_the_order_that_word_demands(path: Path) -> None:
    document = office.opened(path)
    for root in (document.element.body, document.sections[0].header._element):
        for tag, order in (("w:tblPr", TABLE_ORDER), ("w:tcPr", CELL_ORDER)):
            for properties in root.iter(qn(tag)):
                places = [order.index(child.tag.split("}")[1]) for child in properties]
                assert places == sorted(places)


SPOKEN = {"UBND", "HĐND", "ISO", "TCVN", "HTQLCL", "III"}


@each_procedure
def test_an_abbreviation_in_the_steps_is_explained(path: Path) -> None:
    said = " ".join(cell for row in office.steps(path) for cell in row)
    said = re.sub(r"BM\.\S+|QT[.-]\S+|“[^”]*”|SỬA ĐỔI TÀI LIỆU", " ", said)
    used = set(re.findall(r"\b[A-ZĐ]{3,}(?:-[A-ZĐ]+)?\b", said)) - SPOKEN
    elsewhere = " ".join(cell for table in office.tables(path) for row in table if len(row) == 2 for cell in row)
    elsewhere += " ".join(p.text for p in office.opened(path).paragraphs if p.text.startswith("Từ viết tắt"))
    assert not [word for word in sorted(used) if word not in elsewhere]
