"""The plugin: news become pages, and at night the pages are compared with the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from iso_qms import BadInput, Finding, News, hookimpl
from iso_qms_niem_yet.posting import Announced, Board, Posting, parse

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CHECK = "C17"
"""The number of the check that compares what is posted with what is in force."""


class NiemYet:
    """Posts into the folder that `[plugins.niem_yet] folder` names; without one it does nothing."""

    iso_qms_api = (1, 0)

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._board: Board | None = None
        self._view: Any = None

    @hookimpl
    def iso_qms_ready(self, view: Any, settings: dict[str, Any]) -> None:
        """Take the folder from the settings."""
        unknown = sorted(set(settings) - {"folder"})
        if unknown:
            raise BadInput(what=f"[plugins.niem_yet] không có / has no {', '.join(unknown)}")
        self._view = view
        self._board = Board(Path(settings["folder"])) if settings.get("folder") else None

    @hookimpl
    def iso_qms_issued(self, event: News) -> None:
        """Announce what is coming; what begins at once is shown when it has begun."""
        coming = _announced(event)
        if coming is not None:
            self._change(event, lambda p: {"coming": _sorted([*p.coming, coming])})

    @hookimpl
    def iso_qms_came_into_force(self, event: News) -> None:
        """Swap the page; a withdrawal decided before this start is over."""
        begun = _announced(event)
        if begun is not None:
            self._change(event, lambda p: _swapped(p, begun))

    @hookimpl
    def iso_qms_superseded(self, event: News) -> None:
        """Swap already now: it is told before its successor's start is, and no page stands empty in between."""

        def swap(posting: Posting) -> dict[str, Any]:
            begun = next((c for c in posting.coming if c.pos == event.pos), None)
            return {} if begun is None else _swapped(posting, begun)

        self._change(event, swap)

    @hookimpl
    def iso_qms_withdrawn(self, event: News) -> None:
        """Say from when the document ends; on that day the page is taken down by the nightly look or later news."""
        if event.start is not None:
            ends = _local(event.start)
            self._change(event, lambda p: {"ends": ends, "ends_pos": event.pos})

    @hookimpl
    def iso_qms_rescinded(self, event: News) -> None:
        """Drop announcements that the register no longer plans."""
        self._change(event, lambda p: self._still_planned(p, event))

    @hookimpl
    def iso_qms_suspended(self, event: News) -> None:
        """Put a notice on the page."""
        self._change(event, lambda p: {"suspended": True})

    @hookimpl
    def iso_qms_resumed(self, event: News) -> None:
        """Take the notice off."""
        self._change(event, lambda p: {"suspended": False})

    @hookimpl
    def iso_qms_reconcile(self, view: Any, since_pos: int) -> list[Finding]:
        """Take down what has ended, and report every page that does not say what is in force."""
        if self._board is None:
            return []
        now, found, known = self._clock(), [], set()
        for document in view.documents():
            known.add(self._board.path(document).name)
            posting = self._ended(document, now)
            governing = view.in_force(document, now)
            shown = posting.shown if posting is not None else None
            if governing is None and shown is not None:
                found.append(_finding(document, "trang chưa được gỡ", "the page was not taken down"))
            elif governing is not None and (shown is None or shown.sha256 != governing.sha256):
                why = "trang thiếu, cũ hoặc bị sửa", "the page is missing, old or changed by hand"
                found.append(_finding(document, *why, label=governing.label))
        for name, page in sorted(self._board.pages().items()):
            if name not in known:
                found.append(_finding(_document(page, name), "trang lạ trong thư mục niêm yết", "an unknown page"))
        return found

    # --- inside ------------------------------------------------------------------------------------------------------

    def _change(self, event: News, change: Callable[[Posting], dict[str, Any]]) -> None:
        """Follow a piece of news once."""
        if self._board is None:
            return
        posting = self._board.read(event.document) or Posting(event.document)
        if not posting.knows(event.id):
            self._board.post(posting.follows(event.id, **change(posting)))

    def _still_planned(self, posting: Posting, event: News) -> dict[str, Any]:
        """Whatever the register does not show at its start any more is not announced any more."""
        kept = [c for c in posting.coming if self._governs(posting.document, c)]
        changes: dict[str, Any] = {"coming": _sorted(kept)}
        if posting.ends is not None and self._in_force(posting.document, posting.ends) is not None:
            changes["ends"] = None
        return changes

    def _governs(self, document: str, coming: Announced) -> bool:
        governing = self._in_force(document, coming.start)
        return governing is not None and governing.sha256 == coming.sha256

    def _in_force(self, document: str, instant: str) -> Any:
        return None if self._view is None else self._view.in_force(document, datetime.fromisoformat(instant))

    def _ended(self, document: str, now: datetime) -> Posting | None:
        assert self._board is not None
        posting = self._board.read(document)
        if posting is None or posting.ends is None or posting.shown is None:
            return posting
        if datetime.fromisoformat(posting.ends) <= now:
            self._board.take_down(posting)
        return self._board.read(document)


def _announced(event: News) -> Announced | None:
    if event.version is None or event.start is None or event.sha256 is None:
        return None
    return Announced(event.version, event.sha256, _local(event.start), event.pos)


def _swapped(posting: Posting, begun: Announced) -> dict[str, Any]:
    changes: dict[str, Any] = {"coming": tuple(c for c in posting.coming if c.pos != begun.pos)}
    if posting.shown is None or posting.shown.start <= begun.start:
        changes["shown"] = begun
    if posting.ends is not None and posting.ends <= begun.start:
        changes["ends"] = None
    return changes


def _sorted(coming: list[Announced]) -> tuple[Announced, ...]:
    return tuple(sorted({c.pos: c for c in coming}.values(), key=lambda c: (c.start, c.pos)))


def _local(instant: datetime) -> str:
    return instant.astimezone(OFFICE_ZONE).isoformat()


def _document(page: str, name: str) -> str:
    try:
        return parse(page).document
    except ValueError:
        return name


def _finding(document: str, vi: str, en: str, *, label: str = "") -> Finding:
    told = (f"; đang hiệu lực: {label}", f"; in force: {label}") if label else ("", "")
    return Finding(
        CHECK, f"niêm yết {document}: {vi}{told[0]}", f"posting of {document}: {en}{told[1]}", document, "error"
    )
