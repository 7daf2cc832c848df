"""Word and PDF: everything of a procedure read, two versions compared, a copy stamped on every page."""

from __future__ import annotations

import difflib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.candidates import Run, best_slice, built, candidate, goal, group
from benchmarks.workload import SENTENCES

group("docx", "A 20-page Word procedure with ten tables, read", cpu=True)
group("compare", "Two versions of that procedure, 12 paragraphs edited, compared", cpu=True)
group("stamp", "A PDF of 20 pages, stamped on every page", cpu=True)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARK, CELL = "phê duyệt quy trình", "Người thực hiện"
EDITED = 12


def outline(edits: int) -> list[Any]:
    """Headings, paragraphs and tables (as lists of rows) of a procedure; the first paragraphs edited in a version."""
    found: list[Any] = []
    left = edits
    for section in range(1, 11):
        found.append(f"# {section}. Phần {section}: quy định chung và trách nhiệm")
        for number in range(9):
            text = " ".join(SENTENCES[(section * number + k) % len(SENTENCES)] for k in range(4))
            edited, left = left > 0 and number % 4 == 1, left - (number % 4 == 1)
            found.append(f"{section}.{number}. {'Sửa đổi: theo quy định mới, ' if edited else ''}{text}")
        rows = [["Bước", "Mô tả công việc", CELL, "Biểu mẫu"]]
        rows += [[f"{section}.{n}", SENTENCES[n % 8][:70], f"Cán bộ {n}", f"BM-{n:02d}"] for n in range(1, 9)]
        found.append(rows)
    return found


def _write(path: Path, edits: int) -> None:
    from docx import Document

    document = Document()
    for item in outline(edits):
        if isinstance(item, list):
            table = document.add_table(rows=len(item), cols=len(item[0]))
            for cells, row in zip(table.rows, item, strict=True):
                for cell, text in zip(cells.cells, row, strict=True):
                    cell.text = text
        elif item.startswith("# "):
            document.add_heading(item[2:], 1)
        else:
            document.add_paragraph(item)
    document.save(str(path))


def files() -> tuple[str, str]:
    """The two versions."""

    def make(folder: Path) -> None:
        _write(folder / "1.docx", 0)
        _write(folder / "2.docx", EDITED)

    folder = built("docx", make)
    return str(folder / "1.docx"), str(folder / "2.docx")


def by_hand(path: str) -> list[str]:
    """Every paragraph of body, headers, footers and notes, table cells too, by zip and lxml."""
    from lxml import etree

    found = []
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("word/") and name.endswith(".xml") and _holds_text(name):
                root = etree.fromstring(package.read(name))
                found += ["".join([t.text or "" for t in p.iter(W + "t")]) for p in root.iter(W + "p")]
    return found


def _holds_text(name: str) -> bool:
    return name[5:].startswith(("document", "header", "footer", "footnotes", "endnotes"))


def _read(function: Callable[[str], str]) -> Run:
    path = files()[0]
    text = function(path)
    assert MARK in text
    assert CELL in text, "no table"
    return best_slice(function, [(path,)])


@candidate("docx", "zip + lxml by hand", limit=True, note="text of every part, nothing understood")
def _() -> Run:
    return _read(lambda path: "\n".join(by_hand(path)))


@candidate(
    "docx", "iso_qms, the text of everything", ours=True, note="parts, tables, revisions, limits on hostile files"
)
def _() -> Run:
    from iso_qms.documents.blocks import lines
    from iso_qms.documents.docx import read_docx
    from iso_qms.documents.package import open_package

    def read(path: str) -> str:
        content = read_docx(open_package(Path(path).read_bytes()))
        return "\n".join(line for part in content.parts for line in lines(part.blocks))

    assert sorted(filter(None, read(files()[0]).split("\n"))) == sorted(filter(None, by_hand(files()[0])))
    return _read(read)


@candidate("docx", "iso_qms read_file", ours=True, note="and fields, steps, forms, legal bases, problems")
def _() -> Run:
    from iso_qms.documents import read_file
    from iso_qms.documents.blocks import lines

    shown = [line for part in read_file(files()[0]).content.parts for line in lines(part.blocks)]
    assert any(MARK in line for line in shown)
    return best_slice(read_file, [(files()[0],)])


goal("docx", "iso_qms, the text of everything", 3, 1.3, peers=(("python-docx", 7.5), ("docx2python", 30)))


@candidate("docx", "python-docx", peer=True, note="paragraphs and cells")
def _() -> Run:
    from docx import Document

    def read(path: str) -> str:
        document = Document(path)
        found = [paragraph.text for paragraph in document.paragraphs]
        for table in document.tables:
            found += ["\t".join(cell.text for cell in row.cells) for row in table.rows]
        return "\n".join(found)

    return _read(read)


