"""When nothing is wished, whatever a treatment would like."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from doorstep.strategy.types import CaseFacts, HoldCode, Reason


def hold(facts: CaseFacts, as_of: date) -> tuple[Reason, date] | None:
    """The reason for silence and the day to look again, or None.

    In this order: a stop is on; a promise is open (its own day is not a hold: a reminder may be
    wished then, and nothing else); a call-back is agreed for a later day. A promise past its day
    waits for follow-up to settle it from the money, so nobody is chased who has paid.
    """
    if facts.stops:
        return Reason(HoldCode.STOP, {"stop": facts.stops[0]}), as_of + timedelta(days=7)
    if facts.promise_due is not None and facts.promise_due > as_of:
        due = facts.promise_due
        return Reason(HoldCode.PROMISE_OPEN, {"due": due.isoformat()}), due + timedelta(days=1)
    if facts.promise_due is not None and facts.promise_due < as_of:
        due = facts.promise_due
        return Reason(HoldCode.PROMISE_GRACE, {"due": due.isoformat()}), as_of + timedelta(days=1)
    back = call_back_day(facts)
    if back is not None and back > as_of:
        return Reason(HoldCode.CALL_BACK, {"on": back.isoformat()}), back
    return None


def call_back_day(facts: CaseFacts) -> date | None:
    """The borrower's own day of an agreed call-back."""
    if facts.call_back_at is None:
        return None
    return facts.call_back_at.astimezone(ZoneInfo(facts.zone or "UTC")).date()
