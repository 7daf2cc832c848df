"""The decision that issued a document, and the place and day above a signature, where no label gives the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from iso_qms.documents.candidates import Candidate
from iso_qms.documents.dates import find_date
from iso_qms.documents.front import Piece
from iso_qms.documents.text import fold, squeeze

# "(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 15 tháng 3 năm 2024 của …)"
_ISSUED_BY = re.compile(r"(?:ban\s+hanh|phe\s+duyet)\s+(?:kem\s+)?theo\s+(?:quyet\s+dinh|qd)\s*(?:so)?\s*:?\s*")
_NUMBER = re.compile(r"\d{1,5}\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ][A-ZĐ0-9&.\-]*")
# "Số: 05/QĐ-UBND": the pattern of Nghị định 30/2020/NĐ-CP, Phụ lục I.
_OWN_NUMBER = re.compile(r"^[ \t]*so\s*:\s*", re.MULTILINE)
_PLACE_AND_DAY = re.compile(r"^[^\W\d][^\d,:]{2,40},\s*(?=ngay\b)", re.MULTILINE)


def decisions(pieces: Iterable[Piece]) -> Iterator[Candidate]:
    """Yield ``decision`` (number and symbol), ``decision_date`` and ``place_date``, each as sure as such a line is."""
    for piece in pieces:
        folded = fold(piece.text)
        for match in _ISSUED_BY.finditer(folded):
            rest = piece.text[match.end() : match.end() + 120]
            number = _NUMBER.match(rest)
            if number:
                text = re.sub(r"\s", "", number[0])
                yield Candidate("decision", text, squeeze(number[0]), piece.place, piece.trust * 0.95)
            yield from _dated("decision_date", rest, piece, 0.65)
        for match in _OWN_NUMBER.finditer(folded):
            number = _NUMBER.match(piece.text[match.end() : match.end() + 60])
            if number and "/Q" in re.sub(r"\s", "", number[0]):
                yield Candidate("decision", re.sub(r"\s", "", number[0]), number[0], piece.place, piece.trust * 0.85)
        for match in _PLACE_AND_DAY.finditer(folded):
            yield from _dated("place_date", piece.text[match.end() : match.end() + 60], piece, 0.5)


def _dated(name: str, text: str, piece: Piece, worth: float) -> Iterator[Candidate]:
    found = find_date(text)
    if found is not None and found.value is not None:
        yield Candidate(name, found.value, found.raw, piece.place, piece.trust * worth)
