"""The verifier in the bundle stands alone, accepts an honest journal and names what was done to a dishonest one."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain import ed25519
from iso_qms.domain.merkle import leaf_hash, root_of
from iso_qms.domain.note import Key, Kind
from iso_qms.evidence_kit import verify as kit
from tests.evidence_kit.making import LOG_KEY, START, Made, made_leaves, make_bundle, sealed

PYTHONS = sorted(Path("/root/.pyenv/versions").glob("3.*/bin/python3")) if Path("/root/.pyenv").exists() else []
SUPPORTED = [p for p in PYTHONS if tuple(map(int, p.parts[-3].split(".")[:2])) >= (3, 9)]


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return made_leaves(1000)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, entries: list[bytes]) -> Made:
    return make_bundle(tmp_path_factory.mktemp("honest") / "bag", entries, earlier=(1, 256, 700))


def copy_of(made: Made, to: Path) -> Path:
    shutil.copytree(made.folder, to)
    return to


def reseal_bag(bag: Path) -> None:
    """What an editor of the export does who knows BagIt: bring the manifests into line again."""
    for manifest, names in (
        ("manifest-sha256.txt", sorted(p for p in (bag / "data").rglob("*") if p.is_file())),
        ("tagmanifest-sha256.txt", [bag / n for n in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")]),
    ):
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n" for p in names]
        (bag / manifest).write_text("".join(lines))


def run(bag: Path, *more: str, python: str = sys.executable) -> tuple[int, str]:
    command = [python, "-I", "-S", str(bag / "data" / "verify.py"), str(bag), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def judge(bag: Path, lang: str = "en", **more: object) -> tuple[int, str]:
    said: list[str] = []
    code = kit.verify(bag, kit.Report(lang, said.append), **more)  # type: ignore[arg-type]
    return code, "\n".join(said)


def test_an_honest_bundle_holds(honest: Made) -> None:
    code, said = run(honest.folder, "--lang", "en")
    assert code == 0, said
    for part in (
        "1000 entries, recomputed",
        "signed by huyen-mau.example/w1",
        "3 earlier checkpoints",
        "100 disclosed",
    ):
        assert part in said
    assert LOG_KEY.fingerprint in said and "compare the fingerprints" in said


def test_the_same_in_vietnamese(honest: Made) -> None:
    code, said = run(honest.folder, "--lang", "vi")
    assert code == 0 and "KẾT LUẬN: mọi điểm kiểm tra được đều đúng" in said and "[ĐÚNG]" in said


def test_every_message_has_both_languages_and_the_same_facts() -> None:
    for vi, en in kit.TEXTS.values():
        assert sorted(re.findall(r"{(\w+)}", vi)) == sorted(re.findall(r"{(\w+)}", en))
    used = set(re.findall(r'Fault\("([^"]+)"', Path(kit.__file__).read_text()))
    assert len(used) > 15 and used <= set(kit.TEXTS)


@pytest.mark.skipif(not SUPPORTED, reason="needs the interpreters of pyenv: pyenv install 3.9 3.10 3.12 3.13")
@pytest.mark.parametrize("python", SUPPORTED, ids=lambda p: p.parts[-3])
def test_any_supported_python_runs_it_alone(honest: Made, python: Path, tmp_path: Path) -> None:
    assert run(honest.folder, python=str(python))[0] == 0
    broken = copy_of(honest, tmp_path / "bag")
    flip(broken / "data" / "records.jsonl", 5000)
    assert run(broken, python=str(python))[0] == 1


def test_it_imports_nothing_but_the_standard_library() -> None:
    names = re.findall(r"^(?:import|from) (\w+)", Path(kit.__file__).read_text(), re.M)
    assert set(names) <= sys.stdlib_module_names


def test_a_key_from_elsewhere_decides(honest: Made) -> None:
    code, said = judge(honest.folder, keys=(str(LOG_KEY),))
    assert code == 0 and "compare the fingerprints" not in said
    other = type(LOG_KEY)(LOG_KEY.name, LOG_KEY.kind, bytes(32))
    code, said = judge(honest.folder, keys=(str(other),))
    assert code == 1 and "no signature of the journal" in said


def test_a_policy_from_elsewhere_decides(honest: Made) -> None:
    inside = (honest.folder / "data/keys/policy.txt").read_text()
    assert judge(honest.folder, policy_text=inside)[0] == 0
    absent = Key("tinh-mau.example/w2", Kind.COSIGNATURE, bytes(32))
    for rule, holds in (("any", True), ("all", False), ("2", False), ("1", True)):
        asked = inside.replace("quorum w1", f"witness w2 {absent}\ngroup g {rule} w1 w2\nquorum g")
        code, said = judge(honest.folder, policy_text=asked)
        assert (code == 0) is holds and ("fewer witnesses" in said) is not holds


def test_an_older_checkpoint_from_elsewhere_is_a_beginning_of_the_journal(honest: Made, tmp_path: Path) -> None:
    hashes = [leaf_hash(leaf) for leaf in honest.leaves]
    old = tmp_path / "bien-ban.txt"
    old.write_text(str(sealed(500, root_of(hashes[:500]))))
    assert judge(honest.folder, checkpoints=(str(old),))[0] == 0
    old.write_text(str(sealed(500, root_of(hashes[1:501]))))
    assert "rewritten before entry 500" in judge(honest.folder, checkpoints=(str(old),))[1]
    old.write_text(str(sealed(1500, root_of(hashes))))
    assert "the tail was cut" in judge(honest.folder, checkpoints=(str(old),))[1]


def test_an_unsigned_bundle_says_what_it_is_worth(tmp_path: Path, entries: list[bytes]) -> None:
    made = make_bundle(tmp_path / "bag", entries[:5], log=False, witness=False)
    code, said = judge(made.folder)
    assert code == 0 and "anybody could have made this bundle anew" in said


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257])
def test_small_journals_hold_too(tmp_path: Path, entries: list[bytes], count: int) -> None:
    code, said = judge(make_bundle(tmp_path / "bag", entries[:count]).folder)
    assert code == 0, said


def test_a_journal_of_many_tiles_holds(tmp_path: Path) -> None:
    made = make_bundle(tmp_path / "bag", made_leaves(66_000, timedelta(seconds=1)))
    assert (made.folder / "data/log/tile/2/000.p/1").exists()
    code, said = judge(made.folder)
    assert code == 0, said


def test_a_part_of_the_journal_says_what_it_does_not_prove(tmp_path: Path, entries: list[bytes]) -> None:
    made = make_bundle(tmp_path / "part", entries, chosen={3, 4, 900}, earlier=(300,))
    code, said = judge(made.folder)
    assert code == 0 and "the 3 chosen entries stand in their places among 1000" in said
    assert "does not prove that nothing was left out" in said
    stretch = make_bundle(tmp_path / "stretch", entries, chosen=set(range(40, 90)))
    code, said = judge(stretch.folder)
    assert code == 0 and "unbroken stretch of the journal, entries 40 to 89" in said
    lines = (made.folder / "data/records.jsonl").read_bytes().replace(b'"number":4', b'"number":5')
    (made.folder / "data/records.jsonl").write_bytes(lines)
    reseal_bag(made.folder)
    code, said = judge(made.folder)
    assert code == 1 and "entry 4 (line 2) was changed" in said


def flip(path: Path, at: int, bit: int = 1) -> None:
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= bit
    path.write_bytes(raw)


def edit_lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def edit(bag: Path) -> None:
        path = bag / "data" / "records.jsonl"
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    return edit


ATTACKS = {
    "changed": (
        edit_lines(lambda x: [*x[:17], x[17].replace(b"minor", b"major"), *x[18:]]),
        "entry 17 (line 18) was changed",
    ),
    "dropped": (edit_lines(lambda x: x[:17] + x[18:]), "entry 17 is missing"),
    "doubled": (edit_lines(lambda x: [*x[:18], x[17], *x[18:]]), "entry 17 stands out of place, at line 19"),
    "swapped": (edit_lines(lambda x: [*x[:17], x[18], x[17], *x[19:]]), "entry 18 stands out of place, at line 18"),
    "truncated": (edit_lines(lambda x: [*x[:-1], x[-1][:40]]), "entry 999 (line 1000) was changed"),
    "tail cut": (edit_lines(lambda x: x[:990]), "entry 990 is missing"),
    "invented": (edit_lines(lambda x: [*x, x[17].replace(b"minor", b"major")]), "(line 1001) was changed"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_editor_of_the_export_does_is_named(honest: Made, tmp_path: Path, attack: str) -> None:
    bag = copy_of(honest, tmp_path / "bag")
    edit, expected = ATTACKS[attack]
    edit(bag)
    code, said = judge(bag)
    assert code == 1 and "data/records.jsonl: its content was changed" in said
    reseal_bag(bag)
    code, said = judge(bag)
    assert code == 1 and expected in said, said


def test_a_file_added_removed_or_replaced_is_named(honest: Made, tmp_path: Path) -> None:
    bag = copy_of(honest, tmp_path / "bag")
    (bag / "data/extra.txt").write_text("x")
    assert "data/extra.txt: not listed" in judge(bag)[1]
    (bag / "DOC-TRUOC.txt").write_text("Bộ này đã được kiểm tra.")
    assert "DOC-TRUOC.txt: not listed" in judge(bag)[1]
    (bag / "DOC-TRUOC.txt").unlink()
    document = next((bag / "data/files").iterdir())
    document.write_bytes(b"another text")
    reseal_bag(bag)
    assert f"{document.name}: its content was changed" in judge(bag)[1]
    document.rename(document.with_name("0" * 64 + ".docx"))
    (bag / "data/README.txt").unlink(missing_ok=True)
    assert f"{document.name}: missing" in judge(bag)[1]


def test_a_value_disclosed_for_the_wrong_entry_is_named(honest: Made, tmp_path: Path) -> None:
    bag = copy_of(honest, tmp_path / "bag")
    path = bag / "data/disclosures.jsonl"
    path.write_text(path.read_text().replace('"pos":20,', '"pos":30,', 1))
    reseal_bag(bag)
    assert "a value disclosed for entry 30 does not belong to it" in judge(bag)[1]


def test_the_table_for_people_cannot_say_something_else(honest: Made, tmp_path: Path) -> None:
    bag = copy_of(honest, tmp_path / "bag")
    rows = (bag / "data/records.csv").read_bytes().splitlines(keepends=True)
    (bag / "data/records.csv").write_bytes(b"".join(rows[:5] + rows[6:]))
    reseal_bag(bag)
    assert "records.csv line 6: not the entry" in judge(bag)[1]


def test_times_that_run_backwards_or_miss_the_witness_are_named(tmp_path: Path) -> None:
    backwards = made_leaves(30)
    backwards[12] = made_leaves(1)[0].replace(b"p_0000000000000000", b"p_x")
    assert "entry 12 says" in judge(make_bundle(tmp_path / "a", backwards).folder)[1]
    # The clock was set back two hours for the last entries; a witness had seen the first 20 before that.
    early = [*made_leaves(20), *(leaf for leaf in made_leaves(30, timedelta(seconds=1))[20:])]
    made = make_bundle(tmp_path / "b", early, witness=False)
    hashes = [leaf_hash(leaf) for leaf in early]
    note = sealed(20, root_of(hashes[:20]), witness_at=START + timedelta(hours=2))
    (made.folder / "data/log/checkpoints").mkdir(exist_ok=True)
    (made.folder / "data/log/checkpoints/20.txt").write_text(str(note))
    inside = (make_bundle(tmp_path / "c", early).folder / "data/keys/policy.txt").read_text()
    code, said = judge(made.folder, policy_text=inside.replace("quorum w1", "quorum none"))
    assert code == 1 and "entry 20 says" in said and "does not fit a witness" in said


def test_what_is_no_bundle_is_said_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", kit.__file__, str(tmp_path), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "is no bundle" in done.stdout
    (tmp_path / "bagit.txt").write_text("x")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "cannot be read" in done.stdout


@pytest.mark.slow
def test_any_byte_changed_anywhere_in_the_bundle_is_found(tmp_path: Path) -> None:
    made = make_bundle(tmp_path / "bag", made_leaves(257), earlier=(10, 100))
    files = sorted(p for p in made.folder.rglob("*") if p.is_file())
    chance = random.Random(7)
    for path in files:
        before = path.read_bytes()
        for at in {0, len(before) - 1, *(chance.randrange(len(before)) for _ in range(3))}:
            flip(path, at, 1 << chance.randrange(8))
            code, said = judge(made.folder)
            name = path.relative_to(made.folder).as_posix()
            assert code == 1, f"byte {at} of {name} passes"
            known = (
                name,
                path.name,
                "cannot be read",
                "missing",
                "bag-info.txt: its",
                "bagit.txt: its",
                "manifest-sha256",
            )
            assert any(part in said for part in known), (name, said)
            path.write_bytes(before)


@pytest.mark.slow
def test_every_changed_record_of_ten_thousand_is_named(tmp_path: Path) -> None:
    made = make_bundle(tmp_path / "bag", made_leaves(10_000, timedelta(seconds=1)), witness=False)
    path = made.folder / "data/records.jsonl"
    whole, chance = path.read_bytes(), random.Random(11)
    ends = [i for i, byte in enumerate(whole) if byte == 10]
    for _ in range(10):
        at = chance.randrange(len(whole) - 1)
        pos = sum(end < at for end in ends)
        flip(path, at, 1 << chance.randrange(8))
        code, said = judge(made.folder)
        assert code == 1 and re.search(rf"entry {pos}\b", said), (at, pos, said)
        path.write_bytes(whole)


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 8 * 96 - 1))
def test_its_own_signature_check_is_that_of_the_library(seed: bytes, message: bytes, bit: int) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
    assert kit.ed25519(public, message, signature)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    assert kit.ed25519(bytes(both[:32]), message, bytes(both[32:])) is ed25519.verify(
        bytes(both[:32]), message, bytes(both[32:])
    )
    assert not kit.ed25519(public, message, signature[:-1]) and not kit.ed25519(public[:-1], message, signature)


def test_a_manifest_cannot_lead_out_of_the_bundle(honest: Made, tmp_path: Path) -> None:
    bag = copy_of(honest, tmp_path / "bag")
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    for name in (str(outside), "../outside.txt", "data/../../outside.txt"):
        reseal_bag(bag)
        manifest = bag / "manifest-sha256.txt"
        manifest.write_text(manifest.read_text() + f"{digest}  {name}\n")
        assert f"file {name}: missing" in judge(bag)[1]
    (bag / "data/link.txt").symlink_to(outside)
    reseal_bag(bag)
    assert "file data/link.txt: missing" in judge(bag)[1]
