"""The worker that opens a PDF: native code and untrusted structure, in a process with limits on time and memory.

``pdfwork.py read FILE`` prints two JSON lines, text first, structure second; ``pdfwork.py render FILE PAGE`` writes one
page (from 0) as a grey PGM picture of 200 dots per inch. It runs as a script, without the package around it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 900_000_000
SECONDS = 12
_TEXT_SECONDS = 7.0
_MAX_TEXT = 20_000_000
_RULED_PAGES = 60
_MAX_RULES = 2_000
_FEWEST_RULES = 6
_MAX_RUNS = 5_000
_THIN = 2.5
_MAX_PAGES = 3_000
_MAX_PIXELS = 30_000_000


def limit() -> None:
    """Bind this process to its share of memory (bytes of data) and processor time (seconds), where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what pdfium says of the text, then what pypdf says of the structure."""
    data = path.read_bytes()
    yield _text(data)
    yield _structure(data)


def _text(data: bytes) -> dict[str, Any]:
    try:
        import pypdfium2
    except ImportError:
        return _text_by_pypdf(data)
    try:
        document = pypdfium2.PdfDocument(data)
        total = len(document)
    except pypdfium2.PdfiumError as cause:
        locked = "assword" in str(cause) or "security" in str(cause)
        return {"error": "encrypted"} if locked else _text_by_pypdf(data)
    texts: list[str] = []
    painted: list[int] = []
    ruled: dict[int, dict[str, Any]] = {}
    deadline = time.monotonic() + _TEXT_SECONDS
    size = 0
    for index in range(min(total, _MAX_PAGES)):
        text = ""
        with contextlib.suppress(pypdfium2.PdfiumError):
            page = document[index]
            words = page.get_textpage()
            text = words.get_text_bounded() or words.get_text_range()
            found = _ruled(page, words) if index < _RULED_PAGES and time.monotonic() < deadline else None
            if found:
                ruled[index] = found
            words.close()
            if not text.strip() and next(iter(page.get_objects(max_depth=2)), None) is not None:
                painted.append(index)
            page.close()
        texts.append(text)
        size += len(text)
        if time.monotonic() > deadline or size > _MAX_TEXT:
            break
    return {"total": total, "texts": texts, "painted": painted, "ruled": ruled}


def _ruled(page: Any, words: Any) -> dict[str, Any] | None:
    """The page's level and upright lines and its words with their places, where it has lines enough for a table."""
    lines = [line for shape in page.get_objects(max_depth=4) for line in _lines_of(shape)][:_MAX_RULES]
    if len(lines) < _FEWEST_RULES:
        return None
    runs = []
    for number in range(min(words.count_rects(), _MAX_RUNS)):
        box = words.get_rect(number)
        runs.append([*(round(value, 1) for value in box), words.get_text_bounded(*box)])
    return {"lines": lines, "runs": runs}


def _lines_of(shape: Any) -> Iterator[list[float]]:
    """The straight edges of a path as ``[level, at, start, end]``; a thin filled box is a line too."""
    import pypdfium2.raw as pdfium

    if shape.type != pdfium.FPDF_PAGEOBJ_PATH:
        return
    left, bottom, right, top = shape.get_bounds()
    if top - bottom <= _THIN < right - left:
        yield [1, (top + bottom) / 2, left, right]
    elif right - left <= _THIN < top - bottom:
        yield [0, (left + right) / 2, bottom, top]
    elif pdfium.FPDFPath_CountSegments(shape) <= _MAX_RULES:
        yield from _edges(shape)


