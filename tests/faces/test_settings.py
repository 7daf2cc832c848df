"""Settings come from the command line, then the environment, then a file; days and instants as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.errors import BadDate, BadInput, MissingField
from iso_qms.faces import settings
from iso_qms.faces.cli.hoisting import hoist
from iso_qms.faces.dates import YEARS, day_text, instant_text, iso_text, parse_day, parse_instant
from tests.contract.places import PACKAGE
from tests.support.shell import Shell


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_option_counts_before_the_environment_and_that_before_the_file(folder: Path) -> None:
    (folder / "iso-qms.toml").write_text('store = "sqlite:///file.db"\nfiles = "from-file"\nby = "soan"\n')
    environ = {"ISO_QMS_STORE": "sqlite:///environment.db", "ISO_QMS_FILES": "from-environment"}
    found = settings.load({"store": "sqlite:///option.db"}, environ)
    assert (found.store, found.files, found.by) == ("sqlite:///option.db", "from-environment", "soan")
    assert settings.load({}, {}).files == "from-file"


def test_the_file_of_the_folder_counts_before_that_of_the_home(folder: Path) -> None:
    home = folder / "home"
    kept = home / ".config" / "iso-qms" / "iso-qms.toml"
    kept.parent.mkdir(parents=True)
    kept.write_text('by = "nha"\n')
    assert settings.load({}, {"HOME": str(home)}).by == "nha"
    assert settings.load({}, {"XDG_CONFIG_HOME": str(home / ".config")}).by == "nha"
    (folder / "iso-qms.toml").write_text('files = "x"\n')
    assert settings.load({}, {"HOME": str(home)}).by is None


def test_plugins_have_lists_and_tables_of_their_own(folder: Path) -> None:
    (folder / "iso-qms.toml").write_text('required_plugins = "mot_cua, kstthc"\n[plugins.mot_cua]\nport = 8080\n')
    found = settings.load({}, {"ISO_QMS_DISABLED_PLUGINS": "*"})
    assert found.required_plugins == ("mot_cua", "kstthc")
    assert found.disabled_plugins == ("*",)
    assert found.plugins == {"mot_cua": {"port": 8080}}


@pytest.mark.parametrize("text", ["store = ", "colour = 'red'", "store = 5", "plugins = 3", "[plugins]\nx = 1", "\x00"])
def test_a_file_that_makes_no_sense_is_refused_with_its_name(text: str, folder: Path) -> None:
    (folder / "iso-qms.toml").write_text(text)
    with pytest.raises(BadInput, match=r"iso-qms\.toml"):
        settings.load({}, {})


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "POSIX"}, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_US.UTF-8", "ISO_QMS_LANG": "vi"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "ISO_QMS_LANG": "en"}, "en"),
        ({"LC_MESSAGES": "en_GB"}, "en"),
    ],
)
def test_vietnamese_is_spoken_unless_english_is_asked_for(environ: dict[str, str], lang: str, folder: Path) -> None:
    assert settings.load({}, environ).lang == lang


def test_secrets_are_no_part_of_what_is_set_and_no_file_may_hold_one(folder: Path) -> None:
    found = settings.load({}, {"ISO_QMS_PASSWORD": "bi-mat-1", "ISO_QMS_KEY_PASSPHRASE": "bi-mat-2"})
    assert "bi-mat" not in repr(found)
    (folder / "iso-qms.toml").write_text('password = "bi-mat-1"\n')
    with pytest.raises(BadInput):
        settings.load({}, {})


def test_nobody_else_reads_the_environment() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in (PACKAGE / "faces").rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "getenv"))
    }
    assert readers - {"faces/cli/demo.py"} == {"faces/settings.py"}


def test_who_runs_the_process_is_what_the_system_says_and_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings.account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "chu-tich")
    assert settings.account() == before != "chu-tich"


def test_options_of_the_whole_program_may_stand_anywhere() -> None:
    words, said = hoist(["show", "--lang", "en", "QT-01", "--store=sqlite:///x.db", "--", "--files", "y"])
    assert words == ["show", "QT-01", "--", "--files", "y"]
    assert said == {"lang": "en", "store": "sqlite:///x.db"}
    with pytest.raises(MissingField):
        hoist(["show", "--files"])


def test_another_zone_moves_the_day(shell: Shell) -> None:
    told = shell("check QT-9 --at 2030-01-01 --json", ISO_QMS_ZONE="UTC")
    assert told.json["at"] == "2030-01-01T07:00:00+07:00"
    assert shell("list", ISO_QMS_ZONE="Mars/Olympus").code == 2


# --- days and instants ------------------------------------------------------------------------------------------------


@given(st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)))
def test_a_day_is_read_in_both_ways_of_writing(day: date) -> None:
    assert parse_day(day_text(day)) == parse_day(day.isoformat()) == parse_day(f" {day.day}/{day.month}/{day.year:04} ")
    assert parse_instant(day_text(day)) == datetime(day.year, day.month, day.day, tzinfo=OFFICE_ZONE)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30), timezones=st.just(UTC)))
def test_an_instant_is_read_as_it_was_written(at: datetime) -> None:
    assert parse_instant(iso_text(at)) == at
    assert parse_instant(at.isoformat().replace("+00:00", "Z")) == at
    assert len(instant_text(at)) in (16, 19)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_day_or_a_refusal(text: str) -> None:
    for read in (parse_day, parse_instant):
        try:
            found = read(text)
        except BadDate as refusal:
            assert refusal.message("vi").isprintable()
            continue
        assert found.year in range(YEARS[0] - 1, YEARS[-1] + 2)


@pytest.mark.parametrize(
    "text",
    ["", "1/1", "31/12/26", "2026-13-01", "29/02/2026", "20260101", "1/1/2026/1", "2026-01-01T08:00", "0/0/0000"],
)
def test_half_a_day_is_no_day(text: str) -> None:
    with pytest.raises(BadDate):
        parse_instant(text)
