"""What the two documents say about themselves, compared: fields, legal bases, forms, procedures served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from iso_qms.documents.comparing.facts import Fact, from_to, lists, short
from iso_qms.documents.comparing.words import visible
from iso_qms.documents.reading import LegalBasis, Reading, Signatory

_FIELDS: Mapping[str, tuple[str, str]] = {
    "code": ("mã hiệu", "code"),
    "title": ("tên tài liệu", "title"),
    "issue": ("lần ban hành", "issue"),
    "revision": ("lần sửa đổi", "revision"),
    "issue_date": ("ngày ban hành", "date of issue"),
    "revision_date": ("ngày sửa đổi", "date of revision"),
    "effective_date": ("ngày hiệu lực", "effective date"),
    "drafter": ("người soạn thảo", "drafter"),
    "reviewers": ("người soát xét", "reviewers"),
    "approver": ("người phê duyệt", "approver"),
}


def identity_facts(old: Reading, new: Reading) -> tuple[Fact, ...]:
    """Differences in the fields a reader found, the legal texts cited, the forms named and the TTHC codes."""
    return (
        *_fields(old, new),
        *_legal(old.legal_bases, new.legal_bases),
        *lists("form", ("biểu mẫu", "form"), old.forms, new.forms),
        *lists("tthc", ("mã thủ tục hành chính", "administrative procedure"), old.tthc, new.tthc),
    )


def shown(value: Any) -> str:
    """A field's value as Vietnamese offices print it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Signatory):
        return f"{value.name} ({value.position})" if value.position else value.name
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value)
    if isinstance(value, int):
        return f"{value:02d}"
    return visible(str(value))


def _fields(old: Reading, new: Reading) -> Iterator[Fact]:
    for name, (vi, en) in _FIELDS.items():
        before = shown(old.fields[name].value) if name in old.fields else ""
        after = shown(new.fields[name].value) if name in new.fields else ""
        if before == after:
            continue
        change = from_to(short(before), short(after))
        yield Fact("field", "changed", name, f"{vi}: {change}", f"{en}: {change}", before, after)


def _legal(old: Sequence[LegalBasis], new: Sequence[LegalBasis]) -> Iterator[Fact]:
    """A text of the same kind and issuer that took another's place is one change, not a loss and a gain."""
    before = {_number(basis): basis for basis in old}
    after = {_number(basis): basis for basis in new}
    gone = [basis for number, basis in before.items() if number not in after]
    come = [basis for number, basis in after.items() if number not in before]
    for basis in list(gone):
        successor = next((each for each in come if _issuer(each) == _issuer(basis)), None)
        if successor is None:
            continue
        gone.remove(basis)
        come.remove(successor)
        change = f"{_called(basis)} → {_called(successor)}"
        yield Fact(
            "legal basis",
            "changed",
            basis.number,
            f"căn cứ pháp lý {change}",
            f"legal basis {change}",
            basis.number,
            successor.number,
        )
    yield from lists("legal basis", ("căn cứ pháp lý", "legal basis"), map(_called, gone), map(_called, come))


def _number(basis: LegalBasis) -> str:
    return visible(basis.number).upper().replace(" ", "")


def _issuer(basis: LegalBasis) -> tuple[str, str]:
    return basis.kind.casefold(), _number(basis).rpartition("/")[2]


def _called(basis: LegalBasis) -> str:
    return visible(f"{basis.kind} {basis.number}")
