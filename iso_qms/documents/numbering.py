"""Styles and lists of a Word file: which paragraphs are headings, and the number that Word prints before each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from iso_qms.documents.names import LEVEL, NUM_ID, NUM_PR, OUTLINE, P_PR, VAL, w
from iso_qms.documents.package import Element, Package, parse

_HEADING = re.compile(r"^(?:heading|tiêu đề|đề mục)\s*([1-9])$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_LOW = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MAX_DEPTH = 20
_MAX_STYLES = 10_000_000
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: its name, heading level (1 on) and list (``numId``, level from 0)."""

    name: str = ""
    level: int | None = None
    num_id: str | None = None
    num_level: int | None = None


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list counts: first value, number format and pattern such as ``%1.%2.``."""

    start: int
    format: str
    pattern: str


@dataclass(slots=True)
class Numbering:
    """Styles by identifier and list levels by ``numId``; counts paragraphs as they come in reading order.

    `plain_default`: a paragraph that names no style is neither a heading nor a list item.
    """

    styles: dict[str, Style] = field(default_factory=dict)
    default_style: str = ""
    plain_default: bool = True
    _levels: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _counters: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Numbering:
        """Read styles and lists of a package; either may be missing."""
        found = cls()
        for name in package.related(package.main, "styles"):
            found.styles, found.default_style = _styles(package.read(name, _MAX_STYLES))
            default = found.styles.get(found.default_style, Style())
            found.plain_default = default.level is None and default.num_id is None
        for name in package.related(package.main, "numbering"):
            found._read_lists(package.tree(name))
        return found

    def label(self, num_id: str, level: int) -> str | None:
        """Count one paragraph of a list and give the label printed before it; ``None`` for bullets, unknown lists."""
        levels = self._levels.get(num_id)
        if not levels or level not in levels:
            return None
        counters = self._counters.setdefault(self._abstract[num_id], [None] * _LEVELS)
        value = counters[level]
        counters[level] = levels[level].start if value is None else value + 1
        for deeper in range(level + 1, _LEVELS):
            counters[deeper] = None
        if levels[level].format in ("bullet", "none"):
            return None
        return _PLACEHOLDER.sub(lambda match: self._shown(levels, counters, int(match[1]) - 1), levels[level].pattern)

    def _shown(self, levels: dict[int, ListLevel], counters: list[int | None], level: int) -> str:
        rule = levels.get(level)
        if rule is None:
            return ""
        value = counters[level]
        return formatted(rule.start if value is None else value, rule.format)

    def _read_lists(self, root: Element) -> None:
        abstract = {node.get(w("abstractNumId")) or "": _levels(node) for node in root.iter(w("abstractNum"))}
        for node in root.iter(w("num")):
            number = node.get(NUM_ID) or ""
            target = node.find(w("abstractNumId"))
            key = target.get(VAL) or "" if target is not None else ""
            levels = dict(abstract.get(key, {}))
            overridden = False
            for override in node.iter(w("lvlOverride")):
                overridden |= _override(levels, override)
            self._levels[number] = levels
            self._abstract[number] = f"{key}/{number}" if overridden else key


@lru_cache(maxsize=16)
def _styles(data: bytes) -> tuple[dict[str, Style], str]:
    """All styles of a styles part, and the default one.

    Kept by the part's bytes: an office's files share a template whose styles outweigh the text ten to one.
    """
    raw = {node.get(w("styleId")) or "": node for node in parse("word/styles.xml", data).iter(w("style"))}
    default = ""
    for identifier, node in raw.items():
        if node.get(w("type")) == "paragraph" and node.get(w("default")) in ("1", "true", "on"):
            default = identifier
    return {identifier: _style(node, raw) for identifier, node in raw.items()}, default


def formatted(value: int, style: str) -> str:
    """A counter's value as Word prints it in a number format; formats unknown here are printed as decimals."""
    if style in ("upperLetter", "lowerLetter") and 0 < value <= 26 * 30:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        text = ""
        for size, sign in (*_ROMAN, *_ROMAN_LOW):
            text += sign * (value // size)
            value %= size
        return text if style == "upperRoman" else text.lower()
    return f"{value:02d}" if style == "decimalZero" else str(value)


def whole(text: str | None, default: int) -> int:
    """An attribute as a whole number, or the default where it is none or absurd."""
    try:
        value = int(text or "")
    except ValueError:
        return default
    return value if -1_000_000 < value < 1_000_000 else default


def _levels(abstract: Element) -> dict[int, ListLevel]:
    found = {whole(node.get(LEVEL), 0): _level(node) for node in abstract.iter(w("lvl"))}
    return {level: rule for level, rule in found.items() if 0 <= level < _LEVELS}


def _level(node: Element) -> ListLevel:
    found = {
        name: child.get(VAL) for name in ("start", "numFmt", "lvlText") if (child := node.find(w(name))) is not None
    }
    return ListLevel(whole(found.get("start"), 1), found.get("numFmt") or "decimal", found.get("lvlText") or "")


def _override(levels: dict[int, ListLevel], override: Element) -> bool:
    level = whole(override.get(LEVEL), 0)
    node = override.find(w("lvl"))
    if node is not None and 0 <= level < _LEVELS:
        levels[level] = _level(node)
    start = override.find(w("startOverride"))
    if start is not None and level in levels:
        rule = levels[level]
        levels[level] = ListLevel(whole(start.get(VAL), 1), rule.format, rule.pattern)
    return start is not None


def _style(node: Element, raw: dict[str, Element]) -> Style:
    name = level = num_id = num_level = None
    for depth, ancestor in enumerate(_ancestry(node, raw)):
        label = ancestor.find(w("name"))
        text = (label.get(VAL) or "") if label is not None else ""
        if depth == 0:
            name = text
        heading = _HEADING.match(text)
        if level is None and heading:
            level = int(heading[1])
        properties = ancestor.find(P_PR)
        if properties is None:
            continue
        outline = properties.find(OUTLINE)
        if level is None and outline is not None:
            level = whole(outline.get(VAL), 9) + 1
        if num_id is None and (listed := properties.find(NUM_PR)) is not None:
            num_id, num_level = list_of(listed)
    return Style(name or "", level if level is not None and level <= 9 else None, num_id, num_level)


def list_of(properties: Element) -> tuple[str | None, int | None]:
    """``numId`` and level of a ``w:numPr``; either is ``None`` where it is not written."""
    number, level = properties.find(NUM_ID), properties.find(LEVEL)
    return (
        number.get(VAL) if number is not None else None,
        whole(level.get(VAL), 0) if level is not None else None,
    )


def _ancestry(node: Element, raw: dict[str, Element]) -> list[Element]:
    chain: list[Element] = []
    while node is not None and node not in chain and len(chain) < _MAX_DEPTH:
        chain.append(node)
        parent = node.find(w("basedOn"))
        node = raw.get(parent.get(VAL) or "") if parent is not None else None
    return chain
