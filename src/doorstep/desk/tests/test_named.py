import pyarrow as pa
import pytest
from django.contrib.auth import get_user_model
from tests.cast import case_of, people_of_the_cast

from doorstep.kernel.sealed import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def people_in_hand(monkeypatch):
    """A snapshot of two borrowers, as the book keeps it: names sealed."""
    cast = people_of_the_cast()
    table = pa.table(
        {
            "borrower_id": ["B-LINA", "B-KIM"],
            "name": [seal("李娜"), seal("김미란")],
        }
    )
    monkeypatch.setattr("doorstep.book.named.current", lambda lender: lender)
    monkeypatch.setattr("doorstep.book.named.in_hand", lambda manifest, name: (table, {}))
    monkeypatch.setattr("doorstep.desk.sources.names_of", lambda cases: {})
    case_of(cast)
    case_of(cast, "B-KIM")
    return cast


def found(client, user, text):
    client.force_login(get_user_model().objects.get(username=user))
    return [r.case.borrower_id for r in client.get("/cases/", {"q": text}).context["rows"]]


def test_a_whole_name_finds_its_borrower_and_a_part_finds_nobody(client, people_in_hand):
    assert found(client, "dan", "李娜") == ["B-LINA"]
    assert found(client, "dan", " 김미란 ") == ["B-KIM"]
    assert found(client, "dan", "李") == []


def test_another_lender_finds_nobody_by_name(client, people_in_hand):
    assert found(client, "pia", "李娜") == []
