"""Every word a reader of the page sees is read, once and in order; what nobody sees is said."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.documents.blocks import Content, Paragraph, Table, lines, paragraphs
from iso_qms.documents.docx import read_docx
from iso_qms.documents.package import open_package
from tests.documents import wordxml as x


def read(body: str, more: dict[str, str] | None = None) -> Content:
    return read_docx(open_package(x.docx(body, more)))


def said(content: Content) -> list[str]:
    return [line for part in content.parts for line in lines(part.blocks) if line]


def codes(content: Content) -> set[str]:
    return {problem.code for problem in content.problems}


def test_a_text_box_is_read_once_though_word_writes_it_twice() -> None:
    content = read(x.p("trước") + x.text_box(x.p("Mã hiệu: QT-01")) + x.p("sau"))
    assert said(content) == ["trước", "sau", "Mã hiệu: QT-01"]
    assert [part.kind for part in content.parts] == ["body", "textbox"]


def test_a_watermark_drawn_as_word_art_is_read() -> None:
    mark = '<w:r><w:pict><v:shape><v:textpath string="DỰ THẢO"/></v:shape></w:pict></w:r>'
    content = read(x.p("thân"), {"header1": x.p(inner=mark)})
    assert ("textbox", "DỰ THẢO") in [(part.kind, part.text) for part in content.parts]


def test_a_shape_of_a_flow_chart_belongs_to_the_cell_it_is_drawn_in() -> None:
    content = read(x.table([["Trách nhiệm", x.cell(raw=x.text_box(x.p("Thẩm định")))]]))
    table = content.body[0]
    assert isinstance(table, Table)
    assert table.rows[0][1].text.split() == ["Thẩm", "định"]


def test_insertions_are_read_as_inserted_and_deletions_as_deleted() -> None:
    content = read(x.p(inner=x.run("trong ") + x.deleted("23") + x.inserted("24") + x.run(" ngày")))
    paragraph = content.body[0]
    assert isinstance(paragraph, Paragraph)
    assert (paragraph.text, paragraph.deleted) == ("trong 24 ngày", "23")
    assert [(change.kind, change.text, change.author) for change in content.changes] == [
        ("deleted", "23", "Nguyễn Văn An"),
        ("inserted", "24", "Nguyễn Văn An"),
    ]
    assert "tracked-changes" in codes(content)


def test_headers_footers_notes_and_comments_are_parts_of_their_own() -> None:
    more = {
        "header1": x.p("đầu trang"),
        "header2": x.p("đầu trang đầu"),
        "footer1": x.p("chân trang"),
        "footnotes": f'<w:footnote w:id="1">{x.p("chú thích")}</w:footnote>',
        "endnotes": f'<w:endnote w:id="1">{x.p("chú thích cuối")}</w:endnote>',
        "comments": f'<w:comment w:id="1">{x.p("xem lại")}</w:comment>',
    }
    content = read(x.p("thân"), more)
    assert [(part.kind, part.text) for part in content.parts] == [
        ("header", "đầu trang"),
        ("header", "đầu trang đầu"),
        ("body", "thân\n" if content.parts[2].text.endswith("\n") else "thân"),
        ("footer", "chân trang"),
        ("footnotes", "chú thích"),
        ("endnotes", "chú thích cuối"),
        ("comments", "xem lại"),
    ]


def test_content_controls_links_fields_and_formulas_lose_nothing() -> None:
    link = f'<w:hyperlink r:id="r9">{x.run("liên kết")}</w:hyperlink>'
    field = f'<w:fldSimple w:instr="NUMPAGES">{x.run("8")}</w:fldSimple>'
    complex_field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{x.run("3")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    formula = "<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"
    inline = x.control(x.run("điều khiển"))
    content = read(
        x.control(x.p(inner=link + x.run(" ") + field + x.run("/") + complex_field)) + x.p(inner=inline + formula)
    )
    assert said(content) == ["liên kết 8/3", "điều khiểnx+1"]


def test_tabs_breaks_and_special_hyphens_keep_words_apart() -> None:
    inner = x.run("Mã hiệu:\tQT\nLần") + "<w:r><w:noBreakHyphen/><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>"
    assert said(read(x.p(inner=inner))) == ["Mã hiệu:\tQT\nLần-☑"]


def test_decomposed_letters_are_composed() -> None:
    assert said(read(x.p("Ma\u0303 hie\u0323\u0302u"))) == ["Mã hiệu"]


def test_merged_cells_are_one_cell_at_its_place_in_the_grid() -> None:
    rows = [
        [x.cell("Bước 1", merge="restart"), x.cell("rộng", span=2)],
        [x.cell(merge="continue"), "a", "b"],
        [x.cell("Bước 2"), "c", "d"],
    ]
    table = read(x.table(rows)).body[0]
    assert isinstance(table, Table)
    placed = [(cell.text, cell.row, cell.col, cell.rowspan, cell.colspan) for row in table.rows for cell in row]
    assert placed == [
        ("Bước 1", 0, 0, 2, 1),
        ("rộng", 0, 1, 1, 2),
        ("a", 1, 1, 1, 1),
        ("b", 1, 2, 1, 1),
        ("Bước 2", 2, 0, 1, 1),
        ("c", 2, 1, 1, 1),
        ("d", 2, 2, 1, 1),
    ]
    assert table.width == 3


def test_rows_and_cells_inside_content_controls_are_rows_and_cells() -> None:
    row = f"<w:tr>{x.control(x.cell('một'))}{x.cell('hai')}</w:tr>"
    table = read(f"<w:tbl>{x.control(row)}</w:tbl>").body[0]
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [["một", "hai"]]


def test_headings_and_list_numbers_are_counted_as_word_prints_them() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="Mục"/><w:basedOn w:val="A"/></w:style>'
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, start, kind, text in (
            (0, 5, "decimal", "%1."),
            (1, 1, "lowerLetter", "%1.%2)"),
            (2, 1, "bullet", "•"),
        )
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = "".join(x.p(str(n), numbered=level) for n, level in enumerate((0, 1, 1, 2, 0, 1))) + x.p("đề mục", style="B")
    content = read(body, {"styles": styles, "numbering": numbering})
    found = [block for block in content.body if isinstance(block, Paragraph)]
    assert [paragraph.number for paragraph in found[:6]] == ["5.", "5.a)", "5.b)", None, "6.", "6.a)"]
    assert found[6].level == 1


def test_strict_files_are_read_like_transitional_ones() -> None:
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts = {name: data.replace(x.W.encode(), strict) for name, data in x.parts(x.p("chữ")).items()}
    assert said(read_docx(open_package(x.zipped(parts)))) == ["chữ"]


def test_a_picture_is_known_by_its_digest_and_a_missing_one_is_said() -> None:
    parts = x.parts(x.p(inner='<w:r><w:drawing><a:blip r:embed="p1"/><a:blip r:embed="p2"/></w:drawing></w:r>'))
    links = (
        f'<Relationship Id="p1" Target="media/a.png" Type="{x.R}/image"/>'
        f'<Relationship Id="p2" Target="media/b.png" Type="{x.R}/image"/>'
    )
    parts["word/_rels/document.xml.rels"] = x.relationships(links)
    parts["word/media/a.png"] = b"abc"
    content = read_docx(open_package(x.zipped(parts)))
    assert [picture.sha256[:8] for picture in content.pictures] == ["ba7816bf"]
    assert "missing-part" in codes(content)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=12)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Body XML of random constructions with the words in it, in any order."""
    words: list[str] = []

    def word() -> str:
        words.append(draw(WORDS))
        return words[-1]

    def block(depth: int) -> str:
        kind = draw(st.sampled_from(("p", "table", "control", "box", "inserted", "link") if depth < 3 else ("p",)))
        if kind == "table":
            width = draw(st.integers(1, 3))
            return x.table([[x.cell(raw=block(depth + 1)) for _ in range(width)] for _ in range(2)])
        if kind == "control":
            return x.control(block(depth + 1))
        if kind == "box":
            return x.text_box(block(depth + 1))
        if kind == "inserted":
            return x.p(inner=x.inserted(word()) + x.deleted("bị xóa") + x.run(word()))
        if kind == "link":
            return x.p(inner=f"<w:hyperlink>{x.run(word())}</w:hyperlink>{x.control(x.run(word()))}")
        return x.p(word())

    return "".join(block(0) for _ in range(draw(st.integers(1, 4)))), words


@given(bodies())
def test_no_visible_word_is_lost_or_doubled_in_any_construction(made: tuple[str, list[str]]) -> None:
    body, words = made
    content = read(body)
    shown = "".join(paragraph.text for part in content.parts for paragraph in paragraphs(part.blocks))
    # Letters are composed across runs too, so both sides are counted in their smallest pieces.
    assert Counter(unicodedata.normalize("NFD", shown)) == Counter(unicodedata.normalize("NFD", "".join(words)))


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_a_part_that_cannot_be_read_is_said_and_the_rest_is_read(kind: str) -> None:
    parts = x.parts(x.p("thân"), {f"{kind}1": x.p("chữ")})
    parts[f"word/{kind}1.xml"] = b"<w:hdr"
    content = read_docx(open_package(x.zipped(parts)))
    assert said(content) == ["thân"]
    assert "unread-part" in codes(content)
