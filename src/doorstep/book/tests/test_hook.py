"""The signed webhook: only who knows the secret, only now, only once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent, HookSecret
from doorstep.book.money import secrets
from doorstep.kernel import clock
from doorstep.people.types import SYSTEM

PAYMENT = {
    "loan_id": "LOAN-10001",
    "payment_id": "WX-1",
    "on": "2026-11-20",
    "amount": 5_000,
    "currency": "CNY",
    "channel": "wechat",
}
BODY = {"payments": [PAYMENT]}


@pytest.fixture
def secret(bank_book):
    return secrets.make("bluebay", "provider", at=clock.now())


def call(client, secret, body=None, *, lender="bluebay", late=0, delivery="d-1", signature=None):
    text = json.dumps(BODY if body is None else body)
    sent = str(int(clock.now().timestamp()) - late)
    signed = f"{sent}.{delivery}.{text}".encode()
    made = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return client.post(
        f"/api/v1/hooks/payments/{lender}",
        text,
        content_type="application/json",
        headers={
            "Doorstep-Timestamp": sent,
            "Doorstep-Delivery": delivery,
            "Doorstep-Signature": f"v1={made}" if signature is None else signature,
        },
    )


def test_a_signed_call_records_money_once(client, secret):
    first = call(client, secret)
    assert first.status_code == 200, first.content
    assert first.json()["receipts"][0]["created"]
    assert call(client, secret).json() == first.json()
    again = call(client, secret, delivery="d-2").json()["receipts"][0]
    assert not again["created"]
    assert BookEvent.objects.count() == 1
    assert BookEvent.objects.get().channel == "wechat"


def test_a_delivery_is_not_used_for_something_else(client, secret):
    call(client, secret)
    other = {"payments": [{**PAYMENT, "payment_id": "WX-2"}]}
    assert call(client, secret, other).status_code == 422
    assert BookEvent.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"late": 400},
        {"late": -400},
        {"signature": "v1=00"},
        {"signature": ""},
        {"lender": "pine"},
        {"lender": "nobody"},
        {"delivery": ""},
    ],
)
def test_whoever_did_not_sign_it_now_for_this_lender_gets_nothing(client, secret, wrong):
    answer = call(client, secret, **wrong)
    assert answer.status_code == 401, answer.content
    assert not BookEvent.objects.exists()


def test_a_body_changed_on_its_way_is_refused(client, secret):
    text = json.dumps(BODY)
    sent = str(int(clock.now().timestamp()))
    made = hmac.new(secret.encode(), f"{sent}.d.{text}".encode(), hashlib.sha256).hexdigest()
    headers = {"Doorstep-Timestamp": sent, "Doorstep-Delivery": "d",
               "Doorstep-Signature": f"v1={made}"}  # fmt: skip
    path, kind = "/api/v1/hooks/payments/bluebay", "application/json"
    changed = text.replace("5000", "9000")
    assert client.post(path, changed, content_type=kind, headers=headers).status_code == 401
    assert client.post(path, text, content_type=kind, headers=headers).status_code == 200


def test_one_secret_takes_over_from_another(client, secret):
    at = clock.now()
    fresh = secrets.make("bluebay", "next", at=at)
    old = HookSecret.objects.get(name="provider").pk
    assert secrets.retire("bluebay", old, at=at, hours=24)
    assert call(client, secret).status_code == 200
    assert call(client, fresh, delivery="d-2").status_code == 200
    HookSecret.objects.filter(pk=old).update(retires_at=at - timedelta(seconds=1))
    assert call(client, secret, delivery="d-3").status_code == 401
    assert call(client, fresh, delivery="d-4").status_code == 200
    assert [r["name"] for r in secrets.listed("bluebay", at=at)] == ["next"]
    assert secret.encode() not in bytes(HookSecret.objects.get(pk=old).sealed)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"loan_id": "NONE"}, 404),
        ({"amount": 0}, 422),
        ({"currency": "USD"}, 422),
        ({"on": "2199-01-01"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_one_wrong_payment_leaves_none_of_a_call(client, secret, change, status):
    body = {"payments": [PAYMENT, {**PAYMENT, "payment_id": "WX-2", **change}]}
    assert call(client, secret, body).status_code == status
    assert not BookEvent.objects.exists()
    assert call(client, secret).status_code == 200, "the delivery's id is free again"


def test_a_reversal_comes_the_same_way(client, secret):
    call(client, secret)
    back = {"reversal_id": "R-1", "payment_id": "WX-1", "on": "2026-11-21", "why": "bounced"}
    assert call(client, secret, {"reversals": [back]}, delivery="d-2").status_code == 200
    state = api.loan_state(SYSTEM, "bluebay", "LOAN-10001",
                           clock.now().date())  # fmt: skip
    assert state.payments[-1].reversed


FOR_HER = {k: v for k, v in PAYMENT.items() if k != "loan_id"} | {"borrower_id": "B1"}


def test_money_for_a_borrower_is_divided_and_taken_back_whole(client, secret):
    body = {"payments": [{**FOR_HER, "amount": 110_000}, {**PAYMENT, "payment_id": "WX-2"}]}
    first = call(client, secret, body)
    assert first.status_code == 200, first.content
    receipts = [(r["payment_id"], r["loan_id"], r["amount"]) for r in first.json()["receipts"]]
    assert receipts == [
        ("WX-1:1", "LOAN-10003", 103_000), ("WX-1:2", "LOAN-10001", 7_000),
        ("WX-2", "LOAN-10001", 5_000),
    ]  # fmt: skip
    again = call(client, secret, body, delivery="d-2").json()["receipts"]
    assert not any(r["created"] for r in again)
    back = {"reversal_id": "R-1", "payment_id": "WX-1", "on": "2026-11-21", "why": "bounced"}
    assert call(client, secret, {"reversals": [back]}, delivery="d-3").status_code == 200
    gone = BookEvent.objects.filter(kind="reversal").order_by("external_id")
    assert [e.data["reverses"] for e in gone] == ["WX-1:1", "WX-1:2"]


@pytest.mark.parametrize(
    ("payment", "status"),
    [
        ({**FOR_HER, "loan_id": "LOAN-10001"}, 422),
        ({**PAYMENT, "loans": ["LOAN-10003"]}, 422),
        ({k: v for k, v in PAYMENT.items() if k != "loan_id"}, 422),
        ({**FOR_HER, "borrower_id": "NONE"}, 404),
        ({**FOR_HER, "loans": ["LOAN-10002"]}, 404),
    ],
)
def test_money_of_nobody_or_of_two_leaves_none_of_a_call(client, secret, payment, status):
    body = {"payments": [{**PAYMENT, "payment_id": "WX-0"}, payment]}
    assert call(client, secret, body).status_code == status
    assert not BookEvent.objects.exists()
