"""Whoever changes one value behind our back is named: every table, every column, every kind of byte is tried."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, UniqueConstraint, create_engine, make_url
from sqlalchemy.pool import StaticPool

from iso_qms.store import guards
from iso_qms.store.base import Base
from iso_qms.store.files import FileStore
from iso_qms.store.verify import Broken, Verified, verify
from tests.support.clock import Clock
from tests.support.every_act import live_a_year
from tests.support.office import Office

KEPT = (*guards.INSERT_ONLY, "qms_head", "qms_disclosure")
SEED = 20260105
PLACES = {"qms_journal": "journal", "qms_disclosure": "disclosure", "qms_verifier": "verifier", "qms_login": "login"}


class Copy:
    """A store in memory whose guards are gone; each change is made, verified and taken back."""

    def __init__(self, source: Path, files: FileStore) -> None:
        self.files = files
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        with sqlite3.connect(source) as original:
            original.backup(self.connection)
        for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.connection.execute(f"DROP TRIGGER {name}")
        self.connection.execute("PRAGMA ignore_check_constraints = ON")
        self.engine = create_engine("sqlite://", creator=lambda: self.connection, poolclass=StaticPool)
        self.chance = random.Random(SEED)
        assert [b for b in self.verified().broken if not b.place.startswith("trigger")] == []

    def ask(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()

    def verified(self) -> Verified:
        return verify(self.engine, None)

    def after(self, statement: str, *values: Any) -> list[Broken] | None:
        """What is broken after one change; None where the database itself does not let it be made."""
        self.connection.execute("BEGIN")
        try:
            if self.connection.execute(statement, values).rowcount == 0:
                return None
            found = self.verified().broken
        except sqlite3.IntegrityError:
            return None
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        return [broken for broken in found if not broken.place.startswith("trigger")]


WHOLE = os.environ.get("ISO_QMS_WALK") == "whole"
"""`ISO_QMS_WALK=whole` leaves nothing out: every byte of every leaf, every column of every row (about ten minutes)."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("year")
    office = live_a_year(Office.copied(folder, Clock()))
    assert office.holds()
    office.close()
    made = Copy(folder / "qms.db", FileStore(folder / "files"))
    yield made
    made.engine.dispose()
    made.connection.close()


def others(value: Any, chance: random.Random) -> list[Any]:
    """Values that a column held before it was changed could hold afterwards."""
    match value:
        case None:
            return ["x", 1]
        case bool() | int():
            return [value + 1, -value - 1, None]
        case str():
            at = chance.randrange(len(value) or 1)
            flipped = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] if value else "x"
            return [flipped, value + " ", value.encode(), None]
        case bytes():
            at = chance.randrange(len(value))
            return [value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :], value[:-1], b"", None]
    raise AssertionError(value)


def names_it(found: list[Broken], table: str, key: dict[str, Any]) -> bool:
    """Whether a finding says where the change was made."""
    if table == "qms_head":
        return any(broken.place == "head" for broken in found)
    if table == "qms_node":
        return any(broken.place == f"node {key['level']}/{key['idx']}" for broken in found)
    place = f"{PLACES[table]} {key['pos']}" if table in PLACES else table
    return any(broken.place == place and broken.pos == key["pos"] for broken in found)


def rows_of(copy: Copy, table: str) -> list[dict[str, Any]]:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    listed = ", ".join(f'"{name}"' for name in columns)
    return [dict(zip(columns, row, strict=True)) for row in copy.ask(f"SELECT {listed} FROM {table}")]


def where(table: str) -> tuple[str, list[str]]:
    keys = [column.name for column in Base.metadata.tables[table].primary_key]
    return " AND ".join(f'"{key}" = ?' for key in keys), keys


