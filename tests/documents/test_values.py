"""Dates, numbers, codes, time limits and roles mean what an officer means by them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.documents.dates import find_date
from iso_qms.documents.durations import column_unit, read_limit, spoken
from iso_qms.documents.numerals import number
from iso_qms.documents.roles import person_name, slug, split_roles
from iso_qms.documents.text import canonical_code, fold
from iso_qms.documents.values import code, count, pages, pair

LIMITS = [
    ("0,5 ngày", 240, "day-kind"),
    ("0.5 ngày làm việc", 240, ""),
    ("½ ngày", 240, "day-kind"),
    ("1½ ngày làm việc", 720, ""),
    ("1/2 ngày làm việc", 240, ""),
    ("04 giờ làm việc", 240, ""),
    ("0,5 giờ làm việc", 30, ""),
    ("01 ngày 02 giờ", 600, ""),
    ("02 ngày và 04 giờ làm việc", 1200, ""),
    ("2h30'", 150, ""),
    ("30 phút", 30, ""),
    ("01 buổi", 240, ""),
    ("07 (bảy) ngày làm việc", 3360, ""),
    ("ba ngày làm việc", 1440, ""),
    ("nửa ngày làm việc", 240, ""),
    ("Không quá 03 ngày làm việc", 1440, ""),
    ("02-03 ngày làm việc", 1440, ""),
    ("05 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ", 2400, ""),
    ("03 ngày làm việc; trường hợp phức tạp 05 ngày làm việc", 1440, "several"),
    ("trong ngày; nhận sau 15 giờ trả ngày hôm sau", 480, "same-day"),
    ("Trong ngày làm việc", 480, "same-day"),
    ("02 ngày lịch", 960, "calendar"),
    ("01 tháng", 10560, "calendar"),
    ("Giờ hành chính", None, "office-hours"),
    ("Ngay sau khi nhận hồ sơ", None, "at-once"),
    ("sau ngày nhận hồ sơ", None, "unread"),
    ("theo mục I", None, "reference"),
    ("Không quy định", None, "none"),
    ("", None, "none"),
    ("-", None, "none"),
    ("hai ba cái", None, "unread"),
]


@pytest.mark.parametrize(("text", "minutes", "note"), LIMITS)
def test_a_time_limit_is_read_in_working_minutes_and_its_doubt_is_named(
    text: str, minutes: int | None, note: str
) -> None:
    limit = read_limit(text)
    assert (limit.minutes, limit.note, limit.text) == (minutes, note, text)


def test_a_bare_figure_counts_what_the_columns_head_says() -> None:
    assert column_unit("Thời hạn (ngày)") == "ngay"
    assert column_unit("Thời gian (giờ)") == "gio"
    assert column_unit("Thời gian") is None
    assert read_limit("12", "ngay").minutes == 5760
    assert read_limit("0,5", "gio").minutes == 30
    assert read_limit("12").note == "unread"


@given(st.integers(1, 200), st.sampled_from((("ngày làm việc", 480), ("giờ", 60), ("phút", 1))))
def test_any_whole_number_of_days_hours_or_minutes_is_read(amount: int, unit: tuple[str, int]) -> None:
    assert read_limit(f"{amount:02d} {unit[0]}").minutes == amount * unit[1]


@given(st.integers(1, 4_000))
def test_minutes_said_aloud_are_read_back_as_the_same_minutes(minutes: int) -> None:
    assert read_limit(spoken(minutes)).minutes == minutes


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_readers_of_values(text: str) -> None:
    read_limit(text)
    find_date(text)
    for read in (code, count, pages, pair):
        read(text)
    split_roles(text)
    assert len(fold(text)) == len(text)
    assert canonical_code(canonical_code(text)) == canonical_code(text)


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(
    DAYS,
    st.sampled_from(("{0:%d/%m/%Y}", "{0.day}/{0.month}/{0.year}", "{0:%d.%m.%Y}", "{0:%d-%m-%Y}", "{0:%Y-%m-%d}"))
    | st.sampled_from(("ngày {0:%d} tháng {0:%m} năm {0:%Y}", "Ngày {0.day} tháng {0.month} năm {0.year}")),
)
def test_every_day_is_read_in_every_form_of_writing(day: date, form: str) -> None:
    found = find_date(f"Hà Nội, {form.format(day)}.")
    assert found is not None
    assert found.value == day


def test_a_date_in_words_is_read() -> None:
    found = find_date("ngày mùng năm tháng năm năm hai nghìn không trăm hai mươi lăm")
    assert found is not None
    assert found.value == date(2025, 5, 5)


@pytest.mark.parametrize(
    "text", ["/07/2021", "…/7/2021", "ngày … tháng 7 năm 2021", "ngày    tháng 07 năm 2021", "tháng 7/2021"]
)
def test_a_date_with_a_blank_day_is_found_and_is_no_day(text: str) -> None:
    found = find_date(text)
    assert found is not None
    assert found.value is None
    assert found.blank


@pytest.mark.parametrize("text", ["61/2018/NĐ-CP", "2.000815", "Trang 2/11", "12/QĐ-UBND", "0905.123.456"])
def test_numbers_that_look_like_dates_are_none(text: str) -> None:
    found = find_date(text)
    assert found is None or found.value is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("không", 0),
        ("một", 1),
        ("mười", 10),
        ("mười hai", 12),
        ("hai mươi", 20),
        ("hai mươi mốt", 21),
        ("ba mươi lăm", 35),
        ("một trăm linh năm", 105),
        ("hai nghìn không trăm linh chín", 2009),
        ("hai nghìn không trăm hai mươi sáu", 2026),
        ("thứ nhất", 1),
        ("thứ tư", 4),
        ("IX", 9),
        ("xiv", 14),
        ("007", 7),
    ],
)
def test_number_words_are_numbers(words: str, value: int) -> None:
    assert number(fold(words)) == value


@pytest.mark.parametrize("words", ["", "abc", "hai con", "12a", "linh", "ngày"])
def test_other_words_are_no_numbers(words: str) -> None:
    assert number(fold(words)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("QT- SGD – 01", "QT-SGD-01"), ("QT.TP.05", "qt-tp-5"), ("QT/VP-03", "QT.VP.3"), ("HD-ĐC-1", "HD–ĐC–01")],
)
def test_spellings_of_one_code_are_equal(one: str, other: str) -> None:
    assert canonical_code(one) == canonical_code(other)


def test_d_and_d_with_stroke_are_two_letters_in_a_code() -> None:
    assert canonical_code("QT-ĐC-01") != canonical_code("QT-DC-01")


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        ("Tổ chức/cá nhân", ("Tổ chức/cá nhân",)),
        ("Tổ chức/ cá nhân\nBộ phận TN&TKQ", ("Tổ chức/ cá nhân", "Bộ phận TN&TKQ")),
        ("- Công chức Tư pháp - Hộ tịch;\n- Lãnh đạo UBND.", ("Công chức Tư pháp - Hộ tịch", "Lãnh đạo UBND")),
        ("Bộ phận Tiếp nhận và Trả kết quả", ("Bộ phận Tiếp nhận và Trả kết quả",)),
        ("Văn thư/Lãnh đạo phòng", ("Văn thư", "Lãnh đạo phòng")),
        ("Phòng Giáo dục và Đào tạo", ("Phòng Giáo dục và Đào tạo",)),
        ("", ()),
    ],
)
def test_a_cell_names_one_role_or_several(cell: str, roles: tuple[str, ...]) -> None:
    assert split_roles(cell) == roles


def test_a_key_is_plain_letters_and_ends_at_a_word() -> None:
    assert slug("Công chức Tư pháp – Hộ tịch") == "cong-chuc-tu-phap-ho-tich"
    assert slug("Thẩm định hồ sơ, xác minh", 15) == "tham-dinh-ho-so"
    assert slug("…") == ""


@pytest.mark.parametrize(
    ("line", "is_name"), [("Nguyễn Văn An", True), ("TRẦN THỊ BÌNH", True), ("Phó Chủ tịch", False)]
)
def test_names_are_told_from_positions(line: str, is_name: bool) -> None:
    assert person_name(line) is is_name
