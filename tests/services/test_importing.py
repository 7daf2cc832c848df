"""An existing set is reported before anything is stored, then taken over by two persons, honest about its past."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from iso_qms.domain.errors import (
    AdoptionClosed,
    AlreadyControlled,
    BadDates,
    NoDraft,
    SecretNeeded,
    SelfApproval,
    WrongSecret,
)
from iso_qms.domain.people import Person
from iso_qms.services.importing import Terms, carry_out, plan
from iso_qms.testing import APPROVER, DRAFTER, office

SET = Path(__file__).resolve().parents[2] / "procedures"
TERMS = Terms(DRAFTER, APPROVER, "112/QĐ-UBND", date(2025, 6, 15))


@pytest.fixture
def old_set(tmp_path):
    """A folder as offices have it: two versions of one procedure, a second one, forms, a copy, and a broken file."""
    folder = tmp_path / "ISO 2025"
    (folder / "Kinh te").mkdir(parents=True)
    shutil.copy(SET / "QT.GT.01" / "QT.GT.01.docx", folder / "Kinh te" / "QT.GT.01 ben thuy lan 1.docx")
    shutil.copy(SET / "changes" / "QT.GT.01" / "QT.GT.01.docx", folder / "Kinh te" / "QT.GT.01 ben thuy (2).docx")
    shutil.copy(SET / "QT.GT.01" / "QT.GT.01.docx", folder / "QT.GT.01 - Copy.docx")
    for form in (SET / "QT.GT.01" / "bieu-mau").iterdir():
        shutil.copy(form, folder / "Kinh te" / form.name)
    shutil.copy(SET / "QT.TP.01" / "QT.TP.01.docx", folder / "chung tu.docx")
    (folder / "hong.docx").write_bytes(b"PK broken")
    (folder / "~$tam.docx").write_bytes(b"lock")
    return folder


def test_the_report_says_what_was_found_and_records_nothing(old_set):
    with office() as given:
        before = given.qms.registers.head()
        found = plan(given.qms, old_set)
        assert given.qms.registers.head() == before
        by_code = {group.newest.code: group for group in found.groups}
        assert set(by_code) == {"QT.GT.01", "QT.TP.01"}
        boat = by_code["QT.GT.01"]
        assert [version.issue for version in boat.versions] == [1, 2]
        assert [path.name for path in boat.doubles] == ["QT.GT.01 - Copy.docx"] or len(boat.doubles) == 1
        assert len(boat.forms) == len(list((SET / "QT.GT.01" / "bieu-mau").iterdir()))
        assert [path.name for path, _, _ in found.unread] == ["hong.docx"]


def test_the_newest_version_is_taken_over_and_older_ones_are_kept(old_set):
    with office() as given:
        given.qms.staff.set_policy("adoption", "on", by=None)
        given.clock.move(days=1)
        outcomes = {code: outcome for code, outcome, _ in carry_out(given.qms, plan(given.qms, old_set), TERMS)}
        assert outcomes == {"QT.GT.01": "taken", "QT.TP.01": "taken"}
        given.clock.move(seconds=5)
        document = given.qms.document("QT.GT.01")
        assert [v.state for v in document.versions.values()] == ["abandoned", "approved"]
        assert document.versions[2].adopted.known_from == date(2025, 6, 15)
        assert given.qms.in_force("QT.GT.01").number == 2
        assert given.qms.in_force("QT.GT.01", given.clock.now().replace(year=2025)) is None
        assert document.timeline().exposure(document.entries[0]) is not None
        assert given.qms.verify().holds


def test_an_import_run_again_changes_nothing(old_set):
    with office() as given:
        given.qms.staff.set_policy("adoption", "on", by=None)
        list(carry_out(given.qms, plan(given.qms, old_set), TERMS))
        size = given.qms.registers.head()[0]
        again = plan(given.qms, old_set)
        assert again.groups == []
        assert again.registered == ["QT-GT-1", "QT-TP-1"]
        assert list(carry_out(given.qms, again, TERMS)) == []
        assert given.qms.registers.head()[0] == size


def test_nothing_is_drafted_while_the_register_is_closed_to_adoption(old_set):
    with office() as given:
        before = given.qms.registers.head()[0]
        with pytest.raises(AdoptionClosed):
            list(carry_out(given.qms, plan(given.qms, old_set), TERMS))
        assert list(given.qms.registers.documents()) == []
        assert given.qms.registers.head()[0] == before + 1, "the attempt alone is on record"


def test_a_wrong_secret_ends_the_import_before_it_locks_the_account(old_set):
    with office() as given:
        given.qms.staff.set_policy("adoption", "on", by=None)
        wrong = Terms(DRAFTER, Person(APPROVER.login, "khong-phai"), TERMS.decision, TERMS.known_from)
        with pytest.raises(WrongSecret):
            list(carry_out(given.qms, plan(given.qms, old_set), wrong))
        assert len(list(given.qms.registers.documents())) == 1
        outcomes = [outcome for _, outcome, _ in carry_out(given.qms, plan(given.qms, old_set), TERMS)]
        assert outcomes == ["taken", "taken"], "with the right one it goes on where it stopped"


def drafted(given):
    given.qms.staff.set_policy("adoption", "on", by=None)
    content = given.content("QT-01", process=None, service_codes=(), title="Thử")
    given.qms.control.draft(content, by=DRAFTER, reason="Thử")


def test_taking_over_asks_for_the_issuers_own_secret():
    with office() as given:
        drafted(given)
        with pytest.raises(SecretNeeded):
            given.qms.control.adopt("QT-01", by=Person("chi"), decision="1/QĐ", known_from=date(2025, 1, 1))


def test_an_author_cannot_take_over_the_own_text():
    with office() as given:
        given.qms.staff.grant("an", "issuer", by=None)
        drafted(given)
        author = Person("an", "mat-khau-an-1")
        with pytest.raises(SelfApproval):
            given.qms.control.adopt("QT-01", by=author, decision="1/QĐ", known_from=date(2025, 1, 1))


def test_taking_over_is_a_way_in_and_not_a_way_round_the_chain():
    with office() as given:
        given.qms.staff.set_policy("adoption", "on", by=None)
        given.issue("QT-01")
        content = given.content("QT-01", process=None, service_codes=(), title="Thử")
        given.qms.control.draft(content, by=DRAFTER, reason="Thử", new=True)
        with pytest.raises(AlreadyControlled):
            given.qms.control.adopt("QT-01", by=APPROVER, decision="1/QĐ", known_from=date(2025, 1, 1))


def test_a_day_to_come_is_nothing_that_is_known():
    with office() as given:
        drafted(given)
        with pytest.raises(BadDates):
            given.qms.control.adopt("QT-01", by=APPROVER, decision="1/QĐ", known_from=date(2027, 1, 1))
        given.qms.abandon("QT-01", reason="Thôi", by=DRAFTER)
        with pytest.raises(NoDraft):
            given.qms.control.adopt("QT-01", by=APPROVER, decision="1/QĐ", known_from=date(2025, 1, 1))


def test_taking_over_is_closed_unless_the_register_opens_it():
    with office() as given:
        drafted(given)
        given.qms.staff.set_policy("adoption", "off", by=None)
        with pytest.raises(AdoptionClosed):
            given.qms.control.adopt("QT-01", by=APPROVER, decision="1/QĐ", known_from=date(2025, 1, 1))
        refusal = list(given.qms.entries())[-1].event
        assert (refusal.act, refusal.refusal) == ("act_refused", "ADOPTION_CLOSED")
