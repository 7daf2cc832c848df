"""A bar for work that takes longer than one waits without one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from iso_qms.faces.i18n import _

PATIENCE = 2.0
"""Seconds after which long work shows a bar."""


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for work that takes longer than one waits without one; none where nobody looks."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import Progress

    stages = {"journal": _("journal"), "files": _("files")}
    began = monotonic()
    drawn = Progress(console=Console(file=sys.stderr), transient=True)
    started: dict[str, Any] = {}

    def said(stage: str, done: int, total: int) -> None:
        if monotonic() - began < PATIENCE:
            return
        if not started:
            drawn.start()
        if stage not in started:
            started[stage] = drawn.add_task(stages.get(stage, stage), total=total)
        drawn.update(started[stage], completed=done, total=total)

    try:
        yield said
    finally:
        if started:
            drawn.stop()


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody looks."""
