"""Signing takes the signer's own secret: lock-out after failures, resets that must be changed, accounts that ended."""

from datetime import timedelta

import pytest

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.people import Person
from iso_qms.services.secrets import LOCK_TIME, MOST_FAILURES
from tests.support.office import CHEAP, Office, refuses, secret_of, who

WRONG = Person("xemxet", "mat-khau-sai-hoan-toan")


@pytest.fixture
def waiting(office: Office) -> Office:
    """QT-01 waits for the signature of a reviewer."""
    office.draft("QT-01")
    office.submit("QT-01")
    return office


def refusals(office: Office) -> list[str]:
    return [record.event.refusal for record in office.qms.entries() if isinstance(record.event, ev.ActRefused)]


def test_a_signature_without_or_with_a_wrong_secret_is_none_and_the_attempt_is_on_record(waiting: Office) -> None:
    with refuses(errors.SecretNeeded):
        waiting.qms.sign("QT-01", by=Person("xemxet"))
    with refuses(errors.WrongSecret):
        waiting.qms.sign("QT-01", by=WRONG)
    assert refusals(waiting) == ["WRONG_SECRET"]
    last = waiting.last()
    assert (last.actor, last.auth) == (waiting.id_of("xemxet"), "none"), "nobody proved to be that person"
    assert last.event.document == "QT-1" and last.event.attempted == "sign"
    assert waiting.qms.sign("QT-01", by=who("xemxet")).auth == "secret"


def test_after_some_failures_the_account_is_locked_for_a_while_even_for_the_right_secret(waiting: Office) -> None:
    for _ in range(MOST_FAILURES):
        with refuses(errors.WrongSecret):
            waiting.qms.sign("QT-01", by=WRONG)
    with refuses(errors.LockedOut):
        waiting.qms.sign("QT-01", by=who("xemxet"))
    assert refusals(waiting) == ["WRONG_SECRET"] * MOST_FAILURES + ["LOCKED_OUT"]
    waiting.clock.advance(LOCK_TIME - timedelta(seconds=1))
    with refuses(errors.LockedOut):
        waiting.qms.sign("QT-01", by=who("xemxet"))
    waiting.clock.advance(seconds=2)
    waiting.qms.sign("QT-01", by=who("xemxet"))
    assert waiting.holds()


def test_one_more_failure_after_the_lock_locks_again(waiting: Office) -> None:
    for _ in range(MOST_FAILURES):
        with refuses(errors.WrongSecret):
            waiting.qms.sign("QT-01", by=WRONG)
    waiting.clock.advance(LOCK_TIME + timedelta(seconds=1))
    with refuses(errors.WrongSecret):
        waiting.qms.sign("QT-01", by=WRONG)
    with refuses(errors.LockedOut):
        waiting.qms.sign("QT-01", by=who("xemxet"))


def test_a_proven_secret_starts_the_count_again_and_so_does_a_reset(waiting: Office) -> None:
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            with refuses(errors.WrongSecret):
                waiting.qms.sign("QT-01", by=WRONG)
        waiting.qms.staff.file_request(by=who("xemxet"), reason="Việc khác")
    for _ in range(MOST_FAILURES):
        with refuses(errors.WrongSecret):
            waiting.qms.sign("QT-01", by=WRONG)
    waiting.qms.staff.set_secret("xemxet", "mat-khau-tam-1", by=None)
    waiting.qms.staff.set_secret("xemxet", "mat-khau-rieng-1", by=Person("xemxet", "mat-khau-tam-1"))
    waiting.qms.sign("QT-01", by=Person("xemxet", "mat-khau-rieng-1"))


def test_a_secret_that_somebody_else_reset_must_be_changed_before_it_signs(waiting: Office) -> None:
    waiting.qms.staff.set_secret("xemxet", "mat-khau-tam-1", by=Person("quantri"))
    with refuses(errors.WrongSecret):
        waiting.qms.sign("QT-01", by=who("xemxet"))
    with refuses(errors.MustChangeSecret):
        waiting.qms.sign("QT-01", by=Person("xemxet", "mat-khau-tam-1"))
    with refuses(errors.WrongSecret):
        waiting.qms.staff.set_secret("xemxet", "mat-khau-rieng-1", by=WRONG)
    waiting.qms.staff.set_secret("xemxet", "mat-khau-rieng-1", by=Person("xemxet", "mat-khau-tam-1"))
    waiting.qms.sign("QT-01", by=Person("xemxet", "mat-khau-rieng-1"))


