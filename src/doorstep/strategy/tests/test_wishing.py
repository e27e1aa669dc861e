from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import DAY, NINE, ZONE, people_of_the_cast

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.kernel.actions import Purpose
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM, OrganisationKind, Viewer
from doorstep.strategy import api
from doorstep.strategy.models import Decision
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, RightParty


@pytest.fixture
def cast(db):
    return people_of_the_cast()


def new_cases(cast, count, start=0, **over):
    ids = [named_id("case", "bluebay", f"B{n}", 1) for n in range(start, start + count)]
    values = {
        "bucket": "31-60",
        "dpd": 40,
        "arrears": 120_000,
        "payoff": 480_000,
        "currency": "CNY",
        "language": "ko",
        "country": "CN",
        "region": "Jilin",
        "zone": ZONE,
    } | over
    casefile.create_cases(
        [
            casefile.NewCase(
                id=key,
                reference=f"C-{n}",
                lender_id=cast.bluebay,
                agency_id=cast.doorway,
                mandate_id=cast.mandate,
                borrower_id=f"B{n}",
                **values,
            )
            for n, key in enumerate(ids, start)
        ],
        on=DAY,
        at=NINE,
        by="test",
    )
    return ids


def verified_phone(case, number="13912345678"):
    new = NewPoint(PointKind.PHONE, number, source="lender")
    key = verification.add_point(SYSTEM, case, new, at=NINE - timedelta(days=9), by="test")
    verification.record_right_party(
        SYSTEM, case, key, RightParty.RIGHT_PARTY, at=NINE - timedelta(days=9), by="test"
    )
    return key


def test_a_wish_carries_a_whole_action_and_no_content(cast):
    [case] = new_cases(cast, 1)
    phone = verified_phone(case)
    [wish] = api.wish(DAY, NINE)
    assert (wish.case_id, wish.rank, wish.propensity) == (case, 1, 1.0)
    action = wish.action
    assert (str(action.kind), action.to.point, action.purpose) == (
        "call",
        str(phone),
        Purpose.COLLECT,
    )
    assert (action.place.country, action.place.zone) == ("CN", ZONE)
    assert action.content == ""


