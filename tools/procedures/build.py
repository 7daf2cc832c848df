"""Builds the Word procedures and their forms from the content files, to the same bytes every time."""

from __future__ import annotations

import argparse
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from . import content, cover, page
from .blocks import write
from .content import Form, Procedure
from .markup import parse

ROOT = Path(__file__).resolve().parents[2]
AGENCY = "UBND xã Sông Trăng"
# The earliest moment that a zip entry can carry.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def procedure(item: Procedure) -> bytes:
    """The Word file of a procedure: page header, cover, revision table, then its sections."""
    document = page.blank(item.title, item.code, AGENCY, item.date, numbering=item.numbering)
    cover.header(document, item)
    cover.cover(document, item)
    for block in parse(item.body):
        write(document, block)
    return pack(document)


def form(item: Procedure, blank: Form) -> bytes:
    """The Word file of a form, its code and issue printed at the top right of every page."""
    document = page.blank(blank.title, blank.code, AGENCY, item.date, paper=blank.page)
    cover.form_mark(document, item, blank)
    for block in parse(blank.body):
        write(document, block)
    return pack(document)


def pack(document: Any) -> bytes:
    """The document's zip with fixed dates and without the template's thumbnail picture."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if "thumbnail" in relation.reltype]:
        del relations[key]
    raw, clean = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(clean, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name), compresslevel=9)
    return clean.getvalue()


def files() -> dict[str, bytes]:
    """Every file of the set: its path inside the procedures folder, and its bytes."""
    built: dict[str, bytes] = {}
    for path in content.procedures():
        item = content.load(path)
        built[f"{item.code}/{item.code}.docx"] = procedure(item)
        for blank in item.forms:
            built[f"{item.code}/bieu-mau/{blank.code}.docx"] = form(item, blank)
    for path in content.changes():
        item = content.load(path)
        known = {blank.code for blank in content.load(content.TEXTS / f"{item.code}.toml").forms}
        built[f"changes/{item.code}/{item.code}.docx"] = procedure(item)
        for blank in item.forms:
            if blank.code not in known:
                built[f"changes/{item.code}/bieu-mau/{blank.code}.docx"] = form(item, blank)
    return built


def main() -> None:
    """Write the set below --out (default: the procedures folder)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "procedures")
    out: Path = parser.parse_args().out
    for name, blob in files().items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != blob:
            target.write_bytes(blob)
            print(f"{target}  {len(blob):,} B")


if __name__ == "__main__":
    main()
