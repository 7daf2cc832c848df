"""What a machine lacks is said once, with the way to get it, and is a failure where everything is demanded."""

import pytest

from tests.support.needs import _WAYS, needs


@pytest.fixture(params=sorted(_WAYS))
def lacking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    monkeypatch.setitem(_WAYS, name, (lambda: None, _WAYS[name][1]))
    return name


def test_a_lacking_program_skips_the_test_with_the_way_to_get_it(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISO_QMS_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=rf"^{lacking} is not on this machine: .*install"):
        needs(lacking)


def test_where_all_are_demanded_a_lacking_program_is_a_failure(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISO_QMS_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match=lacking):
        needs(lacking)


def test_a_program_that_is_there_is_given_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_WAYS, "openssl", (lambda: "/usr/bin/openssl", "apt-get install openssl"))
    assert needs("openssl") == "/usr/bin/openssl"


def test_a_misspelt_need_is_an_error_and_not_a_skip() -> None:
    with pytest.raises(KeyError):
        needs("sofice")
