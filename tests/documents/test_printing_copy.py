"""A controlled copy says on every page what it is, hides nothing, and breaks no signature silently."""

from __future__ import annotations

import io
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject, NumberObject, RectangleObject

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.printing import (
    Conversion,
    PrintedSignature,
    PrintedVersion,
    Stamp,
    Status,
    controlled_copy,
    history_page,
    join,
    signature_page,
)
from iso_qms.documents.printing.attach import depths
from iso_qms.documents.printing.controlled import free_corner
from iso_qms.documents.printing.typeset import typeset
from tests.support.needs import needs

SENTENCE = "Công chức tiếp nhận hồ sơ tại Bộ phận Một cửa và cấp giấy hẹn."
NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)


def procedure(pages: int) -> bytes:
    body = "\n#pagebreak()\n".join(f"{SENTENCE} Mục {number}." for number in range(1, pages + 1))
    return typeset('#set page(paper: "a4")\n' + body, {})


def stamp(status: Status = Status.CONTROLLED, **more: object) -> Stamp:
    facts: dict[str, object] = {
        "code": "QT.TP.05",
        "label": "Lần ban hành 02, sửa đổi 01",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015",
        "status": status,
        "printed_at": NOW,
        "copy_no": 4,
        "holder": "Bộ phận Một cửa phường Ví Dụ",
        "token": "ISOQMS1:" + "A1B2" * 45,
    }
    return Stamp(**{**facts, **more})  # type: ignore[arg-type]


