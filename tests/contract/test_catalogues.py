"""Both languages are complete, and the tool that says so would notice if they were not."""

from pathlib import Path

import pytest

from tests.contract.places import PACKAGE
from tools import mo

CODE = """
from iso_qms.faces.i18n import _, ngettext
_("Hello {name}")
ngettext("{n} day", "{n} days", 3)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "greet.py").write_text(CODE, encoding="utf-8")
    mo.update(tmp_path)
    return tmp_path


def translate(package: Path, *pairs: tuple[str, str]) -> None:
    path = mo.catalogue_path(package, "vi")
    words = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in words
        words = words.replace(old, new, 1)
    path.write_text(words, encoding="utf-8")
    mo.update(package)


HELLO = ('msgid "Hello {name}"\nmsgstr ""', 'msgid "Hello {name}"\nmsgstr "Chào {name}"')
DAYS = ('msgstr[0] ""', 'msgstr[0] "{n} ngày"')


@pytest.mark.parametrize("language", mo.LANGUAGES)
def test_every_sentence_of_the_program_is_there(language: str) -> None:
    assert list(mo.faults(PACKAGE, language)) == []


def test_a_translated_package_has_no_faults_and_stays_as_it_is(package: Path) -> None:
    translate(package, HELLO, DAYS)
    before = {path: path.read_bytes() for path in package.rglob("*.[pm]o")}
    mo.update(package)
    assert {path: path.read_bytes() for path in package.rglob("*.[pm]o")} == before
    assert len(before) == 4
    assert [fault for language in mo.LANGUAGES for fault in mo.faults(package, language)] == []


def test_an_untranslated_sentence_is_named(package: Path) -> None:
    translate(package, HELLO)
    assert any("not translated" in fault and "{n} day" in fault for fault in mo.faults(package, "vi"))


def test_a_translation_that_loses_a_blank_is_named(package: Path) -> None:
    translate(package, (HELLO[0], 'msgid "Hello {name}"\nmsgstr "Chào bạn"'), DAYS)
    assert any("blanks" in fault for fault in mo.faults(package, "vi"))


def test_a_new_sentence_makes_the_catalogues_stale(package: Path) -> None:
    translate(package, HELLO, DAYS)
    (package / "part.py").write_text('_("Goodbye")', encoding="utf-8")
    assert all(any("stale" in fault for fault in mo.faults(package, language)) for language in mo.LANGUAGES)
