"""What one visit is worth: an honest default until lessons have been learned.

worth = arrears x what a visit changes x chance to meet somebody there, less what a knock must
bring at the least.
Integers throughout: per mille and percent, minor units. The curve is a judgement, not a fit, and
says so wherever it is shown: early arrears mostly cure by themselves or with a message, very old
ones seldom move for a knock; in between a visit changes most.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

LIFT: tuple[tuple[int, int], ...] = (
    (0, 5),
    (10, 20),
    (30, 70),
    (60, 110),
    (120, 120),
    (240, 70),
    (360, 40),
    (720, 15),
)
"""Days past due → per mille of the arrears a visit is expected to bring over not visiting."""
HOME = 550
"""Per mille: somebody we look for is at home in working hours, before anything is learned."""
SHUT_DOOR = 600
"""Per mille kept of that chance for each knock since that nobody answered."""
TIME_COST: Mapping[str, int] = {"CNY": 1_500}
SECOND_COST: Mapping[str, int] = {"CNY": 1}
"""What a knock must bring at the least (it costs time and intrudes), and a second on the road:
fuel and wear. A crew's wages are paid either way; its hours are scarce, so they limit the plan.
"""


def lift(dpd: int) -> int:
    """Per mille of the arrears a visit changes, linear between the points of `LIFT`.

    >>> [lift(d) for d in (-3, 0, 20, 60, 5000)]
    [5, 5, 45, 110, 15]
    """
    if dpd <= LIFT[0][0]:
        return LIFT[0][1]
    for (low, at_low), (high, at_high) in pairwise(LIFT):
        if dpd <= high:
            return at_low + (at_high - at_low) * (dpd - low) // (high - low)
    return LIFT[-1][1]


def at_home(shut_doors: int) -> int:
    """Per mille chance to meet somebody after so many unanswered knocks.

    >>> [at_home(n) for n in range(3)]
    [550, 330, 198]
    """
    chance = HOME
    for _ in range(min(shut_doors, 20)):
        chance = chance * SHUT_DOOR // 1000
    return chance


def worth(arrears: int, currency: str, dpd: int, confidence: int, shut_doors: int) -> int:
    """Minor units one visit is expected to bring; zero or less means: do not go.

    `confidence` is that of the address, 0 to 100.

    >>> worth(500_000, "CNY", 60, 90, 0), worth(500_000, "CNY", 60, 90, 3)
    (25725, 4341)
    >>> worth(20_000, "CNY", 20, 90, 0) < 0
    True
    """
    brought = arrears * lift(dpd) * at_home(shut_doors) * confidence // (1000 * 1000 * 100)
    return brought - TIME_COST.get(currency, 1_500)