def page_texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def ink(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> int:
    """How many pixels inside ``box`` (fractions left, top, right, bottom) are not white, seen as printed."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    try:
        bitmap = document[page].render(scale=1, grayscale=True)
        left, top, right, bottom = box
        rows = range(int(bitmap.height * top), int(bitmap.height * bottom))
        columns = range(int(bitmap.width * left), int(bitmap.width * right))
        return sum(bitmap.buffer[y * bitmap.stride + x] < 250 for y in rows for x in columns)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("status", "more", "words"),
    [
        (Status.CONTROLLED, {}, ["TÀI LIỆU KIỂM SOÁT"]),
        (Status.CONTROLLED, {"effective": date(2026, 12, 1)}, ["TÀI LIỆU KIỂM SOÁT", "CÓ HIỆU LỰC TỪ 01/12/2026"]),
        (Status.PLANNED, {"effective": date(2026, 12, 1)}, ["CÓ HIỆU LỰC TỪ 01/12/2026"]),
        (Status.DRAFT, {}, ["DỰ THẢO"]),
        (Status.OBSOLETE, {}, ["HẾT HIỆU LỰC / LỖI THỜI", "HẾT HIỆU LỰC"]),
        (
            Status.UNCONTROLLED,
            {},
            ["BẢN KHÔNG KIỂM SOÁT – in lúc 10:05 24/11/2026 (UTC+07:00), hết giá trị sau 24 giờ"],
        ),
    ],
)
def test_every_page_says_what_the_copy_is(status: Status, more: dict[str, object], words: list[str]) -> None:
    texts = page_texts(controlled_copy(procedure(3), stamp(status, **more)))
    assert len(texts) == 3
    for text in texts:
        for word in words:
            assert word in text


def test_every_page_carries_identity_copy_number_holder_and_its_place() -> None:
    for number, text in enumerate(page_texts(controlled_copy(procedure(3), stamp())), 1):
        assert (
            "QT.TP.05 · Lần ban hành 02, sửa đổi 01 · SHA-256 9f86d081884c7d65 · Bản số 04 · "
            f"Nơi giữ: Bộ phận Một cửa phường Ví Dụ · Trang {number}/3"
        ) in text
        assert f"{SENTENCE} Mục {number}." in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20))
def test_what_the_register_holds_is_never_read_as_markup(holder: str) -> None:
    assert controlled_copy(procedure(1), stamp(holder=holder, token="")).startswith(b"%PDF")


def test_markup_in_a_name_is_printed_letter_by_letter() -> None:
    (text,) = page_texts(controlled_copy(procedure(1), stamp(holder="#panic[x] *y* $z$")))
    assert "Nơi giữ: #panic[x] *y* $z$" in text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (60, 80, 500, 780)])
def test_turned_and_cropped_pages_are_stamped_where_the_reader_sees_them(
    turn: int, crop: tuple[int, ...] | None
) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    page.rotate(turn)
    if crop:
        page.cropbox = RectangleObject(crop)
    out = io.BytesIO()
    writer.write(out)
    copy = controlled_copy(out.getvalue(), stamp(token=""))
    assert ink(copy, 0, (0.2, 0.0, 0.8, 0.08)) > 100, "the frame at the top"
    assert ink(copy, 0, (0.0, 0.93, 0.9, 1.0)) > 100, "the footer"
    assert ink(copy, 0, (0.0, 0.1, 1.0, 0.9)) == 0, "nothing in between"


def test_content_that_leaves_its_graphics_state_open_does_not_move_the_stamp() -> None:
    for content in (b"q 0.2 0 0 0.2 300 300 cm q", b"Q Q 0.2 0 0 0.2 300 300 cm", b"(q Q) Tj % Q\n q 5 0 0 5 0 0 cm"):
        writer = PdfWriter()
        page = writer.add_blank_page(595, 842)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
        out = io.BytesIO()
        writer.write(out)
        copy = controlled_copy(out.getvalue(), stamp(token=""))
        assert ink(copy, 0, (0.2, 0.0, 0.8, 0.08)) > 100
        assert ink(copy, 0, (0.0, 0.1, 1.0, 0.9)) == 0


def test_operators_inside_strings_comments_and_inline_images_are_not_counted() -> None:
    assert depths(b"q (Q Q) Tj Q") == (0, 0)
    assert depths(b"q % Q\n") == (0, 1)
    assert depths(b"Q q q") == (1, 2)
    assert depths(b"BI /W 1 ID q q EI q") == (0, 1)


def test_pages_that_share_one_resource_dictionary_keep_their_own_stamp() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(procedure(2))))
    shared = writer.pages[0].raw_get("/Resources")
    for page in writer.pages:
        page[NameObject("/Resources")] = shared
    out = io.BytesIO()
    writer.write(out)
    first, second = page_texts(controlled_copy(out.getvalue(), stamp()))
    assert "Trang 1/2" in first
    assert "Trang 2/2" not in first
    assert "Trang 2/2" in second


def test_resources_and_turn_inherited_from_the_page_tree_are_kept() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(procedure(1))))
    page = writer.pages[0]
    parent = page["/Parent"].get_object()
    parent[NameObject("/Resources")] = page.raw_get("/Resources")
    parent[NameObject("/Rotate")] = NumberObject(90)
    del page["/Resources"]
    out = io.BytesIO()
    writer.write(out)
    (text,) = page_texts(controlled_copy(out.getvalue(), stamp()))
    assert SENTENCE in text
    assert "TÀI LIỆU KIỂM SOÁT" in text


def test_the_code_stands_in_a_corner_without_text_and_reads_back() -> None:
    busy = typeset(
        '#set page(paper: "a4", margin: 0pt)\n#place(bottom + right, dx: -20pt, dy: -40pt)[Trang 1]\n'
        "#place(bottom + left, dx: 20pt, dy: -40pt)[Mật]",
        {},
    )
    assert free_corner(busy) == "top-right"
    with_code = controlled_copy(busy, stamp())
    without = controlled_copy(busy, stamp(token=""))
    corner = (0.9, 0.0, 1.0, 0.1)
    assert ink(with_code, 0, corner) > ink(without, 0, corner) + 300


def test_a_scanner_reads_the_token_from_the_paper(tmp_path: Path) -> None:
    scanner = needs("zbarimg")
    document = pypdfium2.PdfDocument(controlled_copy(procedure(1), stamp()))
    bitmap = document[0].render(scale=150 / 72, grayscale=True)
    raw = bytes(bitmap.buffer)
    pixels = b"".join(raw[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    (tmp_path / "page.pgm").write_bytes(f"P5 {bitmap.width} {bitmap.height} 255\n".encode() + pixels)
    document.close()
    read = subprocess.run([scanner, "-q", "--raw", str(tmp_path / "page.pgm")], capture_output=True, check=True)
    assert read.stdout.decode().rstrip("\n") == stamp().token


def test_a_hundred_pages_take_less_than_a_second() -> None:
    pdf = procedure(100)
    controlled_copy(pdf, stamp())
    start = time.process_time()
    copy = controlled_copy(pdf, stamp(Status.OBSOLETE))
    assert time.process_time() - start < 1.0
    assert len(PdfReader(io.BytesIO(copy)).pages) == 100


def test_a_scanned_original_bears_its_conversion_mark() -> None:
    converted = Conversion("Trần Thị Hòa", "UBND phường Ví Dụ", NOW)
    (text,) = page_texts(controlled_copy(procedure(1), stamp(conversion=converted)))
    assert (
        "Đã được chuyển đổi từ văn bản giấy sang thông điệp dữ liệu bởi Trần Thị Hòa, UBND phường Ví Dụ, "
        "lúc 10:05 24/11/2026 (UTC+07:00)"
    ) in text.replace("\n", " ")


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(procedure(1))))
    writer.encrypt(password, "chu-so-huu", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7 nothing more", "damaged"),
        (b"PK\x03\x04 a zip", "damaged"),
        (procedure(1)[:900], "damaged"),
        (encrypted(""), "encrypted"),
        (encrypted("mat-khau"), "encrypted"),
    ],
)
def test_what_cannot_be_stamped_is_refused_with_a_sentence(pdf: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        controlled_copy(pdf, stamp())
    assert refusal.value.code == code
    assert refusal.value.message_vi
    assert refusal.value.advice


@given(st.data())
def test_a_damaged_file_is_stamped_or_refused_never_a_traceback(data: st.DataObject) -> None:
    pdf = bytearray(procedure(1))
    for _ in range(data.draw(st.integers(1, 20))):
        pdf[data.draw(st.integers(0, len(pdf) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert controlled_copy(bytes(pdf), stamp()).startswith(b"%PDF")
    except Unreadable as refusal:
        assert refusal.message_vi


@pytest.fixture(scope="module")
def signed() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nguyễn Văn An")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(datetime(2036, 1, 1))
        .sign(key, hashes.SHA256())
    )
    bundle = pkcs12.serialize_key_and_certificates(b"an", key, certificate, None, BestAvailableEncryption(b"pw"))
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=b"pw")
    writer = IncrementalPdfFileWriter(io.BytesIO(procedure(2)))
    fields.append_signature_field(writer, fields.SigFieldSpec("PheDuyet", box=(300, 300, 420, 360)))
    out = io.BytesIO()
    signers.sign_pdf(
        writer, signers.PdfSignatureMetadata(field_name="PheDuyet", reason="Phê duyệt"), signer=signer, output=out
    )
    return out.getvalue()


def test_a_signed_file_is_not_stamped_by_accident(signed: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        controlled_copy(signed, stamp())
    assert refusal.value.code == "signed"
    with pytest.raises(Unreadable) as refusal:
        join(signed, procedure(1))
    assert refusal.value.code == "signed"


def test_a_derived_copy_claims_no_signature_and_names_the_signed_original(signed: bytes) -> None:
    import hashlib

    from pyhanko.pdf_utils.reader import PdfFileReader

    copy = controlled_copy(signed, stamp(), derived=True)
    assert PdfFileReader(io.BytesIO(copy)).embedded_signatures == []
    for text in page_texts(copy):
        assert f"chữ ký số nằm trong bản gốc SHA-256 {hashlib.sha256(signed).hexdigest()[:16]}" in text
    seal = (300 / 595, 1 - 360 / 842, 420 / 595, 1 - 300 / 842)
    assert ink(signed, 0, seal) > 50
    assert ink(copy, 0, seal) > 50, "the visible seal stays"


def test_a_signed_procedure_and_its_signature_page_are_joined_as_a_derived_copy(signed: bytes) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    whole = join(signed, procedure(1), derived=True)
    assert len(page_texts(whole)) == 3
    assert PdfFileReader(io.BytesIO(whole)).embedded_signatures == []
    assert controlled_copy(whole, stamp()).startswith(b"%PDF")


@pytest.mark.slow
def test_from_a_word_file_to_a_controlled_copy_every_word_survives() -> None:
    from iso_qms.documents import convert
    from tests.documents import wordfile as word

    needs("soffice")
    needs("fonts")
    body = [word.paragraph(word.text(f"{number}. {SENTENCE}")) for number in range(1, 120)]
    body.append(
        word.table([word.paragraph(word.text("Thẩm định hồ sơ")), word.paragraph(word.text("02 ngày làm việc"))])
    )
    pdf = convert.to_pdf(word.WordFile(body, header=[word.paragraph(word.text("QT.TP.05 – Lần ban hành: 02"))]).data())
    shown = " ".join(" ".join(page_texts(controlled_copy(pdf, stamp()))).split())
    assert all(f"{number}. {SENTENCE}" in shown for number in range(1, 120))
    assert "02 ngày làm việc" in shown
    assert "QT.TP.05 – Lần ban hành: 02" in shown


def test_an_empty_signature_field_is_no_signature() -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields

    writer = IncrementalPdfFileWriter(io.BytesIO(procedure(1)))
    fields.append_signature_field(writer, fields.SigFieldSpec("PheDuyet"))
    out = io.BytesIO()
    writer.write(out)
    assert controlled_copy(out.getvalue(), stamp()).startswith(b"%PDF")


def test_the_signature_page_shows_name_time_meaning_and_authority() -> None:
    signed_by = PrintedSignature(
        "Nguyễn Văn An", "Phó Chủ tịch", "KT. CHỦ TỊCH", "Phê duyệt", NOW, "9f86d081884c7d65" + "0" * 48
    )
    (text,) = page_texts(signature_page("QT.TP.05", "Đăng ký khai sinh", "Lần ban hành 02", [signed_by]))
    flat = " ".join(text.split())
    for word in ("Nguyễn Văn An", "KT. CHỦ TỊCH", "Phê duyệt", "10:05 24/11/2026 (UTC+07:00)", "Đăng ký khai sinh"):
        assert word in flat


def test_the_history_page_lists_every_version_and_goes_behind_the_procedure() -> None:
    versions = [
        PrintedVersion(
            number,
            f"Lần ban hành {number:02d}",
            "Rút ngắn thời gian",
            "12/QĐ-UBND",
            date(2026, number, 1),
            None,
            "a" * 64,
        )
        for number in (1, 2, 3)
    ]
    whole = join(procedure(2), history_page("QT.TP.05", "Đăng ký khai sinh", "Lần ban hành 03", versions))
    texts = page_texts(whole)
    assert len(texts) == 3
    assert "01/02/2026" in texts[2]
    assert texts[2].count("12/QĐ-UBND") == 3


def test_an_instant_without_a_zone_is_not_printed() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(Status.UNCONTROLLED, printed_at=datetime(2026, 1, 1))


def test_a_contents_array_of_several_streams_stays_in_order() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(procedure(1))))
    page = writer.pages[0]
    whole = page.get_contents().get_data()
    cut = whole.index(b"\n", len(whole) // 2)
    halves = ArrayObject()
    for half in (whole[:cut], whole[cut:]):
        stream = DecodedStreamObject()
        stream.set_data(half)
        halves.append(writer._add_object(stream))
    page[NameObject("/Contents")] = halves
    out = io.BytesIO()
    writer.write(out)
    (text,) = page_texts(controlled_copy(out.getvalue(), stamp()))
    assert SENTENCE in text
