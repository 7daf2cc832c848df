"""Handling a dossier: steps in order by role, supplements that stop the clock, the result, the one extension."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from iso_qms.guard import Verdict
from iso_qms_mot_cua import words
from iso_qms_mot_cua.keeping import Keeping
from iso_qms_mot_cua.refusals import (
    BadNewDay,
    BadWords,
    ClockRunning,
    ClockStopped,
    ExtendedBefore,
    NotFinished,
    PartWaits,
    RoleNotHeld,
    StepDoneBefore,
)
from iso_qms_mot_cua.tables import OPEN, PAUSED, RETURNED, STOPPED, Dossier, Letter, Part, StepDone, Stop
from iso_qms_mot_cua.worktime import Limit, add, between, clock_start, deadline

_DONE = (
    select(StepDone)
    .where(StepDone.dossier == bindparam("code"), StepDone.document == bindparam("document"))
    .order_by(StepDone.id)
)
SUPPLEMENT, SUSPENSION = "supplement", "suspension"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one part of a dossier stands: steps done since it (re)started, steps let off, the process it follows."""

    done: tuple[StepDone, ...]
    waived: frozenset[str]
    process: Mapping[str, Any]

    @property
    def keys(self) -> list[str]:
        """The keys of the finished steps."""
        return [step.step for step in self.done]

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """The steps of the process in written order."""
        return [step for step in self.process.get("steps", ()) if step.get("key")]

    @property
    def left(self) -> list[str]:
        """The mandatory steps that are neither done nor let off."""
        settled = self.waived.union(self.keys)
        return [str(s["key"]) for s in self.steps if s.get("mandatory", True) and s["key"] not in settled]

    @property
    def standing(self) -> str | None:
        """The first step in written order that is not settled: where the part stands."""
        settled = self.waived.union(self.keys)
        return next((str(s["key"]) for s in self.steps if s["key"] not in settled), None)


