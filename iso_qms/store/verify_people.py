"""What the journal says of persons' data, secrets and account names, against what the store keeps of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from iso_qms.domain import events as ev
from iso_qms.domain.disclosure import digest_of, read
from iso_qms.store import rows
from iso_qms.store.journal import table
from iso_qms.store.stored import Stored, shown
from iso_qms.store.tables import DisclosureRow, LoginRow, VerifierRow

Broke = Callable[[str, str, str, int | None], None]
RowsOf = Callable[..., Iterator[Stored]]


class People:
    """Remembers entry by entry what must be kept of persons, then compares; `erased` counts what is rightly gone."""

    def __init__(self, broke: Broke) -> None:
        self._broke = broke
        self.erased = 0
        self._digests: dict[str, int] = {}
        self._subjects: dict[int, str] = {}
        self._erasures: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        self._verifiers: dict[int, str] = {}
        self._logins: dict[str, int] = {}

    def remember(self, record: ev.Recorded, disclosed: list[str]) -> None:
        """Take note of one entry and the digests it commits to."""
        if disclosed:
            self._subjects[record.pos] = rows.subject_of(record.event)
        for digest in disclosed:
            self._digests[digest] = record.pos
        match record.event:
            case ev.CredentialSet(verifier_sha256=digest):
                self._verifiers[record.pos] = digest
            case ev.PersonAdded(person=person):
                self._logins[person] = record.pos
            case ev.DataErased(person=person, names=names):
                self._erasures[person].append((record.pos, names))
            case _:
                pass

    def check(self, rows_of: RowsOf) -> None:
        """Compare with the tables that `rows_of` reads."""
        logins = self._disclosures(rows_of(table(DisclosureRow), "pos", "digest"))
        self._secrets(rows_of(table(VerifierRow), "pos"))
        self._accounts(rows_of(table(LoginRow), "login"), logins)

    def _disclosures(self, found: Iterator[Stored]) -> dict[str, Any]:
        """Check what is kept and what is gone; the account names that are shown, by person."""
        kept: dict[int, set[str]] = defaultdict(set)
        left = dict(self._digests)
        logins: dict[str, Any] = {}
        for row in found:
            pos = row["pos"]
            wanted = left.pop(row["digest"], None)
            if wanted != pos or not _holds(row) or row["subject"] != self._subjects[pos]:
                self._says(pos if wanted is None else wanted, "bị thay đổi", "were changed")
            elif row["name"] in self._erasable(pos):
                self._says(pos, "lẽ ra đã xóa nhưng vẫn còn", "should be erased and are still there")
            kept[pos].add(row["name"])
            if row["name"] == "login":
                logins[row["subject"]] = row["value"]
        self._gone(left, kept)
        return logins

    def _gone(self, left: dict[str, int], kept: dict[int, set[str]]) -> None:
        """A digest does not say what it hid: as many may be gone of an entry as its person's later erasures name."""
        missing: dict[int, int] = defaultdict(int)
        for pos in left.values():
            missing[pos] += 1
        for pos, count in sorted(missing.items()):
            allowed = len(self._erasable(pos) - kept[pos])
            self.erased += min(count, allowed)
            if count > allowed:
                self._says(pos, "bị mất", "are missing")

    def _erasable(self, pos: int) -> set[str]:
        """The names that an erasure after this entry allows to be gone."""
        later = (names for at, names in self._erasures.get(self._subjects[pos], ()) if at > pos)
        return {name for names in later for name in names}

    def _says(self, pos: Any, vi: str, en: str) -> None:
        place = shown(pos)
        self._broke(
            f"disclosure {place}", f"dữ liệu cá nhân của mục {place} {vi}", f"personal data of entry {place} {en}", pos
        )

    def _secrets(self, found: Iterator[Stored]) -> None:
        left = dict(self._verifiers)
        for row in found:
            pos, text = row["pos"], row["verifier"]
            wanted = left.pop(pos, None)
            if wanted is None:
                self._broke(f"verifier {pos}", "mật khẩu không có mục nhật ký", "a secret without an entry", pos)
            elif not isinstance(text, str) or _sha256(text) != wanted:
                self._secret(pos, "bị thay đổi", "was changed")
        for pos in left:
            self._secret(pos, "bị mất", "is missing")

    def _secret(self, pos: int, vi: str, en: str) -> None:
        self._broke(f"verifier {pos}", f"mật khẩu lưu ở mục {pos} {vi}", f"the secret kept at entry {pos} {en}", pos)

    def _accounts(self, found: Iterator[Stored], logins: dict[str, Any]) -> None:
        left = dict(self._logins)
        for row in found:
            person, pos = row["person"], row["pos"]
            wanted = left.pop(person, None)
            if wanted is None:
                name = shown(row["login"])
                self._broke(
                    f"login {pos}", f"tài khoản “{name}” không có mục nhật ký", f"account “{name}” has no entry", pos
                )
            elif wanted != pos or row["login"] != logins.get(person):
                self._account(wanted, "bị thay đổi", "was changed")
        for pos in left.values():
            self._account(pos, "bị mất", "is missing")

    def _account(self, pos: int, vi: str, en: str) -> None:
        self._broke(f"login {pos}", f"tên tài khoản của mục {pos} {vi}", f"the account name of entry {pos} {en}", pos)


def _holds(row: Stored) -> bool:
    encoded = row["encoded"]
    try:
        said = read(encoded)
        return (digest_of(encoded), said.name, str(said.value)) == (row["digest"], row["name"], row["value"])
    except (AttributeError, TypeError, ValueError):
        return False


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
