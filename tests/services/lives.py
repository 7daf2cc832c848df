"""Random lives of an office: what people try to do one after another, played through the front door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from iso_qms.domain import events as ev
from iso_qms.domain.chain import Chain, Step
from iso_qms.domain.document import Document
from iso_qms.domain.errors import QmsError
from iso_qms.domain.people import Person
from tests.support.office import PEOPLE, Office, who

CODES = ("QT-01", "QT.TP.05")
EMERGENCY = Chain("khan", "Khẩn cấp", (Step("khan", "Duyệt khẩn", 1, "approval", role="approver"),), emergency=True)

codes = st.sampled_from(CODES)
people = st.sampled_from(list(PEOPLE))
days = st.integers(-4, 40)
transitions = st.sampled_from(["finish", "elect", "migrate", "restart"])

attempts = st.one_of(
    st.tuples(st.just("publish"), codes, days, transitions),
    st.tuples(st.just("publish"), codes, days, transitions),
    st.tuples(st.just("urgent"), codes, st.integers(0, 20)),
    st.tuples(st.just("confirm"), codes),
    st.tuples(st.just("reinstate"), codes, st.integers(1, 4), days),
    st.tuples(st.just("rescind"), codes, st.integers(0, 3)),
    st.tuples(st.just("withdraw"), codes, days),
    st.tuples(st.just("suspend"), codes, st.sampled_from(["new", "all"]), st.none() | st.integers(1, 200)),
    st.tuples(st.just("resume"), codes),
    st.tuples(st.just("draft"), codes, people, st.booleans()),
    st.tuples(st.just("submit"), codes, people),
    st.tuples(st.just("sign"), codes, people),
    st.tuples(st.just("sign"), codes, people),
    st.tuples(st.just("back"), codes, people),
    st.tuples(st.just("abandon"), codes, people),
    st.tuples(st.just("wrong secret"), codes, people),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)
lives = st.lists(attempts, min_size=3, max_size=22)


class Life:
    """Plays attempts on an office and keeps count of what the journal must have gained."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.turn = 0
        self.answers: list[tuple[datetime, datetime, list[Any]]] = []
        office.qms.staff.define_chain(EMERGENCY, by=None)

    def play(self, attempts: list[tuple[Any, ...]]) -> Life:
        for name, *given in attempts:
            self.turn += 1
            self.office.clock.advance(minutes=7)
            _ATTEMPTS[name](self, *given)
            now = self.office.clock.now()
            self.answers.append((now, now, self.office.qms.master_list(now)))
        return self

    def attempt(self, act: Callable[[], ev.Recorded]) -> ev.Recorded | None:
        """One act: exactly one entry more when it is done or its refusal matters, none otherwise."""
        before = self.office.qms.registers.head()
        try:
            record = act()
        except QmsError as refusal:
            size, root = self.office.qms.registers.head()
            assert size == before[0] + refusal.matters, (refusal.code, size, before)
            assert (root == before[1]) is not refusal.matters
            if refusal.matters:
                last = self.office.last().event
                assert isinstance(last, ev.ActRefused) and last.refusal == refusal.code
            return None
        assert self.office.qms.registers.head()[0] == before[0] + 1 == record.pos + 1
        return record

    def approved(self, code: str, emergency: bool = False) -> int | None:
        """A new version that went through its chain; its number, None where a rule said no on the way."""
        office = self.office
        drafted = self.attempt(lambda: office.draft(code, f"Bản {self.turn}", new=True, issue=self.turn))
        if drafted is None:
            return None
        number = drafted.event.number  # type: ignore[attr-defined]
        self.attempt(lambda: office.submit(code, number=number, emergency=emergency))
        for login in ("duyet2",) if emergency else ("xemxet", "duyet"):
            self.attempt(lambda login=login: office.sign(code, login, number=number))  # type: ignore[misc]
        return number  # type: ignore[no-any-return]


def _publish(life: Life, code: str, day: int, transition: str) -> None:
    number = life.approved(code)
    effective = life.office.today + timedelta(days=day)
    facts = {"number": number, "transition": transition, "reason": "Ghi nhận", "base_checked": True}
    life.attempt(lambda: life.office.issue(code, effective, **facts))


