"""The journal proves itself alone: any leaf, hash, node or head that was changed or lost is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from iso_qms.store import database, guards, verify_journal
from tests.support.clock import Clock
from tests.support.office import Office


@pytest.fixture
def office(store_url: str, tmp_path: Path) -> Office:
    """An office with two documents in force, whose guards somebody has taken away."""
    office = Office.found(store_url, tmp_path / "files", Clock())
    office.publish("QT-01")
    office.publish("QT-02")
    engine = database.open_engine(store_url)
    with engine.begin() as connection:
        for name in guards.present(connection):
            table = name.split("_no_")[0]
            on = f" ON {table}" if engine.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE qms_disclosure DROP CONSTRAINT fk_qms_disclosure_pos"))
    return office


def places(office: Office) -> list[str]:
    return [place for place, *_ in verify_journal.verify_journal(office.qms._engine)[1]]


def change(office: Office, statement: str) -> list[str]:
    with database.open_engine(office.url).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        assert connection.execute(text(statement)).rowcount == 1
    return places(office)


def test_an_untouched_journal_holds_and_has_the_root_of_its_head(office: Office) -> None:
    tree, findings = verify_journal.verify_journal(office.qms._engine)
    assert findings == []
    assert (tree.size, tree.root()) == office.qms.registers.head()


@pytest.mark.parametrize("block", [2, 4, 16])
def test_however_many_entries_are_taken_at_once_the_tree_is_the_same(
    office: Office, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_journal, "BLOCK", block)
    tree, findings = verify_journal.verify_journal(office.qms._engine)
    assert findings == []
    assert (tree.size, tree.root()) == office.qms.registers.head()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE qms_journal SET leaf = (SELECT leaf FROM qms_journal WHERE pos = 6) WHERE pos = 5", "journal 5"),
        (
            "UPDATE qms_journal SET leaf_hash = (SELECT leaf_hash FROM qms_journal WHERE pos = 6) WHERE pos = 7",
            "journal 7",
        ),
        (
            (
                "UPDATE qms_node SET hash = (SELECT hash FROM qms_node WHERE level = 2 AND idx = 0) "
                "WHERE level = 1 AND idx = 3"
            ),
            "node 1/3",
        ),
        ("DELETE FROM qms_node WHERE level = 2 AND idx = 1", "node 2/1"),
        ("INSERT INTO qms_node SELECT 9, 9, hash FROM qms_node WHERE level = 1 AND idx = 0", "node"),
        ("UPDATE qms_head SET root = (SELECT hash FROM qms_node WHERE level = 1 AND idx = 0)", "head"),
        ("UPDATE qms_head SET size = size + 1", "head"),
    ],
)
def test_what_was_changed_is_named(office: Office, statement: str, named: str) -> None:
    assert named in change(office, statement)


def test_a_missing_last_entry_is_named(office: Office) -> None:
    last = office.qms.registers.head()[0] - 1
    change(office, f"DELETE FROM qms_issue WHERE pos = {last}")
    assert "head" in change(office, f"DELETE FROM qms_journal WHERE pos = {last}")
