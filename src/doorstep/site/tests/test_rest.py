import json
import re
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from ninja import Router
from tests import cast as the_cast
from tests.cast import DAY, NINE, case_of, people_of_the_cast

from doorstep.casefile import api as casefile
from doorstep.kernel.money import Money
from doorstep.people import api as people
from doorstep.people.models import ApiToken
from doorstep.people.types import UserRole

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people_of_the_cast()


def client(organisation="doorway", role=UserRole.ANALYST):
    secret = people.create_token(people.organisation(organisation), name="test", role=role, at=NINE)
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


def assert_problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_cases_come_page_by_page_and_each_once(cast):
    for n in range(7):
        case_of(cast, f"B-{n}", dpd=n)
    api = client()
    seen, after = [], ""
    while True:
        page = api.get(f"/api/v1/cases?limit=3{after}").json()
        seen += [c["reference"] for c in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == [f"C-B-{n}" for n in range(7)]


def test_one_case_with_timeline_and_promises(cast):
    case = case_of(cast)
    casefile.make_promise(
        case, amount=Money(900, "CNY"), due_on=DAY, at=NINE, by="dan", source="call"
    )
    api = client()
    assert api.get(f"/api/v1/cases/{case}").json()["arrears"] == 120_000
    kinds = [f["kind"] for f in api.get(f"/api/v1/cases/{case}/timeline").json()["items"]]
    assert kinds == ["promise", "case_opened"]
    assert api.get(f"/api/v1/cases/{case}/promises").json()["items"][0]["amount"] == 900


def test_another_lender_gets_nothing(cast):
    case = case_of(cast)
    api = client("pine")
    assert api.get("/api/v1/cases").json()["items"] == []
    for path in ("", "/timeline", "/promises"):
        assert_problem(api.get(f"/api/v1/cases/{case}{path}"), 404)


def test_every_refusal_is_a_problem_that_says_what_to_do(cast, monkeypatch):
    api = client()
    assert_problem(Client().get("/api/v1/cases"), 401)
    revoked = client()
    ApiToken.objects.order_by("-pk").filter(pk=ApiToken.objects.latest("pk").pk).update(
        revoked_at=NINE
    )
    assert_problem(revoked.get("/api/v1/cases"), 401)
    assert_problem(client(role=UserRole.FIELD).get("/api/v1/cases"), 403)
    assert_problem(api.get("/api/v1/nothing"), 404)
    assert_problem(api.get(f"/api/v1/cases/{uuid4()}"), 404)
    assert assert_problem(api.get("/api/v1/cases?limit=0"), 422)["errors"][0]["field"]
    refused = api.delete("/api/v1/cases")
    assert_problem(refused, 405)
    assert "GET" in refused["Allow"]

    def broken(*args, **kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr("doorstep.casefile.api.list_cases", broken)
    assert_problem(api.get("/api/v1/cases"), 500)


def test_the_description_is_published_with_its_errors():
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert {"401", "404", "422"} <= {str(k) for k in operation["responses"]}


def test_the_same_key_is_done_once_and_answers_the_same(cast):
    done = []

    def make():
        done.append(1)
        return 201, {"n": len(done)}

    viewer = the_cast.manager(cast)
    first = people.once(viewer, "k1", {"a": 1}, make, at=NINE)
    assert people.once(viewer, "k1", {"a": 1}, make, at=NINE) == first == (201, {"n": 1})
    assert people.once(the_cast.stranger(cast), "k1", {"a": 1}, make, at=NINE)[1] == {"n": 2}
    assert people.once(viewer, "", {"a": 1}, make, at=NINE)[1] == {"n": 3}
    with pytest.raises(people.KeyReusedError):
        people.once(viewer, "k1", {"a": 2}, make, at=NINE)


def test_a_failed_call_leaves_its_key_free(cast):
    viewer = the_cast.manager(cast)

    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError):
        people.once(viewer, "k", {"a": 1}, fail, at=NINE)
    assert people.once(viewer, "k", {"a": 1}, lambda: (200, {}), at=NINE) == (200, {})


def test_answers_are_forgotten_after_a_week(cast):
    viewer = the_cast.manager(cast)
    people.once(viewer, "k", {"a": 1}, lambda: (200, {}), at=NINE)
    assert people.forget_answers(at=the_cast.at(12)) == 0
    assert people.forget_answers(at=NINE + timedelta(days=7, seconds=1)) == 1


def test_health_tells_of_database_clock_and_day(monkeypatch):
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert answer.json()["last_day"] is None
    monkeypatch.setattr("doorstep.kernel.clock.now", lambda: NINE.replace(year=2020))
    ill = Client().get("/healthz")
    assert ill.status_code == 503
    assert "apart" in ill.json()["clock"]


def test_every_capability_with_a_router_is_in_the_api():
    published = Client().get("/api/v1/openapi.json").json()["paths"]
    for name in settings.CAPABILITIES:
        if find_spec(f"doorstep.{name}.rest"):
            router = import_module(f"doorstep.{name}.rest").router
            assert isinstance(router, Router)
            for path in router.path_operations:
                assert "/api/v1" + re.sub(r"\{\w+:", "{", path) in published
