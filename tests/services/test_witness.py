"""A witness on another machine cosigns what continues the journal it knows, over HTTP or by a file carried there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from iso_qms.domain import checkpoint as cp
from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.errors import BadInput, StoreTrouble
from iso_qms.domain.merkle import leaf_hash
from iso_qms.domain.note import BadNote, Kind, Note, sign
from iso_qms.services import logkey, witness
from iso_qms.services.evidence import Evidence, NotCosigned
from iso_qms.services.logkey import LogKey
from iso_qms.services.sealing import Seals
from iso_qms.services.witness import NotSignedByJournal, Request, UnknownJournal, Witness, WitnessElsewhere
from iso_qms.services.witness_http import server
from tests.support.clock import Clock
from tests.support.office import Office, refuses


@pytest.fixture
def evidence(desk: Office, tmp_path: Path) -> Evidence:
    key = logkey.create(tmp_path / "log.pem", desk.qms.founding.origin, None)
    return Evidence(desk.qms._engine, desk.qms.files, desk.qms.zone, Seals(tmp_path / "seals"), key)


@pytest.fixture
def witness_key(tmp_path: Path) -> LogKey:
    return logkey.create(tmp_path / "w.pem", "huyen-mau.example/w1", "mat-khau", kind=Kind.COSIGNATURE)


@pytest.fixture
def watching(evidence: Evidence, witness_key: LogKey, tmp_path: Path, clock: Clock) -> Witness:
    assert evidence.log_key is not None
    return Witness(tmp_path / "witness", witness_key, [evidence.log_key.key], clock)


@pytest.fixture
def address(watching: Witness) -> Iterator[str]:
    serving = server(watching)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_address[1]}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_a_growing_journal_is_cosigned_over_the_network(
    desk: Office, evidence: Evidence, witness_key: LogKey, address: str, clock: Clock
) -> None:
    for code in ("QT-01", "QT-02"):
        desk.publish(code)
        note = evidence.ask_witness(address, witness_key.key)
        assert evidence.log_key is not None
        found = cp.verified(note, [evidence.log_key.key, witness_key.key], logkey.verify)
        assert [one.time for one in found] == [None, int(clock.now().timestamp())]
        assert Checkpoint.parse(note.text).size == desk.qms.registers.head()[0]
        clock.advance(hours=1)
    assert evidence.seals is not None
    assert [len(kept.signatures) for kept in evidence.seals.notes()] == [2, 2]


def test_the_same_travels_as_a_file(desk: Office, evidence: Evidence, witness_key: LogKey, watching: Witness) -> None:
    desk.publish("QT-01")
    carried = str(evidence.witness_request(0))
    returned = str(watching.cosign(Request.parse(carried)))
    note = evidence.keep_cosignature(Request.parse(carried).note, returned, witness_key.key)
    assert len(note.signatures) == 2
    assert evidence.seals is not None and evidence.seals.newest() == note
    with refuses(NotCosigned):
        evidence.keep_cosignature(evidence.seal(), "\u2014 nonsense\n", witness_key.key)
    other = Note(note.text, (cp.cosign("another text\n1\n", witness_key.key, witness_key.sign, 1),))
    with refuses(NotCosigned):
        evidence.keep_cosignature(note, str(other.signatures[0]), witness_key.key)


def test_a_journal_nobody_introduced_is_not_cosigned(
    evidence: Evidence, witness_key: LogKey, tmp_path: Path, clock: Clock
) -> None:
    stranger = Witness(tmp_path / "stranger", witness_key, [], clock)
    with refuses(UnknownJournal):
        stranger.cosign(evidence.witness_request(0))


def test_a_checkpoint_signed_by_somebody_else_is_not_cosigned(
    evidence: Evidence, watching: Witness, tmp_path: Path
) -> None:
    request = evidence.witness_request(0)
    assert evidence.log_key is not None
    thief = logkey.create(tmp_path / "thief.pem", evidence.log_key.key.name, None)
    forged = Note(request.note.text, (sign(request.note.text, thief.key, thief.sign),))
    with refuses(NotSignedByJournal):
        watching.cosign(Request(0, (), forged))
    broken = Note(request.note.text.replace("\n", "x\n", 1), request.note.signatures)
    with refuses(UnknownJournal):
        watching.cosign(Request(0, (), broken))


def test_the_witness_goes_on_from_what_it_saw(desk: Office, evidence: Evidence, watching: Witness) -> None:
    watching.cosign(evidence.witness_request(0))
    size = desk.qms.registers.head()[0]
    desk.publish("QT-01")
    with refuses(WitnessElsewhere) as refused:
        watching.cosign(evidence.witness_request(0))
    assert refused.value.facts["size"] == size
    watching.cosign(evidence.witness_request(size))
    with refuses(BadInput):
        request = evidence.witness_request(size)
        watching.cosign(Request(10**6, (), request.note))


STATUSES = [
    ("old 0\n", 400),
    ("old x\n\nnonsense", 400),
    ("", 400),
]


@pytest.mark.parametrize(("body", "status"), STATUSES)
def test_nonsense_is_answered_as_the_protocol_says(watching: Witness, body: str, status: int) -> None:
    assert witness.answer(watching, body)[0] == status


def test_the_answers_of_the_protocol(desk: Office, evidence: Evidence, watching: Witness, tmp_path: Path) -> None:
    # C2SP tlog-witness: 200, 409 with the size, 422 for a proof that does not hold, 404, 403.
    request = evidence.witness_request(0)
    assert witness.answer(watching, str(request))[0] == 200
    assert witness.answer(watching, str(request)) == (409, f"{desk.qms.registers.head()[0]}\n")
    size = desk.qms.registers.head()[0]
    desk.publish("QT-01")
    good = evidence.witness_request(size)
    wrong = Request(size, (leaf_hash(b"x"), *good.path[1:]), good.note)
    assert witness.answer(watching, str(wrong))[0] == 422
    assert witness.answer(watching, str(good))[0] == 200
    unknown = str(good).replace(desk.qms.founding.origin, "other.example/log")
    assert witness.answer(watching, unknown)[0] == 404
    assert evidence.log_key is not None
    altered = str(good).replace("\n" + str(desk.qms.registers.head()[0]) + "\n", "\n99999\n")
    assert witness.answer(watching, altered)[0] == 403


def test_a_request_reads_back_as_it_was_written(evidence: Evidence) -> None:
    request = evidence.witness_request(5)
    assert Request.parse(str(request)) == request
    with pytest.raises(BadNote):
        Request.parse("old 0\n" + "AAAA\n" * 100 + "\n" + str(request.note))


def test_a_witness_that_cannot_be_reached_is_said_in_a_sentence(evidence: Evidence, witness_key: LogKey) -> None:
    with refuses(StoreTrouble):
        evidence.ask_witness("http://127.0.0.1:9", witness_key.key)
    with refuses(BadInput):
        evidence.ask_witness("file:///etc/passwd", witness_key.key)


def test_a_refusal_over_the_network_is_said_in_a_sentence(
    desk: Office, evidence: Evidence, witness_key: LogKey, address: str, tmp_path: Path
) -> None:
    assert evidence.log_key is not None
    thief = logkey.create(tmp_path / "thief.pem", evidence.log_key.key.name, None)
    stolen = Evidence(desk.qms._engine, desk.qms.files, desk.qms.zone, Seals(tmp_path / "s2"), thief)
    with refuses(NotCosigned):
        stolen.ask_witness(address, witness_key.key)
