"""A quarter at the one-stop desk: 300 dossiers, two revisions, a suspension, a withdrawal, a week offline, Tết."""

from __future__ import annotations

import heapq
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from iso_qms import QmsError
from iso_qms.guard import Denied
from iso_qms.testing import Clock, Office, office
from iso_qms_mot_cua import scenario
from iso_qms_mot_cua.calendar import OFFICE_ZONE, read_calendar
from iso_qms_mot_cua.desk import Desk
from iso_qms_mot_cua.following import astray
from iso_qms_mot_cua.hooks import MotCua
from iso_qms_mot_cua.keeping import open_tables
from iso_qms_mot_cua.line import Line
from iso_qms_mot_cua.office import DeskSettings
from iso_qms_mot_cua.quarter import Planted, Quarter
from iso_qms_mot_cua.tables import OPEN
from iso_qms_mot_cua.worktime import add

FIRST, LAST = date(2026, 1, 5), date(2026, 3, 31)
TURNED_AWAY = 4
"""So many people come for the withdrawn procedure after its end."""

OfficeFactory = Callable[..., AbstractContextManager[Office]]


def run(open_office: OfficeFactory = office, *, dossiers: int = 300, seed: int = 2026) -> Quarter:
    """Live through the quarter and report it; the same seed gives the same quarter.

    `open_office` opens a fresh register with plugins (`iso_qms.testing.office`).
    """
    begun = time.perf_counter()
    clock = Clock()
    plugin = MotCua(clock.now)
    with tempfile.TemporaryDirectory(prefix="mot-cua-") as folder:
        url = f"sqlite:///{Path(folder) / 'desk.db'}"
        settings = {"mot_cua": {"desk": url}}
        with (
            open_office(("mot_cua", plugin), clock=clock, plugin_settings=settings) as opened,
            _desk(opened, Path(folder), url) as (desk, line),
        ):
            story = Story(opened, desk, line, random.Random(seed))  # noqa: S311 (a story, no secret)
            story.tell(dossiers)
            return story.report(plugin, begun)


@contextmanager
def _desk(opened: Office, folder: Path, url: str) -> Iterator[tuple[Desk, Line]]:
    """A desk far from the register: it knows what came over the line, and keeps citations in its own database."""
    line = Line(opened.qms, folder, opened.clock.now)
    settings = DeskSettings("000.00.20.H46", "Trung tâm Phục vụ hành chính công xã Đồng Mẫu", calendar=read_calendar())
    engine = open_tables(url)
    desk = Desk(engine, line.guard, settings, clock=opened.clock.now)
    for role, accounts in scenario.ACCOUNTS.items():
        desk.assign(role, *accounts)
    try:
        yield desk, line
    finally:
        engine.dispose()


