"""The token in a copy's QR code: what was printed, signed by the office, readable without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.printing.stamp import DIGEST_PREFIX, Status

PREFIX = "ISOQMS1:"
_PURPOSE = b"iso_qms copy token 1\n"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SIGNATURE = 64
_KEY_NAME = 4
MAX_TOKEN = 2_000


class Signer(Protocol):
    """Whatever signs for the office: an ``Ed25519PrivateKey``, or a key that stays in a safe and signs there."""

    def sign(self, data: bytes, /) -> bytes:
        """The Ed25519 signature of the data."""
        ...

    def public_key(self) -> Ed25519PublicKey:
        """The public half."""
        ...


@dataclass(frozen=True, slots=True)
class CopyToken:
    """What a printed copy claims about itself.

    ``version`` counts 1, 2, 3…; ``label`` is what is printed; ``sha256`` holds the first 16 hexadecimal digits;
    ``copy_no`` is 0 for an unnumbered copy; ``printed_at`` is an aware instant with whole seconds.
    """

    document: str
    version: int
    label: str
    sha256: str
    copy_no: int
    printed_at: datetime
    status: Status


def sign_copy(key: Signer, copy: CopyToken) -> str:
    """Give the token's text: prefix, then payload, key name and Ed25519 signature (RFC 8032) in base45 (RFC 9285).

    Base45 uses only a QR code's alphanumeric letters, so the code stays a quarter smaller than with base64url.
    """
    if copy.printed_at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    payload = json.dumps(
        [
            copy.document,
            copy.version,
            copy.label,
            copy.sha256[:DIGEST_PREFIX],
            copy.copy_no,
            int(copy.printed_at.timestamp()),
            copy.status.value,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    name = key_name(key.public_key())
    return PREFIX + _base45(payload + name + key.sign(_PURPOSE + name + payload))


def read_copy(token: str, public_keys: Ed25519PublicKey | Iterable[Ed25519PublicKey]) -> CopyToken:
    """Check the token against the office's public keys and give what it claims.

    Raises Unreadable with code ``not-a-copy-token``, ``unknown-key`` or ``forged-token``. A true token says what was
    so when it was printed; whether the version is still in force, the register answers.
    """
    keys = [public_keys] if isinstance(public_keys, Ed25519PublicKey) else list(public_keys)
    text = token.strip()
    if not text.startswith(PREFIX) or len(text) > MAX_TOKEN:
        raise _no_token()
    data = _from_base45(text[len(PREFIX) :])
    if len(data) <= _SIGNATURE + _KEY_NAME:
        raise _no_token()
    signature = data[-_SIGNATURE:]
    name = data[-_SIGNATURE - _KEY_NAME : -_SIGNATURE]
    payload = data[: -_SIGNATURE - _KEY_NAME]
    named = [key for key in keys if key_name(key) == name]
    if not named:
        raise _unknown_key()
    for key in named:
        try:
            key.verify(signature, _PURPOSE + name + payload)
        except InvalidSignature:
            continue
        return _claims(payload)
    raise _forged()


def key_name(key: Ed25519PublicKey) -> bytes:
    """Four bytes that tell an office's keys apart; a hint, not a proof."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:_KEY_NAME]


def _claims(payload: bytes) -> CopyToken:
    try:
        document, version, label, sha256, copy_no, seconds, status = json.loads(payload)
        printed_at = datetime.fromtimestamp(seconds, UTC)
        return CopyToken(document, version, label, sha256, copy_no, printed_at, Status(status))
    except (ValueError, TypeError, OverflowError, OSError) as cause:
        raise _no_token() from cause


def _base45(data: bytes) -> str:
    out = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            out.append(_ALPHABET[digit])
    return "".join(out)


def _from_base45(text: str) -> bytes:
    out = bytearray()
    for start in range(0, len(text), 3):
        letters = text[start : start + 3]
        digits = [_ALPHABET.find(letter) for letter in letters]
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        size = len(letters) - 1
        if size == 0 or min(digits) < 0 or number >= 256**size:
            raise _no_token()
        out += number.to_bytes(size, "big")
    return bytes(out)


def _no_token() -> Unreadable:
    return Unreadable(
        "not-a-copy-token",
        "Mã này không phải mã bản in của iso_qms hoặc bị thiếu ký tự.",
        "This is no copy token of iso_qms, or characters are missing.",
        "Hãy quét lại mã QR trên trang 1 của bản in.",
        "Scan the QR code on page 1 of the copy again.",
    )


def _unknown_key() -> Unreadable:
    return Unreadable(
        "unknown-key",
        "Mã bản in do một khóa khác ký, không phải khóa của cơ quan này.",
        "The copy token is signed by a key that is not this office's.",
        "Hãy dùng khóa công khai của cơ quan đã in bản này.",
        "Use the public key of the office that printed the copy.",
    )


def _forged() -> Unreadable:
    return Unreadable(
        "forged-token",
        "Chữ ký của mã bản in không đúng: nội dung mã đã bị thay đổi hoặc giả mạo.",
        "The copy token's signature is wrong: its content was altered or forged.",
        "Không dùng bản in này; hãy lấy bản mới từ thư ký ISO.",
        "Do not use this copy; ask the quality officer for a new one.",
    )
