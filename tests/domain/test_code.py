"""Codes of documents and of administrative procedures: what is the same code, and what is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.code import clean_code, document_key, is_usual, national_part, service_code
from iso_qms.domain.errors import BadCode, BadServiceCode
from tests.support.office import refuses


@pytest.mark.parametrize(
    "spelling", ["QT-05", "QT-5", "qt-05", "QT.05", "QT–05", "QT—5", "QT - 05", "QT 5", "QT/005", " QT‑05 ", "QT05"]
)
def test_one_code_has_many_spellings(spelling: str) -> None:
    assert document_key(spelling) == "QT-5"


@pytest.mark.parametrize(
    ("one", "other"), [("QT-05", "QT-50"), ("QT-ĐC-01", "QT-DC-01"), ("QT-1", "QT-1-0"), ("QT-1", "QT"), ("A-1", "A1B")]
)
def test_these_are_two_codes(one: str, other: str) -> None:
    assert document_key(one) != document_key(other)


def test_the_spelling_is_kept_as_printed() -> None:
    assert clean_code(unicodedata.normalize("NFD", "  QT-ĐC–01 ")) == "QT-ĐC-01"
    assert clean_code("QT.TP.05") == "QT.TP.05"


@pytest.mark.parametrize(
    "given_code",
    [
        *["", " ", "-", "QT-", "-01", "05", "QT_01", "QT--", "QT;01", "QT-01'", "../QT-01", "QT-01\x00", "QT-01\u200b"],
        *["QТ-01", "ΟT-01", "QT-０１", "QT-٠١", "ＱT-01", "ᴀ-01", "QT-Ⅷ", "QT-①", "ßT-ı", "Qɑ-1", "\ud800", "QT-🙂"],
        *["Q" * 61, "QT-" + "9" * 1_000_000, "<script>", "{code}", "QT-01%"],
    ],
)
def test_this_is_no_code(given_code: str) -> None:
    with refuses(BadCode) as caught:
        document_key(given_code)
    assert len(caught.value.message("vi")) < 300
    caught.value.message("vi").encode()


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-zĐđ]{1,4}[-. /]?[0-9]{1,3}", fullmatch=True))
def test_a_key_is_its_own_key(text: str) -> None:
    try:
        key = document_key(text)
    except BadCode:
        return
    assert document_key(key) == key == key.upper()
    assert document_key(clean_code(text)) == key


def test_what_offices_usually_write_is_usual_and_the_rest_is_allowed() -> None:
    assert all(map(is_usual, ["QT-01", "QT.TP.05", "HD-02", "BM.QT-01.03", "BM-QT-01-03", "QĐ-01", "PL01"]))
    assert not is_usual("ABC-01")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2.000815", "2.000815"),
        (" 2.000815.000.00.00.h46 ", "2.000815.000.00.00.H46"),
        ("1.001193.000.00.00.H46.01", "1.001193.000.00.00.H46.01"),
    ],
)
def test_a_procedure_on_the_national_portal_has_its_code(written: str, kept: str) -> None:
    assert service_code(written) == kept
    assert national_part(kept) == kept[:8]


@pytest.mark.parametrize(
    "written", ["", "2000815", "2.00081", "2.000815.H46", "2.0008155", "٢.٠٠٠٨١٥", "２.０００８１５", "x" * 9999]
)
def test_this_is_no_code_of_a_procedure(written: str) -> None:
    with refuses(BadServiceCode) as caught:
        service_code(written)
    assert len(caught.value.message("en")) < 300
