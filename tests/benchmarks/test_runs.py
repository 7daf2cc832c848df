"""The benchmark runs as it is, at tiny sizes: answers are checked, figures are kept, goals are judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.candidates import GOALS, Candidate, Goal
from benchmarks.rounds import Measured, reduced

ROOT = Path(__file__).resolve().parents[2]


def run(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A quick run without the peers' environment, which only `make bench` makes."""
    environment = os.environ | {"BENCH_FOLDER": str(out / "scratch")}
    command = [sys.executable, "-m", "benchmarks", *words, "--quick", "--no-peers", "--rounds", "1", "--out", str(out)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("group", ["chain", "asof_1k", "verify", "check"])
def test_every_candidate_of_a_group_answers_rightly_and_is_measured(group: str, tmp_path: Path) -> None:
    done = run(tmp_path, group)
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "results" / f"{group}.json").read_text(encoding="utf-8"))
    measured = {row["name"] for row in kept["rows"] if row.get("median", 0) > 0}
    assert any(row["ours"] and row["name"] in measured for row in kept["rows"])
    assert any(row["limit"] and row["name"] in measured for row in kept["rows"])
    assert not [row for row in kept["rows"] if row.get("failed")]
    assert kept["title"] in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert not (tmp_path / "scratch").exists(), "what a run needed is gone with it"


def test_an_unknown_group_is_refused_with_the_list_of_those_there_are(tmp_path: Path) -> None:
    done = run(tmp_path, "speed")
    assert done.returncode == 2
    assert "speed" in done.stderr
    assert "chain" in done.stderr


def measured(name: str, *seconds: float, limit: bool = False, ours: bool = False) -> Measured:
    return Measured(Candidate("work", name, lambda: lambda n: 0.0, limit=limit, ours=ours), list(seconds))


def test_a_ratio_is_taken_inside_each_round() -> None:
    rows = reduced([measured("limit", 1.0, 2.0, 4.0, limit=True), measured("ours", 3.0, 4.0, 20.0, ours=True)])["rows"]
    assert (rows[1]["ratio"], rows[1]["ratio_min"], rows[1]["ratio_max"]) == (3.0, 2.0, 5.0)


def test_a_limit_that_varies_by_more_than_half_is_told() -> None:
    busy = {"title": "Work", **reduced([measured("limit", 1.0, 1.6, 1.7, limit=True)])}
    calm = {"title": "Work", **reduced([measured("limit", 1.0, 1.4, 1.5, limit=True)])}
    assert "the machine was busy" in report.table(busy)
    assert "the machine was busy" not in report.table(calm)


@pytest.mark.parametrize(("seconds", "held"), [(1.5, "moonshot"), (4.0, "first bar"), (9.0, "no")])
def test_a_goal_says_what_is_held_and_a_missed_one_is_listed(
    seconds: float, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.report.GOALS", [Goal("work", "ours", 5, 2, (("peer", 3),))])
    found = [measured("limit", 1.0, limit=True), measured("ours", seconds, ours=True), measured("peer", 12.0)]
    groups = {"work": {"title": "Work", **reduced(found)}}
    line = report.goals(groups).splitlines()[-1]
    assert f"| {held} |" in line or f"| {held} (busy machine) |" in line
    assert f"peer {12 / seconds:.3g}× (≥ 3)" in line
    assert [goal.name for goal in report.missed(groups)] == (["ours"] if held == "no" else [])


def test_every_goal_is_about_a_candidate_that_there_is() -> None:
    from benchmarks.__main__ import _load
    from benchmarks.candidates import CANDIDATES

    _load()
    there = {(candidate.group, candidate.name) for candidate in CANDIDATES}
    assert GOALS
    assert [goal for goal in GOALS if (goal.group, goal.name) not in there] == []
    assert [(g.group, name) for g in GOALS for name, _ in g.peers if (g.group, name) not in there] == []
