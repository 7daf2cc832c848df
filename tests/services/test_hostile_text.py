"""Hostile text in every field of every act: it is stored as people see it, or refused with a sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from iso_qms.domain import events as ev
from iso_qms.domain.acts import Content
from iso_qms.domain.chain import DEFAULT_CHAIN, Chain, Step
from iso_qms.domain.errors import QmsError
from iso_qms.domain.people import Person
from tests.support.naughty import NAUGHTY
from tests.support.office import Office, who

LONGEST_SENTENCE = 1_000

Act = Callable[[Office, str], ev.Recorded | None]
THUKY, DUYET, SOAN = Person("thuky"), Person("duyet"), Person("soan")
FREE = ("title", "reason", "comment", "decision", "name", "position", "basis", "answer", "erase", "deactivate", "key")
"""Fields with these names take what people write; the others take what is in a list, or what exists."""


def draft(office: Office, **more: Any) -> ev.Recorded:
    kept = office.content("QT-09", "Nội dung").sha256
    facts: dict[str, Any] = {"code": "QT-09", "title": "Tên", "issue": 1, "revision": 0, "sha256": kept}
    reason = more.pop("reason", "Vì sao")
    return office.qms.control.draft(Content(**facts | more), by=SOAN, reason=reason)


def chain(**more: Any) -> Chain:
    return replace(DEFAULT_CHAIN, name="luong", **more)


def step(**more: Any) -> Chain:
    return chain(steps=(replace(Step("x", "X", 1, "approval", role="approver"), **more),))


def mandate(office: Office, **more: Any) -> ev.Recorded:
    facts: dict[str, Any] = {"role": "reviewer", "capacity": "KT", "legal_basis": "QĐ 1", "since": office.today}
    people = {"principal": "xemxet", "holder": "danhgia"}
    facts = people | facts | more
    return office.qms.staff.grant_mandate(facts.pop("principal"), facts.pop("holder"), by=None, **facts)


def end(office: Office, **more: Any) -> ev.Recorded:
    facts: dict[str, Any] = {"code": "VP", "how": "dissolved", "since": office.today, "decision": "1/NQ"} | more
    return office.qms.staff.end_unit(facts.pop("code"), by=None, **facts)


DOCUMENT_FIELDS: dict[str, Act] = {
    "draft code": lambda o, t: draft(o, code=t),
    "draft title": lambda o, t: draft(o, title=t),
    "draft reason": lambda o, t: draft(o, reason=t),
    "draft kind": lambda o, t: draft(o, kind=t),
    "draft class": lambda o, t: draft(o, change_class=t),
    "draft unit": lambda o, t: draft(o, unit=t),
    "draft TTHC": lambda o, t: draft(o, service_codes=(t,)),
    "draft digest": lambda o, t: draft(o, sha256=t),
    "submit code": lambda o, t: o.qms.submit(t, by=SOAN),
    "submit chain": lambda o, t: o.qms.submit("QT-02", by=SOAN, chain_name=t),
    "sign comment": lambda o, t: o.qms.sign("QT-03", by=who("xemxet"), comment=t),
    "sign meaning": lambda o, t: o.qms.sign("QT-03", by=who("xemxet"), meaning=t),
    "sign class": lambda o, t: o.qms.sign("QT-03", by=who("xemxet"), change_class=t),
    "sign digest": lambda o, t: o.qms.sign("QT-03", by=who("xemxet"), sha256=t),
    "sign login": lambda o, t: o.qms.sign("QT-03", by=Person(t, "mat-khau-gi-do")),
    "sign secret": lambda o, t: o.qms.sign("QT-03", by=Person("xemxet", t)),
    "back reason": lambda o, t: o.qms.send_back("QT-03", by=Person("xemxet"), reason=t),
    "abandon reason": lambda o, t: o.qms.abandon("QT-02", by=SOAN, reason=t),
    "issue decision": lambda o, t: o.qms.issue("QT-04", effective=o.today, decision=t, by=DUYET),
    "issue reason": lambda o, t: o.qms.issue("QT-04", effective=o.today, decision="1", by=DUYET, reason=t),
    "issue transition": lambda o, t: o.qms.issue("QT-04", effective=o.today, decision="1", by=DUYET, transition=t),
    "adopt decision": lambda o, t: o.qms.control.adopt("QT-02", by=who("duyet"), decision=t, known_from=o.today),
    "withdraw decision": lambda o, t: o.qms.withdraw("QT-01", effective=o.today, decision=t, reason="x", by=DUYET),
    "withdraw reason": lambda o, t: o.qms.withdraw("QT-01", effective=o.today, decision="1", reason=t, by=DUYET),
    "rescind reason": lambda o, t: o.qms.rescind("QT-05", reason=t, by=DUYET),
    "suspend reason": lambda o, t: o.qms.suspend("QT-01", reason=t, by=THUKY),
    "suspend scope": lambda o, t: o.qms.suspend("QT-01", reason="x", by=THUKY, scope=t),
    "suspend unit": lambda o, t: o.qms.suspend("QT-01", reason="x", by=THUKY, units=(t,)),
    "suspend decision": lambda o, t: o.qms.suspend("QT-01", reason="x", by=THUKY, decision=t),
    "resume reason": lambda o, t: o.qms.resume("QT-01", reason=t, by=THUKY),
    "reinstate decision": lambda o, t: o.qms.reinstate(
        "QT-06", number=1, effective=o.today + timedelta(days=1), decision=t, reason="x", by=DUYET
    ),
    "reinstate reason": lambda o, t: o.qms.reinstate(
        "QT-06", number=1, effective=o.today + timedelta(days=1), decision="1", reason=t, by=DUYET
    ),
    "ratify decision": lambda o, t: o.qms.ratify("QT-07", decision=t, by=DUYET),
}
STAFF_FIELDS: dict[str, Act] = {
    "person login": lambda o, t: o.qms.staff.add(t, name="Ai", by=None),
    "person name": lambda o, t: o.qms.staff.add("moi", name=t, by=None),
    "person position": lambda o, t: o.qms.staff.add("moi", name="Ai", by=None, position=t),
    "person role": lambda o, t: o.qms.staff.add("moi", name="Ai", by=None, roles=[t]),
    "person unit": lambda o, t: o.qms.staff.add("moi", name="Ai", by=None, unit=t),
    "person by": lambda o, t: o.qms.staff.add("moi", name="Ai", by=Person(t)),
    "change login": lambda o, t: o.qms.staff.change(t, by=None, name="Ai"),
    "change name": lambda o, t: o.qms.staff.change("soan", by=None, name=t),
    "change position": lambda o, t: o.qms.staff.change("soan", by=None, position=t),
    "grant role": lambda o, t: o.qms.staff.grant("soan", t, by=None),
    "revoke role": lambda o, t: o.qms.staff.revoke("soan", t, by=None),
    "secret": lambda o, t: o.qms.staff.set_secret("soan", t, by=None),
    "own secret": lambda o, t: o.qms.staff.set_secret("soan", t, by=who("soan")),
    "secret of": lambda o, t: o.qms.staff.set_secret(t, "mat-khau-dai-1", by=None),
    "deactivate": lambda o, t: o.qms.staff.deactivate("soan2", by=None, reason=t),
    "erase": lambda o, t: o.qms.staff.erase("soan2", by=None, legal_basis=t),
    "unit code": lambda o, t: o.qms.staff.add_unit(t, "Tên", by=None),
    "unit name": lambda o, t: o.qms.staff.add_unit("MOI", t, by=None),
    "unit parent": lambda o, t: o.qms.staff.add_unit("MOI", "Tên", by=None, parent=t),
    "unit end": lambda o, t: end(o, code=t),
    "unit how": lambda o, t: end(o, how=t),
    "unit decision": lambda o, t: end(o, decision=t),
    "unit successor": lambda o, t: end(o, successor=t),
    "chain name": lambda o, t: o.qms.staff.define_chain(replace(DEFAULT_CHAIN, name=t), by=None),
    "chain title": lambda o, t: o.qms.staff.define_chain(chain(title=t), by=None),
    "chain kind": lambda o, t: o.qms.staff.define_chain(chain(kinds=(t,)), by=None),
    "chain unit": lambda o, t: o.qms.staff.define_chain(chain(units=(t,)), by=None),
    "chain class": lambda o, t: o.qms.staff.define_chain(chain(classes=(t,)), by=None),
    "step key": lambda o, t: o.qms.staff.define_chain(step(key=t), by=None),
    "step title": lambda o, t: o.qms.staff.define_chain(step(title=t), by=None),
    "step role": lambda o, t: o.qms.staff.define_chain(step(role=t), by=None),
    "step meaning": lambda o, t: o.qms.staff.define_chain(step(meaning=t), by=None),
    "step person": lambda o, t: o.qms.staff.define_chain(step(role=None, persons=(t,)), by=None),
    "mandate basis": lambda o, t: mandate(o, legal_basis=t),
    "mandate role": lambda o, t: mandate(o, role=t),
    "mandate capacity": lambda o, t: mandate(o, capacity=t),
    "mandate unit": lambda o, t: mandate(o, units=(t,)),
    "mandate principal": lambda o, t: mandate(o, principal=t),
    "mandate holder": lambda o, t: mandate(o, holder=t),
    "request reason": lambda o, t: o.qms.staff.file_request(by=SOAN, reason=t),
    "request document": lambda o, t: o.qms.staff.file_request(by=SOAN, reason="x", documents=[t]),
    "request basis": lambda o, t: o.qms.staff.file_request(by=SOAN, reason="x", legal_bases=[t]),
    "request decision": lambda o, t: o.qms.staff.file_request(by=SOAN, reason="x", decisions=[t]),
    "request TTHC": lambda o, t: o.qms.staff.file_request(by=SOAN, reason="x", service_codes=[t]),
    "request unit": lambda o, t: o.qms.staff.file_request(by=SOAN, reason="x", unit=t),
    "request answer": lambda o, t: o.qms.staff.decide_request(1, by=THUKY, accepted=True, reason=t),
    "policy": lambda o, t: o.qms.staff.set_policy(t, "on", by=None),
    "policy value": lambda o, t: o.qms.staff.set_policy("secret_for_every_act", t, by=None),
    "prove": lambda o, t: o.qms.staff.prove(Person(t, t)),
}
QUESTIONS: dict[str, Callable[[Office, str], Any]] = {
    "document": lambda o, t: o.qms.document(t),
    "in force": lambda o, t: o.qms.in_force(t),
    "check code": lambda o, t: o.qms.check(t).message("vi"),
    "check version": lambda o, t: o.qms.check("QT-01", version=t).message("vi"),
    "check digest": lambda o, t: o.qms.check("QT-01", sha256=t).message("en"),
    "check unit": lambda o, t: o.qms.check("QT-01", unit=t).message("vi"),
    "tasks": lambda o, t: o.qms.tasks(t),
    "file": lambda o, t: o.qms.read_file("QT-01", 1, t),
    "has secret": lambda o, t: o.qms.staff.has_secret(t),
}


def prepared(office: Office) -> None:
    """Documents in every state that the acts above begin from."""
    office.qms.staff.set_policy("adoption", "on", by=None)
    office.publish("QT-01")
    office.qms.suspend("QT-01", reason="Chờ", by=THUKY)
    office.draft("QT-02")
    office.draft("QT-03")
    office.submit("QT-03")
    office.approve("QT-04")
    office.publish("QT-05", office.today + timedelta(days=9))
    office.publish("QT-06")
    office.clock.advance(minutes=1)
    office.publish("QT-06", text="Bản hai")
    urgent = Chain("khan", "Khẩn", (Step("x", "X", 1, "approval", role="approver"),), emergency=True)
    office.qms.staff.define_chain(urgent, by=None)
    office.draft("QT-07")
    office.submit("QT-07", emergency=True)
    office.sign("QT-07", "duyet2")
    office.issue("QT-07", until=date(2026, 12, 31))
    office.submit("QT-07")
    office.sign("QT-07", "xemxet", "duyet")
    office.qms.staff.add_unit("VP", "Văn phòng", by=None)
    office.qms.staff.file_request(by=SOAN, reason="Cần sửa")


def is_a_sentence(refusal: QmsError) -> None:
    """What people can be shown on any terminal and page, in both languages, and is not a novel."""
    for lang in ("vi", "en"):
        said = refusal.message(lang)
        assert said.encode("utf-8") and said.isprintable(), (refusal.code, said[:200])
        assert len(said) < LONGEST_SENTENCE, (refusal.code, len(said))
    assert refusal.message("vi") != refusal.message("en")
    assert str(refusal).encode("utf-8")


def texts_of(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case tuple():
            return [text for item in value for text in texts_of(item)]
        case Step() | ev.Event():
            return [text for each in fields(value) for text in texts_of(getattr(value, each.name))]
    return []


def tried(office: Office, act: Act, text: str) -> str:
    before = office.qms.registers.head()[0]
    try:
        record = act(office, text)
    except QmsError as refusal:
        is_a_sentence(refusal)
        assert office.qms.registers.head()[0] <= before + 1
        return refusal.code
    if record is not None:
        for stored in texts_of(record.event):
            assert unicodedata.is_normalized("NFC", stored)
            odd = [char for char in stored.replace("\n", "") if unicodedata.category(char) in ("Cs", "Cc")]
            assert not odd, record.event
        assert next(office.qms.entries(record.pos)) == record
        given = unicodedata.normalize("NFC", text)
        kept = [stored for stored in texts_of(record.event) if stored.split() == given.split()]
        return "stored" if kept else "done"
    return "done"


@pytest.mark.parametrize("name", [*DOCUMENT_FIELDS, *STAFF_FIELDS])
def test_a_field_keeps_hostile_text_as_it_is_seen_or_refuses_it_with_a_sentence(tmp_path: Path, name: str) -> None:
    office = Office.copied(tmp_path / "office", after=prepared)
    act = (DOCUMENT_FIELDS | STAFF_FIELDS)[name]
    outcomes = {kind: tried(office, act, text) for kind, text in NAUGHTY.items()}
    assert not name.endswith(FREE) or {"stored", "done"} & set(outcomes.values()), outcomes
    assert office.holds()
    office.close()


@pytest.mark.parametrize("office", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", ["NUL", "lone surrogate high", "decomposed", "last code point", "number", "SQL"])
def test_on_postgresql_the_worst_of_it_too(office: Office, kind: str) -> None:
    prepared(office)
    for act in (DOCUMENT_FIELDS | STAFF_FIELDS).values():
        tried(office, act, NAUGHTY[kind])
    assert office.holds()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_with_hostile_text_has_an_answer_or_a_sentence(office: Office, name: str) -> None:
    office.publish("QT-01")
    for text in NAUGHTY.values():
        try:
            QUESTIONS[name](office, text)
        except QmsError as refusal:
            is_a_sentence(refusal)


@pytest.mark.parametrize("kind", NAUGHTY)
def test_a_secret_of_any_text_is_either_too_weak_or_opens_the_account(desk: Office, kind: str) -> None:
    text = NAUGHTY[kind]
    try:
        desk.qms.staff.set_secret("soan", text, by=None)
    except QmsError as refusal:
        assert refusal.code == "WEAK_SECRET"
        return
    desk.qms.staff.prove(Person("soan", text))
    for other in {unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}:
        desk.qms.staff.prove(Person("soan", other))
