"""An act is written out three times, as event, table and leaf, and the three have the same fields."""

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from iso_qms.domain import events as ev
from iso_qms.store import rows

CIRCUMSTANCES = {each.name for each in fields(ev.Recorded)} - {"event"}
ACTS = sorted(ev.EVENTS)


def test_every_act_has_a_table_and_every_table_its_act() -> None:
    assert set(rows.ROWS) == set(ev.EVENTS)
    names = [rows.table_of(act).name for act in ACTS]
    assert len(names) == len(set(names))
    assert all(name.startswith("qms_") for name in names)


@pytest.mark.parametrize("act", ACTS)
def test_a_table_has_the_fields_of_its_event_and_the_circumstances(act: str) -> None:
    wanted = {each.name for each in fields(ev.EVENTS[act])} | CIRCUMSTANCES  # type: ignore[arg-type]
    assert {column.name for column in rows.table_of(act).columns} == wanted


@pytest.mark.parametrize("act", ACTS)
def test_a_field_that_may_be_absent_may_be_empty_in_the_table_and_no_other(act: str) -> None:
    optional = {each.name for each in fields(ev.EVENTS[act]) if "None" in str(each.type)}  # type: ignore[arg-type]
    columns = {column.name: column.nullable for column in rows.table_of(act).columns}
    assert {name for name, nullable in columns.items() if nullable} == optional | {"entered_by"}


@pytest.mark.parametrize("act", ACTS)
def test_a_row_is_made_of_its_event_and_nothing_else(act: str) -> None:
    kind: Any = ev.EVENTS[act]
    event = kind(**{each.name: sample(str(each.type)) for each in fields(kind)})
    row = rows.row_of(ev.Recorded(7, datetime(2026, 1, 5, tzinfo=UTC), "p1", event, None, "secret"))
    assert set(row) == {column.name for column in rows.table_of(act).columns}
    assert (row["pos"], row["actor"], row["auth"]) == (7, "p1", "secret")


def sample(annotation: str) -> object:
    samples: dict[str, object] = {
        "str": "x",
        "int": 1,
        "bool": True,
        "date": date(2026, 1, 5),
        "datetime": datetime(2026, 1, 5, tzinfo=UTC),
    }
    return () if annotation.startswith("tuple") else samples[annotation.split(" | ")[0]]
