"""A Word file that settles in the watched folder becomes a draft, and never anything more."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import pytest

from iso_qms.domain.people import Person
from iso_qms.faces.watch.folder import Watch
from iso_qms.faces.watch.inbox import Inbox, Outcome
from iso_qms.faces.watch.settling import Settling, concerns, is_open
from iso_qms.testing import APPROVER, DRAFTER, REVIEWER, office

SET = Path(__file__).resolve().parents[3] / "procedures"


@pytest.fixture
def desk(tmp_path):
    """An office and a folder that its drafter watches."""
    with office() as given:
        root = tmp_path / "thu-muc"
        root.mkdir()
        said: list[tuple[str, Outcome, str]] = []
        inbox = Inbox(given.qms, root, Person("an"))
        watch = Watch(inbox, lambda path, outcome, text: said.append((path.name, outcome, text)), settle=0.05)
        yield given, root, watch, said


def copied(code: str, root: Path) -> Path:
    shutil.copytree(SET / code, root / code)
    return root / code


def drafts(given) -> list[tuple[str, int]]:
    return [(d.last.code, v.number) for d in given.qms.registers.documents() for v in d.versions.values()]


def test_a_folder_copied_in_becomes_one_draft_with_its_forms(desk):
    given, root, watch, _ = desk
    copied("QT.TP.01", root)
    watch.once()
    assert drafts(given) == [("QT.TP.01", 1)]
    files = [file.name for file in given.qms.manifest("QT.TP.01", 1).files]
    forms = sorted(path.name for path in (SET / "QT.TP.01" / "bieu-mau").iterdir())
    assert files == ["QT.TP.01.docx", *forms]
    assert [record.event.act for record in given.qms.history("QT.TP.01")] == ["drafted"]


def test_looking_again_after_a_restart_changes_nothing(desk):
    given, root, watch, _ = desk
    copied("QT.TP.01", root)
    watch.once()
    size = given.qms.registers.head()[0]
    watch.once()
    again = Watch(watch._inbox, lambda *_: None, settle=0)
    again.once()
    assert given.qms.registers.head()[0] == size
    assert again.counts[Outcome.KNOWN] == 1


def test_a_changed_form_is_a_new_content_of_its_procedure(desk):
    given, root, watch, _ = desk
    folder = copied("QT.TP.01", root)
    watch.once()
    forms = sorted((folder / "bieu-mau").iterdir())
    shutil.copy(forms[1], forms[0])
    watch.once()
    assert [record.event.act for record in given.qms.history("QT.TP.01")] == ["drafted", "drafted"]
    assert drafts(given) == [("QT.TP.01", 1)]


def test_a_version_under_signature_is_never_replaced(desk):
    given, root, watch, said = desk
    folder = copied("QT.TP.01", root)
    watch.once()
    given.qms.submit("QT.TP.01", by=DRAFTER)
    given.qms.sign("QT.TP.01", by=REVIEWER)
    forms = sorted((folder / "bieu-mau").iterdir())
    shutil.copy(forms[1], forms[0])
    watch.once()
    assert said[-1][1] is Outcome.REFUSED
    given.qms.sign("QT.TP.01", by=APPROVER)
    assert given.qms.document("QT.TP.01").versions[1].state == "approved"


def test_what_cannot_be_read_is_refused_once_with_a_note_in_vietnamese(desk):
    given, root, watch, said = desk
    (root / "hong.docx").write_bytes(b"PK\x03\x04 not a Word file")
    watch.once()
    watch.once()
    notes = list((root / "refused").glob("*.txt"))
    assert len(notes) == 1
    assert "Lý do không nhận" in notes[0].read_text(encoding="utf-8")
    assert (root / "hong.docx").exists()
    assert drafts(given) == []
    assert said[0][1] is Outcome.REFUSED


def test_files_are_moved_away_where_the_folder_says_so(desk):
    given, root, _, _ = desk
    copied("QT.TP.01", root)
    moving = Watch(Inbox(given.qms, root, Person("an"), move=True), lambda *_: None, settle=0)
    moving.once()
    assert (root / "taken" / "QT.TP.01" / "QT.TP.01.docx").exists()
    assert not (root / "QT.TP.01" / "QT.TP.01.docx").exists()
    assert drafts(given) == [("QT.TP.01", 1)]


def test_nobody_without_the_right_drafts_through_the_folder(desk):
    given, root, _, _ = desk
    copied("QT.TP.01", root)
    wrong = Watch(Inbox(given.qms, root, Person("binh")), lambda *_: None, settle=0)
    wrong.once()
    assert drafts(given) == []
    assert wrong.counts[Outcome.REFUSED] == 1


def test_a_file_that_still_grows_or_is_open_has_not_settled(tmp_path):
    file = tmp_path / "QT-01.docx"
    file.write_bytes(b"a")
    settling = Settling(2)
    assert not settling.look(file, 0)
    file.write_bytes(b"ab")
    assert not settling.look(file, 2.5)
    assert not settling.look(file, 3)
    (tmp_path / "~$-01.docx").touch()
    assert is_open(file)
    assert not settling.look(file, 9)
    (tmp_path / "~$-01.docx").unlink()
    assert settling.look(file, 9)


@pytest.mark.parametrize(
    "name",
    [
        "~$QT-01.docx",
        ".~lock.QT-01.docx#",
        "~WRD0000.tmp",
        "lu123.tmp",
        ".QT-01.docx.x8",
        "a.part",
        "a.crdownload",
        "a.txt",
    ],
)
def test_temporary_names_do_not_concern_the_watch(tmp_path, name):
    assert not concerns(tmp_path / name, tmp_path)
    assert not concerns(tmp_path / "refused" / "QT-01.docx", tmp_path)
    assert concerns(tmp_path / "QT-01.docx", tmp_path)


def word_saves(target: Path, source: Path) -> None:
    """Word's save: a temporary file, the old one moved aside, the new one moved in, the old one removed."""
    lock = target.with_name(f"~${target.name[2:]}")
    lock.touch()
    new, old = target.with_name("~WRD0000.tmp"), target.with_name("~WRL0001.tmp")
    shutil.copy(source, new)
    target.rename(old)
    new.rename(target)
    old.unlink()
    lock.unlink()


def libreoffice_saves(target: Path, source: Path) -> None:
    """LibreOffice's save: a lock, a temporary file moved over the old one."""
    lock = target.with_name(f".~lock.{target.name}#")
    lock.touch()
    new = target.with_name("lu4711.tmp")
    shutil.copy(source, new)
    new.replace(target)
    lock.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("poll", [False, True], ids=["events", "polling"])
@pytest.mark.parametrize("save", [word_saves, libreoffice_saves])
def test_the_save_of_an_office_program_is_one_new_content(desk, poll, save):
    given, root, watch, _ = desk
    folder = copied("QT.GT.01", root)
    stop = threading.Event()
    running = threading.Thread(target=watch.run, args=(stop,), kwargs={"poll": poll})
    running.start()
    try:
        until(lambda: drafts(given) == [("QT.GT.01", 1)])
        save(folder / "QT.GT.01.docx", SET / "changes" / "QT.GT.01" / "QT.GT.01.docx")
        until(lambda: given.qms.document("QT.GT.01").versions[1].label == "02")
    finally:
        stop.set()
        running.join()
    assert [record.event.act for record in given.qms.history("QT.GT.01")] == ["drafted", "drafted"]


def until(holds, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except Exception as trouble:
            if time.monotonic() > end:
                raise AssertionError("it did not happen in time") from trouble
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
