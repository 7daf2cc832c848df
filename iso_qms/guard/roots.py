"""Whose signatures count: a chain of root files, each signed by enough keys of the one before and of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from iso_qms.domain import ed25519
from iso_qms.domain.errors import QmsError
from iso_qms.domain.note import Key, Kind, Note

SCHEMA = "root/1"


class NotTrusted(ValueError):
    """A file that is not signed by enough trusted keys, or not a file of this kind; the text says which."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Some keys, of which `threshold` different ones must sign."""

    keys: tuple[Key, ...]
    threshold: int = 1

    def signers(self, note: Note) -> set[bytes]:
        """The public keys of this ring whose signature on a note holds."""
        return {
            key.public
            for key in self.keys
            for signature in note.signatures
            if signature.is_by(key) and verify(key, note.text.encode(), signature.blob)
        }

    def vouches(self, note: Note) -> bool:
        """Whether enough different keys signed."""
        return len(self.signers(note)) >= self.threshold


@dataclass(frozen=True, slots=True)
class Root:
    """One root file: its number, the root keys, and per scope the keys that may sign its checkpoints."""

    number: int
    ring: Ring
    scopes: Mapping[str, Ring]
    origin: str = ""
    raw: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """The note text: one line of JSON."""
        body = {
            "schema": SCHEMA,
            "number": self.number,
            "origin": self.origin,
            "root": _plain(self.ring),
            "scopes": {scope: _plain(ring) for scope, ring in self.scopes.items()},
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"

    def origin_of(self, scope: str) -> str:
        """The first line of every checkpoint of a scope."""
        return f"{self.origin}/{scope}" if self.origin else scope

    @classmethod
    def parse(cls, raw: bytes) -> Root:
        """Read a root file and check that it is signed by enough of its own root keys; raises NotTrusted."""
        try:
            note = Note.parse(raw)
            body = json.loads(note.text)
            if body["schema"] != SCHEMA or type(body["number"]) is not int or body["number"] < 1:
                raise NotTrusted("it is not a root file of a schema known here")
            scopes = {str(scope): _ring(ring) for scope, ring in body["scopes"].items()}
            root = cls(body["number"], _ring(body["root"]), scopes, str(body.get("origin", "")), bytes(raw))
        except (QmsError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotTrusted(f"the root file cannot be read: {error}") from error
        if not root.ring.vouches(note):
            raise NotTrusted("the root file is not signed by enough of its own keys")
        return root

    def successor(self, raw: bytes) -> Root:
        """The next root, when this one's keys and its own vouch for it; raises NotTrusted."""
        following = Root.parse(raw)
        if following.number != self.number + 1:
            raise NotTrusted(f"root {following.number} does not follow root {self.number}")
        if following.origin != self.origin:
            raise NotTrusted("the next root is of another authority")
        if not self.ring.vouches(Note.parse(raw)):
            raise NotTrusted(f"root {following.number} is not signed by enough keys of root {self.number}")
        return following


def verify(key: Key, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds; by the `cryptography` library where it is installed, else in plain Python."""
    if key.kind is not Kind.ED25519 or len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519.verify(key.public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def ring_of(keys: Iterable[Key], threshold: int = 1) -> Ring:
    """A ring of different keys; raises NotTrusted when the threshold cannot be met or is not at least one."""
    listed = tuple(keys)
    if not 1 <= threshold <= len({key.public for key in listed}):
        raise NotTrusted("a threshold must be at least one and at most the number of different keys")
    return Ring(listed, threshold)


def _ring(raw: Mapping[str, object]) -> Ring:
    keys, threshold = raw["keys"], raw["threshold"]
    if not isinstance(keys, list) or type(threshold) is not int:
        raise NotTrusted("a ring has keys and a threshold")
    return ring_of([Key.parse(str(key)) for key in keys], threshold)


def _plain(ring: Ring) -> dict[str, object]:
    return {"keys": [str(key) for key in ring.keys], "threshold": ring.threshold}
