"""A document is what its events make it: folded again at any time, it is the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain import acts
from iso_qms.domain.document import Document, label_text
from iso_qms.domain.errors import QmsError
from tests.support.paper import DUYET, EMERGENCY, SOAN, SOAN2, THUKY, XEMXET, Paper, digest


@pytest.mark.parametrize(
    ("issue", "revision", "printed"), [(1, None, "01"), (1, 0, "01/00"), (2, 3, "02/03"), (12, 10, "12/10")]
)
def test_the_label_is_printed_with_two_digits(issue: int, revision: int | None, printed: str) -> None:
    assert label_text(issue, revision) == printed


def test_a_document_is_called_as_its_newest_content_says() -> None:
    paper = Paper()
    assert paper.document.code == "QT-1", "the key, as long as nothing is known"
    paper.publish(1)
    paper.draft(2, code="QT.01", title="Tên mới")
    assert (paper.document.code, paper.document.last.title) == ("QT.01", "Tên mới")


def test_states_of_a_version_follow_its_acts() -> None:
    paper = Paper()
    seen = []
    for act in (
        lambda: paper.draft(1),
        lambda: paper.submit(),
        lambda: paper.do(acts.send_back, THUKY, reason="Thiếu"),
        lambda: paper.submit(),
        lambda: paper.sign(XEMXET),
        lambda: paper.sign(DUYET),
        lambda: paper.issue(),
    ):
        act()
        seen.append(paper.state())
    assert seen == ["draft", "submitted", "draft", "submitted", "submitted", "approved", "approved"]


def test_an_emergency_approval_is_not_yet_a_full_one() -> None:
    paper = Paper()
    paper.publish(1)
    urgent = paper.approve(2, EMERGENCY)
    version = paper.document.versions[urgent]
    assert version.state == "approved" and not version.fully_approved
    paper.submit(number=urgent)
    paper.sign(XEMXET, DUYET, number=urgent)
    after = paper.document.versions[urgent]
    assert after.fully_approved and after.approved_at == version.approved_at


def test_everybody_who_ever_wrote_content_of_a_version_is_its_author() -> None:
    paper = Paper()
    paper.draft(1)
    paper.draft(2, by=SOAN2)
    paper.draft(3, by=THUKY)
    assert paper.document.versions[1].authors == {SOAN.id, SOAN2.id, THUKY.id}
    assert paper.document.versions[1].content.sha256 == digest(3)


people = st.sampled_from([SOAN, SOAN2, XEMXET, DUYET, THUKY])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("draft"), people, st.integers(1, 9), st.booleans()),
        st.tuples(st.sampled_from(["submit", "sign", "back", "issue", "abandon", "rescind", "withdraw"]), people),
    ),
    max_size=30,
)


def play(drawn) -> Paper:
    """Whatever the rules let these people do, in order."""
    paper = Paper()
    for name, who, *more in drawn:
        try:
            match name:
                case "draft":
                    paper.draft(more[0], by=who, new=more[1])
                case "submit":
                    paper.submit(by=who)
                case "sign":
                    paper.sign(who)
                case "back":
                    paper.do(acts.send_back, who, reason="x")
                case "issue":
                    paper.issue(date(2026, 1, 5 + len(paper.history) % 20), by=who, base_checked=True)
                case "abandon":
                    paper.do(acts.abandon, who, reason="x")
                case "rescind":
                    paper.do(acts.rescind, who, reason="x")
                case _:
                    paper.do(
                        acts.withdraw, who, effective=paper.today, decision="1", reason="x"
                    ) if paper.history else None
        except QmsError:
            continue
        except ValueError:
            assert not paper.history, "only a document of which nothing is known has no unit"
    return paper


@given(steps, st.integers(0, 30))
def test_folding_the_first_acts_and_then_the_rest_is_folding_all(drawn, cut: int) -> None:
    paper = play(drawn)
    document = Document.fold(paper.key, paper.history[:cut])
    for record in paper.history[cut:]:
        document.history.append(record)
        document.apply(record.event, record)
    assert document == paper.document


@given(steps)
def test_no_version_is_approved_without_two_others_than_its_authors(drawn) -> None:
    """Four eyes over persons, whatever the order of acts; and a signature is on the content the version has."""
    for version in play(drawn).document.versions.values():
        if version.fully_approved:
            submission = next(s for s in version.submissions if s.complete)
            signers = {signature.actor for signature in submission.signatures}
            assert len(signers) == sum(step.quorum for step in submission.steps)
            assert not signers & version.authors
            assert {s.event.sha256 for s in submission.signatures} == {submission.sha256, version.content.sha256}
