"""The title of a document where no label announces it: capitals on the cover or in the page header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from iso_qms.documents import values
from iso_qms.documents.blocks import Block, Content, Paragraph
from iso_qms.documents.candidates import Candidate
from iso_qms.documents.front import Piece, cover
from iso_qms.documents.labels import AGENCY, LABEL
from iso_qms.documents.roles import position
from iso_qms.documents.text import fold, key, squeeze
from iso_qms.documents.values import TTHC, titled_code

_GENERIC = re.compile(
    r"(?:quy trinh|thu tuc|huong dan(?: cong viec)?|tai lieu|quy dinh|so tay chat luong|bieu mau|quy trinh noi bo|iso)"
    r"(?: (?:tcvn )?iso 9001(?:\s*:\s*\d{4})?)?"
)
_LEAD = re.compile(r"^(?:quy trinh|thu tuc|huong dan|quy dinh|mo hinh|so tay|tieu chuan|chinh sach|noi quy|quy che)\b")
_NOT_TITLES = re.compile(
    r"^(?:\(|so\s*[:/]|trang \d|ban hanh kem|kem theo|muc luc|noi nhan|phe duyet$|tcvn iso|theo tieu chuan|[\d./ -]+$"
    r"|\.|…|trach nhiem$|phan phoi|lan ban hanh|nam \d{4}|.*, (?:ngay|thang)\s"
    r"|(?:sua doi tai lieu|nhung thay doi|tinh trang (?:ban hanh|sua doi))\b"
    r"|(?:bang |phieu )?(?:theo doi|ly lich|lich su) (?:tinh trang |viec )?(?:ban hanh|sua doi|thay doi)\b)"
)


# "QUYẾT ĐỊNH / Về việc …" is one title on two lines.
_SUBJECT = re.compile(r"(?:ve viec|v/v)\b")


def titles(content: Content, pieces: Iterable[Piece]) -> Iterator[Candidate]:
    """Yield possible titles: a title style, capitals on the cover, ``QUY TRÌNH`` with what follows, a header cell."""
    for part in content.parts:
        if part.kind == "body":
            yield from _styled(cover(part.blocks))
    for piece in pieces:
        yield from _in_piece(piece)


def _styled(blocks: tuple[Block, ...]) -> Iterator[Candidate]:
    for index, block in enumerate(blocks, 1):
        if isinstance(block, Paragraph) and block.style.lower() in ("title", "tiu", "tieude"):
            line = squeeze(block.text)
            if _possible(line):
                yield Candidate("title", line, line, f"body, paragraph {index}", 0.85)


def _in_piece(piece: Piece) -> Iterator[Candidate]:
    run: list[str] = []
    for line in [*map(squeeze, piece.text.split("\n")), ""]:
        about = bool(run) and _SUBJECT.match(key(line)) is not None
        if about or (_possible(line) and (_capitals(line) or _LEAD.match(key(line)) or titled_code(line))):
            run.append(line)
            if _capitals(line):
                continue
        if run:
            yield from _candidate(run, piece)
        run = []


def _candidate(run: list[str], piece: Piece) -> Iterator[Candidate]:
    named = [line for line in run if not _GENERIC.fullmatch(key(line))]
    if not named:
        return
    text = " ".join(named)
    code = titled_code(text)
    if code:
        text = text.split(code.raw, 1)[1].strip(" -–—:.")
    if not _possible(text):
        return
    confidence = 0.6 + 0.1 * (len(named) < len(run)) + 0.1 * bool(_LEAD.match(key(text))) + 0.05 * (len(text) > 15)
    yield Candidate("title", text, text, piece.place, piece.trust * min(confidence, 0.8))


def _possible(line: str) -> bool:
    folded = key(line)
    if not 3 < len(folded) <= 700 or not any(letter.isalpha() for letter in folded):
        return False
    if AGENCY.match(line.lower()) or _NOT_TITLES.match(folded) or TTHC.fullmatch(line):
        return False
    if LABEL.fullmatch(folded) or position(line):
        return False
    head, colon, rest = line.partition(":")
    if colon and len(head) < 30 and (values.blank(rest) or _fact(rest)):
        return False
    match = LABEL.match(fold(line))
    if match is None:
        return True
    rest = line[match.end() :]
    return not re.match(r"\s*:", rest) and not _fact(rest)


def _capitals(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) >= 0.85 * len(letters)


def _fact(text: str) -> bool:
    """Whether a text is a code, date, number or count of pages, so that the label before it makes no title of both."""
    line = squeeze(text)
    code = values.code(line)
    count = values.count(line)
    return bool((code and code.fit >= 0.8) or (count and count.raw == line) or values.day(line) or values.pages(line))
