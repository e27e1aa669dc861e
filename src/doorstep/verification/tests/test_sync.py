import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import DAY, NINE, case_of, people_of_the_cast, stranger

from doorstep.book import api as book
from doorstep.book.tests import files as f
from doorstep.casefile import api as casefile
from doorstep.kernel.actions import Role
from doorstep.people.types import SYSTEM
from doorstep.verification import api
from doorstep.verification.models import ContactPoint
from doorstep.verification.types import (
    NewPoint,
    PointKind,
    PointOutcome,
    PointStatus,
    Precision,
    RightParty,
)

LINA = "B1"


def point(**over):
    return {
        "borrower_id": LINA,
        "person_id": "",
        "kind": "phone",
        "value": "139 1234 5678",
        "use": "self",
        "source": "contract",
        "basis": "contract",
        "confirmed_on": "",
        "lat": "",
        "lon": "",
    } | over


HOME = point(kind="address", value="吉林省延边州延吉市河南街道光明街12号", use="home")


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    return people_of_the_cast()


@pytest.fixture
def placed(cast, tmp_path):
    """Import a placement with these contact points and sync the cases that are open."""
    times = iter(range(100))

    def run(*points):
        paths, plan = f.placement(tmp_path / str(next(times)), contact_points=list(points))
        report = book.import_placement(paths, plan, lender="bluebay", at=NINE, by="test")
        assert report.applied
        assert not report.rejects
        return api.sync_points(DAY, NINE)

    return run


def points(case):
    return {(p.person, str(p.kind)): p for p in api.points_of(SYSTEM, [case])[case]}


def test_a_lenders_row_becomes_a_masked_point_with_its_source(cast, placed):
    case = case_of(cast, LINA)
    assert placed(point()) == 1
    found = points(case)["", "phone"]
    assert (found.masked, found.source, found.basis) == ("+86*******5678", "contract", "contract")
    assert api.reveal(SYSTEM, found.id, at=NINE, by="a1", why="call") == "+8613912345678"


@pytest.mark.parametrize(
    ("confirmed_on", "status"),
    [
        ("2026-11-01", PointStatus.VERIFIED),
        ("2026-05-28", PointStatus.VERIFIED),
        ("2026-05-27", PointStatus.UNVERIFIED),
        ("", PointStatus.UNVERIFIED),
    ],
)
def test_only_a_recent_confirmation_makes_a_lenders_number_verified(
    cast, placed, confirmed_on, status
):
    case = case_of(cast, LINA)
    placed(point(confirmed_on=confirmed_on))
    assert points(case)["", "phone"].status is status


def test_syncing_again_changes_nothing(cast, placed):
    case_of(cast, LINA)
    assert placed(point(), HOME) == 2
    assert api.sync_points(DAY, NINE) == 0


def test_a_number_typed_by_hand_is_the_lenders_number(cast, placed):
    case = case_of(cast, LINA)
    placed(point())
    new = NewPoint(PointKind.PHONE, "+86 139-1234-5678", source="desk")
    assert api.add_point(SYSTEM, case, new, at=NINE, by="a1") == points(case)["", "phone"].id
    email = NewPoint(PointKind.EMAIL, "Li.Na@Example.org", source="desk")
    api.add_point(SYSTEM, case, email, at=NINE, by="a1")
    assert placed(point(), point(kind="email", value="li.na@example.ORG")) == 0


def test_coordinates_that_come_later_locate_an_address(cast, placed):
    case = case_of(cast, LINA)
    placed(HOME)
    assert points(case)["", "address"].precision is Precision.TOWN
    placed({**HOME, "lat": "42.9012", "lon": "129.5123"})
    assert points(case)["", "address"].located


def test_a_file_does_not_undo_what_we_learned(cast, placed):
    case = case_of(cast, LINA)
    placed(point())
    key = points(case)["", "phone"].id
    api.record_outcome(SYSTEM, key, PointOutcome.WRONG_PARTY, at=NINE, by="a1")
    placed(point(confirmed_on="2026-11-20"))
    assert points(case)["", "phone"].status is PointStatus.WRONG


