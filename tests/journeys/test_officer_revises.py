"""A quality officer revises a procedure: from the changed file to the version in force, by itself at midnight."""

from datetime import date, timedelta

from tests.support.office import Office, local


def test_a_new_version_governs_from_midnight_of_its_day_and_the_old_until_then(office: Office) -> None:
    first = office.publish("QT-01")
    office.clock.advance(days=20)
    second = office.approve("QT-01", "Sửa thời hạn từ 10 ngày còn 7 ngày")
    office.issue("QT-01", date(2026, 2, 1), number=second, decision="22/QĐ-UBND")
    midnight = local(2026, 2, 1)
    assert office.in_force("QT-01", midnight - timedelta(microseconds=1)) == first
    assert office.in_force("QT-01", midnight) == second
    size = office.qms.registers.head()[0]
    office.clock.set(midnight)
    assert office.in_force("QT-01") == second
    assert office.qms.registers.head()[0] == size, "time alone makes a version govern; nothing is written for it"
    assert office.holds()
