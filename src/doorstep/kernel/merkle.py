"""Merkle trees as RFC 6962 draws them (section 2.1), over SHA-256.

A leaf is hashed behind the byte 0, a node behind the byte 1, so that neither can be taken for the
other. A proof of inclusion shows that a leaf is in a tree without showing its other leaves; a proof
of consistency shows that a later tree begins with all the leaves of an earlier one, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

SIZE = 32
"""Bytes of one hash."""
EMPTY = sha256(b"").digest()
"""The root of the tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf's content."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves; `EMPTY` for none."""
    row = list(leaves)
    if not row:
        return EMPTY
    while len(row) > 1:
        pairs = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
    return row[0]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, lowest first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} is not in a tree of {len(leaves)}")
    path, row, at = [], list(leaves), index
    while len(row) > 1:
        beside = at ^ 1
        if beside < len(row):
            path.append(row[beside])
        pairs = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row, at = pairs + row[len(pairs) * 2 :], at // 2
    return path


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Does a path prove that a leaf's hash stands at `index` in the tree of `size` under `head`?"""
    if not 0 <= index < size:
        return False
    at, last, found, steps = index, size - 1, leaf, iter(path)
    while last > 0:
        if at % 2 or at < last:  # a lone node at the end of its row goes up as it is
            beside = next(steps, None)
            if beside is None:
                return False
            found = node_hash(beside, found) if at % 2 else node_hash(found, beside)
        at, last = at // 2, last // 2
    return next(steps, None) is None and found == head


def consistency(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The hashes that tie the tree of the first `earlier` leaves to the whole. Raises IndexError
    where the earlier tree is empty or larger."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} does not continue one of {earlier}")
    return _ties(leaves, earlier, whole=True)


def _ties(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    size = len(leaves)
    if earlier == size:
        return [] if whole else [root(leaves)]
    half = _half(size)
    if earlier <= half:
        return [*_ties(leaves[:half], earlier, whole=whole), root(leaves[half:])]
    return [*_ties(leaves[half:], earlier - half, whole=False), root(leaves[:half])]


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def continues(earlier: int, size: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Does a path prove that the tree of `size` under `new` begins with the tree of `earlier`
    leaves under `old`?"""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not path and old == new
    steps = list(path)
    if earlier & (earlier - 1) == 0:  # a whole tree of its own: its root is the first step
        steps.insert(0, old)
    if not steps:
        return False
    return _climb(earlier - 1, size - 1, steps) == (old, new)


def _climb(at: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots rebuilt from the steps; None where there are too few or too many."""
    while at % 2:
        at, last = at // 2, last // 2
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while at % 2 == 0 and at > 0:
                at, last = at // 2, last // 2
        else:
            now = node_hash(now, step)
        at, last = at // 2, last // 2
    return (was, now) if last == 0 else None
