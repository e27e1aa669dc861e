import pytest
from django.urls import reverse
from tests.browser import LANGUAGES, WIDTHS
from tests.cast import NINE, PASSWORD, case_of, people_of_the_cast

from doorstep.people.types import SYSTEM
from doorstep.verification import api
from doorstep.verification.models import RelatedPerson
from doorstep.verification.types import (
    NewOutcome,
    NewPoint,
    PointKind,
    PointOutcome,
    PointStatus,
    RightParty,
)


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def case(cast):
    return case_of(cast)


def sign_in(client, username):
    assert client.login(username=username, password=PASSWORD)


def add(case, kind=PointKind.PHONE, value="13912345678", **over):
    return api.add_point(
        SYSTEM, case, NewPoint(kind, value, source="lender", **over), at=NINE, by="test"
    )


@pytest.fixture(autouse=True)
def no_lockout(settings):
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]


def test_a_desk_agent_adds_a_number_and_sees_it_masked(client, case):
    sign_in(client, "dan")
    form = {"kind": "phone", "value": "139 1234 5678", "use": "self", "source": "borrower"}
    done = client.post(reverse("points", args=[case]), form, follow=True)
    assert done.status_code == 200
    assert b"*******5678" in done.content
    assert b"12345678" not in done.content.replace(b"*******5678", b"")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"value": "12"}, "value"),
        ({"value": ""}, "value"),
        ({"kind": "fax"}, "kind"),
        ({"person": "nobody"}, "person"),
        ({"latitude": "42.9"}, "longitude"),
        ({"latitude": "142.9", "longitude": "1"}, "latitude"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(client, case, over, field):
    sign_in(client, "dan")
    form = {"kind": "phone", "value": "139 1234 5678", "use": "self", "source": "borrower"} | over
    answer = client.post(reverse("points", args=[case]), form)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert api.points_of(SYSTEM, [case]) == {}


def test_marking_wrong_and_confirming(client, case):
    sign_in(client, "dan")
    key = add(case)
    client.post(reverse("point-wrong", args=[case, key]))
    assert api.find_point(SYSTEM, key).status is PointStatus.WRONG
    client.post(reverse("point-confirmation", args=[case, key]))
    assert api.find_point(SYSTEM, key).status is PointStatus.VERIFIED


def test_a_point_is_changed_only_through_its_own_case(client, cast, case):
    sign_in(client, "dan")
    other = case_of(cast, "B-KIM")
    key = add(case)
    assert client.post(reverse("point-wrong", args=[other, key])).status_code == 404
    assert api.find_point(SYSTEM, key).status is PointStatus.UNVERIFIED


@pytest.mark.parametrize(("who", "status"), [("pia", 404), ("ana", 403), ("fei", 403)])
def test_strangers_and_other_roles_are_turned_away(client, case, who, status):
    sign_in(client, who)
    key = add(case)
    for name, args in (
        ("points", [case]),
        ("point-wrong", [case, key]),
        ("point-confirmation", [case, key]),
        ("person-stop", [case]),
    ):
        assert client.post(reverse(name, args=args), {"person": "P1"}).status_code == status
    assert api.find_point(SYSTEM, key).status is PointStatus.UNVERIFIED


def full_case(cast):
    case = case_of(cast, dpd=75)
    RelatedPerson.objects.create(
        case_id=case,
        lender_id=cast.bluebay,
        agency_id=cast.doorway,
        person="P1",
        placement_role="contact_person",
        role="contact",
        masked_name="李*",
    )
    phone = add(case)
    api.record_right_party(SYSTEM, case, phone, RightParty.RIGHT_PARTY, at=NINE, by="dan")
    add(case, PointKind.EMAIL, "li.na@example.org")
    add(case, PointKind.ADDRESS, "吉林省延边州延吉市河南街道光明街12号3单元501", use="home")
    other = add(case, value="13900000001", person="P1", use="contact")
    api.record_outcomes([NewOutcome(other, PointOutcome.WRONG_PARTY, NINE, "dan")])
    return case


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_looks_right(screen, cast_in_db, language, width):
    case = full_case(cast_in_db)
    window = screen(
        language=language, width=width, scheme="dark" if language == "zh-hans" else "light"
    )
    window.sign_in("dan")
    window.go(reverse("points", args=[case]))
    window.look("points")
