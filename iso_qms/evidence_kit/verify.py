#!/usr/bin/env python3
"""Checks an evidence bundle of an iso_qms journal / Kiểm tra bộ bằng chứng của nhật ký iso_qms.

Needs Python 3.9 or newer and nothing else: no packages, no network. It only reads. Read it before you trust it.

    python3 -I -S verify.py [BUNDLE] [--lang vi|en] [--key VKEY] [--policy FILE] [--checkpoint FILE] [--tolerance S]

The bundle is a BagIt folder (RFC 8493). Its journal is a Merkle tree (RFC 9162): the leaves are the lines of
data/records.jsonl, the root stands in data/log/checkpoint, signed as https://c2sp.org/signed-note says.
Exit code: 0 everything that could be checked holds, 1 something is broken, 2 this is no bundle or wrong usage.
"""
# ruff: noqa: E501, B905, UP017, UP035, UP045  (messages stay on one line; Python 3.9 has no zip(strict), UTC, X | None)

from __future__ import annotations

import argparse
import base64
import csv
import datetime
import hashlib
import json
import os
import pathlib
import sys
from typing import Callable, Iterator, Optional, Tuple

MESSAGES = """
journal    | Nhật ký {origin}, {size} mục, mã băm gốc {root} | Journal {origin}, {size} entries, root hash {root}
unreadable | {what}: không đọc được ({why}) | {what}: cannot be read ({why})
no bundle  | {what} không phải bộ bằng chứng (không có bagit.txt) | {what} is no bundle (no bagit.txt)
missing    | tệp {name}: không có trong bộ bằng chứng | file {name}: missing from the bundle
changed    | tệp {name}: nội dung đã bị thay đổi | file {name}: its content was changed
unlisted   | tệp {name}: không có trong bảng kê | file {name}: not listed in the manifest
listed     | {count} tệp đúng như bảng kê | {count} files are as the manifests list them
signed     | mốc niêm phong có chữ ký đúng của {name} {when} | the checkpoint is signed by {name} {when}
forged     | chữ ký của {name} trên mốc {file} không đúng | the signature of {name} on checkpoint {file} is wrong
strange    | chữ ký của {name}: loại chữ ký chương trình này không kiểm tra được | signature of {name}: of a kind this program cannot check
finger     | dấu vân tay khóa của {name}: {print} | fingerprint of the key of {name}: {print}
unsigned   | mốc niêm phong không có chữ ký của nhật ký: ai cũng có thể lập lại cả bộ này | no signature of the journal on the checkpoint: anybody could have made this bundle anew
own key    | khóa lấy từ chính bộ bằng chứng: hãy so dấu vân tay với nguồn bên ngoài (biên bản, trang web) | the keys come from the bundle itself: compare the fingerprints with a source outside it (minutes, web site)
quorum     | chưa đủ người làm chứng theo chính sách | fewer witnesses signed than the policy asks for
tree       | {copy}: {count} mục, tính lại đúng mã băm gốc đã niêm phong | {copy}: {count} entries, recomputed to the sealed root
no tree    | {copy}: {count} mục không cho ra mã băm gốc đã niêm phong của {size} mục | {copy}: {count} entries do not lead to the sealed root of {size} entries
altered    | {copy}: mục {pos} (dòng {line}) đã bị thay đổi | {copy}: entry {pos} (line {line}) was changed
moved      | {copy}: mục {pos} nằm sai chỗ, ở dòng {line} | {copy}: entry {pos} stands out of place, at line {line}
lost       | {copy}: thiếu mục {pos} | {copy}: entry {pos} is missing
upper      | log/tile/{level}: không khớp với các mục | log/tile/{level}: does not fit the entries
chosen     | {count} mục được chọn nằm đúng chỗ trong nhật ký {size} mục | the {count} chosen entries stand in their places among {size}
part       | bộ này chỉ là một phần nhật ký: không chứng minh rằng không bỏ sót mục nào | this is a part of the journal: it does not prove that nothing was left out
stretch    | bộ này là một đoạn liền của nhật ký, từ mục {first} đến mục {last}, không thiếu mục nào ở giữa | this is an unbroken stretch of the journal, entries {first} to {last}, nothing missing between
foreign    | mốc {file}: của nhật ký khác | checkpoint {file}: of another journal
cut        | mốc {file} có {size} mục, nhiều hơn bộ này: phần cuối nhật ký đã bị cắt, hoặc bộ này cũ hơn mốc | checkpoint {file} has {size} entries, more than this: the tail was cut, or this bundle is older
rewritten  | mốc {file}: nhật ký đã bị viết lại trước mục {size} | checkpoint {file}: the journal was rewritten before entry {size}
beginning  | {count} mốc niêm phong trước đây là phần đầu của nhật ký này | {count} earlier checkpoints are a beginning of this journal
no JSON    | mục {pos}: không phải JSON chuẩn tắc | entry {pos}: not canonical JSON
backwards  | mục {pos} ghi {time}, sớm hơn mục {before} | entry {pos} says {time}, which is before entry {before}
bracket    | mục {pos} ghi {time}, không khớp giờ người làm chứng ký: {size} mục {when} | entry {pos} says {time}, which does not fit a witness: {size} entries {when}
in order   | {count} mục đúng dạng, thời gian không chạy lùi | {count} entries are well-formed, their times do not run backwards
no value   | thông tin công bố cho mục {pos} không phải của mục này | a value disclosed for entry {pos} does not belong to it
values     | {count} giá trị công bố đúng với cam kết trong nhật ký | {count} disclosed values fit their commitments in the journal
no entry   | tệp tài liệu {name}: không mục nào ghi nhận | document file {name}: no entry names it
files      | {count} tệp tài liệu đúng mã băm đã ghi | {count} document files have the digests on record
no proof   | {name}: chứng minh không đúng | {name}: the proof does not hold
proofs     | {count} chứng minh vị trí đúng | {count} proofs of inclusion hold
no table   | records.csv dòng {line}: không cùng mục với records.jsonl | records.csv line {line}: not the entry of records.jsonl
table      | records.csv có cùng {count} mục với records.jsonl | records.csv has the same {count} entries as records.jsonl
no token   | dấu thời gian {name}: không thuộc mốc nào ở đây | time token {name}: of no checkpoint here
token      | dấu thời gian {name}: kiểm tra bằng “openssl ts -verify”, xem README | time token {name}: check it with “openssl ts -verify”, see README
more       | … và {count} lỗi tương tự | … and {count} more of this kind
broken     | KẾT LUẬN: có {count} điểm sai | CONCLUSION: {count} points are broken
holds      | KẾT LUẬN: mọi điểm kiểm tra được đều đúng; {open} điểm cần bạn tự xem xét | CONCLUSION: everything that can be checked holds; {open} points need your own judgement
"""
TEXTS = {line[:10].strip(): line[12:].split(" | ") for line in MESSAGES.strip().splitlines()}
MARKS = {"ok": ("[ĐÚNG]", "[OK]"), "bad": ("[SAI]", "[BROKEN]"), "open": ("[LƯU Ý]", "[NOTE]"), "info": ("", "")}


