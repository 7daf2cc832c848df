"""Celery: a task that is checked when it runs, not when it was queued, and runs inside its dossier."""

from __future__ import annotations

from typing import Any, cast

from celery import Task  # type: ignore[import-untyped, import-not-found, unused-ignore]

from iso_qms.guard.guard import Guard

__all__ = ["GovernedTask"]


class GovernedTask(Task):  # type: ignore[misc, unused-ignore]
    """`@app.task(base=GovernedTask, document="QT-07")`: the first argument of the task is the dossier's name.

    The dossier must have been pinned at receipt: a task never receives one. The guard is `app.conf.qms_guard`.
    Raises Denied, Undecided or NotPinned into the task's result.
    """

    abstract = True
    document: str = ""

    def __call__(self, dossier: str, *args: Any, **kwargs: Any) -> Any:
        """Run the task inside the dossier."""
        guard = cast(Guard, self.app.conf.qms_guard)
        guard.pinned(dossier, self.document)
        with guard.dossier(dossier, self.document):
            return super().__call__(dossier, *args, **kwargs)
