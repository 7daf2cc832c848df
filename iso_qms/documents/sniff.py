"""What kind of file it really is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from iso_qms.documents.errors import Unreadable, encrypted
from iso_qms.documents.package import MAX_FILE

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOC = "application/msword"
ODT = "application/vnd.oasis.opendocument.text"
RTF = "application/rtf"
CONVERTIBLE = {DOC: ".doc", ODT: ".odt", RTF: ".rtf"}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"\x89PNG", "ảnh PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "ảnh JPEG", "a JPEG picture"),
    (b"GIF8", "ảnh GIF", "a GIF picture"),
    (b"II*\x00", "ảnh TIFF", "a TIFF picture"),
    (b"MM\x00*", "ảnh TIFF", "a TIFF picture"),
    (b"Rar!", "tệp nén RAR", "a RAR archive"),
    (b"7z\xbc\xaf", "tệp nén 7z", "a 7z archive"),
    (b"\x1f\x8b", "tệp nén gzip", "a gzip archive"),
    (b"MZ", "chương trình", "a program"),
    (b"\x7fELF", "chương trình", "a program"),
)
_OTHER_OFFICE = (
    (re.compile(rb"xl/workbook\.xml|xl/worksheets/"), "bảng tính Excel", "an Excel workbook"),
    (re.compile(rb"ppt/presentation\.xml|ppt/slides/"), "bản trình chiếu PowerPoint", "a PowerPoint presentation"),
)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file of at most 100 MB; a folder, a missing or an unreadable file is `Unreadable`."""
    if path.is_dir():
        raise Unreadable(
            "no-file", f"“{path.name}” là thư mục, không phải tệp.", f"“{path.name}” is a folder, no file."
        )
    try:
        if path.stat().st_size > MAX_FILE:
            raise Unreadable(
                "too-large",
                "Tệp lớn hơn 100 MB.",
                "The file is larger than 100 MB.",
                "Hãy giảm dung lượng ảnh hoặc tách tài liệu.",
                "Shrink its pictures or split the document.",
            )
        if not path.is_file():
            raise Unreadable("no-file", f"“{path.name}” không phải tệp thường.", f"“{path.name}” is no regular file.")
        return path.read_bytes()
    except (OSError, ValueError) as cause:
        raise Unreadable(
            "no-file",
            f"Không đọc được tệp “{path.name}”.",
            f"File “{path.name}” cannot be read.",
            "Kiểm tra đường dẫn và quyền đọc tệp.",
            "Check the path and the right to read it.",
        ) from cause


def media_type(data: bytes) -> str:
    """The media type of a document this package reads or converts; anything else is `Unreadable`."""
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("empty-file", "Tệp rỗng.", "The file is empty.")
    head = data[:1024]
    if b"%PDF-" in head:
        return PDF
    if data.startswith(b"PK"):
        return _of_zip(data)
    if data.startswith(_OLE):
        return _of_ole(data)
    if data.lstrip()[:5] == b"{\\rtf":
        return RTF
    raise _not_a_document(data, head)


def _of_zip(data: bytes) -> str:
    if data[30:38] == b"mimetype" and ODT.encode() in data[38:120]:
        return ODT
    if b"word/" not in data and b"[Content_Types].xml" in data:
        for pattern, vietnamese, english in _OTHER_OFFICE:
            if pattern.search(data):
                raise _other(vietnamese, english)
    return DOCX


def _of_ole(data: bytes) -> str:
    """An OLE file: an old .doc, an encrypted .docx, or something else; entries are named in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise encrypted()
    if "WordDocument".encode("utf-16-le") not in data:
        raise _other("tệp Office kiểu cũ không phải văn bản Word", "an old Office file that is no Word document")
    if len(data) > 524 and data[512:514] == b"\xec\xa5" and struct.unpack_from("<H", data, 522)[0] & 0x100:
        raise encrypted()
    return DOC


def _not_a_document(data: bytes, head: bytes) -> Unreadable:
    for magic, vietnamese, english in _OTHERS:
        if data.startswith(magic):
            return _other(vietnamese, english)
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith((b"<!doctype html", b"<html")) or b"mime-version:" in lowered:
        return _other("trang web (HTML) đổi tên", "a web page (HTML) under another name")
    if lowered.startswith(b"<"):
        return _other("tệp XML", "an XML file")
    if b"\0" not in head:
        return _other("tệp văn bản thô", "a plain text file")
    return _other("dữ liệu không nhận ra được", "data of an unknown kind")


def _other(vietnamese: str, english: str) -> Unreadable:
    return Unreadable(
        "not-a-document",
        f"Tệp này là {vietnamese}, không phải văn bản Word hay PDF.",
        f"This file is {english}, not a Word document or PDF.",
        "Hãy mở bằng Word và lưu lại dạng .docx.",
        "Open it in Word and save it as .docx.",
    )
