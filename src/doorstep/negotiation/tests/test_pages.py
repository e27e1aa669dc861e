"""The plan page: asked, offered, agreed; the same at the door on a phone."""

from __future__ import annotations

import pytest
from tests.cast import DAY, at, case_of, manager, people_of_the_cast, stranger

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import PromiseStatus
from doorstep.kernel import clock
from doorstep.negotiation.models import Arrangement
from doorstep.negotiation.panels import arrangement
from doorstep.people.models import User
from doorstep.people.types import SYSTEM

_BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db
ANSWERS = {
    "income": "4,200", "other_income": "", "adults": "1", "children": "1", "housing": "900",
    "living": "1100", "health": "100", "schooling": "", "other_debts": "", "regular": "300",
    "rhythm": "monthly", "month_day": "10", "weekday": "5",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    """The clock stands at nine in Yanji."""
    monkeypatch.setattr(clock, "now", lambda: at(9))


@pytest.fixture
def page(client, lina):
    def sign_in(username="dan"):
        client.force_login(User.objects.get(username=username), _BACKEND)
        return f"/cases/{lina}/plan/"

    return sign_in


def test_from_answers_to_a_plan(client, page, lina):
    url = page()
    assert b"Show what fits" in client.get(url).content
    shown = client.post(url, ANSWERS).content.decode()
    assert "Plans that fit" in shown
    assert "450.00" in shown
    assert Arrangement.objects.count() == 0
    done = client.post(f"{url}agreement/", ANSWERS | {"offer": "monthly-50"})
    assert (done.status_code, done.url) == (302, f"/cases/{lina}/")
    assert len(casefile.promises_of(SYSTEM, [lina], PromiseStatus.OPEN)[lina]) == 3
    assert "in force" in client.get(url).content.decode()


def test_an_offer_that_was_never_made_is_not_agreed(client, page):
    url = page()
    for change in ({"offer": "now"}, {"offer": "monthly-50", "income": ""}):
        done = client.post(f"{url}agreement/", ANSWERS | change)
        assert done.status_code == 409
    assert Arrangement.objects.count() == 0


def test_a_wrong_answer_is_named_at_its_field(client, page):
    shown = client.post(page(), ANSWERS | {"income": "lots", "month_day": ""})
    assert set(shown.context["form"].errors) == {"income", "month_day"}


def test_when_nothing_fits_the_page_says_so(client, page):
    shown = client.post(page(), ANSWERS | {"income": "1500"}).content.decode()
    assert "No plan fits" in shown
    assert "Agree this plan" not in shown


def test_a_disputed_case_shows_why_there_is_no_form(client, page, lina):
    url = page()
    care.raise_stop(lina, StopKind.DISPUTE, at=at(8), by="dan")
    shown = client.get(url).content.decode()
    assert "Show what fits" not in shown
    assert "A dispute, a bereavement" in shown
    assert client.post(f"{url}agreement/", ANSWERS | {"offer": "monthly-50"}).status_code == 409


def test_the_crew_comes_back_to_where_it_was_and_nowhere_else(client, page):
    url = page("fei")
    agree = ANSWERS | {"offer": "monthly-50"}
    back = client.post(f"{url}agreement/", agree | {"next": "/today/"})
    assert back.url == "/today/"
    away = client.get(f"{url}?next=https://elsewhere.example/")
    assert (away.context["back"], away.context["next"]) == ("/", "")


@pytest.mark.parametrize("username", ["chen", "ana"])
def test_who_may_not_negotiate_is_refused(client, page, username):
    assert client.get(page(username)).status_code == 403


def test_another_lenders_manager_finds_no_such_case(client, page):
    assert client.get(page("pia")).status_code == 404


def test_the_panel_offers_the_way_and_then_shows_the_plan(client, page, cast, lina):
    url = page()
    assert "Agree a plan" in arrangement(manager(cast), lina, DAY)
    client.post(f"{url}agreement/", ANSWERS | {"offer": "monthly-50"})
    html = arrangement(manager(cast), lina, DAY)
    assert "3 payments" in html
    assert "0 of 3" in html
    assert arrangement(stranger(cast), lina, DAY) is None


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), ("zh-hans", 360, "light"), ("zh-hant", 360, "dark")],
)
def test_the_page_looks_right(screen, transactional_db, language, width, scheme):
    case = case_of(people_of_the_cast())
    window = screen(language=language, width=width, scheme=scheme)
    window.sign_in("dan")
    window.go(f"/cases/{case}/plan/")
    window.look("plan-budget")
    for name, value in ANSWERS.items():
        if name not in {"rhythm", "weekday"}:
            window.page.fill(f"#id_{name}", value)
    window.page.click("main form button.btn-primary")
    window.page.wait_for_selector("#left-head")
    window.look("plan-offers")
    window.page.click("button[name=offer] >> nth=0")
    window.page.wait_for_selector("#arrangement-head")
    window.look("plan-agreed")
