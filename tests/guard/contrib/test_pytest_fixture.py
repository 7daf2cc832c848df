"""The fixture that other services test with, run in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys

THEIR_TEST = """
from datetime import date, datetime, timezone
pytest_plugins = ["iso_qms.contrib.pytest"]

def test_old_forms_are_refused_after_the_change(qms_guard, qms_clock):
    guard = qms_guard({"QT-07": [(date(2026, 1, 1), 1), (date(2026, 7, 1), 2)]})
    qms_clock.set(datetime(2026, 6, 30, 16, tzinfo=timezone.utc))
    assert guard.check("QT-07", version=1).allowed
    qms_clock.advance(hours=1)
    assert guard.check("QT-07", version=1).reason == "SUPERSEDED"
"""


def test_a_service_tests_itself_with_the_fixture(tmp_path):
    """One line of configuration, a guard over dates, and a clock to move."""
    (tmp_path / "test_desk.py").write_text(THEIR_TEST)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
