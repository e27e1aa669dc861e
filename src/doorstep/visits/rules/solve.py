"""A plan for a week: greedy insertion, then ruin and recreate for as long as allowed.

The caller gives rounds (same seed, same plan) or a `spent` function that says what share of the
time is gone (anytime). Several starts run side by side without the interpreter's lock; the best
value wins, the lowest start number on a tie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
from numpy.typing import NDArray

from doorstep.visits.rules import route, travel
from doorstep.visits.rules.route import Ints, Problem, State
from doorstep.visits.rules.search import fill, improve
from doorstep.visits.types import Plan, PlannedRoute, Reason, Week, WindowEnd

_NEAR = 64
_STEPS = 100
_SLACK = 1.3
"""Candidates looked at in the search, as a multiple of the slots that could take them."""


def solve(
    week: Week,
    *,
    seed: int,
    rounds: int = 0,
    spent: Callable[[], float] | None = None,
    threads: int = 1,
) -> Plan:
    """Plan a week. `rounds` of search per start, or as many as fit until `spent()` reaches 1."""
    p = problem(week)
    centres = _worth_a_look(week, p)
    near = _neighbours(p, centres)

    def run(start: int) -> tuple[int, State]:
        rng = np.array([(seed * 1_000_003 + start * 7919) % 2147483646 + 1], dtype=np.int64)
        return _search(p, near, centres, rng, rounds, spent)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(run, range(max(1, threads))))
    best = max(range(len(found)), key=lambda k: (found[k][0], -k))
    return _plan(week, p, found[best][1])


def problem(week: Week) -> Problem:
    """The week as flat arrays. Zero or negative worth never fits any route."""
    crews, people = week.agents, week.candidates
    homes, routes = len(crews), [(c, d) for c in range(len(crews)) for d in range(week.days)]
    finish = week.window_end is WindowEnd.FINISH

    def per_route(pick: Callable[[int], int]) -> Ints:
        return np.array([pick(c) for c, _ in routes], dtype=np.int64)

    def per_node(values: list[int]) -> Ints:
        return np.array([0] * homes + values, dtype=np.int64)

    return Problem(
        travel=travel.seconds([c.home for c in crews] + [c.at for c in people], week.travel),
        opens=per_node([c.window[0] for c in people]),
        closes=per_node([c.window[1] - (c.service if finish else 0) for c in people]),
        service=per_node([c.service for c in people]),
        worth=per_node([c.worth for c in people]),
        cost=week.travel.cost_per_second,
        home=per_route(lambda c: c),
        starts=per_route(lambda c: crews[c].shift[0]),
        ends=per_route(lambda c: crews[c].shift[1]),
        lunch_from=per_route(lambda c: crews[c].lunch.window[0]),
        lunch_to=per_route(lambda c: crews[c].lunch.window[1]),
        lunch=per_route(lambda c: crews[c].lunch.length),
        most=per_route(lambda c: crews[c].max_visits),
        fits=_fits(week),
    )


def _fits(week: Week) -> NDArray[np.bool_]:
    homes, people = len(week.agents), week.candidates
    words = {w: k for k, w in enumerate(sorted({c.language for c in people}))}
    speaks = np.zeros((len(words), homes), dtype=np.bool_)
    for c, crew in enumerate(week.agents):
        for word in crew.languages:
            if word in words:
                speaks[words[word], c] = True
    day = np.zeros((len(people), week.days), dtype=np.bool_)
    for k, person in enumerate(people):
        if person.worth > 0:
            day[k, [d for d in person.days if 0 <= d < week.days]] = True
    said = speaks[[words[c.language] for c in people]] if people else speaks[:0]
    out = np.zeros((homes + len(people), homes * week.days), dtype=np.bool_)
    out[homes:] = (said[:, :, None] & day[:, None, :]).reshape(len(people), homes * week.days)
    return out


def _worth_a_look(week: Week, p: Problem) -> Ints:
    """Candidate nodes the search draws from: `_SLACK` times the slots, by worth and by rate.

    Filled crew-day by crew-day, each candidate counted where most room is left: where a language
    is scarce or few are open on a day, the others are not crowded out by doors nobody could take.
    """
    homes = len(week.agents)
    minutes = np.maximum(p.service + _way_in(p), 1)
    chosen: set[int] = set()
    for rank in (p.worth.astype(np.float64), p.worth / minutes):
        room = _SLACK * p.most.astype(np.float64) + 1
        for node in homes + np.argsort(-rank[homes:], kind="stable"):
            able = np.flatnonzero(p.fits[node])
            if len(able):
                best = able[np.argmax(room[able])]
                if room[best] > 0:
                    room[best] -= 1
                    chosen.add(int(node))
    return np.array(sorted(chosen), dtype=np.int64)


def _way_in(p: Problem) -> Ints:
    """Seconds from the nearest other node: the least that reaching a stop can cost."""
    out = np.empty(len(p.travel), dtype=np.int64)
    for node in range(len(out)):
        row = p.travel[node].astype(np.int64)
        row[node] = route.NEVER
        out[node] = row.min()
    return out


def _neighbours(p: Problem, centres: Ints) -> Ints:
    """For every candidate worth a look the nearest others of them, nearest first, -1 padded."""
    out = np.full((len(p.opens), _NEAR), -1, dtype=np.int64)
    for node in centres:
        row = p.travel[node, centres]
        order = centres[np.argsort(row, kind="stable")]
        order = order[order != node][:_NEAR]
        out[node, : len(order)] = order
    return out


def _search(
    p: Problem,
    near: Ints,
    centres: Ints,
    rng: Ints,
    rounds: int,
    spent: Callable[[], float] | None,
) -> tuple[int, State]:
    state, best = route.empty(p), route.empty(p)
    fill(p, state, 2)
    worths = np.full(2, route.value(p, state), dtype=np.int64)
    _copy(state, best)
    mark = np.zeros(len(p.opens) + 1, dtype=np.int64)
    mean = float(p.worth[centres].mean()) if len(centres) else 0.0
    done, size = 0, max(1, -(-rounds // _STEPS)) if spent is None else 200
    while len(centres):
        share = spent() if spent else (done / rounds if rounds > 0 else 1.0)
        if share >= 1:
            break
        size = size if spent else min(size, rounds - done)
        heat = mean * _heat(share)
        improve(p, state, best, worths, near, centres, mark, rng, heat, size)
        done += size
    for r in range(len(best.visits)):
        route.refresh(p, best, r)
    fill(p, best, 2)
    return route.value(p, best), best


def _heat(share: float) -> float:
    """From 0.08 of the mean worth down to nearly nothing, geometrically."""
    return 0.08 * cast(float, 0.01**share)


def _copy(of: State, to: State) -> None:
    for source, target in zip(of, to, strict=True):
        target[:] = source


def _plan(week: Week, p: Problem, s: State) -> Plan:
    homes = len(week.agents)
    routes = []
    for r in range(len(s.visits)):
        stops = tuple(week.candidates[n - homes].id for n in s.stops[r, 1 : s.visits[r] + 1])
        if stops:
            routes.append(PlannedRoute(week.agents[r // week.days].id, r % week.days, stops))
    return Plan(tuple(routes), int(route.value(p, s)), _why_not(week, p, s))


def _why_not(week: Week, p: Problem, s: State) -> Mapping[str, Reason]:
    homes, alone = len(week.agents), route.empty(p)
    spoken = {w for c in week.agents for w in c.languages}
    out = {}
    for k, person in enumerate(week.candidates):
        if s.route[homes + k] < 0:
            out[person.id] = _reason(week, p, alone, homes + k, person.language in spoken)
    return out


def _reason(week: Week, p: Problem, alone: State, node: int, spoken: bool) -> Reason:
    """The first thing that would have to change for this door to be visited."""
    person = week.candidates[node - len(week.agents)]
    if not week.agents:
        return Reason.NO_CREW
    if person.worth <= 0:
        return Reason.WORTH
    if not spoken:
        return Reason.LANGUAGE
    able = np.flatnonzero(p.fits[node])
    if not len(able):
        return Reason.NO_DAY
    trips = [route.best_place(p, alone, int(r), node) for r in able]
    fitting = [extra for leg, extra in trips if leg >= 0]
    if not fitting:
        return Reason.WINDOW
    return Reason.DAY_FULL if p.worth[node] > p.cost * min(fitting) else Reason.WORTH
