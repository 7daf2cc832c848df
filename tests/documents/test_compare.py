"""A difference never says too little, never invents one, and speaks as officers do."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from iso_qms.documents import read_file
from iso_qms.documents.blocks import Cell, Content, Paragraph, Part, Picture, Table
from iso_qms.documents.compare import Fact, compare, compare_processes, revision_rows, to_html, to_text
from iso_qms.documents.comparing.sequence import runs
from iso_qms.documents.comparing.words import pieces, visible
from iso_qms.documents.docx import read_docx
from iso_qms.documents.package import open_package
from iso_qms.documents.reading import Field, Fields, LegalBasis, Reading, Signatory, Source
from tests.documents.office import judging


def reading(
    *blocks: Paragraph | Table, parts: tuple[Part, ...] = (), pictures: tuple[str, ...] = (), **more: Any
) -> Reading:
    content = Content(
        (Part("body", "word/document.xml", tuple(blocks)), *parts),
        pictures=tuple(Picture("word/document.xml", f"word/media/{name}.png", name * 8) for name in pictures),
    )
    given = {"legal_bases": (), "tthc": (), "forms": (), "process": None, **more}
    fields = Fields({name: Field(value, str(value), "bìa", 1.0) for name, value in given.pop("fields", {}).items()})
    return Reading(Source("qt.docx", "", 0, ""), fields, (), content=content, **given)


def table(*rows: tuple[str, ...]) -> Table:
    return Table(
        tuple(
            tuple(Cell((Paragraph(text),), row, col) for col, text in enumerate(texts))
            for row, texts in enumerate(rows)
        )
    )


def of_file(data: bytes) -> Reading:
    return replace(reading(), content=read_docx(open_package(data)))


def step(name: str, days: int = 1, **more: Any) -> dict[str, Any]:
    text = f"{days:02d} ngày"
    return {
        "key": more.pop("key", name.lower()),
        "no": more.pop("no", ""),
        "name": name,
        "roles": ["Công chức tư pháp"],
        "limit": {"working_minutes": days * 480, "text": text},
        "forms": [],
        "outputs": [],
        **more,
    }


items = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(items, items)
@example(list("abcabba"), list("cbabac"))
def test_runs_rebuild_both_sequences(old: list[str], new: list[str]) -> None:
    found = runs(old, new)
    assert [item for run in found for item in old[run.i1 : run.i2]] == old
    assert [item for run in found for item in new[run.j1 : run.j2]] == new
    assert all(old[run.i1 : run.i2] == new[run.j1 : run.j2] for run in found if run.op == "equal")
    assert all(first.op != second.op or first.op == "equal" for first, second in pairwise(found))


@given(items)
def test_equal_sequences_are_one_equal_run(same: list[str]) -> None:
    assert [run.op for run in runs(same, list(same))] == (["equal"] if same else [])


@given(items, st.data())
def test_one_inserted_item_is_one_insertion(old: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(old)))
    new = [*old[:place], "mới", *old[place:]]
    assert [run.op for run in runs(old, new) if run.op != "equal"] == ["insert"]


def test_two_long_documents_without_anything_in_common_are_compared_in_no_time() -> None:
    old, new = [f"cũ {number}" for number in range(20_000)], [f"mới {number}" for number in range(20_000)]
    assert [run.op for run in runs(old, new)] == ["replace"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_rebuild_both_texts(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.op != "insert") == old
    assert "".join(piece.text for piece in found if piece.op != "delete") == new


paragraph_texts = st.text(st.sampled_from("aăâbcđeêghiôơu 0123/.,-\t\u00a0\u200b"), max_size=25)
documents = st.lists(
    st.one_of(
        paragraph_texts.map(Paragraph),
        st.lists(st.lists(paragraph_texts, min_size=1, max_size=3), min_size=1, max_size=3).map(
            lambda rows: table(*map(tuple, rows))
        ),
    ),
    max_size=8,
)


def seen(found: Reading) -> list[str]:
    return [word for part in found.content.parts for line in part.text.split("\n") for word in visible(line).split()]


@given(documents, documents)
def test_no_visible_character_differs_without_being_said(old: list[Any], new: list[Any]) -> None:
    before, after = reading(*old), reading(*new)
    if seen(before) != seen(after):
        assert not compare(before, after).unchanged
        assert compare(before, after).sentences() != ("không có thay đổi",)


@given(documents)
def test_a_document_does_not_differ_from_itself(blocks: list[Any]) -> None:
    same = compare(reading(*blocks), reading(*blocks))
    assert same.identical
    assert same.sentences("vi") == ("không có thay đổi",)
    assert same.sentences("en") == ("no change",)


@given(documents, documents)
def test_whatever_differs_can_be_shown_in_every_form(old: list[Any], new: list[Any]) -> None:
    found = compare(reading(*old), reading(*new))
    for language in ("vi", "en"):
        assert to_html(found, language).count("<section") == 1
        assert to_text(found, language, colour=True)
        assert to_text(found, language)
    assert json.loads(json.dumps(found.as_dict()))["identical"] == found.identical
    assert all(row.description for row in revision_rows(found))
    assert bool(revision_rows(found)) == bool(found.text)


def test_white_space_and_unicode_forms_are_no_difference() -> None:
    old = reading(Paragraph("Thẩm  định hồ sơ\u00a0"), Paragraph(""))
    new = reading(Paragraph("Thẩm định\u200b hồ sơ"))
    assert compare(old, new).identical


def test_every_small_mark_counts() -> None:
    for old, new in (("02 ngày", "03 ngày"), ("hồ sơ", "hổ sơ"), ("có", "có."), ("Điều 5", "Điều 6"), ("a,b", "a;b")):
        assert not compare(reading(Paragraph(old)), reading(Paragraph(new))).unchanged


def test_a_replaced_picture_is_said() -> None:
    old, new = reading(pictures=("a", "b")), reading(pictures=("a", "c"))
    assert compare(old, new).sentences() == ("thay hình thứ 2",)
    assert compare(old, reading(pictures=("a",))).sentences() == ("bỏ hình thứ 2",)
    assert compare(old, reading(pictures=("a", "b", "b"))).sentences() == ("thêm hình thứ 2",)
    assert compare(old, reading(pictures=("b", "a"))).sentences() == ("hình đổi chỗ cho nhau",)


def test_the_sentence_of_the_handbook() -> None:
    old = reading(
        process={"steps": [step("Thẩm định", 3)]},
        legal_bases=(LegalBasis("Nghị định", "85/2017/NĐ-CP", None, ""),),
        forms=("BM.TP.07.01",),
    )
    new = reading(
        process={"steps": [step("Thẩm định", 2)]},
        legal_bases=(LegalBasis("Nghị định", "08/2026/NĐ-CP", None, ""),),
        forms=("BM.TP.07.01", "BM.TP.07.02"),
    )
    assert set(compare(old, new).sentences()) == {
        "bước «Thẩm định»: 03 → 02 ngày (ngắn hơn 1 ngày)",
        "thêm biểu mẫu BM.TP.07.02",
        "căn cứ pháp lý Nghị định 85/2017/NĐ-CP → Nghị định 08/2026/NĐ-CP",
    }
    assert "step «Thẩm định»: 03 → 02 ngày (1 day(s) shorter)" in compare(old, new).sentences("en")


def test_fields_are_told_as_offices_print_them() -> None:
    an = Signatory("Nguyễn Văn An", "Chủ tịch")
    old = reading(fields={"issue": 1, "issue_date": date(2025, 7, 1), "approver": an})
    new = reading(fields={"issue": 2, "issue_date": date(2026, 1, 5), "approver": an})
    assert compare(old, new).sentences() == ("lần ban hành: 01 → 02", "ngày ban hành: 01/07/2025 → 05/01/2026")


def test_a_step_keeps_its_identity_when_another_takes_its_number() -> None:
    old = [step("Tiếp nhận hồ sơ", no="1"), step("Thẩm định hồ sơ", 3, no="2"), step("Trả kết quả", no="3")]
    new = [
        step("Tiếp nhận hồ sơ", no="1"),
        step("Kiểm tra thực địa", 2, no="2"),
        step("Thẩm định hồ sơ", 3, no="3"),
        step("Trả kết quả", no="4"),
    ]
    (fact,) = compare_processes({"steps": old}, {"steps": new})
    assert (fact.kind, fact.new) == ("added", "Kiểm tra thực địa")
    assert fact.vi == "thêm bước 2 «Kiểm tra thực địa» (02 ngày)"


def test_steps_that_changed_places_are_called_reordered() -> None:
    old = [step("Tiếp nhận"), step("Thẩm định"), step("Ký duyệt")]
    (fact,) = compare_processes({"steps": old}, {"steps": [old[1], old[0], old[2]]})
    assert fact.kind == "reordered"


def test_role_form_output_and_duty_of_a_step_are_told_apart() -> None:
    old = step("Thẩm định", forms=["BM.01"], outputs=["Tờ trình"])
    new = {**old, "roles": ["Lãnh đạo phòng"], "forms": ["BM.02"], "outputs": [], "mandatory": False}
    told = [fact.vi for fact in compare_processes({"steps": [old]}, {"steps": [new]})]
    assert told == [
        "bước «Thẩm định»: trách nhiệm Công chức tư pháp → Lãnh đạo phòng",
        "bước «Thẩm định»: thêm biểu mẫu BM.02",
        "bước «Thẩm định»: bỏ biểu mẫu BM.01",
        "bước «Thẩm định»: bỏ kết quả Tờ trình",
        "bước «Thẩm định»: nay không bắt buộc",
    ]


def test_papers_fees_channels_and_the_total_are_told() -> None:
    old = {
        "total": {"working_minutes": 2400, "text": "05 ngày làm việc"},
        "components": [{"name": "Tờ khai", "original": 1}],
        "fees": ["Không"],
        "channels": ["trực tiếp"],
    }
    new = {
        "total": {"working_minutes": 1680, "text": "3,5 ngày làm việc"},
        "components": [{"name": "Tờ khai", "original": 2}],
        "fees": ["Không"],
        "channels": ["trực tiếp", "trực tuyến"],
    }
    assert [fact.vi for fact in compare_processes(old, new)] == [
        "tổng thời gian giải quyết: 05 → 3,5 ngày làm việc (ngắn hơn 1,5 ngày)",
        "thêm thành phần hồ sơ Tờ khai (2 bản chính)",
        "bỏ thành phần hồ sơ Tờ khai (1 bản chính)",
        "thêm cách nộp trực tuyến",
    ]


steps = st.lists(
    st.builds(
        step,
        st.sampled_from(["Tiếp nhận", "Thẩm định hồ sơ", "Trình ký", "Ký duyệt", "Trả kết quả", "Lưu hồ sơ"]),
        st.integers(1, 5),
    ),
    max_size=6,
)


@given(steps, steps)
def test_two_processes_differ_exactly_when_something_is_told(old: list[Any], new: list[Any]) -> None:
    facts = compare_processes({"steps": old}, {"steps": new})
    assert bool(facts) == (old != new)


def test_changes_stand_under_their_heading() -> None:
    old = reading(Paragraph("5. NỘI DUNG"), Paragraph("Nộp tại Một cửa."), Paragraph("6. BIỂU MẪU"), Paragraph("BM.01"))
    new = reading(
        Paragraph("5. NỘI DUNG"), Paragraph("Nộp tại Trung tâm."), Paragraph("6. BIỂU MẪU"), Paragraph("BM.01")
    )
    assert list(compare(old, new).by_section()) == ["5. NỘI DUNG"]
    (row,) = revision_rows(compare(old, new))
    assert (row.place, row.description) == ("5. NỘI DUNG", "«Một cửa» → «Trung tâm»")


def test_a_revision_row_names_the_step_and_the_unit() -> None:
    rows = ("B5", "Lập phiếu kiểm soát", "02 giờ làm việc"), ("B6", "Thẩm định", "03 ngày")
    old = reading(Paragraph("Lần ban hành: 01"), Paragraph("5. NỘI DUNG"), table(*rows))
    new = reading(
        Paragraph("Lần ban hành: 02"), Paragraph("5. NỘI DUNG"), table((*rows[0][:2], "01 giờ làm việc"), rows[1])
    )
    (row,) = revision_rows(compare(old, new))
    assert (row.place, row.description) == ("5. NỘI DUNG", "B5: «02 giờ làm việc» → «01 giờ làm việc»")


def test_a_new_section_is_said_by_name() -> None:
    old = reading(Paragraph("5. NỘI DUNG"), Paragraph("Nộp hồ sơ."))
    new = reading(Paragraph("5. NỘI DUNG"), Paragraph("Nộp hồ sơ."), Paragraph("8. PHỤ LỤC"), Paragraph("Sơ đồ."))
    assert compare(old, new).sentences()[0] == "thêm mục «8. PHỤ LỤC»"


def test_a_paragraph_that_moved_is_not_a_loss_and_a_gain() -> None:
    lines = [Paragraph(f"Đoạn số {word} nói về việc {word}.") for word in ("một", "hai", "ba", "bốn")]
    found = compare(reading(*lines), reading(*lines[1:], lines[0]))
    assert [change.kind for change in found.text] == ["moved"]


def test_page_numbers_and_contents_are_set_aside_but_reported() -> None:
    old = reading(
        Paragraph("1. Mục đích ........... 2", style="TOC1"),
        parts=(Part("header", "word/header1.xml", (Paragraph("QT.01    Trang: 1/11"),)),),
    )
    new = reading(
        Paragraph("1. Mục đích ........... 3", style="TOC1"),
        parts=(Part("header", "word/header1.xml", (Paragraph("QT.01    Trang: 1/12"),)),),
    )
    found = compare(old, new)
    assert found.unchanged
    assert not found.identical
    assert found.sentences() == ("chỉ số trang ghi trong tệp khác nhau",)
    assert len(found.pages) == 2


def test_a_running_line_with_other_words_is_furniture_and_still_a_change() -> None:
    old = reading(parts=(Part("header", "word/header1.xml", (Paragraph("UBND phường Ví Dụ – Trang 1/2"),)),))
    new = reading(parts=(Part("header", "word/header1.xml", (Paragraph("UBND xã Ví Dụ – Trang 1/3"),)),))
    found = compare(old, new)
    assert not found.unchanged
    assert found.text == ()
    assert found.sentences() == ("ngoài nội dung: đầu trang",)


def test_a_list_number_that_prints_otherwise_is_said() -> None:
    old, new = (reading(Paragraph("Trả kết quả.", number=number)) for number in ("5.2.", "5.3."))
    found = compare(old, new)
    assert [(change.kind, change.old, change.new) for change in found.furniture] == [("renumbered", "5.2.", "5.3.")]
    assert found.sentences() == ("ngoài nội dung: đánh số mục",)
    assert not found.unchanged


def test_steps_renumbered_by_an_inserted_row_do_not_drown_it() -> None:
    old = table(("1", "Tiếp nhận hồ sơ"), ("2", "Thẩm định hồ sơ"), ("3", "Trả kết quả"))
    new = table(("1", "Tiếp nhận hồ sơ"), ("2", "Đi thực địa"), ("3", "Thẩm định hồ sơ"), ("4", "Trả kết quả"))
    found = compare(reading(old), reading(new))
    assert [(change.kind, change.new) for change in found.text] == [("added", "2 | Đi thực địa")]
    assert [change.kind for change in found.furniture] == ["renumbered", "renumbered"]


def test_nothing_from_a_document_becomes_markup_or_terminal_control() -> None:
    old = reading(Paragraph("an toàn"))
    new = reading(Paragraph("<script>alert('x')</script> \x1b[2J \u202e"))
    html = to_html(compare(old, new))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in to_text(compare(old, new))
    assert "\u202e" not in html


def word_file(*, spaced: bool = False) -> bytes:
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "QT.TP.05 – Lần ban hành: 02"
    document.add_heading("5. NỘI DUNG", 1)
    paragraph = document.add_paragraph()
    for word in ("Công chức ", "tiếp nhận ", "hồ sơ."):
        paragraph.add_run(word).bold = spaced
    rows = document.add_table(2, 2)
    for place, cell in enumerate(rows._cells):
        cell.text = f"Ô {place}"
    if spaced:
        document.add_paragraph("")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_file_saved_again_with_other_runs_and_formats_is_unchanged() -> None:
    assert compare(of_file(word_file()), of_file(word_file(spaced=True))).identical


def test_no_field_of_a_definition_changes_without_a_word() -> None:
    old = {
        "steps": [
            step("Tiếp nhận", key="a", after=[]),
            step("Thẩm định", key="b", after=["a"]),
            step("Trình", key="c", after=["b"]),
        ],
        "exits": [{"from": "b", "kind": "trả lại", "form": "BM.01"}],
    }
    first, second, third = old["steps"]
    for new in (
        [first, {**second, "pausable": True}, third],
        [first, {**second, "note": "qua bưu chính"}, third],
        [first, {**second, "form_text": "Phiếu hẹn"}, third],
        [first, second, {**third, "after": ["a", "b"]}],
    ):
        (fact,) = compare_processes(old, {**old, "steps": new})
        assert fact.topic == "step"
    assert [fact.vi for fact in compare_processes(old, {**old, "exits": []})] == [
        "bỏ nhánh xử lý trả lại – Thẩm định – BM.01"
    ]


def told_edit(edit: dict[str, Any], facts: tuple[Fact, ...]) -> bool:
    """Whether a known edit of the corpus is named by a fact of the right kind."""
    kinds = {"time": {"longer", "shorter", "changed"}, "who": {"role"}, "content": {"renamed"}}
    kinds |= {"insert": {"added"}, "delete": {"removed"}}
    if edit["kind"] == "time" and any(fact.kind == "added" and fact.new == edit["step"] for fact in facts):
        return any(fact.kind == "added" and edit["to"] in fact.vi for fact in facts)
    return any(
        fact.topic == "step"
        and fact.kind in kinds[edit["kind"]]
        and (visible(edit.get("to", "")) in fact.new or edit["kind"] == "content")
        and visible(edit.get("content", "")) in (fact.new if edit["kind"] == "insert" else fact.old or fact.new)
        for fact in facts
    )


def test_every_known_edit_of_the_real_procedures_is_told() -> None:
    folder = shared() / "corpus/procedures"
    truths = sorted(folder.glob("*.json"))
    if not truths:
        pytest.skip("the corpus of procedures is not beside the checkout")
    missed = []
    edits = 0
    for path in truths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        old, new = (read_file(folder / f"{path.stem}.{side}.docx") for side in ("v1", "v2"))
        facts = compare(old, new).facts
        for edit in truth["edits"]:
            edits += 1
            if changed_again(edit, truth["v2"]["steps"]) or told_edit(edit, facts):
                continue
            missed.append((path.stem, edit))
    assert edits > 40
    assert missed == []


def changed_again(edit: dict[str, Any], steps: list[dict[str, Any]]) -> bool:
    """Whether a later edit of the same procedure dropped the step that this one had changed."""
    wanted = edit.get("step") or edit.get("content") or edit.get("to", "")
    return edit["kind"] != "delete" and not any(wanted in each["content"] for each in steps)


def test_a_mark_that_moved_to_the_next_column_is_a_difference() -> None:
    found = compare(reading(table(("Tờ khai", "x", ""))), reading(table(("Tờ khai", "", "x"))))
    assert not found.unchanged


def pages(*texts: str, broken: int) -> Reading:
    """A PDF as the reader gives it: lines of so many words, a running header and a page number on each page."""
    given = reading()
    parts = []
    for number, text in enumerate(texts, 1):
        found = text.split()
        body = [" ".join(found[start : start + broken]) for start in range(0, len(found), broken)]
        shown = ["QT.TP.05 – Lần ban hành 02", *body, f"Trang {number}/{len(texts)}"]
        parts.append(Part("body", f"page/{number}", tuple(map(Paragraph, shown))))
    return replace(given, content=Content(tuple(parts)))


LONG = "Công chức tiếp nhận hồ sơ, kiểm tra thành phần rồi cấp giấy hẹn; thời hạn thẩm định là 03 ngày làm việc. " * 3


OTHER = "Kết quả được trả tại quầy hoặc qua bưu chính; cán bộ ghi sổ, lưu hồ sơ và báo cáo hằng tháng. " * 3


def test_lines_of_a_pdf_that_break_elsewhere_are_no_difference() -> None:
    assert compare(pages(LONG, OTHER, broken=7), pages(LONG, OTHER, broken=9)).identical
    assert not compare(pages(LONG, OTHER, broken=7), pages(OTHER, LONG, broken=7)).unchanged


def test_a_word_that_differs_in_a_pdf_is_told_with_the_words_around_it() -> None:
    new = LONG.replace("03 ngày", "02 ngày", 1)
    (change,) = compare(pages(LONG, OTHER, broken=7), pages(new, OTHER, broken=8)).text
    assert (change.kind, change.old, change.new) == ("changed", "03", "02")
    assert "thẩm định là" in change.pieces[0].text


@given(st.lists(st.sampled_from("mã lần 02 03 ngày hồ sơ thẩm định".split()), max_size=40), st.data())  # noqa: SIM905
def test_no_word_of_a_pdf_changes_unsaid(words_: list[str], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.sampled_from("mã lần 02 03 ngày hồ sơ thẩm định".split()), max_size=40))  # noqa: SIM905
    found = compare(pages(" ".join(words_), broken=5), pages(" ".join(other), broken=6))
    assert found.unchanged == (words_ == other)


@cache
def office_files() -> list[bytes]:
    """The procedures that this repository holds, as their officers wrote them."""
    return [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "procedures").rglob("*.docx"))]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_one_changed_letter_anywhere_in_a_real_file_is_said(data: st.DataObject) -> None:
    files = office_files()
    assert files, "the repository's own procedures are not where they belong"
    whole = files[data.draw(st.integers(0, len(files) - 1))]
    archive = zipfile.ZipFile(io.BytesIO(whole))
    shown = r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml"
    part = data.draw(st.sampled_from([name for name in archive.namelist() if re.fullmatch(shown, name)]))
    xml = archive.read(part).decode()
    letters = [
        found.start(1) + place
        for found in re.finditer(r"<w:t(?: [^>]*)?>([^<&]*)</w:t>", xml)
        for place, letter in enumerate(found[1])
        if not letter.isspace()
    ]
    if not letters:
        return
    at = letters[data.draw(st.integers(0, len(letters) - 1))]
    changed = xml[:at] + ("ặ" if xml[at] != "ặ" else "x") + xml[at + 1 :]
    assert not compare(of_file(whole), of_file(with_part(whole, part, changed.encode()))).identical


def with_part(whole: bytes, part: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, data if name == part else source.read(name))
    return out.getvalue()


@pytest.mark.slow
def test_a_file_saved_again_by_another_program_is_unchanged(tmp_path: Path) -> None:
    with judging(tmp_path) as judge:
        for data in (word_file(), *corpus_files(8), *office_files()[::10]):
            found = compare(of_file(data), of_file(judge.resaved(data)))
            assert found.unchanged, found.in_words()


def corpus_files(count: int) -> list[bytes]:
    files = sorted((shared() / "corpus/procedures").glob("*.docx"))
    return [path.read_bytes() for path in files[:: 80 // count][:count]]


def shared() -> Path:
    return Path(os.environ.get("ISO_QMS_SHARED", Path(__file__).parents[3] / "shared"))
