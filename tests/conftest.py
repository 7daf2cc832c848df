"""What every test may ask for: a clock that stands still, and a fresh store on each of the two databases."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import postgres as launcher
from tests.support.clock import Clock
from tests.support.needs import needs

settings.register_profile("office", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("office")


@pytest.fixture
def clock() -> Clock:
    """Monday 05/01/2026, 08:00 in the office, until the test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[launcher.Server]:
    """The PostgreSQL server of this run, shared with the other test processes."""
    needs("postgresql")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    server = launcher.join(shared)
    yield server
    server.close()


@pytest.fixture
def new_postgres_url(postgres: launcher.Server) -> Iterator[Callable[[], str]]:
    """Makes a fresh, empty PostgreSQL database at each call and gives its URL."""
    urls: list[str] = []

    def make() -> str:
        urls.append(postgres.create())
        return urls[-1]

    yield make
    for url in urls:
        postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes a fresh, empty database at each call and gives its URL; the test runs on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres_url")
        return make
    numbers = iter(range(1_000_000))
    return lambda: f"sqlite:///{tmp_path / f'store-{next(numbers)}.db'}"


@pytest.fixture
def store_url(new_store_url: Callable[[], str]) -> str:
    """The URL of one fresh, empty database; the test runs on SQLite and on PostgreSQL."""
    return new_store_url()
