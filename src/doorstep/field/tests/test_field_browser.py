"""A crew's day on a phone: may we knock, who opened, what came of it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from tests import cast
from tests.browser import LANGUAGES

from doorstep.field.tests.test_photo import jpeg
from doorstep.people.types import SYSTEM
from doorstep.visits import api as visits
from doorstep.visits.tests.conftest import DAY, SEVEN, make_door
from doorstep.visits.types import VisitStatus

pytestmark = pytest.mark.browser


@pytest.fixture
def ten_o_clock(monkeypatch):
    monkeypatch.setattr("doorstep.kernel.clock.now", lambda: cast.at(10, 5))


@pytest.fixture
def route(cast_in_db, ten_o_clock):
    doors = [
        make_door(cast_in_db, f"B-{k}", (42.89 + k / 200, 129.50 + (k % 3) / 150)) for k in range(6)
    ]
    visits.plan_day(DAY, [d.planned for d in doors], at=SEVEN)
    return [v for p in visits.plan_of(SYSTEM, DAY) for r in p.routes for v in r.visits]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_from_the_list_to_the_outcome(screen, route, language):
    phone = screen(language=language, width=360)
    phone.sign_in("fei")
    phone.go("/today/")
    phone.look("today")
    page = phone.page
    page.click(".next-stop")
    page.wait_for_selector("#may")
    phone.look("stop-before")
    page.click("form[action$='/address/'] button")
    page.wait_for_selector(".address")
    assert "光明街" in page.inner_text(".address")
    page.check("#recording")
    page.click("form[action$='/knock/'] button")
    page.wait_for_selector(".duties")
    assert "9,000" not in page.inner_text("main")
    phone.look("stop-permitted")
    page.click("button[value=right_party]")
    page.wait_for_selector("#talk")
    assert "9,000" in page.inner_text("main")
    page.check("input[name=outcome][value=met]")
    page.select_option("select[name=reason]", "lost_job")
    page.fill("input[name=promise_amount]", "500")
    page.fill("input[name=promise_on]", "2026-11-30")
    phone.look("stop-right-person")
    page.click("form[action$='/outcome/'] button")
    page.wait_for_selector(".stops .stop-done")
    done = visits.find_visit(SYSTEM, route[0].id)
    assert (done.status, done.outcome) == (VisitStatus.DONE, "met")


def test_without_recording_the_page_says_why_not(screen, route):
    phone = screen(width=360)
    phone.sign_in("fei")
    phone.go(f"/today/{route[0].id}/")
    phone.page.click("form[action$='/knock/'] button")
    phone.page.wait_for_selector("[role=alert]")
    assert "CN-VIS-06" in phone.page.inner_text("[role=alert]")
    phone.errors.clear()  # the browser notes the 409 itself
    phone.look("stop-refused")


def test_a_picture_is_kept_and_only_the_crew_sees_it(screen, route, client):
    phone = screen(width=360)
    phone.sign_in("fei")
    phone.go(f"/today/{route[0].id}/")
    picture = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    phone.page.set_input_files("#photo", picture)
    phone.page.click("form[action$='/photos/'] button")
    phone.page.wait_for_selector(".photos img")
    path = re.sub(r"^https?://[^/]+", "", phone.page.get_attribute(".photos a", "href"))
    for username, status in (("fei", 200), ("dan", 403), ("pia", 404)):
        client.force_login(get_user_model().objects.get(username=username))
        answer = client.get(path)
        assert answer.status_code == status, username
        if status == 200:
            assert answer["Content-Type"] == "image/jpeg"
            assert b"GPS" not in answer.content
        client.logout()