@candidate("docx", "docx2python", peer=True)
def _() -> Run:
    from docx2python import docx2python

    def read(path: str) -> str:
        with docx2python(path) as document:
            return str(document.text)

    return _read(read)


@candidate("docx", "docx2txt", peer=True, note="tables flattened")
def _() -> Run:
    import docx2txt

    return _read(docx2txt.process)


@candidate("docx", "markitdown", peer=True)
def _() -> Run:
    from markitdown import MarkItDown

    reader = MarkItDown(enable_plugins=False)
    return _read(lambda path: str(reader.convert(path).text_content))


# --- compare ------------------------------------------------------------------------------------------------------


def _changes(old: list[str], new: list[str]) -> list[Any]:
    """Paragraphs aligned, then words inside those that were changed, by difflib."""
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "replace":
            found += [(tag, old[a:b], new[c:d])] if tag != "equal" else []
            continue
        for before, after in zip(old[a:b], new[c:d], strict=False):
            words = before.split(), after.split()
            found.append((before, difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes()))
    return found


@candidate("compare", "zip + lxml by hand, then difflib", limit=True, note="paragraphs and words; nothing understood")
def _() -> Run:
    def run(old: str, new: str) -> list[Any]:
        return _changes(by_hand(old), by_hand(new))

    assert len(run(*files())) == EDITED
    return best_slice(run, [files()])


@candidate("compare", "python-docx, then difflib", peer=True)
def _() -> Run:
    from docx import Document

    def paragraphs(path: str) -> list[str]:
        document = Document(path)
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return [paragraph.text for paragraph in document.paragraphs] + cells

    def run(old: str, new: str) -> list[Any]:
        return _changes(paragraphs(old), paragraphs(new))

    assert len(run(*files())) == EDITED
    return best_slice(run, [files()])


@candidate("compare", "iso_qms, read and compared", ours=True, note="in words, by section; steps, times, fields")
def _() -> Run:
    from iso_qms.documents import read_file
    from iso_qms.documents.compare import compare

    def run(old: str, new: str) -> Any:
        return compare(read_file(old), read_file(new))

    assert len(run(*files()).text) == EDITED
    return best_slice(run, [files()])


@candidate("compare", "iso_qms, compared only", ours=True, note="both were read before")
def _() -> Run:
    from iso_qms.documents import read_file
    from iso_qms.documents.compare import compare

    readings = tuple(read_file(path) for path in files())
    assert len(compare(*readings).text) == EDITED
    return best_slice(compare, [readings])


goal("compare", "iso_qms, read and compared", 3, 1.3, peers=(("python-docx, then difflib", 2.6),))


# --- stamp --------------------------------------------------------------------------------------------------------

LINE = "Bản kiểm soát QT-01, lần ban hành 02/00"


def _pdf() -> bytes:
    """Twenty pages of text, set once."""

    def make(folder: Path) -> None:
        import typst

        pages = "\n#pagebreak()\n".join(" ".join(SENTENCES) * 2 for _ in range(20))
        typst.compile(f'#set page("a4")\n{pages}'.encode(), output=str(folder / "20.pdf"))

    return (built("pdf", make) / "20.pdf").read_bytes()


def _pages(pdf: bytes) -> list[str]:
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@candidate(
    "stamp", "pypdf merge_page, one ready-made layer", limit=True, note="the same line on every page, set before"
)
def _() -> Run:
    import typst
    from pypdf import PdfReader, PdfWriter

    pdf = _pdf()
    layer = typst.compile(f'#set page("a4", margin: 1cm)\n{LINE}'.encode())

    def run(source: bytes) -> bytes:
        writer, over = PdfWriter(clone_from=io.BytesIO(source)), PdfReader(io.BytesIO(layer)).pages[0]
        for page in writer.pages:
            page.merge_page(over)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    assert all("QT-01" in text for text in _pages(run(pdf)))
    return best_slice(run, [(pdf,)])


@candidate(
    "stamp", "iso_qms controlled_copy", ours=True, note="layers set by typst, page numbers, a QR code, a free corner"
)
def _() -> Run:
    from datetime import UTC, date, datetime

    from iso_qms.documents.printing import Stamp, Status, controlled_copy

    stamp = Stamp(
        "QT-01",
        "02/00",
        "ab" * 32,
        next(iter(Status)),
        datetime(2026, 1, 5, tzinfo=UTC),
        date(2026, 1, 1),
        1,
        "Văn thư",
        "https://qms.example/c/abcdefgh",
    )
    pdf = _pdf()
    assert all("QT-01" in text for text in _pages(controlled_copy(pdf, stamp)))
    return best_slice(controlled_copy, [(pdf, stamp)])
