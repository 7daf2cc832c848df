"""kill -9 at any point: what was acknowledged is stored, what was not is whole or not there, and no trace is left."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from iso_qms.domain import events as ev
from iso_qms.services.performing import SystemClock
from tests.support.office import Office, who

pytestmark = pytest.mark.slow
ACK = struct.Struct("<Q32s")
SEED = 9


def fingerprint(record: ev.Recorded) -> bytes:
    said = (record.pos, record.at, record.actor, record.event, record.entered_by, record.auth)
    return hashlib.sha256(repr(said).encode()).digest()


def work(url: str, files: Path, line: int, turn: int) -> None:
    """Acts one after another until killed; each is acknowledged to the parent once the office was told it is done."""
    office = Office(url, files, SystemClock())  # type: ignore[arg-type]
    number = 0
    while True:
        number += 1
        for record in some_acts(office, f"QT-{turn % 5 + 1:02d}", f"{turn}-{number}"):
            os.write(line, ACK.pack(record.pos, fingerprint(record)))


def some_acts(office: Office, code: str, tag: str) -> Iterator[ev.Recorded]:
    yield office.draft(code, tag, issue=1)
    yield office.submit(code)
    yield office.qms.sign(code, by=who("xemxet"))
    yield office.qms.staff.file_request(by=who("soan"), reason=tag)


def kill_one(url: str, files: Path, turn: int, chance: random.Random) -> list[tuple[int, bytes]]:
    """Start a writer, kill it a random moment after a random number of acts; what it had acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(url, files, writing, turn)
        finally:
            os._exit(1)
    os.close(writing)
    heard = b""
    wanted = chance.randrange(0, 6) * ACK.size
    while len(heard) < wanted:
        heard += os.read(reading, wanted - len(heard))
    moment = time.perf_counter() + chance.uniform(0, 0.004 if wanted else 0.05)
    while time.perf_counter() < moment:
        pass
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    while more := os.read(reading, 1 << 16):
        heard += more
    os.close(reading)
    assert len(heard) % ACK.size == 0
    return list(ACK.iter_unpack(heard))


def all_is_well(url: str, files: Path, acknowledged: list[tuple[int, bytes]]) -> int:
    office = Office(url, files, SystemClock())  # type: ignore[arg-type]
    entries = list(office.qms.entries())
    assert [record.pos for record in entries] == list(range(len(entries)))
    stored = [fingerprint(record) for record in entries]
    for pos, told in acknowledged:
        assert stored[pos] == told, f"entry {pos} was acknowledged and is not what is stored"
    assert office.holds()
    office.close()
    return len(entries)


@pytest.mark.parametrize(("office", "kills"), [("sqlite", 200), ("postgresql", 20)], indirect=["office"])
def test_what_was_acknowledged_survives_and_the_rest_is_whole_or_absent(office: Office, kills: int) -> None:
    url, files = office.url, office.qms.files.folder
    before = office.qms.registers.head()[0]
    office.close()
    chance = random.Random(SEED)
    acknowledged: list[tuple[int, bytes]] = []
    for turn in range(kills):
        acknowledged += kill_one(url, files, turn, chance)
        if turn % 25 == 24:
            all_is_well(url, files, acknowledged)
    size = all_is_well(url, files, acknowledged)
    assert len({pos for pos, _ in acknowledged}) == len(acknowledged)
    assert 2 * kills <= len(acknowledged) <= size - before <= len(acknowledged) + kills + 2
    # A kill between the answer and its acknowledgement, and one kill within an act: at most that much is unheard of.


def test_what_a_killed_writer_left_in_the_folder_of_files_is_never_taken_for_a_file(desk: Office) -> None:
    desk.draft("QT-01")
    folder = desk.qms.files.folder
    for leftover in ("ab/.new-x1", "ff/.new-y2"):
        (folder / leftover).parent.mkdir(parents=True, exist_ok=True)
        (folder / leftover).write_bytes(b"half")
    found = desk.qms.verify()
    assert found.holds and found.unused_files == []
