"""Text that carries signatures: C2SP signed-note, its keys and its signature lines (https://c2sp.org/signed-note)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from iso_qms.domain.errors import BadInput

#: Signs a message with the secret half of a key.
Sign = Callable[[bytes], bytes]
#: public key, message, signature -> does it verify (Ed25519 or ML-DSA-44, as the key's kind says).
Verify = Callable[["Key", bytes, bytes], bool]

#: Verifiers take at least 16 signatures; more than this is refused unread.
MAX_SIGNATURES: Final = 100
MAX_NOTE: Final = 1_000_000


class BadNote(BadInput):
    """Text that is not a signed note, key or checkpoint as C2SP writes them."""

    code = "BAD_NOTE"
    vi = "Văn bản có chữ ký số của nhật ký không hợp lệ: {why_vi}."
    en = "The signed text of the journal is not valid: {why_en}."


class BadSignature(BadInput):
    """A signature by a known key that does not verify: the whole note is refused (signed-note, Signatures)."""

    code = "BAD_SIGNATURE"
    vi = "Chữ ký của “{name}” trên mốc niêm phong không đúng."
    en = "The signature of “{name}” on the checkpoint is wrong."


class Kind(IntEnum):
    """Signature type identifier bytes that this project signs or verifies."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06


_PUBLIC_SIZE: Final = {Kind.ED25519: 32, Kind.COSIGNATURE: 32, Kind.ML_DSA_44: 1312}
_SIGNATURE_SIZE: Final = {Kind.ED25519: 64, Kind.COSIGNATURE: 64, Kind.ML_DSA_44: 2420}


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under a name; `str()` gives the vkey that people pass around."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        if not valid_name(self.name):
            raise _bad("the key name is empty or has a space or plus", "tên khóa trống hoặc có dấu cách, dấu cộng")
        if len(self.public) != _PUBLIC_SIZE[self.kind]:
            raise _bad("the public key has the wrong length", "khóa công khai sai độ dài")

    @property
    def id(self) -> bytes:
        """First four bytes of SHA-256(name, newline, kind, public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole vkey in groups of four hex digits: what two people compare over the telephone."""
        digest = sha256(str(self).encode()).hexdigest()
        return " ".join(digest[at : at + 4] for at in range(0, 64, 4))

    @property
    def timestamped(self) -> bool:
        """A cosigner's key: its signatures begin with the time of signing."""
        return self.kind is not Kind.ED25519

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Key:
        """Read a vkey; raises BadNote when it is malformed, of an unknown kind or its id does not fit."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise _bad("a key is written name+id+base64", "khóa phải viết dạng tên+mã+base64")
        raw = from_base64(parts[2])
        if raw[0] not in _PUBLIC_SIZE:
            raise _bad("the kind of key is not known", "loại khóa không được hỗ trợ")
        key = cls(parts[0], Kind(raw[0]), raw[1:])
        if key.id.hex() != parts[1].lower():
            raise _bad("the key's id does not fit its bytes", "mã nhận dạng không khớp với nội dung khóa")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, which key, the raw bytes behind the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {to_base64(self.key_id + self.blob)}\n"

    @property
    def time(self) -> int:
        """Seconds since 1970 that a cosignature begins with."""
        return int.from_bytes(self.blob[:8], "big")

    def is_by(self, key: Key) -> bool:
        """Same name and key id; whether it verifies is another question."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True, slots=True)
class Note:
    """A text ending in a newline, and its signatures; `str()` gives the file."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """The same text with further signatures; one by a key that signed already takes the place of the old one."""
        kept = {(s.name, s.key_id): s for s in (*self.signatures, *more)}
        return Note(self.text, tuple(kept.values()))

    @classmethod
    def parse(cls, given: str | bytes) -> Note:
        """Read a note strictly; raises BadNote. Nothing is verified yet."""
        text = _decoded(given)
        body, blank, tail = text.rpartition("\n\n")
        if not blank or not body or not tail.endswith("\n"):
            raise _bad("there is no signature block", "không có phần chữ ký")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise _bad("there are too many signatures", "có quá nhiều chữ ký")
        return cls(body + "\n", tuple(map(_signature, lines)))


def valid_name(name: str) -> bool:
    """A key name: not empty, no Unicode space, no plus, no control character."""
    return bool(name) and not re.search(r"[\s+\x00-\x1f\x7f]", name)


def sign(text: str, key: Key, secret: Sign) -> Signature:
    """Ed25519 signature over a note text (type 0x01)."""
    return Signature(key.name, key.id, secret(text.encode()))


def signature_size(key: Key) -> int:
    """Bytes of the bare signature, without key id and time."""
    return _SIGNATURE_SIZE[key.kind]


def to_base64(raw: bytes) -> str:
    """Standard base64 (RFC 4648 §4)."""
    return b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Standard base64, only in the one spelling that to_base64 writes; raises BadNote."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raw = b""
    if not raw or to_base64(raw) != text:
        raise _bad("a base64 value is malformed", "giá trị base64 không đúng dạng")
    return raw


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not valid_name(parts[1]):
        raise _bad("a signature line is malformed", "dòng chữ ký không đúng dạng")
    raw = from_base64(parts[2])
    if len(raw) <= 4:
        raise _bad("a signature is too short", "chữ ký quá ngắn")
    return Signature(parts[1], raw[:4], raw[4:])


def _decoded(given: str | bytes) -> str:
    if len(given) > MAX_NOTE:
        raise _bad("it is too long", "văn bản quá dài")
    try:
        text = given.decode() if isinstance(given, bytes) else given
    except UnicodeDecodeError:
        raise _bad("it is not UTF-8", "không phải UTF-8") from None
    if re.search(r"[\x00-\x09\x0b-\x1f]", text):
        raise _bad("it has control characters", "có ký tự điều khiển")
    return text


def _bad(english: str, vietnamese: str) -> BadNote:
    return BadNote(why_en=english, why_vi=vietnamese)
