"""Eight people act at once on the same documents: nothing is lost, nothing forks, nobody signs what was replaced."""

from __future__ import annotations

import multiprocessing as mp
import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from iso_qms.domain import events as ev
from iso_qms.domain.chain import Chain, Step
from iso_qms.domain.errors import QmsError
from iso_qms.domain.people import Person
from iso_qms.services.performing import SystemClock
from iso_qms.services.secrets import MOST_FAILURES
from tests.services.lives import signatures_are_on_the_content_of_their_moment
from tests.support.office import PEOPLE, Office, who

pytestmark = pytest.mark.slow
fork = mp.get_context("fork")
CODES = ("QT-01", "QT-02", "QT-03")
WORKERS = 8


@dataclass(frozen=True)
class Address:
    """Where the office is, for a process that opens it anew; an open database does not survive a fork."""

    url: str
    files: Path

    def open(self) -> Office:
        return Office(self.url, self.files, SystemClock())  # type: ignore[arg-type]


@pytest.fixture
def address(office: Office) -> Address:
    found = Address(office.url, office.qms.files.folder)
    office.close()
    return found


def all_at_once(count: int, work: Callable[..., Any], *given: Any) -> list[Any]:
    """What each of some processes returns that do the same work at the same time; their troubles are raised here."""
    gate, said = fork.Barrier(count), fork.SimpleQueue()

    def run(number: int) -> None:
        try:
            said.put((number, work(number, gate, *given), None))
        except BaseException:
            gate.abort()
            said.put((number, None, traceback.format_exc()))

    processes = [fork.Process(target=run, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    answers = [said.get() for _ in processes]
    for process in processes:
        process.join(60)
    assert [trouble for _, _, trouble in answers if trouble] == []
    return [answer for _, answer, _ in sorted(answers, key=lambda each: each[0])]


# --- a busy morning -------------------------------------------------------------------------------------------------


HABITS = {"draft": 3, "submit": 6, "sign": 16, "back": 1, "issue": 4, "abandon": 1, "suspend": 1}
"""How often people do what."""


def act_at_random(office: Office, chance: random.Random, tag: str) -> ev.Recorded | None:
    """One act by somebody on something; the record, or None where a rule said no."""
    code, login = chance.choice(CODES), chance.choice([*PEOPLE, "xemxet", "xemxet2", "duyet", "duyet2"] * 2)
    qms = office.qms
    match chance.choices(list(HABITS), list(HABITS.values()))[0]:
        case "draft":
            label = {"issue": chance.randrange(1, 9999), "revision": 0}
            return office.draft(code, f"Nội dung {tag}", by=chance.choice(["soan", "soan2", "thuky"]), **label)
        case "submit":
            return office.submit(code, by=chance.choice(["soan", "thuky"]))
        case "sign":
            looked_at = qms.document(code)
            waiting = [v for v in looked_at.versions.values() if v.round()]
            if not waiting:
                return None
            version = chance.choice(waiting)
            record = qms.sign(code, by=who(login), number=version.number, sha256=version.content.sha256)
            assert record.event.sha256 == version.content.sha256
            return record
        case "back":
            return qms.send_back(code, by=who(login), reason=f"Trả lại {tag}")
        case "issue":
            day = office.today + timedelta(days=chance.randrange(400))
            return office.issue(code, day, decision=f"{tag}/QĐ", base_checked=True)
        case "abandon":
            return qms.abandon(code, by=Person("soan"), reason=f"Bỏ {tag}")
        case _:
            return qms.suspend(code, by=Person("thuky"), reason=tag, end=office.clock.now() + timedelta(hours=1))


def busy(number: int, gate: Any, address: Address, acts: int) -> tuple[list[ev.Recorded], Counter[str]]:
    office, chance = address.open(), random.Random(number)
    done: list[ev.Recorded] = []
    refused: Counter[str] = Counter()
    gate.wait()
    for turn in range(acts):
        try:
            record = act_at_random(office, chance, f"{number}-{turn}")
        except QmsError as refusal:
            refused[refusal.code] += 1
            continue
        if record is not None:
            done.append(record)
    office.close()
    return done, refused


def test_what_eight_people_are_told_is_done_is_in_the_journal_once_and_in_order(address: Address) -> None:
    answers = all_at_once(WORKERS, busy, address, 50)
    done = [record for records, _ in answers for record in records]
    refusals = sum((refused for _, refused in answers), Counter())
    office = address.open()
    entries = list(office.qms.entries())
    assert [record.pos for record in entries] == list(range(len(entries)))
    assert [entries[record.pos] for record in done] == done
    assert len({record.pos for record in done}) == len(done)
    assert all(earlier.at < later.at for earlier, later in pairwise(entries))
    assert {record.event.act for record in done} > {"drafted", "submitted", "signed"}
    assert refusals and "STORE_TROUBLE" not in refusals, refusals
    assert office.holds()
    for code in CODES:
        signatures_are_on_the_content_of_their_moment(office.qms.document(code))
    office.close()


# --- a signature against a redraft ----------------------------------------------------------------------------------

ROUNDS = 12
SIGNERS = ("xemxet", "xemxet2", "duyet", "duyet2")
COUNCIL = Chain(
    "hoi-dong",
    "Hội đồng, có một người luôn vắng",
    (Step("hoi-dong", "Hội đồng", 1, "approval", quorum=5, persons=(*SIGNERS, "danhgia")),),
)


def sign_or_redraft(number: int, gate: Any, address: Address) -> Counter[str]:
    """Half of them sign what they have just looked at, the other half replace it at the same moment."""
    office = address.open()
    said: Counter[str] = Counter()
    for turn in range(ROUNDS):
        gate.wait()
        version = office.qms.document("QT-01").versions[1]
        gate.wait()
        try:
            if number < len(SIGNERS):
                seen = version.content.sha256
                assert office.qms.sign("QT-01", by=who(SIGNERS[number]), sha256=seen).event.sha256 == seen
                said["signed"] += 1
            else:
                office.draft("QT-01", f"Bản {number} lượt {turn}", issue=1, by="soan2", number=1)
                said["replaced"] += 1
                office.submit("QT-01", by="thuky")
        except QmsError as refusal:
            said[refusal.code] += 1
    office.close()
    return said


def test_a_signature_never_lands_on_content_that_replaced_what_was_looked_at(address: Address) -> None:
    office = address.open()
    office.qms.staff.define_chain(COUNCIL, by=None)
    office.draft("QT-01", "Bản đầu", by="soan")
    office.submit("QT-01")
    office.close()
    said: Counter[str] = sum(all_at_once(WORKERS, sign_or_redraft, address), Counter())
    office = address.open()
    signatures_are_on_the_content_of_their_moment(office.qms.document("QT-01"))
    assert office.holds()
    assert said["replaced"] == 4 * ROUNDS and said["signed"] and said["CONTENT_CHANGED"] + said["NOT_SUBMITTED"], said
    office.close()


# --- things of which there is one -----------------------------------------------------------------------------------


def ask_for_changes(number: int, gate: Any, address: Address) -> list[int]:
    office = address.open()
    gate.wait()
    asked = [office.qms.staff.file_request(by=Person("soan"), reason=f"{number}-{turn}").event for turn in range(6)]
    office.close()
    return [each.request for each in asked if isinstance(each, ev.Requested)]


def test_change_requests_are_numbered_without_gap_or_double(address: Address) -> None:
    numbers = [number for each in all_at_once(WORKERS, ask_for_changes, address) for number in each]
    assert sorted(numbers) == list(range(1, WORKERS * 6 + 1))


def outcome(office: Office, act: Callable[[], ev.Recorded]) -> str:
    """The kind of what was recorded, or the code of the refusal; the office is closed then."""
    try:
        return act().event.act
    except QmsError as refusal:
        return refusal.code
    finally:
        office.close()


def take_the_day(number: int, gate: Any, address: Address) -> str:
    office = address.open()
    gate.wait()
    day = office.today + timedelta(days=30)
    return outcome(office, lambda: office.issue("QT-01", day, number=number + 1, base_checked=True))


def test_of_eight_decisions_for_the_same_day_one_is_taken(address: Address) -> None:
    office = address.open()
    for _ in range(WORKERS):
        office.approve("QT-01")
    office.close()
    assert Counter(all_at_once(WORKERS, take_the_day, address)) == {"issued": 1, "START_TAKEN": WORKERS - 1}


def take_the_name(number: int, gate: Any, address: Address) -> str:
    office = address.open()
    gate.wait()
    return outcome(office, lambda: office.qms.staff.add("moi", name=f"Người {number}", by=None))


def test_of_eight_new_persons_of_one_account_name_one_gets_it(address: Address) -> None:
    assert Counter(all_at_once(WORKERS, take_the_name, address)) == {"person_added": 1, "LOGIN_TAKEN": WORKERS - 1}


def guess(number: int, gate: Any, address: Address) -> Counter[str]:
    office = address.open()
    gate.wait()
    said: Counter[str] = Counter()
    for turn in range(6):
        try:
            office.qms.staff.prove(Person("xemxet", f"mat-khau-doan-{number}-{turn}"))
        except QmsError as refusal:
            said[refusal.code] += 1
    office.close()
    return said


def test_guessing_a_secret_in_parallel_gains_no_more_than_a_guess_each(address: Address) -> None:
    said: Counter[str] = sum(all_at_once(WORKERS, guess, address), Counter())
    assert set(said) == {"WRONG_SECRET", "LOCKED_OUT"} and said.total() == WORKERS * 6
    assert MOST_FAILURES <= said["WRONG_SECRET"] < MOST_FAILURES + WORKERS
    office = address.open()
    assert office.acts().count("act_refused") >= said["WRONG_SECRET"]
    assert office.holds()
    office.close()


def look(number: int, gate: Any, address: Address) -> int:
    """The first verifies again and again while the others act."""
    office = address.open()
    gate.wait()
    checked = 0
    for turn in range(6):
        if number == 0:
            assert office.holds()
            checked += 1
        else:
            office.draft(f"QT-{number:02d}", f"Lượt {turn}", issue=1)
    office.close()
    return checked


def test_verifying_while_others_act_finds_nothing_that_is_not_broken(address: Address) -> None:
    assert sum(all_at_once(4, look, address)) == 6
