"""Tracked changes as WordprocessingML has them: who, when, and the wrapping of runs, paragraphs and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from lxml import etree

from iso_qms.documents.names import AUTHOR, DEL, DEL_TEXT, ID, INS, INSTRUCTION, P_PR, RUN_PR, TC, TR, TR_PR, P, R, T, w
from iso_qms.documents.package import Element

DEL_INSTRUCTION, DATE = w("delInstrText"), w("date")
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
FIRST_ID = 1_000_000
# ISO/IEC 29500-1, 17.3.1.26: in paragraph properties these stand behind the run properties of the mark.
_BEHIND_MARK = (w("sectPr"), w("pPrChange"))


@dataclass(slots=True)
class Marker:
    """Makes tracked changes of one author at one instant, each with an id of its own."""

    author: str
    when: datetime
    _ids: Iterator[int] = field(default_factory=lambda: count(FIRST_ID))

    def mark(self, tag: str) -> Element:
        """An empty ``w:ins`` or ``w:del``."""
        element = etree.Element(tag)
        element.set(ID, str(next(self._ids)))
        element.set(AUTHOR, self.author)
        element.set(DATE, self.when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return element

    def wrap(self, elements: list[Element], tag: str) -> Element:
        """Put neighbours of one parent into one mark, where they stand."""
        wrapper = self.mark(tag)
        elements[0].addprevious(wrapper)
        wrapper.extend(elements)
        if tag == DEL:
            struck(wrapper)
        return wrapper

    def all(self, root: Element, tag: str) -> None:
        """Mark everything a part holds."""
        for row in list(root.iter(TR)):
            self.row(row, tag)
        for paragraph in list(root.iter(P)):
            if next(paragraph.iterancestors(TR), None) is None:
                self.paragraph(paragraph, tag)

    def paragraph(self, paragraph: Element, tag: str) -> None:
        """Mark a whole paragraph, with everything in it, as inserted or deleted."""
        self.runs(paragraph, tag)
        self.paragraph_mark(paragraph, tag)

    def row(self, row: Element, tag: str) -> None:
        """Mark one table row and its text; rows of nested tables have marks of their own."""
        properties = row.find(TR_PR)
        if properties is None:
            properties = etree.Element(TR_PR)
            row.insert(_place_of_row_properties(row), properties)
        properties.append(self.mark(tag))
        for paragraph in row.iter(P):
            if next(paragraph.iterancestors(TR)) is row:
                self.paragraph(paragraph, tag)

    def paragraph_mark(self, paragraph: Element, tag: str) -> None:
        """Mark the pilcrow, without which an accepted deletion leaves an empty paragraph behind."""
        properties = paragraph.find(P_PR)
        if properties is None:
            properties = etree.Element(P_PR)
            paragraph.insert(0, properties)
        mark = properties.find(RUN_PR)
        if mark is None:
            mark = etree.Element(RUN_PR)
            behind = next((child for child in properties if child.tag in _BEHIND_MARK), None)
            if behind is None:
                properties.append(mark)
            else:
                behind.addprevious(mark)
        mark.insert(0, self.mark(tag))

    def runs(self, paragraph: Element, tag: str) -> None:
        """Mark every run of a paragraph, wherever it stands: in links, content controls, text boxes."""
        for group in _neighbours(paragraph.iter(R, MATH)):
            self.wrap(group, tag)


def struck(element: Element) -> None:
    """Text inside a deletion has a name of its own (ISO/IEC 29500-1, 17.3.3.7)."""
    for text in element.iter(T):
        text.tag = DEL_TEXT
        text.set(SPACE, "preserve")
    for instruction in element.iter(INSTRUCTION):
        instruction.tag = DEL_INSTRUCTION


def _neighbours(runs: Iterable[Element]) -> list[list[Element]]:
    """Runs that follow one another under one parent, innermost last, already marked ones left out."""
    groups: list[list[Element]] = []
    for run in list(runs):
        parent = run.getparent()
        if parent.tag in (INS, DEL) or (run.tag == R and parent.tag == MATH):
            continue
        if groups and groups[-1][-1].getnext() is run:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _place_of_row_properties(row: Element) -> int:
    return next((place for place, child in enumerate(row) if child.tag in (TC, w("sdt"), w("customXml"))), len(row))
