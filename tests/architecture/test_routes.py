"""Every route says who may open it, and holds to it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from doorstep.people.guard import PUBLIC
from doorstep.people.types import ROLE_PERMISSIONS, Permission, UserRole
from tests.architecture.routes import API_OWN, fill, operations, pages
from tests.cast import people_of_the_cast

PAGES = pages()
OPERATIONS = operations()
GUARDED = [p for p in PAGES if p.permission != PUBLIC]


def test_there_are_routes_to_look_at():
    assert len(PAGES) > 10
    assert len(OPERATIONS) > 3


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.path)
def test_a_page_names_its_permission_or_says_it_is_public(page):
    assert isinstance(page.permission, Permission) or page.permission == PUBLIC, (
        f"{page.path}: decorate the view with @needs(Permission.…) or @public"
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.path)
def test_an_operation_of_the_api_names_its_permission(operation):
    assert isinstance(operation.permission, Permission), (
        f"{operation.path}: put @token_needs(Permission.…) below the router's decorator"
    )


@pytest.fixture
def clients(db):
    """One signed-in client for each role, and one of nobody."""
    people_of_the_cast()
    users = {"manager": "min", "desk": "dan", "field": "fei", "compliance": "chen"}
    found = {None: Client()}
    for role in UserRole:
        name = users.get(role.value, "ana")
        found[role] = Client()
        found[role].force_login(get_user_model().objects.get(username=name))
    return found


def answers(client, path):
    """The status of a GET and of an empty POST; 405 says nothing and is left out."""
    both = [client.get(fill(path)), client.post(fill(path))]
    return [a for a in both if a.status_code != 405]


def test_nobody_opens_a_guarded_page_without_signing_in(clients):
    for page in GUARDED:
        found = answers(clients[None], page.path)
        assert found, page.path
        for answer in found:
            assert answer.status_code == 302, page.path
            assert answer.url.startswith(f"/{settings.LOGIN_URL}/?next="), page.path


def test_a_role_without_the_permission_is_refused_everywhere(clients):
    for page in GUARDED:
        for role in UserRole:
            if page.permission in ROLE_PERMISSIONS[role]:
                continue
            found = [a.status_code for a in answers(clients[role], page.path)]
            assert set(found) == {403}, f"{role} {page.path}"


def test_the_api_refuses_whoever_has_no_token():
    for operation in OPERATIONS:
        answer = getattr(Client(), operation.method)(fill(operation.path))
        assert answer.status_code == 401, operation.path
    assert {"openapi-json", "api-root"} == API_OWN
