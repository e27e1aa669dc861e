"""Payments and loans over REST: once, in whole units, and only one's own."""

from __future__ import annotations

import json

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent
from doorstep.book.tests import files as f
from doorstep.people.api import create_token
from doorstep.people.models import Organisation
from doorstep.people.types import UserRole

PAYMENT = {
    "loan_id": "L1",
    "payment_id": "API-1",
    "on": "2026-11-20",
    "amount": 103000,
    "currency": "CNY",
}


@pytest.fixture
def call(take, client):
    take()
    api.run_ageing(f.AT.date(), f.AT)

    def send(path, body=None, *, of="bluebay", role=UserRole.MANAGER, key=""):
        token = create_token(Organisation.objects.get(code=of), name="t", role=role, at=f.AT)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        return client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    return send


def test_a_payment_is_recorded_once_however_often_it_is_sent(call):
    first = call("/payments", PAYMENT, key="k1")
    assert first.status_code == 201, first.content
    assert call("/payments", PAYMENT, key="k1").json() == first.json()
    again = call("/payments", PAYMENT, key="k2")
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert call("/payments", PAYMENT).status_code == 200
    assert BookEvent.objects.count() == 1


def test_the_same_id_or_key_for_something_else_is_refused(call):
    call("/payments", PAYMENT, key="k1")
    other = {**PAYMENT, "amount": 5}
    assert call("/payments", other).status_code == 409
    assert call("/payments", {**other, "payment_id": "API-2"}, key="k1").status_code == 422
    assert BookEvent.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 10.5},
        {"amount": "100"},
        {"amount": 10**14},
        {"currency": "cny"},
        {"currency": "USD"},
        {"payment_id": ""},
        {"payment_id": "a\x00b"},
        {"on": "20.11.2026"},
        {"on": "2199-01-01"},
        {"on": "0026-11-20"},
        {"colour": "red"},
    ],
)
def test_what_is_no_payment_is_422_and_nothing_is_written(call, change):
    answer = call("/payments", {**PAYMENT, **change})
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not BookEvent.objects.exists()


def test_a_reversal_takes_it_back(call):
    call("/payments", PAYMENT)
    body = {"reversal_id": "R-1", "payment_id": "API-1", "on": "2026-11-21", "why": "bounced"}
    assert call("/reversals", body).status_code == 201
    assert call("/reversals", body).status_code == 200
    assert call("/reversals", {**body, "reversal_id": "R-2"}).status_code == 409
    payments = call("/loans/bluebay/L1?as_of=2026-11-24").json()["payments"]
    assert [(p["payment_id"], p["reversed"]) for p in payments] == [
        ("PAY1", False),
        ("API-1", True),
    ]


def test_loans_come_page_by_page_and_one_by_one(call):
    page = call("/loans?limit=2").json()
    assert [x["loan_id"] for x in page["items"]] == ["L1", "L2"]
    rest = call("/loans?limit=2&after_lender={after_lender}&after_loan={after_loan}".format(
        **page["next"])).json()  # fmt: skip
    assert [x["status"] for x in rest["items"]] == ["unaged"]
    assert rest["next"] is None
    one = call("/loans/bluebay/L1?as_of=2026-11-24").json()
    assert one["loan"]["due"] == page["items"][0]["due"]
    assert [i["outstanding"] for i in one["instalments"]] == [0, 103000, 104500]


def test_another_lender_and_a_role_without_money_get_nothing(call):
    assert call("/loans", of="pine").json()["items"] == []
    assert call("/loans/bluebay/L1", of="pine").status_code == 404
    answer = call("/payments", {**PAYMENT, "lender": "bluebay"}, of="pine")
    assert answer.status_code == 404
    assert call("/payments", {**PAYMENT, "loan_id": "NONE"}).status_code == 404
    assert call("/payments", PAYMENT, role=UserRole.ANALYST).status_code == 403
    agency = call("/payments", {**PAYMENT, "lender": "bluebay"}, of="doorway")
    assert agency.status_code == 201
