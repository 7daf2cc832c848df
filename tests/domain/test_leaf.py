"""An act of any kind becomes the bytes of one leaf and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain import leaf as leaves
from iso_qms.domain.canonical import MAX_LEAF
from iso_qms.domain.chain import Step
from iso_qms.domain.errors import BadText, TooLong
from iso_qms.domain.events import EVENTS, Event
from tests.support.office import refuses

ACTS = sorted(EVENTS)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12).map(lambda text: normalize("NFC", text))
zones = st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))])
instants = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=zones)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of an event may have, by its type."""
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*(values(arm) for arm in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if hint is Step:
        return built(Step)
    return {
        str: texts,
        int: st.integers(-(2**53) + 1, 2**53 - 1),
        bool: st.booleans(),
        date: st.dates(),
        datetime: instants,
        type(None): st.none(),
    }[hint]


def built(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


events = st.sampled_from(ACTS).flatmap(lambda act: built(EVENTS[act]))
circumstances = st.fixed_dictionaries(
    {
        "at": instants,
        "actor": texts,
        "auth": st.sampled_from(["secret", "operator", "library", "none"]),
        "software": st.just("iso_qms/1"),
        "entered_by": st.none() | texts,
        "disclosed": st.lists(st.text("abcXYZ09-_", min_size=43, max_size=43), unique=True, max_size=3),
    }
)


@pytest.mark.parametrize("act", ACTS)
@settings(max_examples=25)
@given(data=st.data())
def test_an_act_of_every_kind_comes_back_as_it_was(act: str, data: st.DataObject) -> None:
    event: Event = data.draw(built(EVENTS[act]))
    at = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=7)))
    bytes_ = leaves.encode(event, at=at, actor="p_1", auth="secret", software="iso_qms/1")
    found = leaves.decode(bytes_, 7)
    assert (found.pos, found.event, found.at, found.actor, found.auth, found.entered_by) == (
        *(7, event, at, "p_1", "secret"),
        None,
    )
    assert type(found.event) is EVENTS[act]


@given(events, circumstances)
def test_a_leaf_is_rfc_8785_and_encoding_it_again_gives_the_same_bytes(event: Event, how: dict[str, Any]) -> None:
    bytes_ = leaves.encode(event, **how)
    assert bytes_ == rfc8785.dumps(json.loads(bytes_))
    assert leaves.disclosed(bytes_) == sorted(how["disclosed"])
    found = leaves.decode(bytes_, 0)
    again = how | {"at": found.at, "actor": found.actor, "entered_by": found.entered_by}
    assert leaves.encode(found.event, **again) == bytes_
    assert found.at == how["at"] and found.at.utcoffset() == timedelta(0)


def test_the_position_is_not_in_the_leaf() -> None:
    event = EVENTS["policy_set"](name="x", value="on")  # type: ignore[call-arg]
    bytes_ = leaves.encode(event, at=datetime(2026, 1, 5, tzinfo=UTC), actor="o", auth="operator", software="s")
    assert set(json.loads(bytes_)) == {"v", "act", "at", "actor", "auth", "software", "data"}
    assert leaves.decode(bytes_, 3).pos == 3 and leaves.decode(bytes_, 4).pos == 4


def test_a_leaf_has_at_most_sixteen_kibibytes() -> None:
    how: dict[str, Any] = {"at": datetime(2026, 1, 5, tzinfo=UTC), "actor": "o", "auth": "operator", "software": "s"}
    room = MAX_LEAF - len(leaves.encode(EVENTS["policy_set"]("x", ""), **how))  # type: ignore[call-arg]
    assert len(leaves.encode(EVENTS["policy_set"]("x", "a" * room), **how)) == MAX_LEAF  # type: ignore[call-arg]
    with refuses(TooLong):
        leaves.encode(EVENTS["policy_set"]("x", "a" * (room + 1)), **how)  # type: ignore[call-arg]


@pytest.mark.parametrize("value", ["e\u0301", "\ud800"])
def test_text_that_slipped_past_the_door_is_stopped_at_the_leaf(value: str) -> None:
    with refuses(BadText):
        leaves.encode(
            EVENTS["policy_set"]("x", value),  # type: ignore[call-arg]
            at=datetime(2026, 1, 5, tzinfo=UTC),
            actor="o",
            auth="operator",
            software="s",
        )


GOOD = {"v": 1, "act": "policy_set", "at": "2026-01-05T00:00:00.000000Z", "actor": "o", "auth": "operator"}


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b'"x"',
        b"null",
        b"[" * 100_000,
        *(
            json.dumps(GOOD | change).encode()
            for change in (
                {"v": 2, "data": {}},
                {"act": "unheard_of", "data": {}},
                {"data": {"name": "x", "value": "y", "more": 1}},
                {"data": []},
                {"data": None},
                {},
                {"at": "yesterday", "data": {"name": "x", "value": "y"}},
                {"at": 7, "data": {"name": "x", "value": "y"}},
                {"act": ["policy_set"], "data": {}},
                {"act": "unit_added", "data": {"unit": "x", "name": "y", "since": "2026-13-45"}},
                {"act": "unit_added", "data": {"unit": "x", "name": "y", "since": 3}},
                {"act": "chain_defined", "data": {"chain": "x", "title": "y", "steps": [1]}},
                {"act": "chain_defined", "data": {"chain": "x", "title": "y", "steps": 1}},
            )
        ),
    ],
    ids=lambda record: record[:60].decode(errors="replace"),
)
def test_bytes_that_are_no_leaf_are_a_value_error(record: bytes) -> None:
    with pytest.raises(ValueError):
        leaves.decode(record, 0)