def test_a_lenders_fresh_confirmation_verifies_an_unverified_number(cast, placed):
    case = case_of(cast, LINA)
    placed(point())
    placed(point(confirmed_on="2026-11-20"))
    assert points(case)["", "phone"].status is PointStatus.VERIFIED


def test_a_new_case_starts_with_what_the_earlier_one_taught(cast, placed):
    case = case_of(cast, LINA)
    placed(point())
    api.record_right_party(
        SYSTEM, case, points(case)["", "phone"].id, RightParty.WRONG_PARTY, at=NINE, by="a1"
    )
    told = NewPoint(PointKind.EMAIL, "li.na@example.org", source="borrower")
    api.add_point(SYSTEM, case, told, at=NINE, by="a1")
    api.stop_person(SYSTEM, case, "P1", at=NINE, by="a1")
    change = casefile.CaseChange(case, "", 0, 0, 0, close=True)
    casefile.change_cases([change], on=DAY, at=NINE, by="test")
    again = case_of_again(cast)
    api.sync_points(DAY, NINE)
    assert points(again)["", "phone"].status is PointStatus.WRONG
    assert points(again)["", "email"].source == "borrower"
    assert api.people_of(SYSTEM, [again])[again][0].stopped_at == NINE


def case_of_again(cast):
    from doorstep.kernel.ids import named_id

    key = named_id("case", "bluebay", LINA, "again")
    casefile.create_cases(
        [
            casefile.NewCase(
                id=key,
                reference="C-again",
                lender_id=cast.bluebay,
                agency_id=cast.doorway,
                mandate_id=cast.mandate,
                borrower_id=LINA,
                bucket="1-30",
                dpd=1,
                arrears=100,
                payoff=100,
                currency="CNY",
                language="zh-Hans",
                country="CN",
                region="",
                zone="Asia/Shanghai",
            )
        ],
        on=DAY,
        at=NINE,
        by="test",
    )
    return key


def test_related_persons_carry_role_and_liability_and_their_points(cast, placed):
    case = case_of(cast, LINA)
    placed(point(), point(person_id="P1", value="13900000001", use="contact"))
    [person] = api.people_of(SYSTEM, [case])[case]
    assert (person.placement_role, person.role, person.liable) == (
        "guarantor",
        Role.GUARANTOR,
        True,
    )
    assert person.masked_name == "李*"
    assert points(case)["P1", "phone"].role is Role.GUARANTOR


def test_ids_do_not_depend_on_the_order_of_rows_or_on_the_key(cast, placed):
    case = case_of(cast, LINA)
    placed(point(value="13900000009"), point(value="13900000002"))
    by_value = {
        api.reveal(SYSTEM, p.id, at=NINE, by="a1", why="test"): p.id
        for p in api.points_of(SYSTEM, [case])[case]
    }
    from doorstep.kernel.ids import named_id

    assert by_value == {
        "+8613900000002": named_id("point", case, "", "phone", 1),
        "+8613900000009": named_id("point", case, "", "phone", 2),
    }


def test_many_cases_cost_as_many_reads_as_one(cast, placed):
    def reads():
        ContactPoint.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            api.sync_points(DAY, NINE)
        return sum(q["sql"].startswith("SELECT") for q in seen.captured_queries)

    case_of(cast, LINA)
    placed(point())
    one = reads()
    for n in range(60):
        case_of(cast, f"X{n}")
    assert reads() == one


def test_questions_are_made_of_what_we_know_and_never_name_a_debt(cast, placed):
    case = case_of(cast, LINA)
    placed(HOME)
    asked = api.right_party_questions(SYSTEM, case)
    assert [(q.code, q.expected) for q in asked] == [
        ("name", "李娜"),
        ("birthday", "01-01"),
        ("town", "延吉市"),
    ]
    assert [q.code for q in api.right_party_questions(SYSTEM, case, "P1")] == ["name"]
    with pytest.raises(api.UnknownPointError):
        api.right_party_questions(SYSTEM, case, "nobody")
    with pytest.raises(api.UnknownPointError):
        api.right_party_questions(stranger(cast), case)
