"""What the authors of plugins and services test with: a real store, a clock to move, news told twice, conformity."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from iso_qms import hookspecs
from iso_qms.domain.acts import Content
from iso_qms.domain.canonical import canonical
from iso_qms.domain.civil import OFFICE_ZONE, civil_date
from iso_qms.domain.code import document_key
from iso_qms.domain.decision import Action, Decision, VersionRef
from iso_qms.domain.extension import Candidate, Context, Finding, ImpactNote, News, Objection
from iso_qms.domain.manifest import File, build
from iso_qms.domain.people import Person
from iso_qms.host import Host
from iso_qms.qms import Qms
from iso_qms.services.delivery import Delivered

DRAFTER, REVIEWER, APPROVER = Person("an"), Person("binh", "mat-khau-binh-1"), Person("chi", "mat-khau-chi-1")
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""Where a clock stands at first: Monday, 5 January 2026, 08:00 in Viet Nam."""


class Clock:
    """A clock that goes only when it is moved; instants are aware UTC."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The instant now."""
        return self._now

    def move(self, **span: float) -> datetime:
        """Go on by a span, `days=1` or `hours=2`; never back."""
        step = timedelta(**span)
        if step < timedelta(0):
            raise ValueError("a clock is not moved back")
        self._now += step
        return self._now

    def set(self, instant: datetime) -> datetime:
        """Go on to an instant with a zone; never back."""
        return self.move(seconds=(instant - self._now).total_seconds())


@dataclass
class Office:
    """A small office on a real store: a drafter, a reviewer, an approver who issues."""

    qms: Qms
    clock: Clock

    def issue(
        self,
        code: str = "QT-01",
        *,
        effective: date | None = None,
        process: Mapping[str, Any] | None = None,
        service_codes: tuple[str, ...] = (),
        decision: str = "12/QĐ-UBND",
        title: str = "Quy trình thử",
        **terms: Any,
    ) -> int:
        """Draft, sign and issue another version of a document, for today where no day is given; its number."""
        number = self.approve(code, process=process, service_codes=service_codes, title=title)
        day = effective or civil_date(self.clock.now(), OFFICE_ZONE)
        terms.setdefault("base_checked", True)
        self.qms.issue(code, number=number, effective=day, decision=decision, by=APPROVER, **terms)
        self.clock.move(seconds=1)
        return number

    def approve(
        self,
        code: str = "QT-01",
        *,
        process: Mapping[str, Any] | None = None,
        service_codes: tuple[str, ...] = (),
        title: str = "Quy trình thử",
    ) -> int:
        """Draft and sign another version; its number."""
        content = self.content(code, process=process, service_codes=service_codes, title=title)
        event = self.qms.control.draft(content, by=DRAFTER, reason="Kiểm thử", new=True).event
        number = int(event.number)  # type: ignore[attr-defined]
        self.qms.submit(code, by=DRAFTER, number=number)
        self.qms.sign(code, by=REVIEWER, number=number)
        self.qms.sign(code, by=APPROVER, number=number)
        return number

    def content(
        self, code: str, *, process: Mapping[str, Any] | None, service_codes: tuple[str, ...], title: str
    ) -> Content:
        """New content, different each time, kept in the store's files."""
        issue = 1
        if document_key(code) in self.qms.registers.codes():
            issue = max(v.content.issue for v in self.qms.document(code).versions.values()) + 1
        body = f"{code} {title} {issue}".encode()
        file = File(f"{code}.docx", self.qms.files.put(body), len(body))
        digest = None if process is None else self.qms.files.put(canonical(dict(process)))
        manifest = build([file], digest)
        self.qms.files.put(manifest.to_bytes())
        return Content(code, title, issue, None, manifest.sha256, service_codes=service_codes)

    def deliver_twice(self) -> Delivered:
        """Tell plugins everything that is due, and then the same once more, as a crash at the worst moment would."""
        with _repeating(self.qms.host):
            return self.qms.deliver()

    def crash_relay_after(self, told: int) -> None:
        """Deliver, and die after so many calls: told, but not noted as told. The next delivery tells the last again."""
        with _dying(self.qms.host, told):
            try:
                self.qms.deliver()
            except _Killed:
                return
        raise AssertionError(f"there were fewer than {told} calls to plugins")


@contextmanager
def office(*plugins: tuple[str, Any], url: str | None = None, **options: Any) -> Iterator[Office]:
    """A fresh office with some plugins (name, plugin), in a temporary folder that goes away afterwards.

    `url` may name an empty PostgreSQL database. Passwords are cheap to check here and nowhere else.
    """
    from argon2 import PasswordHasher

    clock = options.pop("clock", None) or Clock()
    with tempfile.TemporaryDirectory(prefix="iso-qms-office-") as folder:
        qms = Qms.create(
            url or f"sqlite:///{folder}/qms.db",
            Path(folder) / "files",
            operator="office",
            clock=clock,
            hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
            disabled_plugins=("*",),
            **options,
        )
        with qms:
            for person, roles in ((DRAFTER, ["drafter"]), (REVIEWER, ["reviewer"]), (APPROVER, ["approver", "issuer"])):
                qms.staff.add(person.login, name=f"Cán bộ {person.login}", roles=roles, by=None)
                qms.staff.set_secret(person.login, person.secret or "mat-khau-an-1", by=None)
            for name, plugin in plugins:
                if not qms.host.add(plugin, name):
                    raise AssertionError(f"{name}: {'; '.join(qms.host.quarantined[name])}")
                qms.host.collect("iso_qms_ready", view=qms.view)
            yield Office(qms, clock)


