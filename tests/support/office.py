"""An invented office with a real store: nine people, and every act on a document in one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from argon2 import PasswordHasher

from iso_qms.domain import events as ev
from iso_qms.domain.acts import Content
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.errors import QmsError
from iso_qms.domain.manifest import File, build
from iso_qms.domain.people import Person
from iso_qms.qms import Qms
from tests.support.clock import Clock

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""argon2 as it is, at a cost that tests can pay."""

AUTHORITY = "UBND xã Thanh Bình"
OPERATOR = "vanthu"

PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "soan": ("Lê Thị Soạn", ("drafter",)),
    "soan2": ("Phạm Văn Thảo", ("drafter",)),
    "xemxet": ("Trần Văn Xem", ("reviewer",)),
    "xemxet2": ("Vũ Thị Xét", ("reviewer",)),
    "duyet": ("Nguyễn Văn Duyệt", ("approver", "issuer")),
    "duyet2": ("Hoàng Thị Phê", ("approver",)),
    "thuky": ("Đặng Thị Thư", ("controller",)),
    "quantri": ("Bùi Văn Quản", ("administrator",)),
    "danhgia": ("Đỗ Thị Đánh", ("auditor",)),
}
"""Account, name and roles of everybody; the secret of `soan` is `mat-khau-soan-1`."""


def secret_of(login: str) -> str:
    """The secret with which a person of the office was given the account."""
    return f"mat-khau-{login}-1"


def who(login: str) -> Person:
    """A person of the office with their secret."""
    return Person(login, secret_of(login))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment on the office's clock, as an aware UTC datetime."""
    return datetime(year, month, day, hour, minute, second, tzinfo=OFFICE_ZONE).astimezone(UTC)


@contextmanager
def refuses(kind: type[QmsError]) -> Iterator[pytest.ExceptionInfo[QmsError]]:
    """The block ends in exactly this refusal, which has a sentence in each language."""
    with pytest.raises(kind) as caught:
        yield caught
    assert type(caught.value) is kind
    assert caught.value.message("vi") and caught.value.message("en")
    assert caught.value.message("vi") != caught.value.message("en")


