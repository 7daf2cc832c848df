"""Checks that need more than one entry: histories that contradict themselves, and what an earlier check had seen."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from iso_qms.domain.document import Document
from iso_qms.domain.errors import JournalBroken
from iso_qms.domain.merkle import CompactRange, root_at
from iso_qms.store import journal, lists
from iso_qms.store.watermark import Mark

Finding = tuple[str, str, str, int | None]
"""Place, Vietnamese, English, position."""


def contradictions(connection: Connection) -> Iterator[Finding]:
    """Documents whose entries are each well-formed and yet cannot all be true: one was taken out or slipped in."""
    for key in lists.document_keys(connection):
        try:
            Document.fold(key, journal.history(connection, key)).timeline()
        except JournalBroken as broken:
            pos = broken.facts["pos"]
            yield (
                f"document {key}",
                f"lịch sử của {key} tự mâu thuẫn tại mục {pos}",
                f"the history of {key} contradicts itself at entry {pos}",
                pos,
            )


def since_the_mark(connection: Connection, tree: CompactRange, mark: Mark | None) -> Iterator[Finding]:
    """A store that was verified before must still begin with what it was then."""
    if mark is None:
        return
    if mark.size > tree.size:
        lost = mark.size - tree.size
        yield (
            "journal",
            f"kho dữ liệu cũ hơn lần kiểm tra trước: mất {lost} mục cuối (từ mục {tree.size})",
            f"the store is older than at an earlier check: {lost} last entries are gone (from {tree.size} on)",
            tree.size,
        )
    elif mark.size and root_at(mark.size, journal.node_reader(connection)).hex() != mark.root:
        yield (
            "journal",
            f"{mark.size} mục đầu không còn như lần kiểm tra trước: lịch sử đã bị viết lại",
            f"the first {mark.size} entries are not what they were at an earlier check: history was rewritten",
            None,
        )
