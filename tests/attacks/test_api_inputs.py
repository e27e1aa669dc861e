"""Input the API does not know is refused by its name, at every operation, in query and body."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from doorstep.book.money import secrets
from doorstep.kernel import clock
from doorstep.people import api as people
from doorstep.people.types import UserRole
from tests.architecture.routes import fill, operations
from tests.cast import NINE, people_of_the_cast

pytestmark = pytest.mark.django_db
OPERATIONS = operations()
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")


@pytest.fixture
def manager():
    people_of_the_cast()
    secret = people.create_token(
        people.organisation("doorway"), name="t", role=UserRole.MANAGER, at=NINE
    )
    client = Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)
    client.secret = secrets.make("bluebay", "provider", at=clock.now())
    return client


def described():
    """The query parameters of each operation, as the published description has them."""
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    return {
        (path, method): [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def ask(client, operation, query="", body=None):
    """Call an operation; where it wants its body signed, with a secret of the lender."""
    given, text = {}, json.dumps(body or {})
    if operation.method != "get":
        given = {"data": text, "content_type": "application/json"}
    if "/hooks/" in operation.path and hasattr(client, "secret"):
        sent = str(int(clock.now().timestamp()))
        made = hmac.new(client.secret.encode(), f"{sent}.d.{text}".encode(), hashlib.sha256)
        names = ("Timestamp", "Delivery", "Signature")
        values = (sent, "d", f"v1={made.hexdigest()}")
        given["headers"] = {f"Doorstep-{n}": v for n, v in zip(names, values, strict=True)}
    return getattr(client, operation.method)(fill(operation.path) + query, **given)


def refused(answer):
    """The fields a problem names."""
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {e["field"]: e["reason"] for e in answer.json()["errors"]}


@each
def test_a_query_parameter_nobody_knows_is_refused_by_its_name(manager, operation):
    fields = refused(ask(manager, operation, "?colour=red&Limit=5&limit[]=5"))
    assert set(fields) == {"query.colour", "query.Limit", "query.limit[]"}
    assert all(reason.startswith("unknown") for reason in fields.values())


def test_every_described_parameter_is_known(manager):
    """The twin: what the description names is never called unknown."""
    found = described()
    assert sum(map(len, found.values())) > 5
    for operation in OPERATIONS:
        path = re.sub(r"{\w+:", "{", operation.path)
        for name in found[path, operation.method]:
            answer = ask(manager, operation, f"?{name}=1")
            assert b"unknown; " not in answer.content, f"{operation.path}?{name}"


@each
def test_who_has_no_token_is_told_so_first(operation):
    assert ask(Client(), operation, "?colour=red").status_code == 401


@each
def test_a_key_nobody_knows_in_a_body_is_refused_by_its_name(manager, operation):
    if operation.method == "get":
        return
    fields = refused(ask(manager, operation, body={"colour": "red", "is_system": True}))
    names = {name.rpartition(".")[2] for name in fields}
    assert {"colour", "is_system"} <= names


@each
def test_a_signed_in_browser_is_nobody_to_the_api(operation):
    """Otherwise a page elsewhere could call it with the cookies of whoever looks at that page."""
    people_of_the_cast()
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="min"))
    assert ask(browser, operation).status_code == 401


@pytest.mark.parametrize(
    "said",
    ["", "Bearer", "Bearer ", "Basic bWluOng=", "Bearer dst_", "bearer null", "Bearer dst_\x00"],
)
def test_what_is_no_token_opens_nothing(db, said):
    people_of_the_cast()
    assert Client(headers={"authorization": said}).get("/api/v1/cases").status_code == 401
    assert Client().get(f"/api/v1/cases?authorization={said}&token={said}").status_code == 401


def test_a_token_whose_last_letter_is_another_is_none(db):
    people_of_the_cast()
    secret = people.create_token(
        people.organisation("doorway"), name="t", role=UserRole.MANAGER, at=NINE
    )
    for wrong in (secret[:-1], f"{secret}a", secret.swapcase(), f" {secret} x"):
        client = Client(headers={"authorization": f"Bearer {wrong}"})
        assert client.get("/api/v1/cases").status_code == 401
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/cases").json()
