"""What machines ask all day starts light, and says the same as the whole program."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain import leaf as leaves
from iso_qms.domain.code import document_key
from iso_qms.domain.document import Document
from iso_qms.domain.errors import QmsError
from iso_qms.faces.cli.quick import question
from iso_qms.store import database, quick
from tests.contract.places import ROOT
from tests.support.office import Office
from tests.support.paper import DUYET, EMERGENCY, SOAN, XEMXET, Paper
from tests.support.shell import Shell

HEAVY = ("typer", "click", "rich", "sqlalchemy", "sqlmodel", "pydantic", "alembic", "argon2", "lxml", "docx")


def loaded(words: list[str], folder: Path) -> tuple[int, set[str]]:
    """The exit code of a call, and the top-level modules that it had loaded at its end."""
    told = (
        "import os, sys\n"
        f"sys.argv = ['iso-qms', *{words!r}]\n"
        "def end(code=0):\n"
        "    print(code, *sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)\n"
        "    sys.stderr.flush()\n"
        "    _exit(0)\n"
        "_exit, os._exit = os._exit, end\n"
        "from iso_qms.__main__ import main\n"
        "end(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ISO_QMS_STORE": f"sqlite:///{folder}/qms.db"}
    ran = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
    code, *modules = ran.stderr.split()
    return int(code), set(modules)


@pytest.mark.parametrize("words", [["--version"], ["--help"]])
def test_version_and_help_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    code, modules = loaded(words, tmp_path)
    assert code == 0
    assert modules.isdisjoint({*HEAVY, "sqlite3", "dataclasses"})


@pytest.mark.parametrize("more", [[], ["--json"], ["--at", "2030-01-01"], ["--at=01/01/2030", "--action", "display"]])
def test_a_plain_check_loads_nothing_heavy(more: list[str], issued: Shell) -> None:
    code, modules = loaded(["check", "QT-01", "--version", "1", *more], issued.folder)
    assert code in (0, 3)
    assert modules.isdisjoint(HEAVY)
    assert "sqlite3" in modules


def test_whoever_asks_something_unusual_is_sent_to_the_whole_program() -> None:
    store = ["--store", "sqlite:///x.db"]
    assert question(["check", "QT-01", *store]) is not None
    for words in (
        ["show", "QT-01"],
        ["check"],
        ["check", "QT-01", "QT-02"],
        ["check", "QT-01", "--sha256", "00"],
        ["check", "QT-01", "--at", "mai"],
        ["check", "QT-01", "--action", "burn"],
        ["check", "QT-01", "--version"],
        ["check", "QT-01", "--help"],
    ):
        assert question([*words, *store]) is None
    for url in ("postgresql+psycopg://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///a?mode=ro"):
        assert question(["check", "QT-01", "--store", url]) is None


def test_it_reads_the_newest_schema_and_leaves_every_other_to_the_whole_program(tmp_path: Path) -> None:
    assert database.REVISIONS[-1] == quick.REVISION
    assert quick.FORMAT == leaves.FORMAT
    assert quick.find(str(tmp_path / "nothing.db"), "QT-1") is None
    assert not (tmp_path / "nothing.db").exists()
    (tmp_path / "noise.db").write_bytes(os.urandom(4096))
    assert quick.find(str(tmp_path / "noise.db"), "QT-1") is None


def test_every_question_gets_the_answer_of_the_front_door(desk: Office) -> None:
    from tests.support.every_act import live_a_year

    live_a_year(desk)
    file = desk.url.removeprefix("sqlite:///")
    for code in ("QT-01", "qt.tp.05", "QT-77"):
        found = quick.find(file, document_key(code))
        assert found is not None
        assert found.last == desk.qms.registers.head()[0] - 1
        assert found.timeline == desk.qms.registers.timeline(code)


def test_the_line_prints_what_the_whole_program_prints(issued: Shell) -> None:
    at = "2030-01-01T00:00:00+07:00"
    for words in (
        ["check", "QT-01", "--at", at],
        ["check", "QT-01", "--at", at, "--json"],
        ["check", "QT-01", "--at", "31/12/2029", "--version", "01/00", "--lang", "en"],
        ["check", "QT-01", "--at", at, "--known", "2026-01-01", "--json"],
        ["check", "qt 1", "--at", at, "--action=cite", "--unit", "VP"],
        ["check", "QT-88", "--at", at, "--version", "3", "--json"],
    ):
        whole = issued(words)
        plain = subprocess.run(
            [sys.executable, "-m", "iso_qms", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPROFILEIMPORTTIME": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (plain.returncode, plain.stdout) == (whole.code, whole.out), words


ACTS = (
    "draft", "new", "submit", "urgent", "sign", "send_back", "abandon", "issue", "later", "until", "ratify", "rescind",
    "withdraw", "suspend", "resume", "reinstate", "wait",
)  # fmt: skip


@given(st.lists(st.sampled_from(ACTS), max_size=40), st.integers(1, 9))
def test_the_quick_fold_is_the_fold_of_the_document(plan: list[str], salt: int) -> None:
    paper = Paper()
    paper.draft(salt)
    for place, act in enumerate(plan):
        attempt(paper, act, salt + place)
    stored = [(r.pos, leaves.encode(r.event, at=r.at, actor=r.actor, auth=r.auth, software="x")) for r in paper.history]
    found = quick._Fold().of(stored)
    document = Document.fold(paper.key, [leaves.decode(leaf, pos) for pos, leaf in stored])
    assert found == document.timeline()


def attempt(paper: Paper, act: str, number: int) -> None:
    """Do an act if the rules let it be done now; most of the time they do not, which is part of the history."""
    from iso_qms.domain import acts

    today = paper.today
    why = {"reason": "Theo yêu cầu"}
    version = number % 3 + 1
    steps = {
        "draft": lambda: paper.draft(number),
        "new": lambda: paper.draft(number, new=True),
        "submit": lambda: paper.submit(),
        "urgent": lambda: paper.submit(EMERGENCY),
        "sign": lambda: paper.sign((XEMXET, DUYET)[number % 2]),
        "send_back": lambda: paper.do(acts.send_back, XEMXET, **why),
        "abandon": lambda: paper.do(acts.abandon, SOAN, **why),
        "issue": lambda: paper.issue(today + timedelta(days=number % 4), accept_old_until=today + timedelta(days=9)),
        "later": lambda: paper.issue(today + timedelta(days=30), sunset=today + timedelta(days=60)),
        "until": lambda: paper.issue(today, until=today + timedelta(days=5), transition="migrate"),
        "ratify": lambda: paper.do(acts.ratify, DUYET, decision="2/QĐ"),
        "rescind": lambda: paper.do(acts.rescind, DUYET, **why),
        "withdraw": lambda: paper.do(acts.withdraw, DUYET, effective=today, decision="3/QĐ", **why),
        "suspend": lambda: paper.do(acts.suspend, DUYET, units=("VP",) if number % 2 else (), **why),
        "resume": lambda: paper.do(acts.resume, DUYET, suspension=paper.document.suspensions[-1].pos, **why),
        "reinstate": lambda: paper.do(acts.reinstate, DUYET, number=version, effective=today, decision="4/QĐ", **why),
        "wait": lambda: setattr(paper, "now", paper.now + timedelta(days=2)),
    }
    try:
        steps[act]()
    except (QmsError, IndexError):
        paper.now += timedelta(minutes=1)


def test_the_plan_of_the_property_really_reaches_every_part_of_a_timeline() -> None:
    paper = Paper()
    for act in ("draft", "urgent", "sign", "sign", "until", "submit", "sign", "sign", "ratify", "suspend", "resume",
                "new", "submit", "sign", "sign", "later", "rescind", "withdraw"):  # fmt: skip
        for number in (2, 3):
            attempt(paper, act, number)
    timeline = paper.document.timeline()
    assert timeline.entries and timeline.ratifications and timeline.suspensions and timeline.resumptions
    assert timeline.rescissions
    assert any(entry.version is None for entry in timeline.entries)


@pytest.mark.parametrize("words", [["--help"], ["check", "QT-01", "--json"], ["audit", "log", "--json"], ["list"]])
def test_a_reader_that_goes_away_is_no_defect_and_no_yes(words: list[str], issued: Shell) -> None:
    nobody, ours = os.pipe()
    os.close(nobody)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "iso_qms", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=ours,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(ours)
    assert ran.stderr == b""
    assert ran.returncode in ((3, 141) if words[0] == "check" else (0, 141))
    assert not (issued.folder / "defects.log").exists()
