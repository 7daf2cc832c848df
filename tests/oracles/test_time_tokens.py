"""A real time-stamping authority, made with openssl for the test, stamps our seals; openssl agrees on every token."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iso_qms.domain.errors import BadInput, StoreTrouble
from iso_qms.services import logkey, timestamps
from iso_qms.services.evidence import Asked, Evidence
from iso_qms.services.judging import judge_bundle
from iso_qms.services.sealing import Seals
from iso_qms.services.timestamps import BadToken
from tests.support.clock import Clock
from tests.support.needs import needs
from tests.support.office import Office, refuses

SETTINGS = """
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
CERTS
"""


class Authority:
    """A TSA on this machine; `chain` sends its root along, in an order that DER does not allow."""

    def __init__(self, folder: Path, chain: bool = False) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "cnf").write_text(SETTINGS.replace("CERTS", "certs = root.pem" if chain else ""))
        (folder / "serial").write_text("01")
        subject = ["-subj", "/O=Trung tam dau thoi gian mau/CN=Root"]
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", *subject
        )
        csr = ["-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/O=Trung tam dau thoi gian mau/CN=TSA"]
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", *csr)
        signed = ["-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-out", "tsa.pem", "-days", "30"]
        self._openssl("x509", "-req", "-CAcreateserial", *signed, "-extfile", "cnf", "-extensions", "stamping")

    def _openssl(self, *what: str) -> str:
        extra = ["-config", "cnf", "-extensions", "root"] if what[:2] == ("req", "-x509") else []
        extra = ["-config", "cnf"] if what[0] == "req" and not extra else extra
        done = subprocess.run(["openssl", *what, *extra], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def post(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        signer = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "answer"]
        self._openssl("ts", "-reply", "-queryfile", "query", "-config", "cnf", "-section", "tsa", *signer)
        return (self.folder / "answer").read_bytes()

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    needs("openssl")
    yield Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def evidence(tmp_path: Path, authority: Authority) -> Iterator[Evidence]:
    office = Office.copied(tmp_path / "desk", Clock())
    office.publish("QT-01")
    seals = Seals(tmp_path / "seals")
    seals.folder.mkdir()
    (seals.folder / "tsa-mau.pem").write_bytes(authority.root)
    key = logkey.create(tmp_path / "key.pem", office.qms.founding.origin, None)
    yield Evidence(office.qms._engine, office.qms.files, office.qms.zone, seals, key)
    office.close()


def openssl_says(bundle: Path, number: str) -> str:
    token = [f"data/log/timestamps/{number}.{kind}" for kind in ("txt", "tsr")]
    command = ["openssl", "ts", "-verify", "-data", token[0], "-in", token[1], "-CAfile", "data/keys/tsa-roots.pem"]
    return subprocess.run(command, cwd=bundle, capture_output=True, text=True, check=False).stdout


def test_a_seal_is_stamped_and_the_token_travels_with_the_bundle(
    evidence: Evidence, authority: Authority, tmp_path: Path
) -> None:
    stamped = evidence.stamp(authority.post)
    assert abs((datetime.now(UTC) - stamped.time).total_seconds()) < 60
    bundle = evidence.export(tmp_path / "bag", Asked()).path
    number = next((bundle / "data/log/timestamps").glob("*.tsr")).stem
    assert openssl_says(bundle, number) == "Verification: OK\n"
    said: list[str] = []
    assert judge_bundle(bundle, said.append, lang="en")
    assert any("check it with “openssl ts -verify”" in line for line in said)
    text = bundle / f"data/log/timestamps/{number}.txt"
    text.write_text(text.read_text().replace("\n", "x\n", 1))
    assert openssl_says(bundle, number) != "Verification: OK\n"
    assert not judge_bundle(bundle, said.append, lang="en")


def test_the_token_holds_for_its_checkpoint_alone(authority: Authority) -> None:
    text = b"phuong-mau.example/nhat-ky\n5\nAAAA\n"
    raw = timestamps.stamp(text, authority.post, [authority.root]).raw
    assert timestamps.verify(raw, text, [authority.root])
    with refuses(BadToken):
        timestamps.verify(raw, text + b"x", [authority.root])
    with refuses(BadToken):
        timestamps.verify(raw[:-40], text, [authority.root])
    with refuses(BadToken):
        timestamps.verify(raw, text, [])


def test_an_authority_nobody_trusts_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    with refuses(BadToken):
        timestamps.stamp(b"text", other.post, [authority.root])


def test_an_old_answer_to_another_request_is_refused(authority: Authority) -> None:
    old = timestamps.stamp(b"text", authority.post, [authority.root]).raw
    with refuses(BadToken):
        timestamps.stamp(b"text", lambda query: old, [authority.root])


def test_an_authority_with_an_unsorted_chain_is_read_by_openssl(tmp_path: Path) -> None:
    needs("openssl")
    authority = Authority(tmp_path / "chain", chain=True)
    stamped = timestamps.stamp(b"text", authority.post, [authority.root])
    assert abs((datetime.now(UTC) - stamped.time).total_seconds()) < 60
    with refuses(BadToken):
        timestamps.verify(stamped.raw, b"other", [authority.root])
    with refuses(BadToken):
        timestamps.stamp(b"text", lambda query: stamped.raw, [authority.root])


def test_an_authority_that_does_not_answer_is_said_in_a_sentence() -> None:
    with refuses(StoreTrouble):
        timestamps.over_http("http://127.0.0.1:9/tsa")(b"query")
    with refuses(BadInput):
        timestamps.over_http("file:///etc/passwd")
