"""Two readings of a document compared: a difference in words, by section and by process, that never says too little."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from iso_qms.documents.blocks import Content, PartKind, Picture
from iso_qms.documents.comparing.describe import described
from iso_qms.documents.comparing.facts import Fact, short
from iso_qms.documents.comparing.flow import flow_changes, flow_of, has_pages
from iso_qms.documents.comparing.identity import identity_facts
from iso_qms.documents.comparing.process import process_facts
from iso_qms.documents.comparing.render import to_html, to_text
from iso_qms.documents.comparing.text import TextChange, text_changes
from iso_qms.documents.comparing.units import Unit, body_units, part_units, without_leader, without_pages
from iso_qms.documents.reading import Reading

__all__ = [
    "Difference",
    "Fact",
    "RevisionProposal",
    "TextChange",
    "compare",
    "compare_processes",
    "revision_rows",
    "to_html",
    "to_text",
]

compare_processes = process_facts

_Parts: TypeAlias = tuple[tuple[str, tuple[PartKind, ...]], ...]
_FLOATING: _Parts = (("Khung văn bản", ("textbox",)), ("Chú thích", ("footnotes", "endnotes")))
_RUNNING_PART = re.compile(r"(?:header|footer)[^/]*$")
_RUNNING: _Parts = (("Đầu trang", ("header",)), ("Chân trang", ("footer",)), ("Nhận xét", ("comments",)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two documents.

    `facts` are sentences for officers. `text` holds every difference of body, text boxes and notes, in reading order.
    `furniture` holds what is set aside but not hidden: running lines, table of contents, page numbers, list numbers.
    """

    facts: tuple[Fact, ...]
    text: tuple[TextChange, ...]
    furniture: tuple[TextChange, ...]
    pages: tuple[TextChange, ...]

    @property
    def identical(self) -> bool:
        """Whether no visible character and no picture differs at all."""
        return not (self.facts or self.text or self.furniture or self.pages)

    @property
    def unchanged(self) -> bool:
        """Whether nothing differs but page numbers, which any program that saves the file may count again."""
        return not (self.facts or self.text or self.furniture)

    def sentences(self, language: str = "vi") -> tuple[str, ...]:
        """The difference in words, most important first; one sentence says so when there is none."""
        vietnamese = language != "en"
        told = tuple(fact.vi if vietnamese else fact.en for fact in self.facts)
        told += tuple(_counted(self.text, vietnamese))
        told += tuple(_aside(self, vietnamese))
        if told:
            return told
        return ("không có thay đổi",) if vietnamese else ("no change",)

    def in_words(self, language: str = "vi") -> str:
        """The sentences on one line, as the revision table and a message hold them."""
        return "; ".join(self.sentences(language))

    def by_section(self) -> dict[str, tuple[TextChange, ...]]:
        """Text differences under the heading they stand in; the empty name is what comes before the first heading."""
        sections: dict[str, list[TextChange]] = {}
        for change in self.text:
            sections.setdefault(change.section, []).append(change)
        return {name: tuple(changes) for name, changes in sections.items()}

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        return {
            "identical": self.identical,
            "unchanged": self.unchanged,
            "vi": list(self.sentences("vi")),
            "en": list(self.sentences("en")),
            "facts": [asdict(fact) for fact in self.facts],
            "text": [_change(change) for change in self.text],
            "furniture": [_change(change) for change in self.furniture],
            "pages": [_change(change) for change in self.pages],
        }


@dataclass(frozen=True, slots=True)
class RevisionProposal:
    """One row proposed for the revision table: where, what it said, what it says now, and in words."""

    place: str
    old: str
    new: str
    description: str


def compare(old: Reading, new: Reading) -> Difference:
    """Compare two readings; the order matters, `new` is what the reader will work by.

    White space, invisible characters and Unicode forms do not count; every other character and every picture does.
    """
    facts = (
        *identity_facts(old, new),
        *process_facts(old.process, new.process),
        *_pictures(old.content.pictures, new.content.pictures),
    )
    if has_pages(old.content) or has_pages(new.content):
        return _of_pages(old.content, new.content, facts)
    body_old, body_new = body_units(old.content), body_units(new.content)
    changes = (*text_changes(_text(body_old), _text(body_new)), *_boxes(old.content, new.content))
    contents, contents_pages = _contents(body_old, body_new)
    running, running_pages = _running(old.content, new.content)
    renumbered = tuple(change for change in changes if change.kind == "renumbered")
    text = tuple(change for change in changes if change.kind != "renumbered")
    return Difference(
        (*facts, *_sections(text)), text, (*running, *contents, *renumbered), (*running_pages, *contents_pages)
    )


def _of_pages(old: Content, new: Content, facts: tuple[Fact, ...]) -> Difference:
    """The difference where one side is a PDF: its lines are no paragraphs, so words are compared as they follow."""
    flow_old, flow_new = flow_of(old), flow_of(new)
    text = (*flow_changes(flow_old, flow_new), *_boxes(old, new))
    running, pages = _running(old, new)
    lines, line_pages = _apart("Đầu trang", flow_old.running, flow_new.running, without_pages)
    return Difference((*facts, *_sections(text)), text, (*running, *lines), (*pages, *line_pages))


