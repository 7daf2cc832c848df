"""The process that is enforced is data that a person confirmed; confirming is new content."""

from __future__ import annotations

import copy

import pytest

from iso_qms.domain.errors import NoDraft, NotSubmitted
from iso_qms.domain.process import BadProcess, confirmed, is_confirmed
from iso_qms.testing import APPROVER, DRAFTER, PROCESS, REVIEWER, office


def draft(given, process=PROCESS):
    content = given.content("QT-01", process=process, service_codes=(), title="Thử")
    given.qms.control.draft(content, by=DRAFTER, reason="Thử")


def test_a_confirmed_process_becomes_part_of_the_version():
    with office() as given:
        draft(given)
        before = given.qms.document("QT-01").versions[1].content.sha256
        given.qms.confirm_process("QT-01", PROCESS, by=DRAFTER, reason="Đúng")
        assert given.qms.document("QT-01").versions[1].content.sha256 != before
        number, process = given.qms.process("QT-01")
        assert number == 1
        assert is_confirmed(process)
        assert given.qms.verify().holds


def test_confirming_voids_the_signatures_given_to_the_proposal():
    with office() as given:
        draft(given)
        given.qms.submit("QT-01", by=DRAFTER)
        given.qms.sign("QT-01", by=REVIEWER)
        given.qms.confirm_process("QT-01", PROCESS, by=DRAFTER, reason="Đúng")
        with pytest.raises(NotSubmitted):
            given.qms.sign("QT-01", by=APPROVER)


def test_what_was_approved_is_not_confirmed_afterwards():
    with office() as given:
        given.issue("QT-01", process=PROCESS)
        with pytest.raises(NoDraft):
            given.qms.confirm_process("QT-01", PROCESS, by=DRAFTER, reason="Muộn")


def broken(change) -> dict:
    process = copy.deepcopy(PROCESS)
    change(process)
    return process


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.update(schema="process/9"), "schema"),
        (lambda p: p.update(steps=[]), "no steps"),
        (lambda p: p["steps"][0].update(key="Bước 1"), "key"),
        (lambda p: p["steps"][1].update(key="tiep-nhan"), "used twice"),
        (lambda p: p["steps"][0].update(name=" "), "no name"),
        (lambda p: p["steps"][0].update(roles=[]), "nobody responsible"),
        (lambda p: p["steps"][1].update(after=["khong-co"]), "unknown step"),
        (lambda p: p["steps"][0]["limit"].update(working_minutes=-1), "time limit"),
        (lambda p: p["steps"][0]["limit"].update(working_minutes=0.5), "time limit"),
        (lambda p: p.update(total="05 ngày"), "time limit"),
    ],
)
def test_process_data_that_cannot_be_enforced_are_refused_with_every_fault(change, told):
    with pytest.raises(BadProcess) as refused:
        confirmed(broken(change))
    assert told in refused.value.message("en")
