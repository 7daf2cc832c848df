"""Options of the whole program may stand anywhere on the line: they are taken out before a command sees it."""

from __future__ import annotations

from collections.abc import Sequence

from iso_qms.domain.errors import MissingField

GLOBAL = {"--store": "store", "--files": "files", "--lang": "lang"}
"""Options that mean the same in every command, with the setting each of them sets."""


def hoist(words: Sequence[str]) -> tuple[list[str], dict[str, str | None]]:
    """The words without the options of the whole program, and what those say; after `--` everything stays."""
    kept: list[str] = []
    said: dict[str, str | None] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            kept += [word, *left]
            break
        name, equals, value = word.partition("=")
        if name not in GLOBAL:
            kept.append(word)
            continue
        if not equals and not left:
            raise MissingField(field=GLOBAL[name], option=name)
        said[GLOBAL[name]] = value if equals else left.pop(0)
    return kept, said