class Fault:
    """One wrong thing: a message and what fills it."""

    def __init__(self, text: str, **facts: object) -> None:
        self.text, self.facts = text, facts


class Report:
    """Says every result as a sentence and counts what is broken (bad) and what is left to the reader (open)."""

    def __init__(self, lang: str, out: Callable[[str], object] = print) -> None:
        self.lang, self.out, self.found = int(lang == "en"), out, {"ok": 0, "bad": 0, "open": 0, "info": 0}

    def say(self, kind: str, text: str, **facts: object) -> None:
        self.found[kind] += 1
        self.out(f"{MARKS[kind][self.lang]:<9}{TEXTS[text][self.lang].format(**facts)}")

    def judge(self, wrong: list[Fault], good: str, **facts: object) -> None:
        """The list of wrong things, or if there is none the good sentence (given a count that is not 0)."""
        for fault in wrong[:20]:
            self.say("bad", fault.text, **fault.facts)
        if len(wrong) > 20:
            self.say("bad", "more", count=len(wrong) - 20)
        if not wrong and facts.get("count") != 0:
            self.say("ok", good, **facts)


# --- The tree: RFC 9162 section 2.1 -----------------------------------------------------------------------------

sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """Pair neighbours level by level; a last one without a neighbour goes up as it is."""
    level = list(hashes)
    while len(level) > 1:
        pairs = iter(level)
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0] if level else sha256(b"").digest()


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Section 2.1.3.2."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r).digest()
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return 0 <= index < size and sn == 0 and r == root