class Handling(Keeping):
    """What happens between receipt and result."""

    def progress(self, code: str, document: str | None = None) -> Progress:
        """Where a part of a dossier stands."""
        with self.reading():
            return self._progress(self.part(code, document))

    def every_step(self, code: str) -> list[StepDone]:
        """Every step ever done on a dossier, in the order in which it was done."""
        with self.reading() as session:
            return list(session.scalars(select(StepDone).where(StepDone.dossier == code).order_by(StepDone.id)))

    def do(self, code: str, step: str, *, role: str, by: str, document: str | None = None, note: str = "") -> StepDone:
        """Do one step of a dossier; the guard says whether it may be done now, by this role, in this order.

        An overdue step is done with a warning on it. Raises Denied and the desk's refusals.
        """
        with self.act(step, by=by, dossier=code, subject=document or "") as session:
            dossier, part = self._running(code), self.part(code, document)
            self._holds(by, role, dossier.unit)
            progress = self._progress(part)
            for earlier in progress.done:
                if earlier.step == step:
                    raise StepDoneBefore(step=step, dossier=code, at=self._local(earlier.done_at))
            self._not_waiting(dossier, part, step)
            handed = self._handed(dossier, part, progress, step)
            due = self._due(code, progress, step, handed)
            # The list of components that the counter checked is that of the first document.
            papers = None if part.place else dossier.components
            decision = self.guard.dossier(code, part.document, unit=dossier.unit).step(
                step, role=role, done=progress.keys, waived=progress.waived, components=papers, due=due
            )
            warning = decision.reason if decision.verdict is not Verdict.ALLOW else ""
            done = StepDone(
                dossier=code,
                document=part.document,
                step=step,
                role=role,
                account=by,
                handed_at=handed,
                due_at=due,
                done_at=self.clock(),
                warning=warning,
                note=words.maybe(note, "ghi chú", "the note", longest=words.LONGEST),
            )
            session.add(done)
            session.flush()
            return done

    def give_result(self, code: str, *, result: str, by: str) -> Dossier:
        """Hand the result out: every mandatory step of every part is done, and the dossier is closed in the pins."""
        with self.act("result", by=by, dossier=code) as session:
            dossier = self._running(code)
            parts = self.parts(code)
            left = [f"{part.document}: {key}" for part in parts for key in self._left(part)]
            if left:
                raise NotFinished(dossier=code, steps=", ".join(left))
            for part in parts:
                self.guard.dossier(code, part.document, unit=dossier.unit).go_on()
            self._close(dossier, RETURNED)
            dossier.result = words.line(result, "kết quả", "the result", longest=500)
            session.flush()
            return dossier

    # --- the clock stands still --------------------------------------------------------------------------------------

    def ask_supplement(self, code: str, *, asked: Collection[str], reason: str, by: str) -> Letter:
        """Ask for a supplement in writing; the clock stands still until it is taken."""
        with self.act("supplement", by=by, dossier=code) as session:
            dossier = self._running(code)
            why, needed = words.reason(reason), _listed(asked)
            self._stop_clock(dossier, SUPPLEMENT, why, needed, by)
            letter = self._letter("supplement", dossier=code, by=by, facts={"asked": needed, "reason": why})
            session.flush()
            return letter

    def take_supplement(self, code: str, *, components: Collection[str] = (), by: str) -> Dossier:
        """Take what was asked for; the clock goes on, and the promised day moves by the working time of the pause."""
        with self.act("take supplement", by=by, dossier=code):
            dossier = self._go_on(code, SUPPLEMENT)
            brought = {key: dossier.components.get(key, 0) + 1 for key in components}
            dossier.components = {**dossier.components, **brought}
            return dossier

    def suspend(self, code: str, *, reason: str, by: str) -> Dossier:
        """Let a dossier rest by a decision about it alone (an expert opinion, a lawsuit); the clock stands still."""
        with self.act("suspend", by=by, dossier=code):
            dossier = self._running(code)
            self._stop_clock(dossier, SUSPENSION, words.reason(reason), [], by)
            return dossier

    def resume(self, code: str, *, by: str) -> Dossier:
        """End the rest of a dossier."""
        with self.act("resume", by=by, dossier=code):
            return self._go_on(code, SUSPENSION)

    # --- apologies and ends ------------------------------------------------------------------------------------------

    def extend(self, code: str, *, reason: str, until: date, by: str) -> Letter:
        """Apologise in writing and promise another day, once (Nghị định 61/2018/NĐ-CP, Điều 19)."""
        with self.act("extend", by=by, dossier=code) as session:
            dossier = self._running(code)
            if dossier.extended_to is not None:
                raise ExtendedBefore(dossier=code, until=self._local(dossier.extended_to))
            promised = self._new_promise(dossier, until)
            facts = {
                "reason": words.reason(reason),
                "before": self._local(dossier.due_at),
                "until": self._local(promised),
            }
            dossier.extended_to = dossier.due_at = promised
            letter = self._letter("apology", dossier=code, by=by, facts=facts)
            session.flush()
            return letter

    def stop(self, code: str, *, reason: str, by: str) -> Letter:
        """End the handling without a result, in writing; raises NoForm before 15/09/2025, when no form served it."""
        with self.act("stop", by=by, dossier=code) as session:
            dossier = self._unfinished(code)
            letter = self._letter("stop", dossier=code, by=by, facts={"reason": words.reason(reason)})
            if (pause := self._open_stop(code)) is not None:
                pause.ended_at = self.clock()
            self._close(dossier, STOPPED)
            session.flush()
            return letter

    # --- inside ------------------------------------------------------------------------------------------------------

    def _running(self, code: str) -> Dossier:
        dossier = self._unfinished(code)
        stop = self._open_stop(code)
        if stop is not None:
            raise ClockStopped(dossier=code, since=self._local(stop.begun_at), reason=stop.reason)
        return dossier

    def _holds(self, account: str, role: str, unit: str | None) -> None:
        holders = self.holders(role, unit)
        if account not in holders:
            raise RoleNotHeld(account=account, role=role, holders=", ".join(holders) or "–")

    def _progress(self, part: Part) -> Progress:
        history = self.pins.history(part.dossier, part.document)
        citation = history[-1] if history else self.guard.pinned(part.dossier, part.document)
        moved = len(history) > 1
        acts = self.pins.acts(part.dossier, part.document) if moved else []
        done = self.session.scalars(_DONE, {"code": part.dossier, "document": part.document})
        begun = max((c.at for c in history if c.reason == "restarted"), default=None)
        since = tuple(step for step in done if begun is None or step.done_at >= begun)
        waived = frozenset(str(key) for act in acts for key in act.get("waived", ()))
        return Progress(since, waived, self.process(citation))

    def _left(self, part: Part) -> list[str]:
        return self._progress(part).left

    def _not_waiting(self, dossier: Dossier, part: Part, step: str) -> None:
        """In a connected procedure a part begins after a step of the first, and a step of the first waits for parts."""
        connected = self.settings.parts_of(dossier.procedure)
        if not connected:
            return
        own, *others = self.parts(dossier.code)
        waits: list[str] = []
        for terms in connected:
            other = next((p for p in others if p.agency == terms.agency), None)
            if other is None:
                continue
            if part.place == other.place and terms.after:
                finished = self._progress(own).keys
                waits += [f"{own.document}: {terms.after}"] if terms.after not in finished else []
            if part.place == own.place and terms.before == step:
                waits += [f"{other.document}: {key}" for key in self._left(other)]
        if waits:
            raise PartWaits(step=step, dossier=dossier.code, waits=", ".join(waits))

    def _handed(self, dossier: Dossier, part: Part, progress: Progress, step: str) -> datetime:
        """When a step came to its officer: when what goes before it was done, or when the clock began.

        The first step of a connected agency's part came when the step of the first document was done that opens it.
        """
        raw = next((s for s in progress.steps if s["key"] == step), {})
        before = raw.get("after")
        waited = [done.done_at for done in progress.done if before is None or done.step in before]
        if not waited and part.place:
            own = self.parts(dossier.code)[0]
            opens = {terms.after for terms in self.settings.parts_of(dossier.procedure) if terms.agency == part.agency}
            waited = [done.done_at for done in self._progress(own).done if done.step in opens]
        return max(waited, default=clock_start(self.calendar, dossier.received_at))

    def _due(self, code: str, progress: Progress, step: str, handed: datetime) -> datetime | None:
        """When a step is due: its working minutes from the hand-over on, pauses since then not counted."""
        raw = next((s for s in progress.steps if s["key"] == step), None)
        limit = Limit.of(raw.get("limit") if raw else None)
        if limit is None:
            return None
        lost = _lost(self, ((max(b, handed), e) for b, e in self.pauses(code)))
        return add(self.calendar, handed, timedelta(minutes=limit.minutes) + lost)

    def _stop_clock(self, dossier: Dossier, kind: str, reason: str, asked: list[str], by: str) -> None:
        self.session.add(
            Stop(dossier=dossier.code, kind=kind, reason=reason, asked=asked, begun_at=self.clock(), by=by)
        )
        dossier.state = PAUSED

    def _go_on(self, code: str, kind: str) -> Dossier:
        dossier = self._unfinished(code)
        stop = self._open_stop(code)
        if stop is None or stop.kind != kind:
            raise ClockRunning(dossier=code)
        stop.ended_at = self.clock()
        dossier.state = OPEN
        self.session.flush()
        if dossier.due_at is not None:
            dossier.due_at = self._moved(dossier, stop)
        return dossier

    def _moved(self, dossier: Dossier, stop: Stop) -> datetime:
        """The promised moment after a pause: worked out anew from the receipt; once extended, moved on from there."""
        due = dossier.due_at
        assert due is not None
        limit = Limit.of(self.process(self.citations(dossier.code)[0]).get("total"))
        if dossier.extended_to is None and limit is not None:
            found = deadline(self.calendar, dossier.received_at, limit, self.pauses(dossier.code))
            dossier.provisional = found.provisional
            return max(due, found.at)
        lost = between(self.calendar, stop.begun_at, stop.ended_at or self.clock())
        return add(self.calendar, due, lost) if lost else due

    def _new_promise(self, dossier: Dossier, until: date) -> datetime:
        day = self.calendar.day(until)
        if not day.working:
            raise BadNewDay(
                day=f"{until:%d/%m/%Y}", why_vi=f"không làm việc ({day.why})", why_en=f"a day off ({day.why})"
            )
        promised = self.calendar.instant(until, day.sessions[-1].end)
        if promised <= max(self.clock(), dossier.due_at or self.clock()):
            why = "không sau ngày đã hẹn và hôm nay", "it is not after the promised day and today"
            raise BadNewDay(day=f"{until:%d/%m/%Y}", why_vi=why[0], why_en=why[1])
        return promised

    def _close(self, dossier: Dossier, state: str) -> None:
        now = self.clock()
        for part in self.parts(dossier.code):
            self.pins.close(dossier.code, part.document, now)
        dossier.state, dossier.closed_at = state, now

    def _local(self, instant: datetime | None) -> str:
        return "" if instant is None else f"{instant.astimezone(self.calendar.zone):%H:%M %d/%m/%Y}"


def _lost(desk: Keeping, pauses: Iterable[tuple[datetime, datetime]]) -> timedelta:
    return sum((between(desk.calendar, begun, ended) for begun, ended in pauses if ended > begun), timedelta(0))


def _listed(asked: Collection[str]) -> list[str]:
    """What is asked for, each in words; a request for nothing asks nothing of anybody."""
    if not asked or isinstance(asked, str):
        raise BadWords(
            what_vi="nội dung cần bổ sung", what_en="what is asked for", why_vi="còn trống", why_en="it is empty"
        )
    return [words.line(each, "nội dung cần bổ sung", "what is asked for") for each in asked]