def test_every_decision_logs_what_was_eligible_chosen_and_seen(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    [wish] = api.wish(DAY, NINE)
    row = Decision.objects.get()
    assert row.pk == wish.decision_id
    assert row.policy == api.policy().digest
    assert row.facts["dpd"] == 40
    assert row.facts["right_party"] == "right_party"
    assert row.eligible[0]["propensity"] == 1.0
    assert (row.agency_id, row.mandate_id) == (cast.doorway, cast.mandate)
    assert "13912345678" not in str(row.__dict__)


def test_wishing_twice_on_a_day_is_wishing_once_even_if_facts_changed_between(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    once = api.wish(DAY, NINE)
    casefile.record(case, FactKind.REASON, at=NINE, by="a1", data={"reason": "lost_job"})
    assert api.wish(DAY, NINE) == once
    tomorrow = api.wish(DAY + timedelta(days=1), NINE + timedelta(days=1))
    assert (once[0].treatment, tomorrow[0].treatment) == ("agree-plan", "supportive-plan")


def test_a_changed_plan_is_on_the_timeline_and_an_unchanged_one_is_not(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    for day in range(3):
        api.wish(DAY + timedelta(days=day), NINE + timedelta(days=day))
    decided = [f for f in casefile.timeline(SYSTEM, case) if f.kind is FactKind.DECISION]
    assert [f.data["treatment"] for f in decided] == ["agree-plan"]


def test_an_open_promise_holds_and_the_plan_says_until_when(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    due = DAY + timedelta(days=3)
    casefile.make_promise(
        case, amount=Money(5000, "CNY"), due_on=due, at=NINE, by="dan", source="call"
    )
    assert api.wish(DAY, NINE) == []
    plan = api.plan_of(SYSTEM, case)
    assert (plan.hold.code, plan.hold.args["due"]) == ("promise_open", due.isoformat())
    assert plan.review_on == due + timedelta(days=1)


def test_a_stop_silences_a_case_from_the_instant_it_is_raised_until_it_is_lifted(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    stop = care.raise_stop(case, StopKind.HARDSHIP, at=NINE, by="dan")
    assert api.wish(DAY, NINE) == []
    assert api.plan_of(SYSTEM, case).hold.args == {"stop": "hardship"}
    care.lift_stop(stop, at=NINE + timedelta(hours=1), by="dan", why="over")
    assert api.wish(DAY + timedelta(days=1), NINE + timedelta(days=1)) != []


def test_an_agreed_call_back_is_kept_once(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    agreed = NINE + timedelta(hours=6)
    casefile.record(case, FactKind.CALL_BACK, at=NINE, by="dan", data={"at": agreed.isoformat()})
    [wish] = api.wish(DAY, NINE + timedelta(minutes=5))
    assert (wish.not_before, wish.reason.code) == (agreed, "call_back_agreed")
    casefile.record(case, FactKind.CALL, at=agreed, by="dan", data={"result": "no_answer"})
    after = api.wish(DAY + timedelta(days=1), NINE + timedelta(days=1))
    assert "call_back_agreed" not in {w.reason.code for w in after}


def test_a_talk_with_a_related_person_says_nothing_of_the_borrower(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    casefile.record(
        case,
        FactKind.CALL,
        at=NINE - timedelta(days=1),
        by="dan",
        data={"result": "conversation", "person": "P1"},
    )
    api.wish(DAY, NINE)
    assert Decision.objects.get().facts["calls"]["count"] == 0


@pytest.mark.parametrize(
    ("kind", "data", "silent"),
    [
        (FactKind.CALL, {"result": "conversation", "right_party": "right_party"}, 0),
        (FactKind.CALL, {"result": "conversation", "right_party": "wrong_party"}, 3),
        (FactKind.VISIT, {"result": "met", "outcome": "met"}, 0),
        (FactKind.VISIT, {"result": "answered", "outcome": "wrong_person"}, 3),
        (FactKind.MESSAGE_IN, {}, 0),
    ],
)
def test_only_the_borrower_ends_the_silence(cast, kind, data, silent):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    for day in (4, 3):
        casefile.record(
            case, FactKind.CALL, at=NINE - timedelta(days=day), by="a", data={"result": "busy"}
        )
    casefile.record(case, kind, at=NINE - timedelta(days=2), by="a", data=data)
    api.wish(DAY, NINE)
    seen = Decision.objects.get().facts
    assert sum(seen[k]["silent"] for k in ("calls", "messages", "visits")) == silent


def test_another_organisation_sees_no_plan(cast):
    [case] = new_cases(cast, 1)
    api.wish(DAY, NINE)
    pine = Viewer(organisation_id=cast.pine, organisation_kind=OrganisationKind.LENDER)
    doorway = Viewer(organisation_id=cast.doorway, organisation_kind=OrganisationKind.AGENCY)
    assert api.plan_of(pine, case) is None
    assert api.plan_of(doorway, case) is not None


def test_the_rank_that_was_planned_is_kept_for_learning(cast):
    [case] = new_cases(cast, 1)
    verified_phone(case)
    [wish] = api.wish(DAY, NINE)
    assert api.mark_planned({wish.decision_id: 1, named_id("nobody"): 2}) == 1
    assert Decision.objects.get().planned_rank == 1


@pytest.mark.parametrize("made", [True, False])
def test_a_planned_visit_that_nobody_made_is_seen_the_next_day(cast, made):
    [case] = new_cases(cast, 1, dpd=75)
    home = NewPoint(PointKind.ADDRESS, "光明街12号", "crew", latitude=42.9, longitude=129.5)
    verification.add_point(SYSTEM, case, home, at=NINE, by="test")
    [wish] = api.wish(DAY, NINE)
    assert str(wish.action.kind) == "visit"
    api.mark_planned({wish.decision_id: 1})
    if made:
        casefile.record(case, FactKind.VISIT, at=NINE, by="fei", data={"result": "nobody_home"})
    api.wish(DAY + timedelta(days=1), NINE + timedelta(days=1))
    assert Decision.objects.get(as_of=DAY + timedelta(days=1)).facts["visit_waited"] is not made


def test_a_day_of_many_cases_reads_as_often_as_a_day_of_few_and_writes_in_batches(cast):
    def queries(count):
        Decision.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            api.wish(DAY, NINE)
        assert Decision.objects.count() == count
        reads = [q for q in seen.captured_queries if q["sql"].startswith("SELECT")]
        assert len(seen) - len(reads) <= 6 + count / 25
        return len(reads)

    new_cases(cast, 1)
    few = queries(1)
    for key in new_cases(cast, 399, start=1):
        verified_phone(key)
    assert queries(400) == few <= 14
