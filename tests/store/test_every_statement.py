"""The process dies before each single statement of each act in turn: the store is as before, or the act is whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from iso_qms.domain.people import Person
from iso_qms.services.performing import SystemClock
from tests.support.office import Office, who

Act = Callable[[Office], Any]
ACTS: dict[str, Act] = {
    "draft": lambda o: o.draft("QT-09"),
    "submit": lambda o: o.submit("QT-01"),
    "sign": lambda o: o.qms.sign("QT-02", by=who("xemxet")),
    "person": lambda o: o.qms.staff.add("moi", name="Người mới", by=None),
    "secret": lambda o: o.qms.staff.set_secret("soan", "mat-khau-khac-1", by=who("soan")),
    "erase": lambda o: o.qms.staff.erase("soan2", by=None, legal_basis="Luật 91/2025/QH15"),
    "refusal": lambda o: o.qms.sign("QT-02", by=Person("xemxet", "mat-khau-sai-1")),
}


def die_at(office: Office, act: Act, statement: int) -> bool:
    """Perform an act in a child that dies before its n-th statement (commits count); whether it came to an end."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    left = [statement]

    def count(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)

    try:
        reopened = Office(office.url, office.qms.files.folder, SystemClock())  # type: ignore[arg-type]
        engine = reopened.qms._engine
        for moment in ("before_cursor_execute", "commit"):
            event.listen(engine, moment, count)
        act(reopened)
    finally:
        os._exit(0)


ON_BOTH = [("sqlite", name) for name in ACTS] + [("postgresql", name) for name in ("draft", "sign", "erase")]


@pytest.mark.parametrize(("office", "name"), ON_BOTH, indirect=["office"])
def test_an_act_is_whole_or_was_never_begun(office: Office, name: str) -> None:
    office.draft("QT-01")
    office.draft("QT-02")
    office.submit("QT-02")
    size = office.qms.registers.head()[0]
    office.close()
    for statement in range(1, 80):
        ended = die_at(office, ACTS[name], statement)
        now = office.qms.registers.head()[0]
        assert office.holds(), statement
        office.close()
        if ended:
            assert now == size + 1 and statement > 6, "it took its statements, and then it was done"
            return
        assert now == size, f"half an act was left by dying before statement {statement}"
    raise AssertionError("the act never came to its end")
