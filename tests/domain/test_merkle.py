"""The journal's tree grows, proves and verifies as RFC 9162 says."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain import merkle
from iso_qms.domain.merkle import CompactRange, leaf_hash, node_hash


def mth(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


class Tree:
    """Nodes in memory, as a store keeps them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.range, self.nodes, self.read_count = CompactRange(), {}, 0
        for index, leaf in enumerate(leaves):
            self.nodes[0, index] = leaf_hash(leaf)
            for level, at, digest in self.range.append(leaf_hash(leaf)):
                assert (level, at) not in self.nodes
                self.nodes[level, at] = digest

    def read(self, level: int, index: int) -> bytes:
        self.read_count += 1
        return self.nodes[level, index]


leaf_lists = st.integers(0, 300).map(lambda n: [b"entry %d" % i for i in range(n)])

# Leaves and roots of Certificate Transparency's reference tests (google/certificate-transparency, merkletree).
CT_LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_roots_of_the_known_answer_tests_come_out() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for size, root in enumerate(CT_ROOTS, 1):
        tree = Tree(CT_LEAVES[:size])
        assert tree.range.root().hex() == root
        assert merkle.root_at(size, Tree(CT_LEAVES).read).hex() == root
        assert merkle.root_of(map(leaf_hash, CT_LEAVES[:size])).hex() == root


def test_the_proofs_of_rfc_9162_section_2_1_5_come_out() -> None:
    # The worked example: d0..d6; names of nodes as in the figure of the RFC.
    d = [b"d%d" % i for i in range(7)]
    a, b, c, dd, e, f, j = map(leaf_hash, d)
    g, h, i = node_hash(a, b), node_hash(c, dd), node_hash(e, f)
    k, el = node_hash(g, h), node_hash(i, j)
    tree = Tree(d)
    assert merkle.inclusion_proof(0, 7, tree.read) == [b, h, el]
    assert merkle.inclusion_proof(3, 7, tree.read) == [c, g, el]
    assert merkle.inclusion_proof(4, 7, tree.read) == [f, j, k]
    assert merkle.inclusion_proof(6, 7, tree.read) == [i, k]
    assert merkle.consistency_proof(3, 7, tree.read) == [c, dd, g, el]
    assert merkle.consistency_proof(4, 7, tree.read) == [el]
    assert merkle.consistency_proof(6, 7, tree.read) == [i, j, k]


@given(leaf_lists, st.data())
def test_a_tree_that_grew_is_the_tree_of_the_definition(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(leaves)))
    tree = Tree(leaves)
    assert tree.range.root() == merkle.root_of(map(leaf_hash, leaves)) == mth(leaves)
    assert merkle.root_at(size, tree.read) == mth(leaves[:size])


@pytest.mark.parametrize("size", [4095, 4096, 4097, 8192, 12289, 20000])
def test_chunks_make_no_difference_to_the_root(size: int) -> None:
    hashes = [leaf_hash(b"%d" % i) for i in range(size)]
    grown = CompactRange()
    for h in hashes:
        grown.append(h)
    assert merkle.root_of(iter(hashes)) == grown.root()


@given(leaf_lists)
def test_a_stored_range_goes_on_where_it_stopped(leaves: list[bytes]) -> None:
    half = CompactRange()
    for leaf in leaves[: len(leaves) // 2]:
        half.append(leaf_hash(leaf))
    woken = CompactRange.from_bytes(half.to_bytes())
    assert (woken.size, woken.hashes) == (half.size, half.hashes)
    for leaf in leaves[len(leaves) // 2 :]:
        woken.append(leaf_hash(leaf))
    assert woken.root() == mth(leaves)


@pytest.mark.parametrize(
    "stored", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 40, (3).to_bytes(8, "big") + b"x" * 32, b"\xff" * 8 + b"x" * 64 * 32]
)
def test_a_damaged_range_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError):
        CompactRange.from_bytes(stored)


