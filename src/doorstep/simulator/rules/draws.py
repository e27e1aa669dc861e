"""Chance that depends on a seed and on what it is about, never on the order of the questions.

A stream of random numbers would make everybody's fate hang on everybody else's: one more call
somewhere and the whole history is another. A named draw is the same whoever else is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

_T = TypeVar("_T")


def draw(seed: int, *about: object) -> float:
    """A number in [0, 1), uniform over names.

    >>> draw(1, "at home", "B17", "2026-11-24") == draw(1, "at home", "B17", "2026-11-24")
    True
    """
    name = "\x1f".join(str(a) for a in (seed, *about))
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest(), "big") / 2.0**48


def pick(items: Sequence[_T], seed: int, *about: object) -> _T:
    """One of `items`, each with the same chance."""
    return items[int(draw(seed, *about) * len(items))]


def weighted(items: Sequence[tuple[_T, float]], seed: int, *about: object) -> _T:
    """One of (item, weight) pairs, by weight."""
    left = draw(seed, *about) * sum(w for _, w in items)
    for item, weight in items:
        left -= weight
        if left < 0:
            return item
    return items[-1][0]


def between(low: int, high: int, seed: int, *about: object) -> int:
    """A whole number from low to high, both possible."""
    return low + int(draw(seed, *about) * (high - low + 1))
