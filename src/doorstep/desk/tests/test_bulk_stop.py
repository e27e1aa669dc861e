"""Sums and segments of the case list, and stopping contact on many cases at once."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests.cast import DAY, NINE, people_of_the_cast

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.desk.tests.test_cases import many
from doorstep.kernel import clock
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM
from doorstep.strategy import api as strategy

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def cast():
    return people_of_the_cast()


@pytest.fixture
def signed_in(client, cast):
    def as_user(name):
        client.force_login(User.objects.get(username=name))
        return client

    return as_user


def case(n):
    return named_id("case", "bulk", n)


def stops(*numbers):
    found = care.stops_of(SYSTEM, [case(n) for n in numbers])
    return [str(s.kind) for n in numbers for s in found.get(case(n), ())]


def test_the_list_says_how_many_match_and_what_they_owe_together(signed_in, cast):
    many(cast, 60)
    answer = signed_in("min").get("/cases/?region=Yanji")
    assert answer.context["total"] == 30
    assert answer.context["sums"] == [Money(sum(1000 * n + 500 for n in range(0, 60, 2)), "CNY")]
    assert answer.context["page"]["label"] == "1–30 / 30"
    nobody = signed_in("pia").get("/cases/")
    assert (nobody.context["total"], nobody.context["sums"]) == (0, [])


def test_the_segment_of_the_newest_day_filters_the_list(signed_in, cast):
    many(cast, 8)
    strategy.wish(DAY - timedelta(days=1), NINE - timedelta(days=1))
    care.raise_stop(case(3), StopKind.DISPUTE, at=NINE, by="dan")
    strategy.wish(DAY, NINE + timedelta(minutes=1))
    client = signed_in("min")
    found = client.get("/cases/?segment=disputed").context
    assert [r.case.id for r in found["rows"]] == [case(3)]
    assert found["total"] == 1
    assert [r.segment for r in found["rows"]] == ["disputed"]
    everybody = client.get("/cases/?segment=no-such-segment").context
    assert everybody["total"] == 8
    assert client.get("/cases/?segment=disputed&region=Yanji").context["total"] == 0


def test_stopping_shows_first_and_then_stops_what_was_shown(signed_in, cast):
    many(cast, 60)
    care.raise_stop(case(2), StopKind.COMPLAINT, at=NINE, by="chen")
    care.raise_stop(case(4), StopKind.DISPUTE, at=NINE, by="chen")
    client = signed_in("min")
    post = {"everything": "yes", "filter": "region=Yanji"}
    shown = client.post(reverse("cases-bulk-stop"), post)
    assert (shown.status_code, shown.context["count"]) == (200, 30)
    assert stops(*range(60)) == ["complaint", "dispute"], "nothing before it is confirmed"
    done = client.post(
        reverse("cases-bulk-stop"),
        {
            "confirm": "yes",
            "cases": ",".join(shown.context["ids"]),
            "filter": "region=Yanji",
            "kind": "dispute",
            "note": "The lender's list was wrong.",
            "last_day": "2099-01-31",
        },
    )
    assert done["Location"] == "/cases/?region=Yanji"
    assert stops(*range(1, 60, 2)) == []
    assert stops(*range(0, 60, 2)).count("dispute") == 30
    [held] = care.stops_of(SYSTEM, [case(4)])[case(4)]
    assert held.until is None, "the one that was open stays open"
    [new] = care.stops_of(SYSTEM, [case(6)])[case(6)]
    assert (new.note, new.raised_by) == ("The lender's list was wrong.", "min")
    assert new.until.isoformat() == "2099-01-31T16:00:00+00:00", "midnight in Yanji"
    facts = casefile.facts_of(SYSTEM, [case(4), case(6)], [FactKind.STOP_RAISED])
    assert [len(f) for f in facts.values()] == [1, 1]
    assert facts[case(6)][0].data["stop"] == new.id


@pytest.mark.parametrize(
    "wrong", [{"kind": "whim"}, {"kind": "dispute", "last_day": "2020-01-01"}, {}]
)
def test_what_is_filled_in_wrongly_is_shown_again_and_stops_nobody(signed_in, cast, wrong):
    many(cast, 2)
    post = {"confirm": "yes", "cases": f"{case(0)},{case(1)}", **wrong}
    answer = signed_in("min").post(reverse("cases-bulk-stop"), post)
    assert answer.status_code == 422
    assert answer.context["ids"] == [
        str(c.id) for c in casefile.list_cases(SYSTEM, casefile.CaseFilter())
    ]
    assert stops(0, 1) == []


@pytest.mark.parametrize(("who", "status"), [("chen", 302), ("dan", 302), ("ana", 403)])
def test_who_works_cases_or_watches_over_them_may_stop_many(signed_in, cast, who, status):
    many(cast, 2)
    post = {"confirm": "yes", "case": [str(case(0)), "junk"], "kind": "hardship"}
    assert signed_in(who).post(reverse("cases-bulk-stop"), post).status_code == status
    assert stops(0, 1) == (["hardship"] if status == 302 else [])


def test_another_lender_stops_nobody(signed_in, cast):
    many(cast, 2)
    post = {"confirm": "yes", "cases": str(case(0)), "kind": "hardship"}
    signed_in("pia").post(reverse("cases-bulk-stop"), post)
    assert stops(0, 1) == []


def test_more_cases_than_a_form_has_fields_are_stopped_and_given_in_one_step(signed_in, cast):
    many(cast, 1_100)
    client = signed_in("min")
    for route, more in (("cases-bulk-stop", {"kind": "dispute"}), ("cases-bulk", {})):
        agent = {"agent": str(cast.dan)}
        shown = client.post(reverse(route), {"everything": "yes", "filter": "", **agent})
        ids = [f for f in shown.content.decode().split('"') if f.count(",") == 1_099]
        assert len(ids) == 1
        post = {"confirm": "yes", "cases": ids[0], **agent, **more}
        assert client.post(reverse(route), post).status_code == 302
    assert len(stops(*range(1_100))) == 1_100
    of_dan = casefile.CaseFilter(assigned=str(cast.dan))
    assert len(casefile.list_cases(SYSTEM, of_dan, limit=2_000)) == 1_100


def test_stopping_many_asks_the_database_as_often_as_for_few(cast, django_assert_max_num_queries):
    many(cast, 90)
    with django_assert_max_num_queries(12):
        care.raise_stops([case(n) for n in range(90)], StopKind.DISPUTE, at=clock.now(), by="chen")
