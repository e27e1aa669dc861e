"""An upper bound no plan can beat, so that a plan can say how good it is.

Relaxed to a fractional knapsack with two limits: every visit pays its service and the nearest way
in, out of all working hours, and takes one of all slots. The linear program's dual has two prices;
any prices give a valid bound, and the best are found exactly enough by a search over one of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from doorstep.visits.rules.travel import seconds
from doorstep.visits.types import Week

_SEARCH = 120


def bound(week: Week) -> float:
    """Most that Σ worth - cost x travel of any plan could be."""
    if not week.agents or not week.candidates:
        return 0.0
    homes = len(week.agents)
    way_in = _nearest(week)[homes:]
    time = np.array([c.service for c in week.candidates]) + way_in
    worth = np.array([c.worth for c in week.candidates]) - week.travel.cost_per_second * way_in
    hours = sum(a.shift[1] - a.shift[0] - a.lunch.length for a in week.agents) * week.days
    slots = sum(a.max_visits for a in week.agents) * week.days
    low, high = 0.0, float((worth / np.maximum(time, 1)).max(initial=0)) + 1
    for _ in range(_SEARCH):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        if _priced(worth, time, a, hours, slots) <= _priced(worth, time, b, hours, slots):
            high = b
        else:
            low = a
    return min(_priced(worth, time, at, hours, slots) for at in (low, high, 0.0))


def _priced(
    worth: NDArray[np.float64], time: NDArray[np.float64], price: float, hours: int, slots: int
) -> float:
    """The dual at `price` for a second, with the best price for a slot."""
    net = np.sort(np.maximum(worth - price * time, 0))[::-1]
    slot = float(net[slots]) if slots < len(net) else 0.0
    return price * hours + slot * slots + float(np.maximum(net - slot, 0).sum())


def _nearest(week: Week) -> NDArray[np.float64]:
    points = [a.home for a in week.agents] + [c.at for c in week.candidates]
    table = seconds(points, week.travel).astype(np.float64)
    np.fill_diagonal(table, np.inf)
    return np.asarray(table.min(axis=0), dtype=np.float64)
