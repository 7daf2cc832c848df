"""Dossier codes: as the circulars write them, unique within a day, readable again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso_qms_mot_cua.codes import DossierCodes

from iso_qms import BadInput

OLD = DossierCodes("000.00.20.H46")


def test_the_code_is_the_one_of_circular_01_2018() -> None:
    assert OLD.make(date(2019, 7, 23), 7) == "000.00.20.H46-190723-0007"


def test_an_office_may_set_another_pattern() -> None:
    own = DossierCodes("H46.18", "{agency}.{day:%Y%m%d}.{order:05d}")
    assert own.make(date(2025, 9, 15), 12) == "H46.18.20250915.00012"
    assert own.day_of("H46.18.20250915.00012") == date(2025, 9, 15)


@given(st.dates(date(2019, 1, 6), date(2050, 1, 1)), st.integers(1, 9999))
def test_a_code_tells_its_day(day: date, order: int) -> None:
    assert OLD.day_of(OLD.make(day, order)) == day


@pytest.mark.parametrize("agency", ["", "Quảng Trị", "h46", "000.00.20", "H46." + "1." * 20])
def test_a_wrong_agency_code_is_refused(agency: str) -> None:
    with pytest.raises(BadInput):
        DossierCodes(agency)


@pytest.mark.parametrize(
    "pattern",
    [
        "{agency}",
        "{agency}-{order}",
        "{agency}-{day:%q}-{order}",
        "{agency}{x}{day}{order}",
        "{agency}-{day:%m}-{order:04d}",
    ],
)
def test_a_pattern_that_loses_something_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput):
        DossierCodes("H46", pattern)


@pytest.mark.parametrize(
    "code", ["000.00.20.H46-190723-007", "000.00.20.H47-190723-0007", "000.00.20.H46-191323-0007", ""]
)
def test_another_text_is_no_code_of_this_agency(code: str) -> None:
    with pytest.raises(BadInput):
        OLD.day_of(code)


def test_the_ten_thousandth_dossier_of_a_day_has_no_room() -> None:
    with pytest.raises(BadInput):
        OLD.make(date(2026, 1, 5), 10_000)
