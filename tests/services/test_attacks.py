"""Who attacks the journal with what, and which detector sees it: every line of the threat table is carried out here."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from iso_qms.domain.merkle import leaf_hash, root_of
from iso_qms.domain.note import Kind, Note
from iso_qms.services import backup, judging, logkey
from iso_qms.services.evidence import Asked, Evidence
from iso_qms.services.logkey import LogKey
from iso_qms.services.sealing import Seals, StoreRewound
from iso_qms.services.witness import ForkFound, Witness, WitnessElsewhere
from iso_qms.store import database
from tests.support.clock import Clock
from tests.support.office import Office

NONE = frozenset("")


@dataclass
class Scene:
    """An honest office up to the attack, its outside anchors, and what an attacker makes of it.

    L recomputation inside the store; C the last signed checkpoint outside the database; W the witness; T a checkpoint
    that left the house earlier; B the times of entries against the times of witnesses.
    """

    folder: Path
    office: Office
    key: LogKey
    witness: Witness
    witness_key: LogKey
    left_the_house: list[tuple[str, Note]] = field(default_factory=list)
    attacked: Office | None = None
    key_was_used: bool = False

    def evidence(self, office: Office, seals: Path | None = None) -> Evidence:
        found = Seals(seals or self.folder / "seals")
        return Evidence(office.qms._engine, office.qms.files, office.qms.zone, found, self.key)

    def anchor(self) -> None:
        """An honest seal: cosigned by the witness, and a copy mailed to the external auditor."""
        evidence = self.evidence(self.office)
        request = evidence.witness_request(self.witness.size_of(self.key.key.name))
        note = evidence.keep_cosignature(request.note, str(self.witness.cosign(request)), self.witness_key.key)
        self.left_the_house.append((f"mail {len(self.left_the_house) + 1}", note))

    def leaves(self) -> list[bytes]:
        with zipfile.ZipFile(self.taken()) as archive:
            return archive.read("journal.jsonl").splitlines()

    def taken(self) -> Path:
        target = self.folder / "taken.zip"
        if not target.exists():
            backup.take(self.office.qms._engine, self.office.qms.files, target, self.office.clock.now(), _quiet)
        return target

    def forge(self, leaves: list[bytes]) -> Office:
        """A store that holds exactly these entries, with rows, tree and head recomputed: what SQL and time can do."""
        forged = self.folder / "forged.zip"
        with zipfile.ZipFile(self.taken()) as honest, zipfile.ZipFile(forged, "w") as out:
            for name in honest.namelist():
                raw = honest.read(name)
                if name == "journal.jsonl":
                    raw = b"".join(leaf + b"\n" for leaf in leaves)
                elif name == "backup.json":
                    root = root_of(map(leaf_hash, leaves)).hex()
                    raw = json.dumps(json.loads(raw) | {"size": len(leaves), "root": root}).encode()
                elif name in ("disclosures.jsonl", "logins.jsonl", "verifiers.jsonl"):
                    raw = b"".join(x + b"\n" for x in raw.splitlines() if json.loads(x)["pos"] < len(leaves))
                out.writestr(name, raw)
        url = f"sqlite:///{self.folder / 'forged.db'}"
        engine = database.open_engine(url)
        database.upgrade(engine)
        backup.restore(forged, engine, self.office.qms.files, _quiet)
        engine.dispose()
        return Office(url, self.office.qms.files.folder, self.office.clock)

    # --- detectors ------------------------------------------------------------------------------------------------

    def detected(self) -> frozenset[str]:
        assert self.attacked is not None
        seen = {
            "L": self._local(),
            "C": self._last_seal(),
            "W": self._witness(),
            "T": self._old_mail(),
            "B": self._times(),
        }
        return frozenset(name for name, caught in seen.items() if caught)

    def _local(self) -> bool:
        assert self.attacked is not None
        return not self.attacked.qms.verify().holds

    def _bad(self, notes: list[tuple[str, Note]]) -> bool:
        assert self.attacked is not None
        with self.attacked.qms._engine.connect() as connection:
            judged = judging.judge_seals(connection, self.key.key.name, notes, [self.key.key])
        return any(one.kind == "bad" for one in judged)

    def _last_seal(self) -> bool:
        # Whoever has the key also has the folder of seals: then there is a new last checkpoint, signed.
        return not self.key_was_used and self._bad([("seal", n) for n in Seals(self.folder / "seals").notes()][-1:])

    def _old_mail(self) -> bool:
        return self._bad(self.left_the_house)

    def _new_seals(self) -> Evidence:
        assert self.attacked is not None
        return self.evidence(self.attacked, self.folder / "forged-seals")

    def _witness(self) -> bool:
        evidence, size = self._new_seals(), self.witness.size_of(self.key.key.name)
        assert self.attacked is not None
        if self.attacked.qms.registers.head()[0] < size:
            # Nothing can be proven from the size that the witness knows.
            with pytest.raises(WitnessElsewhere):
                self.witness.cosign(evidence.witness_request(0))
            return True
        try:
            self.witness.cosign(evidence.witness_request(size))
        except ForkFound:
            return True
        return False

    def _times(self) -> bool:
        """The bundle's own check of times, told of the witness's checkpoints that it can still fit."""
        bundle = self._new_seals().export(self.folder / "bag", Asked()).path
        (bundle / "data/log/checkpoints").mkdir(exist_ok=True)
        for number, (_, note) in enumerate(self.left_the_house):
            (bundle / f"data/log/checkpoints/{number}.txt").write_text(str(note))
        said: list[str] = []
        policy = f"log {self.key.key}\nwitness w {self.witness_key.key}\nquorum none\n"
        judging.judge_bundle(bundle, said.append, lang="en", policy=policy)
        return any("does not fit a witness" in line for line in said)


def _quiet(stage: str, done: int, total: int) -> None:
    return None


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    office = Office.copied(tmp_path / "honest", Clock())
    key = logkey.create(tmp_path / "log.pem", office.qms.founding.origin, None)
    witness_key = logkey.create(tmp_path / "witness.pem", "huyen-mau.example/w1", None, kind=Kind.COSIGNATURE)
    witness = Witness(tmp_path / "witness", witness_key, [key.key], office.clock)
    made = Scene(tmp_path, office, key, witness, witness_key)
    for number in (1, 2, 3):
        office.publish(f"QT-{number:02d}")
        made.anchor()
        office.clock.advance(hours=6)
    office.publish("QT-04")
    return made


def _edited(leaves: list[bytes]) -> list[bytes]:
    """The decision number of the first issue, changed."""
    at = next(n for n, leaf in enumerate(leaves) if b'"act":"issued"' in leaf)
    return [*leaves[:at], leaves[at].replace("15/QĐ-UBND".encode(), "99/QĐ-UBND".encode()), *leaves[at + 1 :]]


def nothing(scene: Scene) -> Office:
    return scene.office


def edit_one_row(scene: Scene) -> Office:
    forged = scene.forge(scene.leaves())
    leaf = next(x for x in _edited(scene.leaves()) if b"99/Q" in x)
    with forged.qms._engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).fetchall():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        old = leaf.replace("99/QĐ-UBND".encode(), "15/QĐ-UBND".encode())
        changed = connection.execute(
            text("UPDATE qms_journal SET leaf = :new WHERE leaf = :old"), {"new": leaf, "old": old}
        )
        assert changed.rowcount == 1
    return forged


def edit_and_recompute(scene: Scene) -> Office:
    return scene.forge(_edited(scene.leaves()))


def cut_the_tail(scene: Scene) -> Office:
    return scene.forge(scene.leaves()[:-8])


def remove_one_entry(scene: Scene) -> Office:
    leaves = scene.leaves()
    at = next(n for n, leaf in enumerate(leaves) if b'"act":"issued"' in leaf)
    return scene.forge(leaves[:at] + leaves[at + 1 :])


def restore_and_work_on(scene: Scene) -> Office:
    forged = scene.forge(scene.leaves()[:-14])
    for number in range(20, 26):
        forged.publish(f"QT-{number}")
    return forged


def backdate(scene: Scene) -> Office:
    """The clock of the server is set back behind the witness, just after the last entry, and an act is recorded."""
    forged = scene.forge(scene.leaves())
    scene.anchor()
    forged.clock = forged.qms._performer.clock = forged.qms.clock = Clock(forged.last().at + timedelta(seconds=1))
    forged.draft("QT-30", new=True)
    return forged


Attack = Callable[[Scene], Office]
ATTACKS: dict[str, tuple[Attack, bool, str]] = {
    "an honest journal": (nothing, True, ""),
    "edited and recomputed, without the key": (edit_and_recompute, False, "CWT"),
    "tail cut and recomputed, without the key": (cut_the_tail, False, "CWT"),
    "edited, recomputed, signed anew": (edit_and_recompute, True, "WT"),
    "tail cut, signed anew": (cut_the_tail, True, "WT"),
    "one entry removed, signed anew": (remove_one_entry, True, "LWTB"),
    "an old backup worked on, signed": (restore_and_work_on, True, "WTB"),
    "an entry dated back, signed": (backdate, True, "B"),
}
"""Attack -> how, whether with the journal's key, and who sees it."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_is_seen_by_exactly_these(scene: Scene, attack: str) -> None:
    how, scene.key_was_used, expected = ATTACKS[attack]
    if how is cut_the_tail:
        scene.anchor()
    if how is backdate:
        scene.office.clock.advance(hours=2)
    scene.attacked = how(scene)
    assert scene.detected() == frozenset(expected)


