"""Salted commitments to personal data: the journal keeps a digest, the value can be shown or erased (RFC 9901)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final, NamedTuple

from iso_qms.domain.canonical import canonical

#: RFC 9901 §9.3 asks for 128 bits of salt: with fewer a reader could try names until the digest fits.
SALT_SIZE: Final = 16
#: Names that RFC 9901 §4.2.1 forbids, because a processed record would be ambiguous.
RESERVED: Final = frozenset({"_sd", "...", "_sd_alg"})


class Disclosure(NamedTuple):
    """`digest` goes into the journal's leaf (its `_sd` list), `encoded` into the table that may be erased."""

    digest: str
    encoded: str


class Disclosed(NamedTuple):
    """What an encoded disclosure says."""

    name: str
    value: object


def disclose(name: str, value: object, salt: bytes) -> Disclosure:
    """Commit to one named value; `salt` is fresh, random, at least 16 bytes, never used twice (RFC 9901 §4.2.1)."""
    if len(salt) < SALT_SIZE:
        raise ValueError(f"a salt has at least {SALT_SIZE} bytes")
    if name in RESERVED:
        raise ValueError(f"{name!r} is reserved (RFC 9901)")
    encoded = _to_base64url(canonical([_to_base64url(salt), name, value]))
    return Disclosure(digest_of(encoded), encoded)


def digest_of(encoded: str) -> str:
    """The base64url SHA-256 over the encoded text itself (RFC 9901 §4.2.3)."""
    return _to_base64url(sha256(encoded.encode("ascii")).digest())


def read(encoded: str) -> Disclosed:
    """Name and value of an encoded disclosure; raises ValueError when it is none."""
    try:
        parts = json.loads(_from_base64url(encoded))
    except (ValueError, RecursionError):
        raise ValueError("not a disclosure") from None
    match parts:
        case [str(), str(name), value] if name not in RESERVED:
            return Disclosed(name, value)
    raise ValueError("not a disclosure")


def _to_base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes:
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if _to_base64url(raw) != text:
        raise ValueError("not base64url")
    return raw
