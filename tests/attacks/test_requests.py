"""Requests from elsewhere: forged by another page, leading to another site, asking for more."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from doorstep.kernel import sealed
from doorstep.people.types import UserRole
from tests.architecture import scope_world
from tests.architecture.routes import fill, pages
from tests.architecture.test_scope import KEYS, rows
from tests.cast import PASSWORD, people_of_the_cast

pytestmark = pytest.mark.django_db
PAGES = pages()
HERE = "http://testserver"


@pytest.fixture
def world(db):
    scope_world.seal_all()
    default_storage.save(scope_world.MARK, ContentFile(sealed.seal("")))
    yield scope_world.build()
    default_storage.delete(scope_world.MARK)


def user(name="min"):
    return get_user_model().objects.get(username=name)


def signed_in(name="min", **how):
    client = Client(**how)
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def known(world):
    """The world's rows for the arguments of a path; what it has no row of gets an example."""
    return {name: str(world.pk(label)) for name, label in KEYS.items() if label in world.rows}


# --- forged by another page ----------------------------------------------------------------------


def test_a_post_without_its_token_is_refused_on_every_route_and_changes_nothing(world):
    """A manager's browser, and a form on somebody else's page."""
    browser, before = signed_in(enforce_csrf_checks=True), rows(world)
    right = {"csrfmiddlewaretoken": token_of(browser)}
    for page in PAGES:
        path = fill(page.path, known(world))
        assert browser.post(path).status_code == 403, path
        away = browser.post(path, right, headers={"origin": "https://evil.example"})
        assert away.status_code == 403, path
    assert rows(world) == before
    assert browser.get("/cases/").status_code == 200, "still signed in"


def test_only_the_pages_own_token_in_its_own_place_counts(world):
    browser, path = signed_in(enforce_csrf_checks=True), f"/cases/{world.case.pk}/stops/"
    token = token_of(browser)
    right = {"csrfmiddlewaretoken": token}
    for form, headers, address in (
        ({"csrfmiddlewaretoken": "x" * 64}, {}, path),
        ({}, {"x-csrftoken": "x" * 64}, path),
        ({}, {}, f"{path}?csrfmiddlewaretoken={token}"),
        (right, {"origin": "null"}, path),
        (right, {"origin": "http://testserver.evil.example"}, path),
        (right, {"origin": "http://testserver:8080"}, path),
    ):
        assert browser.post(address, form, headers=headers).status_code == 403, (form, headers)
    assert browser.post(path, right, headers={"origin": HERE}).status_code != 403
    assert browser.post(path, headers={"x-csrftoken": token}).status_code != 403


def test_with_its_token_the_same_post_is_let_through(world):
    """The twin: without it the test above would pass on pages that refuse everything."""
    browser = signed_in(enforce_csrf_checks=True, raise_request_exception=False)
    form = {"csrfmiddlewaretoken": token_of(browser)}
    for page in PAGES:
        if page.name != "sign-out":
            path = fill(page.path, known(world))
            answer = browser.post(path, form, headers={"origin": HERE})
            assert answer.status_code != 403, path


def token_of(browser):
    browser.get("/cases/")
    return browser.cookies["csrftoken"].value


def test_looking_changes_nothing(world):
    """An address in an image or a link is opened with the reader's cookies: it must only show."""
    before = rows(world)
    for name in ("min", "fei"):
        browser = signed_in(name)
        for page in PAGES:
            browser.get(fill(page.path, known(world)))
    assert rows(world) == before


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/people/user/add/"])
def test_the_admin_wants_its_token_too(db, path):
    people_of_the_cast()
    get_user_model().objects.filter(username="min").update(is_staff=True, is_superuser=True)
    browser = signed_in(enforce_csrf_checks=True)
    assert browser.post(path, {"username": "eve"}).status_code == 403


# --- leading to another site ---------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\t//evil.example/",
    "https:evil.example",
    "https:///evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver:80@evil.example/",
]


def leads_away(location: str) -> bool:
    """Where a browser would go: it reads a backslash as a slash and drops tabs and line ends, and
    more than two slashes are two."""
    text = location.strip().replace("\\", "/")
    for dropped in "\t\r\n":
        text = text.replace(dropped, "")
    text = re.sub(r"^/{2,}", "//", text)
    there = urlsplit(urljoin(f"{HERE}/any/page/", text))
    return there.scheme not in {"http", "https"} or there.netloc != "testserver"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_small_form_leads_to_another_site(db, wanted):
    people_of_the_cast()
    assert leads_away(wanted), "an example that would prove nothing"
    sign_in = {"username": "min", "password": PASSWORD, "next": wanted}
    answers = [
        Client().post("/sign-in/", sign_in),
        Client().post("/sign-in/", sign_in | {"next": ""}, query_params={"next": wanted}),
        signed_in().get("/sign-in/", {"next": wanted}),
        Client().post("/theme/", {"theme": "dark", "next": wanted}),
        Client().post("/language/", {"language": "zh-hans", "next": wanted}),
        Client().get("/language/", {"next": wanted}),
        signed_in().post("/sign-out/", {"next": wanted}),
    ]
    if "\t" not in wanted:
        answers.append(Client().post("/theme/", {}, headers={"referer": wanted}))
        answers.append(Client().post("/language/", {}, headers={"referer": wanted}))
    for answer in answers:
        assert answer.status_code in {302, 405}, answer.status_code
        assert not leads_away(answer.get("Location", "/")), answer["Location"]


