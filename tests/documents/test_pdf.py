"""A PDF's text is read in a worker; a scan, broken fonts, a password and active content are said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from iso_qms.documents import Unreadable, read_file
from iso_qms.documents.reading import Reading
from tests.support.needs import needs


def pdf(*pages: str, change: str = "") -> bytes:
    """A PDF of pages, one line of Latin text each; `change` adds what the tests ask about."""
    writer = PdfWriter()
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    for text in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
        stream = DecodedStreamObject()
        lines = "".join(f"({line}) Tj 0 -16 Td " for line in text.split("\n"))
        stream.set_data(f"BT /F1 12 Tf 50 780 Td {lines}ET".encode() if text else b"0 0 300 300 re f")
        page[NameObject("/Contents")] = writer._add_object(stream)
    if change == "script":
        action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
        action[NameObject("/JS")] = TextStringObject("app.alert(1)")
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    if change == "attachment":
        writer.add_attachment("a.txt", b"abc")
    if change == "password":
        writer.encrypt("mat-khau")
    if change == "note":
        box = ArrayObject([FloatObject(number) for number in (50, 50, 300, 100)])
        note = DictionaryObject(
            {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/FreeText")}
            | {NameObject("/Contents"): TextStringObject("Ngày ban hành: 05/06/2025"), NameObject("/Rect"): box}
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def read(data: bytes, folder: Path) -> Reading:
    path = folder / "quy-trinh.pdf"
    path.write_bytes(data)
    return read_file(path)


def codes(reading: Reading) -> set[str]:
    return {problem.code for problem in reading.problems}


def test_text_is_read_page_by_page_and_pages_are_counted(tmp_path: Path) -> None:
    reading = read(pdf("Document No: QT-09\nIssue: 03\nPage: 1/5", "trang hai"), tmp_path)
    assert (reading.code, reading.issue, reading.page_total) == ("QT-09", 3, 5)
    assert [part.name for part in reading.content.parts] == ["page/1", "page/2"]
    assert reading.content.pages == 2
    assert "page-total" in codes(reading)


def test_a_page_that_shows_something_without_text_is_said_to_have_no_text_layer(tmp_path: Path) -> None:
    reading = read(pdf("chu", ""), tmp_path)
    said = next(problem for problem in reading.problems if problem.code == "no-text-layer")
    assert said.place == "page/2"


def test_a_blank_page_is_no_scan(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf("chu")))
    writer.add_blank_page(595, 842)
    output = io.BytesIO()
    writer.write(output)
    assert "no-text-layer" not in codes(read(output.getvalue(), tmp_path))


def test_a_password_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(pdf("chu", change="password"), tmp_path)
    assert refusal.value.code == "encrypted"


@pytest.mark.parametrize(("change", "code"), [("script", "active-content"), ("attachment", "attachments")])
def test_scripts_and_attachments_are_said(change: str, code: str, tmp_path: Path) -> None:
    assert code in codes(read(pdf("chu", change=change), tmp_path))


def test_words_written_over_a_page_as_a_note_are_read(tmp_path: Path) -> None:
    reading = read(pdf("Document No: QT-09", change="note"), tmp_path)
    assert str(reading.issue_date) == "2025-06-05"


def test_text_scrambled_by_its_fonts_is_said(tmp_path: Path) -> None:
    scrambled = "\n".join(
        " 7 ".join(line) for line in ("thamdinhhosova", "traketquadung", "henchonguoidan", "trongphuong")
    )
    reading = read(pdf(scrambled), tmp_path)
    assert "broken-fonts" in codes(reading)


def test_a_scan_is_recognised_and_marked_as_recognised(tmp_path: Path) -> None:
    needs("tesseract")
    import pypdfium2

    source = pypdfium2.PdfDocument(pdf("DOCUMENT NO: QT-09"))
    bitmap = source[0].render(scale=200 / 72, grayscale=True)
    rows = bytes(bitmap.buffer)
    pixels = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    image = DecodedStreamObject()
    image.set_data(pixels)
    image.update(
        {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image")}
        | {NameObject("/Width"): FloatObject(bitmap.width), NameObject("/Height"): FloatObject(bitmap.height)}
        | {NameObject("/ColorSpace"): NameObject("/DeviceGray"), NameObject("/BitsPerComponent"): FloatObject(8)}
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(image)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(b"595 0 0 842 0 0 cm /I Do")
    page[NameObject("/Contents")] = writer._add_object(stream)
    output = io.BytesIO()
    writer.write(output)
    reading = read(output.getvalue(), tmp_path)
    assert {"no-text-layer", "ocr"} <= codes(reading)
    assert reading.code == "QT-09"
    assert reading.fields["code"].confidence < 0.7
