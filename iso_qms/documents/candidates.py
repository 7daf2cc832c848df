"""What stands beside the labels on the front of a document: every candidate for every field, none chosen yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from iso_qms.documents import values
from iso_qms.documents.front import Piece
from iso_qms.documents.labels import LABEL, SIGNERS
from iso_qms.documents.text import fold, key, squeeze
from iso_qms.documents.values import Value

_ASIDE = re.compile(r"\s*(?:\([^)\n]{0,40}\)|/\s*[a-z .]{2,20}(?=\s*:))")
_COLON = re.compile(r"\s*:\s*")
_LINE_END = re.compile(r"[\n\t;|]|\s{3,}")
_READERS: dict[str, Callable[[str], Value | None]] = {
    "code": values.code,
    "issue": values.count,
    "revision": values.count,
    "both": values.pair,
    "issue_date": values.day,
    "effective_date": values.day,
    "revision_date": values.day,
    "bare_date": values.day,
    "page_total": values.pages,
    "title": values.words,
}
_NEAR = 200
# A row of more cells is the head of a register, whose "Tên tài liệu" announces other documents' titles.
_HEADED = 3
_STRICT = frozenset(
    ("code", "issue", "revision", "both", "issue_date", "effective_date", "revision_date", "page_total")
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value of a field; `value` is ``None`` when the label is there and its value blank or impossible."""

    name: str
    value: Any
    raw: str
    place: str
    confidence: float
    blank: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    start: int
    end: int
    colon: bool
    whole: bool


def candidates(pieces: Iterable[Piece]) -> Iterator[Candidate]:
    """Yield every labelled value of the pieces: after a colon, in the next line, in the cell to the right or below."""
    for piece in pieces:
        labels = list(_labels(piece.text))
        for index, label in enumerate(labels):
            if label.name not in _READERS or (label.name == "title" and piece.columns > _HEADED):
                continue
            end = labels[index + 1].start if index + 1 < len(labels) else len(piece.text)
            yield from _beside(piece, label, piece.text[label.end : end])
            yield from _trailing_day(piece, label, piece.text[label.end : end])
        yield from _bare_codes(piece, beside_labels=any(label.name in _STRICT for label in labels))


def _labels(text: str) -> Iterator[_Label]:
    """The labels in a text; a word of a sentence is none unless a colon, a line's end or a fitting value follows."""
    folded = fold(text)
    for match in LABEL.finditer(folded):
        name = match.lastgroup or ""
        aside = _ASIDE.match(folded, match.end())
        end = aside.end() if aside else match.end()
        colon = _COLON.match(folded, end)
        begins = folded.rfind("\n", 0, match.start()) + 1
        stops = folded.find("\n", end)
        line_end = stops if stops >= 0 else len(folded)
        whole = not folded[begins : match.start()].strip(" -+*.0123456789") and not folded[end:line_end].strip(" .:")
        rest, before = text[end : min(line_end, end + _NEAR)], folded[max(0, match.start() - _NEAR) : match.start()]
        fits = name in _STRICT and not colon and _fits(name, rest, before)
        if colon or whole or fits:
            yield _Label(name, match.start(), colon.end() if colon else end, bool(colon), whole)


def _fits(name: str, rest: str, before: str) -> bool:
    """Whether a label without a colon is one: it opens the line or follows a gap, and its value comes at once."""
    if before and not re.search(r"(?:[\n\t;|,(–-]|\s{2})\s*$", before):
        return False
    rest = rest.lstrip(" \t.-–")
    found = _READERS[name](rest)
    if found is not None and name.endswith("date"):
        return rest.startswith(found.raw[:4])
    return found is not None and (name != "code" or found.fit >= 0.8)


def _beside(piece: Piece, label: _Label, tail: str) -> Iterator[Candidate]:
    read = _READERS[label.name]
    for text, worth in _options(piece, label, tail):
        if values.blank(text):
            continue
        found = read(text)
        if found is None:
            continue
        confidence = piece.trust * worth * found.fit
        yield Candidate(label.name, found.value, found.raw, piece.place, confidence, blank=found.blank)
        return
    rest = squeeze(tail)
    if (label.colon or piece.cell) and label.whole and values.blank(rest) and not _labels_only(piece):
        yield Candidate(label.name, None, rest, piece.place, 0.5, blank=True)


def _trailing_day(piece: Piece, label: _Label, tail: str) -> Iterator[Candidate]:
    """The date in ``Ban hành lần 2, ngày 05/6/2024``."""
    if label.name in ("issue", "both"):
        line = tail.strip(" :\n").split("\n")[0]
        match = re.search(r"\bngay\b", fold(line[:40]))
        found = values.day(line[match.start() :]) if match else None
        if found is not None:
            yield Candidate("bare_date", found.value, found.raw, piece.place, piece.trust * 0.9, found.blank)


def _options(piece: Piece, label: _Label, tail: str) -> Iterator[tuple[str, float]]:
    """Texts that may hold the value, the likeliest first, with what each is worth."""
    first, *others = tail.lstrip(" :.-–").split("\n") if not label.whole else ["", *tail.strip(" :\n").split("\n")]
    cut = _LINE_END.split(first.strip(), maxsplit=1)[0]
    if cut:
        yield cut, 1.0 if label.colon else 0.85
        if label.name in ("bare_date", "issue_date", "effective_date", "revision_date") and others:
            yield first + " " + others[0], 0.9
        return
    line = next((other.strip() for other in others if other.strip()), "")
    if line:
        yield line, 0.9
    if piece.cell and not line:
        for text, worth in ((piece.right, 0.98), (piece.below, 0.93)):
            line = next((part for part in text.split("\n") if part.strip()), "")
            if line and not is_label(line):
                yield line if label.name != "title" else squeeze(text), worth


def _bare_codes(piece: Piece, beside_labels: bool) -> Iterator[Candidate]:
    """Codes printed without a label: alone on a line, surer beside other labels, or in front of the title."""
    for line in map(squeeze, piece.text.split("\n")[:60]):
        if not 2 < len(line) <= 200 or LABEL.match(fold(line)):
            continue
        found = values.code(line)
        if found and found.raw == line and any(letter.isdigit() for letter in line):
            worth = 0.75 if beside_labels else 0.6 if found.fit == 1.0 else 0.0
        else:
            found = values.titled_code(line)
            worth = 0.5
        if found and worth:
            yield Candidate("code", found.value, found.raw, piece.place, piece.trust * worth * found.fit)


def is_label(line: str) -> bool:
    """Whether a line is nothing but a label, so that it cannot be the value of its neighbour."""
    return LABEL.fullmatch(key(line)) is not None


def _labels_only(piece: Piece) -> bool:
    """Whether the neighbours of a cell are labels themselves, as in the head of a revision table."""
    return is_label(piece.right) and not piece.below.strip()


def signer_label(text: str) -> str | None:
    """The sign-off field a text names (``drafter``, ``reviewers``, ``approver``) when it is nothing but that label."""
    match = LABEL.fullmatch(key(text))
    return match.lastgroup if match and match.lastgroup in SIGNERS else None
