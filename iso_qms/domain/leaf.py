"""A recorded event as the bytes of a journal leaf and back; the position is not inside (RFC 9162 leaves are final)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from iso_qms.domain import canonical
from iso_qms.domain.events import EVENTS, Event, Recorded

FORMAT = 1
"""Version of the leaf's members; readers refuse a higher one."""


def instant_text(instant: datetime) -> str:
    """An aware instant as `2026-11-24T01:02:03.000004Z`: UTC, always six digits of a second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(
    event: Event,
    *,
    at: datetime,
    actor: str,
    auth: str,
    software: str,
    entered_by: str | None = None,
    disclosed: Sequence[str] = (),
) -> bytes:
    """The leaf of one act: RFC 8785 JSON of at most 16 KiB; `disclosed` are digests of salted disclosures (RFC 9901).

    Raises `TooLong`. Members without a value are left out, so that new optional members never change old leaves.
    """
    record: dict[str, Any] = {
        "v": FORMAT,
        "act": event.act,
        "at": instant_text(at),
        "actor": actor,
        "auth": auth,
        "software": software,
        "data": _plain(event),
    }
    if entered_by is not None:
        record["entered_by"] = entered_by
    if disclosed:
        record["_sd"] = sorted(disclosed)  # sorted, so that the order says nothing about the values
    return canonical.leaf(record)


def decode(leaf: bytes, pos: int) -> Recorded:
    """The event a leaf holds; raises ValueError for bytes that are no leaf of a known format."""
    try:
        return _decoded(json.loads(leaf), pos)
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise ValueError(f"entry {pos} is not a leaf of format {FORMAT}") from None


def _decoded(record: Any, pos: int) -> Recorded:
    if record["v"] != FORMAT:
        raise ValueError("another format")
    return Recorded(
        pos=pos,
        at=datetime.fromisoformat(record["at"]),
        actor=record["actor"],
        event=cast(Event, _revive(EVENTS[record["act"]], record["data"])),
        entered_by=record.get("entered_by"),
        auth=record["auth"],
    )


def disclosed(leaf: bytes) -> list[str]:
    """The digests of the disclosures that a leaf commits to; raises ValueError for bytes that are no leaf."""
    found = json.loads(leaf).get("_sd", [])
    if not isinstance(found, list):
        raise ValueError("no list of digests")  # noqa: TRY004  (what is read is wrong, not how it is called)
    return found


def plain_value(value: Any) -> Any:
    """A field's value in JSON's own types: dates as ISO text, instants as UTC text, tuples as lists."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    if is_dataclass(value):
        return _plain(value)
    return value


def _plain(value: Any) -> dict[str, Any]:
    named = ((name, getattr(value, name)) for name in _names(cast(type, type(value))))
    return {name: plain_value(item) for name, item in named if item is not None and item != ()}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _revive(kind: type, data: dict[str, Any]) -> Any:
    readers = field_readers(kind)
    return kind(**_blanks(kind) | {name: readers[name](value) for name, value in data.items()})


@cache
def _blanks(kind: type) -> dict[str, Any]:
    # What `_plain` left out, for fields that have no default of their own.
    hints = get_type_hints(kind)
    bare = (f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)
    return {name: () if get_origin(hints[name]) is tuple else None for name in bare}


@cache
def field_readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    """How each field of an event comes back from JSON's types."""
    hints = get_type_hints(kind)
    return {name: _reader(hints[name]) for name in _names(kind)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) in (Union, UnionType):
        inner = next(arm for arm in get_args(hint) if arm is not type(None))
        return _reader(inner)
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0])
        return lambda value: tuple(item(part) for part in value)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if is_dataclass(hint):
        return lambda value: _revive(cast(type, hint), value)
    return lambda value: value
