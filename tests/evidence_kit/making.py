"""A bundle of an invented office's journal, written by the same code as a real export."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from iso_qms.domain import checkpoint as cp
from iso_qms.domain import events as ev
from iso_qms.domain import leaf as leaves
from iso_qms.domain.checkpoint import Checkpoint
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.disclosure import disclose
from iso_qms.domain.merkle import leaf_hash, root_of
from iso_qms.domain.note import Key, Kind, Note, sign
from iso_qms.services import bundle
from iso_qms.services.bag import making
from iso_qms.services.kit import write_kit

ORIGIN = "phuong-mau.example/nhat-ky"
LOG, WITNESS = Ed25519PrivateKey.from_private_bytes(b"1" * 32), Ed25519PrivateKey.from_private_bytes(b"2" * 32)
LOG_KEY = Key(ORIGIN, Kind.ED25519, LOG.public_key().public_bytes_raw())
WITNESS_KEY = Key("huyen-mau.example/w1", Kind.COSIGNATURE, WITNESS.public_key().public_bytes_raw())
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FILE = b"n\xe1\xbb\x99i dung quy tr\xc3\xacnh"
FILE_SHA256 = hashlib.sha256(FILE).hexdigest()


def made_leaves(count: int, step: timedelta = timedelta(seconds=7)) -> list[bytes]:
    """Entries as the store writes them: people with salted names, then drafts and signatures."""
    made: list[bytes] = []
    for n in range(count):
        event: ev.Event = ev.Signed(
            f"QT-{n % 40:02d}", n, FILE_SHA256, n, "duyet", "approval", "minor", comment=f"Ý {n}"
        )
        digests: list[str] = []
        if n % 10 == 0:
            event, digests = ev.PersonAdded(f"p_{n:016x}", ("drafter",)), [name_of(n).digest]
        made.append(
            leaves.encode(
                event, at=START + n * step, actor="p_00", auth="secret", software="iso_qms/1", disclosed=digests
            )
        )
    return made


def name_of(n: int):  # type: ignore[no-untyped-def]
    return disclose("name", f"Cán bộ {n}", hashlib.sha256(b"%d" % n).digest()[:16])


def sealed(size: int, root: bytes, *, log: bool = True, witness_at: datetime | None = None) -> Note:
    """The checkpoint of a tree, signed by the log and cosigned by the witness at a time."""
    note = Note(Checkpoint(ORIGIN, size, root).text)
    if log:
        note = note.with_signatures([sign(note.text, LOG_KEY, LOG.sign)])
    if witness_at is not None:
        signature = cp.cosign(note.text, WITNESS_KEY, WITNESS.sign, int(witness_at.timestamp()))
        note = note.with_signatures([signature])
    return note


@dataclass
class Made:
    """What make_bundle put in the folder."""

    folder: Path
    leaves: list[bytes]
    note: Note


def make_bundle(
    folder: Path,
    entries: list[bytes],
    *,
    chosen: set[int] | None = None,
    log: bool = True,
    witness: bool = True,
    earlier: tuple[int, ...] = (),
    lang: str = "vi",
) -> Made:
    """Write a bundle of all entries, or of the chosen positions."""
    hashes = [leaf_hash(leaf) for leaf in entries]
    end = datetime.fromisoformat(leaves.json.loads(entries[-1])["at"]) if entries else START
    note = sealed(len(entries), root_of(hashes), log=log, witness_at=end if witness else None)
    keys = [f"log {LOG_KEY}\n"] * log + [f"witness w1 {WITNESS_KEY}\n"] * witness
    policy = "".join([*keys, "quorum w1\n" if witness and log else "quorum none\n"]) if keys else ""
    names = {n: name_of(n).encoded for n in range(0, len(entries), 10) if chosen is None or n in chosen}
    with making(folder) as bag:
        shown = bundle.Shown({"p_00": "Lê Thị Duyệt"}, names.items())
        with bundle.record_files(bag, shown, OFFICE_ZONE, lang) as records:
            pick = None if chosen is None else lambda pos, leaf: pos in chosen
            root = bundle.write_journal(bag, enumerate(entries), records, chosen=pick)
        assert root == root_of(hashes)
        bundle.write_seal(bag, note, policy, LOG_KEY if log else None)
        for size in earlier:
            old = sealed(size, root_of(hashes[:size]), log=log, witness_at=START + timedelta(seconds=7) * (size - 1))
            bag.put(f"log/checkpoints/{size}.txt", str(old).encode())
        bundle.write_disclosures(bag, names.items())
        if any(FILE_SHA256.encode() in leaf for leaf in entries):
            bag.put(f"files/{FILE_SHA256}.docx", FILE)
        positions = sorted(chosen or range(0, len(entries), max(1, len(entries) // 5)))
        bundle.write_proofs(bag, positions, note, lambda level, at: root_of(hashes[at << level : (at + 1) << level]))
        write_kit(bag)
        bag.close({"External-Identifier": ORIGIN})
    return Made(folder, entries, note)
