"""What the outcome of a visit may say, and what it means to those who count and learn."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from doorstep.compliance.types import AttemptResult
from doorstep.field.types import DoorOutcome, VisitOutcome
from doorstep.kernel.actions import Purpose
from doorstep.verification.types import PointOutcome, RightParty

_O = DoorOutcome
ATTEMPTS = {
    _O.MET: AttemptResult.MET,
    _O.REFUSED: AttemptResult.REFUSED,
    _O.ASKED_TO_LEAVE: AttemptResult.REFUSED,
    _O.NOBODY_HOME: AttemptResult.NOBODY_HOME,
    _O.THIRD_PARTY: AttemptResult.NOBODY_HOME,
    _O.MINOR_ONLY: AttemptResult.NOBODY_HOME,
    _O.WRONG_PERSON: AttemptResult.ANSWERED,
    _O.MOVED: AttemptResult.FAILED,
    _O.NOT_FOUND: AttemptResult.FAILED,
    _O.UNSAFE: AttemptResult.FAILED,
}
"""How the gate counts each. A child or a relative at the door is nobody we may talk to."""

POINTS = {
    _O.MET: PointOutcome.ANSWERED,
    _O.REFUSED: PointOutcome.ANSWERED,
    _O.ASKED_TO_LEAVE: PointOutcome.ANSWERED,
    _O.NOBODY_HOME: PointOutcome.NOBODY_HOME,
    _O.THIRD_PARTY: PointOutcome.NOBODY_HOME,
    _O.MINOR_ONLY: PointOutcome.NOBODY_HOME,
    _O.WRONG_PERSON: PointOutcome.WRONG_PARTY,
    _O.MOVED: PointOutcome.MOVED,
    _O.NOT_FOUND: PointOutcome.UNREACHABLE,
}
"""What each says of the address, where the right-party check does not say more."""

SPOKEN = frozenset({_O.MET, _O.REFUSED, _O.ASKED_TO_LEAVE, _O.WRONG_PERSON})
LATE = timedelta(hours=2)
"""A visit told of this long after its clearance ended is flagged."""


def problems(
    said: VisitOutcome, purpose: Purpose, day_of_visit: str, zone: str, at: datetime
) -> dict[str, str]:
    """What is wrong with an outcome, as field → code; empty when it can be recorded at `at`.

    A visit is judged at the time it happened, which lies on its day, by the clock at the door, and
    never ahead. A promise or a reason needs the right person met in a talk about the debt.

    >>> from datetime import UTC
    >>> then = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    >>> late = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    >>> said = VisitOutcome(DoorOutcome.NOBODY_HOME, then)
    >>> problems(said, Purpose.COLLECT, "2026-11-24", "Asia/Shanghai", late)
    {}
    >>> problems(said, Purpose.COLLECT, "2026-11-25", "Asia/Shanghai", late)
    {'happened_at': 'other_day'}
    """
    found = {**_time(said, day_of_visit, zone, at), **_party(said)}
    proven = said.right_party == RightParty.RIGHT_PARTY
    debt = said.outcome is _O.MET and proven and purpose is not Purpose.VERIFY
    code = "verify_only" if purpose is Purpose.VERIFY else "needs_right_party"
    if said.promise is not None and not debt:
        found["promise"] = code
    if said.reason is not None and not debt:
        found["reason"] = code
    return found | _visit(said, proven, zone)


def _visit(said: VisitOutcome, proven: bool, zone: str) -> dict[str, str]:
    """Another visit is asked for by the right person, in a talk, for a day from that one on."""
    if said.visit is None:
        return {}
    if said.outcome is not _O.MET or not proven:
        return {"visit": "needs_right_party"}
    code = said.visit.problem(said.happened_at.astimezone(ZoneInfo(zone or "UTC")).date())
    return {"visit_on": f"day_{code}"} if code else {}


def _time(said: VisitOutcome, day_of_visit: str, zone: str, at: datetime) -> dict[str, str]:
    if said.happened_at > at:
        return {"happened_at": "future"}
    day = said.happened_at.astimezone(ZoneInfo(zone or "UTC")).date()
    return {} if day.isoformat() == day_of_visit else {"happened_at": "other_day"}


def _party(said: VisitOutcome) -> dict[str, str]:
    if said.outcome is _O.MET and not said.right_party:
        return {"right_party": "required"}
    if said.right_party and said.outcome not in SPOKEN:
        return {"right_party": "nobody_spoke"}
    if said.outcome is _O.WRONG_PERSON and said.right_party == RightParty.RIGHT_PARTY:
        return {"right_party": "contradiction"}
    return {}


def party_said(said: VisitOutcome) -> str:
    """The right-party word of a fact: somebody else at the door is not the borrower."""
    return said.right_party or ("wrong_party" if said.outcome is _O.WRONG_PERSON else "")


def flag(until: datetime | None, happened_at: datetime) -> str:
    """`not_begun`: nobody asked the gate at the door; `late`: long after the clearance ended."""
    if until is None:
        return "not_begun"
    return "late" if happened_at > until + LATE else ""
