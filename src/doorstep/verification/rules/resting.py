"""When a contact point is left alone for a while, and when it may be tried again.

Ringing a telephone that nobody answers teaches nothing and disturbs somebody. Wrong points rest
for good; they are not in this rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from doorstep.verification.types import PointOutcome, PointState, PointStatus

UNANSWERED = 5
WITHIN_DAYS = 7
REST_DAYS = 10
DEAD_REST_DAYS = 30
DEAD = 3

_O = PointOutcome
_SILENT = frozenset({_O.NO_ANSWER, _O.VOICEMAIL, _O.BUSY, _O.UNREACHABLE, _O.NOBODY_HOME})


def rest_until(outcomes: Iterable[tuple[date, PointOutcome]], as_of: date) -> date | None:
    """The first day a point may be tried again, or None if it need not rest.

    `outcomes` are (local day, outcome) oldest first. Five silent attempts within the last seven
    days, none of them after somebody answered, rest it for ten days; three *number not
    reachable* in a row rest it for thirty.

    >>> d = date(2026, 11, 24)
    >>> rest_until([(d, PointOutcome.NO_ANSWER)] * 5, d)
    datetime.date(2026, 12, 4)
    >>> rest_until([(d, PointOutcome.NO_ANSWER)] * 4 + [(d, PointOutcome.ANSWERED)], d) is None
    True
    """
    silent: list[date] = []
    dead: list[date] = []
    for day, outcome in outcomes:
        if day > as_of:
            continue
        if outcome not in _SILENT:
            silent, dead = [], []
            continue
        silent.append(day)
        dead = [*dead, day] if outcome is _O.UNREACHABLE else []
    if len(dead) >= DEAD:
        return dead[-1] + timedelta(days=DEAD_REST_DAYS)
    recent = [d for d in silent if (as_of - d).days < WITHIN_DAYS]
    return recent[-1] + timedelta(days=REST_DAYS) if len(recent) >= UNANSWERED else None


def rested(state: PointState, until: date) -> PointState:
    """The point put to rest; a wrong one stays wrong.

    >>> rested(PointState(PointStatus.VERIFIED, 70), date(2026, 12, 4)).status
    <PointStatus.RESTING: 'resting'>
    """
    if state.status is PointStatus.WRONG:
        return state
    return replace(state, status=PointStatus.RESTING, rest_until=until)


def woken(state: PointState, as_of: date, *, proven: bool) -> PointState:
    """A resting point whose rest is over is what it was: verified if it still counts as `proven`.

    A rest without an end (somebody asked us to stop) never ends by itself.

    >>> resting = PointState(PointStatus.RESTING, 40, None, date(2026, 12, 4))
    >>> woken(resting, date(2026, 12, 4), proven=False).status
    <PointStatus.UNVERIFIED: 'unverified'>
    """
    if state.status is not PointStatus.RESTING or (state.rest_until or date.max) > as_of:
        return state
    back = PointStatus.VERIFIED if proven else PointStatus.UNVERIFIED
    return replace(state, status=back, rest_until=None)
