"""What the check answers beyond the printed table: labels, emergencies, units, knowledge, messages, citations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from iso_qms.domain.check import check, unknown_document
from iso_qms.domain.decision import Action, Citation, Decision, Verdict
from iso_qms.domain.reasons import KNOWLEDGE, REASONS, sentence
from iso_qms.domain.timeline import VersionState
from tests.domain.histories import Register, day, digest
from tests.domain.test_truth_table import CASES, NOW, PIN, office


def ask(register: Register, at: datetime = NOW, **question) -> Decision:
    return check(register.timeline, at=at, **question)


def emergency(ratified: bool = False, **more) -> Register:
    """Version 1 in force; version 2 issued urgently on 01/03 until 16/03."""
    register = Register(now=day(12, 1, year=2025))
    register.approve(1)
    register.approve(2)
    register.issue(1, date(2026, 1, 1))
    urgent = register.issue(2, date(2026, 3, 1), at=day(3, 1, 9), until=day(3, 16), **more)
    if ratified:
        register.ratify(urgent, at=day(3, 10))
    return register


def test_a_version_may_be_named_by_number_or_by_its_printed_label():
    """02/00 is version 2; a plain number in text is a number; a label nobody printed is unknown."""
    assert ask(office(), version="02/00").reason == "CURRENT"
    assert ask(office(), version="2").reason == "CURRENT"
    assert ask(office(), version="01/00").reason == "SUPERSEDED"
    assert ask(office(), version="2/0").reason == "UNKNOWN_VERSION"


def test_of_drafts_with_the_same_label_the_issued_one_is_meant():
    """A rejected draft and its successor often carry one label; the one in force is what people mean by it."""
    register = office()
    register.versions[5] = replace(register.versions[4], number=5, label="02/00")
    assert ask(register, version="02/00").reason == "CURRENT"
    assert ask(register, version=5).reason == "NOT_APPROVED"


@pytest.mark.parametrize("odd", [0, -1, 1.5, 10**30, "", " ", "²", "9" * 5000, "\x00"])
def test_odd_versions_are_unknown_and_never_an_error(odd):
    """Whatever a client claims, the answer is a verdict."""
    assert ask(office(), version=odd).reason == "UNKNOWN_VERSION"


def test_an_unknown_action_or_a_moment_without_zone_is_the_callers_mistake():
    """These are refused before any rule is asked."""
    with pytest.raises(ValueError, match="vanish"):
        ask(office(), action="vanish")
    with pytest.raises(ValueError, match="múi giờ"):
        ask(office(), at=datetime(2026, 8, 3))


def test_a_digest_in_capitals_is_the_same_digest():
    """Hexadecimal is compared as a number, not as a spelling."""
    assert ask(office(), version=2, sha256=digest(2).upper()).reason == "CURRENT"


def test_an_approved_version_that_was_never_issued_is_no_version_for_anybody():
    """Approval says nothing about force: neither receiving nor posting nor citing."""
    assert ask(office(), version=3).reason == "NEVER_SCHEDULED"
    assert ask(office(), version=3, action="display").reason == "NEVER_SCHEDULED"
    assert ask(office(), version=3, action="cite").reason == "NEVER_IN_FORCE"


def test_the_first_version_may_be_posted_before_its_day_and_says_so():
    """Procedures must be announced before they start, so a posting before the day is a warning, not a refusal."""
    decision = ask(office(), at=day(12, 20, year=2025), version=1, action="display")
    assert (decision.verdict, decision.reason, decision.deadline) == (Verdict.WARN, "UPCOMING", day(1, 1))


def test_before_anything_governs_an_unnamed_version_waits_for_the_first():
    """Nothing is in force yet; the answer says from when something will be."""
    decision = ask(office(), at=day(12, 20, year=2025))
    assert (decision.reason, decision.remedy, decision.deadline) == ("NOTHING_IN_FORCE", "wait", day(1, 1))


def test_a_moment_in_the_future_is_answered_from_the_plan():
    """Asked today about 05/10, the planned version 3 governs and version 2 does not."""
    register = office(third="finish")
    assert ask(register, at=day(10, 5), version=3).reason == "CURRENT"
    assert ask(register, at=day(10, 5), version=2).reason == "SUPERSEDED"


def test_as_known_then_and_as_known_now():
    """Legal from 01/08 but recorded on 20/08: on 05/08 version 2 was right, then and now."""
    register = office()
    register.issue(3, date(2026, 8, 1), at=day(8, 20))
    at = day(8, 5)
    assert ask(register, at=at, version=2, known=at).reason == "CURRENT"
    assert ask(register, at=at, version=2).reason == "CURRENT"
    assert ask(register, at=at, version=3, known=at).reason == "NEVER_SCHEDULED"
    assert ask(register, at=at, version=3).reason == "NOT_YET_IN_FORCE"


def test_during_an_emergency_the_urgent_version_governs_and_after_it_the_old_one():
    """Lapsed means: the old version is right again, and the urgent one is told to be lapsed."""
    register = emergency()
    assert ask(register, at=day(3, 5), version=2).reason == "CURRENT"
    assert ask(register, at=day(3, 5), version=1).reason == "SUPERSEDED"
    assert ask(register, at=day(3, 16), version=1).reason == "CURRENT"
    lapsed = ask(register, at=day(3, 16), version=2)
    assert (lapsed.verdict, lapsed.reason, lapsed.remedy) == (Verdict.DENY, "LAPSED", "use_current")
    assert ask(emergency(ratified=True), at=day(3, 16), version=2).reason == "CURRENT"


def test_a_dossier_received_under_an_urgent_version_finishes_under_it_after_the_lapse():
    """It was received rightly, and no successor says otherwise."""
    pin = Citation("QT-07", 2, "02/00", digest(2), day(3, 5))
    decision = ask(emergency(), at=day(4, 1), action="continue", pin=pin)
    assert (decision.verdict, decision.reason, decision.current.number) == (Verdict.ALLOW, "PINNED_OLD", 1)


def test_the_transition_of_an_urgent_version_counts_only_while_it_lasts():
    """Restart under an urgent version; once it lapsed, the dossier goes on as before."""
    pin = Citation("QT-07", 1, "01/00", digest(1), day(2, 1))
    register = emergency(transition="restart")
    assert ask(register, at=day(3, 5), action="continue", pin=pin).reason == "RESTART_REQUIRED"
    assert ask(register, at=day(3, 16), action="continue", pin=pin).reason == "PINNED_CURRENT"


def test_a_lapsed_successor_no_longer_counts_for_dossiers_of_older_versions():
    """Version 1, then 2 (finish), then an urgent 3 (restart) that lapsed: dossiers of version 1 finish again."""
    register = office()
    register.issue(3, date(2026, 8, 1), at=day(8, 1, 9), until=day(8, 15), transition="restart")
    assert ask(register, at=day(8, 5), action="continue", pin=PIN).reason == "RESTART_REQUIRED"
    assert ask(register, at=day(8, 15), action="continue", pin=PIN).reason == "PINNED_OLD"


def test_two_dossiers_of_one_version_may_have_different_successors():
    """Version 1 was superseded (restart), reinstated and superseded again (finish): the receipt decides."""
    register = office("restart")
    register.issue(1, date(2026, 9, 1), at=day(8, 1), reinstates=True)
    register.issue(3, date(2026, 10, 1), at=day(8, 2))
    early, late = PIN, replace(PIN, at=day(9, 5))
    at = day(10, 5)
    assert ask(register, at=at, action="continue", pin=early).reason == "RESTART_REQUIRED"
    assert ask(register, at=at, action="continue", pin=late).reason == "PINNED_OLD"


def test_an_approval_counts_only_for_who_could_know_it():
    """Approved today: as known yesterday it was a draft still, and not approved."""
    register = office()
    register.versions[6] = VersionState(6, digest(6), "06/00", day(7, 1), day(7, 20))
    assert ask(register, version=6, known=day(7, 10)).reason == "NOT_APPROVED"
    assert ask(register, version=6, known=day(7, 25)).reason == "NEVER_SCHEDULED"
    assert ask(register, version=6, known=day(6, 25)).reason == "UNKNOWN_VERSION"


def test_the_grace_is_for_what_governed_last_even_when_that_was_urgent():
    """The urgent version 2 lapses at the very moment version 3 starts: it is the predecessor, version 1 is not."""
    register = emergency()
    register.approve(3, at=day(3, 10))
    register.issue(3, date(2026, 3, 16), at=day(3, 11), accept_old_until=day(3, 30))
    assert ask(register, at=day(3, 20), version=2).reason == "GRACE"
    assert ask(register, at=day(3, 20), version=1).reason == "SUPERSEDED"


def test_migrate_at_once_is_not_softened_by_another_successors_sunset():
    """Version 2 lets finish until December, version 3 says migrate at once: at once it is."""
    register = office(sunset=day(12, 31), third="migrate")
    assert ask(register, at=day(9, 30), action="continue", pin=PIN).reason == "PINNED_OLD"
    assert ask(register, at=day(10, 5), action="continue", pin=PIN).reason == "MIGRATE_REQUIRED"


def test_choosing_the_new_version_needs_a_successor_that_offers_the_choice():
    """Under "finish" nobody was offered anything: the dossier finishes under its version."""
    assert ask(office(), action="continue", pin=PIN, elected=True).reason == "PINNED_OLD"


def test_the_time_for_finishing_after_a_withdrawal_ends():
    """After the sunset of a withdrawal the dossier is closed, not carried on."""
    register = office()
    register.withdraw(date(2026, 9, 1), at=day(8, 1), sunset=day(10, 1))
    assert ask(register, at=day(9, 30), action="continue", pin=PIN).deadline == day(10, 1)
    closed = ask(register, at=day(10, 1), action="continue", pin=PIN)
    assert (closed.reason, closed.remedy) == ("TERMINATED", "close")


def test_a_reinstated_version_is_in_force_again():
    """Version 1 comes back by a new entry; dossiers of it are current, those of version 2 are old."""
    register = office()
    register.issue(1, date(2026, 9, 1), at=day(8, 1), reinstates=True)
    assert ask(register, at=day(8, 10), version=1).deadline == day(9, 1)
    assert ask(register, at=day(9, 2), version=1).reason == "CURRENT"
    assert ask(register, at=day(9, 2), action="continue", pin=PIN).reason == "PINNED_CURRENT"
    two = Citation("QT-07", 2, "02/00", digest(2), day(7, 10))
    assert ask(register, at=day(9, 2), action="continue", pin=two).reason == "PINNED_OLD"


def test_a_suspension_in_one_unit_stops_that_unit_only():
    """Who names another unit may go on; who names none is warned, since that is neither yes nor no."""
    register = office()
    register.suspend(day(8, 1), at=day(8, 1), scope="new", units=("H46.1",))
    assert ask(register, unit="H46.1").reason == "SUSPENDED_NEW"
    assert ask(register, unit="H46.2").reason == "CURRENT"
    unnamed = ask(register)
    assert (unnamed.verdict, unnamed.reason, unnamed.remedy) == (Verdict.WARN, "SUSPENDED_IN_UNITS", "name_unit")
    assert ask(register, action="continue", pin=PIN).reason == "PINNED_OLD"
    assert ask(register, action="cite", version=2).reason == "CITE_OK"


def test_a_suspension_of_one_version_leaves_the_others_alone():
    """Version 1 is stopped; dossiers of version 2 and new ones go on."""
    register = office()
    register.suspend(day(8, 1), at=day(8, 1), scope="all", version=1)
    assert ask(register).reason == "CURRENT"
    assert ask(register, action="continue", pin=PIN).reason == "SUSPENDED"


def test_a_suspension_tells_when_it_ends():
    """The end is the deadline of the answer."""
    register = office()
    register.suspend(day(8, 1), day(8, 20), at=day(8, 1))
    assert ask(register).deadline == day(8, 20)


def test_a_pin_of_another_document_is_no_pin_of_this_one():
    """A linked dossier holds one pin per document."""
    other = replace(PIN, document="QT-08")
    assert ask(office(), action="continue", pin=other).reason == "PIN_MISMATCH"


def test_a_pin_whose_content_was_changed_is_found():
    """Number and label agree, the digest does not: the dossier holds something else."""
    forged = replace(PIN, sha256=digest(99))
    assert ask(office(), action="continue", pin=forged).reason == "DIGEST_MISMATCH"


def test_an_answer_can_be_replayed_from_what_it_says():
    """Asked again with the knowledge it names, it is the same answer."""
    for (_, action), (register, question) in CASES.items():
        first = check(register.timeline, **{"at": NOW, "action": action, **question})
        again = check(register.timeline, **{"at": NOW, "action": action, **question, "known": first.known})
        assert again == first


def test_the_json_of_a_decision_has_every_field_with_the_offset_of_the_office():
    """This is what `check --json` prints."""
    shown = ask(office(), at=day(6, 30, 23), version=2).as_dict()
    assert json.loads(json.dumps(shown, ensure_ascii=False)) == shown
    assert shown["deadline"] == "2026-07-01T00:00:00+07:00"
    assert list(shown) == [
        "verdict", "reason", "action", "document", "asked", "current", "pinned",
        "remedy", "deadline", "at", "known", "pos", "freshness", "message",
    ]  # fmt: skip
    assert shown["message"] == (
        "Phiên bản 02/00 của QT-07 chỉ có hiệu lực từ 01/07/2026 00:00; trước thời điểm đó hãy dùng phiên bản 01/00."
    )


def test_every_answer_has_a_sentence_in_both_languages_without_holes():
    """No placeholder, bracket or missing name is ever shown, and an unknown version is named as claimed."""
    for (_, action), (register, question) in CASES.items():
        decision = check(register.timeline, **{"at": NOW, "action": action, **question})
        for lang in ("vi", "en"):
            text = decision.message(lang)
            assert not set("{}[]–") & set(text), (decision.reason, text)
            assert "QT-07" in text or decision.reason.startswith(("NOT_PINNED",))
    assert "99" in ask(office(), version=99).message()


def test_every_reason_is_worded_names_the_document_and_a_verdict():
    """All codes have both languages, the same placeholders in both, and a verdict they belong to."""
    for code, wording in REASONS.items():
        assert code == code.upper()
        assert set(wording.verdicts) <= {v.value for v in Verdict} and wording.verdicts
        assert wording.vi != wording.en and wording.vi.endswith(".") and wording.en.endswith(".")
        for name in ("{document}", "{version}", "{pinned}"):
            assert (name in wording.vi) == (name in wording.en), (code, name)
    assert set(KNOWLEDGE) == {"STALE", "EXPIRED", "CLOCK_SUSPECT", "REFUSED"}


def test_old_knowledge_is_told_behind_the_reason():
    """CURRENT/STALE says both that the version is in force and that the data are old."""
    text = sentence("CURRENT/STALE", "vi", document="QT-07", version="02/00")
    assert text.startswith("Phiên bản 02/00 của QT-07 đang có hiệu lực.") and "24 giờ" in text


def test_a_label_that_looks_like_a_placeholder_stays_text():
    """Names come from outside: braces and brackets in them are shown, not read."""
    assert "{current}[x]" in sentence("UNKNOWN_VERSION", "en", document="QT-07", version="{current}[x]")
    assert sentence("THEIR_OWN", "en", document="QT-{07}") == "QT-{07}: THEIR_OWN"


def test_what_a_client_sends_is_shown_and_never_obeyed():
    """Escape sequences, hidden directions and a megabyte of text do not reach the screen as such."""
    for odd in ("\x1b[31mđỏ", "a\nb", "\u202eabc", "\ud800", "9" * 1_000_000):
        for lang in ("vi", "en"):
            told = ask(office(), version=odd).message(lang) + unknown_document(odd, at=NOW).message(lang)
            assert told.isprintable() and len(told) < 800
            told.encode()


def test_nothing_outside_the_register_makes_an_answer_laxer():
    """A deny stays a deny; an allow may become a warning or a deny."""
    denied = ask(office(), version=1)
    with pytest.raises(ValueError, match="laxer"):
        denied.stricter(Verdict.WARN, "PARTNER_SAYS_SO")
    warned = ask(office(), version=2).stricter(Verdict.WARN, "PARTNER_VERSION_MISMATCH")
    assert (warned.verdict, warned.reason, warned.allowed) == (Verdict.WARN, "PARTNER_VERSION_MISMATCH", True)


def test_an_unknown_document_without_a_timeline():
    """The same answer when there is not even an empty timeline."""
    decision = unknown_document("QT-99", action="cite", at=NOW, pos=7)
    assert (decision.verdict, decision.reason, decision.action, decision.pos) == (
        Verdict.UNKNOWN, "UNKNOWN_DOCUMENT", Action.CITE, 7,
    )  # fmt: skip


def test_a_citation_survives_json():
    """What a dossier keeps reads back as itself, to the microsecond."""
    citation = replace(PIN, at=NOW + timedelta(microseconds=3), pos=12, checkpoint=b"iso-qms\n12\n", reason="migrated")
    assert Citation.from_dict(json.loads(json.dumps(citation.as_dict()))) == citation


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1"}, {"version": True}, {"sha256": "abc"}, {"sha256": "G" * 64}, {"at": "hôm qua"},
        {"at": "2026-08-03T10:00:00"}, {"checkpoint": "không phải base64"}, {"reason": "because"}, {"extra": 1},
    ],
)  # fmt: skip
def test_a_citation_that_is_not_one_is_refused_with_a_sentence(change):
    """Strict at the door: wrong kinds, unknown fields, half digests, moments without zone."""
    raw = PIN.as_dict() | change
    with pytest.raises(ValueError, match=r"Viện dẫn|múi giờ"):
        Citation.from_dict(raw)
    with pytest.raises(ValueError, match="Viện dẫn"):
        Citation.from_dict([raw])
