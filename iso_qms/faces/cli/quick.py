"""A plain `iso-qms check` line, understood without the whole program; whatever is unusual is left to that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from iso_qms.domain.errors import QmsError
from iso_qms.faces import settings as reading
from iso_qms.faces.cli.decisions import version_of
from iso_qms.faces.cli.hoisting import hoist
from iso_qms.faces.dates import parse_instant

OPTIONS = {"--version": "version", "--at": "at", "--known": "known", "--action": "action", "--unit": "unit"}
ACTIONS = ("start", "continue", "display", "cite")
SQLITE = "sqlite:///"


class Question(NamedTuple):
    """One question about one document in a SQLite file; instants are aware UTC."""

    file: str
    lang: str
    code: str
    as_json: bool
    at: datetime
    known: datetime | None
    version: int | str | None
    action: str
    unit: str | None


def question(words: Sequence[str]) -> Question | None:
    """What a line asks, None where it is not a plain check in the usual zone on a SQLite file, or has a mistake."""
    try:
        given, options = hoist(words)
        chosen = reading.load(options)
        plain = _options(given[1:]) if given[:1] == ["check"] else None
        if plain is None or chosen.zone != "Asia/Ho_Chi_Minh" or not _is_file(chosen.store):
            return None
        known = plain.get("known")
        return Question(
            file=chosen.store.removeprefix(SQLITE),
            lang=chosen.lang,
            code=plain["code"],
            as_json="json" in plain,
            at=parse_instant(plain["at"]) if "at" in plain else datetime.now(UTC),
            known=None if known is None else parse_instant(known),
            version=version_of(plain.get("version")),
            action=plain.get("action", "start"),
            unit=plain.get("unit"),
        )
    except QmsError:
        return None


def _is_file(store: str) -> bool:
    return (
        store.startswith(SQLITE)
        and len(store) > len(SQLITE)
        and not set(store) & set("?#%")
        and ":memory:" not in store
    )


def _options(words: Sequence[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if word == "--json":
            found["json"] = ""
        elif name in OPTIONS and (equals or left):
            found[OPTIONS[name]] = value if equals else left.pop(0)
        elif not word.startswith("-") and "code" not in found:
            found["code"] = word
        else:
            return None
    return found if "code" in found and found.get("action", "start") in ACTIONS else None
