"""Laying the pages of one PDF over the pages of another without parsing what those pages draw."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

Page: TypeAlias = Any  # pypdf's page objects are dictionaries of untyped values

LAYER = NameObject("/IsoQmsStamp")
_NOT_OPERATORS = re.compile(rb"\((?:\\.|[^\\()])*\)|%[^\r\n]*|(?<![A-Za-z])BI\s.*?\sEI(?![A-Za-z])", re.DOTALL)
_STATE = re.compile(rb"(?<![^\s\]>)])[qQ](?![^\s\[</(%])")


def seen_size(page: Page) -> tuple[float, float]:
    """Width and height in points of the page as a reader sees it: cropped, turned and scaled by its UserUnit."""
    unit = float(page.get("/UserUnit", 1))
    width, height = float(page.cropbox.width) * unit, float(page.cropbox.height) * unit
    return (height, width) if page.rotation % 180 else (width, height)


def lay_over(writer: PdfWriter, layers: PdfReader) -> None:
    """Put page i of ``layers`` on top of page i of ``writer``; both must have the same number of pages.

    Each layer becomes a Form XObject (ISO 32000-1, 8.10) drawn after the page's own content, inside the visible box.
    """
    for page, layer in zip(writer.pages, layers.pages, strict=True):
        _add_resource(page, _form(writer, layer))
        old = page.get("/Contents")
        old = old.get_object() if old is not None else None
        streams = list(old) if isinstance(old, ArrayObject) else [page.raw_get("/Contents")] if old is not None else []
        before, after = _guards(streams)
        drawing = f"q {_placing(page)} cm {LAYER} Do Q\n".encode()
        page[NameObject("/Contents")] = ArrayObject(
            [_stream(writer, before), *streams, _stream(writer, after + drawing)]
        )


def depths(content: bytes) -> tuple[int, int]:
    """How many graphics states the content restores without having saved them, and how many it leaves saved."""
    depth = missing = 0
    for operator in _STATE.findall(_NOT_OPERATORS.sub(b" ", content)):
        depth += 1 if operator == b"q" else -1
        if depth < 0:
            missing, depth = missing + 1, 0
    return missing, depth


def _guards(streams: list[Any]) -> tuple[bytes, bytes]:
    """What must stand before and after the content so that its graphics state cannot move the layer."""
    content = b"\n".join(stream.get_object().get_data() for stream in streams)
    missing, left = depths(content)
    return b"q\n" * (missing + 1), b"\n" + b"Q " * (left + 1)


def _placing(page: Page) -> str:
    unit = 1 / float(page.get("/UserUnit", 1))
    box = page.cropbox
    left, bottom, right, top = (float(edge) for edge in (box.left, box.bottom, box.right, box.top))
    matrix = {
        0: (unit, 0, 0, unit, left, bottom),
        90: (0, unit, -unit, 0, right, bottom),
        180: (-unit, 0, 0, -unit, right, top),
        270: (0, -unit, unit, 0, left, top),
    }[page.rotation % 360]
    return " ".join(f"{number:.4f}" for number in matrix)


def _form(writer: PdfWriter, layer: Page) -> Any:
    form = DecodedStreamObject()
    form.set_data(layer.get_contents().get_data())
    packed = form.flate_encode()
    packed.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(edge) for edge in layer.mediabox),
            NameObject("/Resources"): layer["/Resources"].clone(writer),
        }
    )
    if "/Group" in layer:
        packed[NameObject("/Group")] = layer["/Group"].clone(writer)
    return writer._add_object(packed)


def _add_resource(page: Page, form: Any) -> None:
    """Name the form in the page's resources; the dictionaries are copied first, since pages may share them."""
    given: Any = page["/Resources"].get_object() if "/Resources" in page else {}
    resources = DictionaryObject(given)
    forms: Any = resources["/XObject"].get_object() if "/XObject" in resources else {}
    named = DictionaryObject(forms)
    named[LAYER] = form
    resources[NameObject("/XObject")] = named
    page[NameObject("/Resources")] = resources


def _stream(writer: PdfWriter, data: bytes) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return writer._add_object(stream)
