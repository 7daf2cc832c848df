"""Text and figures into PDF by typst, with its own embedded fonts, so that every machine prints the same glyphs."""

from __future__ import annotations

import json
from collections.abc import Mapping

FONT = "Libertinus Serif"


def typeset(template: str, facts: object, files: Mapping[str, str] | None = None) -> bytes:
    """Set ``template`` with ``facts`` (anything JSON can hold) as ``facts`` and each of ``files`` as text.

    Facts travel as JSON, so nothing in them is read as markup. Fonts of the machine are ignored: the embedded ones
    hold all Vietnamese letters, and the same facts give the same pages everywhere.
    """
    import typst

    inputs = {"facts": json.dumps(facts, ensure_ascii=False), **(files or {})}
    head = f'#let facts = json(bytes(sys.inputs.facts))\n#set text(lang: "vi", font: "{FONT}", hyphenate: false)\n'
    pdf: bytes = typst.compile((head + template).encode(), sys_inputs=inputs, ignore_system_fonts=True)
    return pdf
