"""The quick answer and the pure check are one answer, on every history, from any thread, after every change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain.check import check
from iso_qms.domain.timeline import Timeline
from iso_qms.guard import FixedSource, Guard
from iso_qms.guard.index import REMEMBERED, TimelineIndex
from tests.domain.histories import BEGIN, HOUR, Register, day, histories, play
from tests.domain.test_invariants import moments, questions
from tests.domain.test_truth_table import CASES, NOW, PIN, office


def guard_of(timeline: Timeline, now: datetime = NOW) -> Guard:
    source = FixedSource({})
    source.put(timeline)
    return Guard(source, clock=lambda: now)


@settings(max_examples=200, deadline=None)
@given(histories, st.lists(questions, min_size=1, max_size=6), st.one_of(st.none(), moments))
def test_the_guard_answers_as_the_pure_check_does(history, asked, known):
    """Asked once and asked again, with or without a state of knowledge: the same decision, field by field."""
    timeline = play(history).timeline
    guard = guard_of(timeline)
    for question in (*asked, *asked):
        expected = check(timeline, known=known, pos=guard.source.pos(), **question)
        decision = guard.check("QT-07", known=known, **question)
        assert decision.answer == expected.answer
        assert (decision.at, decision.known, decision.message()) == (expected.at, expected.known, expected.message())


def test_every_row_of_the_truth_table_through_the_guard():
    """The table holds at the door that services use."""
    for (_, action), (register, question) in CASES.items():
        asked = {"at": NOW, "action": action, **question}
        assert guard_of(register.timeline).check("QT-07", **asked).answer == check(register.timeline, **asked).answer


@settings(max_examples=60, deadline=None)
@given(histories, histories, questions)
def test_a_change_is_seen_by_the_very_next_check(history, more, question):
    """The generation rises, and nothing of the old knowledge is answered again."""
    register = play(history)
    guard = guard_of(register.timeline)
    guard.check("QT-07", **question)
    play(more, register)
    guard.source.put(register.timeline)
    assert guard.check("QT-07", **question).answer == check(register.timeline, **question).answer


def test_pins_of_one_version_received_at_different_times_are_not_confused():
    """The table remembers by the time of receipt, too: two dossiers of version 1 have different successors."""
    register = office("restart")
    register.issue(1, day(9, 1).date(), at=day(8, 1), reinstates=True)
    register.issue(3, day(10, 1).date(), at=day(8, 2))
    guard = guard_of(register.timeline, now=day(10, 5))
    early, late = PIN, replace(PIN, at=day(9, 5))
    for _ in range(2):
        assert guard.check("QT-07", action="continue", pin=early).reason == "RESTART_REQUIRED"
        assert guard.check("QT-07", action="continue", pin=late).reason == "PINNED_OLD"


def test_no_caller_can_fill_the_memory_of_an_index():
    """Ten thousand invented labels leave at most the agreed number of answers behind."""
    index = TimelineIndex(play([("issue", 1, 0, "finish", None, None)]).timeline)
    for number in range(10_000):
        index.answer(BEGIN + HOUR, version=f"bịa {number}")
    assert max(len(table) for table in index.stretches) <= REMEMBERED


def test_odd_versions_are_answered_and_not_confused():
    """Whatever JSON a client sends as a version, there is a verdict."""
    register = Register()
    register.approve(1)
    register.issue(1, (BEGIN + 24 * HOUR).date())
    guard = guard_of(register.timeline)
    for odd in ([], {}, [1], 0, -1, 1.5, "", "\x00", "9" * 4000):
        assert guard.check("QT-07", version=odd).reason == "UNKNOWN_VERSION"


def test_threads_get_the_answers_of_one_thread_while_the_register_changes():
    """Eight threads ask while a ninth issues versions: every answer is that of some state that really was."""
    register = Register(now=day(1, 1))
    for number in range(1, 9):
        register.approve(number)
    register.issue(1, day(1, 2).date())
    guard = guard_of(register.timeline, now=day(6, 1))
    wrong: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        seen = 0
        while not stop.is_set():
            number = guard.check("QT-07").current.number
            if number < seen:
                wrong.append((seen, number))
            seen = number

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(2, 9):
        register.issue(number, day(1, number + 1).date())
        guard.source.put(register.timeline)
        if guard.check("QT-07").current.number != number:
            wrong.append(number)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


class Journal(FixedSource):
    """A register that says which documents were touched, and whose generation is no position."""

    def __init__(self, *registers: Register) -> None:
        super().__init__({})
        self.registers = {register.document: register for register in registers}
        self.acts: list[str] = []
        self.between: list[Callable[[], None]] = []

    def generation(self) -> int:
        return 1000 + 2 * len(self.acts)

    def pos(self) -> int:
        return len(self.acts)

    def changed(self, since: int) -> set[str]:
        touched = set(self.acts[since:])
        if self.between:
            self.between.pop()()
        return touched

    def timeline(self, document: str) -> Timeline | None:
        register = self.registers.get(document)
        return None if register is None else register.timeline

    def act(self, document: str, version: int) -> None:
        register = self.registers[document]
        register.issue(version, register.now.date())
        self.acts.append(document)


def two_documents() -> Journal:
    first, second = Register("QT-01", now=day(1, 1)), Register("QT-02", now=day(1, 1))
    for register in (first, second):
        for number in range(1, 5):
            register.approve(number)
    source = Journal(first, second)
    source.act("QT-01", 1)
    source.act("QT-02", 1)
    return source


def test_only_what_was_touched_is_read_again():
    """A release of one document does not make the guard forget the other."""
    source = two_documents()
    guard = Guard(source, clock=lambda: day(12, 1))
    kept = [guard.check(code) and guard._knowledge.indexes[code] for code in ("QT-01", "QT-02")]
    source.act("QT-01", 2)
    assert guard.current("QT-01").number == 2
    assert guard.check("QT-02").pos == 3
    assert [guard._knowledge.indexes[code] is index for code, index in zip(source.registers, kept, strict=True)] == [
        False,
        True,
    ]


def test_what_is_recorded_while_the_guard_looks_is_seen_by_the_next_check():
    """An act that falls between the guard's own questions is never lost."""
    source = two_documents()
    guard = Guard(source, clock=lambda: day(12, 1))
    guard.check("QT-01")
    guard.check("QT-02")
    source.between.append(lambda: source.act("QT-02", 2))
    source.act("QT-01", 2)
    assert guard.current("QT-01").number == 2
    assert guard.current("QT-02").number == 2


def test_a_moment_in_any_zone_is_the_same_moment():
    """17:00Z and 00:00+07:00 are one instant, and the answer is in UTC."""
    register, _ = CASES["claims the version in force", "start"]
    guard = guard_of(register.timeline)
    here = datetime.fromisoformat("2026-07-01T00:00:00+07:00")
    there = datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert guard.check("QT-07", version=2, at=here) == guard.check("QT-07", version=2, at=there)
    assert guard.check("QT-07", version=2, at=here - timedelta(microseconds=1)).reason == "NOT_YET_IN_FORCE"
    assert guard.check("QT-07", version=2, at=here).at.utcoffset() == timedelta(0)
