"""How much of a Word file's text a reading lacks, counted against every ``w:t`` of every part that shows text."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter

from lxml import etree

from iso_qms.documents.reading import Reading

_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def letters(data: bytes) -> Counter[str]:
    """Letters of all ``w:t`` of a package, each alternative's fallback left out when its choice has text too."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not _PARTS.fullmatch(name):
                continue
            root = etree.fromstring(archive.read(name))
            for node in root.iter("{*}t"):
                if next(node.iterancestors(_MC), None) is None:
                    found.update(_plain(node.text or ""))
    return found


def lost_letters(data: bytes, reading: Reading) -> int:
    """How many of a Word file's visible letters are nowhere in the reading."""
    return sum((letters(data) - Counter(_plain(reading.content.text))).values())


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", text).split())
