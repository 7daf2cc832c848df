"""A publisher for tests: an authority with keys, a folder that stands for its web server, and a register behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from iso_qms.domain.note import Key, Kind
from iso_qms.guard import Guard
from iso_qms.guard.cache import folder_name
from iso_qms.guard.publishing import Signer, publish, sign_root, write_root
from iso_qms.guard.roots import Ring, Root
from iso_qms.guard.snapshot import DocumentSnapshot, Head
from tests.guard.desk import Hands


def signer(name: str) -> Signer:
    """A fresh key pair under a name."""
    secret = Ed25519PrivateKey.generate()
    return Key(name, Kind.ED25519, secret.public_key().public_bytes_raw()), secret.sign


class Authority:
    """A province: two of three root keys, one key per scope, and a folder of published files."""

    def __init__(self, folder: Path, clock: Hands, scopes: tuple[str, ...] = ("H46",)) -> None:
        self.folder, self.clock = folder, clock
        self.roots = [signer(f"goc-{n}") for n in (1, 2, 3)]
        self.keys = {scope: signer(f"khoa-{n}") for n, scope in enumerate(scopes)}
        self.root = self._root(1)
        self.trust = folder.parent / "trust.root"
        self.trust.write_bytes(sign_root(self.root, self.roots[:2]))
        self.documents: dict[str, list[DocumentSnapshot]] = {scope: [] for scope in scopes}
        self.sequence = 0

    def _root(self, number: int) -> Root:
        ring = Ring(tuple(key for key, _ in self.roots), 2)
        scopes = {scope: Ring((key,), 1) for scope, (key, _) in self.keys.items()}
        return Root(number, ring, scopes, "qms.example/s")

    def publish(self, scope: str = "H46", *, sequence: int | None = None, key: Signer | None = None) -> Head:
        self.sequence = self.sequence + 1 if sequence is None else sequence
        return publish(
            self.folder,
            scope,
            self.documents[scope],
            root=self.root,
            signers=[key or self.keys[scope]],
            sequence=self.sequence,
            now=self.clock(),
        )

    def rotate(self, scope: str = "H46") -> None:
        """A new root that takes the scope's key away and gives it another."""
        self.keys[scope] = signer("khoa-moi")
        self.root = self._root(self.root.number + 1)
        write_root(self.folder, sign_root(self.root, self.roots[:2]))

    def checkpoint(self, scope: str = "H46") -> Path:
        return self.folder / folder_name(scope) / "checkpoint"

    def guard(self, cache: Path, scopes: tuple[str, ...] = ("H46",), **more) -> Guard:
        return Guard.remote(str(self.folder), scopes, trust=self.trust, cache=cache, clock=self.clock, **more)


def later(clock: Hands, **passed: int) -> None:
    clock.at = clock.at + timedelta(**passed)


def at(clock: Hands, moment: datetime) -> None:
    clock.at = moment
