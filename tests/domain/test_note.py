# ruff: noqa: E501  (published signatures stand as they were published)
"""Checkpoints, cosignatures, proofs and tiles are written and read as C2SP says."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iso_qms.domain import checkpoint as cp
from iso_qms.domain import ed25519, tiles
from iso_qms.domain.checkpoint import Checkpoint, Proof
from iso_qms.domain.errors import BadInput
from iso_qms.domain.merkle import EMPTY_ROOT, leaf_hash, node_hash
from iso_qms.domain.note import BadNote, BadSignature, Key, Kind, Note, sign

# The example of https://c2sp.org/signed-note, which is printed without its key: read and written, not verified.
PUBLISHED = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# From the documentation of golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def pure(key: Key, message: bytes, signature: bytes) -> bool:
    return ed25519.verify(key.public, message, signature)


def key_of(secret: Ed25519PrivateKey, name: str, kind: Kind = Kind.ED25519) -> Key:
    return Key(name, kind, secret.public_key().public_bytes_raw())


LOG, WITNESS = Ed25519PrivateKey.from_private_bytes(b"1" * 32), Ed25519PrivateKey.from_private_bytes(b"2" * 32)
LOG_KEY = key_of(LOG, "phuong-mau.example/nhat-ky")
WITNESS_KEY = key_of(WITNESS, "huyen-mau.example/w1", Kind.COSIGNATURE)
SEEN = Checkpoint("phuong-mau.example/nhat-ky", 2, node_hash(leaf_hash(b"a"), leaf_hash(b"b")))


def test_a_published_note_is_read_and_written_unchanged() -> None:
    note = Note.parse(PUBLISHED.encode())
    assert note.text.endswith("ed è subito sera.\n")
    assert note.signatures[0].key_id.hex() == "367ba04b"
    assert str(note) == PUBLISHED


def test_a_note_signed_by_other_software_verifies() -> None:
    note, key = Note.parse(GO_NOTE), Key.parse(GO_VKEY)
    assert str(key) == GO_VKEY
    assert [v.key for v in cp.verified(note, [key], pure)] == [key]
    with pytest.raises(BadSignature):
        cp.verified(Note(note.text.replace("answer", "Answer"), note.signatures), [key], pure)


def test_a_published_checkpoint_with_cosignature_is_read_and_written_unchanged() -> None:
    published = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
    note = Note.parse(published)
    read = Checkpoint.parse(note.text)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert note.signatures[1].time == 1679315147
    assert str(Note(read.text, note.signatures)) == published


def test_log_and_witness_sign_the_same_checkpoint() -> None:
    note = Note(SEEN.text, (sign(SEEN.text, LOG_KEY, LOG.sign),))
    note = note.with_signatures([cp.cosign(SEEN.text, WITNESS_KEY, WITNESS.sign, 1_790_000_000)])
    read = Note.parse(str(note))
    assert read == note
    found = cp.verified(read, [LOG_KEY, WITNESS_KEY], pure)
    assert [(v.key, v.time) for v in found] == [(LOG_KEY, None), (WITNESS_KEY, 1_790_000_000)]
    assert cp.verified(read, [key_of(LOG, "someone.else")], pure) == []


def test_a_later_cosignature_takes_the_place_of_the_earlier() -> None:
    first, second = (cp.cosign(SEEN.text, WITNESS_KEY, WITNESS.sign, t) for t in (1, 2))
    assert Note(SEEN.text, (first,)).with_signatures([second]).signatures == (second,)


def test_a_cosignature_moved_to_another_time_does_not_hold() -> None:
    signature = cp.cosign(SEEN.text, WITNESS_KEY, WITNESS.sign, 1_790_000_000)
    moved = type(signature)(signature.name, signature.key_id, b"\0" * 8 + signature.blob[8:])
    with pytest.raises(BadSignature):
        cp.verified(Note(SEEN.text, (moved,)), [WITNESS_KEY], pure)


def test_post_quantum_cosignatures_commit_to_the_witness_name() -> None:
    key = Key("w.example", Kind.ML_DSA_44, bytes(1312))
    message = cp.cosigned(SEEN.text, key, 7)
    assert message.startswith(b"subtree/v1\n\0\x09w.example" + (7).to_bytes(8, "big"))
    assert message.endswith((2).to_bytes(8, "big") + SEEN.root)
    asked: list[tuple[bytes, int]] = []
    signature = cp.cosign(SEEN.text, key, lambda m: bytes(2420), 7)
    cp.verified(Note(SEEN.text, (signature,)), [key], lambda k, m, s: not asked.append((m, len(s))))
    assert asked == [(message, 2420)]


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b",
        "a+00000000+AQ==",
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("Peter", "Pe ter"),
        "a+1+//8=",
    ],
)
def test_a_malformed_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        Key.parse(vkey)


GOOD = str(Note(SEEN.text, (sign(SEEN.text, LOG_KEY, LOG.sign),)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signatures\n",
        GOOD[:-1],
        GOOD.replace("\u2014", "-"),
        GOOD.replace("\n\n", "\n\n\n\n\u2014 x\n\n") + "\u2014 x\n",
        GOOD.replace("\n2\n", "\n2\r\n"),
        GOOD + "\u2014 a QUJD\n",
        GOOD + "\u2014 a b c\n",
        GOOD + GOOD.splitlines()[-1] * 200,
        GOOD.encode() + b"\xff",
        "x" * 2_000_000,
    ],
)
def test_a_malformed_note_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadNote):
        Note.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "\n1\nAAAA\n",
        "a\n01\n" + SEEN.text.split("\n")[2] + "\n",
        SEEN.text + "\n",
        SEEN.text[:-1],
        "a\n-1\nx\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_extension_lines_are_kept() -> None:
    read = Checkpoint.parse(SEEN.text + "one more\n")
    assert read.extensions == ("one more",)
    assert read.text == SEEN.text + "one more\n"


def test_an_empty_journal_has_a_checkpoint() -> None:
    empty = Checkpoint("a", 0, EMPTY_ROOT)
    assert Checkpoint.parse(empty.text) == empty


def test_a_proof_file_holds_for_its_entry_alone() -> None:
    proof = Proof(1, (leaf_hash(b"a"),), Note.parse(GOOD))
    assert Proof.parse(str(proof)) == proof
    assert proof.holds_for(b"b") and not proof.holds_for(b"a")
    with_extra = str(proof).replace("\nindex", "\nextra QUJD\nindex")
    assert Proof.parse(with_extra) == proof
    for broken in (str(proof)[1:], str(proof).replace("index 1", "index x"), str(proof).replace("index 1", "1")):
        with pytest.raises(BadNote):
            Proof.parse(broken)
    assert cp.parse_hash_lines(cp.hash_lines(proof.path)) == list(proof.path)


@given(st.integers(0, 10**9))
@example(70_000)
def test_tiles_cover_every_entry_once(size: int) -> None:
    level, total = 0, 0
    while count := size >> 8 * level:
        last = (count - 1) // 256
        found = list(tiles.tiles_of(size, level)) if last < 300 else [tiles.Tile(level, last, count - last * 256)]
        assert found[-1].index == last and 1 <= found[-1].width <= 256
        assert sum(t.width for t in found[:-1]) + found[-1].width == count - (0 if last < 300 else last * 256)
        level, total = level + 1, total + len(found)
    if size == 70_000:
        assert total == len(list(tiles.all_tiles(size))) == 273 + 1 + 1 + 1 + 1


def test_tile_names_are_those_of_the_specification() -> None:
    assert tiles.Tile(0, 1234067, 256).path == "tile/0/x001/x234/067"
    assert tiles.Tile(0, 273, 112).entries_path == "tile/entries/273.p/112"
    assert tiles.Tile(1, 0, 256).path == "tile/1/000"


@given(st.lists(st.binary(max_size=300), max_size=20), st.data())
def test_bundles_unpack_to_their_entries_and_a_cut_is_seen(entries: list[bytes], data: st.DataObject) -> None:
    bundle = tiles.pack(entries)
    assert tiles.unpack(bundle) == entries
    cut = data.draw(st.integers(0, len(bundle)))
    try:
        assert tiles.unpack(bundle[:cut]) == entries[: len(tiles.unpack(bundle[:cut]))]
    except BadInput:
        assert cut < len(bundle)


# RFC 8032 §7.1, tests 1, 2 and 3.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    assert ed25519.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not ed25519.verify(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(deadline=None, max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 8 * 96 - 1))
def test_the_plain_python_check_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
    assert ed25519.verify(public, message, signature)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        theirs = True
    except (InvalidSignature, ValueError):
        theirs = False
    assert ed25519.verify(public, message, signature) is theirs


def test_a_signature_with_a_too_large_scalar_or_a_wrong_length_is_refused() -> None:
    public, message, signature = (bytes.fromhex(x) for x in RFC_8032[2])
    s = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert not ed25519.verify(public, message, signature[:32] + s.to_bytes(32, "little"))
    assert not ed25519.verify(public, message, signature[:-1])
    assert not ed25519.verify(public[:-1], message, signature)
    assert not ed25519.verify(b"\xff" * 32, message, signature)
