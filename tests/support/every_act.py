"""A busy year of the invented office: after it, the journal holds acts of every kind there is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from iso_qms.domain import events as ev
from iso_qms.domain.chain import Chain, Step
from iso_qms.domain.errors import QmsError
from iso_qms.domain.people import Person
from tests.support.office import Office, who

EMERGENCY = Chain(
    "khan", "Luồng khẩn cấp", (Step("duyet-khan", "Duyệt khẩn", 1, "approval", role="approver"),), emergency=True
)


def live_a_year(office: Office) -> Office:
    """Perform every act at least once; what no service performs by itself yet is noted under the operator."""
    _people(office)
    _documents(office)
    _noted(office)
    return office


def _people(office: Office) -> None:
    staff = office.qms.staff
    staff.add_unit("VP", "Văn phòng HĐND và UBND", by=None, since=date(2025, 7, 1))
    staff.add_unit("TUPHAP", "Bộ phận Tư pháp", by=None, since=date(2025, 7, 1), parent="VP")
    staff.end_unit("TUPHAP", by=None, how="merged", since=date(2026, 1, 1), decision="9/NQ-HĐND", successor="VP")
    staff.define_chain(EMERGENCY, by=Person("thuky"))
    staff.add("nghihuu", name="Ngô Thị Hưu", by=Person("quantri"), roles=["auditor"], unit="VP", position="Công chức")
    staff.change("nghihuu", by=None, name="Ngô Thị Hưu Trí", position="Chuyên viên")
    staff.grant("nghihuu", "reviewer", by=None)
    staff.revoke("nghihuu", "reviewer", by=None)
    staff.deactivate("nghihuu", by=None, reason="Nghỉ hưu")
    staff.reactivate("nghihuu", by=None, reason="Mời làm cố vấn")
    staff.erase("nghihuu", by=None, legal_basis="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15")
    lent = staff.grant_mandate(
        "xemxet",
        "thuky",
        by=Person("xemxet"),
        role="reviewer",
        capacity="TUQ.",
        legal_basis="Giấy ủy quyền 3/GUQ",
        since=office.today,
        until=office.today + timedelta(days=30),
        units=("VP",),
    )
    staff.revoke_mandate(lent.pos, by=None, reason="Đi làm lại")
    staff.set_policy("secret_for_every_act", "off", by=None)


def _documents(office: Office) -> None:
    qms = office.qms
    qms.staff.file_request(by=Person("soan"), reason="Luật thay đổi", documents=["QT-01"], legal_bases=["Luật 1"])
    qms.staff.decide_request(1, by=Person("thuky"), accepted=True, reason="Đúng")
    office.draft("QT-01", requests=(1,), unit="VP", service_codes=("2.000815",), file_date=date(2026, 1, 5))
    office.submit("QT-01")
    qms.send_back("QT-01", reason="Thiếu thời hạn", by=Person("xemxet"))
    office.submit("QT-01")
    office.sign("QT-01", "xemxet", "duyet", comment="Đồng ý")
    office.issue("QT-01", reason="Theo kế hoạch")
    with suppress(QmsError):
        qms.sign("QT-01", by=Person("soan", "mat-khau-sai-1"))
    outage = {"scope": "all", "decision": "2/TB", "units": ("VP",), "end": office.clock.now() + timedelta(days=1)}
    suspension = qms.suspend("QT-01", reason="Mất điện", by=Person("thuky"), **outage)
    qms.resume("QT-01", reason="Có điện", by=Person("thuky"), suspension=suspension.pos)
    urgent = office.draft("QT-01", "Khẩn", reason="Bão").event.number
    office.submit("QT-01", emergency=True)
    office.sign("QT-01", "duyet2")
    office.issue("QT-01", until=office.today + timedelta(days=20), transition="migrate", sunset=office.today)
    office.submit("QT-01", number=urgent, chain_name="mac-dinh")
    office.sign("QT-01", "xemxet", "duyet", number=urgent)
    qms.ratify("QT-01", decision="20/QĐ-UBND", by=Person("duyet"))
    office.publish(
        "QT-01", office.today + timedelta(days=40), "Sẽ bỏ", accept_old_until=office.today + timedelta(days=50)
    )
    qms.rescind("QT-01", reason="Chưa cần", by=who("duyet"))
    office.draft("QT-01", "Nháp bỏ", new=True)
    qms.abandon("QT-01", reason="Không cần", by=Person("soan"))
    qms.withdraw(
        "QT-01", effective=office.today + timedelta(days=90), decision="40/QĐ", reason="Hết", by=Person("duyet")
    )
    office.draft("QT-88", "Trên giấy")
    qms.staff.set_policy("adoption", "on", by=None)
    qms.control.adopt("QT-88", by=who("duyet"), decision="3/QĐ-UBND", known_from=date(2025, 7, 1))
    office.approve("QT.TP.05", title="Chứng thực bản sao")
    office.issue("QT.TP.05")


def _noted(office: Office) -> None:
    version = office.qms.document("QT-01").versions[1].content
    where = {"document": version.document, "number": 1}
    for event in (
        ev.CopyPrinted(
            **where, sha256=version.sha256, copy_no=1, status="controlled", holder="VP", token_sha256="a" * 64
        ),
        ev.CopyRecalled(**where, copy_no=1, reason="Bản cũ"),
        ev.Acknowledged(**where, sha256=version.sha256),
        ev.PluginsChanged(plugins=("kstthc 1.0",)),
        ev.KeyDeclared(purpose="checkpoint", vkey="iso-qms.invalid/x+1+AQ", state="active", reason="Lập sổ"),
        ev.EvidenceExported(scope="2026", sha256="b" * 64, size=60, reason="Kiểm toán"),
        ev.AuditReviewed(first=0, last=9, findings="Không có sai lệch"),
        ev.BackupTaken(size=60, root="c" * 64),
        ev.StoreRestored(size=60, root="c" * 64, lost=0, reason="Thử phục hồi"),
    ):
        if event.act not in office.acts():
            office.qms.staff.note(event, act=event.act, by=None)
    assert set(ev.EVENTS) <= set(office.acts()), set(ev.EVENTS) - set(office.acts())
