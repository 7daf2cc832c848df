"""One document on paper: acts are asked of the domain and their events written under one another, without any store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from iso_qms.domain import acts
from iso_qms.domain import events as ev
from iso_qms.domain.chain import DEFAULT_CHAIN, Chain, Step
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.document import Document
from iso_qms.domain.people import Actor, Mandate
from tests.support.clock import OPENING


def person(login: str, *roles: str, **more: Any) -> Actor:
    """Somebody as the rules see them."""
    return Actor(id=f"p_{login}", login=login, roles=frozenset(roles), **more)


SOAN = person("soan", "drafter")
SOAN2 = person("soan2", "drafter")
XEMXET = person("xemxet", "reviewer")
XEMXET2 = person("xemxet2", "reviewer")
DUYET = person("duyet", "approver", "issuer")
DUYET2 = person("duyet2", "approver")
THUKY = person("thuky", "controller")
DANHGIA = person("danhgia", "auditor")
NHIEUVAI = person("nhieuvai", "drafter", "reviewer", "approver", "issuer")

EMERGENCY = Chain(
    "khan", "Khẩn cấp", (Step("duyet-khan", "Duyệt khẩn", 1, "approval", role="approver"),), emergency=True
)


def step(key: str, stage: int, meaning: str = "review", **more: Any) -> Step:
    """A step of a chain, by reviewer or approver where nothing else is said."""
    if not more.get("persons"):
        more.setdefault("role", "approver" if meaning == "approval" else "reviewer")
    return Step(key, key.capitalize(), stage, meaning, **more)


def digest(number: int) -> str:
    """The sha256 of invented content."""
    return f"{number:064x}"


def content(number: int = 1, **more: Any) -> acts.Content:
    """Invented content with the label `number`/00."""
    facts: dict[str, Any] = {"code": "QT-01", "title": "Kiểm soát tài liệu", "issue": number, "revision": 0}
    return acts.Content(**(facts | {"sha256": digest(number)} | more))


def lent(holder: Actor, principal: Actor, role: str, since: date, until: date | None = None, **more: Any) -> Actor:
    """The holder, to whom the principal lent the right to sign for a role; entry 900 granted it."""
    facts: dict[str, Any] = {"capacity": "KT", "legal_basis": "QĐ 7/QĐ-UBND", "units": ()} | more
    mandate = Mandate(900, principal.id, holder.id, role, since=since, until=until, **facts)
    roles = principal.roles if principal.active else frozenset()
    return Actor(
        holder.id,
        holder.login,
        holder.roles,
        mandates=(*holder.mandates, mandate),
        principals=holder.principals | {principal.id: roles},
    )


@dataclass
class Paper:
    """The history of one document and the moment it is; every method records one act and moves on by a minute."""

    now: datetime = OPENING
    history: list[ev.Recorded] = field(default_factory=list)
    key: str = "QT-1"

    @property
    def document(self) -> Document:
        return Document.fold(self.key, self.history)

    @property
    def moment(self) -> acts.Moment:
        return acts.Moment(self.now)

    @property
    def today(self) -> date:
        return self.moment.today

    def ask(self, act: Callable[..., ev.Event], actor: Actor, *rest: Any, **more: Any) -> ev.Event:
        """What the act returns, unrecorded; its refusal is raised."""
        return act(self.document, *rest, actor=actor, moment=self.moment, **more)

    def do(self, act: Callable[..., ev.Event], actor: Actor, *rest: Any, **more: Any) -> ev.Recorded:
        """Ask for an act and write it down."""
        record = ev.Recorded(len(self.history), self.now, actor.id, self.ask(act, actor, *rest, **more))
        self.history.append(record)
        self.now += timedelta(minutes=1)
        return record

    # --- one line an act ----------------------------------------------------------------------------------------------

    def draft(self, number: int = 1, by: Actor = SOAN, **more: Any) -> ev.Recorded:
        acting = {name: more.pop(name) for name in ("new", "requests") if name in more}
        acting["number"] = more.pop("replaces", None)
        return self.do(acts.draft, by, content(number, **more), reason="Soạn mới", **acting)

    def submit(self, chain: Chain = DEFAULT_CHAIN, by: Actor = SOAN, **more: Any) -> ev.Recorded:
        return self.do(acts.submit, by, chain, **more)

    def sign(self, *by: Actor, **more: Any) -> ev.Recorded:
        return [self.do(acts.sign, each, **more) for each in by][-1]

    def approve(self, number: int, chain: Chain = DEFAULT_CHAIN, *signers: Actor, **more: Any) -> int:
        self.draft(number, new=True, **more)
        version = max(self.document.versions)
        self.submit(chain, number=version)
        self.sign(*(signers or ((DUYET,) if chain.emergency else (XEMXET, DUYET))), number=version)
        return version

    def issue(self, effective: date | None = None, by: Actor = DUYET, **more: Any) -> ev.Recorded:
        return self.do(acts.issue, by, **{"effective": effective or self.today, "decision": "15/QĐ-UBND"} | more)

    def publish(self, number: int, effective: date | None = None, **more: Any) -> ev.Recorded:
        return self.issue(effective, number=self.approve(number), **more)

    # --- questions ----------------------------------------------------------------------------------------------------

    def in_force(self, at: datetime | None = None, known: datetime | None = None) -> int | None:
        found = self.document.timeline().in_force(at or self.now, known)
        return None if found is None else found.version

    def state(self, number: int = 1) -> str:
        return self.document.versions[number].state

    def at(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
        """Move to a moment on the office's clock."""
        self.now = datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE)
        return self.now
