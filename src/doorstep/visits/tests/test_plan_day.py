"""One day of Doorway's crew, Fei and Feng, who speak Chinese and Korean."""

from dataclasses import replace
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import cast

from doorstep.casefile.api import facts_of, record
from doorstep.casefile.types import FactKind
from doorstep.people import api as people
from doorstep.people.types import SYSTEM, OrganisationKind, UserRole
from doorstep.strategy.models import Decision
from doorstep.visits import api, pages
from doorstep.visits.models import Visit, VisitPlan
from doorstep.visits.types import Reason, VisitStatus

from .conftest import DAY, SEVEN, YANJI


def plan(*doors, day=DAY, at=SEVEN):
    return api.plan_day(day, [d.planned for d in doors], at=at)


def only_plan(who, viewer=None, day=DAY):
    plans = api.plan_of(viewer or cast.manager(who), day)
    return plans[0] if plans else None


def why(who):
    return {u.case_id: u.reason for u in only_plan(who).unvisited}


def test_permitted_doors_are_routed_for_a_crew_of_two(who, door):
    near, far = door("B-NEAR"), door("B-FAR", (42.77, 129.43))
    summary = plan(near, far)
    assert (summary.planned, summary.crews, summary.unvisited) == (2, 1, {})
    route = only_plan(who).routes[0]
    assert set(route.crew) == {who.fei, who.feng}
    assert route.languages == ("ko", "zh")
    assert [v.order for v in route.visits] == [1, 2]
    for v in route.visits:
        assert v.window[0] <= v.eta < v.window[1]
        assert v.status is VisitStatus.PLANNED
        assert v.action.crew == tuple(str(a) for a in route.crew)
        assert v.action.to.point == str(v.point_id)
    fact = facts_of(SYSTEM, [near.case], [FactKind.VISIT_PLANNED])[near.case][0]
    assert set(fact.data) == {"visit", "day", "crew", "eta", "point", "order"}
    assert fact.data["day"] == "2026-11-24"


def test_each_door_left_out_has_its_reason(who, door):
    good, lost = door("B-GOOD"), door("B-LOST", None)
    poor, french = door("B-POOR", arrears=20_000), door("B-FR", language="fr")
    distant = door("B-HAINAN", (20.0, 110.3))
    plan(good, lost, poor, french, distant)
    assert why(who) == {
        lost.case: Reason.NO_PLACE,
        poor.case: Reason.WORTH,
        french.case: Reason.LANGUAGE,
        distant.case: Reason.WINDOW,
    }


def test_without_the_reason_the_same_door_is_planned(who, door):
    plan(door("B-LOST"), door("B-POOR"), door("B-KO", language="ko"))
    assert why(who) == {}


def test_a_window_already_over_is_not_permitted(who, door):
    late = door("B-LATE")
    planned = replace(late.planned, not_after=cast.at(7, 30))
    api.plan_day(DAY, [planned], at=SEVEN)
    assert why(who) == {late.case: Reason.NOT_PERMITTED}


def test_knocks_that_nobody_answered_lower_the_worth(who, door):
    shut, fresh = door("B-SHUT", arrears=100_000), door("B-FRESH", arrears=100_000)
    for days in (9, 6, 3):
        record(
            shut.case,
            FactKind.VISIT,
            at=SEVEN - timedelta(days=days),
            by="fei",
            data={"result": "nobody_home"},
        )
    plan(shut, fresh)
    assert why(who) == {shut.case: Reason.WORTH}


def test_nobody_goes_alone(who, door):
    one = door("B-ONE")
    people.create_agent("feng", organisation="doorway", name="Feng", languages=["zh"])
    plan(one)
    assert only_plan(who).routes == ()
    assert why(who) == {one.case: Reason.NO_CREW}


def test_a_day_is_planned_once(who, door):
    one, two = door("B-ONE"), door("B-TWO")
    plan(one)
    before = only_plan(who)
    again = plan(one, two)
    assert (again.planned, again.candidates) == (0, 0)
    assert only_plan(who) == before