@settings(deadline=None)
@given(st.integers(1, 120), st.data())
def test_every_leaf_has_a_proof_and_it_proves_nothing_else(size: int, data: st.DataObject) -> None:
    leaves = [b"entry %d" % i for i in range(size)]
    tree, root = Tree(leaves), mth(leaves)
    index = data.draw(st.integers(0, size - 1))
    path, leaf = merkle.inclusion_proof(index, size, tree.read), leaf_hash(leaves[index])
    assert merkle.verify_inclusion(leaf, index, size, path, root)
    assert not merkle.verify_inclusion(leaf_hash(b"another"), index, size, path, root)
    assert not merkle.verify_inclusion(leaf, index, size, path, leaf_hash(b"another"))
    assert not merkle.verify_inclusion(leaf, index, size, [*path, leaf], root)
    for other in range(size):
        assert merkle.verify_inclusion(leaf, other, size, path, root) is (other == index)
    for at in range(len(path)):
        assert not merkle.verify_inclusion(leaf, index, size, path[:at] + path[at + 1 :], root)
        changed = bytes([path[at][0] ^ 1]) + path[at][1:]
        assert not merkle.verify_inclusion(leaf, index, size, [*path[:at], changed, *path[at + 1 :]], root)


@settings(deadline=None)
@given(st.integers(0, 200), st.data())
def test_a_longer_journal_proves_that_it_kept_its_beginning(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    leaves = [b"entry %d" % i for i in range(new)]
    tree = Tree(leaves)
    path = merkle.consistency_proof(old, new, tree.read)
    roots = mth(leaves[:old]), mth(leaves)
    assert merkle.verify_consistency(old, new, *roots, path)
    assert not merkle.verify_consistency(old, new, *roots, [*path, roots[1]])
    if old:
        rewritten = [b"rewritten", *leaves[1:]]
        assert not merkle.verify_consistency(old, new, mth(rewritten[:old]), roots[1], path)
        forged = merkle.consistency_proof(old, new, Tree(rewritten).read)
        assert not merkle.verify_consistency(old, new, roots[0], mth(rewritten), forged)
    for at in range(len(path)):
        assert not merkle.verify_consistency(old, new, *roots, path[:at] + path[at + 1 :])


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 150), st.data())
def test_another_implementation_agrees(size: int, data: st.DataObject) -> None:
    leaves = [b"entry %d" % i for i in range(size)]
    theirs, ours = pymerkle.InmemoryTree(algorithm="sha256"), Tree(leaves)
    for leaf in leaves:
        theirs.append_entry(leaf)
    assert theirs.get_root() == ours.range.root()
    old = data.draw(st.integers(1, size))
    assert theirs.get_root(old) == merkle.root_at(old, ours.read)
    index = data.draw(st.integers(0, size - 1))
    their_path = theirs.prove_inclusion(index + 1, size).path
    assert [h for h in their_path if h != leaf_hash(leaves[index])] == merkle.inclusion_proof(index, size, ours.read)


def test_proofs_read_few_nodes() -> None:
    tree = Tree([b"%d" % i for i in range(5000)])
    merkle.inclusion_proof(1234, 5000, tree.read)
    merkle.consistency_proof(3333, 5000, tree.read)
    merkle.root_at(4999, tree.read)
    assert tree.read_count < 60


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_journal_has_no_proof(index: int, size: int) -> None:
    tree = Tree([b"a", b"b", b"c"])
    with pytest.raises(ValueError):
        merkle.inclusion_proof(index, size, tree.read)
    assert not merkle.verify_inclusion(leaf_hash(b"a"), index, size, [], leaf_hash(b"a"))


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (3, 2)])
def test_sizes_that_run_backwards_have_no_proof(old: int, new: int) -> None:
    tree = Tree([b"a", b"b", b"c"])
    with pytest.raises(ValueError):
        merkle.consistency_proof(old, new, tree.read)
    assert not merkle.verify_consistency(old, new, leaf_hash(b"a"), leaf_hash(b"a"), [])
