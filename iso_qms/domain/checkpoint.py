"""What the journal says about itself: C2SP tlog-checkpoint, tlog-cosignature and tlog-proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from iso_qms.domain import merkle
from iso_qms.domain.note import (
    BadNote,
    BadSignature,
    Key,
    Kind,
    Note,
    Sign,
    Signature,
    Verify,
    from_base64,
    signature_size,
    to_base64,
)

PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin (the journal's name), number of entries and root hash; `text` is what is signed."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if any(not line or re.search(r"[\x00-\x1f]", line) for line in lines):
            raise _bad("a line is empty or has control characters", "có dòng trống hoặc ký tự điều khiển")
        if not 0 <= self.size <= merkle.MAX_SIZE or len(self.root) != merkle.HASH_SIZE:
            raise _bad("size or root hash is out of range", "số mục hoặc mã băm gốc không hợp lệ")

    @property
    def text(self) -> str:
        """The note text (tlog-checkpoint, Note text), with its final newline."""
        return "\n".join((self.origin, str(self.size), to_base64(self.root), *self.extensions)) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note text; raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise _bad("a checkpoint has three lines", "mốc niêm phong phải có ba dòng")
        return cls(lines[0], _number(lines[1]), from_base64(lines[2]), tuple(lines[3:-1]))


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds; `time` is seconds since 1970, None for the log's own."""

    key: Key
    time: int | None


def cosign(text: str, key: Key, secret: Sign, time: int) -> Signature:
    """A witness's signature at `time` (seconds since 1970) over a checkpoint's text (tlog-cosignature)."""
    return Signature(key.name, key.id, time.to_bytes(8, "big") + secret(cosigned(text, key, time)))


def cosigned(text: str, key: Key, time: int) -> bytes:
    """The message under a cosignature: v1 text for Ed25519, the subtree structure for ML-DSA-44."""
    if key.kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    seen = Checkpoint.parse(text)
    name, origin = key.name.encode(), seen.origin.encode()
    if len(name) > 255 or len(origin) > 255:
        raise _bad("a name is longer than 255 bytes", "tên dài quá 255 byte")
    head = b"subtree/v1\n\0" + bytes([len(name)]) + name + time.to_bytes(8, "big")
    return head + bytes([len(origin)]) + origin + (0).to_bytes(8, "big") + seen.size.to_bytes(8, "big") + seen.root


def verified(note: Note, keys: Iterable[Key], verify: Verify) -> list[Verified]:
    """All signatures on a checkpoint by known keys, in order; unknown keys are passed over.

    Raises BadSignature when a known key's signature does not hold. An empty answer means: nobody known signed.
    """
    known, found = list(keys), []
    for signature in note.signatures:
        for key in known:
            if signature.is_by(key):
                found.append(_verified(note.text, signature, key, verify))
    return found


def _verified(text: str, signature: Signature, key: Key, verify: Verify) -> Verified:
    time, bare, message = None, signature.blob, text.encode()
    if key.timestamped:
        time, bare = signature.time, signature.blob[8:]
        message = cosigned(text, key, time)
    if len(bare) != signature_size(key) or not verify(key, message, bare):
        raise BadSignature(name=key.name)
    return Verified(key, time)


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry's place under one checkpoint; `str()` gives a .tlog-proof file."""

    index: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{to_base64(step)}\n" for step in self.path)
        return f"{PROOF_HEADER}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, given: str) -> Proof:
        """Read a .tlog-proof file (an `extra` line is passed over, it is not authenticated); raises BadNote."""
        head, _, rest = given.partition("\n\n")
        lines = head.split("\n")
        if lines[1:2] and lines[1].startswith("extra "):
            del lines[1]
        if len(lines) < 2 or lines[0] != PROOF_HEADER or not lines[1].startswith("index "):
            raise _bad("it is not a tlog-proof", "không phải tệp chứng minh tlog-proof")
        return cls(_number(lines[1][6:]), tuple(map(from_base64, lines[2:])), Note.parse(rest))

    def holds_for(self, leaf: bytes) -> bool:
        """True when the leaf stands at `index` under the checkpoint's root; its signatures are another question."""
        seen = Checkpoint.parse(self.note.text)
        return merkle.verify_inclusion(merkle.leaf_hash(leaf), self.index, seen.size, self.path, seen.root)


def hash_lines(path: Sequence[bytes]) -> str:
    """A consistency proof as text: one base64 hash a line, as tlog-witness sends it."""
    return "".join(f"{to_base64(step)}\n" for step in path)


def parse_hash_lines(text: str) -> list[bytes]:
    """What hash_lines wrote; raises BadNote."""
    return [from_base64(line) for line in text.splitlines()]


def _number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text):
        raise _bad("a number is malformed", "số không đúng dạng")
    return int(text)


def _bad(english: str, vietnamese: str) -> BadNote:
    return BadNote(why_en=english, why_vi=vietnamese)
