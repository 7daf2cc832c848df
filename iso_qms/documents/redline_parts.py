"""The new Word package while a redline is written into it: changed trees, added parts, the links between them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from iso_qms.documents.names import R_NS
from iso_qms.documents.package import Element, Package
from iso_qms.documents.redline_settle import settle

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT_TYPES = "[Content_Types].xml"
_RUNNING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
# The zip format's first day: a redline of the same files is the same bytes on any day.
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class Parts:
    """A package that can be changed and written; trees are changed in place and written once asked for by `root`."""

    package: Package
    _changed: dict[str, Element] = field(default_factory=dict)
    _added: dict[str, bytes | Element] = field(default_factory=dict)

    def root(self, name: str) -> Element:
        """The part's tree for changing, with the tracked changes accepted that the file came with."""
        if name not in self._changed:
            root = self.package.tree(name)
            settle(root)
            self._changed[name] = root
        return self._changed[name]

    def add_picture(self, part: str, data: bytes, digest: str, extension: str, content_type: str) -> str:
        """Add a picture once and give its relationship in ``part``."""
        name = posixpath.join(posixpath.dirname(self.package.main), "media", f"deleted-{digest[:16]}{extension}")
        self._added[name] = data
        self._declare("Default", "Extension", extension.lstrip("."), content_type or f"image/{extension.lstrip('.')}")
        return self._relate(part, "image", name)

    def add_running(self, kind: str, root: Element) -> str:
        """Add a header or footer and give its relationship in the main part."""
        name = self.next_running(kind)
        self._added[name] = root
        self._declare("Override", "PartName", f"/{name}", _RUNNING_TYPE.format(kind=kind))
        return self._relate(self.package.main, kind, name)

    def next_running(self, kind: str) -> str:
        """The name that the next added header or footer will have."""
        folder = posixpath.dirname(self.package.main)
        number = sum(name.startswith(f"{folder}/{kind}-deleted") for name in self._added) + 1
        return posixpath.join(folder, f"{kind}-deleted{number}.xml")

    def written(self) -> bytes:
        """The whole package as a file."""
        return packed(self.package, self._changed, self._added)

    def _declare(self, kind: str, key: str, value: str, content_type: str) -> None:
        root = self._plain(_CONTENT_TYPES, "Types", _TYPES)
        if any((node.get(key) or "").lower() == value.lower() for node in root):
            return
        node = etree.Element(f"{{{_TYPES}}}{kind}")
        node.set(key, value)
        node.set("ContentType", content_type)
        # Defaults come before overrides in every file seen; readers do not care, people do.
        root.insert(0 if kind == "Default" else len(root), node)

    def _relate(self, part: str, kind: str, target: str) -> str:
        folder, base = posixpath.split(part)
        root = self._plain(posixpath.join(folder, "_rels", f"{base}.rels"), "Relationships", _RELATIONSHIPS)
        path = posixpath.relpath(target, folder or ".")
        known = next((node for node in root if node.get("Target") == path), None)
        if known is not None:
            return str(known.get("Id"))
        taken = {node.get("Id") for node in root}
        number = next(number for number in range(1, len(taken) + 2) if f"rIdDeleted{number}" not in taken)
        node = etree.SubElement(root, f"{{{_RELATIONSHIPS}}}Relationship")
        node.set("Id", f"rIdDeleted{number}")
        node.set("Type", f"{R_NS}/{kind}")
        node.set("Target", path)
        return f"rIdDeleted{number}"

    def _plain(self, name: str, tag: str, namespace: str) -> Element:
        """A part of the package's own bookkeeping, made when the file has none."""
        if name in self.package:
            return self._changed.setdefault(name, self.package.tree(name))
        return self._added.setdefault(name, etree.Element(f"{{{namespace}}}{tag}", nsmap={None: namespace}))


def packed(package: Package, changed: Mapping[str, Element], added: Mapping[str, bytes | Element]) -> bytes:
    """A package with some of its parts replaced by trees and some added; the same input gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in package.names:
            archive.writestr(_entry(name), _bytes(package, name, changed.get(name)))
        for name, part in added.items():
            archive.writestr(_entry(name), part if isinstance(part, bytes) else _xml(part))
    return out.getvalue()


def _bytes(package: Package, name: str, root: Element | None) -> bytes:
    if root is None and package.strict and name.endswith((".xml", ".rels")):
        # A Strict file gets transitional names throughout: one file must not speak both.
        root = package.tree(name)
    return package.read(name) if root is None else _xml(root)


def _xml(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
