"""The manager's plan on a map, in tables, on paper."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from tests import cast
from tests.browser import LANGUAGES

from doorstep.people import api as people
from doorstep.visits import api as visits
from doorstep.visits.tests.conftest import DAY, SEVEN, make_door

pytestmark = pytest.mark.browser


@pytest.fixture
def planned(cast_in_db):
    homes = [(42.965, 129.842), (42.771, 129.423), (42.54, 128.997)]
    for k, home in enumerate(homes):
        for mate in "ab":
            people.create_agent(
                f"crew-{k}{mate}",
                organisation="doorway",
                name=f"Agent {k}{mate}",
                languages=["zh", "ko"],
                home=home,
                does_field=True,
                certified=(DAY.replace(year=2025), DAY.replace(year=2027)),
            )
    towns = [(42.89, 129.503), *homes]
    doors = [
        make_door(
            cast_in_db,
            f"B-{k}",
            None if k % 9 == 8 else (towns[k % 4][0] + (k % 7) / 150, towns[k % 4][1] + k / 900),
            language="ko" if k % 3 == 0 else "zh-Hans",
            arrears=20_000 if k % 10 == 9 else 600_000 + k * 10_000,
        )
        for k in range(40)
    ]
    visits.plan_day(DAY, [d.planned for d in doors], at=SEVEN)
    return visits.plan_of(cast.manager(cast_in_db), DAY)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_and_the_tables_say_the_same(screen, planned, language):
    desk = screen(language=language, width=1280)
    desk.sign_in("min")
    desk.go("/visits/?day=2026-11-24")
    desk.look("visit-plan")
    page = desk.page
    stops = sum(len(r.visits) for r in planned.routes)
    assert page.locator(".visit-map circle.stop").count() == stops
    assert page.locator("tr[id^=v-]").count() == stops
    assert len(planned.routes) > 1
    count = len(planned.routes[0].visits)
    said = {"en": f"{count} visits", "zh-hans": f"{count} 次上门", "zh-hant": f"{count} 次到訪"}
    assert said[language] in page.inner_text(".crews")
    page.click(".crew-link >> nth=0")
    page.wait_for_selector(".visit-map .order")
    page.click("[data-zoom=in]")
    assert page.get_attribute("#visit-map", "viewBox") != "0 0 800 560"
    page.click("[data-zoom=all]")
    assert page.get_attribute("#visit-map", "viewBox") == "0 0 800 560"
    desk.look("visit-plan-crew")


def test_the_plan_on_a_phone_in_the_dark(screen, planned):
    phone = screen(language="zh-hant", width=360, scheme="dark")
    phone.sign_in("min")
    phone.go("/visits/?day=2026-11-24")
    phone.look("visit-plan")


def test_the_sheet_shows_addresses_only_when_asked_and_says_so_in_the_case(screen, planned):
    from doorstep.casefile.api import facts_of
    from doorstep.casefile.types import FactKind
    from doorstep.people.types import SYSTEM

    route = planned.routes[0]
    cases = [v.case_id for v in route.visits]
    desk = screen(language="zh-hans", width=1280)
    desk.sign_in("min")
    desk.go(f"/visits/2026-11-24/crew/{route.number}/sheet/")
    assert "光明街" not in desk.page.inner_text("main")
    assert facts_of(SYSTEM, cases, [FactKind.POINT_REVEALED]) == {}
    desk.look("visit-sheet")
    desk.page.click("form button >> nth=-1")
    desk.page.wait_for_selector("text=光明街")
    shown = facts_of(SYSTEM, cases, [FactKind.POINT_REVEALED])
    assert {f.data["why"] for facts in shown.values() for f in facts} == {"day_sheet"}
    assert set(shown) == set(cases)


def test_another_lender_finds_no_plan_and_no_sheet(planned, client):
    client.force_login(get_user_model().objects.get(username="pia"))
    page = client.get("/visits/?day=2026-11-24").content.decode()
    assert not any(v.reference in page for r in planned.routes for v in r.visits)
    number = planned.routes[0].number
    assert client.get(f"/visits/2026-11-24/crew/{number}/sheet/").status_code == 404
