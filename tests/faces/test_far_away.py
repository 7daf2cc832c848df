"""Snapshots for offices far away, news for plugins, dossiers that are pinned: the shell side of enforcement."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.decision import Citation
from iso_qms.guard import Guard
from tests.faces.conftest import DOCX
from tests.support.office import secret_of
from tests.support.shell import Shell


def today() -> str:
    return f"{datetime.now(OFFICE_ZONE):%d/%m/%Y}"


@pytest.fixture
def governed(shell: Shell) -> Shell:
    """A desk where version 1 is in force, and version 2 follows today by migration."""
    for number in (1, 2):
        annex = shell.folder / "phu-luc.txt"
        annex.write_text(f"Phụ lục của phiên bản {number}", encoding="utf-8")
        more = ["--reason", "x", "--by", "soan", "--new", "--revision", str(number - 1)]
        shell.done(["draft", str(DOCX), str(annex), *more])
        shell.done(f"submit QT-01 --by soan --version {number}")
        for login in ("xemxet", "duyet"):
            shell.done(f"sign QT-01 --by {login}", secret_of(login))
        words = ["issue", "QT-01", "--effective", today(), "--decision", f"{number}/QĐ", "--by", "duyet"]
        shell.done([*words, "--transition", "migrate"])
    return shell


def test_an_office_far_away_reads_what_was_published_and_trusts_it(governed: Shell) -> None:
    begun = governed.done("snapshot begin web --scope H46", ISO_QMS_KEY_PASSPHRASE="cụm từ bí mật")
    assert begun.lines[-1] == "Bước tiếp: iso-qms snapshot publish web --scope H46"
    trust = begun.lines[1].partition(": ")[2]
    assert governed("snapshot publish web --scope H46").code == 2  # the key is locked
    told = governed.done("snapshot publish web --scope H46", ISO_QMS_KEY_PASSPHRASE="cụm từ bí mật")
    assert told.out.startswith("Đã công bố 1 tài liệu của phạm vi H46")
    again = governed.done("snapshot publish web --scope H46 --json", ISO_QMS_KEY_PASSPHRASE="cụm từ bí mật")
    assert (again.json["documents"], again.json["fresh"]) == (1, False)
    guard = Guard.remote(str(governed.folder / "web"), ["H46"], trust=trust, cache=governed.folder / "cache")
    guard.source.refresh()
    here = governed.done("check QT-01 --json").json
    there = guard.check("QT-01")
    assert (there.reason, there.pos, there.current.number) == (here["reason"], here["pos"], 2)


@pytest.mark.parametrize("scope", ["", "../x", "a b", "tỉnh", "x" * 41])
def test_a_scope_that_could_name_another_file_is_refused(scope: str, governed: Shell) -> None:
    assert governed(["snapshot", "begin", "web", "--scope", scope]).code == 2
    assert not (governed.folder / "web").exists()


def test_nothing_is_published_without_a_root(governed: Shell) -> None:
    assert governed("snapshot publish web --scope H46").code == 2


def test_a_dossier_goes_on_as_its_citation_and_the_transition_say(governed: Shell) -> None:
    history = {each["act"]: each for each in governed.done("history QT-01 --json").json}
    version = governed.done("show QT-01 --json").json["versions"][0]
    received = datetime.fromisoformat(history["drafted"]["at"])
    pin = Citation("QT-01", 1, version["label"], version["sha256"], received)
    (governed.folder / "pin.json").write_text(json.dumps(pin.as_dict()), encoding="utf-8")
    told = governed("check QT-01 --action continue --pin pin.json --json")
    assert (told.code, told.json["reason"], told.json["remedy"]) == (3, "MIGRATE_REQUIRED", "migrate")
    unpinned = governed("check QT-01 --action continue")
    assert (unpinned.code, "NOT_PINNED" in unpinned.out) == (3, True)
    for text in ("", "{}", "[]", '{"document": 1}', "\x00"):
        (governed.folder / "pin.json").write_text(text, encoding="utf-8")
        refused = governed("check QT-01 --action continue --pin pin.json")
        assert (refused.code, "pin.json" in refused.err) == (2, True)
    assert governed("check QT-01 --pin nowhere.json").code == 2


def test_a_draft_starts_from_an_existing_version_with_its_files(governed: Shell) -> None:
    words = ["redraft", "QT-01", "--version", "1", "--issue", "2", "--reason", "Quay lại bản cũ", "--by", "soan"]
    told = governed.done(words)
    assert told.lines[0].startswith("Đã ghi dự thảo phiên bản 3 (02) của QT-01")
    versions = governed.done("show QT-01 --json").json["versions"]
    assert versions[2]["sha256"] == versions[0]["sha256"]
    assert versions[2]["files"] == ["QT-01.docx", "phu-luc.txt"]
    assert governed([*words[:3], "9", *words[4:]]).code == 4


def test_news_is_delivered_and_what_is_left_is_shown(governed: Shell) -> None:
    told = governed("plugins deliver --json", ISO_QMS_DISABLED_PLUGINS="*")
    assert (told.code, told.json) == (0, {"done": {"told": 0, "failed": 0, "parked": 0, "waiting": 0}, "waiting": []})
    assert governed.done("plugins deliver", ISO_QMS_DISABLED_PLUGINS="*").out.startswith("Đã báo: 0")
    assert governed("plugins retry khong-co").code == 4
