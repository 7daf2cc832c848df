"""A dossier received before midnight finishes under its version; one received after begins under the new."""

from datetime import date, timedelta

import pytest

from iso_qms.domain.decision import Citation
from tests.support.office import Office, local

MIDNIGHT = local(2026, 2, 1)
MICRO = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("transition", "running"), [("finish", "ALLOW"), ("elect", "ALLOW"), ("migrate", "DENY"), ("restart", "DENY")]
)
def test_before_and_after_midnight(office: Office, transition: str, running: str) -> None:
    first = office.publish("QT-01")
    second = office.approve("QT-01", "Bản mới")
    office.issue("QT-01", date(2026, 2, 1), number=second, transition=transition)
    check = office.qms.check
    assert check("QT-01", version=first, at=MIDNIGHT - MICRO).reason == "CURRENT"
    assert check("QT-01", version=second, at=MIDNIGHT - MICRO).reason == "NOT_YET_IN_FORCE"
    assert check("QT-01", version=first, at=MIDNIGHT).reason == "SUPERSEDED"
    assert check("QT-01", version=second, at=MIDNIGHT).reason == "CURRENT"
    before = office.qms.in_force("QT-01", MIDNIGHT - MICRO)
    assert before is not None
    pin = Citation(before.document, before.number, before.label, before.sha256, MIDNIGHT - MICRO)
    for at in (MIDNIGHT - MICRO, MIDNIGHT, MIDNIGHT + timedelta(days=100)):
        decision = check("QT-01", action="continue", pin=pin, at=at)
        assert decision.verdict.name == ("ALLOW" if at < MIDNIGHT else running), (at, decision.reason)
        assert decision.message("vi") and decision.message("en")


def test_an_answer_of_yesterday_is_given_again_as_it_was_known_then(office: Office) -> None:
    first = office.publish("QT-01")
    office.clock.advance(days=1)
    asked = office.clock.now()
    far = local(2026, 3, 1)
    assert office.in_force("QT-01", far) == first
    office.clock.advance(days=1)
    office.publish("QT-01", date(2026, 2, 1), "Bản mới")
    assert office.in_force("QT-01", far) == 2
    assert office.in_force("QT-01", far, known=asked) == first
    assert [line.number for line in office.qms.master_list(far, asked)] == [first]


def test_grace_lets_the_old_form_be_received_for_a_while(office: Office) -> None:
    office.publish("QT-01")
    number = office.approve("QT-01", "Bản mới")
    office.issue("QT-01", date(2026, 2, 1), number=number, accept_old_until=date(2026, 2, 10))
    reasons = [office.qms.check("QT-01", version=1, at=local(2026, 2, d)).reason for d in (1, 10, 11)]
    assert reasons == ["GRACE", "GRACE", "SUPERSEDED"]


def test_an_office_elsewhere_has_its_own_midnight(office: Office) -> None:
    elsewhere = Office(office.url, office.qms.files.folder, office.clock, zone="Europe/Berlin")
    elsewhere.approve("QT-09")
    event = elsewhere.issue("QT-09", date(2026, 2, 1)).event
    assert event.start == local(2026, 2, 1, 6)
    elsewhere.close()