# --- Ed25519: RFC 8032 section 5.1.7 ----------------------------------------------------------------------------

Point = Tuple[int, int, int, int]  # noqa: UP006  X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether s*B - k*A is R, with s and R from the signature, k hashed from R, key and message."""
    a, r, s = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, _ = sum_of(s, BASE, k, (P - a[0], a[1], a[2], P - a[3]))
    return (x - r[0] * z) % P == 0 and (y - r[1] * z) % P == 0


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def sum_of(s: int, p: Point, k: int, q: Point) -> Point:
    """s*p + k*q in one pass over the bits of both."""
    found, terms = (0, 1, 1, 0), (None, p, q, add(p, q))
    for bit in range(252, -1, -1):
        found = add(found, found)
        term = terms[(s >> bit & 1) | (k >> bit & 1) << 1]
        found = add(found, term) if term else found
    return found


def decode(raw: bytes) -> Optional[Point]:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


# --- Signed notes: c2sp.org/signed-note, /tlog-checkpoint, /tlog-cosignature, /tlog-policy ------------------------


class Key:
    """A vkey: name+id+base64(kind byte, public key)."""

    def __init__(self, vkey: str) -> None:
        self.vkey = vkey.strip()
        self.name, key_id, encoded = self.vkey.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        self.kind, self.public = raw[0], raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != key_id.lower():
            raise ValueError("key id")
        digest = sha256(self.vkey.encode()).hexdigest()
        self.fingerprint = " ".join(digest[at : at + 4] for at in range(0, 64, 4))


class Checkpoint:
    """A signed note that says: the journal `origin` has `size` entries and this root."""

    def __init__(self, path: pathlib.Path, raw: Optional[bytes] = None) -> None:
        self.file, self.raw = path.name, path.read_bytes() if raw is None else raw
        text, _, tail = self.raw.decode().rpartition("\n\n")
        self.text = text + "\n"
        self.origin, size, root = self.text.split("\n")[:3]
        self.size, self.root, self.signatures = int(size), base64.b64decode(root, validate=True), []
        for line in tail.splitlines():
            _, name, encoded = line.split(" ")
            signed = base64.b64decode(encoded, validate=True)
            self.signatures.append((name, signed[:4], signed[4:]))

    def signers(self, keys: list[Key]) -> Iterator[tuple[Key, int, Optional[bool]]]:
        """For every signature by one of `keys`: key, time or 0, whether it holds (None: of a kind not checked here)."""
        for name, key_id, blob in self.signatures:
            for key in keys:
                if (key.name, key.id) != (name, key_id):
                    continue
                time = int.from_bytes(blob[:8], "big")
                if key.kind == 1:
                    yield key, 0, ed25519(key.public, self.text.encode(), blob)
                elif key.kind == 4:
                    yield key, time, ed25519(key.public, f"cosignature/v1\ntime {time}\n{self.text}".encode(), blob[8:])
                else:
                    yield key, 0, None


