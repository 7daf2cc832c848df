"""What a copy token promises to whoever holds the paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.documents.errors import Unreadable
from iso_qms.documents.printing import CopyToken, Status, read_copy, sign_copy
from iso_qms.documents.printing.copies import PREFIX, _base45, _from_base45

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COPY = CopyToken(
    "QT.TP.05",
    3,
    "Lần ban hành 02, sửa đổi 01",
    "9f86d081884c7d65",
    4,
    datetime(2026, 11, 24, 3, tzinfo=UTC),
    Status.CONTROLLED,
)

words = st.text(max_size=40)
copies = st.builds(
    CopyToken,
    document=words,
    version=st.integers(1, 10_000),
    label=words,
    sha256=st.text("0123456789abcdef", min_size=16, max_size=16),
    copy_no=st.integers(0, 999),
    printed_at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(
        lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
    ),
    status=st.sampled_from(Status),
)


@given(copies)
def test_what_was_signed_is_what_is_read(copy: CopyToken) -> None:
    assert read_copy(sign_copy(KEY, copy), KEY.public_key()) == copy


@given(st.binary(max_size=200))
def test_base45_gives_back_the_same_bytes_and_never_ends_in_a_space(data: bytes) -> None:
    text = _base45(data)
    assert _from_base45(text) == data
    assert text == text.rstrip()


def test_base45_agrees_with_the_examples_of_rfc_9285() -> None:
    assert _base45(b"AB") == "BB8"
    assert _base45(b"Hello!!") == "%69 VD92EX0"
    assert _base45(b"base-45") == "UJCLQE7W581"
    assert _from_base45("QED8WEX0") == b"ietf!"


@settings(max_examples=300)
@given(st.data())
def test_no_changed_letter_goes_unnoticed(data: st.DataObject) -> None:
    token = sign_copy(KEY, COPY)
    place = data.draw(st.integers(len(PREFIX), len(token) - 1))
    letter = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(Unreadable) as refusal:
        read_copy(changed, KEY.public_key())
    assert refusal.value.code in {"not-a-copy-token", "unknown-key", "forged-token"}


@given(st.text(max_size=300))
def test_any_other_text_is_refused_with_a_sentence(text: str) -> None:
    for token in (text, PREFIX + text):
        with pytest.raises(Unreadable) as refusal:
            read_copy(token, KEY.public_key())
        assert refusal.value.message_vi
        assert refusal.value.message_en


def test_another_offices_key_is_named_as_such() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(Unreadable) as refusal:
        read_copy(sign_copy(KEY, COPY), other)
    assert refusal.value.code == "unknown-key"


def test_after_a_change_of_key_old_copies_are_still_read() -> None:
    newer = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert read_copy(sign_copy(KEY, COPY), [newer, KEY.public_key()]) == COPY


def test_a_token_fits_a_small_code() -> None:
    import segno

    code = segno.make(sign_copy(KEY, COPY), error="m", micro=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 11


def test_a_clock_without_zone_signs_nothing() -> None:
    naive = CopyToken("QT.01", 1, "01", "00" * 8, 1, datetime(2026, 1, 1), Status.DRAFT)
    with pytest.raises(ValueError, match="zone"):
        sign_copy(KEY, naive)
