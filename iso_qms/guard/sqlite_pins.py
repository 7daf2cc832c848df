"""The citations of a service's dossiers in SQLite: rows are added, triggers refuse to change them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from iso_qms.domain.civil import aware
from iso_qms.domain.decision import Citation
from iso_qms.guard.errors import PinConflict
from iso_qms.guard.pins import Override, ratified

SCHEMA = """
CREATE TABLE IF NOT EXISTS qms_pin (
  dossier TEXT NOT NULL, document TEXT NOT NULL, place INTEGER NOT NULL, version INTEGER NOT NULL, label TEXT NOT NULL,
  sha256 TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL, pos INTEGER NOT NULL, checkpoint BLOB NOT NULL,
  act TEXT NOT NULL, PRIMARY KEY (dossier, document, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS qms_pin_document ON qms_pin (document, dossier);
CREATE TABLE IF NOT EXISTS qms_pin_closed (
  dossier TEXT NOT NULL, document TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (dossier, document)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS qms_override (
  number INTEGER PRIMARY KEY, dossier TEXT NOT NULL, document TEXT NOT NULL, denied TEXT NOT NULL, who TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS qms_override_ratified (
  number INTEGER PRIMARY KEY REFERENCES qms_override, who TEXT NOT NULL, ratification TEXT NOT NULL);
"""
TABLES = ("qms_pin", "qms_pin_closed", "qms_override", "qms_override_ratified")
_COLUMNS = "document, version, label, sha256, at, reason, pos, checkpoint"


class SqlitePins:
    """A PinStore in a SQLite file of its own, or in the service's own connection and transaction.

    Given a path, every act is a transaction of its own. Given a connection, nothing is committed: the dossier and its
    citation live or die together with what the service writes beside them.
    """

    def __init__(self, where: Path | str | sqlite3.Connection) -> None:
        self._own = not isinstance(where, sqlite3.Connection)
        self._lock = RLock()
        if isinstance(where, sqlite3.Connection):
            self._connection = where
        else:
            self._connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False, timeout=30)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
        for statement in (*SCHEMA.strip().split(";\n"), *_triggers()):
            if statement.strip():
                self._connection.execute(statement)

    def get(self, dossier: str, document: str) -> Citation | None:
        """The last citation added."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM qms_pin WHERE dossier=? AND document=? ORDER BY place DESC LIMIT 1",  # noqa: S608
            (dossier, document),
        )
        return _citation(rows[0]) if rows else None

    def add(
        self, dossier: str, citation: Citation, expect: Citation | None, act: Mapping[str, Any] | None = None
    ) -> None:
        """Append after comparing, under the writer's lock of the database."""
        with self._writing() as connection:
            held = self.history(dossier, citation.document)
            if (held[-1] if held else None) != expect:
                raise PinConflict(dossier=dossier, document=citation.document)
            values = (*astuple(replace(citation, at=aware(citation.at))),)
            row = [value.isoformat() if isinstance(value, datetime) else value for value in values]
            document, *rest = row
            said = json.dumps(dict(act or {}), ensure_ascii=False, sort_keys=True)
            connection.execute(
                "INSERT INTO qms_pin VALUES (?,?,?,?,?,?,?,?,?,?,?)", (dossier, document, len(held), *rest, said)
            )

    def history(self, dossier: str, document: str) -> list[Citation]:
        """All of them, oldest first."""
        query = f"SELECT {_COLUMNS} FROM qms_pin WHERE dossier=? AND document=? ORDER BY place"  # noqa: S608
        return [_citation(row) for row in self._rows(query, (dossier, document))]

    def acts(self, dossier: str, document: str) -> list[Mapping[str, Any]]:
        """One for each citation."""
        rows = self._rows("SELECT act FROM qms_pin WHERE dossier=? AND document=? ORDER BY place", (dossier, document))
        return [json.loads(row[0]) for row in rows]

    def active(self, document: str) -> Iterable[tuple[str, Citation]]:
        """Open dossiers with their last citation."""
        query = (
            f"SELECT dossier, {_COLUMNS}, max(place) FROM qms_pin WHERE document=? AND dossier NOT IN "  # noqa: S608
            "(SELECT dossier FROM qms_pin_closed WHERE document=qms_pin.document) GROUP BY dossier ORDER BY dossier"
        )
        return [(row[0], _citation(row[1:9])) for row in self._rows(query, (document,))]

    def close(self, dossier: str, document: str, at: datetime) -> None:
        """Record that it is finished; a second time changes nothing."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO qms_pin_closed VALUES (?,?,?)", (dossier, document, aware(at).isoformat())
            )

    def add_override(self, override: Override) -> Override:
        """Numbered by the database."""
        with self._writing() as connection:
            values = (override.dossier, override.document, override.denied, override.by, override.reason)
            cursor = connection.execute(
                "INSERT INTO qms_override (dossier, document, denied, who, reason, at, until) VALUES (?,?,?,?,?,?,?)",
                (*values, aware(override.at).isoformat(), aware(override.until).isoformat()),
            )
            return replace(override, number=int(cursor.lastrowid or 0))

    def ratify_override(self, number: int, by: str, ratification: str) -> Override:
        """Once only: the primary key sees to it."""
        with self._writing() as connection:
            found = [override for override in self.overrides() if override.number == number]
            if not found:
                raise LookupError(number)
            done = ratified(found[0], by, ratification)
            connection.execute("INSERT INTO qms_override_ratified VALUES (?,?,?)", (number, by, ratification))
            return done

    def overrides(self, dossier: str | None = None, document: str | None = None) -> list[Override]:
        """Filtered by dossier and document, oldest first."""
        query = (
            "SELECT o.number, dossier, document, denied, o.who, reason, at, until, r.who, ratification "
            "FROM qms_override o LEFT JOIN qms_override_ratified r USING (number) "
            "WHERE (?1 IS NULL OR dossier=?1) AND (?2 IS NULL OR document=?2) ORDER BY o.number"
        )
        return [_override(row) for row in self._rows(query, (dossier, document))]

    def close_connection(self) -> None:
        """Let the file go; a connection that was given stays open."""
        if self._own:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if not self._own:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def _triggers() -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} BEGIN "
        f"SELECT raise(ABORT, '{table}: rows are added, never changed'); END"
        for table in TABLES
        for verb in ("update", "delete")
    ]


def _citation(row: tuple[Any, ...]) -> Citation:
    document, version, label, sha256, at, reason, pos, checkpoint = row
    return Citation(document, version, label, sha256, datetime.fromisoformat(at), reason, pos, bytes(checkpoint))


def _override(row: tuple[Any, ...]) -> Override:
    number, dossier, document, denied, by, reason, at, until, who, ratification = row
    start, end = datetime.fromisoformat(at), datetime.fromisoformat(until)
    return Override(number, dossier, document, denied, by, reason, start, end, who or "", ratification or "")
