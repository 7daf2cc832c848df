"""Personal data can be shown or erased; the journal holds only a salted digest of it."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iso_qms.domain.disclosure import RESERVED, digest_of, disclose, read

SALT = bytes(range(16))


def test_the_digest_is_that_of_rfc_9901_section_4_2_3() -> None:
    encoded = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest_of(encoded) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert read(encoded) == ("family_name", "Möbius")


def test_anyone_can_check_a_disclosure_with_a_plain_hash() -> None:
    found = disclose("name", "Nguyễn Thị Mẫu", SALT)
    by_hand = base64.urlsafe_b64encode(hashlib.sha256(found.encoded.encode()).digest()).decode().rstrip("=")
    assert found.digest == by_hand
    salt, name, value = json.loads(base64.urlsafe_b64decode(found.encoded + "=="))
    assert (name, value) == ("name", "Nguyễn Thị Mẫu")
    assert base64.urlsafe_b64decode(salt + "==") == SALT


values = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text("abcđêŨ", max_size=9)


@given(st.text("abc_", min_size=1).filter(lambda n: n not in RESERVED), values, st.binary(min_size=16, max_size=32))
def test_what_was_committed_to_is_what_is_read(name: str, value: object, salt: bytes) -> None:
    found = disclose(name, value, salt)
    assert read(found.encoded) == (name, value)
    assert disclose(name, value, salt + b"x").digest != found.digest


def test_a_short_salt_or_a_reserved_name_is_refused() -> None:
    with pytest.raises(ValueError, match="salt"):
        disclose("name", "x", b"short")
    with pytest.raises(ValueError, match="reserved"):
        disclose("_sd", "x", SALT)


@pytest.mark.parametrize("encoded", ["", "!!", "e30", "WzEsMl0", "ươ", "W10=", "WyJhIiwgMSwgMl0"])
def test_what_is_no_disclosure_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError):
        read(encoded)
