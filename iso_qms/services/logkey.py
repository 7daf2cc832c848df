"""The journal's own signing key: an Ed25519 key in an encrypted file that lies outside the database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from iso_qms.domain import os_words
from iso_qms.domain.errors import BadInput, FileTrouble
from iso_qms.domain.note import Key, Kind, Sign


class KeyTrouble(BadInput):
    """A key file that cannot be used."""

    code = "KEY_TROUBLE"
    vi = "Không dùng được tệp khóa “{path}”: {why_vi}."
    en = "Key file “{path}” cannot be used: {why_en}."


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that signs: its public side and the signing itself, whose secret never leaves this object."""

    key: Key
    sign: Sign


def create(path: Path, name: str, passphrase: str | None, *, kind: Kind = Kind.ED25519) -> LogKey:
    """Make a new key in a new file (PKCS #8 PEM, readable by its owner only), encrypted where a passphrase is given.

    `name` is the journal's origin, or a witness's name with `kind` COSIGNATURE. `FileTrouble` when the file exists.
    """
    secret = Ed25519PrivateKey.generate()
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        locked = serialization.BestAvailableEncryption(passphrase.encode())
    pem = secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileTrouble(path=path, why_vi="đã có tệp này", why_en="it exists already") from None
    except OSError as error:
        raise FileTrouble(path=path, **os_words.why(error)) from None
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    return _log_key(secret, name, kind)


def load(path: Path, name: str, passphrase: str | None, *, kind: Kind = Kind.ED25519) -> LogKey:
    """Open a key file; `KeyTrouble` when it is missing, of another kind, or the passphrase is wrong."""
    try:
        secret = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except OSError as error:
        raise KeyTrouble(path=path, **os_words.why(error)) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = {"why_vi": "sai mật khẩu hoặc không phải tệp khóa PEM", "why_en": "wrong passphrase or no PEM key"}
        raise KeyTrouble(path=path, **why) from None
    if not isinstance(secret, Ed25519PrivateKey):
        raise KeyTrouble(path=path, why_vi="không phải khóa Ed25519", why_en="it is no Ed25519 key")
    return _log_key(secret, name, kind)


def _log_key(secret: Ed25519PrivateKey, name: str, kind: Kind) -> LogKey:
    return LogKey(Key(name, kind, secret.public_key().public_bytes_raw()), secret.sign)


def verify(key: Key, message: bytes, signature: bytes) -> bool:
    """True when a signature by any kind of key that notes know holds; ML-DSA needs a recent `cryptography`."""
    try:
        if key.kind is Kind.ML_DSA_44:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

            MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm, ImportError):
        return False
    return True
