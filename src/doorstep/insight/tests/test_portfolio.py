"""The page *Portfolio*: its numbers, whose they are, its files."""

from __future__ import annotations

from datetime import date

import fastexcel
import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests import cast as the_cast

from doorstep.book.tests.shelf import ENDS, TODAY, book_of, row, shelve
from doorstep.insight.portfolio import Wanted, page
from doorstep.kernel import clock
from doorstep.people.types import SYSTEM


@pytest.fixture
def cast(db, settings, tmp_path, monkeypatch):
    settings.STATE = tmp_path / "state"
    monkeypatch.setattr(clock, "today", lambda zone: TODAY)
    return the_cast.people_of_the_cast()


@pytest.fixture
def story(cast):
    """Bluebay's A falls behind from 20 to 51 days, B settles, C leaves; F in dollars; D of Pine."""
    a, b = ENDS[-2:]
    mine, others = {"lender_id": cast.bluebay}, {"lender_id": cast.pine}
    shelve(
        [
            row(a, "A", 20, payoff=30_000, **mine), row(b, "A", 51, payoff=31_000, **mine),
            row(a, "B", 10, payoff=10_000, **mine), row(b, "B", 0, payoff=0, **mine),
            row(a, "C", 0, payoff=5_000, **mine),
            row(a, "D", 200, payoff=77_700, **others), row(b, "D", 231, payoff=77_700, **others),
            row(a, "F", 5, payoff=10, currency="USD", **mine),
            row(b, "F", 90, payoff=10, currency="USD", **mine),
            row(b, "E", 0, payoff=900, currency="USD", **mine),
        ]
    )  # fmt: skip
    return a, b


def shown(cast, **more):
    from doorstep.book import api as book

    want = Wanted(date(2025, 1, 1), TODAY, **more)
    return page(book.portfolio(the_cast.manager(cast), want.asked, TODAY), want)


def test_the_numbers_of_the_page(cast, story):
    a, b = story
    found = shown(cast)
    assert (found.currency, found.currencies, found.running) == ("CNY", ("CNY", "USD"), None)
    assert found.history.states == ("current", "1-30", "31-60", "settled")
    assert [(x.on, x.cells) for x in found.history.lines] == [(a, (1, 2, 0, 0)), (b, (0, 0, 1, 1))]
    assert [t[0] for t in found.history.tones] == ["1-30", "31-60"]
    current, first = found.roll.lines
    assert found.roll.states == ("31-60", "settled", "gone")
    assert (first.state, first.loans, first.amount.minor) == ("1-30", 2, 40_000)
    assert first.cells == ((0.5, 1), (0.5, 1), (None, 0))
    assert first.parts == (500, 0, 0, 500, 0)
    assert current.parts == (0, 0, 0, 0, 1000)
    assert [(x.name, x.shares) for x in found.flows.lines] == [
        ("current", (0.0,)),
        ("1-30", (0.5,)),
    ]


def test_the_measure_may_be_money(cast, story):
    found = shown(cast, money=True)
    assert found.history.lines[0].cells == (5_000, 40_000, 0, 0)
    assert found.roll.lines[1].cells[0] == (0.75, 1)
    assert found.roll.lines[1].parts == (250, 0, 0, 750, 0)


def test_another_currency_is_another_page(cast, story):
    found = shown(cast, currency="USD")
    assert (found.currency, found.history.lines[-1].loans) == ("USD", 2)
    assert found.roll.lines[-1].parts == (0, 0, 0, 1000, 0)
    assert shown(cast, currency="EUR").currency == "CNY"


def test_vintages_on_the_page(cast, story):
    """A, B, C are of June: A reached 30 days by October, when C had left."""
    found = shown(cast)
    (line,) = found.vintages.lines
    assert (line.name, line.loans) == (date(2026, 6, 1), 3)
    assert line.shares[3:] == (0.0, 0.333333)
    assert line.shares[:3] == (None, None, None)
    (now,) = shown(cast, days=1, now=True).vintages.lines
    assert now.shares[3:] == (0.666667, 0.333333)
    assert found.vintages.top == 0.333333
    assert found.vintages.reach == 4


