"""The reference pages say what the code says."""

from pathlib import Path

from iso_qms.domain.errors import QmsError
from tools import reference


def test_every_page_is_what_the_code_says_now() -> None:
    assert reference.stale() == []


def test_every_part_of_the_package_has_its_page() -> None:
    assert [name for name, write in reference.PAGES.items() if write() is None] == []


def test_a_page_that_lags_behind_is_named(tmp_path: Path) -> None:
    for name, write in reference.PAGES.items():
        (tmp_path / name).write_text(write() or "", encoding="utf-8")
    assert reference.stale(tmp_path) == []
    page = tmp_path / "errors.md"
    page.write_text(page.read_text(encoding="utf-8").replace("SELF_APPROVAL", "SELF_PRAISE"), encoding="utf-8")
    assert reference.stale(tmp_path) == ["errors.md"]


def test_every_refusal_stands_on_its_page_in_both_languages() -> None:
    shown = (reference.FOLDER / "errors.md").read_text(encoding="utf-8")
    kinds = reference.refusals()
    assert len(kinds) > 60
    assert [kind.code for kind in kinds if f"`{kind.code}`" not in shown] == []
    own = [kind for kind in kinds if kind.vi != QmsError.vi]
    assert [kind.code for kind in own if kind.vi not in shown or kind.en not in shown] == []
