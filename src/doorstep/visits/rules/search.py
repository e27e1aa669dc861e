"""Ruin and recreate: take a few neighbouring stops out, put better ones in, keep what pays.

Only additions, multiplications and square roots are used on floats, so a seed gives the same plan
wherever the source runs. Insertion ranks by gain x (1 / time)^alpha with alpha drawn anew each
round: 0 where the number of visits binds, more where the hours do.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from doorstep.visits.rules.compiled import compiled
from doorstep.visits.rules.route import Ints, Problem, State, best_place, insert, refresh

_TABLE = 4096
# Exponential draws, rounded so that the last bit of a logarithm cannot change a plan.
EXPONENTIAL = np.array([round(-log((k + 0.5) / _TABLE), 6) for k in range(_TABLE)])
LARGEST = 10
"""Most stops removed in one round."""
LENIENT = 6
"""The power at which travel counts a third: doors that pay only together get their chance."""
_POOL = 256
_ROUTES = 14
_PER_REMOVED = 12


@compiled
def draw(rng: Ints, below: int) -> int:
    """A number in [0, below) from a Lehmer generator: the same compiled and undecorated."""
    rng[0] = int(rng[0]) * 48271 % 2147483647
    return int(rng[0]) * below // 2147483647


@compiled
def fill(p: Problem, s: State, power: int) -> None:
    """Insert whatever still pays, best first, anywhere; until nothing fits or pays."""
    nodes, routes = len(p.opens), len(p.home)
    if routes == 0:
        return
    score = np.zeros((nodes, routes))
    top = np.zeros(nodes)
    where = np.full(nodes, -1)
    for node in range(nodes):
        if s.route[node] < 0:
            for r in range(routes):
                score[node, r] = _score(p, s, r, node, power)
            where[node] = np.argmax(score[node])
            top[node] = score[node, where[node]]
    while True:
        node = int(np.argmax(top))
        if top[node] <= 0:
            return
        r = int(where[node])
        leg, _ = best_place(p, s, r, node)
        insert(p, s, r, leg, node)
        top[node] = 0
        for other in range(nodes):
            if s.route[other] >= 0 or (score[other, r] == 0 and where[other] != r):
                continue
            score[other, r] = _score(p, s, r, other, power)
            where[other] = np.argmax(score[other])
            top[other] = score[other, where[other]]


@compiled
def _score(p: Problem, s: State, r: int, node: int, power: int) -> float:
    """Gain x (1 / time)^(power / 8) of the cheapest insertion; 0 where none fits or pays."""
    leg, extra = best_place(p, s, r, node)
    gain = p.worth[node] - p.cost * extra
    if power == LENIENT:
        gain = p.worth[node] - p.cost * extra // 3
    if leg < 0 or gain <= 0:
        return 0.0
    root = sqrt(sqrt(sqrt(1.0 / max(1, extra + p.service[node]))))
    found = float(gain)
    for _ in range(power):
        found *= root
    return found


@compiled
def _radial(s: State, near: Ints, centre: int, wanted: int, removed: Ints) -> int:
    """The visited stops nearest to a centre, whatever their route."""
    n = 0
    if s.route[centre] >= 0:
        removed[0] = centre
        n = 1
    for node in near[centre]:
        if n == wanted or node < 0:
            break
        if s.route[node] >= 0:
            removed[n] = node
            n += 1
    return n


@compiled
def _strings(s: State, near: Ints, rng: Ints, centre: int, wanted: int, removed: Ints) -> int:
    """Runs of consecutive stops from up to three routes that pass near a centre."""
    n, runs = 0, 0
    for k in range(-1, near.shape[1]):
        node = centre if k < 0 else near[centre, k]
        if n == wanted or runs == 3 or node < 0:
            break
        r = s.route[node]
        if r < 0:
            continue
        known = False
        for i in range(n):
            known = known or s.route[removed[i]] == r
        if known:
            continue
        length = min(1 + draw(rng, wanted - n), s.visits[r])
        at = 1
        while s.stops[r, at] != node:
            at += 1
        first = max(1, min(at - draw(rng, length), s.visits[r] - length + 1))
        for i in range(first, first + length):
            removed[n] = s.stops[r, i]
            n += 1
        runs += 1
    return n


@compiled
def _touched(
    p: Problem, s: State, rng: Ints, centre: int, removed: Ints, n: int, touched: Ints
) -> int:
    """The routes that lose stops, and now and then one more that might take some."""
    m = 0
    for i in range(n):
        r = s.route[removed[i]]
        known = False
        for j in range(m):
            known = known or touched[j] == r
        if not known:
            touched[m] = r
            m += 1
    if n == 0 or draw(rng, 8) == 0:
        r = draw(rng, len(p.home))
        known = not p.fits[centre, r]
        for j in range(m):
            known = known or touched[j] == r
        if not known:
            touched[m] = r
            m += 1
    return m


@compiled
def _take_out(p: Problem, s: State, removed: Ints, n: int, touched: Ints, m: int) -> bool:
    """Remove the stops; False if a route does not hold without them (odd travel times)."""
    for i in range(n):
        s.route[removed[i]] = -1
    holds = True
    for j in range(m):
        r = touched[j]
        kept = 0
        for k in range(1, s.visits[r] + 1):
            node = s.stops[r, k]
            if s.route[node] == r:
                kept += 1
                s.stops[r, kept] = node
        s.stops[r, kept + 1] = p.home[r]
        s.visits[r] = kept
        holds = refresh(p, s, r) and holds
    return holds


@compiled
def _pool(s: State, near: Ints, centre: int, removed: Ints, n: int, mark: Ints, pool: Ints) -> int:
    """The removed, and the unvisited nearest to each of them and to the centre."""
    mark[0] += 1
    stamp, size = mark[0], 0
    for i in range(n):
        pool[size] = removed[i]
        mark[1 + removed[i]] = stamp
        size += 1
    for i in range(n + 1):
        node = centre if i == n else removed[i]
        taken = 0
        if i == n and s.route[node] < 0 and mark[1 + node] != stamp and size < _POOL:
            mark[1 + node] = stamp
            pool[size] = node
            size += 1
        for other in near[node]:
            if other < 0 or taken == _PER_REMOVED or size == _POOL:
                break
            if s.route[other] < 0:
                taken += 1
                if mark[1 + other] != stamp:
                    mark[1 + other] = stamp
                    pool[size] = other
                    size += 1
    return size


@compiled
def _put_in(
    p: Problem,
    s: State,
    rng: Ints,
    pool: Ints,
    size: int,
    touched: Ints,
    m: int,
    score: NDArray[np.float64],
) -> None:
    """Greedy insertion of the pool into the touched routes, a little noise in the ranking."""
    power = draw(rng, LENIENT + 1)
    for j in range(m):
        _rank(p, s, rng, pool, size, touched[j], score[j], power)
    while True:
        best, where, which = 0.0, -1, -1
        for j in range(m):
            for i in range(size):
                if score[j, i] > best:
                    best, where, which = score[j, i], j, i
        if where < 0:
            return
        r, node = touched[where], pool[which]
        leg, _ = best_place(p, s, r, node)
        insert(p, s, r, leg, node)
        size -= 1
        pool[which] = pool[size]
        for j in range(m):
            score[j, which] = score[j, size]
        _rank(p, s, rng, pool, size, r, score[where], power)


@compiled
def _rank(
    p: Problem,
    s: State,
    rng: Ints,
    pool: Ints,
    size: int,
    r: int,
    score: NDArray[np.float64],
    power: int,
) -> None:
    for i in range(size):
        found = _score(p, s, r, pool[i], power)
        score[i] = found * (0.9 + 0.0002 * draw(rng, 1000)) if found > 0 else 0.0


@compiled
def _keep(of: State, to: State) -> None:
    to.stops[:] = of.stops
    to.visits[:] = of.visits
    to.route[:] = of.route


@compiled
def improve(
    p: Problem,
    s: State,
    best: State,
    worths: Ints,
    near: Ints,
    centres: Ints,
    mark: Ints,
    rng: Ints,
    heat: float,
    rounds: int,
) -> None:
    """`rounds` rounds from the plan `s`; `worths` holds its value and the best's, kept up to date.

    `near[node]` lists other candidate nodes, nearest first, -1 padded; `centres` the candidates
    worth looking at; `mark` is scratch of one more than the nodes; a worse plan is accepted if it
    loses less than `heat` x an exponential draw (annealing).
    """
    removed, pool = np.zeros(LARGEST, np.int64), np.zeros(_POOL, np.int64)
    touched, score = np.zeros(_ROUTES, np.int64), np.zeros((_ROUTES, _POOL))
    width = s.stops.shape[1]
    old, counts = np.zeros((_ROUTES, width), np.int64), np.zeros(_ROUTES, np.int64)
    for _ in range(rounds):
        centre = centres[draw(rng, len(centres))]
        wanted = 3 + draw(rng, LARGEST - 2)
        if draw(rng, 2) == 0:
            n = _radial(s, near, centre, wanted, removed)
        else:
            n = _strings(s, near, rng, centre, wanted, removed)
        m = _touched(p, s, rng, centre, removed, n, touched)
        before = 0
        for j in range(m):
            old[j], counts[j] = s.stops[touched[j]], s.visits[touched[j]]
            before += _worth_of(p, s, touched[j])
        holds = _take_out(p, s, removed, n, touched, m)
        after = -(1 << 60)
        if holds:
            size = _pool(s, near, centre, removed, n, mark, pool)
            _put_in(p, s, rng, pool, size, touched, m, score)
            after = 0
            for j in range(m):
                after += _worth_of(p, s, touched[j])
        if after - before >= -heat * EXPONENTIAL[draw(rng, _TABLE)]:
            worths[0] += after - before
            if worths[0] > worths[1]:
                worths[1] = worths[0]
                _keep(s, best)
        else:
            _undo(p, s, touched, m, old, counts)


@compiled
def _worth_of(p: Problem, s: State, r: int) -> int:
    total = 0
    if s.visits[r] > 0:
        for k in range(s.visits[r] + 1):
            total += p.worth[s.stops[r, k + 1]]
            total -= p.cost * int(p.travel[s.stops[r, k], s.stops[r, k + 1]])
    return total


@compiled
def _undo(p: Problem, s: State, touched: Ints, m: int, old: Ints, counts: Ints) -> None:
    for j in range(m):
        r = touched[j]
        for k in range(1, s.visits[r] + 1):
            s.route[s.stops[r, k]] = -1
    for j in range(m):
        r = touched[j]
        s.stops[r], s.visits[r] = old[j], counts[j]
        for k in range(1, s.visits[r] + 1):
            s.route[s.stops[r, k]] = r
        refresh(p, s, r)
