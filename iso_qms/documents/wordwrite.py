"""What the register knows, written into a Word file's own places: header table, revision table and sign-off block."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from iso_qms.documents.blocks import Content
from iso_qms.documents.compare import Difference, revision_rows
from iso_qms.documents.comparing.facts import short
from iso_qms.documents.docx import read_docx
from iso_qms.documents.errors import Unreadable
from iso_qms.documents.labels import section_of
from iso_qms.documents.names import TBL, P, T
from iso_qms.documents.package import Element, Package, open_package
from iso_qms.documents.read import reading_of
from iso_qms.documents.reading import Fields, Signatory, Source
from iso_qms.documents.redline_blocks import blocks_of
from iso_qms.documents.redline_parts import packed
from iso_qms.documents.text import canonical_code, key
from iso_qms.documents.wordwrite_fields import replace_bare, write_fields
from iso_qms.documents.wordwrite_tables import Revision, write_revisions, write_signers

__all__ = ["Registered", "Revision", "Stamped", "proposed_revisions", "stamp_word"]

_FRONT_BLOCKS = 40
# Below this the reader only guesses that a text without a label is the code.
SURE = 0.5
MAX_CELL = 300


@dataclass(frozen=True, slots=True)
class Registered:
    """The facts that may stand in a document's own frame; what is ``None`` or empty is left as the file has it.

    Dates are civil dates in the office's zone; ``revisions`` are all rows the register answers for, oldest first.
    """

    code: str = ""
    title: str = ""
    issue: int | None = None
    revision: int | None = None
    issue_date: date | None = None
    revision_date: date | None = None
    effective_date: date | None = None
    drafter: Signatory | None = None
    reviewers: tuple[Signatory, ...] = ()
    approver: Signatory | None = None
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamped:
    """The file as written; `missing` names the facts that the file has no place for, in the order of `Registered`."""

    data: bytes
    missing: tuple[str, ...] = field(default=())


def stamp_word(docx: bytes, facts: Registered) -> Stamped:
    """Write the facts wherever the file names them, on the cover and in every running header and footer.

    The office's labels, their spelling, the way it writes dates and its formats stay. Writing the same facts again
    changes nothing: the bytes come back as they were. Raises Unreadable for what is no sane .docx, and with code
    ``tracked`` for one with open tracked changes, since what is written would hide among them.
    """
    package = open_package(docx)
    content = read_docx(package)
    if content.changes:
        raise Unreadable(
            "tracked",
            "Tệp còn thay đổi được theo dõi chưa chấp nhận nên chưa ghi được thông tin từ sổ đăng ký.",
            "The file has open tracked changes, so the register's facts cannot be written into it yet.",
            "Hãy chấp nhận hoặc từ chối mọi thay đổi trong Word rồi lưu lại.",
            "Accept or reject every change in Word and save again.",
        )
    named = _fields_of(content).get("code")
    bare = named.raw if named is not None and named.confidence >= SURE else ""
    changed: dict[str, Element] = {}
    for name, blocks in _places(package):
        _compose(blocks)
        touched = [write_fields(blocks, _fields(facts)), replace_bare(blocks, bare, facts.code)]
        for table in _tables(blocks):
            touched.append(write_signers(table, _signers(facts)))
            touched.append(write_revisions(table, facts.revisions))
        if any(touched):
            changed[name] = package.tree(name)
    data = packed(package, changed, {}) if changed else docx
    return Stamped(data, tuple(_missing(data, facts)))


def proposed_revisions(difference: Difference, label: str, on: date) -> tuple[Revision, ...]:
    """Rows for the revision table out of what two versions differ in, for a person to look over before use."""
    return tuple(
        Revision(label, on, row.description, row.place, old=short(row.old, MAX_CELL), new=short(row.new, MAX_CELL))
        for row in revision_rows(difference)
    )


def _fields_of(content: Content) -> Fields:
    return reading_of(Source("", "", 0, ""), content).fields


def _compose(blocks: list[Element]) -> None:
    """Labels are compared letter for letter, so letters must be whole (NFC), whatever program typed them."""
    for block in blocks:
        for node in block.iter(T):
            node.text = unicodedata.normalize("NFC", node.text or "")


def _fields(facts: Registered) -> dict[str, str | int | date]:
    named = {
        "code": facts.code or None,
        "title": facts.title or None,
        "issue": facts.issue,
        "revision": facts.revision,
        "issue_date": facts.issue_date,
        "revision_date": facts.revision_date,
        "effective_date": facts.effective_date,
    }
    return {name: value for name, value in named.items() if value is not None}


def _signers(facts: Registered) -> dict[str, list[Signatory]]:
    return {
        "drafter": [facts.drafter] if facts.drafter else [],
        "reviewers": list(facts.reviewers),
        "approver": [facts.approver] if facts.approver else [],
    }


def _places(package: Package) -> Iterator[tuple[str, list[Element]]]:
    """The parts whose frame names the document, with the blocks that may: running lines, and the cover of the body."""
    for kind in ("header", "footer"):
        for name in dict.fromkeys(package.related(package.main, kind)):
            yield name, list(blocks_of(package.tree(name)))
    body = next(iter(package.tree(package.main)), None)
    if body is not None:
        yield package.main, list(_cover(body))


def _cover(body: Element) -> Iterator[Element]:
    for block in list(blocks_of(body))[:_FRONT_BLOCKS]:
        if block.tag == P and section_of(key("".join(block.itertext()))):
            return
        yield block


def _tables(blocks: list[Element]) -> Iterator[Element]:
    for block in blocks:
        yield from block.iter(TBL)


def _missing(data: bytes, facts: Registered) -> Iterator[str]:
    """Read the file again as anybody will: what the reader does not find, the file does not say."""
    found = _fields_of(read_docx(open_package(data)))
    for name, value in _fields(facts).items():
        if name == "revision_date":
            continue
        shown = found[name].value if name in found else None
        if name == "code" and shown is not None:
            shown, value = canonical_code(str(shown)), canonical_code(str(value))
        if name == "title" and shown is not None:
            shown, value = key(str(shown)), key(str(value))
        if shown != value:
            yield name
    for name, people in _signers(facts).items():
        shown = found[name].value if name in found else ()
        names = {person.name for person in (shown if isinstance(shown, tuple) else (shown,)) if person}
        if any(person.name not in names for person in people):
            yield name
