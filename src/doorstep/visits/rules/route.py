"""The timing of one route, and the cheapest place in it for one more stop.

A route leaves home at the shift's start and must be back by its end. Lunch is taken whole on one
of its legs, on leaving or on arrival, inside its own window. So every moment has two cases: lunch
still to come, and eaten. Forward we keep the earliest departure of both, backward the latest
arrival of both; whether one more stop fits between two others is then answered in constant time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from doorstep.visits.rules.compiled import compiled

NEVER = 1 << 40
Ints = NDArray[np.int64]


class Problem(NamedTuple):
    """Flat arrays. Nodes are homes first, then candidates; routes are crew x day."""

    travel: NDArray[np.int32]
    opens: Ints
    closes: Ints
    service: Ints
    worth: Ints
    cost: int
    home: Ints
    starts: Ints
    ends: Ints
    lunch_from: Ints
    lunch_to: Ints
    lunch: Ints
    most: Ints
    fits: NDArray[np.bool_]


class State(NamedTuple):
    """A plan: `stops[r, 0]` and `stops[r, visits[r] + 1]` are home; `route[node]` or -1.

    `hungry`/`fed`: earliest departure with lunch to come / eaten; `due`/`late`: latest arrival
    with lunch to come / eaten.
    """

    stops: Ints
    visits: Ints
    hungry: Ints
    fed: Ints
    due: Ints
    late: Ints
    route: Ints


def empty(p: Problem) -> State:
    """Nobody is visited; every route goes from home to home."""
    routes, width = len(p.home), int(p.most.max(initial=0)) + 2
    rows = [np.zeros((routes, width), dtype=np.int64) for _ in range(5)]
    visits, route = np.zeros(routes, dtype=np.int64), np.full(len(p.opens), -1, dtype=np.int64)
    state = State(rows[0], visits, rows[1], rows[2], rows[3], rows[4], route)
    for r in range(routes):
        state.stops[r, :2] = p.home[r]
        refresh(p, state, r)
    return state


@compiled
def drive(p: Problem, r: int, hungry: int, fed: int, leg: int) -> tuple[int, int]:
    """Arrivals after a leg of `leg` seconds, from the two departures."""
    first, length = p.lunch_from[r], p.lunch[r]
    arrive_fed = fed + leg
    eaten = max(hungry, first) + length
    if eaten <= p.lunch_to[r]:
        arrive_fed = min(arrive_fed, eaten + leg)
    eaten = max(hungry + leg, first) + length
    if eaten <= p.lunch_to[r]:
        arrive_fed = min(arrive_fed, eaten)
    return hungry + leg, arrive_fed


@compiled
def knock(p: Problem, node: int, arrival: int) -> int:
    """Departure after a visit begun as early as the window lets it, or NEVER."""
    start = max(arrival, p.opens[node])
    return start + p.service[node] if start <= p.closes[node] else NEVER


@compiled
def refresh(p: Problem, s: State, r: int) -> bool:
    """Recompute a route's times; False if it no longer keeps every window, lunch and shift."""
    n = s.visits[r]
    s.hungry[r, 0], s.fed[r, 0] = p.starts[r], NEVER
    for k in range(1, n + 2):
        leg = int(p.travel[s.stops[r, k - 1], s.stops[r, k]])
        hungry, fed = drive(p, r, s.hungry[r, k - 1], s.fed[r, k - 1], leg)
        if k <= n:
            hungry, fed = knock(p, s.stops[r, k], hungry), knock(p, s.stops[r, k], fed)
        s.hungry[r, k], s.fed[r, k] = hungry, fed
    s.due[r, n + 1], s.late[r, n + 1] = -NEVER, p.ends[r]
    for k in range(n, -1, -1):
        _look_back(p, s, r, k)
    return bool(s.fed[r, n + 1] <= p.ends[r])


@compiled
def _look_back(p: Problem, s: State, r: int, k: int) -> None:
    """Latest arrivals at stop k from those at stop k + 1."""
    leg = int(p.travel[s.stops[r, k], s.stops[r, k + 1]])
    latest_fed = s.late[r, k + 1] - leg
    latest_hungry = s.due[r, k + 1] - leg
    lunch = min(p.lunch_to[r], latest_fed) - p.lunch[r]
    if lunch >= p.lunch_from[r]:
        latest_hungry = max(latest_hungry, lunch)
    lunch = min(p.lunch_to[r], s.late[r, k + 1]) - p.lunch[r]
    if lunch >= p.lunch_from[r]:
        latest_hungry = max(latest_hungry, lunch - leg)
    if k == 0:
        s.due[r, 0], s.late[r, 0] = latest_hungry, latest_fed
        return
    node = s.stops[r, k]
    due = min(p.closes[node], latest_hungry - p.service[node])
    late = min(p.closes[node], latest_fed - p.service[node])
    # Waiting for the window to open leaves at opens + service at the earliest.
    s.due[r, k] = due if due >= p.opens[node] else -NEVER
    s.late[r, k] = late if late >= p.opens[node] else -NEVER


@compiled
def best_place(p: Problem, s: State, r: int, node: int) -> tuple[int, int]:
    """Where in route r one more stop costs the least travel: (leg, extra seconds), or (-1, 0)."""
    best, least = -1, NEVER
    n = s.visits[r]
    if n >= p.most[r] or not p.fits[node, r]:
        return -1, 0
    for k in range(n + 1):
        before, after = s.stops[r, k], s.stops[r, k + 1]
        to, onward = int(p.travel[before, node]), int(p.travel[node, after])
        if min(s.hungry[r, k], s.fed[r, k]) + to > p.closes[node]:
            break
        extra = to + onward - int(p.travel[before, after])
        if extra >= least:
            continue
        hungry, fed = drive(p, r, s.hungry[r, k], s.fed[r, k], to)
        hungry, fed = drive(p, r, knock(p, node, hungry), knock(p, node, fed), onward)
        if hungry <= s.due[r, k + 1] or fed <= s.late[r, k + 1]:
            best, least = k, extra
    return best, least


@compiled
def insert(p: Problem, s: State, r: int, leg: int, node: int) -> None:
    """Put a stop on a leg found by `best_place`."""
    n = s.visits[r]
    for k in range(n + 1, leg, -1):
        s.stops[r, k + 1] = s.stops[r, k]
    s.stops[r, leg + 1] = node
    s.visits[r] = n + 1
    s.route[node] = r
    refresh(p, s, r)


@compiled
def value(p: Problem, s: State) -> int:
    """Σ worth of the visited - cost x travel seconds."""
    total = 0
    for r in range(len(s.visits)):
        if s.visits[r] == 0:
            continue
        for k in range(s.visits[r] + 1):
            total -= p.cost * int(p.travel[s.stops[r, k], s.stops[r, k + 1]])
            total += p.worth[s.stops[r, k + 1]]
    return total
