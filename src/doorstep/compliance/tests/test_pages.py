"""The gate's pages and its API: what each role sees, and that a stranger sees nothing."""

import json
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from tests.cast import case_of, manager, people_of_the_cast, stranger

from doorstep.care.api import stops_of
from doorstep.compliance import api
from doorstep.compliance.models import HousePolicy, StoredVerdict
from doorstep.compliance.near_misses import near_misses
from doorstep.compliance.reports import blocked_cases
from doorstep.compliance.tests.scene import a_day, phone_of
from doorstep.compliance.types import Denied
from doorstep.kernel import clock
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.people import api as people
from doorstep.people.models import User
from doorstep.people.types import SYSTEM, UserRole
from doorstep.strategy import api as strategy
from doorstep.verification import api as verification
from doorstep.verification.types import PointOutcome

ZONE = ZoneInfo(settings.HOME_ZONE)


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def today():
    return clock.today(settings.HOME_ZONE)


@pytest.fixture
def lina(cast, today):
    return a_day(cast, datetime.combine(today, time(9), ZONE))


@pytest.fixture
def as_(client):
    def sign_in(name):
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


def test_what_blocks_us_names_cause_remedy_and_cases(cast, lina, today):
    lines = {line.code: line for line in api.blocked_report(manager(cast), today)}
    assert {"point_unverified", "stopped", "lighter_first"} <= set(lines)
    assert lines["point_unverified"].cases == 1
    assert "verify" in lines["point_unverified"].remedy
    assert api.blocked_report(stranger(cast), today) == []
    counts = api.verdict_counts(manager(cast), today)
    assert sum(counts.values()) == StoredVerdict.objects.filter(stage="plan").count()


def test_a_case_without_a_usable_contact_point_blocks_us_too(cast, lina, today, as_):
    soundless = case_of(cast, "B-MUTE", dpd=40)
    resting = case_of(cast, "B-REST", dpd=40)
    six = datetime.combine(today, time(6), ZONE)
    point = UUID(phone_of(resting, six, "+8613900001111"))
    verification.record_outcome(SYSTEM, point, PointOutcome.WRONG_PARTY, at=six, by="dan")
    strategy.wish(today, datetime.combine(today, time(7), ZONE))
    lines = {line.code: line for line in api.blocked_report(manager(cast), today)}
    found = blocked_cases(manager(cast), today, "no_point")
    assert {soundless, resting} <= set(found)
    assert lina not in found
    assert lines["no_point"].cases == len(found)
    assert "ask the lender" in lines["no_point"].remedy
    assert api.blocked_report(stranger(cast), today) == []
    page = as_("chen").get("/blocked/?cause=no_point").content.decode()
    assert "No usable way to reach them" in page
    assert str(soundless) in page
    assert str(resting) in page
    assert str(lina) not in page


def test_the_blocked_page_lists_the_cases_of_a_cause(lina, as_):
    page = as_("chen").get("/blocked/?cause=stopped").content.decode()
    assert "A stop is in force" in page
    assert "C-B-SOO" in page
    assert as_("dan").get("/blocked/").status_code == 403


def test_a_verdict_page_says_why_in_words_with_the_source(lina, as_):
    row = StoredVerdict.objects.get(case_id=lina, kind="call")
    page = as_("chen").get(f"/verdicts/{row.pk}/").content.decode()
    assert "At most three conversations a day" in page
    assert "GB/T 45251-2025, section 5.3" in page
    assert as_("pia").get(f"/verdicts/{row.pk}/").status_code == 404
    chinese = as_("chen").get(f"/verdicts/{row.pk}/", headers={"accept-language": "zh-hans"})
    assert "每日有效通话不超过三次" in chinese.content.decode()


def test_the_case_page_shows_verdicts_and_stops(lina, as_):
    page = as_("min").get(f"/cases/{lina}/").content.decode()
    assert "What the gate said" in page
    assert f"/cases/{lina}/stops/" in page


def test_a_policy_is_proposed_by_one_and_signed_by_another(lina, as_, today):
    form = {
        "what": "HOUSE-VIS-02 least.CNY",
        "value": "30000",
        "reason": "a trial in two towns",
        "expires_on": (today + timedelta(days=14)).isoformat(),
    }
    assert as_("min").post("/policy/", form).status_code == 302
    policy = HousePolicy.objects.get()
    assert "Sign</button>" not in as_("min").get("/policy/").content.decode()
    assert "one more signature" in as_("chen").get("/policy/").content.decode()
    as_("chen").post(f"/policy/{policy.pk}/signatures")
    assert [p.value for p in api.loosened(SYSTEM, today)] == ["30000"]
    assert "House rules are loosened" in as_("min").get("/board/").content.decode()
    as_("min").post(f"/policy/{policy.pk}/end")
    assert api.loosened(SYSTEM, today) == []
    assert as_("dan").get("/policy/").status_code == 403
    wrong = as_("min").post("/policy/", {**form, "value": "much"})
    assert wrong.status_code == 400 or b"does not fit" in wrong.content