def _edges(shape: Any) -> Iterator[list[float]]:
    """Edges of an outlined box or of many lines drawn as one path."""
    import ctypes

    import pypdfium2.raw as pdfium

    matrix = shape.get_matrix()
    before = start = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(pdfium.FPDFPath_CountSegments(shape)):
        segment = pdfium.FPDFPath_GetPathSegment(shape, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO and before is not None:
            yield from _edge(before, here)
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            yield from _edge(here, start)
        before = here


def _edge(one: tuple[float, float], other: tuple[float, float]) -> Iterator[list[float]]:
    if abs(one[1] - other[1]) <= 1 and abs(one[0] - other[0]) > _THIN:
        yield [1, one[1], min(one[0], other[0]), max(one[0], other[0])]
    elif abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) > _THIN:
        yield [0, one[0], min(one[1], other[1]), max(one[1], other[1])]


def _text_by_pypdf(data: bytes) -> dict[str, Any]:
    """The slower way, for files that pdfium does not open and machines without it."""
    import io

    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "encrypted"}
        total = len(reader.pages)
    except Exception as cause:
        return {"error": "encrypted" if "crypt" in type(cause).__name__.lower() else "damaged"}
    texts = []
    deadline = time.monotonic() + _TEXT_SECONDS
    for index in range(min(total, _MAX_PAGES)):
        try:
            texts.append(reader.pages[index].extract_text())
        except Exception:
            texts.append("")
        if time.monotonic() > deadline:
            break
    return {"total": total, "texts": texts}


def _structure(data: bytes) -> dict[str, Any]:
    import io

    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "encrypted"}
        root: Any = reader.trailer["/Root"]
        return {
            "active": _active(root),
            "attachments": _attachments(root),
            "signatures": _signatures(root),
            "notes": _notes(reader),
        }
    except Exception as cause:
        return {"error": type(cause).__name__}


def _active(root: Any) -> list[str]:
    found = set()
    names = root.get("/Names") or {}
    if "/JavaScript" in names:
        found.add("JavaScript")
    action = root.get("/OpenAction")
    kind = (
        action.get_object().get("/S") if hasattr(action, "get_object") and hasattr(action.get_object(), "get") else None
    )
    if kind in ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm"):
        found.add(str(kind)[1:])
    if "/AA" in root:
        found.add("AA")
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form.get_object():
        found.add("XFA")
    return sorted(found)


def _attachments(root: Any) -> int:
    files = (root.get("/Names") or {}).get("/EmbeddedFiles")
    if files is None:
        return 0
    return max(1, len((files.get_object().get("/Names")) or []) // 2)


def _signatures(root: Any) -> int:
    form = root.get("/AcroForm")
    if form is None:
        return 0
    fields = form.get_object().get("/Fields") or []
    return sum(1 for field in fields if field.get_object().get("/FT") == "/Sig" and "/V" in field.get_object())


def _notes(reader: Any) -> list[list[str]]:
    """Text shown by form fields and free-text notes, page by page: no extractor counts it as the page's text."""
    pages = []
    for page in reader.pages[:200]:
        texts = []
        for reference in (page.get("/Annots") or [])[:500]:
            note = reference.get_object()
            if note.get("/Subtype") == "/FreeText" and note.get("/Contents"):
                texts.append(str(note["/Contents"]))
            elif (
                note.get("/Subtype") == "/Widget"
                and note.get("/FT", "/Tx") == "/Tx"
                and isinstance(note.get("/V"), str)
            ):
                texts.append(str(note["/V"]))
        pages.append(texts)
    return pages


def render(path: Path, index: int) -> bytes:
    """One page as a PGM picture."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path.read_bytes())
    page = document[index]
    width, height = page.get_size()
    scale = min(200 / 72, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    stride, wide, high = bitmap.stride, bitmap.width, bitmap.height
    body = b"".join(rows[row * stride : row * stride + wide] for row in range(high))
    return b"P5\n%d %d\n255\n" % (wide, high) + body


def main() -> int:
    """Do one job; a job that ends early leaves what it has printed."""
    limit()
    logging.disable(logging.CRITICAL)
    job, path = sys.argv[1], Path(sys.argv[2])
    if job == "render":
        sys.stdout.buffer.write(render(path, int(sys.argv[3])))
        return 0
    for line in read(path):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
