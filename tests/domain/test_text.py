"""Text at the door: what people see is what is kept, and whatever hides something is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iso_qms.domain.errors import BadText
from iso_qms.domain.text import LINE, TEXT, fold, line, optional_line, prose
from tests.support.office import refuses

WORDS = "Quy trình đăng ký khai sinh"


def test_decomposed_and_composed_text_is_one_text() -> None:
    assert line(unicodedata.normalize("NFD", WORDS), "title") == WORDS == line(WORDS, "title")


def test_white_space_is_folded_and_lines_of_prose_stay_lines() -> None:
    assert line("  Quy\t trình \n số\u00a01 ", "title") == "Quy trình số 1"
    assert prose("\r\n Một \r\n\r\n  hai\rba \n", "reason") == "Một\n\nhai\nba"


@pytest.mark.parametrize("empty", ["", " ", "\t\n", "\u00a0\u3000", "\u200d", "\u0301", "\u200c\u0323 \ufe0f"])
def test_text_without_anything_to_see_is_empty(empty: str) -> None:
    for clean in (line, prose):
        with refuses(BadText) as caught:
            clean(empty, "title")
        assert "empty" in caught.value.facts["why_en"]


def test_white_space_alone_means_not_given_where_nothing_must_be_given() -> None:
    assert optional_line(None, "comment") is None
    assert optional_line(" \n", "comment") is None
    assert optional_line(" Đồng ý ", "comment") == "Đồng ý"


@pytest.mark.parametrize(
    "hidden",
    [*"\u202a\u202e\u2066\u2069\u200e\u200f\u061c", *"\u200b\u00ad\ufeff\u2060\u2063\u2028\u2029", "\U000e0041"],
)
def test_what_nobody_sees_is_refused_by_its_number(hidden: str) -> None:
    with refuses(BadText) as caught:
        line(f"Quy{hidden}trình", "title")
    for lang in ("vi", "en"):
        assert f"U+{ord(hidden):04X}" in caught.value.message(lang)


@pytest.mark.parametrize("control", [chr(n) for n in (0, 1, 7, 8, 11, 12, 27, 31, 127, 128, 133, 159)])
def test_control_characters_are_refused(control: str) -> None:
    for clean in (line, prose):
        with refuses(BadText):
            clean(f"a{control}b", "title")


@pytest.mark.parametrize("odd", ["\ud800", "\udfff", "\ue000", "\U0010ffff", "\ufdd0", "\U000f0000"])
def test_characters_that_are_none_are_refused(odd: str) -> None:
    with refuses(BadText):
        line(f"a{odd}b", "title")


@pytest.mark.parametrize(
    "fine", ["👨‍👩‍👧‍👦 Hộ gia đình", "قانون", "नमस्ते", "{login} {0} %s", "<b>'; DROP TABLE--", "№ 1 ≥ 2"]
)
def test_what_people_write_is_kept_as_it_is(fine: str) -> None:
    assert line(fine, "title") == unicodedata.normalize("NFC", fine)


def test_text_is_as_long_as_its_place_and_a_million_letters_are_refused_at_once() -> None:
    assert len(line("ế" * LINE, "title")) == LINE
    assert len(prose(unicodedata.normalize("NFD", "ế" * TEXT), "reason")) == TEXT
    for clean, limit in ((line, LINE), (prose, TEXT)):
        for size in (limit + 1, 1_000_000):
            with refuses(BadText) as caught:
                clean("ế" * size, "title")
            assert str(limit) in caught.value.message("vi")


@given(st.text(max_size=LINE))
@example("\u0344")
@example("가" + "\u11a8")
def test_whatever_is_kept_is_nfc_and_cleaning_it_again_changes_nothing(given_text: str) -> None:
    for clean in (line, prose):
        try:
            kept = clean(given_text, "title")
        except BadText as refusal:
            assert refusal.message("vi") != refusal.message("en")
            continue
        assert unicodedata.is_normalized("NFC", kept)
        assert clean(kept, "title") == kept
        assert kept.strip()


@given(st.text(max_size=60))
def test_finding_ignores_case_and_tone_marks_and_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_title_is_found_without_its_marks() -> None:
    assert fold("Quy  trình ĐẤT ĐAI") == "quy trinh dat dai"
