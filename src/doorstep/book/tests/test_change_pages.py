"""The page of a loan's changes and its REST operations: look first, then record; only one's own."""

from __future__ import annotations

import json
import re

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent
from doorstep.book.tests import files as f
from doorstep.book.tests.test_loan_changes import person
from doorstep.kernel import clock
from doorstep.people.api import create_token
from doorstep.people.models import Organisation, User
from doorstep.people.types import UserRole

PAGE = "/loans/bluebay/L1/changes/"


@pytest.fixture
def pages(take, client, monkeypatch):
    take()
    api.run_ageing(f.AT.date(), f.AT)
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    for name, organisation, role in (
        ("mo", "bluebay", UserRole.MANAGER),
        ("ming", "bluebay", UserRole.MANAGER),
        ("desk", "bluebay", UserRole.DESK),
        ("ana2", "bluebay", UserRole.ANALYST),
        ("other", "pine", UserRole.MANAGER),
    ):
        person(name, organisation, role)

    def sign_in(name):
        client.force_login(User.objects.get(username=name))
        return client

    return sign_in


def text(answer):
    return answer.content.decode()


def sent(client, kind, **given):
    page = text(client.get(f"{PAGE}?do={kind}"))
    key = re.search(r'name="change_id" value="([^"]+)"', page)[1]
    return {"change_id": key, "on": "2026-11-24", "reason": "agreed by phone", **given}


def test_a_waiver_is_looked_at_then_recorded_once(pages):
    client = pages("mo")
    data = sent(client, "waiver", amount="15.00", component="fees")
    looked = text(client.post(f"{PAGE}?do=waiver", data))
    assert "1,045.00" in looked, "before"
    assert "1,030.00" in looked, "after"
    assert not BookEvent.objects.exists()
    for _ in range(2):  # a second click on the same button
        answer = client.post(f"{PAGE}?do=waiver", {**data, "record": "1"})
        assert answer["Location"] == PAGE
    assert BookEvent.objects.get().amount == 1500
    history = text(client.get(PAGE))
    assert "agreed by phone" in history
    assert "mo" in history


def test_what_the_book_refuses_stands_at_its_field(pages):
    client = pages("mo")
    for field, given in (
        ("amount", {"amount": "15.01", "component": "fees"}),
        ("amount", {"amount": "much"}),
        ("on", {"on": "2026-12-24"}),
        ("reason", {"reason": ""}),
    ):
        answer = client.post(f"{PAGE}?do=waiver", sent(client, "waiver", **given))
        assert answer.status_code == 400
        assert f'id="id_{field}_error"' in text(answer), field
    assert not BookEvent.objects.exists()


def test_a_large_waiver_is_signed_by_a_second_person_on_the_page(pages):
    client = pages("mo")
    data = sent(client, "waiver", amount="800", component="principal")
    assert "second person" in text(client.post(f"{PAGE}?do=waiver", data))
    client.post(f"{PAGE}?do=waiver", {**data, "record": "1"})
    page = text(client.get(PAGE))
    assert "one more signature" in page
    assert "/signed" not in page, "who proposed it cannot sign it a second time"
    client = pages("ming")
    sign = re.search(r'action="(/loans/changes/\d+/signed)"', text(client.get(PAGE)))[1]
    pages("other")
    assert client.post(sign).status_code == 404
    pages("desk")
    assert client.post(sign).status_code == 403
    pages("ming")
    assert client.post(sign)["Location"] == PAGE
    assert BookEvent.objects.get().data["signed"] == ["mo", "ming"]
    assert "one more signature" not in text(client.get(PAGE))


def test_a_proposal_can_be_turned_down(pages):
    client = pages("mo")
    data = sent(client, "waiver", amount="800", component="principal")
    client.post(f"{PAGE}?do=waiver", {**data, "record": "1"})
    turn = re.search(r'action="(/loans/changes/\d+/withdrawn)"', text(client.get(PAGE)))[1]
    client.post(turn)
    assert "one more signature" not in text(client.get(PAGE))
    assert not BookEvent.objects.exists()


def test_each_sees_the_forms_of_what_they_may_do(pages):
    def offered(name):
        return set(re.findall(r'href="\?do=([a-z_]+)"', text(pages(name).get(PAGE))))

    assert offered("desk") == {"pause", "resume", "dispute"}
    assert offered("ana2") == set()
    assert "write_off" in offered("mo")
    client = pages("desk")
    assert "<form" not in text(client.get(f"{PAGE}?do=waiver")).split("<main")[1]
    assert pages("other").get(PAGE).status_code == 404


def test_every_kind_has_a_form_and_its_choices_fit(pages):
    client = pages("mo")
    for kind in re.findall(r'href="\?do=([a-z_]+)"', text(client.get(PAGE))):
        assert client.get(f"{PAGE}?do={kind}").status_code == 200
    data = sent(client, "dispute", target="i:2")
    client.post(f"{PAGE}?do=dispute", {**data, "record": "1"})
    assert BookEvent.objects.get(kind="dispute").data["instalment"] == 2
    data = sent(client, "reversal", target="c:C1")
    client.post(f"{PAGE}?do=reversal", {**data, "record": "1"})
    assert BookEvent.objects.get(kind="reversal").data["charge_id"] == "C1"
    assert "c:C1" not in text(client.get(f"{PAGE}?do=reversal"))


@pytest.fixture
def call(take, client, monkeypatch):
    take()
    api.run_ageing(f.AT.date(), f.AT)
    monkeypatch.setattr(clock, "now", lambda: f.AT)

    def send(path, body=None, *, of="bluebay", role=UserRole.MANAGER, key=""):
        token = create_token(Organisation.objects.get(code=of), name="t", role=role, at=f.AT)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        return client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    return send


WAIVER = {
    "loan_id": "L1",
    "change_id": "W-1",
    "kind": "waiver",
    "on": "2026-11-24",
    "amount": 1500,
    "component": "fees",
    "reason": "agreed by phone",
}


def test_a_change_over_rest_counts_once_and_is_listed(call):
    first = call("/changes", WAIVER, key="k1")
    assert first.status_code == 201, first.content
    assert call("/changes", WAIVER, key="k1").json() == first.json()
    assert call("/changes", WAIVER).status_code == 200
    assert call("/changes", {**WAIVER, "amount": 5}).status_code == 409
    (listed,) = call("/changes?loan_id=L1").json()
    assert (listed["change_id"], listed["reason"]) == ("W-1", "agreed by phone")
    assert BookEvent.objects.count() == 1


def test_a_change_over_rest_is_refused_with_a_reason(call):
    assert call("/changes", {**WAIVER, "amount": 1501}).status_code == 422
    assert call("/changes", {**WAIVER, "reason": ""}).status_code == 422
    assert call("/changes", {**WAIVER, "kind": "gift"}).status_code == 422
    assert call("/changes", {**WAIVER, "loan_id": "L7"}).status_code == 404
    assert call("/changes", WAIVER, role=UserRole.DESK).status_code == 403
    assert call("/changes", {**WAIVER, "lender": "bluebay"}, of="pine").status_code == 404
    assert call("/changes?loan_id=L1&lender=bluebay", of="pine").status_code == 404
    assert not BookEvent.objects.exists()


def test_a_token_proposes_and_never_signs(call):
    big = {**WAIVER, "amount": 80000, "component": "principal"}
    answer = call("/changes", big)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    (listed,) = call("/changes?loan_id=L1").json()
    assert (listed["state"], listed["signed"]) == ("waiting", [])
