"""Pages of a PDF compared as one stream of words, since where its lines break says nothing about what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from iso_qms.documents.blocks import Content, lines
from iso_qms.documents.comparing.sequence import Run, runs
from iso_qms.documents.comparing.text import TextChange
from iso_qms.documents.comparing.units import Unit, is_typed_heading, without_pages
from iso_qms.documents.comparing.words import Piece, settled, tokens, visible

PAGE = "page/"
NEAR = 8
CONTEXT = 10
EDGE_LINES = 5
MAX_TOKENS = 200_000


@dataclass(slots=True)
class Flow:
    """A document as words: `sections` names the heading above each token; `running` are the lines pages repeat."""

    words: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    running: list[Unit] = field(default_factory=list)


def has_pages(content: Content) -> bool:
    """Whether the content was read from pages, as a PDF is."""
    return any(part.name.startswith(PAGE) for part in content.parts)


def flow_of(content: Content) -> Flow:
    """The body as one stream of words; what stands on most pages in the same words is taken out as running lines."""
    pages = [
        [text for line in lines(part.blocks) if (text := visible(line))]
        for part in content.parts
        if part.kind == "body"
    ]
    repeated = _repeated(pages) if has_pages(content) else set()
    flow = Flow()
    section = ""
    for page in pages:
        top, bottom = _edges(page, repeated)
        flow.running.extend(Unit(line, "paragraph", "") for line in page[:top] + page[bottom:])
        for line in page[top:bottom]:
            section = line if is_typed_heading(line) else section
            found = [*tokens(line), " "]
            flow.words.extend(found)
            flow.sections.extend([section] * len(found))
    flow.running = list(dict.fromkeys(flow.running))
    return flow


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines, page numbers apart, that stand near the top or the bottom of most pages."""
    near = [{without_pages(line) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])} for page in pages]
    seen = Counter(text for page in near for text in page)
    return {text for text, times in seen.items() if times > 1 and times * 2 > len(pages)}


def _edges(page: Sequence[str], repeated: set[str]) -> tuple[int, int]:
    """Where the page's own text begins and ends between the running lines above and below it."""
    top = _leading(page, repeated)
    return top, len(page) - _leading(page[top:][::-1], repeated)


def _leading(page: Sequence[str], repeated: set[str]) -> int:
    running = (without_pages(line) in repeated for line in page[:EDGE_LINES])
    return sum(1 for _ in takewhile(bool, running))


def flow_changes(old: Flow, new: Flow) -> tuple[TextChange, ...]:
    """The differences between two streams, each with some words around it; neighbours told as one."""
    if len(old.words) + len(new.words) > MAX_TOKENS:
        found = [Run("replace", 0, len(old.words), 0, len(new.words))] if old.words != new.words else []
    else:
        found = settled(runs(old.words, new.words), old.words)
    return tuple(_told(old, new, group) for group in _groups(found))


def _groups(found: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs from one change to the last one near it."""
    group: list[Run] = []
    for place, run in enumerate(found):
        if run.op != "equal" or (group and run.i2 - run.i1 <= NEAR and place < len(found) - 1):
            group.append(run)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _told(old: Flow, new: Flow, group: Sequence[Run]) -> TextChange:
    first, last = group[0], group[-1]
    before = "".join(new.words[max(0, first.j1 - CONTEXT) : first.j1])
    after = "".join(new.words[last.j2 : last.j2 + CONTEXT]).rstrip()
    pieces = [Piece("equal", f"… {before.lstrip()}")] if before.strip() else []
    for run in group:
        gone, come = "".join(old.words[run.i1 : run.i2]), "".join(new.words[run.j1 : run.j2])
        if run.op == "equal":
            pieces.append(Piece("equal", gone))
            continue
        pieces.extend(Piece(op, text) for op, text in (("delete", gone), ("insert", come)) if text.strip())  # type: ignore[arg-type]
    if after.strip():
        pieces.append(Piece("equal", f"{after} …"))
    gone = "".join(piece.text for piece in pieces if piece.op == "delete").strip()
    come = "".join(piece.text for piece in pieces if piece.op == "insert").strip()
    section = new.sections[min(first.j1, len(new.sections) - 1)] if new.sections else ""
    kind = "changed" if gone and come else "removed" if gone else "added"
    return TextChange(kind, section, gone, come, tuple(pieces))  # type: ignore[arg-type]
