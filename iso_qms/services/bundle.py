"""The files of an evidence bundle that come from the journal: records, tables for people, tiles, proofs."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from iso_qms.domain import tiles
from iso_qms.domain.checkpoint import Checkpoint, Proof
from iso_qms.domain.merkle import CompactRange, NodeReader, inclusion_proof, leaf_hash
from iso_qms.domain.note import Key, Note
from iso_qms.services.act_words import act_words
from iso_qms.services.bag import Bag, Counted
from iso_qms.services.sheets import Cell, CsvSheet, XlsxSheet

HEADERS: Final = {
    "pos": ("Số thứ tự", 10),
    "time_utc": ("Thời điểm (UTC)", 27),
    "time_local": ("Thời điểm (giờ địa phương)", 22),
    "act": ("Mã hành vi", 18),
    "act_words": ("Hành vi", 26),
    "document": ("Tài liệu", 16),
    "number": ("Phiên bản", 10),
    "actor": ("Người thực hiện (mã)", 21),
    "actor_name": ("Người thực hiện (họ tên)", 26),
    "entered_by": ("Tài khoản nhập thay", 21),
    "auth": ("Cách xác thực", 13),
    "details": ("Nội dung", 60),
    "leaf_sha256": ("Mã băm của mục", 66),
}
"""Columns of records.csv (by these names) and records.xlsx (by the Vietnamese words), with their widths."""


_details = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), check_circular=False).encode


@dataclass(slots=True)
class Shown:
    """What may be shown of people: names by pseudonymous id, and the disclosures by position that prove them."""

    names: Mapping[str, str] = field(default_factory=dict)
    disclosures: Iterable[tuple[int, str]] = ()


class TreeFiles:
    """Writes the hash tiles, and with them the entry bundles, while the leaves go by (C2SP tlog-tiles)."""

    def __init__(self, bag: Bag) -> None:
        self._bag, self._range = bag, CompactRange()
        self._hashes: list[list[bytes]] = [[]]
        self._entries: list[bytes] = []

    def add(self, digest: bytes, leaf: bytes | None = None) -> None:
        """The next leaf's hash; with the leaf itself in exports of the whole journal."""
        if leaf is not None:
            self._entries.append(leaf)
        self._hashes[0].append(digest)
        # A completed subtree of 2**8 (2**16 …) leaves is one hash of a tile one (two …) levels up.
        for level, _, node in self._range.append(digest):
            if level % tiles.HEIGHT == 0:
                if level // tiles.HEIGHT == len(self._hashes):
                    self._hashes.append([])
                self._hashes[level // tiles.HEIGHT].append(node)
        self._write(tiles.WIDTH)

    def close(self) -> bytes:
        """Write the partial tiles; returns the root."""
        self._write(1)
        return self._range.root()

    def _write(self, least: int) -> None:
        for level, hashes in enumerate(self._hashes):
            if len(hashes) < least:
                continue
            count = self._range.size >> tiles.HEIGHT * level
            tile = tiles.Tile(level, (count - 1) // tiles.WIDTH, len(hashes))
            self._bag.put(f"log/{tile.path}", b"".join(hashes))
            if level == 0 and self._entries:
                self._bag.put(f"log/{tile.entries_path}", tiles.pack(self._entries))
                self._entries.clear()
            hashes.clear()


class RecordFiles:
    """Writes the chosen entries as exact leaves (JSON lines), CSV and XLSX."""

    def __init__(self, lines: Counted, csv: CsvSheet, xlsx: XlsxSheet, shown: Shown, zone: tzinfo, lang: str) -> None:
        self._lines, self._csv, self._xlsx = lines, csv, xlsx
        self._shown, self._zone, self._lang = shown, zone, lang
        self._codes: dict[str, str] = {}
        self.count = 0

    def add(self, pos: int, leaf: bytes, digest: bytes) -> Mapping[str, Any]:
        """Write one entry; returns it as read."""
        self._lines.write(leaf + b"\n")
        record: dict[str, Any] = json.loads(leaf.decode())
        row = self._row(pos, record, digest)
        self._csv.row(row)
        self._xlsx.row(row)
        self.count += 1
        return record

    def _row(self, pos: int, record: Mapping[str, Any], digest: bytes) -> Sequence[Cell]:
        data = dict(record["data"])
        actor, act, at = record["actor"], record["act"], record["at"]
        document = data.pop("document", None)
        if "code" in data:
            self._codes[document] = data["code"]
        t = datetime.fromisoformat(at).astimezone(self._zone)
        local = f"{t.day:02d}/{t.month:02d}/{t.year} {t.hour:02d}:{t.minute:02d}:{t.second:02d}"
        return (
            *(pos, at, local, act, act_words(act, self._lang)),
            *(self._codes.get(document, document), data.pop("number", None), actor, self._shown.names.get(actor)),
            *(record.get("entered_by"), record["auth"]),
            _details(data) if data else None,
            digest.hex(),
        )


@contextmanager
def record_files(bag: Bag, shown: Shown, zone: tzinfo, lang: str) -> Iterator[RecordFiles]:
    """Open records.jsonl, records.csv and records.xlsx together."""
    with ExitStack() as stack:
        lines, table = stack.enter_context(bag.open("records.jsonl")), stack.enter_context(bag.open("records.csv"))
        book = stack.enter_context(bag.open_seekable("records.xlsx"))
        title, words = ("Journal", list(HEADERS)) if lang == "en" else ("Nhật ký", [w for w, _ in HEADERS.values()])
        csv, xlsx = CsvSheet(table), XlsxSheet(book, title, words, [width for _, width in HEADERS.values()])
        csv.row(list(HEADERS))
        yield RecordFiles(lines, csv, xlsx, shown, zone, lang)
        csv.flush()
        xlsx.close()


def write_journal(
    bag: Bag,
    leaves: Iterable[tuple[int, bytes]],
    records: RecordFiles,
    *,
    chosen: Callable[[int, bytes], bool] | None = None,
    seen: Callable[[int, Mapping[str, Any]], None] = lambda pos, record: None,
) -> bytes:
    """Write tiles of all leaves and the records of the chosen ones (None: all of them); returns the root.

    `seen` is called with every chosen entry.
    """
    tree, positions = TreeFiles(bag), []
    for pos, leaf in leaves:
        digest = leaf_hash(leaf)
        tree.add(digest, leaf if chosen is None else None)
        if chosen is None or chosen(pos, leaf):
            seen(pos, records.add(pos, leaf, digest))
            if chosen is not None:
                positions.append(pos)
    if chosen is not None:
        bag.put("positions.txt", "".join(f"{pos}\n" for pos in positions).encode())
    return tree.close()


def write_seal(bag: Bag, note: Note, policy: str, own: Key | None) -> None:
    """Write the checkpoint, the policy that says whose signatures count, and the pieces that `openssl` needs."""
    bag.put("log/checkpoint", str(note).encode())
    if policy:
        bag.put("keys/policy.txt", policy.encode())
    signed = [s for s in note.signatures if own is not None and s.is_by(own)]
    if own is not None and signed:
        bag.put("keys/log.pem", public_pem(own).encode())
        bag.put("log/openssl/checkpoint.txt", note.text.encode())
        bag.put("log/openssl/checkpoint.sig", signed[0].blob)


def public_pem(key: Key) -> str:
    """An Ed25519 public key as OpenSSL reads it: SubjectPublicKeyInfo (RFC 8410 §4) in PEM."""
    der = bytes.fromhex("302a300506032b6570032100") + key.public
    return f"-----BEGIN PUBLIC KEY-----\n{b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"


def write_proofs(bag: Bag, positions: Iterable[int], note: Note, read: NodeReader) -> None:
    """One .tlog-proof for each position under the checkpoint (C2SP tlog-proof)."""
    size = Checkpoint.parse(note.text).size
    for pos in positions:
        proof = Proof(pos, tuple(inclusion_proof(pos, size, read)), note)
        bag.put(f"proofs/{pos}.tlog-proof", str(proof).encode())


def write_disclosures(bag: Bag, disclosures: Iterable[tuple[int, str]]) -> int:
    """disclosures.jsonl with the values that may be shown; returns how many."""
    count = 0
    with bag.open("disclosures.jsonl") as out:
        for pos, encoded in disclosures:
            out.write(json.dumps({"pos": pos, "disclosure": encoded}, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count
