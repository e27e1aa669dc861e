"""Fei and Feng at the doors of Yanji: the gate asked there, the outcome told, tomorrow changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests import cast

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import ArrearsReason, FactKind, PromiseSaid, VisitAsked
from doorstep.compliance import api as gate
from doorstep.compliance.models import StoredConsent
from doorstep.compliance.types import Attempt, AttemptResult, Denied
from doorstep.field import api
from doorstep.field.models import VisitRecord
from doorstep.field.types import DoorOutcome, VisitOutcome
from doorstep.kernel.actions import ActionKind
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM, OrganisationKind, UserRole
from doorstep.strategy.queries import case_facts
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty
from doorstep.visits import api as visits
from doorstep.visits.tests.conftest import DAY, SEVEN, make_door
from doorstep.visits.types import VisitStatus

TEN = cast.at(10)
MET = VisitOutcome(DoorOutcome.MET, TEN, right_party="right_party")
HOME = VisitOutcome(DoorOutcome.NOBODY_HOME, TEN)


@pytest.fixture
def who(db):
    return cast.people_of_the_cast()


@pytest.fixture
def fei(who):
    return cast.viewer(who.doorway, OrganisationKind.AGENCY, UserRole.FIELD, who.fei)


@pytest.fixture
def visit(who):
    door = make_door(who, "B-LINA")
    visits.plan_day(DAY, [door.planned], at=SEVEN)
    return visits.visits_of(SYSTEM, [door.case])[door.case][0]


def facts(visit, kind):
    return casefile.facts_of(SYSTEM, [visit.case_id], [kind])[visit.case_id]


def now(visit):
    return visits.find_visit(SYSTEM, visit.id)


def test_the_gate_is_asked_at_the_door_with_the_crew_that_stands_there(fei, visit):
    before = api.packet(fei, visit.id, TEN)
    assert (before.open, before.questions, before.amount) == (False, (), None)
    cleared = api.begin(fei, visit.id, TEN)
    assert cleared.it.crew == tuple(str(a) for a in visit.crew)
    packet = api.packet(fei, visit.id, TEN)
    assert packet.open
    assert packet.duties
    assert packet.amount is None
    assert api.begin(fei, visit.id, TEN + timedelta(minutes=5)).clearance_id == cleared.clearance_id


def test_earlier_visits_are_those_that_were_made(who, fei):
    door, day = make_door(who, "B-LINA"), timedelta(days=1)
    for n in range(3):
        at, planned = SEVEN + n * day, door.planned
        planned = replace(
            planned, not_before=planned.not_before + n * day, not_after=planned.not_after + n * day
        )
        visits.plan_day(DAY + n * day, [planned], at=at)
        latest = visits.visits_of(SYSTEM, [door.case])[door.case][0]
        if n == 0:
            api.begin(fei, latest.id, TEN)
            api.record_visit(fei, latest.id, HOME, TEN)
    assert latest.day == DAY + 2 * day
    earlier = api.packet(fei, latest.id, TEN + 2 * day).earlier
    assert list(earlier) == [(DAY, "nobody_home")], "the day nobody came is none"


def test_no_amount_before_the_right_person_is_confirmed(fei, visit):
    api.begin(fei, visit.id, TEN)
    api.confirm_party(fei, visit.id, RightParty.NOT_SURE, at=TEN)
    assert api.packet(fei, visit.id, TEN).amount is None
    api.confirm_party(fei, visit.id, RightParty.RIGHT_PARTY, at=TEN)
    assert api.packet(fei, visit.id, TEN).amount == Money(900_000, "CNY")
    assert [f.data["result"] for f in facts(visit, FactKind.RIGHT_PARTY)] == [
        "not_sure",
        "right_party",
    ]


@pytest.mark.parametrize("hour", [7, 22])
def test_outside_the_hours_the_door_stays_shut(fei, visit, hour):
    with pytest.raises(Denied) as denied:
        api.begin(fei, visit.id, cast.at(hour, 30))
    assert denied.value.verdict.deciding
    assert gate.verdict_of(SYSTEM, denied.value.verdict.id) is not None
    assert not api.packet(fei, visit.id, cast.at(hour, 30)).open


def test_a_stop_declared_after_planning_holds_at_the_door(fei, visit):
    care.raise_stop(visit.case_id, StopKind.COMPLAINT, at=cast.at(9), by="dan")
    with pytest.raises(Denied):
        api.begin(fei, visit.id, TEN)


def test_a_stop_declared_during_the_visit_closes_the_packet(fei, visit):
    api.begin(fei, visit.id, TEN)
    care.raise_stop(visit.case_id, StopKind.NO_CONTACT, at=cast.at(10, 5), by="dan")
    assert not api.packet(fei, visit.id, cast.at(10, 6)).open
    with pytest.raises(Denied):
        api.begin(fei, visit.id, cast.at(10, 6))


def test_without_recording_no_visit(fei, visit):
    with pytest.raises(Denied) as denied:
        api.begin(fei, visit.id, TEN, recording="failed")
    assert "CN-VIS-06" in denied.value.verdict.deciding


def test_a_visit_is_only_its_crews_on_its_day(who, fei, visit):
    dan = cast.viewer(who.doorway, OrganisationKind.AGENCY, UserRole.FIELD, who.dan)
    for stranger in (dan, cast.stranger(who)):
        for call in (
            lambda v: api.packet(v, visit.id, TEN),
            lambda v: api.begin(v, visit.id, TEN),
            lambda v: api.record_visit(v, visit.id, HOME, TEN),
            lambda v: api.add_photo(v, visit.id, b"", at=TEN),
        ):
            with pytest.raises(visits.UnknownVisitError):
                call(stranger)
    assert api.today(dan, DAY).route is None
    with pytest.raises(api.VisitClosedError):
        api.begin(fei, visit.id, TEN + timedelta(days=1))
    assert [v.id for v in api.today(fei, DAY).route.visits] == [visit.id]


def test_a_visit_is_judged_when_it_happened_not_when_it_is_uploaded(fei, visit):
    api.begin(fei, visit.id, TEN)
    late_at_night = cast.at(23, 30)
    api.record_visit(fei, visit.id, HOME, late_at_night)
    record = VisitRecord.objects.get(visit_id=visit.id)
    assert (record.happened_at, record.recorded_at, record.flagged) == (TEN, late_at_night, "")
    assert facts(visit, FactKind.VISIT)[0].at == TEN
    assert now(visit).status is VisitStatus.DONE
    assert now(visit).done_at == TEN


@pytest.mark.parametrize(
    ("hour", "flagged"), [(10, "not_begun"), (6, "not_permitted")], ids=["by day", "too early"]
)
def test_a_visit_nobody_asked_about_counts_and_is_flagged(fei, visit, hour, flagged):
    said = VisitOutcome(DoorOutcome.NOBODY_HOME, cast.at(hour))
    api.record_visit(fei, visit.id, said, cast.at(19))
    assert VisitRecord.objects.get(visit_id=visit.id).flagged == flagged
    assert facts(visit, FactKind.VISIT)[0].data["flagged"] == flagged


def test_told_twice_is_once_and_another_story_is_refused(fei, visit):
    api.begin(fei, visit.id, TEN)
    first = api.record_visit(fei, visit.id, HOME, cast.at(10, 5))
    assert api.record_visit(fei, visit.id, HOME, cast.at(12)) == first
    with pytest.raises(api.VisitConflictError):
        api.record_visit(fei, visit.id, MET, cast.at(12))
    assert len(facts(visit, FactKind.VISIT)) == 1


def test_everything_a_talk_brings_is_kept(fei, visit):
    api.begin(fei, visit.id, TEN)
    api.confirm_party(fei, visit.id, RightParty.RIGHT_PARTY, at=TEN)
    said = VisitOutcome(
        DoorOutcome.MET,
        cast.at(10, 20),
        right_party="right_party",
        reason=ArrearsReason.LOST_JOB,
        promise=PromiseSaid(Money(50_000, "CNY"), date(2026, 11, 30)),
        note="new work from Monday",
    )
    api.record_visit(fei, visit.id, said, cast.at(10, 25))
    promise = casefile.promises_of(SYSTEM, [visit.case_id])[visit.case_id][0]
    assert (promise.amount, promise.source, promise.made_at) == (50_000, "visit", cast.at(10, 20))
    data = facts(visit, FactKind.VISIT)[0].data
    assert (data["outcome"], data["result"], data["right_party"], data["reason"]) == (
        "met",
        "met",
        "right_party",
        "lost_job",
    )
    assert facts(visit, FactKind.REASON)[0].data["reason"] == "lost_job"
    assert len(facts(visit, FactKind.RIGHT_PARTY)) == 1
    assert "Monday" not in str([f.data for f in casefile.timeline(SYSTEM, visit.case_id)])
    with pytest.raises(Denied):  # one visit a day
        gate.clear(SYSTEM, visit.action, at=cast.at(15))


def test_a_declared_stop_ends_contact_on_every_channel(fei, visit):
    api.begin(fei, visit.id, TEN)
    said = VisitOutcome(DoorOutcome.MET, TEN, right_party="right_party", stop="hardship")
    api.record_visit(fei, visit.id, said, TEN)
    assert [s.kind for s in care.stops_of(SYSTEM, [visit.case_id])[visit.case_id]] == ["hardship"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"happened_at": cast.at(11)}, "happened_at", "future"),
        ({"happened_at": TEN - timedelta(days=1)}, "happened_at", "other_day"),
        ({"right_party": ""}, "right_party", "required"),
        ({"outcome": DoorOutcome.NOBODY_HOME}, "right_party", "nobody_spoke"),
        ({"outcome": DoorOutcome.WRONG_PERSON}, "right_party", "contradiction"),
        (
            {"right_party": "not_sure", "reason": ArrearsReason.FORGOT},
            "reason",
            "needs_right_party",
        ),
        ({"right_party": "not_sure", "visit": VisitAsked()}, "visit", "needs_right_party"),
        ({"visit": VisitAsked(DAY - timedelta(days=1))}, "visit_on", "day_past"),
        (
            {
                "outcome": DoorOutcome.REFUSED,
                "promise": PromiseSaid(Money(100, "CNY"), date(2026, 12, 1)),
            },
            "promise",
            "needs_right_party",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(fei, visit, changes, field, code):
    with pytest.raises(api.VisitOutcomeError) as error:
        api.record_visit(fei, visit.id, replace(MET, **changes), cast.at(10, 30))
    assert error.value.fields[field] == code
    assert facts(visit, FactKind.VISIT) == []
    assert now(visit).status is VisitStatus.PLANNED


def test_a_promise_for_yesterday_undoes_the_whole_record(fei, visit):
    said = replace(MET, promise=PromiseSaid(Money(100, "CNY"), date(2026, 11, 1)))
    with pytest.raises(api.VisitOutcomeError):
        api.record_visit(fei, visit.id, said, TEN)
    assert facts(visit, FactKind.VISIT) == []
    assert not VisitRecord.objects.exclude(outcome="").exists()


def test_another_visit_asked_for_at_the_door_is_kept_for_tomorrow(fei, visit):
    api.begin(fei, visit.id, TEN)
    on = DAY + timedelta(days=2)
    api.record_visit(fei, visit.id, replace(MET, visit=VisitAsked(on)), cast.at(10, 30))
    assert facts(visit, FactKind.VISIT)[0].data["visit_asked"] == on.isoformat()
    [asked] = StoredConsent.objects.all()
    assert (asked.kind, asked.given_at) == ("visit", TEN)
    assert asked.evidence == f"visit record {VisitRecord.objects.get(visit_id=visit.id).pk}"
    [case] = case_facts([casefile.find_case(SYSTEM, visit.case_id)], on, cast.at(7, day=on), {})
    assert case.visit_asked
    [early] = case_facts([casefile.find_case(SYSTEM, visit.case_id)], DAY, cast.at(20), {})
    assert (early.visit_asked, early.visit_later) == (False, True)


# Outcome, reason and right-party result each change what tomorrow's day does.


def tomorrow(visit):
    """What the wish of tomorrow sees: the address's state and the worth of knocking again."""
    point = verification.find_point(SYSTEM, visit.point_id)
    return point.status, point.confidence


