"""One file in, everything found in it out: the way from bytes to a reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from iso_qms.documents import sniff
from iso_qms.documents.blocks import Content, Part, Problem, lines
from iso_qms.documents.errors import Unreadable
from iso_qms.documents.fields import find_fields
from iso_qms.documents.legacy import restored
from iso_qms.documents.mentions import forms_named, legal_bases, tthc_codes
from iso_qms.documents.problems import problem
from iso_qms.documents.process import propose
from iso_qms.documents.reading import Field, Fields, Reading, Source
from iso_qms.documents.revisions import revision_rows
from iso_qms.documents.sections import numbering_problems, section_texts

_STRETCH = 10_000
# What was recognised from a picture is never as sure as what was written.
_RECOGNISED = 0.7
DEFECT = "defect"


def read_file(path: str | Path) -> Reading:
    """Read a Word or PDF file; raises `Unreadable`, with a sentence and advice, and nothing else.

    Word (.docx, .docm, .dotx), PDF; .doc, .odt and .rtf where LibreOffice is installed. Nothing is written beside the
    file, no link is followed and no macro is run.
    """
    path = Path(path)
    data = sniff.file_bytes(path)
    media = sniff.media_type(data)
    source = Source(path.name, hashlib.sha256(data).hexdigest(), len(data), media)
    try:
        return reading_of(source, restored(_content(data, media)))
    except Unreadable:
        raise
    except (RecursionError, MemoryError) as cause:
        raise Unreadable(
            "too-complex",
            "Tệp quá phức tạp để đọc an toàn.",
            "The file is too complex to be read safely.",
            "Hãy mở bằng Word và lưu thành tệp mới.",
            "Open it in Word and save it as a new file.",
        ) from cause
    except Exception as cause:
        # Whoever watches a folder or serves uploads must survive a file nobody foresaw; the cause stays attached.
        raise Unreadable(
            DEFECT,
            "Chương trình gặp lỗi khi đọc tệp này; đây là lỗi của chương trình, không phải của tệp.",
            "The program failed over this file; that is a defect of the program, not of the file.",
            "Hãy gửi tệp cho người quản trị để báo lỗi; trong lúc chờ, mở bằng Word và lưu thành tệp mới.",
            "Send the file to your administrator to report it; meanwhile open it in Word and save it as a new file.",
        ) from cause


def reading_of(source: Source, content: Content) -> Reading:
    """Everything that can be found in a document's content."""
    texts = [text for part in content.parts if part.kind != "comments" for text in _stretches(part)]
    revisions = revision_rows(content)
    fields, problems = find_fields(content, revisions)
    if any(found.code == "ocr" for found in content.problems):
        fields = {name: replace(found, confidence=found.confidence * _RECOGNISED) for name, found in fields.items()}
    found_code: Any = fields["code"].value if "code" in fields else None
    tthc = tthc_codes(texts)
    forms = forms_named(texts, found_code)
    process, process_problems = propose(
        content, tthc, forms_named(section_texts(content, "forms"), None), expected=not _is_form(found_code)
    )
    return Reading(
        source=source,
        fields=Fields(fields),
        revisions=revisions,
        legal_bases=legal_bases(texts),
        tthc=tthc,
        forms=forms,
        process=process,
        content=content,
        problems=tuple(
            dict.fromkeys((*content.problems, *problems, *process_problems, *_of_the_whole(content, fields)))
        ),
    )


def _stretches(part: Part) -> Iterator[str]:
    """A part's lines, cut where one is longer than any sentence, so that no pattern ever runs over megabytes."""
    for line in lines(part.blocks):
        for start in range(0, len(line), _STRETCH):
            yield line[start : start + _STRETCH]


def _content(data: bytes, media: str) -> Content:
    if media == sniff.PDF:
        from iso_qms.documents.pdf import read_pdf

        return read_pdf(data)
    from iso_qms.documents.docx import read_docx
    from iso_qms.documents.package import open_package

    if media in sniff.CONVERTIBLE:
        from iso_qms.documents.convert import to_docx

        content = read_docx(open_package(to_docx(data, media)))
        noted = problem("converted", media=sniff.CONVERTIBLE[media])
        return replace(content, problems=(noted, *content.problems))
    return read_docx(open_package(data))


def _is_form(code: str | None) -> bool:
    """Whether a code is a form's or an appendix's."""
    return re.match(r"BM|MB|PL|MẪU", (code or "").upper()) is not None


def _of_the_whole(content: Content, fields: dict[str, Field]) -> Iterator[Problem]:
    """What only the whole document shows: its total of pages, its numbering."""
    stated = fields.get("page_total")
    if stated is not None and content.pages and stated.value != content.pages and stated.confidence > 0.7:
        yield problem("page-total", stated.place, stated=stated.value, counted=content.pages)
    yield from numbering_problems(content)
