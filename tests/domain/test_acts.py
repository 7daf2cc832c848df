"""Every act upon a document: what it takes, what it records, and who hears no for which reason."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from iso_qms.domain import acts, errors
from iso_qms.domain import events as ev
from iso_qms.domain.chain import DEFAULT_CHAIN, Chain
from iso_qms.domain.people import Actor
from tests.support.office import local, refuses
from tests.support.paper import (
    DANHGIA,
    DUYET,
    DUYET2,
    EMERGENCY,
    NHIEUVAI,
    SOAN,
    SOAN2,
    THUKY,
    XEMXET,
    XEMXET2,
    Paper,
    content,
    digest,
    lent,
    person,
    step,
)

DAY = timedelta(days=1)
MICRO = timedelta(microseconds=1)


def gone(actor: Actor) -> Actor:
    return Actor(actor.id, actor.login, actor.roles, active=False)


# --- drafting -----------------------------------------------------------------------------------------------------


def test_the_first_content_of_a_code_is_version_1_of_nothing_before() -> None:
    paper = Paper()
    event = paper.draft(1, title="  Kiểm   soát tài liệu ").event
    assert isinstance(event, ev.Drafted)
    assert (event.number, event.base, event.title, event.sha256) == (1, None, "Kiểm soát tài liệu", digest(1))
    assert paper.state() == "draft"


def test_changed_content_of_an_open_draft_stays_the_same_version() -> None:
    paper = Paper()
    paper.draft(1)
    paper.draft(2, by=SOAN2)
    assert list(paper.document.versions) == [1]
    assert paper.document.versions[1].authors == {SOAN.id, SOAN2.id}


def test_content_after_an_approved_version_is_the_next_version_drafted_from_the_one_in_force() -> None:
    paper = Paper()
    paper.publish(1)
    event = paper.draft(2).event
    assert isinstance(event, ev.Drafted)
    assert (event.number, event.base) == (2, 1)


def test_where_nothing_is_in_force_a_draft_starts_from_what_is_planned_or_else_from_what_is_approved() -> None:
    paper = Paper()
    paper.approve(1)
    assert paper.draft(2).event.base == 1
    planned = Paper()
    planned.publish(1, date(2026, 3, 1))
    planned.approve(2)
    assert planned.draft(3).event.base == 1, "what will govern next counts more than what is only approved"


@pytest.mark.parametrize("who", [XEMXET, DUYET, DANHGIA, person("ai")])
def test_only_a_drafter_or_the_controller_drafts(who: Actor) -> None:
    with refuses(errors.NoRight):
        Paper().draft(by=who)
    assert Paper().draft(by=THUKY).actor == THUKY.id


def test_somebody_deactivated_does_nothing_at_all() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    for act, who, more in (
        (acts.draft, SOAN, {"reason": "x"}),
        (acts.abandon, SOAN, {"reason": "x"}),
        (acts.submit, SOAN, {}),
        (acts.sign, XEMXET, {}),
        (acts.send_back, XEMXET, {"reason": "x"}),
        (acts.suspend, DUYET, {"reason": "x"}),
        (acts.resume, DUYET, {"reason": "x"}),
        (acts.rescind, DUYET, {"reason": "x"}),
        (acts.issue, DUYET, {"effective": paper.today, "decision": "1"}),
        (acts.withdraw, DUYET, {"effective": paper.today, "decision": "1", "reason": "x"}),
    ):
        rest = (content(2),) if act is acts.draft else (DEFAULT_CHAIN,) if act is acts.submit else ()
        with refuses(errors.Inactive):
            paper.ask(act, gone(who), *rest, **more)


def test_the_same_content_again_is_no_draft() -> None:
    paper = Paper()
    paper.draft(1)
    with refuses(errors.SameContent):
        paper.draft(1)
    paper.draft(1, title="Tên khác")
    paper.submit()
    paper.sign(XEMXET, DUYET)
    with refuses(errors.SameContent):
        paper.draft(1, issue=2)


def test_a_label_belongs_to_one_version() -> None:
    paper = Paper()
    paper.publish(1)
    with refuses(errors.LabelTaken):
        paper.draft(2, issue=1)
    with refuses(errors.LabelTaken):
        paper.draft(2, issue=1, revision=None)
    paper.draft(2, issue=1, revision=1)


@pytest.mark.parametrize(("issue", "revision"), [(0, 0), (-1, None), (1, -1), (10_000, 0), (1, 10_000), (2**40, 0)])
def test_a_label_counts_from_one_and_stays_a_label(issue: int, revision: int | None) -> None:
    with refuses(errors.BadInput):
        Paper().draft(1, issue=issue, revision=revision)


@pytest.mark.parametrize("given", [{"kind": "quy trình"}, {"change_class": "huge"}])
def test_kinds_and_classes_come_from_closed_lists(given: dict[str, str]) -> None:
    with refuses(errors.BadChoice):
        Paper().draft(1, **given)


def test_a_draft_needs_a_reason_and_a_title() -> None:
    with refuses(errors.BadText):
        Paper().do(acts.draft, SOAN, content(), reason=" \n ")
    with refuses(errors.BadText):
        Paper().draft(title="")


def test_two_open_drafts_ask_which_one_is_meant() -> None:
    paper = Paper()
    paper.draft(1)
    paper.draft(2, new=True)
    with refuses(errors.Ambiguous):
        paper.draft(3)
    with refuses(errors.Ambiguous):
        paper.submit()
    assert paper.draft(3, replaces=1).event.number == 1


def test_what_a_chain_has_approved_is_never_changed() -> None:
    paper = Paper()
    paper.approve(1)
    with refuses(errors.NoDraft):
        paper.draft(2, replaces=1)
    with refuses(errors.NoDraft):
        paper.do(acts.abandon, SOAN, reason="x")
    with refuses(errors.UnknownVersion):
        paper.draft(2, replaces=7)


def test_a_draft_given_up_waits_for_nobody_and_may_be_taken_up_again() -> None:
    paper = Paper()
    paper.draft(1)
    paper.submit()
    paper.do(acts.abandon, SOAN, reason="Không cần nữa")
    assert paper.state() == "abandoned"
    with refuses(errors.NotSubmitted):
        paper.sign(XEMXET)
    with refuses(errors.NoDraft):
        paper.submit()
    paper.draft(1, replaces=1)
    assert paper.state() == "draft"


def test_what_comes_in_unattended_never_replaces_what_somebody_is_signing() -> None:
    paper = Paper()
    paper.draft(1)
    paper.do(acts.draft, SOAN, content(2), reason="Tự động", unattended=True)
    paper.submit()
    with refuses(errors.NotAllowedForDrafter):
        paper.do(acts.draft, SOAN, content(3), reason="Tự động", unattended=True)
    paper.do(acts.send_back, XEMXET, reason="Sửa")
    assert paper.do(acts.draft, SOAN, content(3), reason="Tự động", unattended=True).event.number == 1


def test_a_draft_may_start_from_an_existing_version_and_repeat_that_one_only() -> None:
    paper = Paper()
    paper.publish(1)
    paper.publish(2, date(2026, 2, 1))
    with refuses(errors.UnknownVersion):
        paper.do(acts.draft, SOAN, content(1, issue=3), reason="Lấy lại", copy_of=7)
    with refuses(errors.SameContent):
        paper.do(acts.draft, SOAN, content(2, issue=3), reason="Lấy lại", copy_of=1)
    event = paper.do(acts.draft, SOAN, content(1, issue=3), reason="Lấy lại", copy_of=1).event
    assert (event.number, event.base, event.sha256) == (3, 1, digest(1))


def test_what_is_given_up_or_approved_is_not_submitted_by_its_number() -> None:
    paper = Paper()
    paper.approve(1)
    paper.draft(2)
    paper.do(acts.abandon, SOAN, reason="Thôi")
    for number in (1, 2):
        with refuses(errors.NoDraft):
            paper.submit(number=number)


def test_a_mandate_lends_signatures_not_authorship() -> None:
    deputy = lent(person("pho"), SOAN, "drafter", date(2026, 1, 1))
    with refuses(errors.NoRight):
        Paper().draft(by=deputy)


# --- approval -----------------------------------------------------------------------------------------------------


def test_a_version_is_approved_by_the_last_seat_of_its_chain() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    assert paper.state() == "submitted"
    paper.sign(XEMXET)
    assert paper.state() == "submitted"
    signed = paper.sign(DUYET).event
    assert isinstance(signed, ev.Signed)
    assert (signed.sha256, signed.meaning, signed.change_class) == (digest(1), "approval", "major")
    assert paper.state() == "approved"


def test_a_submission_waits_alone() -> None:
    paper = Paper()
    with refuses(errors.NoDraft):
        paper.submit()
    paper.draft()
    with refuses(errors.NoRight):
        paper.submit(by=XEMXET)
    paper.submit()
    with refuses(errors.AlreadySubmitted):
        paper.submit()
    with refuses(errors.UnknownVersion):
        paper.submit(number=4)


def test_unaccepted_changes_in_the_file_are_submitted_knowingly_or_not_at_all() -> None:
    paper = Paper()
    paper.draft(open_changes=3)
    with refuses(errors.OpenChanges) as caught:
        paper.submit()
    assert caught.value.facts == {"count": 3}
    paper.submit(accept_open_changes=True)


def test_the_second_stage_waits_for_the_first() -> None:
    paper = Paper()
    paper.draft()
    with refuses(errors.NotSubmitted):
        paper.sign(XEMXET)
    paper.submit()
    with refuses(errors.NotYourTurn) as caught:
        paper.sign(DUYET)
    assert caught.value.facts["waiting"] == "Soát xét"
    with refuses(errors.NoRight):
        paper.sign(DANHGIA)


def test_no_author_signs_whatever_else_they_are() -> None:
    paper = Paper()
    paper.draft(1)
    paper.draft(2, by=NHIEUVAI)
    paper.draft(3)
    paper.submit()
    with refuses(errors.SelfApproval):
        paper.sign(NHIEUVAI)


def test_nobody_fills_two_seats() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    paper.sign(NHIEUVAI)
    with refuses(errors.SecondSeat):
        paper.sign(NHIEUVAI)
    paper.sign(DUYET)


def test_a_deputy_counts_as_the_person_represented() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    both = person("both", "reviewer", "approver")
    deputy = lent(person("pho"), both, "reviewer", paper.today)
    signed = paper.sign(deputy).event
    assert (signed.principal, signed.mandate, signed.capacity) == (both.id, 900, "KT")
    with refuses(errors.SecondSeat):
        paper.sign(both)
    with refuses(errors.SecondSeat):
        paper.sign(lent(person("pho"), DUYET, "approver", paper.today))


def test_nobody_signs_in_the_name_of_the_author() -> None:
    paper = Paper()
    paper.draft(by=NHIEUVAI)
    paper.submit()
    with refuses(errors.SelfApproval):
        paper.sign(lent(person("pho"), NHIEUVAI, "reviewer", paper.today))
    in_person = paper.sign(lent(XEMXET, NHIEUVAI, "reviewer", paper.today)).event
    assert in_person.principal is None, "the own right comes first"


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (local(2026, 1, 31, 23, 59, 59), False),
        (local(2026, 2, 1), True),
        (local(2026, 2, 28, 23, 59, 59), True),
        (local(2026, 3, 1), False),
    ],
)
def test_a_mandate_begins_and_ends_at_midnight_of_the_office(moment, allowed: bool) -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    paper.now = moment
    deputy = lent(person("pho"), XEMXET, "reviewer", date(2026, 2, 1), date(2026, 2, 28), capacity="TUQ")
    if allowed:
        assert paper.sign(deputy).event.capacity == "TUQ"
    else:
        with refuses(errors.NoRight):
            paper.sign(deputy)


def test_a_mandate_holds_for_its_units_and_role_only() -> None:
    paper = Paper()
    paper.draft(unit="DIACHINH")
    paper.submit()
    with refuses(errors.NoRight):
        paper.sign(lent(person("pho"), XEMXET, "reviewer", paper.today, units=("TUPHAP",)))
    with refuses(errors.NotYourTurn):
        paper.sign(lent(person("pho"), DUYET, "approver", paper.today))
    paper.sign(lent(person("pho"), XEMXET, "reviewer", paper.today, units=("TUPHAP", "DIACHINH")))


def test_a_lent_right_is_not_lent_again_and_ends_with_the_lender() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    middle = lent(person("giua"), XEMXET, "reviewer", paper.today)
    with refuses(errors.NoRight):
        paper.sign(lent(person("cuoi"), middle, "reviewer", paper.today))
    with refuses(errors.NoRight):
        paper.sign(lent(person("pho"), gone(XEMXET), "reviewer", paper.today))


def test_a_signature_is_bound_to_what_the_signer_looked_at() -> None:
    paper = Paper()
    paper.draft(1)
    paper.submit()
    paper.draft(2)
    paper.submit()
    with refuses(errors.ContentChanged):
        paper.sign(XEMXET, sha256=digest(1))
    assert paper.sign(XEMXET, sha256=digest(2)).event.sha256 == digest(2)


def test_new_content_voids_every_signature_given_to_the_old() -> None:
    paper = Paper()
    paper.draft(1)
    paper.submit()
    paper.sign(XEMXET)
    paper.draft(2)
    assert paper.state() == "draft"
    with refuses(errors.NotSubmitted):
        paper.sign(DUYET)
    paper.submit()
    with refuses(errors.NotYourTurn):
        paper.sign(DUYET)
    paper.sign(XEMXET, DUYET)
    assert paper.state() == "approved"


def test_a_signature_says_what_it_means_and_confirms_the_class() -> None:
    paper = Paper()
    paper.draft(change_class="minor")
    paper.submit()
    with refuses(errors.WrongMeaning):
        paper.sign(XEMXET, meaning="approval")
    with refuses(errors.WrongClass):
        paper.sign(XEMXET, change_class="editorial")
    signed = paper.sign(XEMXET, meaning="review", change_class="minor", comment=" Đồng ý ").event
    assert (signed.meaning, signed.change_class, signed.comment) == ("review", "minor", "Đồng ý")


def test_two_versions_under_signature_ask_which_one_is_meant() -> None:
    paper = Paper()
    for number in (1, 2):
        paper.draft(number, new=True)
        paper.submit(number=number)
    with refuses(errors.Ambiguous):
        paper.sign(XEMXET)
    paper.sign(XEMXET, number=2)


def test_what_is_sent_back_is_a_draft_again_and_starts_from_the_first_seat() -> None:
    paper = Paper()
    paper.draft()
    with refuses(errors.NotSubmitted):
        paper.do(acts.send_back, XEMXET, reason="x")
    paper.submit()
    paper.sign(XEMXET)
    with refuses(errors.SecondSeat):
        paper.do(acts.send_back, lent(XEMXET, DUYET, "approver", paper.today), reason="x")
    with refuses(errors.NoRight):
        paper.do(acts.send_back, DANHGIA, reason="x")
    with refuses(errors.BadText):
        paper.do(acts.send_back, DUYET, reason="")
    returned = paper.do(acts.send_back, DUYET, reason="Thiếu thời hạn").event
    assert (returned.step, returned.reason) == ("phe-duyet", "Thiếu thời hạn")
    assert paper.state() == "draft"
    paper.submit()
    with refuses(errors.NotYourTurn):
        paper.sign(DUYET)


def test_the_controller_may_send_back_at_any_step() -> None:
    paper = Paper()
    paper.draft()
    paper.submit()
    assert paper.do(acts.send_back, THUKY, reason="Nhầm mẫu").event.step == "soat-xet"


def test_parallel_steps_are_signed_in_any_order() -> None:
    chain = Chain(
        "song-song", "Song song", (step("phap-che", 1), step("chuyen-mon", 1), step("lanh-dao", 2, "approval"))
    )
    for order in permutations((XEMXET, XEMXET2)):
        paper = Paper()
        paper.draft()
        paper.submit(chain)
        with refuses(errors.NotYourTurn):
            paper.sign(DUYET)
        paper.sign(*order)
        assert {r.event.step for r in paper.history[2:]} == {"phap-che", "chuyen-mon"}
        paper.sign(DUYET)
        assert paper.state() == "approved"


def test_a_quorum_takes_n_different_persons() -> None:
    council = Chain("hoi-dong", "Hội đồng", (step("hoi-dong", 1, "approval", role="approver", quorum=2),))
    paper = Paper()
    paper.draft()
    paper.submit(council)
    paper.sign(DUYET)
    with refuses(errors.SecondSeat):
        paper.sign(DUYET)
    assert paper.state() == "submitted"
    paper.sign(DUYET2)
    assert paper.state() == "approved"


def test_all_of_some_named_persons_sign_whatever_their_roles() -> None:
    everybody = step("tat-ca", 1, "approval", persons=(DANHGIA.id, THUKY.id), quorum=2)
    paper = Paper()
    paper.draft()
    paper.submit(Chain("tat-ca", "Tất cả", (everybody,)))
    with refuses(errors.NoRight):
        paper.sign(DUYET)
    with refuses(errors.NoRight):
        paper.sign(lent(person("pho"), THUKY, "controller", paper.today))
    paper.sign(THUKY, DANHGIA)
    assert paper.state() == "approved"


def test_a_running_chain_is_the_copy_made_at_submission() -> None:
    strict = Chain("chat", "Chặt", (step("mot", 1), step("hai", 2, "approval", quorum=2)))
    paper = Paper()
    paper.draft()
    submitted = paper.submit(strict).event
    assert submitted.steps == strict.steps
    paper.sign(XEMXET, DUYET)
    assert paper.state() == "submitted", "a chain redefined meanwhile has no say"
    # Somebody who lost the role signs no more, and the bar stays where it was.
    with refuses(errors.NoRight):
        paper.sign(person("duyet2"))
    assert paper.document.versions[1].round().waiting()[0].quorum == 2
    paper.sign(DUYET2)
    assert paper.state() == "approved"


def test_a_chain_that_cannot_be_filled_is_no_chain() -> None:
    paper = Paper()
    paper.draft()
    with refuses(errors.BadChain):
        paper.submit(Chain("rong", "Rỗng", ()))


# --- issue --------------------------------------------------------------------------------------------------------


def test_an_issue_starts_at_midnight_of_its_legal_date_in_the_office() -> None:
    paper = Paper()
    event = paper.publish(1, date(2026, 2, 1)).event
    assert event.start == local(2026, 2, 1) == paper.at(2026, 2, 1)
    assert paper.in_force(event.start - MICRO) is None
    assert paper.in_force(event.start) == 1


def test_only_an_issuer_issues_and_only_what_is_approved() -> None:
    paper = Paper()
    with refuses(errors.NoDraft):
        paper.issue()
    paper.draft()
    with refuses(errors.NotApproved):
        paper.issue()
    paper.submit()
    paper.sign(XEMXET)
    with refuses(errors.NotApproved) as caught:
        paper.issue()
    assert caught.value.facts["waiting"] == "Phê duyệt"
    paper.sign(DUYET2)
    with refuses(errors.NoRight):
        paper.issue(by=DUYET2)
    with refuses(errors.BadText):
        paper.issue(decision="")
    with refuses(errors.BadChoice):
        paper.issue(transition="quên")
    paper.issue()
    with refuses(errors.AlreadyIssued):
        paper.issue()
    with refuses(errors.AlreadyIssued):
        paper.issue(number=1)


def test_two_approved_versions_ask_which_one_is_issued() -> None:
    paper = Paper()
    paper.approve(1)
    paper.approve(2)
    with refuses(errors.Ambiguous):
        paper.issue()
    assert paper.issue(number=2, base_checked=True).event.number == 2


def test_a_late_record_needs_a_reason_and_changes_no_past() -> None:
    paper = Paper()
    paper.publish(1)
    paper.at(2026, 3, 10, 14)
    second = paper.approve(2)
    with refuses(errors.LateReason):
        paper.issue(date(2026, 3, 1), number=second)
    before = paper.now
    record = paper.issue(date(2026, 3, 1), number=second, reason="Văn thư chuyển chậm")
    assert record.event.start == before
    assert paper.in_force(before - MICRO) == 1
    timeline = paper.document.timeline()
    assert timeline.exposure(timeline.in_force(paper.now)) == (local(2026, 3, 1), before)


def test_today_is_not_late_and_starts_at_once() -> None:
    paper = Paper()
    event = paper.publish(1, paper.today, reason="  ").event
    assert event.reason is None
    assert event.start == paper.history[-1].at


def test_no_two_decisions_start_at_the_same_instant() -> None:
    paper = Paper()
    paper.publish(1, date(2026, 2, 1))
    second = paper.approve(2)
    with refuses(errors.StartTaken):
        paper.issue(date(2026, 2, 1), number=second)
    paper.issue(date(2026, 2, 2), number=second)


@pytest.mark.parametrize("day", [date(2077, 1, 1), date.max, date.min, date(1800, 1, 1)])
def test_a_legal_date_is_a_date_of_this_life(day: date) -> None:
    paper = Paper()
    paper.approve(1)
    with refuses(errors.BadDates):
        paper.issue(day, reason="Ghi nhận muộn")


@pytest.mark.parametrize("name", ["sunset", "accept_old_until", "until"])
def test_last_days_are_inclusive_and_lie_after_the_start(name: str) -> None:
    paper = Paper()
    paper.approve(1)
    with refuses(errors.BadDates):
        paper.issue(date(2026, 2, 1), **{name: date(2026, 1, 31)})
    with refuses(errors.BadDates):
        paper.issue(date(2026, 2, 1), **{name: date.max})
    event = paper.issue(date(2026, 2, 1), **{name: date(2026, 2, 1)}).event
    assert getattr(event, name) == local(2026, 2, 2)


def test_several_approved_versions_wait_for_their_days_and_take_over_one_after_another() -> None:
    paper = Paper()
    for number, month in ((1, 2), (2, 4), (3, 6)):
        paper.publish(number, date(2026, month, 1))
    for moment, number in (((2026, 2, 1), 1), ((2026, 3, 31), 1), ((2026, 4, 1), 2), ((2026, 6, 1), 3)):
        assert paper.in_force(local(*moment)) == number


def test_an_urgent_fix_in_between_flags_what_was_drafted_before_and_destroys_nothing() -> None:
    paper = Paper()
    paper.publish(1)
    planned = paper.approve(2)
    paper.issue(date(2026, 6, 1), number=planned)
    waiting = paper.approve(3)
    fix = paper.approve(4)
    paper.issue(date(2026, 1, 20), number=fix, base_checked=True)
    timeline = paper.document.timeline()
    assert timeline.base_changed(planned, 1), "the planned one was not drafted from the fix"
    assert paper.in_force(local(2026, 1, 20)) == fix
    assert paper.in_force(local(2026, 6, 1)) == planned
    with refuses(errors.BaseChanged) as caught:
        paper.issue(date(2026, 7, 1), number=waiting)
    assert caught.value.facts["other"] in (planned, fix)
    paper.issue(date(2026, 7, 1), number=waiting, base_checked=True)
    assert paper.in_force(local(2026, 7, 1)) == waiting


def test_a_fix_that_starts_later_than_the_version_itself_is_no_changed_base() -> None:
    paper = Paper()
    paper.publish(1)
    second = paper.approve(2)
    paper.publish(3, date(2026, 9, 1), base_checked=True)
    paper.issue(date(2026, 2, 1), number=second)


# --- emergency ----------------------------------------------------------------------------------------------------


def test_an_emergency_issue_needs_its_end_and_gives_the_earlier_version_back_by_itself() -> None:
    paper = Paper()
    paper.publish(1)
    urgent = paper.approve(2, EMERGENCY)
    with refuses(errors.EmergencyNeedsEnd):
        paper.issue(number=urgent)
    paper.issue(number=urgent, until=date(2026, 1, 31))
    assert paper.in_force(local(2026, 1, 31, 23, 59, 59)) == urgent
    assert paper.in_force(local(2026, 2, 1)) == 1


def test_after_a_lapse_the_version_planned_meanwhile_governs() -> None:
    paper = Paper()
    paper.publish(1)
    paper.publish(2, date(2026, 1, 20))
    urgent = paper.approve(3, EMERGENCY)
    paper.issue(date(2026, 1, 25), number=urgent, until=date(2026, 2, 10), base_checked=True)
    paper.publish(4, date(2026, 2, 5), base_checked=True)
    for moment, number in (((2026, 1, 24), 2), ((2026, 1, 25), 3), ((2026, 2, 5), 4), ((2026, 2, 11), 4)):
        assert paper.in_force(local(*moment)) == number


def test_ratified_by_the_full_chain_an_emergency_issue_stays() -> None:
    paper = Paper()
    paper.publish(1)
    urgent = paper.approve(2, EMERGENCY)
    paper.issue(number=urgent, until=date(2026, 1, 31))
    with refuses(errors.NotApproved):
        paper.do(acts.ratify, DUYET, decision="20/QĐ-UBND")
    paper.submit(number=urgent)
    paper.sign(XEMXET, DUYET, number=urgent)
    with refuses(errors.NoRight):
        paper.do(acts.ratify, DUYET2, decision="20/QĐ-UBND")
    paper.do(acts.ratify, DUYET, decision="20/QĐ-UBND")
    assert paper.in_force(local(2026, 6, 1)) == urgent
    with refuses(errors.NotEmergency):
        paper.do(acts.ratify, DUYET, decision="21/QĐ-UBND")


def test_of_two_emergency_issues_the_one_that_the_full_chain_approved_is_ratified() -> None:
    paper = Paper()
    paper.publish(1)
    first, second = paper.approve(2, EMERGENCY), paper.approve(3, EMERGENCY)
    paper.issue(number=first, until=date(2026, 1, 31))
    paper.issue(date(2026, 1, 20), number=second, until=date(2026, 2, 28), base_checked=True)
    paper.submit(number=first)
    paper.sign(XEMXET, DUYET, number=first)
    assert paper.do(acts.ratify, DUYET, decision="20/QĐ-UBND").event.number == first


def test_what_has_lapsed_is_not_ratified() -> None:
    paper = Paper()
    paper.publish(1)
    urgent = paper.approve(2, EMERGENCY)
    paper.issue(number=urgent, until=date(2026, 1, 31))
    paper.submit(number=urgent)
    paper.sign(XEMXET, DUYET, number=urgent)
    paper.at(2026, 2, 1)
    with refuses(errors.NotEmergency):
        paper.do(acts.ratify, DUYET, decision="20/QĐ-UBND")


def test_the_shortened_chain_never_brings_a_version_back_for_good() -> None:
    paper = Paper()
    paper.publish(1)
    urgent = paper.approve(2, EMERGENCY)
    paper.issue(number=urgent, until=date(2026, 1, 31))
    paper.at(2026, 2, 2)
    with refuses(errors.NotApproved):
        paper.do(acts.reinstate, DUYET, number=urgent, effective=paper.today, decision="1", reason="Vẫn cần")
    assert paper.in_force() == 1


# --- taking over from paper -------------------------------------------------------------------------------------------

PAPER = {"decision": "3/QĐ-UBND", "known_from": date(2025, 7, 1)}


def test_what_was_approved_on_paper_is_taken_over_on_the_word_of_an_issuer() -> None:
    paper = Paper()
    paper.draft()
    with refuses(errors.NoRight):
        paper.do(acts.adopt, DUYET2, **PAPER)
    with refuses(errors.BadDates):
        paper.do(acts.adopt, DUYET, **PAPER | {"known_from": paper.today + DAY})
    paper.do(acts.adopt, DUYET, **PAPER)
    assert paper.state() == "approved"
    paper.issue()
    assert paper.in_force() == 1
    with refuses(errors.NoDraft):
        paper.do(acts.adopt, DUYET, **PAPER)


def test_taking_over_is_a_way_in_and_not_a_way_round_the_chain() -> None:
    own = Paper()
    own.draft(by=NHIEUVAI)
    with refuses(errors.SelfApproval):
        own.do(acts.adopt, NHIEUVAI, **PAPER)
    controlled = Paper()
    controlled.publish(1)
    controlled.draft(2)
    with refuses(errors.AlreadyControlled):
        controlled.do(acts.adopt, DUYET, **PAPER)
    waiting = Paper()
    waiting.draft()
    waiting.submit()
    with refuses(errors.AlreadySubmitted):
        waiting.do(acts.adopt, DUYET, **PAPER)
    waiting.do(acts.send_back, XEMXET, reason="Chưa đạt")
    with refuses(errors.AlreadyControlled):
        waiting.do(acts.adopt, DUYET, **PAPER)


# --- bringing back, taking away, pausing ---------------------------------------------------------------------------


def test_an_old_version_comes_back_by_a_new_entry() -> None:
    paper = Paper()
    paper.publish(1)
    paper.publish(2, date(2026, 2, 1))
    back = {"effective": date(2026, 3, 1), "decision": "30/QĐ-UBND", "reason": "Bản mới có lỗi"}
    with refuses(errors.NeverInForce):
        paper.do(acts.reinstate, DUYET, number=2, **back)
    with refuses(errors.UnknownVersion):
        paper.do(acts.reinstate, DUYET, number=9, **back)
    paper.at(2026, 2, 10)
    with refuses(errors.AlreadyIssued):
        paper.do(acts.reinstate, DUYET, number=2, **back)
    with refuses(errors.NoRight):
        paper.do(acts.reinstate, XEMXET, number=1, **back)
    record = paper.do(acts.reinstate, DUYET, number=1, **back)
    assert record.event.reinstates and record.event.sha256 == digest(1)
    assert paper.in_force(local(2026, 2, 28)) == 2
    assert paper.in_force(local(2026, 3, 1)) == 1


def test_a_planned_entry_is_rescinded_before_its_start_and_never_after() -> None:
    paper = Paper()
    paper.publish(1)
    with refuses(errors.NothingPlanned):
        paper.do(acts.rescind, DUYET, reason="x")
    with refuses(errors.AlreadyInForce):
        paper.do(acts.rescind, DUYET, reason="x", entry=paper.history[-1].pos)
    planned = paper.publish(2, date(2026, 2, 1))
    paper.at(2026, 2, 1)
    with refuses(errors.NothingPlanned):
        paper.do(acts.rescind, DUYET, reason="Đúng lúc bắt đầu là muộn")
    paper.at(2026, 1, 31, 23)
    with refuses(errors.NoRight):
        paper.do(acts.rescind, SOAN, reason="x")
    paper.do(acts.rescind, DUYET, reason="Chưa tập huấn xong")
    assert paper.in_force(local(2026, 2, 1)) == 1
    with refuses(errors.NothingPlanned):
        paper.do(acts.rescind, DUYET, reason="x", entry=planned.pos)
    paper.issue(date(2026, 2, 15), number=2)
    assert paper.in_force(local(2026, 2, 15)) == 2


def test_several_planned_entries_ask_which_one_is_rescinded() -> None:
    paper = Paper()
    first = paper.publish(1, date(2026, 2, 1))
    paper.publish(2, date(2026, 3, 1))
    with refuses(errors.Ambiguous):
        paper.do(acts.rescind, DUYET, reason="x")
    paper.do(acts.rescind, DUYET, reason="x", entry=first.pos)
    assert paper.in_force(local(2026, 2, 15)) is None


def test_a_withdrawal_leaves_a_gap_that_says_so() -> None:
    paper = Paper()
    paper.draft()
    away = {"effective": date(2026, 3, 1), "decision": "40/QĐ-UBND", "reason": "Thủ tục đã bãi bỏ"}
    with refuses(errors.NothingInForce):
        paper.do(acts.withdraw, DUYET, **away)
    paper.submit()
    paper.sign(XEMXET, DUYET)
    paper.issue(number=1)
    with refuses(errors.NoRight):
        paper.do(acts.withdraw, THUKY, **away)
    paper.do(acts.withdraw, DUYET, **away)
    assert paper.in_force(local(2026, 3, 1) - MICRO) == 1
    entry = paper.document.timeline().in_force(local(2026, 3, 1))
    assert entry is not None and entry.version is None
    paper.at(2026, 3, 2)
    with refuses(errors.NothingInForce):
        paper.do(acts.withdraw, DUYET, **away | {"effective": date(2026, 4, 1)})


def test_a_suspension_lies_over_what_is_in_force_and_ends_by_itself_or_by_resuming() -> None:
    paper = Paper()
    paper.publish(1)
    with refuses(errors.NotSuspended):
        paper.do(acts.resume, DUYET, reason="x")
    with refuses(errors.BadChoice):
        paper.do(acts.suspend, DUYET, reason="x", scope="half")
    with refuses(errors.BadDates):
        paper.do(acts.suspend, DUYET, reason="x", end=paper.now)
    with refuses(errors.UnknownVersion):
        paper.do(acts.suspend, DUYET, reason="x", number=5)
    with refuses(errors.NoRight):
        paper.do(acts.suspend, SOAN, reason="x")
    paper.do(acts.suspend, THUKY, reason="Mất điện", scope="all", end=paper.now + DAY)
    timeline = paper.document.timeline()
    assert timeline.suspended(paper.now).all and not timeline.suspended(paper.now + DAY).all
    assert paper.in_force() == 1, "the version stays in force under the suspension"
    paper.do(acts.resume, THUKY, reason="Có điện lại")
    assert not paper.document.timeline().suspended(paper.now).all
    with refuses(errors.NotSuspended):
        paper.do(acts.resume, DUYET, reason="x")


def test_a_suspension_never_reaches_into_the_past() -> None:
    paper = Paper()
    paper.publish(1)
    event = paper.do(acts.suspend, DUYET, reason="x", start=paper.now - DAY).event
    assert event.start == paper.history[-1].at


@pytest.mark.parametrize("name", ["start", "end"])
def test_an_instant_without_a_zone_is_refused(name: str) -> None:
    paper = Paper()
    paper.publish(1)
    with refuses(errors.BadDate):
        paper.do(acts.suspend, DUYET, reason="x", **{name: (paper.now + DAY).replace(tzinfo=None)})


def test_two_suspensions_ask_which_one_is_lifted() -> None:
    paper = Paper()
    paper.publish(1)
    first = paper.do(acts.suspend, DUYET, reason="Một", units=("TUPHAP",))
    paper.do(acts.suspend, DUYET, reason="Hai", decision="8/QĐ-UBND")
    with refuses(errors.Ambiguous):
        paper.do(acts.resume, DUYET, reason="x")
    assert paper.do(acts.resume, DUYET, reason="x", suspension=first.pos).event.suspension == first.pos


def test_an_issuer_by_mandate_issues_while_the_mandate_lasts() -> None:
    paper = Paper()
    paper.approve(1)
    deputy = lent(person("pho"), DUYET, "issuer", date(2026, 2, 1), date(2026, 2, 28))
    with refuses(errors.NoRight):
        paper.issue(by=deputy)
    paper.at(2026, 2, 28, 23, 59)
    paper.issue(by=deputy)
