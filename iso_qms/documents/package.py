"""The gate in front of every Word file: sizes, names and XML of the package are checked before anything reads them."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

from lxml import etree

from iso_qms.documents.errors import Unreadable, damaged, encrypted, entities, too_large

Element: TypeAlias = Any  # lxml ships no types of its own

MAX_FILE = 100_000_000
MAX_PARTS = 2_000
MAX_TOTAL = 300_000_000
MAX_XML = 60_000_000
MAX_NODES = 2_500_000
MAX_RELATIONSHIPS = 20_000
MAX_RATIO = 200
RATIO_FROM = 20_000_000
MAX_PICTURE = 100_000_000
MAX_DIRECTORY = 2_000_000

TRANSITIONAL = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": (
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/picture": b"http://schemas.openxmlformats.org/drawingml/2006/picture",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    ),
}
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_WORD_MAIN = re.compile(r"wordprocessingml\.(document|template)\.main\+xml|ms-word\.(document|template)\.macroEnabled")


@dataclass(frozen=True, slots=True)
class Relationship:
    """One link out of a part.

    `kind` is the last word of its type (``header``, ``image`` …), `target` a part name or, if `external`, a URL.
    """

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """A Word file that has passed the gate; parts are inflated and parsed when first asked for and kept.

    Strict OOXML is given in the transitional namespaces, so that readers know one set of names.
    Raises `Unreadable`, nothing else.
    """

    def __init__(self, archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._infos = infos
        self._folded = {name.lower(): name for name in infos}
        self._trees: dict[str, Element] = {}
        self._rels: dict[str, tuple[Relationship, ...]] = {}
        self._nodes = 0
        self.strict = False
        self.types = self._content_types()
        self.main = self._main_part()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts, in the order of the archive."""
        return tuple(self._infos)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._folded

    def read(self, name: str, limit: int = MAX_TOTAL) -> bytes:
        """Give a part's bytes; `limit` counts what is really inflated, since sizes in the directory can lie."""
        real = self._folded.get(name.lower())
        if real is None:
            raise damaged(f"thiếu phần {name}", f"part {name} is missing")
        try:
            with self._archive.open(self._infos[real]) as stream:
                data = stream.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as cause:
            raise damaged(f"phần {name} bị hỏng", f"part {name} is damaged") from cause
        if len(data) > limit:
            raise too_large(f"phần {name} quá lớn sau khi giải nén", f"part {name} is too large once inflated")
        return data

    def tree(self, name: str) -> Element:
        """Give the root element of an XML part, parsed without entities, external names or network."""
        key = name.lower()
        if key not in self._trees:
            self._trees[key] = self._parse(name, self.read(name, MAX_XML))
        return self._trees[key]

    def relationships(self, name: str) -> tuple[Relationship, ...]:
        """Give the links that go out of a part (``""`` for the package itself); dangling targets are included."""
        key = name.lower()
        if key not in self._rels:
            folder, base = posixpath.split(name)
            source = posixpath.join(folder, "_rels", f"{base}.rels")
            self._rels[key] = self._links(source, folder) if source in self else ()
        return self._rels[key]

    def related(self, name: str, kind: str) -> tuple[str, ...]:
        """Names of the existing parts that `name` links to by relationships of one kind."""
        return tuple(
            self._folded[link.target.lower()]
            for link in self.relationships(name)
            if link.kind == kind and not link.external and link.target in self
        )

    def content_type(self, name: str) -> str:
        """The content type declared for a part, or an empty string."""
        key = name.lower()
        return self.types.get(f"/{key}") or self.types.get(key.rsplit(".", 1)[-1], "")

    def _parse(self, name: str, data: bytes) -> Element:
        self._nodes += data.count(b"<") + 2 * data.count(b"=")
        if self._nodes > MAX_NODES:
            raise too_large("XML có quá nhiều phần tử", "the XML has too many elements")
        self.strict = self.strict or b"purl.oclc.org/ooxml" in data
        return parse(name, data)

    def _links(self, source: str, folder: str) -> tuple[Relationship, ...]:
        root = self.tree(source)
        if len(root) > MAX_RELATIONSHIPS:
            raise too_large(f"{source} có quá nhiều liên kết", f"{source} has too many relationships")
        links = []
        for node in root:
            target = node.get("Target") or ""
            external = (node.get("TargetMode") or "").lower() == "external"
            if not external:
                target = _part_name(target, folder)
            links.append(
                Relationship(node.get("Id") or "", (node.get("Type") or "").rsplit("/", 1)[-1], target, external)
            )
        return tuple(links)

    def _content_types(self) -> dict[str, str]:
        if "[Content_Types].xml" not in self:
            return {}
        types = {}
        for node in self.tree("[Content_Types].xml"):
            kind = node.get("ContentType") or ""
            if node.get("PartName"):
                types[node.get("PartName").lower()] = kind
            elif node.get("Extension"):
                types.setdefault(node.get("Extension").lower(), kind)
        return types

    def _main_part(self) -> str:
        linked = self.related("", "officeDocument")
        declared = [name[1:] for name, kind in self.types.items() if name.startswith("/") and _WORD_MAIN.search(kind)]
        for name in (*linked, *declared, "word/document.xml"):
            if name in self:
                return self._folded[name.lower()]
        raise Unreadable(
            "not-word",
            "Tệp nén này không chứa văn bản Word.",
            "This archive holds no Word document.",
            "Hãy mở bằng Word và lưu lại dạng .docx.",
            "Open it in Word and save it as .docx.",
        )


