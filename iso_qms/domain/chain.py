"""Approval chains as data: stages in order, parallel steps, quorums, and who fills the seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iso_qms.domain.errors import BadChain
from iso_qms.domain.people import ROLES

MEANINGS = ("review", "approval", "responsibility", "authorship")
"""What a signature can say (21 CFR 11.50 (a)(3))."""


MOST_SIGNATURES = 100
"""Largest quorum of one step; a council has fewer members."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: `quorum` different persons sign it, by role or from a list of person ids.

    Steps of the same `stage` are open at the same time; a stage opens when the one before it is complete.
    """

    key: str
    title: str
    stage: int
    meaning: str
    quorum: int = 1
    role: str | None = None
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """A named chain and what it is for; empty `kinds`, `units`, `classes` mean: any."""

    name: str
    title: str
    steps: tuple[Step, ...]
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    emergency: bool = False


DEFAULT_CHAIN = Chain(
    name="mac-dinh",
    title="Soát xét, phê duyệt",
    steps=(
        Step(key="soat-xet", title="Soát xét", stage=1, meaning="review", role="reviewer"),
        Step(key="phe-duyet", title="Phê duyệt", stage=2, meaning="approval", role="approver"),
    ),
)
"""What governs where an office has defined no chain: one review, then one approval."""


def validate(chain: Chain) -> Chain:
    """The chain itself, or `BadChain`: it needs an approval in its last stage and seats that can be filled."""

    def refuse(vi: str, en: str) -> BadChain:
        return BadChain(chain=chain.name, why_vi=vi, why_en=en)

    if not chain.steps:
        raise refuse("chưa có bước nào", "it has no steps")
    if len({step.key for step in chain.steps}) != len(chain.steps):
        raise refuse("có hai bước trùng khóa", "two steps share a key")
    last = max(step.stage for step in chain.steps)
    if not any(step.meaning == "approval" for step in chain.steps if step.stage == last):
        raise refuse("bước cuối phải có phê duyệt", "its last stage must hold an approval")
    for step in chain.steps:
        if (step.role is None) == (not step.persons):
            raise refuse(
                f"bước “{step.key}” phải có vai trò hoặc danh sách người ký, không cả hai",
                f"step “{step.key}” needs a role or a list of persons, not both",
            )
        if step.role is not None and step.role not in ROLES:
            raise refuse(f"vai trò “{step.role}” không có", f"there is no role “{step.role}”")
        if step.meaning not in MEANINGS:
            raise refuse(f"ý nghĩa chữ ký “{step.meaning}” không có", f"there is no meaning “{step.meaning}”")
        if not 1 <= step.quorum <= MOST_SIGNATURES or (step.persons and step.quorum > len(set(step.persons))):
            raise refuse(f"số chữ ký của bước “{step.key}” không thể đạt", f"the quorum of “{step.key}” is impossible")
    return chain


def from_data(said: Mapping[str, Any]) -> Chain:
    """A chain out of plain data as in `chains.toml`; `BadChain` for what no chain looks like.

    A step has key, title, stage, meaning, and role or persons (account names); quorum is a number or "all" of the
    persons, 1 where it is left out.
    """
    name = str(said.get("name", "?"))
    try:
        steps = tuple(_step(step) for step in said["step"])
        chain = Chain(
            name=str(said["name"]),
            title=str(said.get("title", said["name"])),
            steps=steps,
            kinds=_words(said.get("kinds", ())),
            units=_words(said.get("units", ())),
            classes=_words(said.get("classes", ())),
            emergency=bool(said.get("emergency", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise BadChain(
            chain=name, why_vi=f"thiếu hoặc sai “{trouble}”", why_en=f"missing or wrong: {trouble}"
        ) from None
    return validate(chain)


def _step(said: Mapping[str, Any]) -> Step:
    persons = _words(said.get("persons", ()))
    quorum = said.get("quorum", 1)
    return Step(
        key=str(said["key"]),
        title=str(said.get("title", said["key"])),
        stage=int(said.get("stage", 1)),
        meaning=str(said["meaning"]),
        quorum=len(persons) if quorum == "all" else int(quorum),
        role=None if said.get("role") is None else str(said["role"]),
        persons=persons,
    )


def _words(said: Any) -> tuple[str, ...]:
    if isinstance(said, str):
        raise TypeError(said)
    return tuple(str(word) for word in said)


def fits(chain: Chain, kind: str, unit: str | None, change_class: str) -> bool:
    """Whether a chain is meant for documents of a kind and unit and changes of a class."""
    return (
        (not chain.kinds or kind in chain.kinds)
        and (not chain.units or unit in chain.units)
        and (not chain.classes or change_class in chain.classes)
    )


def select(chains: Iterable[Chain], *, kind: str, unit: str | None, change_class: str, emergency: bool) -> Chain | None:
    """The most specific chain that fits: naming the unit counts more than the kind, the kind more than the class."""
    fitting = [c for c in chains if c.emergency is emergency and fits(c, kind, unit, change_class)]
    return max(fitting, key=lambda c: (bool(c.units), bool(c.kinds), bool(c.classes), c.name), default=None)


def open_steps(steps: Sequence[Step], signed: Mapping[str, int]) -> tuple[Step, ...]:
    """The steps that wait for a signature now, given how many each step already has; empty when complete."""
    missing = [step for step in steps if signed.get(step.key, 0) < step.quorum]
    stage = min((step.stage for step in missing), default=None)
    return tuple(step for step in missing if step.stage == stage)
