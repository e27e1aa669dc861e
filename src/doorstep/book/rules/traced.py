"""The trace of a replay in words: what each payment met, and the days penalty interest ran."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.types import PaidPart, PenaltyDays
from doorstep.kernel.money import COMPONENTS

_EPOCH = date(1970, 1, 1)


def paid_parts(r: Results) -> dict[int, list[PaidPart]]:
    """By event: what it settled of which instalment, of a single loan."""
    found: dict[int, list[PaidPart]] = defaultdict(list)
    for e, i, component, amount, _, ahead in _entries(r):
        if e >= 0:
            found[e].append(PaidPart(i + 1, COMPONENTS[component], amount, bool(ahead)))
    return found


def penalty_days(f: Facts, r: Results) -> list[PenaltyDays]:
    """The stretches on which penalty interest ran on one base at one rate, of a single loan."""
    unit = f.penalties[c.P_UNIT]
    since: dict[int, int] = {}
    found: list[PenaltyDays] = []
    wait = 0 if f.penalties[c.P_FROM_DUE] else f.penalties[c.P_GRACE]
    for e, i, day, base, step, rate in _entries(r):
        if e >= 0 or step == 0:
            continue
        start = since.get(i, f.due[i] + wait)
        since[i] = day
        if not base:
            continue
        days, each = _days_and_rate(step, rate, day - start, unit)
        last = next((p for p in reversed(found) if p.number == i + 1), None)
        new = PenaltyDays(i + 1, _day(start), _day(day), days, base, each)
        if last and (last.until, last.base, last.rate) == (new.since, base, each):
            found.remove(last)
            new = PenaltyDays(i + 1, last.since, new.until, last.days + days, base, each)
        found.append(new)
    return sorted(found, key=lambda p: (p.number, p.since))


def _days_and_rate(step: int, rate: int, most: int, unit: int) -> tuple[int, Fraction]:
    """How many days a stretch counted, and what each cost. Where the rate changed within a grace
    that was then missed, the days have its mean, so that the sum stays exact."""
    if rate and step % rate == 0 and step // rate <= most:
        return step // rate, Fraction(rate, unit)
    return max(most, 1), Fraction(step, unit * max(most, 1))


def _day(day: int) -> date:
    return _EPOCH + timedelta(days=int(day))


def _entries(r: Results) -> Iterator[list[int]]:
    trace = [int(x) for x in r.trace]
    for at in range(0, len(trace), c.TRACE):
        yield trace[at : at + c.TRACE]
