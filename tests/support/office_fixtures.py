"""Fixtures for tests that need an office at work; a folder's conftest imports the ones it uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres as launcher
from tests.support.clock import Clock
from tests.support.office import Office


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """The office on SQLite."""
    office = Office.copied(tmp_path / "desk", clock)
    yield office
    office.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """The office; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        made = Office.copied(tmp_path / "office", clock)
        yield made
        made.close()
        return
    server: launcher.Server = request.getfixturevalue("postgres")
    url = server.create(server.template("office", lambda new: Office.found(new, tmp_path / "template").close()))
    made = Office(url, tmp_path / "office-files", clock)
    yield made
    made.close()
    server.drop(url)
