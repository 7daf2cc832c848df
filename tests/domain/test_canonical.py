"""A record has exactly one form in bytes, and it is that of RFC 8785."""

from __future__ import annotations

import json
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.canonical import INTEGER_LIMIT, MAX_LEAF, canonical, leaf
from iso_qms.domain.errors import BadText, TooLong

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda t: normalize("NFC", t))
keys = st.text(st.characters(max_codepoint=127), max_size=12)
scalars = st.none() | st.booleans() | st.integers(1 - INTEGER_LIMIT, INTEGER_LIMIT - 1) | texts
records = st.dictionaries(
    keys,
    st.recursive(scalars, lambda x: st.lists(x, max_size=4) | st.dictionaries(keys, x, max_size=4), max_leaves=12),
    max_size=6,
)


@given(records)
def test_our_bytes_are_those_of_the_reference_encoder(record: dict[str, object]) -> None:
    assert canonical(record) == rfc8785.dumps(record)


@given(records)
def test_the_bytes_read_back_to_the_record_and_to_themselves(record: dict[str, object]) -> None:
    read = json.loads(canonical(record))
    assert read == record
    assert canonical(read) == canonical(record)


def test_vietnamese_text_and_controls_are_written_as_the_rfc_says() -> None:
    record = {"b": 'Ủy ban\t"\\\x7f\x01', "a": [True, None, -5, {}]}
    assert canonical(record).decode() == '{"a":[true,null,-5,{}],"b":"Ủy ban\\t\\"\\\\\x7f\\u0001"}'


def test_a_mark_after_an_escaped_control_is_still_nfc() -> None:
    assert canonical("\n\u0301") == b'"\\n\xcc\x81"'


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": {"b": [1, 1.5]}}, "a.b[1]"),
        ({"a": INTEGER_LIMIT}, "a"),
        ({"a": -INTEGER_LIMIT}, "a"),
        ({"a": float("nan")}, "a"),
        ({"a": normalize("NFD", "Quyết định")}, "a"),
        ({"a": "\ud800"}, "a"),
        ({"a": b"raw"}, "a"),
        ({"a": {1: 2}}, "a"),
        ({"đ": 1}, "$"),
        (object(), "$"),
    ],
)
def test_what_has_no_single_form_is_refused_and_named(value: object, where: str) -> None:
    with pytest.raises(BadText) as refused:
        canonical(value)
    assert refused.value.facts["field"] == where
    assert refused.value.message("vi") != refused.value.message("en")


def test_nesting_without_end_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(BadText):
        canonical(endless)


def test_an_entry_has_room_for_sixteen_kibibytes_and_no_more() -> None:
    fits = {"text": "x" * (MAX_LEAF - len('{"text":""}'))}
    assert len(leaf(fits)) == MAX_LEAF
    with pytest.raises(TooLong):
        leaf({"text": fits["text"] + "x"})
