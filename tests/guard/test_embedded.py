"""The guard over a real register: what any process records is seen by the very next check, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from time import monotonic

import pytest

from iso_qms.domain.people import Person
from iso_qms.guard import Denied, Freshness, Verdict
from iso_qms.guard.publishing import publish
from iso_qms.guard.snapshot import DocumentSnapshot, public
from iso_qms.qms import Qms
from tests.guard.desk import Hands
from tests.guard.web import Authority
from tests.support.office import Office

TOMORROW = timedelta(days=1)


def told(office: Office, holds: Callable[[], bool]) -> bool:
    """Whether the guard knows: on one machine's SQLite at the very next check, on PostgreSQL when the news has come.

    PostgreSQL announces a commit to its listeners after it; two seconds are a thousand times what it takes.
    """
    if office.url.startswith("sqlite"):
        return holds()
    end = monotonic() + 2
    while not holds():
        if monotonic() > end:
            return False
    return True


def test_an_act_of_the_same_process_is_seen_at_once(office: Office):
    """Issued, superseded, suspended, resumed: no answer is older than the register."""
    guard = office.qms.guard()
    assert guard.check("QT-01").verdict is Verdict.UNKNOWN
    office.publish("QT-01")
    office.clock.advance(minutes=1)
    assert told(office, lambda: guard.check("QT-01", version=1).reason == "CURRENT")
    office.publish("QT-01")
    office.clock.advance(minutes=1)
    assert told(office, lambda: guard.check("QT-01", version=1).reason == "SUPERSEDED")
    assert guard.check("QT-01").current.number == 2
    office.qms.suspend("QT-01", scope="all", reason="Sự cố", by=Person("duyet"))
    office.clock.advance(minutes=1)
    assert told(office, lambda: guard.check("QT-01").reason == "SUSPENDED")
    with pytest.raises(Denied):
        guard.require("QT-01")


def test_the_guard_and_the_register_give_one_answer(office: Office):
    """The same decision through both doors, planned versions and drafts included."""
    office.publish("QT-01")
    office.publish("QT-01", effective=office.today + timedelta(days=30))
    office.draft("QT-01", text="dự thảo", new=True)
    office.clock.advance(hours=1)
    guard = office.qms.guard()
    for version in (None, 1, 2, 3, 4, "01/00"):
        for action in ("start", "display", "cite"):
            asked = {"version": version, "action": action, "at": office.clock.now()}
            ours, theirs = guard.check("QT-01", **asked), office.qms.check("QT-01", **asked)
            assert (ours.answer, ours.at) == (theirs.answer, theirs.at)


def test_midnight_needs_no_job(office: Office):
    """A planned version governs from the first instant of its day without anything being done."""
    office.publish("QT-01")
    office.publish("QT-01", effective=office.today + TOMORROW)
    guard = office.qms.guard()
    guard.check("QT-01")
    office.clock.set(office.clock.now().replace(hour=16, minute=59, second=59))
    assert guard.check("QT-01").current.number == 1
    office.clock.advance(seconds=1)
    assert guard.check("QT-01").current.number == 2


ELSEWHERE = """
import sys
from datetime import date, datetime
from pathlib import Path
from iso_qms.domain.people import Person
from tests.support.clock import Clock
from tests.support.office import Office
url, files, now = sys.argv[1:4]
office = Office(url, Path(files), Clock(datetime.fromisoformat(now)))
print(office.publish("QT-01"))
office.close()
"""


def test_a_release_by_another_process_is_seen_by_the_next_check(office: Office):
    """Another program issues a version; the guard here, warm and asked a moment ago, names it at once."""
    office.publish("QT-01")
    office.clock.advance(minutes=1)
    guard = office.qms.guard()
    assert guard.check("QT-01").current.number == 1
    moment = (office.clock.now() + timedelta(minutes=1)).isoformat()
    made = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, office.url, str(office.qms.files.folder), moment],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.stdout.strip() == "2", made.stderr
    office.clock.advance(minutes=5)
    assert told(office, lambda: guard.check("QT-01").current.number == 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="hệ điều hành này không có fork / no fork on this system")
def test_a_child_after_fork_answers_and_sees_changes(tmp_path):
    """A prefork server inherits the guard: the child sees what the parent issues afterwards."""
    desk = Office.copied(tmp_path / "desk")
    desk.publish("QT-01")
    desk.clock.advance(minutes=1)
    guard = desk.qms.guard()
    assert guard.check("QT-01").current.number == 1
    go, gone = os.pipe()
    answer, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(go, 1)
        later = desk.clock.now() + timedelta(minutes=5)
        try:
            number = guard.check("QT-01", at=later).current.number
        except BaseException:
            number = 0
        os.write(told, bytes([number]))
        os._exit(0)
    desk.publish("QT-01")
    os.write(gone, b"x")
    assert os.read(answer, 1) == bytes([2])
    os.waitpid(child, 0)
    for end in (go, gone, answer, told):
        os.close(end)
    desk.close()


def test_many_threads_never_get_an_answer_from_before_a_release(tmp_path):
    """A check that begins after a release returned names that release or a later one; four threads, eight releases."""
    office = Office.copied(tmp_path / "desk")
    office.publish("QT-01")
    guard = office.qms.guard()
    floor, stale, stop = [1], [], threading.Event()
    far = office.clock.now() + timedelta(days=300)

    def ask() -> None:
        while not stop.is_set():
            least = floor[0]
            seen = guard.check("QT-01", at=far).current.number
            if seen < least:
                stale.append((least, seen))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(8):
            office.clock.advance(minutes=1)
            floor[0] = office.publish("QT-01")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert stale == []
    office.close()


def test_a_pin_names_where_the_journal_stood(office: Office):
    """The citation carries the position, and a later question as known then gives the same version."""
    office.publish("QT-01")
    office.clock.advance(minutes=1)
    guard = office.qms.guard()
    citation = guard.pin("HS-1", "QT-01")
    assert citation.pos == len(list(office.qms.entries())) - 1 and citation.checkpoint
    received = office.clock.now()
    office.publish("QT-01")
    office.clock.advance(days=2)
    assert guard.check("QT-01", action="continue", pin=citation).reason == "PINNED_OLD"
    assert guard.check("QT-01", at=received, known=received).current.number == citation.version


def test_a_snapshot_of_a_real_register_answers_the_same_far_away(tmp_path):
    """Published, fetched and asked in another office: the decisions about issued versions are equal field by field."""
    desk = Office.copied(tmp_path / "desk")
    desk.publish("QT-01")
    desk.publish("QT-01", effective=desk.today + TOMORROW, transition="migrate")
    desk.clock.advance(hours=1)
    clock = Hands(desk.clock.now())
    web = Authority(tmp_path / "web", clock)
    timeline = desk.qms.registers.timeline("QT-01")
    here = desk.qms.guard()
    pos = here.source.pos()
    signers = [web.keys["H46"]]
    publish(web.folder, "H46", [DocumentSnapshot(timeline)], root=web.root, signers=signers, sequence=pos, now=clock())
    there = web.guard(tmp_path / "cache")
    there.source.refresh()
    pin = here.pin("HS-1", "QT-01")
    for hours in (0, 3, 20, 23):
        clock.at = desk.clock.now() + timedelta(hours=hours)
        for action in ("start", "display", "cite", "continue"):
            for version in (None, 1, 2, 9):
                asked = {"action": action, "version": version, "at": clock.at, "pin": pin}
                near, far = here.check("QT-01", **asked), there.check("QT-01", **asked)
                assert near.answer == far.answer and (near.pos, near.at) == (far.pos, far.at)
                assert far.freshness is Freshness.FRESH
    assert public(timeline).document == "QT-01"
    desk.close()


def test_a_fresh_register_knows_nothing_and_says_so(tmp_path):
    """No document at all: unknown, with a sentence, and no trace of the question in the register."""
    desk = Office.copied(tmp_path / "desk")
    before = len(list(desk.qms.entries()))
    guard = desk.qms.guard()
    for code in ("QT-01", "", "  ", "\x00", "không phải mã", "Q" * 500):
        assert guard.check(code).reason == "UNKNOWN_DOCUMENT"
        assert guard.check(code, at=desk.clock.now(), version=1).message("en")
    assert len(list(desk.qms.entries())) == before
    desk.close()
    assert date(2026, 1, 5) == desk.today and isinstance(desk.qms, Qms)