# --- conformity ---------------------------------------------------------------------------------------------------


def assert_conforms(plugin: Any) -> None:
    """Fail unless a plugin loads, answers every hook it has in the promised type, and bears being told twice.

    It is called with recorded arguments: each hook twice, news out of order as well, on a real register.
    """
    host = Host()
    if not host.add(plugin, "plugin"):
        raise AssertionError("; ".join(host.quarantined["plugin"]))
    with office() as given:
        given.issue("QT-01", process=PROCESS)
        for hook, arguments, check in _trials(given):
            for name, function, wanted in host.implementers(hook):
                for each in arguments:
                    answer = host.call(name, function, wanted, each)
                    if not check(answer):
                        raise AssertionError(f"{hook} answered {answer!r}")


PROCESS: dict[str, Any] = {
    "schema": "process/1",
    "procedures": ["2.000815"],
    "total": {"working_minutes": 1440, "text": "03 ngày làm việc"},
    "components": [{"key": "to-khai", "name": "Tờ khai", "original": 1, "copies": 0, "when": None}],
    "steps": [
        {
            "key": "tiep-nhan",
            "no": "B1",
            "name": "Tiếp nhận hồ sơ",
            "roles": ["bo-phan-mot-cua"],
            "mandatory": True,
            "limit": {"working_minutes": 480, "text": "01 ngày làm việc"},
            "after": [],
            "forms": [],
            "outputs": [],
        },
        {
            "key": "tham-dinh",
            "no": "B2",
            "name": "Thẩm định hồ sơ",
            "roles": ["cong-chuc-tu-phap"],
            "mandatory": True,
            "limit": {"working_minutes": 960, "text": "02 ngày làm việc"},
            "after": ["tiep-nhan"],
            "forms": [],
            "outputs": [],
        },
    ],
    "exits": [],
    "fees": [],
    "channels": ["truc-tiep"],
}
"""A small process (schema process/1) whose steps add up to its total."""

_NEWS = ("issued", "came_into_force", "superseded", "withdrawn", "rescinded", "suspended", "resumed")


def _trials(given: Office) -> Iterator[tuple[str, list[dict[str, Any]], Callable[[Any], bool]]]:
    now = given.clock.now()
    ctx = Context("p_0", "an", now, {}, given.qms.view)
    candidates = [_candidate(act, now) for act in ("issue", "withdraw", "rescind")]
    both = [{"candidate": c, "ctx": ctx} for c in candidates for _ in range(2)]
    yield "iso_qms_ready", [{"view": given.qms.view, "settings": {}}] * 2, lambda a: a is None
    yield "iso_qms_gate_issue", both, _list_of(Objection)
    yield "iso_qms_assess_impact", both, lambda a: a is None or _list_of(ImpactNote)(a)
    found: Callable[[Any], bool] = lambda a: a is None or _list_of(Finding)(a)  # noqa: E731
    yield "iso_qms_check_process", [{"process": dict(PROCESS), "document": "QT-01", "ctx": ctx}] * 2, found
    yield "iso_qms_reconcile", [{"view": given.qms.view, "since_pos": 0}] * 2, found
    for kind in _NEWS:
        told = [_news(kind, pos, now) for pos in (1, 2, 2, 1)]
        yield f"iso_qms_{kind}", [{"event": news} for news in told], lambda a: True
    decision = given.qms.check("QT-01", action=Action.START)
    yield "iso_qms_refine_decision", [{"decision": decision}] * 2, lambda a: a is None or isinstance(a, Decision)


def _candidate(act: str, now: datetime) -> Candidate:
    before = VersionRef("QT-01", 1, "01", "a" * 64)
    return Candidate(
        act, "QT-01", "Quy trình thử", 7, 2, "02", "b" * 64, now, now.date(), "12/QĐ-UBND", predecessor=before
    )


def _news(kind: str, pos: int, now: datetime) -> News:
    return News(f"origin/{pos}/{kind}", kind, pos, "QT-01", now, "p_0", pos, "a" * 64, now)


def _list_of(kind: type) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, list | tuple) and all(isinstance(item, kind) for item in answer)


class _Killed(BaseException):
    """Stands for kill -9 between a call to a plugin and noting that it was done."""


@contextmanager
def _repeating(host: Host) -> Iterator[None]:
    real = host.call

    def twice(name: str, function: Any, wanted: Any, given: Mapping[str, Any]) -> Any:
        real(name, function, wanted, given)
        return real(name, function, wanted, given)

    with _instead(host, twice):
        yield


@contextmanager
def _dying(host: Host, after: int) -> Iterator[None]:
    real, calls = host.call, 0

    def counted(name: str, function: Any, wanted: Any, given: Mapping[str, Any]) -> Any:
        nonlocal calls
        answer = real(name, function, wanted, given)
        calls += 1
        if calls >= after:
            raise _Killed
        return answer

    with _instead(host, counted):
        yield


@contextmanager
def _instead(host: Host, call: Callable[..., Any]) -> Iterator[None]:
    host.call = call  # type: ignore[method-assign]
    try:
        yield
    finally:
        del host.call


HOOKS = tuple(name for name in dir(hookspecs) if name.startswith("iso_qms_"))
"""Every hook by name."""
