"""Nobody who reaches the database changes what was recorded: each table refuses, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from iso_qms.domain import errors
from iso_qms.domain.people import Person
from iso_qms.store import guards
from iso_qms.store.base import Base
from tests.support.every_act import live_a_year
from tests.support.office import Office, refuses

KEPT = (*guards.INSERT_ONLY, "qms_head", "qms_disclosure")


@contextmanager
def stranger(office: Office) -> Iterator[Engine]:
    """Somebody who connects with plain SQL and nothing of ours."""
    engine = create_engine(office.url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    yield engine
    engine.dispose()


def refused(engine: Engine, statement: str, **values: Any) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text(statement), values)
    assert "insert-only" in str(caught.value.orig)


def count(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_every_table_of_the_store_is_kept_or_is_a_reading_position(office: Office) -> None:
    with stranger(office) as engine:
        tables = {name for name in inspect(engine).get_table_names() if name != "qms_schema"}
    assert tables == set(Base.metadata.tables) == {*KEPT, *guards.FREE}


def test_no_row_is_changed_deleted_or_replaced_by_plain_sql(office: Office) -> None:
    live_a_year(office)
    with stranger(office) as engine:
        for name in KEPT:
            table = Base.metadata.tables[name]
            with engine.connect() as connection:
                assert count(connection, name) > 0, f"the year left {name} empty"
            for column in table.columns:
                refused(engine, f'UPDATE {name} SET "{column.name}" = "{column.name}"')
            refused(engine, f"DELETE FROM {name}")
            if engine.dialect.name == "sqlite":
                for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
                    refused(engine, f"{verb} INTO {name} SELECT * FROM {name}")
            else:
                refused(engine, f"TRUNCATE {name} CASCADE")
    assert office.holds()


def test_a_row_is_not_pushed_out_by_another_with_the_same_unique_value(desk: Office) -> None:
    desk.qms.staff.add_unit("VP", "Văn phòng", by=None)
    with stranger(desk) as engine, engine.connect() as connection:
        columns = "at, actor, entered_by, auth, unit, 'Đổi tên', since, parent"
        with pytest.raises(IntegrityError, match="insert-only"):
            connection.execute(text(f"INSERT OR REPLACE INTO qms_unit SELECT 9999, {columns} FROM qms_unit"))


def test_the_head_moves_forward_only_and_stays_one_row(office: Office) -> None:
    with stranger(office) as engine:
        refused(engine, "UPDATE qms_head SET size = size - 1")
        refused(engine, "UPDATE qms_head SET root = frontier")
        with engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO qms_head SELECT 2, size, root, frontier, last_at FROM qms_head"))


def test_personal_data_go_only_with_an_erasure_entry_and_the_account_name_never(office: Office) -> None:
    soan = office.id_of("soan")
    with stranger(office) as engine:
        refused(engine, "DELETE FROM qms_disclosure WHERE subject = :who", who=soan)
        office.qms.staff.erase("soan", by=None, legal_basis="Luật 91/2025/QH15")
        refused(engine, "DELETE FROM qms_disclosure WHERE subject = :who AND name = 'login'", who=soan)
        refused(engine, "DELETE FROM qms_disclosure WHERE subject = :who", who=office.id_of("duyet"))
        with engine.connect() as connection:
            left = connection.execute(text("SELECT name FROM qms_disclosure WHERE subject = :who"), {"who": soan})
            assert left.scalars().all() == ["login"]


def test_a_second_act_of_a_kind_that_may_happen_once_is_a_conflict_that_leaves_nothing(office: Office) -> None:
    from iso_qms.domain import events as ev
    from iso_qms.store import journal

    office.qms.staff.add_unit("VP", "Văn phòng", by=None)
    before = office.qms.registers.head()
    engine = office.qms._engine
    with refuses(errors.Conflict), journal.writing(engine, office.clock.now()) as writer:
        writer.append(ev.UnitAdded("VP2", "Khác", office.today), actor="o", auth="operator")
        writer.append(ev.UnitAdded("VP", "Lại", office.today), actor="o", auth="operator")
    assert office.qms.registers.head() == before
    assert office.holds()


BAD_ROWS = {
    "qms_draft": ({"kind": "novel"}, {"change_class": "huge"}, {"sha256": "abc"}, {"number": 0}, {"issue": 0}),
    "qms_signature": ({"meaning": "blessing"}, {"sha256": ""}),
    "qms_issue": ({"transition": "forget"}, {"sha256": "x" * 63}, {"start": None}),
    "qms_suspension": ({"scope": "half"},),
    "qms_journal": ({"pos": -1}, {"leaf": None}),
    "qms_node": ({"level": 0},),
}


@pytest.mark.parametrize("table", BAD_ROWS)
def test_what_no_act_can_say_no_row_can_hold(office: Office, table: str) -> None:
    live_a_year(office)
    source = Base.metadata.tables[table]
    with stranger(office) as engine, engine.connect() as connection:
        good = dict(connection.execute(source.select().limit(1)).mappings().one())
        free = {"pos": 9_999, "actor": "p_x"} if "pos" in good else {"idx": 9_999}
        for bad in BAD_ROWS[table]:
            with pytest.raises(IntegrityError, match=r"CHECK|check|NOT NULL|not-null"):
                connection.execute(source.insert(), good | free | bad)
            connection.rollback()


def test_a_trigger_taken_away_changed_or_added_is_named(office: Office) -> None:
    with stranger(office) as engine, engine.begin() as connection:
        on = "" if engine.dialect.name == "sqlite" else " ON qms_journal"
        gone = "qms_journal_no_update" if engine.dialect.name == "sqlite" else "qms_journal_no_update_delete"
        connection.execute(text(f"DROP TRIGGER {gone}{on}"))
    assert [broken.place for broken in office.qms.verify().broken] == [f"trigger {gone}"]
    with stranger(office) as engine, engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text(f"CREATE TRIGGER {gone} BEFORE UPDATE ON qms_journal WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END")
            )
            connection.execute(text("CREATE TRIGGER lạ AFTER INSERT ON qms_issue BEGIN SELECT 1; END"))
        else:
            connection.execute(
                text("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
            )
            for name, table in ((gone, "qms_journal"), ("lạ", "qms_issue")):
                connection.execute(
                    text(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION nothing()")
                )
    assert {broken.place for broken in office.qms.verify().broken} == {f"trigger {gone}", "trigger lạ"}


def test_a_trigger_switched_off_on_postgresql_is_named(office: Office) -> None:
    if office.url.startswith("sqlite"):
        return
    with stranger(office) as engine, engine.begin() as connection:
        connection.execute(text("ALTER TABLE qms_journal DISABLE TRIGGER qms_journal_no_truncate"))
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION qms_refuse_erasure() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN OLD; END $$"
            )
        )
    places = {broken.place for broken in office.qms.verify().broken}
    assert places == {"trigger qms_journal_no_truncate", "trigger qms_disclosure_no_delete"}


def test_cursors_of_readers_are_no_evidence_and_may_move(office: Office) -> None:
    with stranger(office) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO qms_cursor VALUES ('kstthc', 3)"))
        connection.execute(text("UPDATE qms_cursor SET pos = 4"))
    assert office.holds()


def test_an_act_asked_while_a_guard_is_gone_is_still_recorded_and_named_later(desk: Office) -> None:
    with stranger(desk) as engine, engine.begin() as connection:
        connection.execute(text("DROP TRIGGER qms_draft_no_delete"))
    desk.draft("QT-01")
    desk.qms.staff.prove(Person("soan", "mat-khau-soan-1"))
    assert [broken.place for broken in desk.qms.verify().broken] == ["trigger qms_draft_no_delete"]
