"""Secrets of persons: argon2 verifiers, made and checked outside any transaction, and the lock-out after failures."""

from __future__ import annotations

from datetime import datetime, timedelta
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import Engine

from iso_qms.domain import errors
from iso_qms.domain.acts import civil_text
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.staff import check_secret
from iso_qms.store import people

MOST_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)


def _typed(secret: str) -> bytes:
    """A secret's bytes, the same whether a keyboard composes its letters or not."""
    return normalize("NFC", secret).encode("utf-8", "surrogatepass")


class Secrets:
    """Makes and checks verifiers; `hasher` sets argon2's cost (the library's own recommendation by default)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def verifier(self, secret: str, login: str) -> str:
        """The argon2id verifier of a new secret; `WeakSecret`."""
        check_secret(secret, login)
        return self._hasher.hash(_typed(secret))

    def prove(self, engine: Engine, login: str, secret: str | None, now: datetime) -> int:
        """The journal position of the person's secret, which this is.

        Raises `UnknownPerson`, `SecretNeeded`, `NoSecret`, `LockedOut` or `WrongSecret`. Reads only; the caller records
        refusals that matter.
        """
        with engine.connect() as connection:
            person = people.person_id(connection, login)
            kept = people.verifier(connection, person)
            count, last = people.failures(connection, person, errors.WrongSecret.code)
        if kept is None:
            raise errors.NoSecret(login=login)
        if secret is None:
            raise errors.SecretNeeded(login=login)
        if count >= MOST_FAILURES and last is not None and now < last + LOCK_TIME:
            until = civil_text(last + LOCK_TIME, OFFICE_ZONE)
            raise errors.LockedOut(login=login, failures=count, until=until)
        try:
            self._hasher.verify(kept[1], _typed(secret))
        except VerifyMismatchError:
            raise errors.WrongSecret(login=login) from None
        except (VerificationError, InvalidHashError):
            raise errors.JournalBroken(pos=kept[0]) from None
        return kept[0]