def test_a_page_of_ours_is_still_come_back_to(db):
    people_of_the_cast()
    sign_in = {"username": "min", "password": PASSWORD, "next": "/cases/?bucket=16-30"}
    assert Client().post("/sign-in/", sign_in)["Location"] == "/cases/?bucket=16-30"
    assert Client().post("/theme/", {"next": "/board/"})["Location"] == "/board/"
    assert Client().post("/language/", {"next": "/board/"})["Location"] == "/board/"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_plan_leads_back_to_a_page_of_ours_only(world, wanted):
    browser, path = signed_in(), f"/cases/{world.case.pk}/plan/"
    for answer in (
        browser.get(path, {"next": wanted}),
        browser.post(path, {"next": wanted}),
        browser.post(f"{path}agreement/", {"next": wanted}),
    ):
        text = answer.content.decode()
        kept = re.findall(r'name="next" value="([^"]*)"', text)
        for address in re.findall(r'(?:href|action)="([^"]*)"', text) + kept:
            assert not leads_away(unescape(address)), address
        assert not leads_away(answer.get("Location", "/"))


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil"])
def test_a_foreign_host_is_not_answered(db, host):
    assert Client().get("/sign-in/", headers={"host": host}).status_code == 400
    assert Client().get("/api/v1/cases", headers={"host": host}).status_code == 400


# --- asking for more -----------------------------------------------------------------------------

GRABBED = {
    "role": "manager",
    "is_staff": "on",
    "is_superuser": "1",
    "is_system": "true",
    "organisation": "1",
    "organisation_id": "1",
    "lender": "pine",
    "agency": "1",
    "mandate": "1",
    "permissions": "people",
    "user": "1",
    "by": "chen",
    "viewer": "system",
    "agent": "",
    "at": "2020-01-01T00:00",
    "verdict": "allow",
    "permitted": "1",
    "clearance": "00000000-0000-0000-0000-000000000007",
    "clearance_id": "00000000-0000-0000-0000-000000000007",
    "state": "sent",
    "status": "closed",
}
"""Fields that no form has: what somebody would like to be, or to have been permitted."""


def standing():
    """Who everybody is and what they may do."""
    fields = ("username", "role", "organisation_id", "is_staff", "is_superuser")
    return list(get_user_model().objects.order_by("pk").values_list(*fields, "is_active"))


@pytest.mark.parametrize("name", ["dan", "fei", "chen", "ana"])
def test_fields_nobody_asked_for_raise_nobody(world, name):
    before, client = standing(), signed_in(name, raise_request_exception=False)
    for page in PAGES:
        if page.name in {"sign-in", "sign-out"}:
            continue
        path = fill(page.path, known(world))
        client.post(path, GRABBED | {"username": name, "password": PASSWORD, "confirm": "yes"})
        assert standing() == before, path
    assert client.get("/people/", GRABBED).status_code == 403


MANAGERS = {
    "tokens": {"name": "mine", "role": UserRole.MANAGER.value},
    "day-run": {},
    "imports": {"lender": "bluebay"},
    "policy": {"rule": "H-1", "field": "days", "value": "1", "why": "because"},
}
"""What managers' forms hold, filled in."""


@pytest.mark.parametrize("name", ["dan", "fei"])
@pytest.mark.parametrize("form", MANAGERS)
def test_a_filled_form_of_a_managers_is_refused(world, form, name):
    from django.apps import apps

    page = next(p for p in PAGES if p.name == form)
    counted = [m for m in apps.get_models() if m._meta.app_label not in {"sessions", "axes"}]
    before = {m._meta.label: m._default_manager.count() for m in counted}
    answer = signed_in(name).post(page.path, MANAGERS[form])
    assert answer.status_code == 403
    assert {m._meta.label: m._default_manager.count() for m in counted} == before


def test_a_session_ends_with_its_sign_out(db):
    people_of_the_cast()
    browser = Client()
    browser.post("/sign-in/", {"username": "min", "password": PASSWORD})
    stolen = browser.cookies["sessionid"].value
    assert browser.get("/people/").status_code == 200
    browser.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/people/").status_code == 302


def test_a_session_given_by_somebody_else_is_not_kept_at_sign_in(db):
    people_of_the_cast()
    browser = Client()
    browser.cookies["sessionid"] = "a-session-of-the-attackers"
    browser.post("/sign-in/", {"username": "min", "password": PASSWORD})
    assert browser.cookies["sessionid"].value != "a-session-of-the-attackers"


def test_who_was_switched_off_or_moved_to_another_role_is_it_at_once(db):
    people_of_the_cast()
    browser = signed_in()
    assert browser.get("/people/").status_code == 200
    get_user_model().objects.filter(username="min").update(role=UserRole.DESK)
    assert browser.get("/people/").status_code == 403
    get_user_model().objects.filter(username="min").update(is_active=False)
    assert browser.get("/cases/").status_code == 302
