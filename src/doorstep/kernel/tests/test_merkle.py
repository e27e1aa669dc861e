"""Trees against the vectors of Certificate Transparency, and against a root written from the
definition in RFC 6962, which shares no code with ours."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kernel import merkle

# The leaves and roots that implementations of RFC 6962 are tested with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes(count):
    return [merkle.leaf_hash(str(i).encode()) for i in range(count)]


def defined(data):
    """MTH of RFC 6962, section 2.1, as it is written there."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return sha256(b"\x01" + defined(data[:k]) + defined(data[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size):
    found = merkle.root([merkle.leaf_hash(d) for d in LEAVES[:size]])
    assert found.hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=5), max_size=70))
def test_a_root_is_what_the_definition_says(data):
    assert merkle.root([merkle.leaf_hash(d) for d in data]) == defined(data)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proven_at_its_own_place_and_at_no_other(size):
    leaves, head = hashes(size), merkle.root(hashes(size))
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion(leaves, index)
        places = [i for i in range(-1, size + 1) if merkle.includes(leaf, i, size, path, head)]
        assert places == [index]
        assert not merkle.includes(merkle.leaf_hash(b"x"), index, size, path, head)
        assert not merkle.includes(leaf, index, size, [*path, head], head)
        assert not path or not merkle.includes(leaf, index, size, path[:-1], head)


@pytest.mark.parametrize("size", range(1, 34))
def test_a_later_tree_is_proven_to_continue_each_earlier_one(size):
    leaves = hashes(size)
    new = merkle.root(leaves)
    for earlier in range(1, size + 1):
        old = merkle.root(leaves[:earlier])
        path = merkle.consistency(leaves, earlier)
        assert merkle.continues(earlier, size, old, new, path)
        other = merkle.root([*leaves[: earlier - 1], merkle.leaf_hash(b"x")])
        assert not merkle.continues(earlier, size, other, new, path)
        assert not merkle.continues(earlier, size, old, other, path)
        assert not merkle.continues(earlier, size, old, new, [*path, new])
        if path:
            assert not merkle.continues(earlier, size, old, new, path[:-1])


def test_one_changed_bit_of_a_path_proves_nothing():
    leaves = hashes(21)
    head = merkle.root(leaves)
    path = merkle.inclusion(leaves, 13)
    for step in range(len(path)):
        bent = [bytes([p[0] ^ 1]) + p[1:] if i == step else p for i, p in enumerate(path)]
        assert not merkle.includes(leaves[13], 13, 21, bent, head)


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_what_is_not_in_a_tree_has_no_proof(size, index):
    with pytest.raises(IndexError):
        merkle.inclusion(hashes(size), index)


@pytest.mark.parametrize("earlier", [0, 4, -1])
def test_a_tree_continues_none_that_is_empty_or_larger(earlier):
    with pytest.raises(IndexError):
        merkle.consistency(hashes(3), earlier)
    assert not merkle.continues(earlier, 3, merkle.EMPTY, merkle.root(hashes(3)), [])
