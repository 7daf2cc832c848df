"""What a table holds exactly as the database keeps it, and what it must hold: compared without any kind reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Stored = dict[str, Any]
"""One row in the driver's own values: on SQLite instants are text and booleans 0 or 1."""

BATCH = 2000
SHOWN = 80
"""How many characters of a wrong value a sentence quotes."""


def read(connection: Connection, source: Table, *order: str) -> Iterator[Stored]:
    """Every row of a table in the order of some columns, streamed and not converted."""
    names = tuple(column.name for column in source.columns)
    quote = connection.dialect.identifier_preparer.quote
    listed, by = (", ".join(quote(name) for name in some) for some in (names, order))
    statement = f"SELECT {listed} FROM {quote(source.name)} ORDER BY {by}"  # noqa: S608  (our own names)
    with connection.exec_driver_sql(statement, execution_options={"yield_per": BATCH}) as found:
        for row in found:
            yield dict(zip(names, row, strict=True))


def wanted(dialect: Dialect, source: Table, values: Mapping[str, Any]) -> Stored:
    """What the database must hold for some columns of a row, in the driver's own values."""
    binders = _binders(dialect, source)
    return {name: value if binders[name] is None else binders[name](value) for name, value in values.items()}


def differing(found: Stored, expected: Mapping[str, Any]) -> list[str]:
    """The columns whose value or its type is another one."""
    return [name for name, value in expected.items() if found[name] != value or type(found[name]) is not type(value)]


def shown(value: Any) -> str:
    """A value for a sentence: short, and printable whatever it holds."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    text = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return text.encode("utf-8", "backslashreplace").decode() if text.isprintable() else ascii(text)[1:-1]


def lenient(connection: Connection) -> Callable[[], None]:
    """Let SQLite give text that is no UTF-8 instead of stopping at it; call what is returned to undo that."""
    if connection.dialect.name != "sqlite":
        return lambda: None
    driver: Any = connection.connection.driver_connection
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return lambda: setattr(driver, "text_factory", before)


def _binders(dialect: Dialect, source: Table) -> dict[str, Any]:
    kept = _BINDERS.get((dialect.name, source.name))
    if kept is None:
        kept = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in source.columns}
        _BINDERS[dialect.name, source.name] = kept
    return kept


_BINDERS: dict[tuple[str, str], dict[str, Any]] = {}
