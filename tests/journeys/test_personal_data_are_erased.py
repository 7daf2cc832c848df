"""A person leaves and asks for erasure: the name is gone, every proof stands, and the account name is never reused."""

from iso_qms.domain import errors
from iso_qms.domain.people import Person
from tests.support.office import PEOPLE, Office, refuses, who

LAW = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"


def everything_stored(office: Office) -> str:
    """All that the database holds, as text."""
    from iso_qms.store.base import Base

    with office.qms._engine.connect() as connection:
        rows = [row for table in Base.metadata.tables.values() for row in connection.execute(table.select())]
    values = [value for row in rows for value in row]
    return "\n".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values)


def test_the_name_is_gone_and_every_proof_stands(office: Office) -> None:
    office.publish("QT-01")
    name = PEOPLE["xemxet"][0]
    person = office.id_of("xemxet")
    assert name in everything_stored(office)
    office.qms.staff.deactivate("xemxet", by=None, reason="Nghỉ việc")
    size, root = office.qms.registers.head()
    office.qms.staff.erase("xemxet", by=None, legal_basis=LAW)
    assert name not in everything_stored(office)
    assert office.qms.registers.names()[person].name == person
    verified = office.qms.verify()
    assert verified.holds and verified.erased == 1 and verified.size == size + 1
    signed = next(r for r in office.qms.history("QT-01") if r.event.act == "signed")
    assert signed.actor == person
    assert office.in_force("QT-01") == 1
    with office.qms._engine.connect() as connection:
        from iso_qms.domain.merkle import CompactRange, leaf_hash
        from iso_qms.store.journal import entries

        tree = CompactRange()
        for pos, leaf in entries(connection):
            if pos < size:
                tree.append(leaf_hash(leaf))
    assert tree.root() == root, "no leaf changed"


def test_the_account_name_stays_reserved(office: Office) -> None:
    office.qms.staff.erase("soan2", by=None, legal_basis=LAW)
    with refuses(errors.LoginTaken):
        office.qms.staff.add("soan2", name="Người khác", by=None)


def test_names_given_later_are_not_erased_by_an_earlier_erasure(office: Office) -> None:
    office.qms.staff.erase("soan", by=None, legal_basis=LAW)
    office.qms.staff.change("soan", by=None, name="Lê Thị Soạn Thảo")
    assert office.holds()
    assert office.qms.registers.names()[office.id_of("soan")].name == "Lê Thị Soạn Thảo"


def test_only_an_administrator_erases_and_only_on_a_legal_basis(office: Office) -> None:
    with refuses(errors.NoRight):
        office.qms.staff.erase("soan", by=who("soan"), legal_basis=LAW)
    with refuses(errors.BadText):
        office.qms.staff.erase("soan", by=Person("quantri"), legal_basis=" ")
    assert office.qms.registers.names()[office.id_of("soan")].name == PEOPLE["soan"][0]
