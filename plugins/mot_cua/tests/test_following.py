"""The second look at dossiers does not believe the guard: it finds what went around it."""

from datetime import date

from iso_qms_mot_cua.following import astray
from iso_qms_mot_cua.tables import StepDone
from sqlalchemy import text

from .conftest import V1, V2, Counter


def told(counter: Counter) -> list[str]:
    return [each.what for each in astray(counter.desk, counter.office.qms.view)]


def finished(counter: Counter) -> str:
    code = counter.receive().code
    counter.handle(code)
    counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
    return code


def test_dossiers_handled_at_the_desk_are_found_in_order(counter: Counter) -> None:
    counter.issue(V1)
    finished(counter)
    counter.issue(V2, date(2026, 1, 12))
    counter.set(2026, 1, 12, 8)
    finished(counter)
    assert told(counter) == []


def test_a_step_taken_out_afterwards_is_missed(counter: Counter) -> None:
    counter.issue(V1)
    finished(counter)
    with counter.desk.reading() as session:
        session.execute(text("delete from mc_step where step = 'tham-dinh'"))
    assert told(counter) == ["step ky came before tham-dinh", "the result was handed out without tham-dinh"]


def test_a_step_of_another_version_or_role_is_found(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 2, 2))
    code = counter.receive().code
    now = counter.clock.now()
    for step, role in (("xac-minh", "tu-phap"), ("tiep-nhan", "lanh-dao")):
        with counter.desk.reading() as session:
            session.add(
                StepDone(
                    dossier=code, document="QT-TP-07", step=step, role=role, account="x", handed_at=now, done_at=now
                )
            )
    assert told(counter) == ["step xac-minh is not of version 1", "step tiep-nhan was done by lanh-dao"]


def test_a_receipt_under_another_version_is_found(counter: Counter) -> None:
    counter.issue(V1)
    counter.issue(V2, date(2026, 1, 12))
    counter.set(2026, 1, 12, 8)
    counter.receive()
    with counter.desk.reading() as session:
        session.execute(text("update qms_pin set version = 1"))
    assert told(counter) == ["received under version 1, in force was 2"]
