"""The host takes good plugins, quarantines bad ones with the reason, and keeps each apart from the others."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms import hookimpl
from iso_qms.domain.decision import Action, Answer, Decision, Verdict
from iso_qms.domain.extension import WARN, Objection
from iso_qms.hookspecs import API
from iso_qms.host import BREAK_AFTER, Host, RequiredPluginMissing


class Good:
    """A gate with one warning."""

    iso_qms_api = API

    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        return [Objection("NO_POSTING_PLAN", "chưa có kế hoạch niêm yết", "no plan for posting", WARN)]


class Leaving:
    """A gate that tries to end the program."""

    iso_qms_api = API

    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        raise SystemExit(1)


class Silent:
    """A gate that forgets to answer."""

    iso_qms_api = API

    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        return None


class Slow:
    """A gate that waits for something that does not come."""

    iso_qms_api = API

    def __init__(self):
        self.release = threading.Event()

    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        self.release.wait(30)
        return []


class Undeclared:
    @hookimpl
    def iso_qms_gate_issue(self, candidate):
        return []


class Future(Good):
    iso_qms_api = (API[0] + 1, 0)


class Newer(Good):
    iso_qms_api = (API[0], API[1] + 1)


class Async:
    iso_qms_api = API

    @hookimpl
    async def iso_qms_gate_issue(self, candidate):
        return []


class Wrapping:
    iso_qms_api = API

    @hookimpl(wrapper=True)
    def iso_qms_gate_issue(self, candidate):
        yield
        return []


class Misspelt:
    iso_qms_api = API

    @hookimpl
    def iso_qms_gate_isue(self, candidate):
        return []


class WrongArgument:
    iso_qms_api = API

    @hookimpl
    def iso_qms_gate_issue(self, candidat):
        return []


@pytest.mark.parametrize(
    ("plugin", "why"),
    [
        (Undeclared(), "iso_qms_api"),
        (Future(), "needs API"),
        (Newer(), "needs API"),
        (Async(), "async"),
        (Wrapping(), "wrapper"),
        (Misspelt(), "no hook iso_qms_gate_isue"),
        (WrongArgument(), "candidat"),  # the argument it asks for does not exist
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_plugin_that_cannot_work_is_quarantined_with_the_reason(plugin, why):
    host = Host()
    assert not host.add(plugin, "bad")
    assert why in " ".join(host.quarantined["bad"])
    assert host.gates("iso_qms_gate_issue", lambda name: {"candidate": None}) == []


def test_gates_answer_side_by_side_and_everything_but_a_list_of_objections_blocks():
    slow = Slow()
    host = Host(gate_budget=0.3)
    for name, plugin in (("good", Good()), ("leaving", Leaving()), ("silent", Silent()), ("slow", slow)):
        assert host.add(plugin, name)
    found = dict(host.gates("iso_qms_gate_issue", lambda name: {"candidate": None}))
    slow.release.set()
    assert {name: (o.code, o.severity) for name, o in found.items()} == {
        "good": ("NO_POSTING_PLAN", "warn"),
        "leaving": ("PLUGIN_ERROR", "block"),
        "silent": ("BAD_RETURN", "block"),
        "slow": ("PLUGIN_SLOW", "block"),
    }
    assert "SystemExit" in found["leaving"].message_vi


def test_a_required_plugin_that_is_absent_keeps_the_register_closed():
    with pytest.raises(RequiredPluginMissing) as refused:
        Host(disabled=frozenset("*")).load(required=["mot_cua"])
    assert "mot_cua" in refused.value.message("vi")


AT = datetime(2026, 1, 5, tzinfo=UTC)


def decision(verdict: Verdict, reason: str) -> Decision:
    return Decision(Answer(verdict, reason, Action.START, "QT-01"), AT, AT, 0)


class Refining:
    iso_qms_api = API

    def __init__(self, verdict):
        self.verdict = verdict

    @hookimpl
    def iso_qms_refine_decision(self, decision):
        if self.verdict == "fail":
            raise ValueError
        return None if self.verdict is None else decision._replace(answer=_answer(self.verdict))


def _answer(verdict):
    return Answer(verdict, f"PLUGIN_{verdict}", Action.START, "QT-01")


@given(core=st.sampled_from(Verdict), said=st.lists(st.sampled_from([*Verdict, None, "fail"]), max_size=4))
def test_plugins_make_an_answer_stricter_and_never_laxer_in_any_order(core, said):
    answers = set()
    for order in itertools.permutations(said):
        host = Host()
        for number, verdict in enumerate(order):
            host.add(Refining(verdict), f"p{number}")
        answers.add(host.refine(decision(core, "CORE")).verdict)
    strictest = max([core, *(v for v in said if isinstance(v, Verdict))], key=lambda v: v.strictness)
    assert answers == {strictest}


def test_a_refinement_that_keeps_failing_rests_for_a_while():
    host = Host()
    host.add(Refining("fail"), "broken")
    for _ in range(BREAK_AFTER + 3):
        assert host.refine(decision(Verdict.ALLOW, "CURRENT")).verdict is Verdict.ALLOW
    assert host.health["broken"].errors == BREAK_AFTER