def test_a_row_edited_in_sql_is_seen_at_once_and_never_exported(scene: Scene, tmp_path: Path) -> None:
    scene.attacked = edit_one_row(scene)
    broken = scene.attacked.qms.verify().broken
    assert any(one.pos is not None for one in broken)
    with pytest.raises(Exception, match=r"changed|đã bị sửa"):
        scene.evidence(scene.attacked).export(tmp_path / "bag", Asked())
    assert not (tmp_path / "bag").exists()


def test_a_fork_shown_to_one_auditor_lacks_the_witness(scene: Scene, tmp_path: Path) -> None:
    forged = scene.forge(_edited(scene.leaves()))
    bundle = scene.evidence(forged, scene.folder / "private-seals").export(tmp_path / "bag", Asked()).path
    policy = f"log {scene.key.key}\nwitness w {scene.witness_key.key}\nquorum w\n"
    said: list[str] = []
    assert not judging.judge_bundle(bundle, said.append, lang="en", policy=policy)
    assert any("fewer witnesses signed" in line for line in said)
    mail = tmp_path / "mail.txt"
    mail.write_text(str(scene.left_the_house[-1][1]))
    assert not judging.judge_bundle(bundle, said.append, lang="en", keys=[str(scene.key.key)], checkpoints=[mail])