def _urgent(life: Life, code: str, length: int) -> None:
    number = life.approved(code, emergency=True)
    until = life.office.today + timedelta(days=length)
    life.attempt(lambda: life.office.issue(code, number=number, until=until, base_checked=True))


def _confirm(life: Life, code: str) -> None:
    office = life.office
    life.attempt(lambda: office.submit(code))
    for login in ("xemxet", "duyet"):
        life.attempt(lambda login=login: office.sign(code, login))  # type: ignore[misc]
    life.attempt(lambda: office.qms.ratify(code, decision="9/QĐ", by=Person("duyet")))


def _reinstate(life: Life, code: str, number: int, day: int) -> None:
    facts = {"effective": life.office.today + timedelta(days=day), "decision": "8/QĐ", "reason": "Bản mới lỗi"}
    life.attempt(lambda: life.office.qms.reinstate(code, number=number, by=Person("duyet"), **facts))


def _rescind(life: Life, code: str, place: int) -> None:
    def act() -> ev.Recorded:
        planned = life.office.qms.document(code).planned(life.office.clock.now())
        entry = planned[place % len(planned)].pos if planned else None
        return life.office.qms.rescind(code, reason="Hoãn", by=Person("duyet"), entry=entry)

    life.attempt(act)


def _withdraw(life: Life, code: str, day: int) -> None:
    facts = {"effective": life.office.today + timedelta(days=day), "decision": "7/QĐ", "reason": "Bãi bỏ"}
    life.attempt(lambda: life.office.qms.withdraw(code, by=Person("duyet"), **facts))


def _suspend(life: Life, code: str, scope: str, hours: int | None) -> None:
    end = None if hours is None else life.office.clock.now() + timedelta(hours=hours)
    life.attempt(lambda: life.office.qms.suspend(code, reason="Rà soát", by=Person("thuky"), scope=scope, end=end))


def _resume(life: Life, code: str) -> None:
    life.attempt(lambda: life.office.qms.resume(code, reason="Xong", by=Person("thuky")))


def _draft(life: Life, code: str, login: str, new: bool) -> None:
    life.attempt(lambda: life.office.draft(code, f"Nháp {life.turn}", by=login, new=new, issue=life.turn))


_ATTEMPTS: dict[str, Callable[..., Any]] = {
    "publish": _publish,
    "urgent": _urgent,
    "confirm": _confirm,
    "reinstate": _reinstate,
    "rescind": _rescind,
    "withdraw": _withdraw,
    "suspend": _suspend,
    "resume": _resume,
    "draft": _draft,
    "submit": lambda life, code, login: life.attempt(lambda: life.office.submit(code, by=login)),
    "sign": lambda life, code, login: life.attempt(lambda: life.office.qms.sign(code, by=who(login))),
    "back": lambda life, code, login: life.attempt(
        lambda: life.office.qms.send_back(code, reason="Sửa", by=Person(login))
    ),
    "abandon": lambda life, code, login: life.attempt(
        lambda: life.office.qms.abandon(code, reason="Thôi", by=Person(login))
    ),
    "wrong secret": lambda life, code, login: life.attempt(
        lambda: life.office.qms.sign(code, by=Person(login, "mat-khau-sai"))
    ),
    "wait": lambda life, hours: life.office.clock.advance(hours=hours),
}


def signatures_are_on_the_content_of_their_moment(document: Document) -> int:
    """Replays a document act by act, so that each signature meets the content as it was; how many there were."""
    replayed, signatures = Document(document.key), 0
    for record in document.history:
        event = record.event
        if isinstance(event, ev.Signed):
            version = replayed.versions[event.number]
            submission = version.round()
            assert submission is not None and submission.pos == event.submission
            assert event.sha256 == submission.sha256 == version.content.sha256
            assert not {record.actor, event.principal} & (version.authors | submission.seated())
            signatures += 1
        replayed.apply(event, record)
    return signatures
