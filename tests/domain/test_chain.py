"""Approval chains as data: which are chains at all, which one fits a document, and what waits at each moment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.chain import DEFAULT_CHAIN, MEANINGS, Chain, open_steps, select, validate
from iso_qms.domain.errors import BadChain
from iso_qms.domain.people import ROLES
from tests.support.office import refuses
from tests.support.paper import step


def chain(*steps, **more) -> Chain:
    return Chain("luong", "Luồng", tuple(steps), **more)


def test_the_chain_of_an_office_that_defined_none_is_a_review_and_an_approval() -> None:
    assert validate(DEFAULT_CHAIN) is DEFAULT_CHAIN
    assert [s.role for s in DEFAULT_CHAIN.steps] == ["reviewer", "approver"]


@pytest.mark.parametrize(
    "bad",
    [
        chain(),
        chain(step("x", 1)),
        chain(step("x", 1, "approval"), step("y", 2)),
        chain(step("x", 1), step("x", 2, "approval")),
        chain(step("x", 1, "approval", role="giám đốc")),
        chain(step("x", 1, "blessing"), step("y", 2, "approval")),
        chain(step("x", 1, "approval", quorum=0)),
        chain(step("x", 1, "approval", persons=("p1", "p2"), quorum=3)),
        chain(step("x", 1, "approval", persons=("p1", "p1"), quorum=2)),
        chain(replace(step("x", 1, "approval"), persons=("p1",))),
        chain(replace(step("x", 1, "approval"), role=None)),
    ],
)
def test_a_chain_that_cannot_end_in_an_approval_is_none(bad: Chain) -> None:
    with refuses(BadChain):
        validate(bad)


def test_the_most_specific_chain_that_fits_is_taken() -> None:
    last = step("x", 1, "approval")
    any_ = replace(chain(last), name="chung")
    form = replace(chain(last, kinds=("form",)), name="mau")
    unit = replace(chain(last, units=("TUPHAP",)), name="tu-phap")
    minor = replace(chain(last, classes=("editorial", "minor")), name="nho")
    urgent = replace(chain(last, emergency=True), name="khan")
    chains = [any_, form, unit, minor, urgent]

    def picked(**asked) -> str | None:
        facts = {"kind": "procedure", "unit": None, "change_class": "major", "emergency": False} | asked
        found = select(chains, **facts)
        return found.name if found else None

    assert picked() == "chung"
    assert picked(kind="form") == "mau"
    assert picked(kind="form", unit="TUPHAP") == "tu-phap"
    assert picked(change_class="minor") == "nho"
    assert picked(emergency=True) == "khan"
    assert select([form], kind="manual", unit=None, change_class="major", emergency=False) is None


steps = st.builds(
    lambda stage, meaning, quorum, role: (stage, meaning, quorum, role),
    st.integers(1, 3),
    st.sampled_from(MEANINGS),
    st.integers(1, 3),
    st.sampled_from(ROLES),
)


@given(st.lists(steps, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_signing_what_is_open_always_comes_to_an_end_stage_by_stage(drawn, chance) -> None:
    listed = tuple(step(f"b{i}", s, m, quorum=q, role=r) for i, (s, m, q, r) in enumerate(drawn))
    signed: dict[str, int] = {}
    stages = []
    while waiting := open_steps(listed, signed):
        assert len({s.stage for s in waiting}) == 1
        taken = chance.choice(waiting)
        stages.append(taken.stage)
        signed[taken.key] = signed.get(taken.key, 0) + 1
    assert stages == sorted(stages)
    assert signed == {s.key: s.quorum for s in listed}
