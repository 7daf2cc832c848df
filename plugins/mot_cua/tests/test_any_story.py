"""Whatever people do at the counter, in whichever order: dossiers follow their version and promises hold."""

import tempfile
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from iso_qms_mot_cua.desk import Line
from iso_qms_mot_cua.following import astray
from iso_qms_mot_cua.tables import OPEN, PAUSED

from iso_qms import QmsError

from .conftest import COMPLETE, TTHC, V1, V2, WHO, Counter, counter_over

V3 = {**V2, "steps": [*V2["steps"][:2], V2["steps"][3] | {"after": ["xac-minh"]}]}
KEYS = st.sampled_from(["tiep-nhan", "xac-minh", "tham-dinh", "ky", "nothing"])
ROLES = st.sampled_from(sorted(WHO))
TRANSITIONS = st.sampled_from(["finish", "elect", "migrate", "restart"])
PICK = st.integers(0, 99)


class AnyStory(RuleBasedStateMachine):
    """People try everything, most of it wrong; the desk lets through what the register allows."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._opening = contextmanager(counter_over)(Path(self._folder.name))
        self.counter: Counter = self._opening.__enter__()
        self.counter.issue(V1)
        self.promises: dict[str, list] = {}
        self.extensions: dict[str, int] = {}

    def teardown(self) -> None:
        self._opening.__exit__(None, None, None)
        self._folder.cleanup()

    @property
    def lines(self) -> list[Line]:
        return list(self.counter.desk.book())

    def pick(self, number: int) -> str:
        return self.lines[number % len(self.lines)].dossier.code

    @rule(hours=st.integers(1, 40))
    def time_goes_on(self, hours: int) -> None:
        self.counter.clock.move(hours=hours)

    @rule(back=st.integers(0, 120), version=st.sampled_from([None, 1, 2, 3]), whole=st.booleans())
    def somebody_comes(self, back: int, version: int | None, whole: bool) -> None:
        at = self.counter.clock.now() - timedelta(hours=back)
        with suppress(QmsError):
            self.counter.receive(received_at=at, version=version, components=COMPLETE if whole else COMPLETE[:1])

    @rule(ahead=st.integers(0, 5), transition=TRANSITIONS, number=st.sampled_from([V2, V3]))
    def a_revision_is_issued(self, ahead: int, transition: str, number: dict) -> None:
        day = self.counter.desk.calendar.civil(self.counter.clock.now()) + timedelta(days=ahead)
        with suppress(QmsError):
            self.counter.issue(number, day, transition=transition, reason="Luật mới")

    @precondition(lambda self: self.lines)
    @rule(number=PICK, key=KEYS, role=ROLES)
    def somebody_tries_a_step(self, number: int, key: str, role: str) -> None:
        with suppress(QmsError):
            self.counter.do(self.pick(number), key, role)

    @precondition(lambda self: self.lines)
    @rule(number=PICK)
    def the_next_step_is_done(self, number: int) -> None:
        code = self.pick(number)
        progress = self.counter.desk.progress(code)
        step = next((s for s in progress.steps if s["key"] == progress.standing), None)
        with suppress(QmsError):
            if step is None:
                self.counter.desk.give_result(code, result="Giấy xác nhận", by="lan")
            else:
                self.counter.do(code, step["key"], step["roles"][0])

    @precondition(lambda self: self.lines)
    @rule(number=PICK)
    def somebody_hands_out_too_early(self, number: int) -> None:
        with suppress(QmsError):
            self.counter.desk.give_result(self.pick(number), result="Giấy xác nhận", by="lan")

    @precondition(lambda self: self.lines)
    @rule(number=PICK)
    def the_clock_is_stopped_or_goes_on(self, number: int) -> None:
        code = self.pick(number)
        with suppress(QmsError):
            if self.counter.desk.dossier(code).state == PAUSED:
                self.counter.desk.take_supplement(code, by="lan")
            else:
                self.counter.desk.ask_supplement(code, asked=["Tờ khai"], reason="Sai tên", by="lan")

    @precondition(lambda self: self.lines)
    @rule(number=PICK, days=st.integers(1, 20))
    def an_extension_is_asked_for(self, number: int, days: int) -> None:
        code = self.pick(number)
        until: date = self.counter.desk.calendar.civil(self.counter.clock.now()) + timedelta(days=days)
        with suppress(QmsError):
            self.counter.desk.extend(code, reason="Máy hỏng", until=until, by="chi")
            self.extensions[code] = self.extensions.get(code, 0) + 1

    @precondition(lambda self: self.lines)
    @rule(number=PICK, waived=st.booleans(), elected=st.booleans())
    def a_dossier_is_moved(self, number: int, waived: bool, elected: bool) -> None:
        code = self.pick(number)
        with suppress(QmsError):
            behind = self.counter.desk.plan(code).behind if waived else ()
            self.counter.desk.migrate(code, by="chi", authority="QĐ 12", waive=behind, elected=elected)

    @precondition(lambda self: self.lines)
    @rule(number=PICK)
    def a_dossier_begins_anew(self, number: int) -> None:
        with suppress(QmsError):
            self.counter.desk.restart(self.pick(number), by="chi", authority="QĐ 12", reason="Luật mới")

    @invariant()
    def every_dossier_follows_its_version(self) -> None:
        assert astray(self.counter.desk, self.counter.office.qms.view) == []

    @invariant()
    def a_promise_only_moves_forward_and_one_extension_is_enough(self) -> None:
        for line in self.lines:
            kept = self.promises.setdefault(line.dossier.code, [])
            assert not kept or kept[-1] <= line.dossier.due_at
            assert line.dossier.first_due_at <= line.dossier.due_at
            kept.append(line.dossier.due_at)
        assert all(count == 1 for count in self.extensions.values())

    @invariant()
    def open_dossiers_are_those_the_pins_call_open(self) -> None:
        running = {line.dossier.code for line in self.lines if line.dossier.state in (OPEN, PAUSED)}
        with self.counter.desk.reading():
            assert {code for code, _ in self.counter.desk.pins.active("QT-TP-07")} == running

    @invariant()
    def every_slip_was_given_for_this_procedure(self) -> None:
        assert all(line.dossier.procedure == TTHC and line.citations for line in self.lines)


TestAnyStory = AnyStory.TestCase
TestAnyStory.settings = settings(
    max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
