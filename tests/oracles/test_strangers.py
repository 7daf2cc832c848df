"""Programs that nobody here wrote accept our bundle and refuse it once it was changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import bagit
import pytest

from tests.evidence_kit.making import Made, made_leaves, make_bundle
from tests.support.needs import needs

GOCODE = Path("/usr/share/gocode")
SOURCE = Path(__file__).parent / "goverify"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Made:
    leaves = made_leaves(70_000 // 20, timedelta(seconds=7))
    return make_bundle(tmp_path_factory.mktemp("strangers") / "bag", leaves, earlier=(1, 256, 3000))


@pytest.fixture(scope="module")
def goverify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("go")
    program = tmp_path_factory.mktemp("go") / "goverify"
    cache = tmp_path_factory.mktemp("gocache")
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOCODE), "GOCACHE": str(cache), "GOFLAGS": ""}
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=SOURCE, env=env, check=True)
    return program


def run(*command: str | Path, cwd: Path | None = None) -> tuple[int, str]:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def changed(honest: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(honest.folder, tmp_path / "bag"))


def test_the_go_checksum_database_code_accepts_it(honest: Made, goverify: Path) -> None:
    code, said = run(goverify, honest.folder)
    assert code == 0, said
    for part in (
        "3500 entries, 2 signatures",
        "ok root of 3500",
        "ok hash tiles",
        "ok consistency 3000 to 3500",
        "proofs",
    ):
        assert part in said


CHANGES = {
    "a record": ("log/tile/entries/005", b"minor", b"major", "records.jsonl and the entry bundle differ"),
    "a record everywhere": ("log/tile/entries/005", b"minor", b"major", "do not lead to the signed root"),
    "a hash tile": ("log/tile/1/000.p/13", None, None, "FAIL"),
    "the size": ("log/checkpoint", b"\n3500\n", b"\n3400\n", "FAIL"),
    "an earlier checkpoint": ("log/checkpoints/3000.txt", b"\n3000\n", b"\n2999\n", "FAIL"),
    "a proof": ("proofs/700.tlog-proof", b"index 700\n", b"index 701\n", "FAIL"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_go_checksum_database_code_refuses_a_change(changed: Path, goverify: Path, what: str) -> None:
    name, old, new, expected = CHANGES[what]
    path = changed / "data" / name
    raw = path.read_bytes()
    path.write_bytes(bytes([raw[0] ^ 1]) + raw[1:] if old is None or new is None else raw.replace(old, new, 1))
    assert path.read_bytes() != raw
    if what == "a record everywhere":
        lines = (changed / "data/records.jsonl").read_bytes().splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if n >= 5 * 256 and b"minor" in line)
        lines[at] = lines[at].replace(b"minor", b"major", 1)
        (changed / "data/records.jsonl").write_bytes(b"".join(lines))
    code, said = run(goverify, changed)
    assert code == 1 and expected in said, said


OPENSSL = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "data/keys/log.pem", "-rawin")
SIGNED = ("-in", "data/log/openssl/checkpoint.txt", "-sigfile", "data/log/openssl/checkpoint.sig")


def test_openssl_verifies_the_seal(honest: Made, changed: Path) -> None:
    assert run(*OPENSSL, *SIGNED, cwd=honest.folder) == (0, "Signature Verified Successfully\n")
    text = (honest.folder / "data/log/openssl/checkpoint.txt").read_text()
    assert (honest.folder / "data/log/checkpoint").read_text().startswith(text)
    (changed / "data/log/openssl/checkpoint.txt").write_text(text.replace("3500", "3499"))
    assert run(*OPENSSL, *SIGNED, cwd=changed)[0] != 0


def test_sha256sum_checks_every_file(honest: Made, changed: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert run("sha256sum", "--strict", "-c", "--quiet", manifest, cwd=honest.folder) == (0, "")
    (changed / "data/records.csv").write_bytes((changed / "data/records.csv").read_bytes() + b"\n")
    assert "data/records.csv: FAILED" in run("sha256sum", "-c", "--quiet", "manifest-sha256.txt", cwd=changed)[1]


def test_the_library_of_congress_takes_it_for_a_bag(honest: Made, changed: Path) -> None:
    bag = bagit.Bag(str(honest.folder))
    bag.validate()
    assert (
        bag.info["Payload-Oxum"]
        == f"{sum(f.stat().st_size for f in _payload(honest.folder))}.{len(_payload(honest.folder))}"
    )
    (changed / "data/records.xlsx").unlink()
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(changed)).validate()


def _payload(bag: Path) -> list[Path]:
    return [path for path in (bag / "data").rglob("*") if path.is_file()]
