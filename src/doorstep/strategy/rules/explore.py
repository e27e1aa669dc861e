"""A little honest chance, so that we can learn what the policy would never try.

The draw is a hash of the case and the day: the same everywhere, and it cannot be steered. The
probability with which each action could have come first is logged beside the choice; learning
without it would only repeat the policy's own opinion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from doorstep.strategy.types import Candidate, Choice


def draw(*parts: object) -> float:
    """A number in [0, 1) from its parts, uniform over them."""
    raw = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(raw, "big") >> 11) / 2**53


def choose(eligible: Sequence[Candidate], *, epsilon: float, seed: str, key: object) -> Choice:
    """Rank eligible actions: the best first, or with chance `epsilon` a random explorable one.

    `eligible` is best first. Exploration draws uniformly among those marked `explore`; a visit
    never is, so nobody's door is knocked on by chance. With fewer than two eligible actions, or
    none to explore, there is nothing to learn and the best has probability 1. The propensities of
    all eligible actions sum to 1.
    """
    if not eligible:
        return Choice((), ())
    pool = [i for i, c in enumerate(eligible) if c.explore]
    if len(eligible) < 2 or not pool or epsilon <= 0:
        return Choice(tuple(eligible), (1.0, *([0.0] * (len(eligible) - 1))))
    chance = [epsilon / len(pool) if i in pool else 0.0 for i in range(len(eligible))]
    chance[0] += 1 - epsilon
    explored = draw(seed, "explore", key) < epsilon
    first = pool[int(draw(seed, "which", key) * len(pool))] if explored else 0
    order = [first, *(i for i in range(len(eligible)) if i != first)]
    return Choice(
        tuple(eligible[i] for i in order), tuple(chance[i] for i in order), explored=explored
    )
