"""Two units are merged: their procedures stay what they were, new drafts go to the successor, and nobody is lost."""

from datetime import date

from iso_qms.domain import errors
from iso_qms.domain.staff import unit_on
from tests.support.office import Office, local, refuses


def test_a_unit_ends_on_its_day_and_the_successor_answers(office: Office) -> None:
    staff = office.qms.staff
    for code, name in (("TP", "Phòng Tư pháp"), ("HT", "Phòng Hộ tịch"), ("TTHC", "Trung tâm Phục vụ hành chính công")):
        staff.add_unit(code, name, by=None, since=date(2025, 7, 1))
    office.draft("QT-01", unit="TP")
    office.submit("QT-01")
    office.sign("QT-01")
    office.issue("QT-01")
    for code in ("TP", "HT"):
        staff.end_unit(code, by=None, how="merged", since=date(2026, 2, 1), decision="3/NQ-HĐND", successor="TTHC")
    units = staff.units()
    assert unit_on(units, "TP", date(2026, 1, 31)) == "TP"
    assert unit_on(units, "TP", date(2026, 2, 1)) == "TTHC"
    office.clock.set(local(2026, 1, 31, 23, 59, 59))
    office.draft("QT-02", unit="TP")
    office.clock.set(local(2026, 2, 1))
    with refuses(errors.UnitGone) as caught:
        office.draft("QT-03", unit="HT")
    assert caught.value.facts["successor"] == "TTHC" and "01/02/2026" in caught.value.message("vi")
    office.draft("QT-03", unit="TTHC")
    assert [line.unit for line in office.qms.master_list()] == ["TP"], "what was issued says what it said"
    assert office.holds()


def test_a_unit_is_merged_into_one_that_is_merged_later(office: Office) -> None:
    staff = office.qms.staff
    for code in ("A", "B", "C"):
        staff.add_unit(code, f"Đơn vị {code}", by=None, since=date(2025, 7, 1))
    staff.end_unit("A", by=None, how="merged", since=date(2026, 1, 1), decision="1/NQ", successor="B")
    staff.end_unit("B", by=None, how="renamed", since=date(2026, 1, 3), decision="2/NQ", successor="C")
    with refuses(errors.UnitGone) as caught:
        office.draft("QT-01", unit="A")
    assert caught.value.facts["successor"] == "C"
    with refuses(errors.UnitGone):
        staff.end_unit("A", by=None, how="dissolved", since=date(2026, 3, 1), decision="9/NQ")
    with refuses(errors.UnitTaken):
        staff.add_unit("A", "Lại A", by=None)
