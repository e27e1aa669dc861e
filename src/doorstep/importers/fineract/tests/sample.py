"""Loans as Fineract writes them (`associations=all`), invented, as the test wants them."""

from __future__ import annotations

import copy
from typing import Any

CNY = {"code": "CNY", "name": "Chinese Yuan", "decimalPlaces": 2, "displaySymbol": "¥"}


def day(text: str) -> list[int]:
    return [int(part) for part in text.split("-")]


def period(number: int, due: str, principal: float, interest: float, **more: Any) -> dict[str, Any]:
    return {
        "period": number,
        "fromDate": day("2026-07-01"),
        "dueDate": day(due),
        "complete": False,
        "principalOriginalDue": principal,
        "principalDue": principal,
        "principalPaid": 0.0,
        "interestDue": interest,
        "interestWaived": 0.0,
        "feeChargesDue": 0.0,
        "penaltyChargesDue": 0.0,
        **more,
    }


def moved(number: int, kind: int, on: str, amount: float, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": {"id": kind, "code": f"loanTransactionType.{kind}", "repayment": kind == 2},
        "date": day(on),
        "currency": CNY,
        "amount": amount,
        "manuallyReversed": False,
        **more,
    }


def charge(number: int, due: str | None, amount: float, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "chargeId": 5,
        "name": "snooze fee",
        "dueDate": day(due) if due else None,
        "amount": amount,
        "amountWaived": 0.0,
        "penalty": False,
        **more,
    }


_LOAN: dict[str, Any] = {
    "id": 71,
    "accountNo": "000000071",
    "externalId": "95174ff9",
    "status": {"id": 300, "code": "loanStatusType.active", "active": True},
    "clientId": 9,
    "clientName": "李娜",
    "loanProductId": 3,
    "loanProductName": "Cash 3",
    "loanType": {"id": 1, "code": "accountType.individual"},
    "currency": CNY,
    "principal": 3000.0,
    "timeline": {
        "submittedOnDate": day("2026-06-28"),
        "actualDisbursementDate": day("2026-07-01"),
        "expectedMaturityDate": day("2026-10-01"),
    },
    "summary": {
        "currency": CNY,
        "principalDisbursed": 3000.0,
        "principalOutstanding": 2000.0,
        "interestOutstanding": 60.5,
        "feeChargesOutstanding": 15.0,
        "penaltyChargesOutstanding": 7.25,
        "totalOutstanding": 2082.75,
    },
    "repaymentSchedule": {
        "currency": CNY,
        "periods": [
            {"dueDate": day("2026-07-01"), "principalDisbursed": 3000.0, "feeChargesDue": 0.0},
            period(1, "2026-08-01", 1000.0, 30.25),
            period(2, "2026-09-01", 1000.0, 30.25, feeChargesDue=15.0, penaltyChargesDue=7.25),
            period(3, "2026-10-01", 1000.0, 30.25),
        ],
    },
    "transactions": [
        moved(1, 1, "2026-07-01", 3000.0),
        moved(2, 10, "2026-08-01", 30.25),
        moved(3, 2, "2026-08-01", 1030.25),
        moved(4, 2, "2026-08-20", 500.0, manuallyReversed=True, reversedOnDate=day("2026-08-22")),
    ],
    "charges": [
        charge(11, "2026-08-15", 15.0),
        charge(12, "2026-08-20", 7.25, penalty=True),
    ],
}


def loan(**change: Any) -> dict[str, Any]:
    """The sample loan, with some of its fields replaced; None takes one out."""
    found = {**copy.deepcopy(_LOAN), **copy.deepcopy(change)}
    return {k: v for k, v in found.items() if v is not None}
