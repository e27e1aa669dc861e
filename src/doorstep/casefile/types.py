"""Cases, facts and promises as other folders see them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from doorstep.kernel.money import Money


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class FactKind(StrEnum):
    """What a timeline can hold. A fact is never changed; a correction is a later fact."""

    CASE_OPENED = "case_opened"
    CASE_ESCALATED = "case_escalated"
    CASE_EASED = "case_eased"
    CASE_CLOSED = "case_closed"
    CASE_ASSIGNED = "case_assigned"
    BALANCE = "balance"
    PAYMENT = "payment"
    PAYMENT_REVERSED = "payment_reversed"
    CORRECTION = "correction"
    POINT_ADDED = "point_added"
    POINT_OUTCOME = "point_outcome"
    POINT_REVEALED = "point_revealed"
    RIGHT_PARTY = "right_party"
    DECISION = "decision"
    VERDICT = "verdict"
    CALL = "call"
    MESSAGE = "message"
    MESSAGE_IN = "message_in"
    VISIT_PLANNED = "visit_planned"
    VISIT = "visit"
    REASON = "reason"
    NOTE = "note"
    CALL_BACK = "call_back"
    BUDGET = "budget"
    ARRANGEMENT = "arrangement"
    ARRANGEMENT_ENDED = "arrangement_ended"
    PROMISE = "promise"
    PROMISE_RESULT = "promise_result"
    STOP_RAISED = "stop_raised"
    STOP_LIFTED = "stop_lifted"


class PromiseStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class ArrearsReason(StrEnum):
    """Why it was not paid, as heard from the borrower (a field of calls and visits alike)."""

    FORGOT = "forgot"
    LOST_JOB = "lost_job"
    INCOME_FELL = "income_fell"
    ILLNESS = "illness"
    FAMILY = "family"
    BUSINESS = "business"
    OVERINDEBTED = "overindebted"
    DISPUTE = "dispute"
    TECHNICAL = "technical"
    UNWILLING = "unwilling"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CaseView:
    """One borrower of one lender with at least one loan in arrears. Amounts in minor units."""

    id: UUID
    lender_id: int
    agency_id: int | None
    mandate_id: int | None
    borrower_id: str
    status: CaseStatus
    bucket: str
    dpd: int
    arrears: int
    payoff: int
    currency: str
    opened_on: date
    closed_on: date | None
    language: str
    country: str
    region: str
    zone: str
    assigned_to: UUID | None
    reference: str


@dataclass(frozen=True, slots=True)
class FactView:
    id: int
    case_id: UUID
    kind: FactKind
    at: datetime
    by: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PromiseSaid:
    """A promise as heard on the phone or at the door, before it is recorded."""

    amount: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class VisitAsked:
    """A borrower's own wish to be visited, as heard on the phone or at the door. `on` None: on any
    day. A day that was missed is still asked for a fortnight later; then it was forgotten."""

    on: date | None = None

    def last_day(self, said_on: date) -> date:
        """The last day on which a visit is the one that was asked for.

        >>> VisitAsked(date(2026, 11, 26)).last_day(date(2026, 11, 24))
        datetime.date(2026, 12, 10)
        """
        return (self.on or said_on) + timedelta(days=14)

    def problem(self, said_on: date) -> str:
        """`past` or `too_far` (more than 30 days ahead) for a day that cannot be; else empty."""
        if self.on is None or said_on <= self.on <= said_on + timedelta(days=30):
            return ""
        return "past" if self.on < said_on else "too_far"

    def told(self) -> str:
        """How the fact of the call or visit says it: an ISO date, or `any`."""
        return self.on.isoformat() if self.on else "any"

    @classmethod
    def read(cls, told: str) -> VisitAsked:
        return cls(None if told == "any" else date.fromisoformat(told))


@dataclass(frozen=True, slots=True)
class PromiseView:
    """`amount` in minor units is due by the end of `due_on`; money from `made_at` on counts."""

    id: UUID
    case_id: UUID
    amount: int
    currency: str
    due_on: date
    made_at: datetime
    status: PromiseStatus
    source: str
    arrangement_id: UUID | None
    number: int
    received: int