def test_the_witness_keeps_the_proof_of_a_fork(scene: Scene) -> None:
    forged = scene.forge(_edited(scene.leaves()))
    request = scene.evidence(forged, scene.folder / "private-seals").witness_request(
        scene.witness.size_of(scene.key.key.name)
    )
    with pytest.raises(ForkFound) as found:
        scene.witness.cosign(request)
    kept = found.value.facts["kept"]
    assert Note.parse((kept / "seen.txt").read_text()) and str(request) == (kept / "sent.txt").read_text()


def test_an_older_store_is_not_signed_by_mistake(scene: Scene) -> None:
    scene.evidence(scene.office).seal()
    forged = scene.forge(scene.leaves()[:-3])
    with pytest.raises(StoreRewound):
        scene.evidence(forged).seal()


def test_a_replaced_verifier_is_not_the_published_one(scene: Scene, tmp_path: Path) -> None:
    bundle = scene.evidence(scene.forge(_edited(scene.leaves())), scene.folder / "private-seals").export(
        tmp_path / "bag", Asked()
    )
    liar = bundle.path / "data/verify.py"
    liar.write_text("print('[OK] everything holds')\n")
    from iso_qms.services.kit import verifier_source

    assert hashlib.sha256(liar.read_bytes()).digest() != hashlib.sha256(verifier_source()).digest()
    said: list[str] = []
    policy = f"log {scene.key.key}\nwitness w {scene.witness_key.key}\nquorum w\n"
    assert not judging.judge_bundle(bundle.path, said.append, lang="en", policy=policy)
    assert any("data/verify.py: its content was changed" in line for line in said)


def test_what_nothing_sees_is_known(scene: Scene) -> None:
    """The holder of the key writes a false entry at its true time: tamper-evident is not truth-evident."""
    scene.key_was_used = True
    scene.attacked = scene.forge(scene.leaves())
    scene.office.clock.advance(days=1)
    scene.attacked.publish("QT-31", text="Quy trình không ai soạn")
    assert scene.detected() == NONE
