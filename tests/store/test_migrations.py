"""A store is made once, upgraded by one upgrader at a time, and opened by programs that know its schema."""

from __future__ import annotations

import multiprocessing as mp
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from iso_qms.domain import errors
from iso_qms.qms import Qms
from iso_qms.store import database
from iso_qms.store.base import PREFIX, Base
from tests.support.office import CHEAP, OPERATOR, Office, refuses

fork = mp.get_context("fork")


def rewrite(url: str, found: str) -> None:
    engine = database.open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE qms_schema SET version_num = :found"), {"found": found})
    engine.dispose()


def test_a_store_is_never_made_over_another(store_url: str, tmp_path: Path) -> None:
    office = Office.found(store_url, tmp_path / "files", people=False)
    root = office.qms.registers.head()
    with refuses(errors.StoreExists):
        Qms.create(store_url, tmp_path / "files", operator=OPERATOR, hasher=CHEAP)
    assert office.qms.registers.head() == root
    assert office.holds()
    office.close()


def test_where_there_is_no_store_none_is_opened_and_none_appears(store_url: str, tmp_path: Path) -> None:
    for ask in (lambda: Qms(store_url, tmp_path / "files"), lambda: Qms.migrate(store_url)):
        with refuses(errors.NoStore):
            ask()
    engine = database.open_engine(store_url)
    assert database.revision(engine) is None
    engine.dispose()


def make(url: str, files: Path, said: mp.SimpleQueue) -> None:
    try:
        Qms.create(url, files, operator=OPERATOR, hasher=CHEAP).close()
        said.put("made")
    except errors.QmsError as refusal:
        said.put(refusal.code)
    except BaseException as trouble:
        said.put(repr(trouble))


def together(count: int, work: Callable[..., None], *given: object) -> list[str]:
    """What some processes say that start the same work at once."""
    said = fork.SimpleQueue()
    processes = [fork.Process(target=work, args=(*given, said)) for _ in range(count)]
    for process in processes:
        process.start()
    answers = [said.get() for _ in processes]
    for process in processes:
        process.join(30)
    return sorted(answers)


def test_of_four_who_make_the_same_store_at_once_one_does(store_url: str, tmp_path: Path) -> None:
    assert together(4, make, store_url, tmp_path / "files") == ["STORE_EXISTS"] * 3 + ["made"]
    with Qms(store_url, tmp_path / "files") as qms:
        assert qms.verify().holds
        assert qms.registers.head()[0] == 2


def upgrade(url: str, said: mp.SimpleQueue) -> None:
    try:
        engine = database.open_engine(url)
        database.upgrade(engine)
        said.put(str(database.revision(engine)))
        engine.dispose()
    except BaseException as trouble:
        said.put(repr(trouble))


def test_four_upgraders_at_once_come_to_the_same_schema(store_url: str) -> None:
    assert together(4, upgrade, store_url) == [database.REVISIONS[-1]] * 4
    engine = database.open_engine(store_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM qms_schema")).scalar() == 1
    engine.dispose()


def test_a_founding_that_a_crash_cut_off_is_finished_by_the_next(store_url: str, tmp_path: Path) -> None:
    engine = database.open_engine(store_url)
    database.upgrade(engine)
    engine.dispose()
    office = Office.found(store_url, tmp_path / "files", people=False)
    assert office.holds() and office.acts() == ["operator_seen", "store_founded"]
    office.close()


def test_a_newer_schema_is_refused_by_name_and_left_alone(store_url: str, tmp_path: Path) -> None:
    Office.found(store_url, tmp_path / "files", people=False).close()
    rewrite(store_url, "9999")
    for ask in (lambda: Qms(store_url, tmp_path / "files"), lambda: Qms.migrate(store_url)):
        with refuses(errors.NewerSchema) as caught:
            ask()
        assert "9999" in caught.value.message("vi")


def test_an_older_schema_is_refused_until_it_is_upgraded(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Office.found(store_url, tmp_path / "files", people=False).close()
    monkeypatch.setattr(database, "REVISIONS", (*database.REVISIONS, "next"))
    with refuses(errors.OlderSchema) as caught:
        Qms(store_url, tmp_path / "files")
    assert "iso-qms migrate" in caught.value.message("vi")


def test_upgrading_what_is_up_to_date_changes_nothing(store_url: str, tmp_path: Path) -> None:
    office = Office.found(store_url, tmp_path / "files", people=False)
    root = office.qms.registers.head()
    assert Qms.migrate(store_url) == database.REVISIONS[-1]
    assert office.qms.registers.head() == root and office.holds()
    office.close()


def test_the_migrations_make_exactly_the_tables_of_the_program(store_url: str, tmp_path: Path) -> None:
    office = Office.found(store_url, tmp_path / "files", people=False)
    ours = {
        "compare_type": True,
        "include_name": lambda name, kind, _: kind != "table" or str(name).startswith(PREFIX),
    }
    with office.qms._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=ours | {"version_table": "qms_schema"})
        assert compare_metadata(context, Base.metadata) == []
    office.close()


def test_every_revision_the_program_knows_has_its_migration() -> None:
    folder = Path(database.__file__).parent / "migrations" / "versions"
    found = sorted(path.name.split("_")[0] for path in folder.glob("*.py") if path.name != "__init__.py")
    assert found == sorted(database.REVISIONS)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://x/y", "sqlite:////proc/no/such/place.db", "postgresql://localhost:1/nothing", "file:x"],
)
def test_an_address_that_cannot_be_served_is_one_sentence(url: str, tmp_path: Path) -> None:
    for ask in (
        lambda: Qms(url, tmp_path / "files"),
        lambda: Qms.create(url, tmp_path / "files", operator=OPERATOR),
        lambda: Qms.migrate(url),
    ):
        with pytest.raises(errors.StoreTrouble) as caught:
            ask()
        assert "\n" not in caught.value.message("vi") and len(caught.value.message("en")) < 400


def test_a_password_in_the_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(errors.StoreTrouble) as caught:
        Qms("postgresql://vanthu:bi-mat-lam@localhost:1/qms", tmp_path)
    assert "bi-mat-lam" not in caught.value.message("vi") + caught.value.message("en")


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "qms.db").write_text("Không phải cơ sở dữ liệu. " * 99)
    with pytest.raises(errors.StoreTrouble):
        Qms(f"sqlite:///{tmp_path / 'qms.db'}", tmp_path / "files")


def test_a_place_that_cannot_hold_files_is_said_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("Đây là một tệp")
    with pytest.raises(errors.StoreTrouble):
        Qms.create(f"sqlite:///{tmp_path / 'qms.db'}", tmp_path / "files", operator=OPERATOR)
    assert not (tmp_path / "qms.db").exists()
