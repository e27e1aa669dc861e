"""The timeline of a case page: short at first, whole when asked, and telling each thing once."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests.cast import NINE, case_of, people_of_the_cast

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.desk.timeline import asked
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """Li Na's case, and a reader of its page as plain text and context."""
    cast = people_of_the_cast()
    client.force_login(get_user_model().objects.get(username="min"))
    case = case_of(cast)

    def read(query=""):
        return client.get(reverse("case", args=[case]) + query)

    read.case = case
    return read


def shown(case, by, *hours):
    for hour in hours:
        casefile.record(case, FactKind.POINT_REVEALED, at=NINE + timedelta(hours=hour), by=by)


def texts(answer):
    return [line.text for day in answer.context["told"].days for _, line in day["lines"]]


def test_what_one_person_saw_in_full_on_a_day_is_one_entry(page):
    shown(page.case, "dan", 0, 1, 2, 24)
    shown(page.case, "fei", 3)
    answer = page()
    lines = [(line.text, line.by) for d in answer.context["told"].days for _, line in d["lines"]]
    once = "A number or address was shown in full."
    assert lines[:3] == [
        (once, "dan"),
        (once, "fei"),
        ("Numbers or addresses were shown in full 3 times.", "dan"),
    ]


def test_thirty_entries_come_first_and_a_plain_link_leads_to_the_older_ones(page):
    for n in range(70):
        casefile.record(
            page.case, FactKind.NOTE, at=NINE + timedelta(hours=n), by="dan", data={"note": f"n{n}"}
        )
    answer = page()
    assert len(texts(answer)) == 30
    content = answer.content.decode()
    assert "n69" in content
    assert '<p class="muted small">n39' not in content
    assert 'href="?entries=130#entry-31"' in content
    older = page("?entries=130")
    assert len(texts(older)) == 71, "the opening of the case comes last"
    assert 'id="entry-31"' in older.content.decode()
    assert "#entry-" not in older.content.decode()


@pytest.mark.parametrize(
    ("value", "entries"),
    [("", 30), ("130", 130), ("0", 30), ("-5", 30), ("²", 30), ("999999999", 30), ("9999", 2000)],
)
def test_an_address_asks_for_no_more_than_there_may_be(value, entries):
    assert asked(value) == entries


def test_looking_at_a_case_shows_nothing_in_full_and_logs_nothing(page):
    page()
    page()
    assert casefile.facts_of(SYSTEM, [page.case], [FactKind.POINT_REVEALED]) == {}
