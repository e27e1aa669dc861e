"""Cases, facts and promises as other folders see them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
