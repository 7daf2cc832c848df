"""Our own office for the benchmarks: three people, real secrets checked by argon2, files as they are always kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from benchmarks.workload import BODIES
from iso_qms import Person, Qms
from iso_qms.domain.acts import Content
from iso_qms.domain.civil import civil_date
from iso_qms.domain.manifest import File, build

DRAFTER, REVIEWER, APPROVER = Person("an"), Person("binh", "mat-khau-binh-1"), Person("chi", "mat-khau-chi-1")
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""argon2 at a cost that shows the rest: what argon2 costs is a table of its own."""


def found(url: str, folder: Path, hasher: PasswordHasher | None = None, **options: Any) -> Qms:
    """A new store with its people; argon2 cheap unless a hasher is given."""
    hasher = hasher or PasswordHasher(**CHEAP)
    qms = Qms.create(url, folder / "files", operator="bench", hasher=hasher, disabled_plugins=("*",), **options)
    for person, roles in ((DRAFTER, ["drafter"]), (REVIEWER, ["reviewer"]), (APPROVER, ["approver", "issuer"])):
        qms.staff.add(person.login, name=f"Cán bộ {person.login}", roles=roles, by=None)
        qms.staff.set_secret(person.login, person.secret or "mat-khau-an-1", by=None)
    return qms


def opened(url: str, folder: Path) -> Qms:
    """A store that exists, in another process."""
    hasher = PasswordHasher(**CHEAP)
    return Qms(url, folder / "files", operator="bench", hasher=hasher, disabled_plugins=("*",))


def postgres_url(folder: str, database: str) -> str:
    """The address of a database of the run's PostgreSQL."""
    return f"postgresql+psycopg://bench@/{database}?host={folder}"


def kept(qms: Qms, code: str, number: int, text: str) -> Content:
    """Content whose file and manifest are durably kept; each number of a document gives another label."""
    data = text.encode()
    manifest = build([File("quy-trinh.txt", qms.files.put(data), len(data))])
    qms.files.put(manifest.to_bytes())
    return Content(code, f"Quy trình {code}", number // 100 + 1, number % 100, manifest.sha256)


def release(qms: Qms, code: str, number: int) -> None:
    """The five acts: draft (32 KiB of new text), submit, two signatures, issue for today."""
    content = kept(qms, code, number, f"{number} {time.time_ns()} {BODIES[number % 8]}")
    version = qms.control.draft(content, by=DRAFTER, reason="Rà soát định kỳ", new=True).event.number
    qms.submit(code, by=DRAFTER, number=version)
    qms.sign(code, by=REVIEWER, number=version)
    qms.sign(code, by=APPROVER, number=version)
    qms.issue(
        code,
        effective=civil_date(qms.clock.now(), qms.zone),
        decision="12/QĐ-UBND",
        by=APPROVER,
        number=version,
        base_checked=True,
    )
