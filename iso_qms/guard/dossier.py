"""A dossier at work: its pin is asked again at every step, and code further down can tell which dossier it serves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from inspect import iscoroutinefunction
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from iso_qms.domain.decision import Action, Citation, Decision, Verdict
from iso_qms.guard.steps import check_step

if TYPE_CHECKING:
    from iso_qms.guard.guard import Guard

F = TypeVar("F", bound=Callable[..., Any])

_active: ContextVar[DossierScope | None] = ContextVar("iso_qms_dossier", default=None)


def active() -> DossierScope | None:
    """The dossier that the running code serves; None outside of `with guard.dossier(…)`."""
    return _active.get()


class DossierScope:
    """One dossier under one document, for `with` and `async with`; `pin` is its active citation.

    Entering pins it when it is new, and raises Denied when it may not go on.
    """

    def __init__(
        self, guard: Guard, dossier: str, document: str, received_at: datetime | None, unit: str | None, elected: bool
    ) -> None:
        self.guard, self.dossier, self.document = guard, dossier, document
        self._received_at, self._unit, self._elected = received_at, unit, elected
        self._tokens: list[Any] = []

    @property
    def pin(self) -> Citation:
        """The citation that counts now; after a migration it is the new one. Raises NotPinned before the receipt."""
        return self.guard.pinned(self.dossier, self.document)

    def go_on(self) -> Decision:
        """The decision about going on with this dossier now; raises Denied or Undecided when it may not."""
        decision = self.guard.check(
            self.document, action=Action.CONTINUE, pin=self.pin, unit=self._unit, elected=self._elected
        )
        self.guard.insist(decision, dossier=self.dossier)
        return decision

    def step(
        self,
        key: str,
        *,
        role: str | None = None,
        done: Collection[str] = (),
        waived: Collection[str] = (),
        components: Collection[str] | None = None,
        due: datetime | None = None,
    ) -> Decision:
        """Ask before doing one step; raises Denied with STEP_… when it is unknown, early, another role's or short.

        An overdue step may still be done: the decision that comes back is a warning.
        """
        decision = self.go_on()
        process = self.guard.process(decision.document, self.pin.version)
        found = check_step(
            process, key, role=role, done=done, waived=waived, components=components, due=due, at=decision.at
        )
        for finding in found:
            if finding.verdict.strictness > decision.verdict.strictness:
                deadline = due if finding.verdict is Verdict.WARN else decision.deadline
                decision = decision.stricter(finding.verdict, finding.reason, ", ".join(finding.about))
                decision = decision.with_answer(deadline=deadline)
        self.guard.insist(decision, dossier=self.dossier)
        return decision

    def __enter__(self) -> DossierScope:
        self.guard.pin(self.dossier, self.document, received_at=self._received_at, unit=self._unit)
        self.go_on()
        self._tokens.append(_active.set(self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _active.reset(self._tokens.pop())

    async def __aenter__(self) -> DossierScope:
        from asyncio import to_thread

        await to_thread(self.guard.pin, self.dossier, self.document, received_at=self._received_at, unit=self._unit)
        await to_thread(self.go_on)
        self._tokens.append(_active.set(self))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _active.reset(self._tokens.pop())


def governed(
    guard: Guard, document: str | Callable[..., str], action: Action | str, question: dict[str, Any]
) -> Callable[[F], F]:
    """The decorator behind `Guard.governed`: the function runs only when the check at the time of call allows it."""

    def decorate(function: F) -> F:
        def insist(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            code = document(*args, **kwargs) if callable(document) else document
            guard.insist(guard.check(code, action=action, **question))

        if iscoroutinefunction(function):

            @wraps(function)
            async def asynchronous(*args: Any, **kwargs: Any) -> Any:
                insist(args, kwargs)
                return await function(*args, **kwargs)

            return cast(F, asynchronous)

        @wraps(function)
        def synchronous(*args: Any, **kwargs: Any) -> Any:
            insist(args, kwargs)
            return function(*args, **kwargs)

        return cast(F, synchronous)

    return decorate