def parse(name: str, data: bytes) -> Element:
    """Parse one XML part without entities, external names or network; Strict names come out transitional."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = re.sub(r"^\s*<\?xml.*?\?>", "", data.decode("utf-16", "replace")).encode("utf-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise entities(name)
    if b"purl.oclc.org/ooxml" in data:
        for strict, transitional in TRANSITIONAL.items():
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as cause:
        raise damaged(f"phần {name} không phải XML đúng", f"part {name} is not well-formed XML") from cause
    if root.getroottree().docinfo.internalDTD is not None:
        raise entities(name)
    return root


def open_package(source: Path | str | bytes) -> Package:
    """Open a .docx (a path or its bytes) through the gate; raises `Unreadable` for what is not a sane package."""
    data = source if isinstance(source, bytes) else _file_bytes(Path(source))
    if len(data) > MAX_FILE:
        raise too_large("tệp lớn hơn 100 MB", "the file is larger than 100 MB")
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_FAULTS as cause:
        raise damaged("không mở được như một tệp .docx", "it does not open as a .docx") from cause
    return Package(archive, _checked(archive.infolist()))


def _file_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise too_large("tệp lớn hơn 100 MB", "the file is larger than 100 MB")
        return path.read_bytes()
    except OSError as cause:
        raise Unreadable("no-file", f"Không đọc được tệp {path.name}.", f"File {path.name} cannot be read.") from cause


def _check_directory(data: bytes) -> None:
    """Refuse a central directory that is too long before zipfile builds an object for each of its entries."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        raise damaged("tệp bị cụt hoặc không phải .docx", "the file is cut short or is no .docx")
    count, size = struct.unpack_from("<HI", data, end + 10)
    if end >= 76 and data[end - 20 : end - 16] == b"PK\x06\x07" and data[end - 76 : end - 72] == b"PK\x06\x06":
        count, size = struct.unpack_from("<QQ", data, end - 76 + 32)
    if count > MAX_PARTS or size > MAX_DIRECTORY:
        raise too_large("tệp nén có quá nhiều phần", "the archive has too many parts")


def _checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > MAX_PARTS:
        raise too_large("tệp nén có quá nhiều phần", "the archive has too many parts")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise too_large("tệp quá lớn sau khi giải nén", "the file is too large once inflated")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.replace("\\", "/")
        if info.flag_bits & 0x1:
            raise encrypted()
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise too_large(f"phần {name} có tỉ lệ nén bất thường", f"part {name} has an abnormal compression ratio")
        if name.startswith("/") or ".." in name.split("/"):
            raise damaged(f"tên phần {name} không hợp lệ", f"part name {name} is not allowed")
        if not name.endswith("/"):
            parts[name] = info
    return parts


def _part_name(target: str, folder: str) -> str:
    path = unquote(target.split("#", 1)[0]).replace("\\", "/")
    joined = path[1:] if path.startswith("/") else posixpath.join(folder, path)
    return posixpath.normpath(joined) if joined else ""
