"""Acts on documents as the services perform them: which chain, which requests, which unit, and under whose name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iso_qms.domain import errors
from iso_qms.domain.chain import DEFAULT_CHAIN, Chain, Step
from iso_qms.domain.people import Person
from tests.support.office import Office, refuses, who

APPROVAL = Step("duyet", "Duyệt", 2, "approval", role="approver")
STRICT = Chain("chat", "Chặt chẽ", (Step("hai", "Hai người", 1, "review", role="reviewer", quorum=2), APPROVAL))
FORMS = Chain("bieu-mau", "Biểu mẫu", (replace(APPROVAL, stage=1),), kinds=("form",))
SMALL = Chain("nho", "Sửa nhỏ", (replace(APPROVAL, stage=1),), classes=("editorial",))


def chain_of(office: Office, code: str = "QT-01", **more: object) -> str:
    return office.submit(code, **more).event.chain  # type: ignore[attr-defined,no-any-return]


def define(office: Office, *chains: Chain) -> None:
    for chain in chains:
        office.qms.staff.define_chain(chain, by=Person("thuky"))


def test_where_no_chain_is_defined_one_review_and_one_approval_are_asked(office: Office) -> None:
    office.draft("QT-01")
    assert chain_of(office) == DEFAULT_CHAIN.name


def test_the_chain_follows_the_kind_and_the_class_of_the_version_it_approves(desk: Office) -> None:
    define(desk, STRICT, FORMS, SMALL)
    desk.draft("QT-01", "Lớn")
    desk.draft("QT-01", "Biên tập", new=True, change_class="editorial")
    assert chain_of(desk, number=1) == "chat", "a newer editorial draft does not lower the bar of an older major one"
    assert chain_of(desk, number=2) == "nho"
    desk.draft("BM-01", kind="form")
    assert chain_of(desk, "BM-01") == "bieu-mau"


def test_a_drafter_cannot_pick_the_chain_that_asks_least(desk: Office) -> None:
    define(desk, STRICT, FORMS, SMALL)
    desk.draft("QT-01")
    for name in ("nho", "bieu-mau", DEFAULT_CHAIN.name):
        with refuses(errors.WrongChain):
            desk.submit("QT-01", chain_name=name)
    with refuses(errors.UnknownChain):
        desk.submit("QT-01", chain_name="khong-co")
    with refuses(errors.UnknownChain):
        desk.submit("QT-01", emergency=True)
    assert chain_of(desk, chain_name="chat") == "chat"


def test_a_chain_redefined_and_a_role_revoked_touch_nothing_that_runs(office: Office) -> None:
    define(office, STRICT)
    office.draft("QT-01")
    office.submit("QT-01")
    define(office, replace(STRICT, steps=(replace(APPROVAL, stage=1),)))
    office.qms.staff.revoke("xemxet2", "reviewer", by=None)
    office.sign("QT-01", "xemxet")
    with refuses(errors.NotYourTurn):
        office.sign("QT-01", "duyet")
    with refuses(errors.NoRight):
        office.sign("QT-01", "xemxet2")
    assert office.qms.document("QT-01").versions[1].state == "submitted", "a vacancy never lowers the bar"
    office.qms.staff.grant("danhgia", "reviewer", by=None)
    office.sign("QT-01", "danhgia", "duyet")
    assert office.qms.document("QT-01").versions[1].fully_approved


def test_persons_of_a_step_are_named_by_account_and_kept_by_id(office: Office) -> None:
    council = Chain("hd", "Hội đồng", (Step("hd", "Hội đồng", 1, "approval", persons=("duyet2", "danhgia"), quorum=2),))
    define(office, council)
    office.draft("QT-01")
    submitted = office.submit("QT-01").event
    assert set(submitted.steps[0].persons) == {office.id_of("duyet2"), office.id_of("danhgia")}
    office.sign("QT-01", "danhgia", "duyet2")
    assert office.qms.document("QT-01").versions[1].fully_approved
    with refuses(errors.UnknownPerson):
        define(office, replace(council, steps=(replace(council.steps[0], persons=("ma", "khong")),)))


def test_a_deputy_signs_with_the_capacity_and_mandate_on_record(office: Office) -> None:
    mandate = office.qms.staff.grant_mandate(
        *("duyet", "danhgia"),
        by=Person("duyet"),
        role="approver",
        capacity="TUQ.",
        legal_basis="Giấy ủy quyền 3/GUQ-UBND",
        since=office.today,
        until=office.today,
    )
    office.draft("QT-01")
    office.submit("QT-01")
    office.sign("QT-01", "xemxet")
    signed = office.sign("QT-01", "danhgia").event
    assert (signed.capacity, signed.mandate, signed.principal) == ("TUQ", mandate.pos, office.id_of("duyet"))
    office.clock.advance(days=1)
    office.draft("QT-02")
    office.submit("QT-02")
    office.sign("QT-02", "xemxet")
    with refuses(errors.NoRight):
        office.sign("QT-02", "danhgia")


def test_a_draft_answers_requests_that_were_accepted(office: Office) -> None:
    ask = office.qms.staff.file_request
    for reason in ("Luật mới", "Mẫu cũ"):
        ask(by=Person("soan"), reason=reason, documents=["qt 1"], service_codes=["2.000815"])
    with refuses(errors.RequestNotAccepted):
        office.draft("QT-01", requests=(1,))
    with refuses(errors.SelfApproval):
        office.qms.staff.grant("soan", "controller", by=None)
        office.qms.staff.decide_request(1, by=Person("soan"), accepted=True, reason="x")
    office.qms.staff.decide_request(1, by=Person("thuky"), accepted=True, reason="Đúng")
    office.qms.staff.decide_request(2, by=Person("thuky"), accepted=False, reason="Không cần")
    with refuses(errors.RequestNotAccepted):
        office.draft("QT-01", requests=(1, 2))
    assert office.draft("QT-01", requests=(1,)).event.requests == (1,)
    assert {n: r.accepted for n, r in office.qms.staff.requests().items()} == {1: True, 2: False}


def test_an_unknown_document_version_or_unit_is_said(office: Office) -> None:
    for act in (
        lambda: office.submit("QT-77"),
        lambda: office.sign("QT-77", "xemxet"),
        lambda: office.issue("QT-77"),
        lambda: office.qms.withdraw("QT-77", effective=office.today, decision="1", reason="x", by=Person("duyet")),
        lambda: office.qms.suspend("QT-77", reason="x", by=Person("thuky")),
        lambda: office.qms.document("QT-77"),
        lambda: office.in_force("QT-77"),
    ):
        with refuses(errors.UnknownDocument):
            act()
    with refuses(errors.UnknownUnit):
        office.draft("QT-01", unit="KHONG")
    office.draft("QT-01")
    with refuses(errors.UnknownVersion):
        office.qms.manifest("QT-01", 7)
    assert office.qms.check("QT-77").verdict.value == "unknown"


def test_a_refusal_that_matters_is_on_record_with_its_document_and_others_are_not(office: Office) -> None:
    office.draft("QT-01")
    office.qms.abandon("QT-01", by=Person("soan"), reason="Thôi")
    size = office.qms.registers.head()[0]
    with refuses(errors.NoDraft):
        office.submit("QT-01")
    assert office.qms.registers.head()[0] == size
    with refuses(errors.NoRight):
        office.draft("QT-01", by="danhgia")
    last = office.last()
    assert (last.event.refusal, last.event.document, last.event.attempted) == ("NO_RIGHT", "QT-1", "draft")
    assert [r.event.act for r in office.qms.history("QT-01")] == ["drafted", "abandoned"]


@pytest.mark.parametrize("login", ["ai-do", "", "SOAN", "soan\n"])
def test_somebody_who_is_not_registered_does_nothing(desk: Office, login: str) -> None:
    size = desk.qms.registers.head()[0]
    with refuses(errors.UnknownPerson):
        desk.draft("QT-01", by=login)
    assert desk.qms.registers.head()[0] == size


def test_tasks_are_what_a_person_could_do_now(desk: Office) -> None:
    desk.draft("QT-01")
    desk.draft("QT-02", by="soan2")
    desk.submit("QT-02", by="soan2")
    desk.approve("QT-03")
    tasks = desk.qms.tasks

    def waiting(login: str) -> list[tuple[str, str]]:
        return [(task.kind, task.code) for task in tasks(login)]

    assert waiting("soan") == [("submit", "QT-01")]
    assert waiting("xemxet") == [("sign", "QT-02")]
    assert waiting("duyet") == [("issue", "QT-03")]
    assert waiting("danhgia") == []
    assert desk.qms.registers.signers("QT-02", desk.clock.now()) == ["xemxet", "xemxet2"]
    desk.qms.staff.deactivate("soan", by=None, reason="Nghỉ")
    assert waiting("soan") == []
    assert len(tasks()) == 3


def test_what_will_change_by_itself_is_told_in_order(desk: Office) -> None:
    from datetime import timedelta

    days = [desk.today + timedelta(days=n) for n in (10, 20, 30)]
    number = desk.approve("QT-01")
    desk.issue("QT-01", days[0], number=number, accept_old_until=days[1], sunset=days[2])
    desk.qms.suspend("QT-01", reason="Rà soát", by=Person("thuky"), end=desk.clock.now() + timedelta(days=1))
    told = [change.what for change in desk.qms.changes()]
    assert told == ["suspension_ends", "starts", "grace_ends", "sunset"]


def test_a_signature_by_somebody_whose_secret_is_right_is_proven(desk: Office) -> None:
    desk.draft("QT-01")
    desk.submit("QT-01")
    record = desk.qms.sign("QT-01", by=who("xemxet"))
    assert (record.auth, record.entered_by) == ("secret", None)
