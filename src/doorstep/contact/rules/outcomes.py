"""What the outcome of a call may say, and what it means to those who count and learn."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from doorstep.compliance.types import AttemptResult
from doorstep.contact.types import CallOutcome, CallResult
from doorstep.kernel.actions import Purpose
from doorstep.verification.types import PointOutcome, RightParty

_R = CallResult
ATTEMPTS = {
    _R.CONVERSATION: AttemptResult.CONVERSATION,
    _R.ANSWERED: AttemptResult.ANSWERED,
    _R.NO_ANSWER: AttemptResult.NO_ANSWER,
    _R.VOICEMAIL: AttemptResult.VOICEMAIL,
    _R.BUSY: AttemptResult.BUSY,
    _R.WRONG_NUMBER: AttemptResult.ANSWERED,
    _R.REFUSED: AttemptResult.REFUSED,
    _R.FAILED: AttemptResult.FAILED,
}
"""How the gate counts each result."""

POINTS = {
    _R.CONVERSATION: PointOutcome.ANSWERED,
    _R.ANSWERED: PointOutcome.ANSWERED,
    _R.NO_ANSWER: PointOutcome.NO_ANSWER,
    _R.VOICEMAIL: PointOutcome.VOICEMAIL,
    _R.BUSY: PointOutcome.BUSY,
    _R.WRONG_NUMBER: PointOutcome.WRONG_PARTY,
    _R.REFUSED: PointOutcome.ANSWERED,
    _R.FAILED: PointOutcome.UNREACHABLE,
}
"""What each result says of the number, where the right-party check does not say more."""

SPOKEN = frozenset({_R.CONVERSATION, _R.ANSWERED, _R.REFUSED, _R.WRONG_NUMBER})
"""Somebody was on the line."""
LATE = timedelta(hours=2)
"""An outcome recorded this long after its clearance ended is flagged."""


def problems(outcome: CallOutcome, purpose: Purpose, at: datetime) -> dict[str, str]:
    """What is wrong with an outcome, as field → code; empty when it can be recorded.

    A promise or a reason needs the right party proven in a conversation about the debt; a
    conversation needs the answer to *who was it*; a call back lies ahead.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    >>> problems(CallOutcome(CallResult.CONVERSATION), Purpose.COLLECT, now)
    {'right_party': 'required'}
    >>> problems(CallOutcome(CallResult.NO_ANSWER), Purpose.COLLECT, now)
    {}
    """
    found: dict[str, str] = {}
    proven = outcome.right_party == RightParty.RIGHT_PARTY
    if outcome.result is _R.CONVERSATION and not outcome.right_party:
        found["right_party"] = "required"
    if outcome.right_party and outcome.result not in SPOKEN:
        found["right_party"] = "nobody_spoke"
    if outcome.result is _R.WRONG_NUMBER and proven:
        found["right_party"] = "contradiction"
    debt = outcome.result is _R.CONVERSATION and proven and purpose is not Purpose.VERIFY
    if outcome.promise is not None and not debt:
        found["promise"] = "verify_only" if purpose is Purpose.VERIFY else "needs_right_party"
    if outcome.reason is not None and not debt:
        found["reason"] = "verify_only" if purpose is Purpose.VERIFY else "needs_right_party"
    if outcome.call_back_at is not None and outcome.call_back_at <= at:
        found["call_back_at"] = "past"
    return found


def visit_problems(outcome: CallOutcome, today: date, *, borrower: bool) -> dict[str, str]:
    """What is wrong with a visit asked for, as field → code: only the borrower, known to be the
    one on the line, asks us to come, and for a day from `today` (by their clock) on.

    >>> from doorstep.casefile.types import VisitAsked
    >>> asked = CallOutcome(CallResult.CONVERSATION, "right_party", visit=VisitAsked())
    >>> visit_problems(asked, date(2026, 11, 24), borrower=True)
    {}
    """
    if outcome.visit is None:
        return {}
    talked = outcome.result is _R.CONVERSATION and outcome.right_party == RightParty.RIGHT_PARTY
    if not talked:
        return {"visit": "needs_right_party"}
    if not borrower:
        return {"visit": "not_borrower"}
    code = outcome.visit.problem(today)
    return {"visit_on": f"day_{code}"} if code else {}


def flag(cleared_until: datetime | None, at: datetime) -> str:
    """`unreserved`: nobody asked the gate; `late`: recorded long after the clearance ended."""
    if cleared_until is None:
        return "unreserved"
    return "late" if at > cleared_until + LATE else ""
