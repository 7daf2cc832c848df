"""One document's timeline straight out of a SQLite file, by the standard library, for a process that asks once."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple

from iso_qms.domain.timeline import Entry, Ratification, Rescission, Resumption, Suspension, Timeline, VersionState

REVISION = "0001"
"""The schema this reads; a store of any other is left to the whole program."""

FORMAT = 1
"""The format of leaves this reads."""

_SCHEMA = "SELECT version_num FROM qms_schema"
_LEAVES = "SELECT pos, leaf FROM qms_journal WHERE subject = ? ORDER BY pos"
_SIZE = "SELECT size FROM qms_head"


class Found(NamedTuple):
    """The timeline of a document (None where it is not registered) and the position of the newest entry."""

    timeline: Timeline | None
    last: int


def find(file: str, key: str) -> Found | None:
    """What a store knows of a document, by its canonical key; None where only the whole program can tell.

    Says the same as folding `Document` from the same journal, which a test compares on random histories.
    """
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
        try:
            connection.execute("BEGIN")
            if connection.execute(_SCHEMA).fetchall() != [(REVISION,)]:
                return None
            leaves = connection.execute(_LEAVES, (key,)).fetchall()
            ((size,),) = connection.execute(_SIZE).fetchall()
        finally:
            connection.close()
        return Found(_Fold().of(leaves), size - 1)
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        return None


class _Fold:
    """Leaves of one document, taken in one by one."""

    def __init__(self) -> None:
        self.code = ""
        self.rows: dict[str, list[Any]] = {}
        self.versions: dict[int, dict[str, Any]] = {}
        self.rounds: dict[int, dict[str, Any]] = {}

    def of(self, leaves: list[tuple[int, bytes]]) -> Timeline | None:
        for pos, leaf in leaves:
            record = json.loads(leaf)
            if record["v"] != FORMAT:
                raise ValueError("a newer format")
            take = getattr(self, record["act"], None)
            if take is not None:
                take(pos, datetime.fromisoformat(record["at"]), record["data"], record["actor"])
        if not self.versions:
            return None
        states = {number: VersionState(number, **facts) for number, facts in self.versions.items()}
        return Timeline(document=self.code, versions=states, **{name: tuple(rows) for name, rows in self.rows.items()})

    def _add(self, name: str, row: object) -> None:
        self.rows.setdefault(name, []).append(row)

    def drafted(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        facts = self.versions.setdefault(data["number"], {"drafted_at": at, "approved_at": None})
        revision = data.get("revision")
        facts["label"] = f"{data['issue']:02d}" + ("" if revision is None else f"/{revision:02d}")
        facts["sha256"] = data["sha256"]
        self.code = data["code"]

    def submitted(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self.rounds[pos] = {"left": Counter({step["key"]: step["quorum"] for step in data["steps"]})}

    def signed(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        left = self.rounds[data["submission"]]["left"]
        left[data["step"]] -= 1
        facts = self.versions[data["number"]]
        if not any(count > 0 for count in left.values()):
            facts["approved_at"] = facts["approved_at"] or at

    def issued(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self._add("entries", self._entry(pos, at, data, actor, data["number"]))

    def withdrawn(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self._add("entries", self._entry(pos, at, data, actor, None))

    def _entry(self, pos: int, at: datetime, data: dict[str, Any], actor: str, version: int | None) -> Entry:
        return Entry(
            pos=pos,
            recorded_at=at,
            recorded_by=actor,
            start=datetime.fromisoformat(data["start"]),
            version=version,
            legal_date=date.fromisoformat(data["legal_date"]),
            decision=data["decision"],
            transition=data["transition"],
            sunset=_instant(data, "sunset"),
            accept_old_until=_instant(data, "accept_old_until"),
            reinstates=data.get("reinstates", False),
            until=_instant(data, "until"),
        )

    def rescinded(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self._add("rescissions", Rescission(pos, at, data["entry"]))

    def ratified(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self._add("ratifications", Ratification(pos, at, data["entry"]))

    def suspended(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        row = Suspension(
            pos=pos,
            recorded_at=at,
            start=datetime.fromisoformat(data["start"]),
            end=_instant(data, "end"),
            scope=data["scope"],
            version=data.get("number"),
            units=tuple(data.get("units", ())),
            reason=data["reason"],
        )
        self._add("suspensions", row)

    def resumed(self, pos: int, at: datetime, data: dict[str, Any], actor: str) -> None:
        self._add("resumptions", Resumption(pos, at, data["suspension"], at))


def _instant(data: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if name in data else None
