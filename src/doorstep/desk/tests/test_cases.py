import io
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests.cast import DAY, NINE, case_of, people_of_the_cast

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db
CASES = "/cases/"
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


def many(cast, count):
    casefile.create_cases(
        [
            casefile.NewCase(
                named_id("case", "bulk", n),
                f"C-{n:05}",
                cast.bluebay,
                cast.doorway,
                cast.mandate,
                f"B-{n:05}",
                "1-15" if n % 2 else "61-90",
                n % 200 + 1,
                1000 * n + 500,
                5000 * n + 500,
                "CNY",
                "zh-Hans",
                "CN",
                ("Yanji", "Tumen")[n % 2],
                "Asia/Shanghai",
            )
            for n in range(count)
        ],
        on=DAY,
        at=NINE,
        by="test",
    )


def test_the_list_finds_by_reference_borrower_bucket_region_and_promise(signed_in, cast):
    many(cast, 6)
    case = case_of(cast)
    casefile.make_promise(
        case,
        amount=Money(5000, "CNY"),
        due_on=DAY + timedelta(days=2),
        at=NINE,
        by="dan",
        source="call",
    )
    client = signed_in("dan")
    for query, expected in (
        ("q=C-B-L", {"C-B-LINA"}),
        ("q=B-00003", {"C-00003"}),
        ("bucket=16-30", {"C-B-LINA"}),
        ("region=Tumen", {"C-00001", "C-00003", "C-00005"}),
        ("promise=open", {"C-B-LINA"}),
        ("status=closed", set()),
        ("q=nothing", set()),
        (
            "assigned=not-an-id&page=x&sort=nonsense",
            {"C-B-LINA", *(f"C-0000{n}" for n in range(6))},
        ),
    ):
        rows = client.get(f"{CASES}?{query}").context["rows"]
        assert {r.case.reference for r in rows} == expected, query


def test_sorted_by_arrears_the_pages_hold_every_case_once(signed_in, cast):
    many(cast, 120)
    client = signed_in("min")
    seen = []
    for page in (1, 2, 3):
        seen += [
            r.case.arrears for r in client.get(f"{CASES}?sort=arrears&page={page}").context["rows"]
        ]
    assert seen == sorted(seen)
    assert len(set(seen)) == 120
    assert client.get(f"{CASES}?page=3").context["page"]["after"] is None


@pytest.mark.parametrize("path", [CASES, "page"])
def test_list_and_page_ask_a_fixed_small_number_of_queries(
    signed_in, cast, django_assert_max_num_queries, path
):
    many(cast, 5)
    case = case_of(cast)
    url = reverse("case", args=[case]) if path == "page" else path
    client = signed_in("min")
    client.get(url)
    with django_assert_max_num_queries(45 if path == "page" else 14) as few:
        client.get(url)
    for n in range(30):
        casefile.record(case, FactKind.NOTE, at=NINE, by="dan", data={"note": f"n{n}"})
    many_more = 45
    casefile.create_cases(
        [
            casefile.NewCase(
                named_id("more", n), f"M-{n}", cast.bluebay, cast.doorway, cast.mandate,
                f"M-{n}", "1-15", 3, 100, 100, "CNY", "zh-Hans", "CN", "Yanji", "Asia/Shanghai",
            )
            for n in range(many_more)
        ],
        on=DAY, at=NINE, by="test",
    )  # fmt: skip
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


def test_another_lender_gets_an_empty_list_a_404_and_an_empty_file(signed_in, cast):
    case = case_of(cast)
    client = signed_in("pia")
    assert client.get(CASES).context["rows"] == []
    assert client.get(reverse("case", args=[case])).status_code == 404
    assert b"C-B-LINA" not in strings_of(client.get(reverse("cases-export")))


def test_a_field_agent_may_not_open_the_list(signed_in, cast):
    assert signed_in("fei").get(CASES).status_code == 403


def test_the_page_tells_the_story_in_words(signed_in, cast):
    case = case_of(cast)
    casefile.make_promise(
        case, amount=Money(120_000, "CNY"), due_on=DAY, at=NINE, by="dan", source="call"
    )
    casefile.record(case, FactKind.STOP_RAISED, at=NINE, by="chen", data={"kind": "hardship"})
    page = signed_in("dan").get(reverse("case", args=[case])).content.decode()
    assert "Promised CN¥1,200.00 by 24 Nov 2026, by phone." in page
    assert "Contact stopped: Hardship." in page
    assert "20 days past due" in page


def test_every_kind_of_fact_has_words_in_the_timeline(cast):
    from doorstep.desk.words import _WORDS

    assert set(_WORDS) == set(FactKind)


def test_giving_cases_shows_first_and_then_does_it(signed_in, cast):
    many(cast, 60)
    client = signed_in("min")
    post = {"agent": str(cast.dan), "everything": "yes", "filter": "region=Yanji"}
    shown = client.post(reverse("cases-bulk"), post)
    assert shown.context["count"] == 30
    assert not casefile.list_cases(SYSTEM, casefile.CaseFilter(assigned=str(cast.dan)))
    done = client.post(
        reverse("cases-bulk"),
        {"agent": str(cast.dan), "confirm": "yes", "case": shown.context["ids"]},
    )
    assert done.status_code == 302
    given = casefile.list_cases(SYSTEM, casefile.CaseFilter(assigned=str(cast.dan)))
    assert len(given) == 30
    assert {c.region for c in given} == {"Yanji"}


def test_nobody_gives_away_what_is_not_theirs(signed_in, cast):
    case = case_of(cast)
    post = {"agent": "nobody", "case": [str(case), "junk"], "confirm": "yes"}
    signed_in("pia").post(reverse("cases-bulk"), post)
    agent = {"agent": str(cast.dan), "case": [str(case)], "confirm": "yes"}
    signed_in("pia").post(reverse("cases-bulk"), agent)
    assert casefile.find_case(SYSTEM, case).assigned_to is None


def test_the_export_holds_every_row_and_no_formula(signed_in, cast):
    case_of(cast, borrower="=1+1")
    many(cast, 70)
    answer = signed_in("ana").get(reverse("cases-export"))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 72
    assert b"=1+1" in strings_of(answer)


def strings_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return file.read("xl/sharedStrings.xml")