def test_moved_away_takes_the_address_out(fei, visit):
    before = tomorrow(visit)
    api.record_visit(fei, visit.id, VisitOutcome(DoorOutcome.MOVED, TEN), TEN)
    assert tomorrow(visit)[0] == "wrong"
    assert before[0] == "verified"


def test_the_right_party_result_changes_trust_in_the_address(fei, who):
    doors = [make_door(who, b) for b in ("B-RIGHT", "B-WRONG")]
    visits.plan_day(DAY, [d.planned for d in doors], at=SEVEN)
    found = [visits.visits_of(SYSTEM, [d.case])[d.case][0] for d in doors]
    for one, party in zip(found, ("right_party", "wrong_party"), strict=True):
        said = VisitOutcome(DoorOutcome.MET, TEN, right_party=party)
        api.record_visit(fei, one.id, said, TEN)
    right, wrong = (tomorrow(v) for v in found)
    assert right[1] > wrong[1]
    assert wrong[0] == "wrong"


def test_two_shut_doors_and_the_gate_says_no_to_a_third(fei, visit):
    for days in (3, 6):
        gate.record_attempt(
            Attempt(
                visit.case_id,
                ActionKind.VISIT,
                TEN - timedelta(days=days),
                AttemptResult.NOBODY_HOME,
                point_id=str(visit.point_id),
            )
        )
    with pytest.raises(Denied) as denied:
        api.begin(fei, visit.id, TEN)
    assert "HOUSE-VIS-03" in denied.value.verdict.deciding
