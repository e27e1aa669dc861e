"""The forms of schedule and rates: the old and the new instalments side by side, then recorded."""

from __future__ import annotations

import json
import re

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent
from doorstep.book.tests import files as f
from doorstep.book.tests.test_change_pages import text
from doorstep.book.tests.test_changed_schedules import LOANS, MONEY
from doorstep.book.tests.test_loan_changes import person
from doorstep.kernel import clock
from doorstep.people.api import create_token
from doorstep.people.models import Organisation, User
from doorstep.people.types import UserRole

PAGE = "/loans/bluebay/T1/changes/"


@pytest.fixture
def pages(take, client, monkeypatch):
    take(loans=LOANS, payments=MONEY)
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    for name in ("mo", "ming"):
        person(name, "bluebay")

    def sign_in(name):
        client.force_login(User.objects.get(username=name))
        return client

    return sign_in


def sent(client, kind, **given):
    page = text(client.get(f"{PAGE}?do={kind}"))
    key = re.search(r'name="change_id" value="([^"]+)"', page)[1]
    return {"change_id": key, "on": "2026-10-10", "reason": "agreed in writing", **given}


def test_a_rescheduling_shows_both_schedules_before_it_is_recorded(pages):
    client = pages("mo")
    data = sent(client, "reschedule", holiday="2", arrears="moved")
    looked = text(client.post(f"{PAGE}?do=reschedule", data))
    assert "The instalments before and after" in looked
    assert "31 Oct 2026" in looked, "an old due day"
    assert "31 Mar 2027" in looked, "a new one"
    assert "Interest of the whole loan" in looked
    assert not BookEvent.objects.exists()
    client.post(f"{PAGE}?do=reschedule", {**data, "record": "1"})
    assert BookEvent.objects.get().data["holiday"] == 2
    page = text(client.get(PAGE))
    assert "put off by 2 instalments" in page
    statement = text(client.get("/loans/bluebay/T1/statement/?on=2026-11-24"))
    assert "The loan was rescheduled" in statement
    assert "is part of the new instalments" in statement


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("reamortise", {"instalments": "8", "arrears": "moved"}, {"instalments": 8}),
        ("rate_change", {"rate_percent": "9.5"}, {"rate_percent": "9.5"}),
        (
            "reschedule",
            {"first_due": "2026-12-10", "unit": "weeks", "every": "2", "instalments": "9",
             "arrears": "kept"},
            {"first_due": "2026-12-10", "unit": "weeks", "every": 2, "arrears": "kept"},
        ),
    ],
)  # fmt: skip
def test_every_form_records_what_was_filled_in(pages, kind, given, kept):
    client = pages("mo")
    client.post(f"{PAGE}?do={kind}", {**sent(client, kind, **given), "record": "1"})
    assert kept.items() <= BookEvent.objects.get().data.items()
    assert client.get(PAGE).status_code == 200


def test_a_drawdown_of_a_line_takes_two_where_it_gives_up_the_rest(pages):
    client = pages("mo")
    data = sent(client, "disbursement", amount="2000", on="2026-07-31")
    assert "second person signs" in text(client.post(f"{PAGE}?do=disbursement", data))


def test_a_penalty_rate_is_typed_in_per_cent_and_kept_exactly(pages):
    client = pages("mo")
    data = sent(client, "penalty_rate", rate="0.05", on="2026-11-24")
    looked = text(client.post(f"{PAGE}?do=penalty_rate", data))
    assert "This costs the borrower more" in looked
    client.post(f"{PAGE}?do=penalty_rate", {**data, "record": "1"})
    page = text(client.get(PAGE))
    assert "0.05 % a day" in page
    client = pages("ming")
    client.post(re.search(r'action="(/loans/changes/\d+/signed)"', text(client.get(PAGE)))[1])
    assert BookEvent.objects.get().data["rate"] == "1/2000"
    statement = text(client.get("/loans/bluebay/T1/statement/?on=2026-11-24"))
    assert "0.05 % a day from this day" in statement


@pytest.mark.parametrize(
    ("kind", "field", "given"),
    [
        ("reschedule", "first_due", {}),
        ("reschedule", "first_due", {"first_due": "2026-10-01"}),
        ("reschedule", "due_day", {"due_day": "40"}),
        ("rate_change", "rate_percent", {"rate_percent": "a lot"}),
        ("rate_change", "on", {"rate_percent": "13"}),
        ("penalty_rate", "rate", {"rate": "much"}),
        ("penalty_rate", "rate", {"rate": ""}),
        ("disbursement", "amount", {"amount": ""}),
    ],
)
def test_what_the_book_refuses_stands_at_its_field(pages, kind, field, given):
    client = pages("mo")
    answer = client.post(f"{PAGE}?do={kind}", sent(client, kind, **given))
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in text(answer)
    assert not BookEvent.objects.exists()


def test_a_rescheduling_over_rest_counts_once_and_tells_its_terms(pages, client):
    token = create_token(
        Organisation.objects.get(code="bluebay"), name="t", role=UserRole.MANAGER, at=f.AT
    )
    headers = {"Authorization": f"Bearer {token}"}
    body = {"loan_id": "L1", "change_id": "R-1", "kind": "reschedule", "on": "2026-11-20",
            "rate_percent": "0", "instalments": 12, "first_due": "2026-12-10", "unit": "months",
            "reason": "agreed in writing"}  # fmt: skip

    def post(given):
        return client.post(
            "/api/v1/changes", json.dumps(given), content_type="application/json", headers=headers
        )

    first = post(body)
    assert first.status_code == 201, first.content
    assert post(body).status_code == 200
    assert post({**body, "instalments": 13}).status_code == 409
    assert post({**body, "change_id": "R-2", "unit": "moons"}).status_code == 422
    wrong = post({**body, "change_id": "R-3", "rate_percent": "-"})
    assert wrong.status_code == 422
    (listed,) = client.get("/api/v1/changes?loan_id=L1", headers=headers).json()
    assert listed["terms"] == {
        "first_due": "2026-12-10", "instalments": 12, "unit": "months", "rate_percent": "0",
    }  # fmt: skip
    due = api.loan_state(person("ana", "bluebay"), "bluebay", "L1", f.AT.date()).loan.due
    assert (due["principal"], due["interest"], due["fees"]) == (0, 0, 1500)
