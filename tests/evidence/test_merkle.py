"""The tree of RFC 9162, against its definition and against hashes that others published."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence.merkle import Tree, leaf_hash

LEAVES = " 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f"
PUBLISHED = [bytes.fromhex(one) for one in LEAVES.split(" ")]
ROOTS = {  # Certificate Transparency's own test vectors
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for one in leaves:
        tree.append(leaf_hash(one))
    return tree


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_the_one_that_others_published(size: int) -> None:
    assert grown(PUBLISHED[:size]).root().hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert grown(leaves).root() == by_definition(leaves)


@given(st.lists(st.binary(max_size=3), max_size=40), st.lists(st.binary(max_size=3), max_size=40))
@pytest.mark.slow
def test_a_tree_that_was_put_away_grows_on_as_if_it_had_not_been(before: list[bytes], after: list[bytes]) -> None:
    first = grown(before)
    tree = Tree.unpacked(first.size, first.packed())
    for one in after:
        tree.append(leaf_hash(one))
    assert (tree.size, tree.root()) == (len(before + after), by_definition(before + after))


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (1, bytes(31)), (-1, bytes(32))])
def test_peaks_that_belong_to_another_size_are_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Tree.unpacked(size, packed)
