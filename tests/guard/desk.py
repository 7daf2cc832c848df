"""A small one-stop desk for tests: one procedure, two versions, their steps, and a clock that one can set."""

from __future__ import annotations

from datetime import date, datetime

from iso_qms.guard import Claim, Guard
from tests.domain.histories import day

CODE = "QT-TP-07"
OLD = {
    "schema": "process/1",
    "components": [{"key": "to-khai"}, {"key": "uy-quyen", "when": "khi nộp thay"}],
    "steps": [
        {"key": "nhan", "roles": ["mot-cua"]},
        {"key": "tham-dinh", "roles": ["cong-chuc-tu-phap"]},
        {"key": "ky", "roles": ["lanh-dao"]},
        {"key": "tra", "roles": ["mot-cua"]},
    ],
}
NEW = {
    **OLD,
    "steps": [
        OLD["steps"][0],
        {"key": "xin-y-kien", "roles": ["cong-chuc-tu-phap"], "mandatory": True},
        *OLD["steps"][1:],
        {"key": "khao-sat", "roles": ["mot-cua"], "mandatory": False},
    ],
}


class Hands:
    """A clock with hands that the test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def desk(at: datetime, transition: str = "finish", **more) -> tuple[Guard, Hands]:
    """Version 1 from 01/01/2026, version 2 (with one more mandatory step) from 01/07/2026."""
    clock = Hands(at)
    guard = Guard.fixed(
        {CODE: [(date(2026, 1, 1), 1), (date(2026, 7, 1), 2)]},
        processes={CODE: {1: OLD, 2: NEW}},
        claims=[Claim(CODE, "2.000815", ("H46.1", "H46.2")), Claim("QT-TP-08", "2.000816")],
        transition=transition,
        clock=clock,
        **more,
    )
    return guard, clock


BEFORE = day(6, 30, 16)
AFTER = day(7, 3, 9)