def test_a_secret_replaced_while_its_signature_was_on_the_way_signs_nothing(
    waiting: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = waiting.qms._performer.secrets
    prove = secrets.prove

    def proven_then_replaced(*asked: object) -> int:
        proven = prove(*asked)  # type: ignore[arg-type]
        monkeypatch.undo()
        waiting.qms.staff.set_secret("xemxet", "mat-khau-tam-1", by=None)
        return proven

    monkeypatch.setattr(secrets, "prove", proven_then_replaced)
    with refuses(errors.Conflict):
        waiting.qms.sign("QT-01", by=who("xemxet"))
    assert waiting.qms.document("QT-01").versions[1].submissions[0].signatures == []


def test_who_has_no_secret_yet_cannot_sign_and_is_told_how(waiting: Office) -> None:
    waiting.qms.staff.add("moi", name="Người mới", by=None, roles=["reviewer"])
    with refuses(errors.NoSecret) as caught:
        waiting.qms.sign("QT-01", by=Person("moi", "mat-khau-gi-do"))
    assert "iso-qms person password moi" in caught.value.message("vi")


def test_a_deactivated_account_does_nothing_and_loses_nothing(waiting: Office) -> None:
    waiting.sign("QT-01", "xemxet")
    waiting.qms.staff.deactivate("xemxet", by=None, reason="Chuyển công tác")
    waiting.draft("QT-02", by="soan2")
    waiting.submit("QT-02", by="soan2")
    with refuses(errors.Inactive):
        waiting.qms.sign("QT-02", by=who("xemxet"))
    waiting.sign("QT-01", "duyet")
    assert waiting.qms.document("QT-01").versions[1].fully_approved, "what was signed stays signed"
    with refuses(errors.LoginTaken):
        waiting.qms.staff.add("xemxet", name="Người khác", by=None)
    waiting.qms.staff.reactivate("xemxet", by=None, reason="Trở lại")
    waiting.sign("QT-02", "xemxet")


def test_a_deputy_of_somebody_deactivated_signs_no_more(waiting: Office) -> None:
    waiting.qms.staff.grant_mandate(
        *("xemxet", "danhgia"),
        by=None,
        role="reviewer",
        capacity="KT",
        legal_basis="QĐ 5",
        since=waiting.today,
    )
    waiting.qms.staff.deactivate("xemxet", by=None, reason="Nghỉ hưu")
    with refuses(errors.NoRight):
        waiting.sign("QT-01", "danhgia")


def test_a_mandate_that_was_revoked_signs_no_more(waiting: Office) -> None:
    mandate = waiting.qms.staff.grant_mandate(
        *("xemxet", "danhgia"),
        by=None,
        role="reviewer",
        capacity="KT",
        legal_basis="QĐ 5",
        since=waiting.today,
    )
    waiting.qms.staff.revoke_mandate(mandate.pos, by=None, reason="Đi làm lại")
    with refuses(errors.NoRight):
        waiting.sign("QT-01", "danhgia")
    with refuses(errors.UnknownMandate):
        waiting.qms.staff.revoke_mandate(mandate.pos, by=None, reason="Lần nữa")
    assert [standing for _, standing in waiting.qms.staff.mandates()] == [False]


def test_where_every_act_takes_the_secret_no_act_is_entered_without_it(waiting: Office) -> None:
    waiting.qms.staff.set_policy("secret_for_every_act", "on", by=None)
    with refuses(errors.SecretNeeded):
        waiting.draft("QT-02")
    record = waiting.qms.send_back("QT-01", reason="Thiếu", by=who("thuky"))
    assert (record.auth, record.entered_by) == ("secret", None)


def test_an_act_entered_for_somebody_names_both(waiting: Office) -> None:
    record = waiting.qms.history("QT-01")[0]
    operator = next(named for named in waiting.qms.registers.names().values() if named.operator)
    assert (record.actor, record.entered_by, record.auth) == (waiting.id_of("soan"), operator.id, "operator")


def test_no_secret_and_no_name_is_in_the_journal(waiting: Office) -> None:
    from iso_qms.store.journal import entries

    with waiting.qms._engine.connect() as connection:
        leaves = b"\n".join(leaf for _, leaf in entries(connection))
    assert secret_of("xemxet").encode() not in leaves
    assert b"xemxet" not in leaves and "Trần Văn Xem".encode() not in leaves
    assert b"argon2" not in leaves


def test_a_service_without_an_operator_names_a_person_for_every_act(waiting: Office) -> None:
    service = Office(waiting.url, waiting.qms.files.folder, waiting.clock, operator=None)
    with refuses(errors.SecretNeeded):
        service.qms.staff.grant("soan", "reviewer", by=None)
    record = service.qms.sign("QT-01", by=who("xemxet"))
    assert (record.auth, record.entered_by) == ("secret", None)
    service.close()
    assert CHEAP.time_cost == 1
