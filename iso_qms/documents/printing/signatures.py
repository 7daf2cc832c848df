"""Digital signatures inside a PDF: found before anything is written, and never broken without being said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

_FIELD_KEYS = ("/FT", "/V", "/T", "/Parent", "/Ff", "/Lock", "/SV", "/DV", "/TU", "/MK")
MAX_DEPTH = 32


def is_signed(reader: PdfReader) -> bool:
    """Whether the file holds a filled signature field or a certification (ISO 32000-1, 12.8)."""
    root: Any = reader.trailer["/Root"].get_object()
    if root.get("/Perms"):
        return True
    return any(_inherited(field, "/FT") == "/Sig" and _inherited(field, "/V") for field in _fields(root))


def drop_signatures(writer: PdfWriter) -> None:
    """Make signature fields plain pictures: what a reader sees stays, the claim of a valid signature goes."""
    root = writer._root_object
    if "/Perms" in root:
        del root["/Perms"]
    gone = {id(field) for field in _fields(root) if _inherited(field, "/FT") == "/Sig"}
    form = root.get("/AcroForm")
    if form is None:
        return
    form = form.get_object()
    listed = form.get("/Fields")
    if listed is not None:
        kept = [item for item in listed.get_object() if id(item.get_object()) not in gone]
        form[NameObject("/Fields")] = type(listed.get_object())(kept)
    form.pop("/SigFlags", None)
    for page in writer.pages:
        for note in page.get("/Annots") or ():
            _to_picture(note.get_object(), gone)


def _to_picture(note: Any, gone: set[int]) -> None:
    parent = note.get("/Parent")
    if id(note) not in gone and (parent is None or id(parent.get_object()) not in gone):
        return
    for key in _FIELD_KEYS:
        note.pop(key, None)
    note[NameObject("/Subtype")] = NameObject("/Stamp")


def _fields(root: Any) -> Iterator[Any]:
    form = root.get("/AcroForm")
    if form is None:
        return
    seen: set[int] = set()
    waiting = [(item, 0) for item in form.get_object().get("/Fields") or ()]
    while waiting:
        item, depth = waiting.pop()
        field = item.get_object()
        if not hasattr(field, "get") or id(field) in seen or depth > MAX_DEPTH:
            continue
        seen.add(id(field))
        yield field
        waiting.extend((kid, depth + 1) for kid in field.get("/Kids") or ())


def _inherited(field: Any, key: str) -> Any:
    for _ in range(MAX_DEPTH):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"].get_object()
    return None