@pytest.mark.parametrize("table", KEPT)
def test_a_changed_value_in_any_column_of_any_row_is_named(copy: Copy, table: str) -> None:
    condition, keys = where(table)
    rows = rows_of(copy, table)
    assert rows
    tried = 0
    every = (
        1 if WHOLE else max(1, len(rows) // 3)
    )  # long tables: each column in three of the rows, in other ones each time
    for number, row in enumerate(rows):
        for place, column in enumerate(row):
            if every > 1 and (number + place) % every:
                continue
            first, *rest = others(row[column], copy.chance)
            for other in (first, copy.chance.choice(rest)):
                statement = f'UPDATE {table} SET "{column}" = ? WHERE {condition}'
                found = copy.after(statement, other, *(row[key] for key in keys))
                if found is None or other == row[column]:
                    continue
                tried += 1
                assert names_it(found, table, row), (table, column, row[column], other, found)
    assert tried >= len(rows[0])


@pytest.mark.parametrize("table", KEPT)
def test_a_row_taken_away_is_named(copy: Copy, table: str) -> None:
    condition, keys = where(table)
    for row in rows_of(copy, table):
        found = copy.after(f"DELETE FROM {table} WHERE {condition}", *(row[key] for key in keys))
        assert found is not None
        assert names_it(found, table, row), (table, row, found)


@pytest.mark.parametrize("table", KEPT)
def test_a_row_slipped_in_is_named(copy: Copy, table: str) -> None:
    new = rows_of(copy, table)[-1]
    size = copy.ask("SELECT size FROM qms_head")[0][0]
    for column in unique_columns(table):
        new[column] = 9_000 if isinstance(new[column], int) else f"{new[column]}x"
    used = {row.get("pos") for row in rows_of(copy, table)}
    for pos in (size, size + 5, 1, 2):
        key = {"idx": 77} if table == "qms_node" else {"id": 2} if table == "qms_head" else {"pos": pos}
        if pos in used and table not in ("qms_disclosure", "qms_login"):
            continue
        made = new | key
        names = ", ".join(f'"{name}"' for name in made)
        found = copy.after(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(made))})", *made.values())
        assert found is not None, (table, made)
        assert names_it(found, table, made), (table, made, found)


def unique_columns(table: str) -> set[str]:
    """A column of each thing that may be in the table once, its position aside."""
    source = Base.metadata.tables[table]
    unique = [each for each in source.constraints if isinstance(each, UniqueConstraint)]
    return {list(each.columns)[-1].name for each in unique} | (
        {"digest"} if table == "qms_disclosure" else {"login", "person"} if table == "qms_login" else set()
    )


def test_every_sampled_byte_of_every_leaf_is_named(copy: Copy) -> None:
    """One byte in about sixty, in each row from another place on, with another bit each time; in a whole walk all."""
    tried, stride = 0, 1 if WHOLE else 61
    for pos, leaf in copy.ask("SELECT pos, leaf FROM qms_journal"):
        for at in range(pos % stride, len(leaf), stride):
            changed = leaf[:at] + bytes([leaf[at] ^ 1 << (tried % 8)]) + leaf[at + 1 :]
            found = copy.after("UPDATE qms_journal SET leaf = ? WHERE pos = ?", changed, pos)
            assert found is not None and names_it(found, "qms_journal", {"pos": pos}), (pos, at, found)
            tried += 1
    assert tried > 400


def test_text_that_is_no_text_is_named_like_any_other(copy: Copy) -> None:
    for table, column in (("qms_draft", "title"), ("qms_journal", "actor"), ("qms_disclosure", "value")):
        row = rows_of(copy, table)[0]
        found = copy.after(f"UPDATE {table} SET {column} = CAST(X'4bff' AS TEXT) WHERE pos = ?", row["pos"])
        assert found is not None and names_it(found, table, row), (table, found)
        assert all(broken.vi.encode() and broken.en.encode() for broken in found)


def test_a_table_taken_away_is_named(copy: Copy) -> None:
    copy.connection.execute("ALTER TABLE qms_issue RENAME TO qms_issue_before")
    try:
        places = {broken.place for broken in copy.verified().broken}
    finally:
        copy.connection.execute("ALTER TABLE qms_issue_before RENAME TO qms_issue")
    assert "qms_issue" in places


