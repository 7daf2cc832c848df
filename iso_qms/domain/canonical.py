"""The one way a record becomes bytes: RFC 8785 canonical JSON, restricted to what our records need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from unicodedata import is_normalized

from iso_qms.domain.errors import BadText, TooLong

#: Longest leaf in bytes; C2SP tlog-tiles allows 65,535, we keep room and force files in by digest.
MAX_LEAF: Final = 16_384
#: First integer that a JSON reader with IEEE 754 doubles may change (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
INTEGER_LIMIT: Final = 2**53
MAX_DEPTH: Final = 16

_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of `value`.

    Objects, arrays (lists or tuples), strings, booleans, null and integers strictly between -2^53 and 2^53. Keys are
    ASCII, so that sorting by code point equals RFC 8785's sorting by UTF-16 unit; strings are NFC. There are no floats.
    Raises BadText, which names the member.
    """
    _check(value, "", 0)
    return _encode(value).encode()


def leaf(value: Mapping[str, object]) -> bytes:
    """Canonical bytes of one journal entry; raises TooLong when they are longer than MAX_LEAF."""
    found = canonical(value)
    if len(found) > MAX_LEAF:
        raise TooLong(size=len(found), limit=MAX_LEAF)
    return found


def _check(value: Any, where: str, depth: int) -> None:
    # Exact types first: nearly every member of a record is one of these.
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_text(value, where)
    elif value is None or kind is bool:
        return
    elif isinstance(value, dict):
        _check_depth(where, depth)
        for key, member in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise _no_form(where, f"the key {key!r} is not ASCII text", f"khóa {key!r} không phải văn bản ASCII")
            _check(member, f"{where}.{key}" if where else key, depth + 1)
    elif isinstance(value, (list, tuple)):
        _check_depth(where, depth)
        for index, member in enumerate(value):
            _check(member, f"{where}[{index}]", depth + 1)
    elif isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise _no_form(where, "the integer does not fit 53 bits", "số nguyên vượt quá 53 bit")
    elif isinstance(value, str):
        _check_text(value, where)
    else:
        raise _no_form(
            where, f"{kind.__name__} has no place in a record", f"kiểu {kind.__name__} không được dùng trong bản ghi"
        )


def _check_text(text: str, where: str) -> None:
    if not is_normalized("NFC", text):
        raise _no_form(where, "the text is not in Unicode form NFC", "văn bản không ở dạng Unicode NFC (dựng sẵn)")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _no_form(
            where, "the text holds half of a surrogate pair", "văn bản chứa một nửa của cặp mã thay thế (surrogate)"
        ) from None


def _check_depth(where: str, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise _no_form(where, f"nested deeper than {MAX_DEPTH}", f"lồng nhau sâu quá {MAX_DEPTH} cấp")


def _no_form(where: str, english: str, vietnamese: str) -> BadText:
    return BadText(field=where or "$", why_en=english, why_vi=vietnamese)
