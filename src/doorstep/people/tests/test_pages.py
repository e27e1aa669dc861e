import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from tests.cast import PASSWORD, people_of_the_cast

from doorstep.people import api as people
from doorstep.people.models import ApiToken
from doorstep.people.types import UserRole

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def cast():
    return people_of_the_cast()


def signed_in(name):
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def test_a_manager_sees_only_their_own_people(cast):
    assert {"Dan", "Fei", "Feng"} <= {
        p.name for p in signed_in("min").get("/people/").context["staff"]
    }
    assert {p.username for p in signed_in("pia").get("/people/").context["staff"]} == {"pia"}
    assert signed_in("dan").get("/people/").status_code == 403


def test_a_token_is_shown_once_works_and_ends(cast):
    client = signed_in("min")
    page = client.post(reverse("tokens"), {"name": "ledger", "role": "analyst"})
    secret = re.search(r"dst_[\w-]+", page.content.decode())[0]
    assert secret not in client.get(reverse("tokens")).content.decode()
    api = Client(headers={"authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/cases").status_code == 200
    token = ApiToken.objects.get(name="ledger")
    assert signed_in("pia").post(reverse("token-end", args=[token.pk])).status_code == 404
    client.post(reverse("token-end", args=[token.pk]))
    assert api.get("/api/v1/cases").status_code == 401


def test_a_token_without_a_name_is_refused_in_words(cast):
    page = signed_in("min").post(reverse("tokens"), {"name": "", "role": "analyst"})
    assert page.context["form"].errors["name"]
    assert not ApiToken.objects.exists()


def test_sample_users_are_shown_in_the_demo_only(cast, settings):
    assert "data-username" not in Client().get("/sign-in/").content.decode()
    settings.DEMO = True
    assert 'data-username="min"' in Client().get("/sign-in/").content.decode()


def test_everyone_lands_where_their_day_starts(cast):
    for name, start in (("min", "/board/"), ("ana", "/board/")):
        assert signed_in(name).get("/").url == start
    assert Client().get("/").url.startswith("/sign-in/")


def test_ten_wrong_passwords_pause_the_user_and_nobody_else(cast):
    client = Client()
    for _ in range(11):
        answer = client.post("/sign-in/", {"username": "min", "password": "wrong"})
    assert answer.status_code == 429
    assert "paused" in answer.content.decode()
    good = Client().post("/sign-in/", {"username": "ana", "password": PASSWORD})
    assert good.status_code == 302


def test_a_user_without_a_role_may_open_nothing(cast):
    User.objects.create_user("new", password=PASSWORD)
    client = signed_in("new")
    assert client.get("/").status_code == 200
    assert client.get("/cases/").status_code == 403


def test_a_new_browser_gets_the_language_of_its_user(cast):
    people.create_user(
        "lan", organisation="doorway", role=UserRole.MANAGER, password=PASSWORD, language="zh-hant"
    )
    answer = Client().post("/sign-in/", {"username": "lan", "password": PASSWORD})
    assert answer.cookies["django_language"].value == "zh-hant"
    chosen = Client()
    chosen.cookies["django_language"] = "en"
    again = chosen.post("/sign-in/", {"username": "lan", "password": PASSWORD})
    assert "django_language" not in again.cookies


def test_signing_out_needs_a_post_and_goes_only_home(cast):
    client = signed_in("min")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    answer = Client().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.url == "/"
