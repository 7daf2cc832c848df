"""The invariants of enforcement, on histories drawn at random: emergencies, ratifications, suspensions and all."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain.check import check
from iso_qms.domain.decision import Action, Citation, Verdict
from iso_qms.domain.reasons import REASONS
from tests.domain.histories import BEGIN, HOUR, VERSIONS, digest, histories, play, transitions

many = settings(max_examples=300, deadline=None)
hours = st.integers(-100, 1200)
claims = st.one_of(st.none(), st.integers(0, 30), st.sampled_from(["01/00", "03/00", "22/00", "x", "7"]))
moments = st.builds(lambda h, us: BEGIN + h * HOUR + timedelta(microseconds=us), hours, st.integers(0, 1))
pins = st.builds(
    lambda number, at: Citation("QT-07", number, f"{number:02d}/00", digest(number), at),
    st.sampled_from(VERSIONS),
    moments,
)
questions = st.fixed_dictionaries(
    {
        "action": st.sampled_from(Action),
        "at": moments,
        "version": claims,
        "pin": st.one_of(st.none(), pins),
        "elected": st.booleans(),
        "unit": st.sampled_from([None, "H46.1", "H46.3"]),
        "sha256": st.sampled_from([None, digest(1), "zz"]),
    }
)


@many
@given(histories, st.lists(moments, min_size=1, max_size=6))
def test_at_most_one_version_governs_and_intervals_are_ordered_and_disjoint(history, instants):
    """I1: the stretches follow one another, and each instant falls into the one whose entry governs."""
    timeline = play(history).timeline
    stretches = timeline.intervals()
    for earlier, later in pairwise(stretches):
        assert earlier.end is not None and earlier.start < earlier.end <= later.start
    for at in instants:
        covering = [s for s in stretches if s.start <= at and (s.end is None or at < s.end)]
        assert len(covering) <= 1
        assert timeline.in_force(at) == (covering[0].entry if covering else None)


@many
@given(histories)
def test_a_gap_is_either_a_withdrawal_or_the_lapse_of_an_emergency_with_nothing_before(history):
    """I2: the end of a stretch is the start of the next; only a lapse without predecessor leaves a hole."""
    timeline = play(history).timeline
    stretches = timeline.intervals()
    for earlier, later in pairwise(stretches):
        if earlier.end != later.start:
            assert timeline.end_of_emergency(earlier.entry) == earlier.end
            assert all(timeline.lapsed(e, earlier.end) for e in timeline.live() if e.start <= earlier.end)
    if stretches and stretches[-1].end is not None:
        assert timeline.end_of_emergency(stretches[-1].entry) == stretches[-1].end


@many
@given(histories, moments, claims, st.sampled_from([None, "H46.1"]))
def test_the_past_never_changes(history, at, version, unit):
    """I3: for an instant in the past, what was known then and what is known now name the same governing entry."""
    register = play(history)
    at = min(at, register.now)
    timeline = register.timeline
    assert timeline.in_force(at, known=at) == timeline.in_force(at)
    assert timeline.suspended(at, at, 1, unit).all == timeline.suspended(at, None, 1, unit).all
    assert timeline.suspended(at, at, 1, unit).new == timeline.suspended(at, None, 1, unit).new


@many
@given(histories, histories, questions)
def test_an_answer_as_known_then_is_not_changed_by_anything_recorded_later(history, more, question):
    """I4: acts of tomorrow do not touch the answer that rests on the knowledge of today."""
    register = play(history)
    known = register.now
    before = check(register.timeline, known=known, **question)
    play(more, register)
    assert check(register.timeline, known=known, **question) == before


@many
@given(histories)
def test_the_standing_of_a_version_moves_one_way(history):
    """I5: not yet, current, grace, superseded; never back, unless reinstated (or given back by a lapse)."""
    timeline = play(history, only=("issue", "withdraw", "rescind", "draft", "wait")).timeline
    issued = [e.version for e in timeline.live() if e.version is not None]
    ranks = {"NOT_YET_IN_FORCE": 0, "CURRENT": 1, "GRACE": 2, "SUPERSEDED": 3, "WITHDRAWN": 3}
    marks = [BEGIN, *timeline.marks()]
    for version in issued:
        if issued.count(version) == 1:
            seen = [ranks[check(timeline, at=mark, version=version).reason] for mark in marks]
            assert seen == sorted(seen)


def _finishing(history):
    """The same history with every transition "finish" and no sunset."""
    plain = []
    for act in history:
        if act[0] == "issue":
            plain.append((*act[:3], "finish", None, act[5]))
        elif act[0] == "emergency":
            plain.append((*act[:3], "finish"))
        elif act[0] == "withdraw":
            plain.append((*act[:2], "finish", None))
        elif act[0] not in ("suspend", "resume"):
            plain.append(act)
    return plain


@many
@given(histories, st.booleans())
def test_under_finish_no_pinned_dossier_is_ever_stopped(history, elected):
    """I6: received under any version while it was in force, it may go on for ever (suspension apart)."""
    timeline = play(_finishing(history)).timeline
    marks = timeline.marks()
    for stretch in timeline.intervals():
        if stretch.entry.version is None:
            continue
        received = stretch.start
        pin = Citation("QT-07", stretch.entry.version, "", digest(stretch.entry.version), received)
        for at in [received, *(m for m in marks if m >= received), received + 5000 * HOUR]:
            decision = check(timeline, action="continue", at=at, pin=pin, elected=elected)
            assert decision.verdict is Verdict.ALLOW, (decision.reason, at)


@many
@given(histories, questions, st.one_of(st.none(), moments))
def test_every_question_has_an_answer_with_a_known_reason(history, question, known):
    """I7: any input gives a verdict of the reason's kind and a sentence in both languages."""
    decision = check(play(history).timeline, known=known, **question)
    assert decision.verdict.value in REASONS[decision.reason].verdicts
    assert decision.message("vi") and decision.message("en")
    assert decision.as_dict()["verdict"] == decision.verdict.value


@many
@given(histories, questions)
def test_between_two_marks_an_answer_stays_the_same(history, question):
    """What makes caching honest: only at a mark of the timeline may an answer change."""
    timeline = play(history).timeline
    at = question["at"]
    following = timeline.next_change(at)
    last = following - timedelta(microseconds=1) if following else at + 9000 * HOUR
    assert check(timeline, **question).answer == check(timeline, **{**question, "at": last}).answer


@many
@given(histories, st.sampled_from(VERSIONS), st.integers(48, 3000), moments, transitions)
def test_one_more_successor_never_makes_a_running_dossier_freer(history, version, later, received, transition):
    """Of several successors the strictest counts: no further issue turns a stop into a go."""
    register = play(history, only=("issue", "withdraw", "rescind", "wait"))
    pin = Citation("QT-07", version, "", digest(version), received)
    at = register.now + later * HOUR
    before = check(register.timeline, action="continue", at=at, pin=pin)
    register.approve(90)
    register.issue(90, (register.now + HOUR).date(), transition=transition)
    after = check(register.timeline, action="continue", at=at, pin=pin)
    if before.reason in ("RESTART_REQUIRED", "MIGRATE_REQUIRED", "TERMINATED"):
        assert after.verdict is Verdict.DENY