def revision_rows(difference: Difference) -> tuple[RevisionProposal, ...]:
    """Rows for the revision table, one for each section that changed, in the document's order; a person edits them.

    What stands before the first heading is left out where other sections changed: issue, dates and the revision table
    itself are written from the register.
    """
    sections = difference.by_section()
    if len(sections) > 1:
        sections.pop("", None)
    rows = []
    for section, changes in sections.items():
        old = "\n".join(change.old for change in changes if change.old and change.kind != "moved")
        new = "\n".join(change.new for change in changes if change.new and change.kind != "moved")
        rows.append(RevisionProposal(section or "Phần đầu", old, new, "; ".join(map(described, changes))))
    return tuple(rows)


def _text(units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.kind != "contents"]


def _boxes(old: Content, new: Content) -> tuple[TextChange, ...]:
    """Text boxes, then notes: read on their own, since they float beside the text."""
    return tuple(
        replace(change, section=section)
        for section, kinds in _FLOATING
        for change in text_changes(part_units(old, kinds), part_units(new, kinds))
    )


def _contents(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[tuple[TextChange, ...], tuple[TextChange, ...]]:
    before = [unit for unit in old if unit.kind == "contents"]
    after = [unit for unit in new if unit.kind == "contents"]
    return _apart("Mục lục", before, after, without_leader)


def _running(old: Content, new: Content) -> tuple[tuple[TextChange, ...], tuple[TextChange, ...]]:
    words: tuple[TextChange, ...] = ()
    pages: tuple[TextChange, ...] = ()
    for section, kinds in _RUNNING:
        before, after = part_units(old, kinds, once=True), part_units(new, kinds, once=True)
        more_words, more_pages = _apart(section, before, after, without_pages)
        words, pages = words + more_words, pages + more_pages
    return words, pages


def _apart(
    section: str, old: Sequence[Unit], new: Sequence[Unit], reduced: Callable[[str], str]
) -> tuple[tuple[TextChange, ...], tuple[TextChange, ...]]:
    """Changes of words and changes of nothing but page numbers, told apart."""
    changes = [replace(change, section=section) for change in text_changes(old, new)]
    bare_old = list(dict.fromkeys(replace(unit, text=reduced(unit.text)) for unit in old))
    bare_new = list(dict.fromkeys(replace(unit, text=reduced(unit.text)) for unit in new))
    if bare_old == bare_new:
        return (), tuple(changes)
    words = [change for change in changes if reduced(change.old) != reduced(change.new) or change.kind == "moved"]
    return tuple(words or changes), tuple(change for change in changes if words and change not in words)


def _pictures(old: Sequence[Picture], new: Sequence[Picture]) -> Iterator[Fact]:
    """Pictures by the digest of their bytes; of running lines, which may be written twice, only which there are."""
    before, after = _digests(old), _digests(new)
    if before == after:
        return
    gone, come = (
        list((Counter(before) - Counter(after)).elements()),
        list((Counter(after) - Counter(before)).elements()),
    )
    for left, right in zip(gone, come, strict=False):
        place = before.index(left) + 1
        yield Fact("picture", "changed", left[:8], f"thay hình thứ {place}", f"picture {place} replaced", left, right)
    for extra in come[len(gone) :]:
        place = after.index(extra) + 1
        yield Fact("picture", "added", extra[:8], f"thêm hình thứ {place}", f"picture {place} added", "", extra)
    for extra in gone[len(come) :]:
        place = before.index(extra) + 1
        yield Fact("picture", "removed", extra[:8], f"bỏ hình thứ {place}", f"picture {place} removed", extra, "")
    if not gone and not come:
        yield Fact("picture", "moved", "", "hình đổi chỗ cho nhau", "pictures changed places")


def _digests(pictures: Sequence[Picture]) -> list[str]:
    pictures = [picture for picture in pictures if "comments" not in picture.place]
    running = {picture.sha256 for picture in pictures if _RUNNING_PART.search(picture.place)}
    return [*sorted(running), *(each.sha256 for each in pictures if not _RUNNING_PART.search(each.place))]


def _sections(changes: Sequence[TextChange]) -> Iterator[Fact]:
    for change in changes:
        if change.heading and change.kind == "added":
            name = short(change.new)
            yield Fact("section", "added", name, f"thêm mục «{name}»", f"section «{name}» added", "", change.new)
        elif change.heading and change.kind == "removed":
            name = short(change.old)
            yield Fact("section", "removed", name, f"bỏ mục «{name}»", f"section «{name}» removed", change.old, "")


def _counted(changes: Sequence[TextChange], vietnamese: bool) -> Iterator[str]:
    sections: dict[str, int] = {}
    for change in changes:
        sections[change.section] = sections.get(change.section, 0) + 1
    for section, count in sections.items():
        if vietnamese:
            yield f"{short(section) or 'phần đầu'}: {count} chỗ khác về chữ"
        else:
            yield f"{short(section) or 'before the first heading'}: wording differs in {count} place(s)"


def _aside(difference: Difference, vietnamese: bool) -> Iterator[str]:
    sections = dict.fromkeys(
        "đánh số mục" if change.kind == "renumbered" else change.section.lower() for change in difference.furniture
    )
    if sections:
        names = ", ".join(sections)
        yield f"ngoài nội dung: {names}" if vietnamese else f"set aside: {names}"
    if difference.pages:
        yield "chỉ số trang ghi trong tệp khác nhau" if vietnamese else "page numbers kept in the file differ"


def _change(change: TextChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "section": change.section,
        "old": change.old,
        "new": change.new,
        "pieces": [[piece.op, piece.text] for piece in change.pieces],
    }
