"""Money for a borrower over REST: once, in whole units, and only one's own."""

from __future__ import annotations

import json

import pytest

from doorstep.book.models import BookEvent
from doorstep.book.tests import files as f
from doorstep.people.api import create_token
from doorstep.people.models import Organisation
from doorstep.people.types import UserRole

LI, SECOND = "LOAN-10001", "LOAN-10003"
BODY = {
    "borrower_id": "B1", "payment_id": "API-1", "on": "2026-11-20", "amount": 110_000,
    "currency": "CNY",
}  # fmt: skip


def events(kind="payment"):
    return list(BookEvent.objects.filter(kind=kind))


@pytest.fixture
def call(bank_book, client):
    def send(path, body, *, of="bluebay", role=UserRole.MANAGER, key=""):
        token = create_token(Organisation.objects.get(code=of), name="t", role=role, at=f.AT)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    return send


def test_over_rest_it_is_recorded_once_and_taken_back(call):
    first = call("/borrower-payments", BODY, key="k1")
    assert first.status_code == 201, first.content
    assert first.json()["shares"] == [
        {"payment_id": "API-1:1", "loan_id": SECOND, "amount": 103_000,
         "grounds": [{"why": "due", "amount": 103_000}]},
        {"payment_id": "API-1:2", "loan_id": LI, "amount": 7_000,
         "grounds": [{"why": "due", "amount": 7_000}]},
    ]  # fmt: skip
    assert call("/borrower-payments", BODY, key="k1").json() == first.json()
    again = call("/borrower-payments", BODY)
    assert (again.status_code, again.json()["shares"]) == (200, first.json()["shares"])
    assert call("/borrower-payments", {**BODY, "amount": 5}).status_code == 409
    assert call("/payments", {**_single(), "payment_id": "API-1"}).status_code == 409
    back = {"reversal_id": "R-1", "payment_id": "API-1", "on": "2026-11-21"}
    assert call("/borrower-reversals", back).status_code == 201
    assert call("/borrower-reversals", back).status_code == 200
    assert call("/borrower-reversals", {**back, "reversal_id": "R-2"}).status_code == 409
    assert (len(events()), len(events("reversal"))) == (2, 2)


def _single():
    return {"loan_id": LI, "on": "2026-11-20", "amount": 100, "currency": "CNY"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"borrower_id": "NONE"}, 404),
        ({"loans": ["NONE"]}, 404),
        ({"lender": "pine"}, 404),
        ({"amount": 0}, 422),
        ({"amount": "5"}, 422),
        ({"currency": "USD"}, 422),
        ({"on": "2199-01-01"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_over_rest_what_is_no_payment_leaves_nothing(call, change, status):
    answer = call("/borrower-payments", {**BODY, **change})
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert events() == []


def test_over_rest_only_ones_own(call):
    mine = {**BODY, "lender": "bluebay"}
    assert call("/borrower-payments", mine, of="pine").status_code == 404
    assert call("/borrower-payments", BODY, of="pine").status_code == 404
    assert call("/borrower-payments", mine, role=UserRole.ANALYST).status_code == 403
    assert events() == []
    assert call("/borrower-payments", mine, of="doorway").status_code == 201
