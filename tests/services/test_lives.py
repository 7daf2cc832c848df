"""The invariants of the register on random lives of an office, through the front door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.civil import start_of_day
from iso_qms.domain.document import Document, label_text
from iso_qms.domain.errors import QmsError
from iso_qms.services.registers import Listed
from iso_qms.store import journal
from tests.services.lives import CODES, Life, lives, signatures_are_on_the_content_of_their_moment
from tests.support.clock import Clock
from tests.support.office import Office
from tests.support.postgres import Server

MICRO = timedelta(microseconds=1)
chance = st.randoms(use_true_random=False)


@contextmanager
def on_sqlite() -> Iterator[Life]:
    with TemporaryDirectory(prefix="iso-qms-life-") as folder:
        office = Office.copied(Path(folder), Clock())
        yield Life(office)
        office.close()


def register(life: Life) -> dict[str, Document]:
    found = {}
    for code in CODES:
        try:
            found[code] = life.office.qms.document(code)
        except QmsError:
            continue
    return found


def purely(documents: dict[str, Document], at: datetime, known: datetime | None) -> list[Listed]:
    """The master list by the domain alone: each timeline asked, nothing of SQL."""
    listed = []
    for document in sorted(documents.values(), key=lambda d: d.key):
        entry = document.timeline().in_force(at, known)
        if entry is None or entry.version is None:
            continue
        content = document.versions[entry.version].content
        listed.append(
            Listed(
                *(content.code, content.title, content.kind, content.unit, content.number),
                *(label_text(content.issue, content.revision), content.sha256),
                *(entry.legal_date, entry.start, entry.decision),
            )
        )
    return listed


def check_time(life: Life, documents: dict[str, Document], chance: Any) -> None:
    """Invariants 1 to 3, and SQL against the domain, at instants on both sides of every mark."""
    marks = {mark for document in documents.values() for mark in document.timeline().marks()}
    instants = [at + step for at in marks for step in (-MICRO, timedelta(), MICRO)] + [life.office.clock.now()]
    recordings = [record.at for document in documents.values() for record in document.history]
    knowns: list[datetime | None] = [None, *(at + step for at in recordings for step in (-MICRO, timedelta()))]
    for _ in range(60):
        at, known = chance.choice(instants), chance.choice(knowns)
        assert life.office.qms.master_list(at, known) == purely(documents, at, known), (at, known)
    for at, known, answer in life.answers:
        assert life.office.qms.master_list(at, known) == answer, "what was answered then is answered again"
        assert life.office.qms.master_list(at) == answer, "the past never changes"
    for document in documents.values():
        stretches = document.timeline().intervals()
        for earlier, later in pairwise(stretches):
            assert earlier.end is not None and earlier.start < earlier.end <= later.start
        for record in document.history:
            if isinstance(record.event, ev.Issued | ev.Withdrawn):
                assert record.event.start == max(start_of_day(record.event.legal_date), record.at)


def check_journal(life: Life) -> None:
    """Invariants 6 and 7: rows are leaves are the tree, recomputed here by the definition of RFC 9162 itself."""
    qms = life.office.qms
    assert life.office.holds()
    with qms._engine.connect() as connection:
        entries = list(journal.entries(connection))
    assert [pos for pos, _ in entries] == list(range(len(entries)))
    assert merkle_tree_hash([leaf for _, leaf in entries]) == qms.registers.head()[1]
    assert [leaves.decode(leaf, pos) for pos, leaf in entries] == list(qms.entries())
    assert all(earlier.at < later.at for earlier, later in pairwise(qms.entries()))


def merkle_tree_hash(entries: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + merkle_tree_hash(entries[:k]) + merkle_tree_hash(entries[k:])).digest()


def check_all(life: Life, chance: Any) -> None:
    documents = register(life)
    check_time(life, documents, chance)
    check_journal(life)
    signatures = sum(map(signatures_are_on_the_content_of_their_moment, documents.values()))
    event(f"in force at the end: {len(life.office.qms.master_list())}, signatures: {min(signatures, 9)}")


patient = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(patient, max_examples=60)
@given(lives, chance)
def test_whatever_people_try_the_invariants_hold(attempts: list[Any], chance: Any) -> None:
    with on_sqlite() as life:
        check_all(life.play(attempts), chance)


@settings(patient, max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(lives, chance)
def test_on_postgresql_too(postgres: Server, attempts: list[Any], chance: Any) -> None:
    with TemporaryDirectory(prefix="iso-qms-life-") as folder:
        prepare: Callable[[str], None] = lambda url: Office.found(url, Path(folder) / "made").close()  # noqa: E731
        url = postgres.create(postgres.template("office", prepare))
        office = Office(url, Path(folder) / "files", Clock())
        try:
            check_all(Life(office).play(attempts), chance)
        finally:
            office.close()
            postgres.drop(url)


def test_the_lives_that_are_drawn_reach_far_enough(desk: Office) -> None:
    """The attempts by hand that matter most, so that the walk above is known to be able to reach them."""
    life = Life(desk).play(
        [
            *[("publish", "QT-01", 0, "finish"), ("urgent", "QT-01", 9), ("confirm", "QT-01"), ("wait", 400)],
            *[("publish", "QT-01", 30, "migrate"), ("rescind", "QT-01", 0), ("reinstate", "QT-01", 1, 3)],
            *[("suspend", "QT-01", "all", None), ("resume", "QT-01"), ("withdraw", "QT-01", 20)],
            *[("draft", "QT-01", "soan", True), ("submit", "QT-01", "soan"), ("back", "QT-01", "xemxet")],
            *[("abandon", "QT-01", "soan"), ("wrong secret", "QT-01", "duyet"), ("draft", "QT-01", "duyet", True)],
        ]
    )
    done = {record.event.act for record in desk.qms.document("QT-01").history}
    assert done == {
        *("drafted", "submitted", "signed", "issued", "ratified", "rescinded", "suspended", "resumed", "withdrawn"),
        *("returned", "abandoned"),
    }
    assert {e.event.refusal for e in desk.qms.entries() if isinstance(e.event, ev.ActRefused)} >= {
        *("WRONG_SECRET", "NO_RIGHT"),
    }
    assert register(life)


def test_asking_about_an_instant_without_a_zone_is_refused(desk: Office) -> None:
    desk.publish("QT-01")
    naive = datetime(2026, 1, 5)
    for ask in (
        lambda: desk.qms.in_force("QT-01", naive),
        lambda: desk.qms.in_force("QT-01", desk.clock.now(), naive),
        lambda: desk.qms.master_list(naive),
        lambda: desk.qms.master_list(desk.clock.now(), naive),
    ):
        with pytest.raises(QmsError) as caught:
            ask()
        assert caught.value.code == "BAD_DATE"