class Office:
    """One store with its people and a clock that stands still.

    Acts take the account name of who does them and return the recorded act; what is drafted are small real files.
    """

    def __init__(self, url: str, files: Path, clock: Clock | None = None, **options: Any) -> None:
        self.url, self.clock = url, clock or Clock()
        defaults = {"operator": OPERATOR, "disabled_plugins": ("*",)}  # whatever is installed on this machine
        self.qms = Qms(url, files, clock=self.clock, hasher=CHEAP, **(defaults | options))

    @classmethod
    def found(cls, url: str, files: Path, clock: Clock | None = None, people: bool = True, **options: Any) -> Office:
        """Make a store at an empty address, with the people of the office."""
        clock = clock or Clock()
        Qms.create(url, files, operator=OPERATOR, authority=AUTHORITY, clock=clock, hasher=CHEAP).close()
        office = cls(url, files, clock, **options)
        for login, (name, roles) in PEOPLE.items() if people else ():
            office.qms.staff.add(login, name=name, by=None, roles=roles)
            office.qms.staff.set_secret(login, secret_of(login), by=None)
        return office

    @classmethod
    def copied(cls, folder: Path, clock: Clock | None = None, after: Callable[[Office], Any] | None = None) -> Office:
        """The same office on SQLite, quickly: a copy of one that was made before, and in which `after` happened.

        The clock is set to an hour after that.
        """
        made = _made_before(after)
        shutil.copytree(made.folder.name, folder, dirs_exist_ok=True)
        clock = clock or Clock()
        clock.set(made.at)
        return cls(f"sqlite:///{folder / 'qms.db'}", folder / "files", clock)

    # --- acts ---------------------------------------------------------------------------------------------------------

    def content(self, code: str = "QT-01", text: str = "", issue: int | None = None, **more: Any) -> Content:
        """Content whose files are really kept; the next free label where none is given."""
        issue = issue or self._next_issue(code)
        body = (text or f"Quy trình {code}, lần ban hành {issue}").encode()
        file = File(f"{code}.txt".replace("/", "_"), self.qms.files.put(body), len(body))
        manifest = build([file])
        self.qms.files.put(manifest.to_bytes())
        facts: dict[str, Any] = {"title": "Kiểm soát thông tin dạng văn bản", "revision": 0} | more
        return Content(code=code, issue=issue, sha256=manifest.sha256, **facts)

    def _next_issue(self, code: str) -> int:
        try:
            versions = self.qms.document(code).versions.values()
        except QmsError:
            return 1
        return 1 + max(v.content.issue for v in versions)

    def draft(
        self,
        code: str = "QT-01",
        text: str = "",
        by: str = "soan",
        reason: str = "Ban hành lần đầu",
        number: int | None = None,
        new: bool = False,
        requests: tuple[int, ...] = (),
        **more: Any,
    ) -> ev.Recorded:
        content = self.content(code, text, **more)
        return self.qms.control.draft(content, by=Person(by), reason=reason, number=number, new=new, requests=requests)

    def submit(self, code: str = "QT-01", by: str = "soan", **more: Any) -> ev.Recorded:
        return self.qms.submit(code, by=Person(by), **more)

    def sign(self, code: str = "QT-01", *by: str, **more: Any) -> ev.Recorded:
        """Signatures one after another; the last one recorded."""
        return [self.qms.sign(code, by=who(each), **more) for each in by or ("xemxet", "duyet")][-1]

    def approve(self, code: str = "QT-01", text: str = "", **more: Any) -> int:
        """Draft, submit and sign by the usual three; the version's number."""
        drafted = self.draft(code, text, new=True, **more).event
        assert isinstance(drafted, ev.Drafted)
        self.submit(code, number=drafted.number)
        self.sign(code, number=drafted.number)
        return drafted.number

    def issue(self, code: str = "QT-01", effective: date | None = None, by: str = "duyet", **more: Any) -> ev.Recorded:
        """Issue from a day on, today where none is given."""
        facts = {"decision": "15/QĐ-UBND"} | more
        return self.qms.issue(code, effective=effective or self.today, by=Person(by), **facts)

    def publish(self, code: str = "QT-01", effective: date | None = None, text: str = "", **more: Any) -> int:
        """Everything from the draft to the issue; the version's number."""
        number = self.approve(code, text)
        self.issue(code, effective, number=number, **more)
        return number

    # --- questions ----------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(OFFICE_ZONE).date()

    def in_force(self, code: str = "QT-01", at: datetime | None = None, known: datetime | None = None) -> int | None:
        """The number of the version in force; by default a second from now, for acts take microseconds."""
        found = self.qms.in_force(code, at or self.clock.now() + timedelta(seconds=1), known)
        return None if found is None else found.number

    def id_of(self, login: str) -> str:
        """The pseudonymous id of a person."""
        return next(id for id, named in self.qms.registers.names().items() if named.login == login)

    def acts(self) -> list[str]:
        """What the journal holds, act by act."""
        return [record.event.act for record in self.qms.entries()]

    def last(self) -> ev.Recorded:
        """The newest entry of the journal."""
        return list(self.qms.entries())[-1]

    def holds(self) -> bool:
        """Whether the whole store can be derived again from its journal; says what is broken where it cannot."""
        found = self.qms.verify()
        assert found.holds, found.broken
        return True

    def close(self) -> None:
        self.qms.close()


@dataclass(frozen=True)
class _Made:
    """A folder, kept as long as this process, with an office that nobody writes to any more."""

    folder: TemporaryDirectory[str]
    at: datetime


@cache
def _made_before(after: Callable[[Office], Any] | None) -> _Made:
    kept, clock = TemporaryDirectory(prefix="iso-qms-office-"), Clock()
    office = Office.found(f"sqlite:///{kept.name}/qms.db", Path(kept.name) / "files", clock)
    if after is not None:
        after(office)
        clock.advance(hours=1)
    office.close()
    return _Made(kept, clock.now())