def test_a_stop_is_raised_by_the_desk_and_lifted_only_with_a_reason_by_others(lina, as_):
    url = f"/cases/{lina}/stops/"
    desk = as_("dan")
    assert desk.post(url, {"kind": "dispute", "note": "not mine"}).status_code == 302
    [stop] = stops_of(SYSTEM, [lina])[lina]
    assert "not mine" in desk.get(url).content.decode()
    assert desk.post(f"/stops/{stop.id}/lift", {"why": "ok"}).status_code == 403
    as_("chen").post(f"/stops/{stop.id}/lift", {"why": " "})
    assert lina in stops_of(SYSTEM, [lina])
    assert as_("pia").post(f"/stops/{stop.id}/lift", {"why": "ok"}).status_code == 404
    as_("chen").post(f"/stops/{stop.id}/lift", {"why": "proved to be theirs"})
    assert stops_of(SYSTEM, [lina]) == {}
    assert as_("pia").get(url).status_code == 404
    assert as_("ana").post(url, {"kind": "dispute"}).status_code == 403


@pytest.fixture
def call_api(client, cast):
    def call(method, path, body=None, *, organisation="doorway", role=UserRole.MANAGER):
        row = people.organisation(organisation)
        token = people.create_token(row, name="t", role=role, at=clock.now())
        return client.generic(
            method,
            f"/api/v1{path}",
            body and json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )

    return call


def test_the_api_gives_a_verdict_and_permits_nothing(lina, call_api, today):
    late = datetime.combine(today, time(22), ZONE).isoformat()
    point = phone_of(lina, clock.now() - timedelta(days=3))
    body = {"case_id": str(lina), "kind": "call", "point_id": point, "at": late}
    answer = call_api("POST", "/actions", body)
    assert answer.status_code == 201
    assert answer.json()["permitted"] is False
    assert "CN-TIME-02" in answer.json()["deciding"]
    again = call_api("GET", f"/verdicts/{answer.json()['id']}")
    assert again.json() == answer.json()
    assert len(call_api("GET", f"/cases/{lina}/verdicts").json()["items"]) >= 3
    for path in (f"/verdicts/{answer.json()['id']}", f"/cases/{lina}/verdicts"):
        assert call_api("GET", path, organisation="pine").status_code == 404
    assert call_api("POST", "/actions", body, organisation="pine").status_code == 404
    assert call_api("POST", "/actions", body, role=UserRole.DESK).status_code == 403


def test_a_stop_over_the_api_stops_at_once(lina, call_api):
    made = call_api("POST", f"/cases/{lina}/stops", {"kind": "hardship", "note": "ill"})
    assert made.status_code == 201
    assert "note" not in made.json()
    listed = call_api("GET", f"/cases/{lina}/stops").json()["items"]
    assert [s["kind"] for s in listed] == ["hardship"]
    assert call_api("POST", f"/cases/{lina}/stops", {"kind": "mood"}).status_code == 422
    elsewhere = call_api("POST", f"/cases/{lina}/stops", {"kind": "dispute"}, organisation="pine")
    assert elsewhere.status_code == 404


def test_near_misses_name_who_tried_when_and_against_which_rule(cast, lina, today, as_):
    night = datetime.combine(today, time(22, 30), ZONE)
    call = Action(ActionKind.CALL, lina, Recipient(point=phone_of(lina, night)), channel="phone")
    for minute in range(2):
        with pytest.raises(Denied):
            api.clear(manager(cast), call, at=night + timedelta(minutes=minute))
    found = near_misses(manager(cast), today - timedelta(days=1), today)
    assert found.total == 2
    assert found.hours[22] == 2
    assert dict(found.agents) == {manager(cast).name: 2}
    assert "CN-TIME-01" in {code for code, _title, _n in found.rules}
    assert len(found.newest) == 2
    assert near_misses(manager(cast), today, today, by="nobody").total == 0
    assert near_misses(stranger(cast), today - timedelta(days=1), today).total == 0
    page = as_("chen").get("/near-misses/?days=7").content.decode()
    assert "CN-TIME-01" in page
    assert as_("dan").get("/near-misses/").status_code == 403


def test_the_calendar_of_the_law_tells_what_begins(cast, as_, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda zone: date(2026, 11, 24))
    page = as_("chen").get("/law/").content.decode()
    assert "CN-TIME-02" in page, "began in January 2026"
    assert "IN27-" not in page, "the law of a country whose pack is not in use"
    assert as_("dan").get("/law/").status_code == 403
