"""A quarter at the desk: every dossier follows its version, and what was planted is refused and listed."""

import pytest
from iso_qms_mot_cua.quarter import PLANTED, Quarter
from iso_qms_mot_cua.simulate import TURNED_AWAY, run


@pytest.fixture(scope="module")
def quarter() -> Quarter:
    return run()


def test_three_hundred_dossiers_followed_their_version(quarter: Quarter) -> None:
    assert quarter.received == sum(quarter.by_version.values()) == 300
    assert quarter.astray == ()
    assert quarter.findings == ()
    assert set(quarter.outcomes) <= {"early", "in_time", "late"}


def test_both_revisions_governed_receipts(quarter: Quarter) -> None:
    assert {version for document, version in quarter.by_version if document == "QT-TP-07"} == {1, 2, 3}


def test_the_planted_violations_were_refused_and_listed(quarter: Quarter) -> None:
    assert {each.name: each.reason for each in quarter.planted} == {
        "old form": "SUPERSEDED",
        "skipped step": "STEP_OUT_OF_ORDER",
        "backdated receipt": "MC_BACKDATED",
    }
    assert quarter.holds
    for each in quarter.planted:
        assert each.vi in quarter.text("vi")
        assert each.en in quarter.text("en")
        assert PLANTED[each.name][0] in quarter.text("vi")


def test_a_week_without_a_line_changed_no_answer_and_was_said(quarter: Quarter) -> None:
    assert 0 < quarter.stale <= quarter.offline


def test_suspension_and_withdrawal_were_felt_at_the_counter(quarter: Quarter) -> None:
    assert quarter.waited > 0
    assert quarter.refusals["SUSPENDED_NEW"] == quarter.waited
    assert quarter.turned_away == quarter.refusals["WITHDRAWN"] == TURNED_AWAY


def test_running_dossiers_moved_when_the_issue_said_so(quarter: Quarter) -> None:
    assert quarter.migrated == quarter.refusals["MIGRATE_REQUIRED"] > 0


def test_the_same_seed_tells_the_same_story() -> None:
    one, two = run(dossiers=12, seed=5), run(dossiers=12, seed=5)
    assert (one.by_version, one.outcomes, one.refusals) == (two.by_version, two.outcomes, two.refusals)
