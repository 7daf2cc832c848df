"""Gates judge outside the lock and bind their verdict; news comes after commit, in order per document."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from iso_qms import Objection, hookimpl
from iso_qms.domain.errors import NotApproved
from iso_qms.hookspecs import API
from iso_qms.host import Vetoed
from iso_qms.services.delivery import MOST_TRIES
from iso_qms.testing import APPROVER, DRAFTER, PROCESS, assert_conforms, office


class Desk:
    """Notes what it is told, and objects or fails on demand."""

    iso_qms_api = API

    def __init__(self):
        self.told: list[str] = []
        self.objection: Objection | None = None
        self.fails_on: str | None = None
        self.during = None

    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        if self.during is not None:
            act, self.during = self.during, None
            act()
        return [self.objection] if self.objection else []

    def note(self, event):
        if event.document == self.fails_on:
            raise RuntimeError("the desk is closed")
        self.told.append(f"{event.type} {event.document} {event.version}")

    iso_qms_issued = hookimpl(specname="iso_qms_issued")(lambda self, event: self.note(event))
    iso_qms_came_into_force = hookimpl(specname="iso_qms_came_into_force")(lambda self, event: self.note(event))
    iso_qms_superseded = hookimpl(specname="iso_qms_superseded")(lambda self, event: self.note(event))
    iso_qms_withdrawn = hookimpl(specname="iso_qms_withdrawn")(lambda self, event: self.note(event))
    iso_qms_rescinded = hookimpl(specname="iso_qms_rescinded")(lambda self, event: self.note(event))
    iso_qms_suspended = hookimpl(specname="iso_qms_suspended")(lambda self, event: self.note(event))
    iso_qms_resumed = hookimpl(specname="iso_qms_resumed")(lambda self, event: self.note(event))


BLOCK = Objection("NO_ACCOUNT", "vai trò “thẩm định” chưa có tài khoản", "role “thẩm định” has no account")


def test_the_plugin_conforms():
    assert_conforms(Desk())


def test_a_gate_stops_an_issue_and_the_refusal_is_on_record():
    desk = Desk()
    desk.objection = BLOCK
    with office(("desk", desk)) as given:
        given.approve("QT-01")
        size = given.qms.registers.head()[0]
        with pytest.raises(Vetoed) as refused:
            given.qms.issue("QT-01", effective=date(2026, 2, 1), decision="1/QĐ-UBND", by=APPROVER)
        assert "vai trò “thẩm định” chưa có tài khoản" in refused.value.message("vi")
        refusal = list(given.qms.entries(size))[-1].event
        assert (refusal.act, refusal.refusal) == ("act_refused", "VETOED")
        assert given.qms.in_force("QT-01", datetime(2026, 3, 1, tzinfo=UTC)) is None


def test_a_person_with_authority_overrules_a_gate_and_the_journal_says_why():
    desk = Desk()
    desk.objection = BLOCK
    with office(("desk", desk)) as given:
        given.approve("QT-01")
        done = given.qms.issue(
            "QT-01",
            effective=date(2026, 2, 1),
            decision="1/QĐ-UBND",
            by=APPROVER,
            overrides={"desk": "Chủ tịch UBND xã quyết định"},
        )
        assert done.event.overrides == ("desk: NO_ACCOUNT – Chủ tịch UBND xã quyết định",)


def test_a_candidate_that_changes_between_gate_and_commit_is_judged_again():
    desk = Desk()
    with office(("desk", desk)) as given:
        given.issue("QT-01", process=PROCESS)
        number = given.approve("QT-01")
        desk.during = lambda: given.qms.suspend("QT-01", reason="Sự cố", by=APPROVER)
        given.qms.issue(
            "QT-01", number=number, effective=date(2026, 2, 1), decision="2/QĐ", by=APPROVER, base_checked=True
        )
        acts = [record.event.act for record in given.qms.history("QT-01")]
        assert acts[-2:] == ["suspended", "issued"]
        assert desk.during is None


def test_a_gate_is_not_asked_about_an_act_that_the_rules_refuse_anyway():
    desk = Desk()
    desk.objection = BLOCK
    with office(("desk", desk)) as given:
        content = given.content("QT-01", process=None, service_codes=(), title="Thử")
        given.qms.control.draft(content, by=DRAFTER, reason="Thử")
        with pytest.raises(NotApproved):
            given.qms.issue("QT-01", effective=date(2026, 2, 1), decision="1/QĐ", by=APPROVER)


def test_a_suspension_has_no_gate():
    desk = Desk()
    with office(("desk", desk)) as given:
        given.issue("QT-01")
        desk.objection = BLOCK
        given.qms.suspend("QT-01", reason="Sự cố dữ liệu", by=APPROVER, scope="all")
        assert given.qms.check("QT-01").reason == "SUSPENDED"


def test_preview_tells_objections_without_doing_anything():
    desk = Desk()
    desk.objection = BLOCK
    with office(("desk", desk)) as given:
        given.approve("QT-01")
        before = given.qms.registers.head()
        preview = given.qms.control.preview_issue("QT-01", effective=date(2026, 2, 1), decision="1/QĐ", by=APPROVER)
        assert [(name, o.code) for name, o in preview.objections] == [("desk", "NO_ACCOUNT")]
        assert given.qms.registers.head() == before


def test_news_comes_in_order_and_a_start_is_told_when_it_has_come():
    desk = Desk()
    with office(("desk", desk)) as given:
        given.issue("QT-01")
        given.qms.deliver()
        given.issue("QT-01", effective=date(2026, 3, 1))
        given.qms.deliver()
        assert desk.told == ["issued QT-01 1", "came_into_force QT-01 1", "issued QT-01 2"]
        given.clock.set(datetime(2026, 2, 28, 17, 0, tzinfo=UTC))
        given.qms.deliver()
        assert desk.told[3:] == ["superseded QT-01 1", "came_into_force QT-01 2"]


def test_a_start_that_was_rescinded_is_never_told():
    desk = Desk()
    with office(("desk", desk)) as given:
        given.issue("QT-01", effective=date(2026, 3, 1))
        given.qms.rescind("QT-01", reason="Hoãn", by=APPROVER)
        given.clock.move(days=90)
        given.qms.deliver()
        assert desk.told == ["issued QT-01 1", "rescinded QT-01 None"]


def test_suspensions_are_told_before_everything_else():
    desk = Desk()
    with office(("desk", desk)) as given:
        given.issue("QT-01")
        given.issue("QT-02")
        given.qms.suspend("QT-02", reason="Sự cố", by=APPROVER)
        given.qms.deliver()
        assert desk.told[0] == "suspended QT-02 None"


def test_one_document_that_fails_holds_back_only_itself_and_is_parked_in_the_end():
    desk = Desk()
    desk.fails_on = "QT-01"
    with office(("desk", desk)) as given:
        given.issue("QT-01")
        given.issue("QT-02")
        given.qms.deliver()
        assert desk.told == ["issued QT-02 1", "came_into_force QT-02 1"]
        for _ in range(MOST_TRIES):
            given.clock.move(hours=8)
            given.qms.deliver()
        parked = [parcel for parcel in given.qms.delivery.parcels() if parcel.parked]
        assert [(p.subscriber, p.document, p.hook) for p in parked] == [("desk", "QT-1", "iso_qms_issued")]
        assert "the desk is closed" in parked[0].trouble
        desk.fails_on = None
        assert given.qms.delivery.retry("desk") == 1
        given.qms.deliver()
        assert desk.told[2:] == ["issued QT-01 1", "came_into_force QT-01 1"]


def test_a_relay_that_dies_after_telling_tells_the_last_again_and_loses_nothing():
    desk = Desk()
    with office(("desk", desk)) as given:
        for number in range(1, 6):
            given.issue(f"QT-0{number}")
        given.crash_relay_after(4)
        given.qms.deliver()
        assert len(desk.told) == 11
        assert len(set(desk.told)) == 10
        assert given.qms.verify().holds
