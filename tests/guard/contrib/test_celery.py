"""Celery: what was queued before a suspension and runs after it is stopped."""

from __future__ import annotations

import pytest

pytest.importorskip("celery", reason="Celery chưa được cài / Celery is not installed: pip install celery")

from celery import Celery

from iso_qms.contrib.celery import GovernedTask
from iso_qms.guard import Denied, NotPinned, active
from tests.guard.desk import BEFORE, CODE, desk


def office():
    guard, _ = desk(BEFORE)
    app = Celery("quay", broker="memory://", backend="cache+memory://")
    app.conf.update(task_always_eager=True, task_eager_propagates=True, qms_guard=guard)

    @app.task(base=GovernedTask, document=CODE)
    def remind(dossier):
        return active().pin.version

    return guard, remind


def test_a_task_runs_inside_its_dossier():
    """Code further down finds the pin."""
    guard, remind = office()
    guard.pin("HS-9", CODE)
    assert remind.delay("HS-9").get() == 1
    assert active() is None


def test_a_task_is_checked_when_it_runs_and_not_when_it_was_queued():
    """Queued before the suspension, run after it: denied."""
    guard, remind = office()
    guard.pin("HS-9", CODE)
    queued = remind.s("HS-9")
    guard.source.suspend(CODE, BEFORE)
    with pytest.raises(Denied, match="suspended"):
        queued.delay().get()


def test_a_task_never_receives_a_dossier():
    """A reminder about a dossier that was never received does not pin it."""
    guard, remind = office()
    with pytest.raises(NotPinned):
        remind.delay("HS-1").get()
    assert guard.pins.get("HS-1", CODE) is None
