"""Opening a database: SQLite with our own BEGIN, or PostgreSQL; schema made, upgraded and checked here."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from iso_qms.domain.errors import NewerSchema, NoStore, OlderSchema, StoreTrouble

REVISIONS = ("0001",)
"""Every schema revision this version knows, oldest first; migrations/versions holds one file for each."""

BUSY_MS = 30_000
"""How long a SQLite writer waits for another one, in milliseconds."""

_LOCK = 0x49534F5F514D53  # advisory lock of upgrades on PostgreSQL: "ISO_QMS"
_VERSION_TABLE = "qms_schema"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`; `StoreTrouble` for a URL that cannot be served."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreTrouble(what=f"địa chỉ “{url}” sai dạng / the address is malformed") from None
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif parsed.get_backend_name() != "sqlite":
        raise StoreTrouble(what="chỉ dùng được SQLite hoặc PostgreSQL / only SQLite and PostgreSQL are supported")
    try:
        engine = create_engine(parsed, poolclass=_pool(parsed.database, parsed.get_backend_name()))
    except (NoSuchModuleError, ModuleNotFoundError):
        raise StoreTrouble(
            what="thiếu psycopg, cài bằng pip install 'iso-qms[postgres]' / psycopg is missing, install it so"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _pool(database: str | None, backend: str) -> Any:
    return NullPool if backend == "sqlite" and database in (None, "", ":memory:") else None


def _pragmas(connection: Any, _: Any) -> None:
    # The driver's own transactions neither roll back savepoints nor take the write lock before reading.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "DEFERRED"))


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions take SQLite's write lock before they read anything."""
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def where(engine: Engine) -> str:
    """The address for people, without a password."""
    return engine.url.render_as_string(hide_password=True)


def folder(engine: Engine) -> list[Path]:
    """The folder that a SQLite file lies in; none for a server."""
    database = engine.url.database
    return [Path(database).parent] if engine.dialect.name == "sqlite" and database else []


def revision(engine: Engine) -> str | None:
    """The schema revision of the store, None where there is no store; `StoreTrouble` when it cannot be reached."""
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database and not Path(database).exists():
        return None
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(_VERSION_TABLE):
                return None
            found = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608
            return str(found) if found else None
    except (DBAPIError, OSError) as error:
        raise StoreTrouble(what=f"{where(engine)} ({_first_line(error)})") from None


def check(engine: Engine) -> None:
    """Raise unless the schema is exactly the one this version works on."""
    found = revision(engine)
    if found is None:
        raise NoStore(where=where(engine))
    if found not in REVISIONS:
        raise NewerSchema(found=found)
    if found != REVISIONS[-1]:
        raise OlderSchema(found=found)


def upgrade(engine: Engine, target: str = "head") -> None:
    """Create or upgrade the schema, one upgrader at a time; `NewerSchema` for a store of a newer version."""
    from alembic import command
    from alembic.config import Config

    found = revision(engine)
    if found is not None and found not in REVISIONS:
        raise NewerSchema(found=found)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with writer(engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = Config()
            config.set_main_option("script_location", "iso_qms.store:migrations")
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, target)
    except (OperationalError, sqlite3.Error) as error:
        raise StoreTrouble(what=f"{where(engine)} ({_first_line(error)})") from None


def drop(engine: Engine) -> None:
    """Take away the empty schema of a store that could not be filled."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{engine.url.database}{suffix}").unlink(missing_ok=True)
        return
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            if name.startswith("qms_"):
                connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
        for function in ("qms_refuse()", "qms_refuse_erasure()"):
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}"))


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
