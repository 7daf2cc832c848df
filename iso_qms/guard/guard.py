"""The guard: asks, insists, pins and migrates by the register's answers, so that no service can get it wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Action, Citation, Decision, Verdict, VersionRef
from iso_qms.guard.answers import Answers, Clock, Observe, Refine, system_clock
from iso_qms.guard.breakglass import BreakGlass
from iso_qms.guard.dossier import DossierScope, governed
from iso_qms.guard.errors import (
    Denied,
    MigrationBlocked,
    NotPinned,
    NotReady,
    PinConflict,
    ReceiptRefused,
    Undecided,
)
from iso_qms.guard.migration import MigrationPlan, new_mandatory_steps_behind, shared_steps
from iso_qms.guard.pins import MemoryPins, Override, PinStore
from iso_qms.guard.policy import Policy
from iso_qms.guard.source import Claim, FixedSource, Source
from iso_qms.guard.status import Observed, Open, drain_of

if TYPE_CHECKING:
    from pathlib import Path

F = TypeVar("F", bound=Callable[..., Any])

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines of one office may differ."""


class Guard(Answers):
    """The enforcer that a service holds: `check` answers, `require` raises, `pin` records, `plan_`/`migrate` move.

    No method does two of these, and none fetches. `pins` is the service's own store of citations.
    """

    def __init__(
        self,
        source: Source,
        *,
        pins: PinStore | None = None,
        policy: Policy | None = None,
        clock: Clock = system_clock,
        refine: Iterable[Refine] = (),
        observe: Iterable[Observe] = (),
    ) -> None:
        super().__init__(source, policy=policy, clock=clock, refine=refine, observe=observe)
        self.pins: PinStore = MemoryPins() if pins is None else pins
        self.break_glass = BreakGlass(self.pins)
        self.observed = Observed()

    @classmethod
    def fixed(
        cls,
        timelines: Mapping[str, Sequence[tuple[date, int | None]]],
        *,
        processes: Mapping[str, Mapping[int, Mapping[str, Any]]] | None = None,
        claims: Iterable[Claim] = (),
        transition: str = "finish",
        **more: Any,
    ) -> Guard:
        """A guard over literal start dates, for the tests of other services: {"QT-07": [(date(2026, 7, 1), 2)]}.

        A version number None is a withdrawal. Further keywords are those of the class.
        """
        source = FixedSource(timelines, processes=processes, claims=claims, transition=transition)
        return cls(source, **more)

    @classmethod
    def remote(
        cls,
        url: str,
        scopes: Sequence[str],
        *,
        trust: Path | str,
        cache: Path | str,
        policy: Policy | None = None,
        clock: Clock = system_clock,
        **more: Any,
    ) -> Guard:
        """A guard over signed snapshots of one or more scopes, read from a web server, a folder or a stick.

        `trust` is the file of the root keys that came with the installation, `cache` a folder of this machine. What the
        cache holds is verified and used at once; `guard.source.refresh()` fetches. Also works for years without a net.
        """
        from iso_qms.guard.remote import RemoteSource

        source = RemoteSource(url, scopes, trust=trust, cache=cache, policy=policy, clock=clock)
        return cls(source, policy=policy, clock=source.clock, **more)

    # --- insisting ---------------------------------------------------------------------------------------------

    def insist(self, decision: Decision, *, dossier: str | None = None) -> None:
        """Raise unless the decision lets its asker go on under the policy; Denied, Undecided or NotReady.

        A break-glass record for the dossier and this reason lets it pass; so does `observe`, which only counts.
        """
        if self.settle(decision) is not Verdict.DENY:
            return
        if dossier is not None and self.break_glass.covers(dossier, decision, aware(self._clock())):
            return
        if self.policy.observe:
            self.observed.note(decision)
            return
        if decision.verdict is Verdict.DENY:
            raise Denied(decision)
        raise NotReady(decision) if decision.reason.startswith("NO_SNAPSHOT") else Undecided(decision)

    def require(self, document: str, *, dossier: str | None = None, **question: Any) -> Citation:
        """`check`, or raise; the citation that comes back names the version to follow and proves the knowledge used.

        Takes what `check` takes. Raises Denied also while observing when there is no version at all to follow.
        """
        decision = self.check(document, **question)
        self.insist(decision, dossier=dossier)
        pin: Citation | None = question.get("pin")
        if decision.action is Action.CONTINUE and pin is not None:
            return pin
        ref = decision.asked or decision.current
        if ref is None:
            raise Denied(decision)
        return self._cite(ref, decision, "received")

    def governed(
        self, document: str | Callable[..., str], *, action: Action | str = Action.START, **question: Any
    ) -> Callable[[F], F]:
        """A decorator: the function (also an async one) runs only when the check at the time of the call allows it.

        `document` may be a function of the call's arguments that returns the code.
        """
        return governed(self, document, action, question)

    # --- dossiers ----------------------------------------------------------------------------------------------

    def pin(
        self,
        dossier: str,
        document: str,
        *,
        received_at: datetime | None = None,
        version: int | str | None = None,
        unit: str | None = None,
        authority: str = "",
    ) -> Citation:
        """The citation of a dossier, made when it has none: a repeated receipt keeps the first answer.

        The instant of receipt decides, not the clock at keying in. Raises Denied when nothing may be received,
        ReceiptRefused for a receipt in the future or further back than the policy lets go without an authority.
        """
        code = self._code(document)
        held = self.pins.get(dossier, code)
        if held is not None:
            return held
        at = self._receipt(dossier, code, received_at, authority)
        citation = self.require(code, at=at, version=version, unit=unit)
        try:
            self.pins.add(dossier, citation, None)
        except PinConflict:
            held = self.pins.get(dossier, code)
            if held is None:
                raise
            return held
        return citation

    def pinned(self, dossier: str, document: str) -> Citation:
        """The active citation of a dossier; raises NotPinned when it has none."""
        held = self.pins.get(dossier, self._code(document))
        if held is None:
            raise NotPinned(dossier=dossier, document=document)
        return held

    def dossier(
        self,
        dossier: str,
        document: str,
        *,
        received_at: datetime | None = None,
        unit: str | None = None,
        elected: bool = False,
    ) -> DossierScope:
        """`with guard.dossier(…) as ds`: pinned on first use, asked again on entering and at every `ds.step(…)`."""
        return DossierScope(self, dossier, document, received_at, unit, elected)

    def plan_migration(
        self,
        dossier: str,
        document: str,
        *,
        to: int | None = None,
        step: str | None = None,
        done: Collection[str] = (),
        elected: bool = False,
    ) -> MigrationPlan:
        """What moving a dossier to another version (the one in force) would mean; changes nothing.

        `step` is where the dossier stands, `done` the steps finished. Raises Denied when that version may not be used
        now, NotPinned when there is nothing to move.
        """
        code = self._code(document)
        held = self.pinned(dossier, code)
        target = self._usable(code, to)
        old, new = self.process(code, held.version), self.process(code, target.number)
        pairs = shared_steps(old, new)
        kept = {key for key, _ in pairs}
        return MigrationPlan(
            dossier=dossier,
            document=code,
            held=held,
            to=target,
            step=step,
            continues_at=step if step in kept else None,
            step_map=pairs,
            behind=new_mandatory_steps_behind(old, new, step, done),
            gone=tuple(key for key in done if key not in kept),
            elected=elected,
        )

    def migrate(self, plan: MigrationPlan, *, by: str, authority: str, waive: Collection[str] = ()) -> Citation:
        """Carry a plan out as a whole: a new citation with who, on what authority, and which steps were let off.

        Raises MigrationBlocked while a new mandatory step is neither done nor waived, PinConflict when the dossier was
        moved meanwhile, Denied when the version may no longer be used.
        """
        if not by.strip() or not authority.strip():
            raise MigrationBlocked(plan, ["phải nêu người thực hiện và căn cứ / name who acts and on what authority"])
        left = plan.left_open(waive)
        if left:
            raise MigrationBlocked(plan, left)
        act = {
            "by": by.strip(),
            "authority": authority.strip(),
            "from": plan.held.version,
            "to": plan.to.number,
            "step": plan.step,
            "step_map": [list(pair) for pair in plan.step_map],
            "waived": sorted(set(waive) & set(plan.behind)),
        }
        return self._move(plan.dossier, plan.held, plan.to, "elected" if plan.elected else "migrated", act)

    def restart(self, dossier: str, document: str, *, by: str, authority: str, reason: str) -> Citation:
        """Begin a dossier anew under the version in force, on a named authority and for a reason.

        Nobody is asked for papers again because an office was reorganised (Nghị quyết 190/2025/QH15, Điều 5): the act
        therefore names who decided it and why.
        """
        held = self.pinned(dossier, document)
        if not by.strip() or not authority.strip() or not reason.strip():
            why = "phải nêu người thực hiện, căn cứ và lý do", "who acts, on what authority and why must be named"
            raise ReceiptRefused(dossier=dossier, why_vi=why[0], why_en=why[1])
        act = {"by": by.strip(), "authority": authority.strip(), "reason": reason.strip(), "from": held.version}
        return self._move(dossier, held, self._usable(held.document, None), "restarted", act)

    def drain(self, document: str) -> list[Open]:
        """Which versions still have open dossiers: how many, the oldest, and what is due for it."""
        code = self._code(document)
        rows = drain_of(self.pins.active(code))
        return [
            Open(
                document=code,
                version=citation.version,
                label=citation.label,
                dossiers=count,
                oldest=dossier,
                oldest_at=citation.at,
                decision=self.check(code, action=Action.CONTINUE, pin=citation),
            )
            for citation, dossier, count in rows
        ]

    # --- async twins: answers come without waiting; what touches the pins is done in a thread ----------------------

    async def acheck(self, document: str, **question: Any) -> Decision:
        """`check` for async code: nothing to wait for, so nothing is awaited."""
        return self.check(document, **question)

    async def arequire(self, document: str, **question: Any) -> Citation:
        """`require` for async code."""
        return self.require(document, **question)

    async def apin(self, dossier: str, document: str, **more: Any) -> Citation:
        """`pin` in a thread, since the service's store may wait for its database."""
        from asyncio import to_thread

        return await to_thread(self.pin, dossier, document, **more)

    def adossier(self, dossier: str, document: str, **more: Any) -> DossierScope:
        """`async with guard.adossier(…) as ds`: the same scope as `dossier`."""
        return self.dossier(dossier, document, **more)

    # --- inside ------------------------------------------------------------------------------------------------

    def _code(self, document: str) -> str:
        return self.check(document, action=Action.CITE).document

    def _cite(self, ref: VersionRef, decision: Decision, reason: str) -> Citation:
        checkpoint = self.source.checkpoint_of(ref.document)
        return Citation(ref.document, ref.number, ref.label, ref.sha256, decision.at, reason, decision.pos, checkpoint)

    def _usable(self, code: str, to: int | None) -> VersionRef:
        decision = self.check(code, version=to)
        self.insist(decision)
        ref = decision.asked or decision.current
        if ref is None:
            raise Denied(decision)
        return ref

    def _move(self, dossier: str, held: Citation, to: VersionRef, reason: str, act: Mapping[str, Any]) -> Citation:
        # Asked again: between a plan and its execution the version may have been suspended or superseded.
        decision = self.check(held.document, version=to.number, sha256=to.sha256)
        self.insist(decision)
        citation = self._cite(to, decision, reason)
        self.pins.add(dossier, citation, held, act)
        return citation

    def _receipt(self, dossier: str, code: str, received_at: datetime | None, authority: str) -> datetime:
        now = aware(self._clock())
        if received_at is None:
            return now
        at = aware(received_at)
        if at > now + SKEW:
            raise ReceiptRefused(dossier=dossier, why_vi="ở tương lai", why_en="it is in the future")
        if now - at > self.policy.backdating:
            if not authority.strip():
                why_vi = "nhập muộn quá thời gian cho phép mà không nêu căn cứ"
                raise ReceiptRefused(dossier=dossier, why_vi=why_vi, why_en="too late an entry without an authority")
            late = Override(0, dossier, code, "BACKDATED", authority.strip(), f"{at.isoformat()}", now, now)
            self.pins.add_override(late)
        return at
