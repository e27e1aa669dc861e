from datetime import date, timedelta

import pytest

from doorstep.casefile.api import timeline
from doorstep.casefile.types import FactKind
from doorstep.kernel.actions import Purpose, Role
from doorstep.people.types import SYSTEM, OrganisationKind, Viewer
from doorstep.verification import api
from doorstep.verification.models import ContactPoint
from doorstep.verification.tests.conftest import AT
from doorstep.verification.types import (
    NewOutcome,
    NewPoint,
    PointKind,
    PointOutcome,
    PointStatus,
    Precision,
    RightParty,
)

STRANGER = Viewer(organisation_id=999, organisation_kind=OrganisationKind.LENDER)


def phone(case, number="139 1234 5678", person=""):
    new = NewPoint(PointKind.PHONE, number, source="desk", person=person)
    return api.add_point(SYSTEM, case, new, at=AT, by="a1")


def facts(case, kind):
    return [f for f in timeline(SYSTEM, case) if f.kind is kind]


def test_a_point_added_by_hand_may_only_be_verified(meilan):
    point = api.find_point(SYSTEM, phone(meilan))
    assert point.masked == "+86*******5678"
    assert point.purposes == {Purpose.VERIFY}
    assert len(facts(meilan, FactKind.POINT_ADDED)) == 1


def test_the_value_is_sealed_and_the_same_number_written_otherwise_is_the_same_point(meilan):
    assert phone(meilan) == phone(meilan, "+86-13912345678")
    row = ContactPoint.objects.get()
    assert b"12345678" not in bytes(row.value)
    assert "12345678" not in row.masked


@pytest.mark.parametrize("value", ["", "12", "no number"])
def test_what_is_no_number_is_refused_by_field(meilan, value):
    with pytest.raises(api.PointValueError, match=r"^value: "):
        phone(meilan, value)


def test_revealing_a_number_is_logged_with_who_and_why(meilan):
    value = api.reveal(SYSTEM, phone(meilan), at=AT, by="a1", why="call")
    assert value == "+8613912345678"
    [fact] = facts(meilan, FactKind.POINT_REVEALED)
    assert (fact.by, fact.data["why"], fact.data["masked"]) == ("a1", "call", "+86*******5678")
    assert value not in str(fact.data)


def test_another_lender_finds_reveals_and_changes_nothing(meilan):
    key = phone(meilan)
    assert api.find_point(STRANGER, key) is None
    assert api.points_of(STRANGER, [meilan]) == {}
    for attempt in (
        lambda: api.reveal(STRANGER, key, at=AT, by="x", why="call"),
        lambda: api.record_outcome(STRANGER, key, PointOutcome.MOVED, at=AT, by="x"),
        lambda: api.record_right_party(
            STRANGER, meilan, key, RightParty.WRONG_PARTY, at=AT, by="x"
        ),
        lambda: api.add_point(
            STRANGER, meilan, NewPoint(PointKind.PHONE, "13912345670", "x"), at=AT, by="x"
        ),
    ):
        with pytest.raises(api.UnknownPointError):
            attempt()


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (RightParty.RIGHT_PARTY, PointStatus.VERIFIED),
        (RightParty.WRONG_PARTY, PointStatus.WRONG),
        (RightParty.REFUSED, PointStatus.UNVERIFIED),
        (RightParty.NOT_SURE, PointStatus.UNVERIFIED),
    ],
)
def test_only_the_right_person_opens_a_number(meilan, result, status):
    key = phone(meilan)
    api.record_right_party(SYSTEM, meilan, key, result, at=AT, by="a1")
    point = api.find_point(SYSTEM, key)
    assert point.status is status
    assert (point.right_party_at is not None) == (result is RightParty.RIGHT_PARTY)
    assert facts(meilan, FactKind.RIGHT_PARTY)[0].data["result"] == result


def test_a_wrong_number_stays_wrong_until_the_right_person_is_proven_at_it(meilan):
    key = phone(meilan)
    for outcome in (PointOutcome.WRONG_PARTY, PointOutcome.ANSWERED, PointOutcome.DELIVERED):
        api.record_outcome(SYSTEM, key, outcome, at=AT, by="a1")
    assert api.find_point(SYSTEM, key).status is PointStatus.WRONG
    api.record_outcome(SYSTEM, key, PointOutcome.RIGHT_PARTY, at=AT, by="a1")
    assert api.find_point(SYSTEM, key).status is PointStatus.VERIFIED


def test_five_silent_attempts_in_a_week_rest_a_number_and_it_wakes_as_it_was(meilan):
    key = phone(meilan)
    api.record_right_party(
        SYSTEM, meilan, key, RightParty.RIGHT_PARTY, at=AT - timedelta(days=20), by="a1"
    )
    silent = [
        NewOutcome(key, PointOutcome.NO_ANSWER, AT - timedelta(days=n), "a1") for n in range(5)
    ]
    api.record_outcomes(silent[::-1])
    today = AT.date()
    assert api.rest_points(today, AT) == 1
    assert api.rest_points(today, AT) == 0
    assert api.find_point(SYSTEM, key).status is PointStatus.RESTING
    later = today + timedelta(days=10)
    assert api.rest_points(later, AT + timedelta(days=10)) == 1
    assert api.find_point(SYSTEM, key).status is PointStatus.VERIFIED


def test_four_silent_attempts_do_not_rest_a_number(meilan):
    key = phone(meilan)
    api.record_outcomes([NewOutcome(key, PointOutcome.NO_ANSWER, AT, "a1")] * 4)
    assert api.rest_points(AT.date(), AT) == 0


def test_a_contact_who_asks_to_stop_is_left_alone_for_good(meilan, zhe):
    key = phone(meilan, person=zhe)
    api.stop_person(SYSTEM, meilan, zhe, at=AT, by="a1")
    api.rest_points(date(2030, 1, 1), AT + timedelta(days=2000))
    point = api.find_point(SYSTEM, key)
    assert (point.role, point.purposes) == (Role.CONTACT, frozenset())
    assert api.people_of(SYSTEM, [meilan])[meilan][0].stopped_at == AT


def test_a_point_of_a_person_the_case_does_not_know_is_refused(meilan):
    with pytest.raises(api.PointValueError, match=r"^person: "):
        phone(meilan, person="nobody")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("吉林省延边州延吉市河南街道光明街12号", None, Precision.TOWN),
        ("吉林省延边州延吉市河南街道光明街12号", (42.89, 129.5), Precision.POINT),
        ("光明街12号", None, Precision.NONE),
        ("光明街12号", (0.0, 0.0), Precision.NONE),
    ],
)
def test_only_an_address_with_coordinates_is_located(meilan, text, at, precision):
    lat, lon = at or (None, None)
    new = NewPoint(PointKind.ADDRESS, text, "crew", latitude=lat, longitude=lon)
    point = api.find_point(SYSTEM, api.add_point(SYSTEM, meilan, new, at=AT, by="a1"))
    assert point.precision is precision
    assert point.located == (precision is Precision.POINT)