class Story:
    """One run: a queue of what happens next, told in the order of time."""

    def __init__(self, opened: Office, desk: Desk, line: Line, chance: random.Random) -> None:
        self.office, self.desk, self.line, self.chance = opened, desk, line, chance
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = 0
        self.planted: list[Planted] = []
        self.migrated = self.stale = self.offline = self.waited = self.turned_away = 0

    def tell(self, dossiers: int) -> None:
        """Everything, until the last dossier is handed out."""
        scenario.begin(self.office)
        for happening in scenario.happenings():
            self.at(happening.at, partial(self._act, happening.done))
        self.line.bring()
        self.at(scenario.OFFLINE[0], self.line.cut)
        self.at(scenario.OFFLINE[1], self.line.mend)
        for day in self._working_days(FIRST, LAST):
            self.at(datetime.combine(day, datetime.min.time(), OFFICE_ZONE).replace(hour=6), self._morning)
        self._arrivals(dossiers)
        self.at(_local(2, 3, 10), self._old_form)
        self.at(_local(2, 4, 10), self._skipped_step)
        self.at(_local(3, 11, 10), self._backdated)
        while self._queue:
            instant, _, act = heapq.heappop(self._queue)
            if instant > self.office.clock.now():
                self.office.clock.set(instant)
            act()

    def at(self, instant: datetime, act: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        self._order += 1
        heapq.heappush(self._queue, (instant, self._order, act))

    # --- people come -------------------------------------------------------------------------------------------------

    def _arrivals(self, count: int) -> None:
        days = list(self._working_days(FIRST, LAST))
        until_withdrawn = [day for day in days if day < date(2026, 3, 2)]
        # One of them comes shortly before somebody tries to skip a step, so that there is a dossier to try it on.
        self.at(_local(2, 4, 9, 50), partial(self._comes, scenario.COPIES, count - 1))
        for number in range(count - 1):
            procedure = self.chance.choices(list(scenario.CODES), weights=(6, 3, 2))[0]
            day = self.chance.choice(until_withdrawn if procedure == scenario.BUILDING else days)
            self.at(self._moment(day), partial(self._comes, procedure, number))
        for _ in range(TURNED_AWAY):
            day = self.chance.choice([day for day in days if day >= date(2026, 3, 2)])
            self.at(self._moment(day), self._comes_too_late)

    def _comes(self, procedure: str, number: int) -> None:
        clerk = self.chance.choice(scenario.ACCOUNTS["bo-phan-mot-cua"])
        components = self._papers(procedure)
        try:
            dossier = self.desk.receive(procedure, applicant=f"Người nộp {number + 1}", components=components, by=clerk)
        except Denied as refusal:
            if not refusal.decision.reason.startswith("SUSPENDED"):
                raise
            self.waited += 1
            self.at(_local(3, 23, 8, self.chance.randrange(120)), lambda: self._comes(procedure, number))
            return
        self.offline += self.line.down
        self.stale += self.desk.parts(dossier.code)[0].reason.endswith("/STALE")
        self._next(dossier.code)

    def _comes_too_late(self) -> None:
        try:
            self.desk.receive(
                scenario.BUILDING, applicant="Người đến muộn", components=self._papers(scenario.BUILDING), by="lan"
            )
        except Denied as refusal:
            reason = refusal.message("vi")
            self.desk.refuse(scenario.BUILDING, applicant="Người đến muộn", reason=reason, by="lan")
            self.turned_away += 1

    def _papers(self, procedure: str) -> list[str]:
        ref = self.desk.guard.current(scenario.CODES[procedure])
        processes = self.desk.guard.source.processes(scenario.CODES[procedure])
        newest = processes[ref.number if ref else max(processes)]
        return [str(component["key"]) for component in newest["components"]]

    # --- dossiers go on ----------------------------------------------------------------------------------------------

    def _next(self, code: str) -> None:
        """The next step, somewhere within its limit and rarely beyond it; the desk knows what comes next."""
        progress = self.desk.progress(code)
        step = next((s for s in progress.steps if s["key"] == progress.standing), None)
        minutes = step["limit"]["working_minutes"] if step else 60
        spent = timedelta(minutes=round(minutes * self.chance.triangular(0.1, 1.15, 0.7)))
        self.at(add(self.desk.calendar, self.office.clock.now(), spent), partial(self._goes_on, code, step))

    def _goes_on(self, code: str, step: Mapping[str, Any] | None) -> None:
        if self.chance.random() < 0.03:
            self._supplement(code)
        elif step is None:
            self._hand_out(code)
        else:
            self._step(code, step["key"], step["roles"][0])

    def _step(self, code: str, key: str, role: str) -> None:
        try:
            self.desk.do(code, key, role=role, by=self.chance.choice(scenario.ACCOUNTS[role]))
        except Denied as refusal:
            self._migrate(code, refusal)
        self._next(code)

    def _hand_out(self, code: str) -> None:
        try:
            self.desk.give_result(code, result="Văn bản đã ký", by="lan")
        except Denied as refusal:
            self._migrate(code, refusal)
            self._next(code)

    def _migrate(self, code: str, refusal: Denied) -> None:
        if refusal.decision.reason.partition("/")[0] != "MIGRATE_REQUIRED":
            raise refusal
        plan = self.desk.plan(code)
        self.desk.migrate(code, by="chi", authority="Quyết định 12/QĐ-UBND", waive=plan.behind)
        self.migrated += 1

    def _supplement(self, code: str) -> None:
        dossier = self.desk.dossier(code)
        component = next(iter(dossier.components))
        self.desk.ask_supplement(code, asked=[component], reason="Thông tin chưa rõ", by="lan")
        back = add(self.desk.calendar, self.office.clock.now(), timedelta(minutes=self.chance.randrange(120, 1920)))

        def brought() -> None:
            self.desk.take_supplement(code, components=[component], by="lan")
            self._next(code)

        self.at(back, brought)

    # --- what must not be --------------------------------------------------------------------------------------------

    def _old_form(self) -> None:
        papers = self._papers(scenario.COPIES)
        self._try("old form", lambda: self.desk.receive(
            scenario.COPIES, applicant="Người dùng mẫu cũ", components=papers, by="lan", version=1))  # fmt: skip

    def _skipped_step(self) -> None:
        codes = [line.dossier.code for line in self.desk.book() if line.dossier.state == OPEN]
        running = next(code for code in codes if len(self.desk.progress(code).left) > 1)
        last = self.desk.progress(running).steps[-1]
        by = scenario.ACCOUNTS[last["roles"][0]][0]
        self._try("skipped step", lambda: self.desk.do(running, last["key"], role=last["roles"][0], by=by))

    def _backdated(self) -> None:
        papers = self._papers(scenario.COPIES)
        self._try("backdated receipt", lambda: self.desk.receive(
            scenario.COPIES, applicant="Người lùi ngày", components=papers, by="hoa",
            received_at=_local(3, 5, 9), version=2))  # fmt: skip

    def _try(self, name: str, act: Callable[[], object]) -> None:
        before = len(self.desk.refusals())
        try:
            act()
        except QmsError:
            kept = self.desk.refusals()[before]
            self.planted.append(Planted(name, True, kept.reason, kept.vi, kept.en))
        else:
            self.planted.append(Planted(name, False))

    # --- the end -----------------------------------------------------------------------------------------------------

    def report(self, plugin: MotCua, begun: float) -> Quarter:
        """What the quarter was, and whether everything held."""
        self.office.qms.deliver()
        view = self.office.qms.view
        lines = list(self.desk.book())
        versions = Counter((c.document, c.version) for line in lines for c in [self._first(line.dossier.code)])
        return Quarter(
            received=len(lines),
            by_version=dict(sorted(versions.items())),
            outcomes=dict(sorted(Counter(line.outcome for line in lines).items())),
            refusals=dict(sorted(Counter(r.reason for r in self.desk.refusals()).items())),
            planted=tuple(self.planted),
            astray=tuple(astray(self.desk, view)),
            findings=tuple(f.code for f in plugin.iso_qms_reconcile(view, 0)),
            migrated=self.migrated,
            offline=self.offline,
            stale=self.stale,
            waited=self.waited,
            turned_away=self.turned_away,
            seconds=time.perf_counter() - begun,
        )

    def _first(self, code: str) -> Any:
        part = self.desk.parts(code)[0]
        with self.desk.reading():
            return self.desk.pins.history(code, part.document)[0]

    def _act(self, done: Callable[[Office], object]) -> None:
        done(self.office)
        self._morning()

    def _morning(self) -> None:
        """News to the plugins, a signed snapshot to the desks."""
        self.office.qms.deliver()
        self.line.bring()

    def _working_days(self, first: date, last: date) -> Iterator[date]:
        for ahead in range((last - first).days + 1):
            if self.desk.calendar.day(first + timedelta(days=ahead)).working:
                yield first + timedelta(days=ahead)

    def _moment(self, day: date) -> datetime:
        session = self.chance.choice(self.desk.calendar.day(day).sessions)
        opens = self.desk.calendar.instant(day, session.start)
        lasts = self.desk.calendar.instant(day, session.end) - opens
        return opens + timedelta(seconds=self.chance.randrange(60, round(lasts.total_seconds())))


def _local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=OFFICE_ZONE) + timedelta(minutes=minute)


def main(arguments: list[str]) -> int:
    """Run and print; `en` as an argument for English; 0 when everything held, 1 otherwise."""
    quarter = run()
    sys.stdout.write(quarter.text("en" if "en" in arguments else "vi") + "\n")
    return 0 if quarter.holds else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