def test_a_gap_breaks_the_line_of_the_flows(cast):
    days = [ENDS[0], ENDS[1], ENDS[3], ENDS[4]]
    shelve([row(d, "A", 5 + n, lender_id=cast.bluebay) for n, d in enumerate(days)])
    from doorstep.book import api as book

    want = Wanted(date(2025, 1, 1), TODAY)
    found = book.portfolio(SYSTEM, want.asked, TODAY)
    assert found.days.missing == (ENDS[2],)
    assert {f.closing for f in found.flows()} == {ENDS[1], ENDS[4]}


# Through the browser's door


@pytest.fixture
def ana(cast, client):
    client.force_login(get_user_model().objects.get(username="ana"))
    return client


def test_an_analyst_opens_it_and_finds_it_in_the_menu(ana, story):
    answer = ana.get(reverse("portfolio"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="/portfolio/" aria-current="page"' in text
    assert text.count('role="img"') >= 2
    assert "CN¥450" in text
    assert "CN¥777" not in text


@pytest.mark.parametrize(
    "query",
    ["since=x&until=9999-99-99", "days=7", "since=2026-12-01&until=2026-01-01", "currency=ZZZZ"],
)
def test_what_cannot_be_read_is_as_if_it_were_not_there(ana, story, query):
    assert ana.get(f"{reverse('portfolio')}?{query}").status_code == 200


def test_an_unknown_lender_and_one_of_others_are_not_told_apart(ana, story):
    for code in ("nobody", "pine"):
        assert ana.get(f"{reverse('portfolio')}?lender={code}").status_code == 404
        page_of = reverse("portfolio-export", args=["history"])
        assert ana.get(f"{page_of}?lender={code}").status_code == 404
    assert ana.get(f"{reverse('portfolio')}?lender=bluebay").status_code == 200


def test_a_book_never_aged_says_so(ana):
    assert "No aged day to show" in ana.get(reverse("portfolio")).content.decode()
    assert ana.get(reverse("portfolio-export", args=["roll"])).status_code == 200


def test_who_may_not_see_the_board_may_not_see_this(cast, client, story):
    client.force_login(get_user_model().objects.get(username="dan"))
    assert client.get(reverse("portfolio")).status_code == 403
    assert client.get(reverse("portfolio-export", args=["history"])).status_code == 403


def sheet(client, name, query=""):
    answer = client.get(reverse("portfolio-export", args=[name]) + query)
    assert answer.status_code == 200
    return fastexcel.read_excel(answer.content).load_sheet(0).to_arrow().to_pylist()


def cells(rows, *names):
    return [tuple(r[n] for n in names) for r in rows]


def test_the_files_hold_every_currency_as_numbers(ana, story):
    rows = sheet(ana, "history")
    assert {r["Currency"] for r in rows} == {"CNY", "USD"}
    assert sum(r["Loans"] for r in rows) == 8
    rolled = [r for r in sheet(ana, "roll") if (r["Currency"], r["From bucket"]) == ("CNY", "1-30")]
    names = ("To bucket", "Loans", "Payoff at the opening", "Share of loans", "Share of money")
    assert cells(rolled, *names) == [("31-60", 1, 300, 0.5, 0.75), ("Settled", 1, 100, 0.5, 0.25)]
    vintages = sheet(ana, "vintages")
    told = [r for r in vintages if r["Currency"] == "CNY" and r["Days past due, at least"] == 30]
    names = ("Month of disbursement", "Month on book", "Loans", "Ever: loans")
    assert cells(told, *names) == [("2026-06", 3, 3, 0), ("2026-06", 4, 3, 1)]
    flows = cells(sheet(ana, "flows"), "Currency", "Bucket", "Further overdue")
    assert flows == [("CNY", "Current", 0), ("CNY", "1-30", 0.5), ("USD", "1-30", 1)]
    assert sheet(ana, "history", "?product=phone") == []
    assert ana.get(reverse("portfolio-export", args=["other"])).status_code == 404


def test_few_queries_however_long_the_history(ana, cast, django_assert_max_num_queries):
    shelve(book_of(3, lenders=(cast.bluebay,), size=40))
    ana.get(reverse("portfolio"))
    with django_assert_max_num_queries(12):
        assert ana.get(reverse("portfolio")).status_code == 200
