"""The truth table of enforcement: every row, with the dates that an officer would name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from iso_qms.domain.check import check
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.decision import Action, Citation
from tests.domain.histories import Register, day, digest

# Version 1 in force from 01/01/2026, version 2 from 01/07/2026, version 3 approved, version 4 not approved.
# Unless said otherwise "now" is 03/08/2026 10:00 and the dossier was received on 20/06/2026 under version 1.
TABLE = """
| claims the version in force | start | allow | CURRENT |  |  |
| claims nothing (takes the current) | start | allow | CURRENT |  |  |
| claims a superseded version | start | deny | SUPERSEDED | use_current |  |
| the same, inside the grace window for new dossiers | start | warn | GRACE | use_current | 15/08/2026 |
| claims a version approved for a future date | start | deny | NOT_YET_IN_FORCE | use_current | 01/07/2026 |
| one minute after midnight, Viet Nam time, on that date | start | allow | CURRENT |  |  |
| claims a draft / rejected version | start | deny | NOT_APPROVED | use_current |  |
| claims a version nobody has issued | start | deny | UNKNOWN_VERSION | use_current |  |
| right number, altered content | start | deny | DIGEST_MISMATCH | refetch |  |
| before the first version is in force | start | deny | NOT_YET_IN_FORCE | wait | 01/01/2026 |
| document withdrawn, no successor | start | deny | WITHDRAWN |  |  |
| receiving suspended | start | deny | SUSPENDED_NEW | wait |  |
| receiving suspended | continue | allow | PINNED_OLD |  |  |
| everything suspended | continue | deny | SUSPENDED | wait |  |
| suspended only until 2 August | continue | allow | PINNED_OLD |  |  |
| no pin | continue | deny | NOT_PINNED | pin |  |
| pinned version still current | continue | allow | PINNED_CURRENT |  |  |
| client claims another version than the pin | continue | deny | PIN_MISMATCH | use_pinned |  |
| pinned old, policy finish | continue | allow | PINNED_OLD |  |  |
| pinned old, finish until 31/12, before it | continue | allow | PINNED_OLD |  | 31/12/2026 |
| pinned old, finish until 31/07, after it | continue | deny | MIGRATE_REQUIRED | migrate | 31/07/2026 |
| pinned old, applicant may elect, has not | continue | allow | PINNED_OLD_MAY_ELECT |  |  |
| pinned old, applicant has elected the new one | continue | deny | MIGRATE_ELECTED | migrate |  |
| pinned old, migrate by 31/08, before it | continue | warn | MIGRATE_DUE | migrate | 31/08/2026 |
| pinned old, migrate at once | continue | deny | MIGRATE_REQUIRED | migrate |  |
| pinned old, restart | continue | deny | RESTART_REQUIRED | restart |  |
| two changes since: finish, then restart | continue | deny | RESTART_REQUIRED | restart |  |
| document withdrawn, dossiers may finish | continue | allow | WITHDRAWN_FINISHING |  |  |
| document withdrawn, dossiers must restart elsewhere | continue | deny | RESTART_REQUIRED | restart |  |
| shows the version in force | display | allow | CURRENT |  |  |
| shows a suspended procedure | display | warn | CURRENT_SUSPENDED | label_suspended |  |
| shows a superseded version | display | deny | SUPERSEDED | take_down |  |
| shows the next version before its date | display | warn | UPCOMING | label_upcoming | 01/07/2026 |
| shows a withdrawn document | display | deny | WITHDRAWN | take_down |  |
| rating or report refers to an old version | cite | allow | CITE_OK |  |  |
| rating refers to a version never in force then | cite | deny | NEVER_IN_FORCE |  |  |
"""
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in TABLE.strip().splitlines()]

NOW = day(8, 3, 10)
PIN = Citation("QT-07", 1, "01/00", digest(1), day(6, 20, 9))


def office(second="finish", sunset=None, grace=None, third=None, withdrawn=None) -> Register:
    """The office of the table; the keywords are the transitions of what came after version 1."""
    register = Register(now=day(12, 1, year=2025))
    for number in (1, 2, 3, 4):
        register.approve(number, approved=number != 4)
    register.issue(1, date(2026, 1, 1))
    register.issue(2, date(2026, 7, 1), at=day(6, 10), transition=second, sunset=sunset, accept_old_until=grace)
    if third:
        register.issue(3, date(2026, 10, 1), at=day(7, 1), transition=third)
    if withdrawn:
        register.withdraw(date(2026, 9, 1), at=day(8, 1), transition=withdrawn)
    return register


def suspended(scope: str, end: datetime | None = None) -> Register:
    register = office()
    register.suspend(day(8, 1), end, at=day(8, 1), scope=scope)
    return register


CASES = {
    ("claims the version in force", "start"): (office(), {"version": 2}),
    ("claims nothing (takes the current)", "start"): (office(), {}),
    ("claims a superseded version", "start"): (office(), {"version": 1}),
    ("the same, inside the grace window for new dossiers", "start"): (office(grace=day(8, 15)), {"version": 1}),
    ("claims a version approved for a future date", "start"): (office(), {"at": day(6, 30, 23), "version": 2}),
    ("one minute after midnight, Viet Nam time, on that date", "start"): (
        office(),
        {"at": datetime(2026, 6, 30, 17, 1, tzinfo=UTC), "version": 2},
    ),
    ("claims a draft / rejected version", "start"): (office(), {"version": 4}),
    ("claims a version nobody has issued", "start"): (office(), {"version": 99}),
    ("right number, altered content", "start"): (office(), {"version": 2, "sha256": digest(77)}),
    ("before the first version is in force", "start"): (office(), {"at": day(12, 15, year=2025), "version": 1}),
    ("document withdrawn, no successor", "start"): (office(withdrawn="finish"), {"at": day(9, 2), "version": 2}),
    ("receiving suspended", "start"): (suspended("new"), {"version": 2}),
    ("receiving suspended", "continue"): (suspended("new"), {"pin": PIN}),
    ("everything suspended", "continue"): (suspended("all"), {"pin": PIN}),
    ("suspended only until 2 August", "continue"): (suspended("all", day(8, 2)), {"pin": PIN}),
    ("no pin", "continue"): (office(), {}),
    ("pinned version still current", "continue"): (office(), {"at": day(6, 25), "pin": PIN}),
    ("client claims another version than the pin", "continue"): (office(), {"pin": PIN, "version": 2}),
    ("pinned old, policy finish", "continue"): (office(), {"pin": PIN}),
    ("pinned old, finish until 31/12, before it", "continue"): (office(sunset=day(12, 31)), {"pin": PIN}),
    ("pinned old, finish until 31/07, after it", "continue"): (office(sunset=day(7, 31)), {"pin": PIN}),
    ("pinned old, applicant may elect, has not", "continue"): (office("elect"), {"pin": PIN}),
    ("pinned old, applicant has elected the new one", "continue"): (office("elect"), {"pin": PIN, "elected": True}),
    ("pinned old, migrate by 31/08, before it", "continue"): (office("migrate", sunset=day(8, 31)), {"pin": PIN}),
    ("pinned old, migrate at once", "continue"): (office("migrate"), {"pin": PIN}),
    ("pinned old, restart", "continue"): (office("restart"), {"pin": PIN}),
    ("two changes since: finish, then restart", "continue"): (
        office(third="restart"),
        {"at": day(10, 5), "pin": PIN},
    ),
    ("document withdrawn, dossiers may finish", "continue"): (
        office(withdrawn="finish"),
        {"at": day(9, 2), "pin": PIN},
    ),
    ("document withdrawn, dossiers must restart elsewhere", "continue"): (
        office(withdrawn="restart"),
        {"at": day(9, 2), "pin": PIN},
    ),
    ("shows the version in force", "display"): (office(), {"version": 2}),
    ("shows a suspended procedure", "display"): (suspended("all"), {"version": 2}),
    ("shows a superseded version", "display"): (office(), {"version": 1}),
    ("shows the next version before its date", "display"): (office(), {"at": day(6, 20), "version": 2}),
    ("shows a withdrawn document", "display"): (office(withdrawn="finish"), {"at": day(9, 2), "version": 2}),
    ("rating or report refers to an old version", "cite"): (office(), {"version": 1}),
    ("rating refers to a version never in force then", "cite"): (office(), {"at": day(6, 20), "version": 2}),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}, {row[1]}")
def test_row_of_the_truth_table(row):
    """Each case has the verdict, reason, remedy and date that the specification prints."""
    case, action, *expected = row
    register, question = CASES[case, action]
    decision = check(register.timeline, **{"at": NOW, "action": Action(action), **question})
    shown = f"{decision.deadline.astimezone(OFFICE_ZONE):%d/%m/%Y}" if decision.deadline else ""
    assert [decision.verdict.value, decision.reason, decision.remedy or "", shown] == expected


def test_every_row_has_its_case_and_the_other_way_round():
    """No row of the specification is left out, and no case is made up beside it."""
    assert {(row[0], row[1]) for row in ROWS} == set(CASES)
    assert len(ROWS) == 36


def test_a_document_that_nobody_knows_is_neither_allowed_nor_denied():
    """Unknown is a verdict of its own: a mistyped code is no ground for yes or no."""
    decision = check(Register("QT-99").timeline, at=NOW, version=1)
    assert (decision.verdict.value, decision.reason, decision.allowed) == ("unknown", "UNKNOWN_DOCUMENT", False)


def test_the_answer_names_the_versions_and_the_knowledge_it_rests_on():
    """Asked, in force and pinned version, the position and the last recording stand in the answer."""
    register = office()
    decision = check(register.timeline, action="continue", at=NOW, pin=PIN)
    assert (decision.pinned.number, decision.current.number, decision.current.sha256) == (1, 2, digest(2))
    assert decision.pos == register.pos
    assert decision.known == register.now
    assert decision.at == NOW and decision.at.utcoffset() == timedelta(0)
