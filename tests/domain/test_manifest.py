"""The manifest of a version: one digest over its files, their order, names and roles, and its process."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.errors import BadInput
from iso_qms.domain.manifest import File, Manifest, build
from tests.support.office import refuses

MAIN = File("QT-01.docx", "a" * 64, 10)
FORM = File("BM.QT-01.01.docx", "b" * 64, 20, "form")
ANNEX = File("PL01.pdf", "c" * 64, 30, "annex")


def test_a_manifest_is_named_by_the_sha256_of_its_canonical_bytes() -> None:
    manifest = build([MAIN, FORM], "d" * 64)
    assert manifest.main == MAIN
    assert manifest.sha256 == hashlib.sha256(manifest.to_bytes()).hexdigest()
    assert manifest.to_bytes() == rfc8785.dumps(json.loads(manifest.to_bytes()))
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


@pytest.mark.parametrize(
    "other",
    [
        build([MAIN, FORM]),
        build([MAIN, FORM], "e" * 64),
        build([FORM, MAIN], "d" * 64),
        build([MAIN, FORM, ANNEX], "d" * 64),
        build([replace(MAIN, name="qt-01.docx"), FORM], "d" * 64),
        build([replace(MAIN, size=11), FORM], "d" * 64),
        build([replace(MAIN, sha256="f" * 64), FORM], "d" * 64),
        build([MAIN, replace(FORM, role="annex")], "d" * 64),
    ],
)
def test_whatever_changes_in_a_version_changes_its_name(other: Manifest) -> None:
    assert other.sha256 != build([MAIN, FORM], "d" * 64).sha256


@pytest.mark.parametrize(
    "files", [[], [FORM], [MAIN, replace(MAIN, name="khac.docx")], [MAIN, replace(FORM, name="qt-01.DOCX")]]
)
def test_a_version_has_one_main_file_and_no_two_of_one_name(files: list[File]) -> None:
    with refuses(BadInput):
        build(files)


@pytest.mark.parametrize(
    "content",
    [
        *[b"", b"\xff", b"[]", b"{}", b'{"schema":"manifest/2"}', b'{"schema":"manifest/1"}', b"[" * 100_000],
        *[b'{"schema":"manifest/1","files":1}', b'{"schema":"manifest/1","files":[1]}', b"null"],
        *[b'{"schema":"manifest/1","files":[{}]}', b'{"schema":"manifest/1","files":[{"name":"x"}]}'],
    ],
)
def test_bytes_that_are_no_manifest_are_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        Manifest.from_bytes(content)


names = st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FF), min_size=1, max_size=8)


@given(st.lists(names, unique_by=lambda n: n.casefold(), min_size=1, max_size=5), st.none() | st.just("9" * 64))
def test_a_manifest_comes_back_from_its_bytes(listed: list[str], process: str | None) -> None:
    from unicodedata import normalize

    clean = list(dict.fromkeys(normalize("NFC", name) for name in listed))
    files = [File(name, "0" * 64, at, "annex" if at else "main") for at, name in enumerate(clean)]
    if len({f.name.casefold() for f in files}) == len(files):
        manifest = build(files, process)
        assert Manifest.from_bytes(manifest.to_bytes()) == manifest
