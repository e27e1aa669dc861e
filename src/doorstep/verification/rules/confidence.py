"""What an outcome does to a contact point's status and confidence.

One table, so that it can be read and argued with. A proof (the right person answered, was found
home, or the point was confirmed on paper) sets the confidence; a hint moves it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from doorstep.verification.types import PointOutcome, PointState, PointStatus, RightParty

FRESH_DAYS = 180
"""A confirmation older than this no longer makes an imported point verified."""

_O = PointOutcome
_PROVES = {_O.RIGHT_PARTY: 95, _O.CONFIRMED: 80, _O.FOUND_HOME: 90}
_DISPROVES = frozenset({_O.WRONG_PARTY, _O.MOVED, _O.BOUNCED})
_MOVES = {
    _O.ANSWERED: 5,
    _O.DELIVERED: 3,
    _O.BUSY: 0,
    _O.VOICEMAIL: -1,
    _O.NO_ANSWER: -4,
    _O.NOBODY_HOME: -4,
    _O.UNREACHABLE: -20,
}

_BY_BASIS = {"contract": 60, "application": 55, "consent": 60, "statement": 45, "employer": 40}


def first(confirmed_on: date | None, basis: str, as_of: date) -> PointState:
    """The state of a point that a lender just gave us.

    Verified only if the lender says when it was last confirmed and that is not long ago (nor in
    the future); otherwise unverified, with a confidence by its basis.

    >>> first(date(2026, 9, 1), "contract", date(2026, 11, 24)).status
    <PointStatus.VERIFIED: 'verified'>
    >>> first(None, "contract", date(2026, 11, 24)).status
    <PointStatus.UNVERIFIED: 'unverified'>
    """
    if confirmed_on is not None and 0 <= (as_of - confirmed_on).days <= FRESH_DAYS:
        return PointState(PointStatus.VERIFIED, 75, confirmed_on)
    return PointState(PointStatus.UNVERIFIED, _BY_BASIS.get(basis.lower(), 35), confirmed_on)


def after(state: PointState, outcome: PointOutcome, on: date) -> PointState:
    """The state after an outcome on a local day.

    A wrong point stays wrong whatever follows, except that a confirmation on paper or the right
    person proven at it corrects our own mistake. Asking to stop rests the point for good.

    >>> s = PointState(PointStatus.UNVERIFIED, 50)
    >>> after(s, PointOutcome.RIGHT_PARTY, date(2026, 11, 24)).status
    <PointStatus.VERIFIED: 'verified'>
    >>> after(s, PointOutcome.NO_ANSWER, date(2026, 11, 24)).confidence
    46
    """
    if outcome in _PROVES:
        return PointState(
            PointStatus.VERIFIED, max(_PROVES[outcome], _kept(state)), confirmed_on=on
        )
    if outcome in _DISPROVES or state.status is PointStatus.WRONG:
        return PointState(PointStatus.WRONG, 0, state.confirmed_on)
    if outcome is _O.ASKED_TO_STOP:
        return replace(state, status=PointStatus.RESTING, rest_until=None)
    moved = min(100, max(1, state.confidence + _MOVES[outcome]))
    return replace(state, confidence=moved)


def of_right_party(result: RightParty) -> PointOutcome:
    """What a right-party check says about the point it was made at: refusing to answer or being
    unsure says only that somebody answered.

    >>> of_right_party(RightParty.REFUSED)
    <PointOutcome.ANSWERED: 'answered'>
    """
    if result is RightParty.RIGHT_PARTY:
        return PointOutcome.RIGHT_PARTY
    return PointOutcome.WRONG_PARTY if result is RightParty.WRONG_PARTY else PointOutcome.ANSWERED


def _kept(state: PointState) -> int:
    return 0 if state.status is PointStatus.WRONG else state.confidence
