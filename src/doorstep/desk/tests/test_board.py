from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests import cast as the_cast
from tests.cast import DAY, NINE, ZONE, at, case_of, people_of_the_cast

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.desk import ports
from doorstep.insight import api as insight
from doorstep.kernel import clock
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def cast():
    return people_of_the_cast()


def paid(case, minor, when, kind=FactKind.PAYMENT):
    casefile.record(case, kind, at=when, by="book", data={"amount": minor, "currency": "CNY"})


def test_the_board_adds_up_what_the_case_file_says(cast):
    case = case_of(cast)
    case_of(cast, "B-KIM", dpd=75, arrears=30_000)
    paid(case, 50_000, at(10))
    paid(case, 20_000, at(11))
    paid(case, 20_000, at(12), FactKind.PAYMENT_REVERSED)
    paid(case, 1_000, at(23, 59, DAY - timedelta(days=1)))
    casefile.record(case, FactKind.CALL, at=at(9), by="dan", data={"result": "no_answer"})
    casefile.record(case, FactKind.CALL, at=at(10), by="dan", data={"result": "conversation"})
    casefile.make_promise(
        case, amount=Money(60_000, "CNY"), due_on=DAY, at=NINE, by="dan", source="call"
    )
    board = insight.board(the_cast.manager(cast), DAY, at=NINE, zone=ZONE)
    assert board.open_cases == 2
    assert board.arrears == (Money(150_000, "CNY"),)
    assert board.money_today == (Money(50_000, "CNY"),)
    assert board.money_total == (Money(51_000, "CNY"),)
    assert [m.amount.minor for m in board.money[-2:]] == [1_000, 50_000]
    calls = next(line for line in board.work if line.kind == "call")
    assert (calls.done, calls.good) == (2, 1)
    assert [(p.status, p.amount.minor) for p in board.due_today] == [("open", 60_000)]


def test_another_lender_sees_an_empty_board(cast):
    paid(case_of(cast), 50_000, at(10))
    board = insight.board(the_cast.stranger(cast), DAY, at=NINE, zone=ZONE)
    assert (board.open_cases, board.money, board.promises) == (0, (), ())
    assert all(line.done == 0 for line in board.work)


def test_the_board_asks_a_fixed_small_number_of_queries(
    client, cast, django_assert_max_num_queries
):
    client.force_login(User.objects.get(username="min"))
    case_of(cast)
    client.get(reverse("board"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("board"))
    for n in range(20):
        paid(case_of(cast, f"B-{n}", dpd=n), 100, clock.now())
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("board"))


def test_an_alert_wired_by_site_is_shown_first(client, cast, monkeypatch):
    alert = ports.Alert("bad", "Yesterday failed", "Run it again.", "/day/", "Look")
    monkeypatch.setattr(ports, "ALERTS", [lambda viewer: alert])
    monkeypatch.setattr("doorstep.desk.views.board.ALERTS", [lambda viewer: alert])
    client.force_login(User.objects.get(username="min"))
    assert "Yesterday failed" in client.get(reverse("board")).content.decode()


def test_a_bucket_line_is_ordered_by_days_not_by_letters():
    assert sorted(["91-180", "1-30", "31-60", "180+"], key=insight.order) == [
        "1-30",
        "31-60",
        "91-180",
        "180+",
    ]


@pytest.mark.parametrize(
    "name", ["promises", "money", "calls", "messages", "visits", "stops", "cases"]
)
def test_every_export_opens_and_shows_nothing_to_a_stranger(client, cast, name):
    from doorstep.desk.tests.test_cases import strings_of

    case = case_of(cast)
    paid(case, 50_000, at(10))
    for kind in (FactKind.CALL, FactKind.MESSAGE, FactKind.VISIT, FactKind.STOP_RAISED):
        casefile.record(case, kind, at=at(10), by="dan", data={"result": "sent"})
    casefile.make_promise(
        case, amount=Money(60_000, "CNY"), due_on=DAY, at=NINE, by="dan", source="call"
    )
    url = reverse("export", args=[name]) + f"?since={date(2026, 11, 1)}&until={DAY}"
    client.force_login(User.objects.get(username="ana"))
    assert b"C-B-LINA" in strings_of(client.get(url))
    client.force_login(User.objects.get(username="pia"))
    assert b"C-B-LINA" not in strings_of(client.get(url))


def test_wrong_days_are_refused_in_words(client, cast):
    client.force_login(User.objects.get(username="ana"))
    for query in ("since=x", "since=2026-12-01&until=2026-11-01", "since=0001-01-01"):
        answer = client.get(reverse("export", args=["money"]) + "?" + query)
        assert answer.status_code == 400
    assert client.get(reverse("export", args=["nothing"])).status_code == 404


def test_the_system_sees_everything(cast):
    case_of(cast)
    assert insight.board(SYSTEM, DAY, at=NINE, zone=ZONE).open_cases == 1
