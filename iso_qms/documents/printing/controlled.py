"""A PDF in, its controlled copy out: every page says what it is, whose it is and how to check it."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.printing.attach import lay_over, seen_size
from iso_qms.documents.printing.overlay import QR_POINTS, Corner, overlay
from iso_qms.documents.printing.signatures import drop_signatures, is_signed
from iso_qms.documents.printing.stamp import DIGEST_PREFIX, Stamp

# pypdf reports every oddity of a file to its log; without a handler Python would print that on the officer's terminal.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_CORNERS: tuple[Corner, ...] = ("bottom-right", "bottom-left", "top-right", "top-left")


def controlled_copy(pdf: bytes, stamp: Stamp, *, derived: bool = False) -> bytes:
    """Stamp every page of ``pdf`` and give the new file; the input is never changed.

    A digitally signed file is refused unless ``derived`` is set: then the copy carries no signature, keeps the visible
    seal as a picture, and says on each page that the signature stands in the original, named by its digest.
    Raises Unreadable for what is no PDF, damaged, encrypted, without pages, or signed.
    """
    with _as_unreadable():
        writer, notice = _writer(pdf, derived)
        sizes = [seen_size(page) for page in writer.pages]
        corner = free_corner(pdf) if stamp.token else _CORNERS[0]
    layers = overlay(stamp, sizes, corner, notice)
    with _as_unreadable():
        lay_over(writer, PdfReader(io.BytesIO(layers)))
        return _saved(writer)


def join(*files: bytes, derived: bool = False) -> bytes:
    """Put PDF files behind one another, for instance a procedure and its signature page.

    Raises Unreadable as ``controlled_copy`` does; a signed file is refused, since joining would break its signature,
    unless ``derived`` is set: then its visible seal stays as a picture and the signature does not come along.
    """
    with _as_unreadable():
        writer = PdfWriter()
        for pdf in files:
            reader = _open(pdf)
            if is_signed(reader):
                if not derived:
                    raise _signed()
                plain = PdfWriter(clone_from=reader)
                drop_signatures(plain)
                reader = _open(_saved(plain))
            writer.append(reader)
        return _saved(writer)


def free_corner(pdf: bytes) -> Corner:
    """The first corner of page 1 where no text stands, so that the QR code hides nothing; else bottom right."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        width, height = page.get_size()
        side = QR_POINTS + 30
        text = page.get_textpage()
        for corner in _CORNERS:
            down, across = corner.split("-")
            left = width - side if across == "right" else 0
            bottom = height - side if down == "top" else 0
            if not text.get_text_bounded(left, bottom, left + side, bottom + side).strip():
                return corner
        return _CORNERS[0]
    finally:
        document.close()


def _writer(pdf: bytes, derived: bool) -> tuple[PdfWriter, str]:
    """A writable copy of the file, and what its pages must say about a signature that it no longer carries."""
    reader = _open(pdf)
    signed = is_signed(reader)
    if signed and not derived:
        raise _signed()
    writer = PdfWriter(clone_from=reader)
    if not signed:
        return writer, ""
    drop_signatures(writer)
    digest = hashlib.sha256(pdf).hexdigest()[:DIGEST_PREFIX]
    return writer, f"Bản dẫn xuất, không mang chữ ký số; chữ ký số nằm trong bản gốc SHA-256 {digest}"


def _saved(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _open(pdf: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(pdf))
    except NotImplementedError as cause:
        # pypdf knows passwords only; files encrypted for certificates end here.
        raise _encrypted() from cause
    if reader.is_encrypted:
        raise _encrypted()
    if not reader.pages:
        raise _damaged("không có trang nào", "it has no pages")
    return reader


@contextmanager
def _as_unreadable() -> Iterator[None]:
    """Foreign exceptions stop here: malformed files make pypdf raise many built-in ones beside its own."""
    try:
        yield
    except Unreadable:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError, OSError) as cause:
        raise _damaged("cấu trúc không đọc được", "its structure cannot be read") from cause


def _encrypted() -> Unreadable:
    return Unreadable(
        "encrypted",
        "Tệp PDF đặt mật khẩu hoặc hạn chế sửa đổi nên không đóng dấu được.",
        "The PDF is encrypted or restricted, so it cannot be stamped.",
        "Hãy xuất lại tệp PDF không đặt mật khẩu.",
        "Export the PDF again without a password.",
    )


def _damaged(detail_vi: str, detail_en: str) -> Unreadable:
    return Unreadable(
        "damaged",
        f"Tệp PDF bị hỏng: {detail_vi}.",
        f"The PDF is damaged: {detail_en}.",
        "Hãy xuất lại tệp PDF từ bản gốc.",
        "Export the PDF again from its source.",
    )


def _signed() -> Unreadable:
    return Unreadable(
        "signed",
        "Tệp PDF đã ký số; đóng dấu lên tệp này sẽ làm hỏng chữ ký.",
        "The PDF is digitally signed; stamping it would break the signature.",
        "Hãy in từ tệp Word đã duyệt, hoặc yêu cầu một bản dẫn xuất (không mang chữ ký số).",
        "Print from the approved Word file, or ask for a derived copy (which carries no signature).",
    )
