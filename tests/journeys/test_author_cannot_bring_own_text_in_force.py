"""An author cannot bring the own text into force, whatever roles, deputies, chains and classes they try."""

from datetime import date

from iso_qms.domain import errors
from iso_qms.domain.chain import Chain, Step
from iso_qms.domain.people import ROLES, Person
from tests.support.office import Office, refuses, who


def test_not_by_signing_at_any_step(office: Office) -> None:
    everything = Person("kiemnhiem", "mat-khau-kiemnhiem-1")
    office.qms.staff.add("kiemnhiem", name="Người kiêm nhiệm", by=None, roles=ROLES)
    office.qms.staff.set_secret("kiemnhiem", "mat-khau-kiemnhiem-1", by=None)
    office.draft("QT-01", by="kiemnhiem", change_class="editorial")
    office.submit("QT-01", by="kiemnhiem")
    with refuses(errors.SelfApproval):
        office.qms.sign("QT-01", by=everything)
    office.sign("QT-01", "xemxet")
    with refuses(errors.SelfApproval):
        office.qms.sign("QT-01", by=everything)
    with refuses(errors.NotApproved):
        office.issue("QT-01", by="kiemnhiem")
    refused = [record.event.refusal for record in office.qms.entries() if record.event.act == "act_refused"]
    assert refused == ["SELF_APPROVAL", "SELF_APPROVAL"]
    assert office.in_force("QT-01") is None and office.holds()


def test_not_through_a_deputy_nor_as_one(office: Office) -> None:
    office.qms.staff.grant("soan", "approver", by=None)
    lent = {"capacity": "KT.", "legal_basis": "QĐ 5/QĐ-UBND", "since": office.today}
    office.qms.staff.grant_mandate("soan", "danhgia", by=None, role="approver", **lent)
    office.qms.staff.grant_mandate("duyet", "soan", by=None, role="approver", **lent)
    office.draft("QT-01")
    office.submit("QT-01")
    office.sign("QT-01", "xemxet")
    for login in ("danhgia", "soan"):
        with refuses(errors.SelfApproval):
            office.qms.sign("QT-01", by=who(login))
    office.sign("QT-01", "duyet")
    assert office.qms.document("QT-01").versions[1].fully_approved


def test_not_by_an_emergency_and_not_by_changing_the_text_afterwards(office: Office) -> None:
    office.qms.staff.grant("soan", "approver", by=None)
    urgent = Chain("khan", "Khẩn", (Step("x", "Duyệt khẩn", 1, "approval", role="approver"),), emergency=True)
    office.qms.staff.define_chain(urgent, by=None)
    office.draft("QT-01")
    office.submit("QT-01", emergency=True)
    with refuses(errors.SelfApproval):
        office.sign("QT-01", "soan")
    office.sign("QT-01", "duyet")
    with refuses(errors.NoDraft):
        office.draft("QT-01", "Thay sau khi ký", number=1)
    office.issue("QT-01", until=date(2026, 2, 1))
    assert office.in_force("QT-01") == 1


def test_not_by_giving_oneself_a_role_or_taking_another_account(office: Office) -> None:
    office.qms.staff.grant("soan", "administrator", by=None)
    with refuses(errors.NoRight):
        office.qms.staff.grant("soan", "approver", by=Person("soan"))
    office.qms.staff.set_secret("duyet", "mat-khau-moi-1", by=Person("soan"))
    office.draft("QT-01")
    office.submit("QT-01")
    office.sign("QT-01", "xemxet")
    with refuses(errors.MustChangeSecret):
        office.qms.sign("QT-01", by=Person("duyet", "mat-khau-moi-1"))
    with refuses(errors.WrongSecret):
        office.qms.sign("QT-01", by=who("duyet"))
    assert office.qms.document("QT-01").versions[1].state == "submitted"


def test_signed_content_is_exactly_what_is_issued_and_read(office: Office) -> None:
    office.publish("QT-01", text="Nội dung đã ký")
    office.clock.advance(seconds=1)
    issued = office.qms.in_force("QT-01")
    assert issued is not None
    signatures = [r.event.sha256 for r in office.qms.history("QT-01") if r.event.act == "signed"]
    assert signatures == [issued.sha256] * 2 == [office.qms.manifest("QT-01", 1).sha256] * 2
    assert office.qms.read_file("QT-01", 1).decode() == "Nội dung đã ký"