class Policy:
    """Whose signatures count: keys of the log and of witnesses, and the quorum of witnesses."""

    def __init__(self, text: str, logs: list[str]) -> None:
        self.logs, self.witnesses, self.groups, self.quorum = [Key(vkey) for vkey in logs], {}, {}, "none"
        lines = [line.split() for line in text.splitlines()]
        for words in [words for words in lines if words and not words[0].startswith("#")]:
            if words[0] == "log":
                self.logs.append(Key(words[1]))
            elif words[0] == "witness":
                self.witnesses[words[1]] = Key(words[2])
            elif words[0] == "group":
                need = {"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2])
                self.groups[words[1]] = (need, words[3:])
            else:
                self.quorum = words[1]
        self.keys = [*self.logs, *self.witnesses.values()]

    def reached(self, signed: set[str], name: str) -> bool:
        if name in self.groups:
            need, members = self.groups[name]
            return sum(self.reached(signed, member) for member in members) >= need
        return name == "none" or self.witnesses[name].vkey in signed


# --- The bundle --------------------------------------------------------------------------------------------------


class Bundle:
    """The folder, and what its checks need in common."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.checkpoint = Checkpoint(self.data / "log" / "checkpoint")
        self.size = self.checkpoint.size
        self.earlier = [Checkpoint(path) for path in sorted((self.data / "log" / "checkpoints").glob("*.txt"))]
        raw = (self.data / "records.jsonl").read_bytes()
        self.records = raw[:-1].split(b"\n") if raw.endswith(b"\n") else raw.split(b"\n") if raw else []
        chosen = self.data / "positions.txt"
        self.partial = chosen.exists()
        self.positions = list(map(int, chosen.read_text().split())) if self.partial else list(range(len(self.records)))
        self.at = dict(zip(self.positions, self.records))
        self.hashes: list[bytes] = []  # of all leaves, set by check_tree

    def tiles(self, kind: str, count: int) -> Iterator[bytes]:
        """The tiles of one kind (c2sp.org/tlog-tiles), 256 items each; number 1234067 lies in x001/x234/067."""
        for number in range((count + 255) // 256):
            width, name, rest = min(256, count - number * 256), f"{number % 1000:03d}", number // 1000
            while rest:
                name, rest = f"x{rest % 1000:03d}/{name}", rest // 1000
            yield (self.data / f"log/tile/{kind}/{name}{f'.p/{width}' if width < 256 else ''}").read_bytes()

    def tile_hashes(self, level: int) -> list[bytes]:
        tiles = self.tiles(str(level), self.size >> 8 * level)
        return [raw[at : at + 32] for raw in tiles for at in range(0, len(raw), 32)]

    def entries(self) -> Iterator[bytes]:
        """The entries in the bundles, each behind its length in two bytes."""
        for raw in self.tiles("entries", self.size):
            at = 0
            while at < len(raw):
                end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
                yield raw[at + 2 : end]
                at = end


def check_bag(bundle: Bundle, report: Report) -> None:
    """Every listed file is there with the digest listed, and nothing else lies in the folder (RFC 8493 section 3)."""
    names, wrong = set(), []
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        for line in (bundle.folder / manifest).read_text("utf-8").splitlines():
            digest, _, name = line.partition("  ")
            path = bundle.folder / name
            names.add(name)
            if name.startswith("/") or ".." in name.split("/") or path.is_symlink() or not path.is_file():
                wrong.append(Fault("missing", name=name))
            elif digest_of(path) != digest:
                wrong.append(Fault("changed", name=name))
    there = {path.relative_to(bundle.folder).as_posix() for path in bundle.folder.rglob("*") if not path.is_dir()}
    wrong += [Fault("unlisted", name=name) for name in sorted(there - names - {"tagmanifest-sha256.txt"})]
    report.judge(wrong, "listed", count=len(names))


def check_signatures(bundle: Bundle, report: Report, policy: Policy, own: bool) -> None:
    """The checkpoint is signed by the journal's key and by as many witnesses as the policy asks for."""
    signed = set()
    for key, time, holds in bundle.checkpoint.signers(policy.keys):
        kind, text = {True: ("ok", "signed"), False: ("bad", "forged"), None: ("open", "strange")}[holds]
        report.say(kind, text, name=key.name, file="log/checkpoint", when=f"({local(time)})" if time else "")
        signed.update([key.vkey] if holds else [])
    for key in policy.keys:
        report.say("info", "finger", name=key.name, print=key.fingerprint)
    if not any(key.vkey in signed for key in policy.logs):
        report.say("bad" if policy.logs else "open", "unsigned")
    elif own:
        report.say("open", "own key")
    if not policy.reached(signed, policy.quorum):
        report.say("bad", "quorum")


def check_tree(bundle: Bundle, report: Report) -> None:
    """Each copy of the journal leads to the sealed root; where one does not, its wrong entries are named."""
    copies: dict[str, list[bytes]] = {"log/tile/0": bundle.tile_hashes(0)}
    if not bundle.partial:
        copies["records.jsonl"] = [leaf_hash(record) for record in bundle.records]
        copies["log/tile/entries"] = [leaf_hash(entry) for entry in bundle.entries()]
    fits = {c: len(h) == bundle.size and root_of(h) == bundle.checkpoint.root for c, h in copies.items()}
    bundle.hashes = next((copies[c] for c in copies if fits[c]), copies["log/tile/0"])
    for copy, hashes in copies.items():
        wrong = [] if fits[copy] else [Fault("no tree", copy=copy, count=len(hashes), size=bundle.size)]
        report.judge(wrong + differences(copy, hashes, bundle.hashes), "tree", copy=copy, count=len(hashes))
    level, below = 1, bundle.hashes
    while bundle.size >> 8 * level:
        below = [root_of(below[at : at + 256]) for at in range(0, len(below) - 255, 256)]
        if bundle.tile_hashes(level) != below:
            report.say("bad", "upper", level=level)
        level += 1


def differences(copy: str, found: list[bytes], right: list[bytes]) -> list[Fault]:
    """What was lost, changed, moved or doubled, given the hashes of the leaves as they should be."""
    if found == right:
        return []
    place, present = {digest: pos for pos, digest in enumerate(right)}, set(found)
    lost = {pos for pos, digest in enumerate(right) if digest not in present}
    wrong, before = [], -1
    for line, digest in enumerate(found, 1):
        pos = place.get(digest, before + 1)
        if digest not in place:
            wrong.append(Fault("altered", copy=copy, pos=pos, line=line))
            lost.discard(pos)
        elif pos <= before or any(skipped not in lost for skipped in range(before + 1, pos)):
            wrong.append(Fault("moved", copy=copy, pos=pos, line=line))
        before = pos
    return [Fault("lost", copy=copy, pos=pos) for pos in sorted(lost)] + wrong


def check_selection(bundle: Bundle, report: Report) -> None:
    """In a part of the journal each line stands at the position that positions.txt gives."""
    if not bundle.partial:
        return
    pairs, all_hashes = list(zip(bundle.positions, bundle.records)), dict(enumerate(bundle.hashes))
    wrong = [pos for pos, record in pairs if all_hashes.get(pos) != leaf_hash(record)]
    altered = [Fault("altered", copy="records.jsonl", pos=p, line=bundle.positions.index(p) + 1) for p in wrong]
    if not len(bundle.positions) == len(bundle.records) == len(bundle.at):
        altered.append(Fault("changed", name="data/positions.txt"))
    report.judge(altered, "chosen", count=len(pairs), size=bundle.size)
    first, last = (pairs[0][0], pairs[-1][0]) if pairs else (0, -1)
    unbroken = bundle.positions == list(range(first, last + 1)) and pairs
    report.say("open", "stretch" if unbroken else "part", first=first, last=last)


def check_earlier(bundle: Bundle, report: Report, policy: Policy, outside: list[Checkpoint]) -> None:
    """Every earlier checkpoint, from the bundle or from elsewhere, is a beginning of this journal."""
    wrong, old = [], [*bundle.earlier, *outside]
    for c in old:
        for key, _, holds in c.signers(policy.keys):
            wrong += [Fault("forged", name=key.name, file=c.file)] if holds is False else []
        if c.origin != bundle.checkpoint.origin:
            wrong.append(Fault("foreign", file=c.file))
        elif c.size > len(bundle.hashes):
            wrong.append(Fault("cut", file=c.file, size=c.size))
        elif root_of(bundle.hashes[: c.size]) != c.root:
            wrong.append(Fault("rewritten", file=c.file, size=c.size))
    report.judge(wrong, "beginning", count=len(old))


def check_entries(bundle: Bundle, report: Report, policy: Policy, tolerance: int) -> None:
    """Every entry is one JSON object in RFC 8785 form; times run forward and fit the times of the witnesses."""
    seals = [bundle.checkpoint, *bundle.earlier]
    marks = [(c.size, time) for c in seals for _, time, holds in c.signers(policy.keys) if holds and time]
    encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    wrong, before, last = [], -1, ""
    for pos, record in zip(bundle.positions, bundle.records):
        try:
            entry = json.loads(record.decode())
            again = encode(entry)
            time = entry["at"]
            second = datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()
            canonical = again.encode() == record
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            canonical = False
        if not canonical:
            wrong.append(Fault("no JSON", pos=pos))
            continue
        if time < last:
            wrong.append(Fault("backwards", pos=pos, time=time, before=before))
        before, last = pos, time
        for size, mark in marks:
            if second > mark + tolerance if pos < size else second < mark - tolerance:
                wrong.append(Fault("bracket", pos=pos, time=time, size=size, when=local(mark)))
                break
    report.judge(wrong, "in order", count=len(bundle.records))


def check_disclosures(bundle: Bundle, report: Report) -> None:
    """A disclosed value belongs to its entry: the SHA-256 of the disclosure stands in the entry's _sd (RFC 9901)."""
    path = bundle.data / "disclosures.jsonl"
    shown = [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
    wrong = []
    for one in shown:
        digest = base64.urlsafe_b64encode(sha256(one["disclosure"].encode()).digest()).rstrip(b"=")
        if b'"' + digest + b'"' not in bundle.at.get(one["pos"], b""):
            wrong.append(Fault("no value", pos=one["pos"]))
    report.judge(wrong, "values", count=len(shown))


def check_files(bundle: Bundle, report: Report) -> None:
    """Each file below data/files has its SHA-256 as name; manifests or entries name it."""
    files = [path for path in sorted((bundle.data / "files").rglob("*")) if not path.is_dir()]
    named = b"\n".join([*bundle.records, *(path.read_bytes() for path in files if path.suffix == ".json")])
    wrong = [Fault("changed", name=path.name) for path in files if digest_of(path) != path.stem]
    wrong += [Fault("no entry", name=path.name) for path in files if path.stem.encode() not in named]
    report.judge(wrong, "files", count=len(files))


def check_proofs(bundle: Bundle, report: Report) -> None:
    """Each .tlog-proof places its entry under a root of this journal (c2sp.org/tlog-proof)."""
    wrong, files = [], sorted((bundle.data / "proofs").glob("*.tlog-proof"))
    for path in files:
        head, _, note = path.read_bytes().partition(b"\n\n")
        lines, under = head.decode().split("\n"), Checkpoint(path, note)
        pos, steps = int(lines[1].split(" ")[1]), [base64.b64decode(line) for line in lines[2:]]
        ours = under.size <= len(bundle.hashes) and root_of(bundle.hashes[: under.size]) == under.root
        if not ours or not included(leaf_hash(bundle.at.get(pos, b"")), pos, under.size, steps, under.root):
            wrong.append(Fault("no proof", name=path.name))
    report.judge(wrong, "proofs", count=len(files))


def check_table(bundle: Bundle, report: Report) -> None:
    """records.csv, made for people, has the same entries (its column leaf_sha256)."""
    with (bundle.data / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    column, wrong = rows[0].index("leaf_sha256"), []
    for at in range(max(len(rows) - 1, len(bundle.records))):
        ours = [leaf_hash(record).hex() for record in bundle.records[at : at + 1]]
        if [row[column] for row in rows[at + 1 : at + 2]] != ours:
            wrong.append(Fault("no table", line=at + 2))
    report.judge(wrong, "table", count=len(bundle.records))


def check_tokens(bundle: Bundle, report: Report) -> None:
    """RFC 3161 tokens need OpenSSL; here only whether each speaks of a checkpoint of this bundle."""
    texts = {c.text.encode() for c in [bundle.checkpoint, *bundle.earlier]}
    for path in sorted((bundle.data / "log" / "timestamps").glob("*.tsr")):
        text = path.with_suffix(".txt").read_bytes()
        ours = text in texts and sha256(text).digest() in path.read_bytes()
        report.say("open" if ours else "bad", "token" if ours else "no token", name=path.name)


def digest_of(path: pathlib.Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def local(time: int) -> str:
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%d/%m/%Y %H:%M:%S UTC")


# --- All together ------------------------------------------------------------------------------------------------


def verify(folder: pathlib.Path, report: Report, policy_text: str = "", keys: tuple[str, ...] = (), checkpoints: tuple[str, ...] = (), tolerance: int = 300) -> int:  # fmt: skip
    """Run every check; what cannot even be read is a finding of its check. Returns the exit code."""
    try:
        bundle = Bundle(folder)
        own = folder / "data" / "keys" / "policy.txt"
        inside = own.read_text("utf-8") if own.exists() and not policy_text and not keys else ""
        policy = Policy(policy_text or inside, list(keys))
        outside = [Checkpoint(pathlib.Path(path)) for path in checkpoints]
    except Exception as why:
        report.say("bad", "unreadable", what=folder, why=why)
        return 1
    report.say("info", "journal", origin=bundle.checkpoint.origin, size=bundle.size, root=bundle.checkpoint.root.hex())
    checks: list[tuple[Callable[..., None], tuple[object, ...]]] = [
        *((check_bag, ()), (check_signatures, (policy, bool(inside))), (check_tree, ()), (check_selection, ())),
        *((check_earlier, (policy, outside)), (check_entries, (policy, tolerance)), (check_disclosures, ())),
        *((check_files, ()), (check_proofs, ()), (check_table, ()), (check_tokens, ())),
    ]
    for check, more in checks:
        try:
            check(bundle, report, *more)
        except Exception as why:
            report.say("bad", "unreadable", what=check.__name__, why=why)
    broken = report.found["bad"]
    report.say("bad" if broken else "ok", "broken" if broken else "holds", count=broken, open=report.found["open"])
    return 1 if broken else 0


def main(argv: Optional[list[str]] = None) -> int:
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", nargs="?", default=str(here), help="folder with bagit.txt / thư mục có bagit.txt")
    parser.add_argument("--lang", choices=("vi", "en"))
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        help="key of the journal, got elsewhere / khóa của nhật ký, lấy từ nơi khác",
    )
    parser.add_argument("--policy", help="policy file, got elsewhere / tệp chính sách, lấy từ nơi khác")
    parser.add_argument("--checkpoint", action="append", default=[], help="older checkpoint / mốc niêm phong cũ hơn")
    parser.add_argument(
        "--tolerance", type=int, default=300, help="seconds that clocks may differ / số giây đồng hồ được lệch"
    )
    options = parser.parse_args(argv)
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    report, folder = Report(options.lang or ("vi" if locale.startswith("vi") else "en")), pathlib.Path(options.bundle)
    try:
        policy = pathlib.Path(options.policy).read_text("utf-8") if options.policy else ""
    except (OSError, ValueError) as why:
        report.say("info", "unreadable", what=options.policy, why=why)
        return 2
    if not (folder / "bagit.txt").is_file():
        report.say("info", "no bundle", what=folder)
        return 2
    return verify(folder, report, policy, tuple(options.key), tuple(options.checkpoint), options.tolerance)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