def test_a_whole_history_written_anew_needs_another_root(copy: Copy) -> None:
    """What only a published root can show: this store holds, but its root is another one."""
    from iso_qms.domain.merkle import CompactRange, leaf_hash

    before = copy.verified()
    leaves = [leaf for (leaf,) in copy.ask("SELECT leaf FROM qms_journal ORDER BY pos")]
    leaves[1] = leaves[1].replace(b"Thanh", b"Thinh")
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    assert tree.size == before.size and tree.root() != before.root


# --- files ----------------------------------------------------------------------------------------------------------


def test_every_changed_cut_or_missing_file_is_named(copy: Copy) -> None:
    digests = list(copy.files.digests())
    assert len(digests) >= 10
    assert verify(copy.engine, copy.files).files == len(digests)
    for number, digest in enumerate(digests):
        path = copy.files.path(digest)
        content = path.read_bytes()
        path.chmod(0o644)
        at = number % len(content)
        flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        for changed in (flipped, content[:-1], content + b"\n", None):
            path.unlink()
            if changed is not None:
                path.write_bytes(changed)
            found = [b.place for b in verify(copy.engine, copy.files).broken if not b.place.startswith("trigger")]
            path.write_bytes(content)
            assert found == [f"file {digest}"]


def test_a_file_that_nobody_names_is_counted_and_harms_nobody(copy: Copy) -> None:
    stray = copy.files.put("Tệp không ai nhắc tới".encode())
    found = verify(copy.engine, copy.files)
    assert found.unused_files == [stray]
    assert [b for b in found.broken if not b.place.startswith("trigger")] == []
    copy.files.path(stray).unlink()


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


class Server:
    """The same year on PostgreSQL, whose superuser looks away: no trigger fires and no foreign key is checked."""

    def __init__(self, office: Office) -> None:
        self.engine: Engine = office.qms._engine
        url = make_url(office.url)
        self.connection = psycopg.connect(
            host=url.query["host"], dbname=url.database, user=url.username, autocommit=True
        )
        self.connection.execute("SET session_replication_role = replica")
        for name in KEPT:
            for (check,) in self.connection.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", (name,)
            ).fetchall():
                self.connection.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(name), sql.Identifier(check))
                )

    def change(self, table: str, column: str, value: Any, row: dict[str, Any]) -> bool:
        """Whether the database took the change of one column; the row is found by its old key."""
        keys = [key.name for key in Base.metadata.tables[table].primary_key]
        condition = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(key)) for key in keys)
        statement = sql.SQL("UPDATE {} SET {} = %s WHERE {}").format(
            sql.Identifier(table), sql.Identifier(column), condition
        )
        try:
            return self.connection.execute(statement, (value, *(row[key] for key in keys))).rowcount == 1
        except psycopg.errors.IntegrityError:
            return False


def changed_on_postgresql(value: Any) -> Any:
    from datetime import date, timedelta

    match value:
        case None:
            return None
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case date():
            return value + timedelta(days=1)
    raise AssertionError(value)


@pytest.mark.parametrize("office", ["postgresql"], indirect=True)
def test_on_postgresql_a_changed_value_in_any_column_is_named(office: Office) -> None:
    live_a_year(office)
    server = Server(office)
    chance = random.Random(SEED)
    assert office.holds()
    tried = 0
    for table in KEPT:
        source = Base.metadata.tables[table]
        columns = [column.name for column in source.columns]
        found_rows = server.connection.execute(
            sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table))
        ).fetchall()
        row = dict(zip(columns, chance.choice(found_rows), strict=True))
        for column in chance.sample(columns, min(5, len(columns))):
            other = changed_on_postgresql(row[column])
            if other is None or not server.change(table, column, other, row):
                continue
            found = verify(server.engine, None).broken
            assert names_it(found, table, row), (table, column, row[column], other, found)
            assert server.change(table, column, row[column], row | {column: other})
            tried += 1
    assert tried > 100
    assert office.holds()
    server.connection.close()
