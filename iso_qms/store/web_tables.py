"""What the HTTP service remembers between requests: own tables, made when it first serves, no evidence in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, select, update
from sqlmodel.sql.sqltypes import UTCDateTime

from iso_qms.store.database import writer

METADATA = MetaData()
"""Beside the register's own: these rows may be lost or changed without touching what the journal proves."""

USES = Table(
    "qms_web_use",
    METADATA,
    Column("key", String, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
)
"""When an API key was last used."""

REQUESTS = Table(
    "qms_web_request",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("pos", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
"""Which entry an Idempotency-Key led to, and for what content it was used."""

COUNTS = Table(
    "qms_web_decision",
    METADATA,
    Column("key", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("reason", String, primary_key=True),
    Column("hour", UTCDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Decisions that other services report: how many, by document, version (0 for none), reason and hour."""


def prepare(engine: Engine) -> None:
    """Make the tables where they are not there yet."""
    METADATA.create_all(engine, checkfirst=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the write lock from its beginning."""
    with writer(engine).begin() as connection:
        yield connection


def last_uses(connection: Connection) -> dict[str, datetime]:
    """The last use of each API key that was ever used."""
    return {row.key: row.at for row in connection.execute(select(USES))}


def note_use(connection: Connection, key: str, at: datetime) -> None:
    """Remember that an API key was used."""
    changed = connection.execute(update(USES).where(USES.c.key == key).values(at=at))
    if changed.rowcount == 0:
        connection.execute(insert(USES).values(key=key, at=at))


def earlier(connection: Connection, digest: str) -> Any:
    """The row of an Idempotency-Key, None for one that is new."""
    return connection.execute(select(REQUESTS).where(REQUESTS.c.digest == digest)).first()


def remember(connection: Connection, digest: str, fingerprint: str, pos: int, at: datetime) -> None:
    """Keep what an Idempotency-Key led to."""
    connection.execute(insert(REQUESTS).values(digest=digest, fingerprint=fingerprint, pos=pos, at=at))


def add_count(connection: Connection, line: dict[str, Any], count: int) -> None:
    """Add to the decisions of one line, named by key, document, version, reason and hour."""
    same = [COUNTS.c[name] == value for name, value in line.items()]
    changed = connection.execute(update(COUNTS).where(*same).values(count=COUNTS.c.count + count))
    if changed.rowcount == 0:
        connection.execute(insert(COUNTS).values(**line, count=count))