def test_what_nobody_reached_is_skipped_the_next_day(who, door):
    one = door("B-ONE")
    plan(one)
    api.plan_day(DAY + timedelta(days=1), [], at=SEVEN + timedelta(days=1))
    visit = api.visits_of(SYSTEM, [one.case])[one.case][0]
    assert (visit.status, visit.outcome, visit.done_at) == (
        VisitStatus.SKIPPED,
        "not_reached",
        None,
    )


def test_only_the_own_organisation_and_the_own_crew_see_a_visit(who, door):
    one = door("B-ONE")
    plan(one)
    visit = api.visits_of(SYSTEM, [one.case])[one.case][0]
    assert only_plan(who, cast.stranger(who)) is None
    assert api.find_visit(cast.stranger(who), visit.id) is None
    assert api.find_visit(cast.manager(who), visit.id) == visit
    agency, field = OrganisationKind.AGENCY, UserRole.FIELD
    fei = cast.viewer(who.doorway, agency, field, who.fei)
    dan = cast.viewer(who.doorway, agency, field, who.dan)
    assert api.find_visit(fei, visit.id) == visit
    assert api.find_visit(dan, visit.id) is None
    assert api.route_on(fei, DAY).visits == (visit,)
    assert api.route_on(dan, DAY) is None


def test_planning_asks_the_database_as_often_for_many_as_for_few(who, door):
    def queries(doors, day):
        open_ended = [replace(d.planned, not_before=None, not_after=None) for d in doors]
        with CaptureQueriesContext(
            connection,
        ) as found:
            api.plan_day(day, open_ended, at=SEVEN)
        return len(found)

    doors = [door(f"B-{k}", (YANJI[0] + k / 2000, YANJI[1])) for k in range(12)]
    few = queries(doors[:3], DAY)
    many = queries(doors, DAY + timedelta(days=1))
    assert many <= few + 2  # skipping yesterday's finds rows
    assert Visit.objects.filter(day=DAY + timedelta(days=1)).count() == 12


def test_one_plan_however_the_wishes_are_ordered(who, door):
    doors = [door(f"B-{k}", (YANJI[0] + k / 500, YANJI[1] - k / 400)) for k in range(8)]
    plan(*doors)
    first = only_plan(who).routes
    Visit.objects.all().delete()
    VisitPlan.objects.all().delete()
    plan(*reversed(doors))
    assert only_plan(who).routes == first


def test_whom_strategy_could_not_even_wish_a_visit_stands_among_those_left_out(who, door, client):
    near = door("B-NEAR")
    plan(near)
    lost = cast.case_of(who, "B-LOST", dpd=75, arrears=700_000)
    elsewhere = cast.case_of(who, "B-OURS", dpd=75, arrears=700_000)
    for case, code in ((lost, "no_address"), (elsewhere, "address_not_located")):
        decided(who, case, code)
    client.force_login(get_user_model().objects.get(username="min"))
    shown = client.get("/visits/?day=2026-11-24").context
    assert {r["view"].case_id: (r["view"].code, r["view"].worth) for r in shown["left"]} == {
        lost: ("no_address", None),
        elsewhere: ("no_place", None),
    }
    assert all(r["remedy"] for r in shown["left"])
    one = client.get("/visits/?day=2026-11-24&why=no_place").context
    assert [r["view"].case_id for r in one["left"]] == [elsewhere]
    other_day = client.get("/visits/?day=2026-11-25").context
    assert other_day["left"] == []
    client.force_login(get_user_model().objects.get(username="pia"))
    assert client.get("/visits/?day=2026-11-24").context["left"] == []


def decided(who, case, code):
    Decision.objects.create(
        case_id=case,
        lender_id=who.bluebay,
        agency_id=who.doorway,
        mandate_id=who.mandate,
        as_of=DAY,
        at=SEVEN,
        policy="test",
        segment="third-month",
        treatment="door-conversation",
        left_out=code,
        review_on=DAY,
    )


def test_a_handful_of_stops_is_not_measured_by_the_bound(who, door):
    plan(door("B-NEAR"), door("B-FAR", (42.77, 129.43)))
    few = only_plan(who)
    assert few.bound > few.value > 0
    assert pages.totals(few)["share"] is None
    visits = few.routes[0].visits * 6
    many = replace(few, routes=(replace(few.routes[0], visits=visits),))
    assert pages.totals(many)["share"] == 100 * few.value // few.bound
