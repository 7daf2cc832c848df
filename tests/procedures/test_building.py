"""The committed Word files are what the builder makes, and office programs accept them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.chain import from_data, select
from tests.procedures import word_set as office
from tests.procedures.word_set import CHANGES, EVERY_FILE, HOME, PROCEDURES, ROOT
from tests.support.needs import needs
from tools.procedures import content
from tools.procedures.markup import Grid, Line, parse


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The set, built anew by the command that an officer runs."""
    out = tmp_path_factory.mktemp("procedures")
    subprocess.run([sys.executable, "-m", "tools.procedures.build", "--out", str(out)], cwd=ROOT, check=True)
    return out


def parts(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    """Name, date and content of every part; deflate's own bytes may differ between zlib releases."""
    with zipfile.ZipFile(path) as package:
        return [(entry.filename, entry.date_time, package.read(entry)) for entry in package.infolist()]


def test_the_builder_makes_exactly_the_committed_files(built: Path) -> None:
    made = {path.relative_to(built) for path in built.rglob("*.docx")}
    assert made == {path.relative_to(HOME) for path in EVERY_FILE}
    for path in EVERY_FILE:
        assert parts(built / path.relative_to(HOME)) == parts(path), path


def test_a_word_file_carries_no_moment_of_building_and_no_picture_of_a_template() -> None:
    for path in EVERY_FILE:
        assert {date for _, date, _ in parts(path)} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name, _, _ in parts(path) if "thumbnail" in name]


def test_libreoffice_prints_every_file(tmp_path: Path) -> None:
    soffice = needs("soffice")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for folder in (HOME, HOME / "changes"):
        files = [str(path) for path in EVERY_FILE if path.parent.parent == folder]
        out = tmp_path / folder.name
        command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(out), *files]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        printed = {path.stem for path in out.glob("*.pdf") if path.read_bytes().startswith(b"%PDF-")}
        assert printed == {Path(name).stem for name in files}


def test_the_product_reads_code_issue_date_and_steps_of_every_procedure() -> None:
    read_file = pytest.importorskip("iso_qms.documents").read_file
    for path in [*PROCEDURES, *CHANGES]:
        reading = read_file(path)
        facts = office.cover_facts(path)
        assert reading.fields.code.value == path.stem
        assert int(reading.fields.issue.value) == int(facts["Lần ban hành"])
        assert f"{reading.fields.issue_date.value:%d/%m/%Y}" == facts["Ngày ban hành"]
        assert [step["no"] for step in reading.process["steps"]] == [row[0] for row in office.steps(path)]
        assert reading.process["total"]["working_minutes"] == office.minutes(office.announced(path).time_limit)


def test_the_domain_accepts_the_approval_chains_and_finds_the_right_one_for_each_document() -> None:
    chains = [from_data(chain) for chain in tomllib.loads((HOME / "chains.toml").read_text(encoding="utf-8"))["chain"]]
    assert len({chain.name for chain in chains}) == len(chains)
    ordinary = select(chains, kind="procedure", unit=None, change_class="major", emergency=False)
    urgent = select(chains, kind="procedure", unit=None, change_class="major", emergency=True)
    of_a_division = select(chains, kind="procedure", unit="phong-kinh-te", change_class="major", emergency=False)
    manual = select(chains, kind="manual", unit=None, change_class="major", emergency=False)
    assert [chain and chain.name for chain in (ordinary, urgent, of_a_division, manual)] == [
        "mac-dinh",
        "khan-cap",
        "thu-tuc-hanh-chinh",
        "hai-soat-xet",
    ]


def test_a_change_that_no_longer_fits_its_base_is_refused(tmp_path: Path) -> None:
    change = tmp_path / "QT.GT.01.toml"
    change.write_text('base = "QT.GT.01.toml"\n[[replace]]\nold = "không có câu này"\nnew = "x"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="phải có đúng một lần / must occur exactly once"):
        content.load(change)


def test_a_directive_that_is_misspelt_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown directive: @bangg"):
        list(parse("@bangg 1 2"))


words = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="|@*_#…¶"), min_size=1, max_size=12)


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(words, min_size=n, max_size=n), min_size=2, max_size=6)))
def test_a_table_comes_out_as_it_was_written(table: list[list[str]]) -> None:
    (grid,) = parse("\n".join("| " + " | ".join(row) + " |" for row in table))
    assert isinstance(grid, Grid)
    assert [list(grid.header), *map(list, grid.rows)] == table


@given(st.lists(words.filter(lambda word: word[0].isalnum()), min_size=1, max_size=8))
def test_plain_lines_stay_plain_lines(lines: list[str]) -> None:
    assert list(parse("\n".join(lines))) == [Line("text", line) for line in lines]
