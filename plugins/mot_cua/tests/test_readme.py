"""What the README shows runs as shown, and the commands of a machine without the register answer."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from iso_qms_mot_cua.line import Line

from iso_qms.guard import MemoryPins

from .conftest import TTHC, V1, Counter

README = Path(__file__).parents[1] / "README.md"


def told(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iso_qms_mot_cua", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_code_on_the_page_receives_and_handles(counter: Counter, tmp_path: Path) -> None:
    counter.clock.set(datetime.now(UTC))
    counter.issue(V1 | {"steps": [V1["steps"][0] | {"roles": ["bo-phan-mot-cua"]}]}, overrides={"mot_cua": "Thử"})
    line = Line(counter.office.qms, tmp_path, counter.clock.now)
    line.guard(MemoryPins())
    line.bring()
    [code] = re.findall(r"```py\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for named, here in (
        ("https://qms.example/s", line.web),
        ("root.note", line.trust),
        ("/srv/mot-cua/qms", line.cache),
        ("/srv/mot-cua/desk.db", tmp_path / "page.db"),
    ):
        assert named in code
        code = code.replace(named, str(here))
    names: dict = {}
    exec(code, names)
    assert names["dossier"].procedure == TTHC
    assert [step.step for step in names["desk"].progress(names["dossier"].code).done] == ["tiep-nhan"]


def test_the_desk_reports_without_the_register(counter: Counter, tmp_path: Path) -> None:
    counter.issue(V1)
    counter.office.deliver_twice()
    code = counter.receive().code
    report = told("report", MOT_CUA_DESK=f"sqlite:///{tmp_path / 'desk.db'}")
    assert report.returncode == 0, report.stderr
    assert code in report.stdout
    assert "17:00 25/02/2026" in told("calendar", "13/02/2026", "--days", "3").stdout
    lost = told("report")
    assert lost.returncode == 2
    assert "Traceback" not in lost.stderr


def test_accounts_are_assigned_and_taken_out(tmp_path: Path) -> None:
    desk = {"MOT_CUA_DESK": f"sqlite:///{tmp_path / 'desk.db'}"}
    assert told("assign", "tu-phap", "minh", "son", **desk).returncode == 0
    assert told("assign", "tu-phap", "son", "--remove", **desk).returncode == 0
    assert told("accounts", **desk).stdout == "tu-phap: minh\n"
    twice = told("assign", "tu-phap", "son", "--remove", **desk)
    assert (twice.returncode, "Traceback" in twice.stderr) == (2, False)
    lost = told("accounts", MOT_CUA_DESK="sqlite:////nowhere/at/all.db")
    assert (lost.returncode, "Traceback" in lost.stderr) == (2, False)
