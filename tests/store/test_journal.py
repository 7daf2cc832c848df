"""The journal itself: positions without gap, instants that only grow, one lock, and a tree that proofs can stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Thread

import pytest

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.merkle import (
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from iso_qms.store import journal
from iso_qms.store.journal import CLOCK_SLACK, STEP, writing
from tests.support.office import Office, local, refuses


def note(office: Office, name: str = "x") -> ev.Recorded:
    with writing(office.qms._engine, office.clock.now()) as writer:
        return writer.append(ev.PolicySet(name, "on"), actor="o_1", auth="operator")


def test_several_acts_of_one_transaction_get_positions_and_instants_one_after_another(office: Office) -> None:
    first = office.qms.registers.head()[0]
    with writing(office.qms._engine, office.clock.now()) as writer:
        records = [writer.append(ev.PolicySet(str(n), "on"), actor="o_1", auth="operator") for n in range(5)]
        assert writer.size == first + 5
    assert [record.pos for record in records] == list(range(first, first + 5))
    assert all(later.at - earlier.at == STEP for earlier, later in pairwise(records))
    assert list(office.qms.entries(first)) == records
    assert office.holds()


def test_a_transaction_that_fails_leaves_nothing(office: Office) -> None:
    before = office.qms.registers.head()
    with pytest.raises(ZeroDivisionError), writing(office.qms._engine, office.clock.now()) as writer:
        writer.append(ev.PolicySet("x", "on"), actor="o_1", auth="operator")
        raise ZeroDivisionError
    assert office.qms.registers.head() == before
    assert note(office).pos == before[0]
    assert office.holds()


def test_a_clock_a_little_behind_writes_after_the_newest_entry_and_far_behind_nothing(office: Office) -> None:
    newest = note(office).at
    office.clock.set(newest - CLOCK_SLACK + timedelta(seconds=1))
    assert note(office).at == newest + STEP
    office.clock.set(newest - CLOCK_SLACK - timedelta(seconds=1))
    size = office.qms.registers.head()[0]
    with refuses(errors.ClockBehind) as caught:
        office.draft("QT-01")
    assert "05/01/2026" in caught.value.message("vi")
    assert office.qms.registers.head()[0] == size


def test_instants_are_utc_whatever_zone_the_clock_shows(office: Office) -> None:
    with writing(office.qms._engine, local(2026, 3, 1, 6).astimezone()) as writer:
        record = writer.append(ev.PolicySet("x", "on"), actor="o_1", auth="operator")
    assert record.at == datetime(2026, 2, 28, 23, tzinfo=UTC) and record.at.tzinfo is UTC
    assert next(office.qms.entries(record.pos)).at == record.at


def test_a_second_writer_waits_for_the_first_and_readers_do_not(office: Office) -> None:
    engine, done = office.qms._engine, []
    with writing(engine, office.clock.now()) as writer:
        first = writer.append(ev.PolicySet("first", "on"), actor="o_1", auth="operator")
        waiting = Thread(target=lambda: done.append(note(office, "second")))
        waiting.start()
        assert office.qms.registers.head()[0] == first.pos, "a reader sees the journal as it was, at once"
        assert not done
    waiting.join(30)
    assert [record.pos for record in done] == [first.pos + 1]


def test_every_size_of_the_tree_has_proofs_that_hold(office: Office) -> None:
    for n in range(9):
        note(office, str(n))
    size, root = office.qms.registers.head()
    with office.qms._engine.connect() as connection:
        node = journal.node_reader(connection)
        leaves = [leaf_hash(leaf) for _, leaf in journal.entries(connection)]
        for pos, leaf in enumerate(leaves):
            proof = inclusion_proof(pos, size, node)
            assert verify_inclusion(leaf, pos, size, proof, root)
        tree = CompactRange()
        for earlier, leaf in enumerate(leaves, start=1):
            tree.append(leaf)
            proof = consistency_proof(earlier, size, node)
            assert verify_consistency(earlier, size, tree.root(), root, proof)


def test_a_range_of_the_journal_is_read_as_it_was_asked(office: Office) -> None:
    size = office.qms.registers.head()[0]
    assert [record.pos for record in office.qms.entries(2, 4)] == [2, 3, 4]
    assert [record.pos for record in office.qms.entries(size - 1)] == [size - 1]
    assert list(office.qms.entries(size)) == []


def test_histories_hold_what_is_about_their_subject_and_nothing_else(office: Office) -> None:
    office.draft("QT-01")
    office.draft("qt 02")
    assert [record.event.document for record in office.qms.history("QT.01")] == ["QT-1"]
    with office.qms._engine.connect() as connection:
        both = journal.history(connection, "QT-1", "QT-2")
    assert [record.event.act for record in both] == ["drafted", "drafted"]


def test_a_leaf_that_nobody_can_read_stops_the_reader_by_its_place(desk: Office) -> None:
    from sqlalchemy import text

    desk.draft("QT-01")
    pos = desk.last().pos
    with desk.qms._engine.begin() as connection:
        connection.execute(text("DROP TRIGGER qms_journal_no_update"))
        connection.execute(text("UPDATE qms_journal SET leaf = X'7B7D' WHERE pos = :pos"), {"pos": pos})
    with refuses(errors.JournalBroken) as caught:
        desk.qms.document("QT-01")
    assert str(pos) in caught.value.message("vi")
