"""The portfolio over aged files: against plain Python, and through the viewer's scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from tests import cast as the_cast

from doorstep.book import api
from doorstep.book.models import Ageing, BookEvent, EventKind
from doorstep.book.rules.portfolio import month_of
from doorstep.book.tests.shelf import DUES, ENDS, TODAY, asked, book_of, row, shelve
from doorstep.people import api as people
from doorstep.people.types import SYSTEM, OrganisationKind, UserRole


def state_of(r):
    if r["dpd"] is None:
        return "unaged"
    return "settled" if r["dpd"] == 0 and r["payoff"] == 0 else r["bucket"]


def key(r):
    return r["lender_id"], r["loan_id"], r["currency"]


def plain_history(rows):
    found = defaultdict(lambda: [0, 0, 0])
    for r in rows:
        cell = found[r["as_of"], r["currency"], state_of(r)]
        cell[0] += 1
        cell[1] += sum(r[d] for d in DUES)
        cell[2] += r["payoff"]
    return {k: tuple(v) for k, v in found.items()}


def plain_roll(rows, opening, closing):
    was = {key(r): r for r in rows if r["as_of"] == opening}
    now = {key(r): r for r in rows if r["as_of"] == closing}
    found = defaultdict(lambda: [0, 0])
    for k in was.keys() | now.keys():
        a, b = was.get(k), now.get(k)
        cell = found[k[2], state_of(a) if a else "new", state_of(b) if b else "gone"]
        cell[0] += 1
        cell[1] += (a or b)["payoff"]
    return {k: tuple(v) for k, v in found.items()}


def plain_vintages(rows, limit):
    """(cohort, currency, month on book) to loans seen, ever late, late now; loans and principal."""
    last = {}
    for r in sorted(rows, key=lambda r: r["as_of"]):
        last[key(r)] = r
    found = defaultdict(lambda: [0] * 6)
    for k, r in last.items():
        if r["kind"] != "full":
            continue
        mine = [x for x in rows if key(x) == k]
        for day in ENDS:
            seen = [x for x in mine if x["as_of"] <= day]
            if not seen or day < r["disbursed_on"]:
                continue
            cohort = r["disbursed_on"].replace(day=1)
            cell = found[cohort, k[2], month_of(day) - month_of(cohort)]
            ever = any(x["dpd"] >= limit for x in seen)
            now = any(x["dpd"] >= limit for x in seen if x["as_of"] == day)
            for at, counts in enumerate((True, ever, now)):
                cell[2 * at] += counts
                cell[2 * at + 1] += r["principal"] * counts
    return {k: tuple(v) for k, v in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_answers_as_plain_python_does(cast, seed):
    rows = book_of(seed, lenders=(1, 2))
    shelve(rows)
    found = api.portfolio(SYSTEM, asked(), TODAY)
    assert found.days.days == tuple(ENDS)
    history = {
        (s.as_of, s.currency, s.state): (s.loans, s.arrears, s.payoff) for s in found.history()
    }
    assert history == plain_history(rows)
    for opening, closing in [*found.steps(), (ENDS[0], ENDS[-1])]:
        roll = {
            (m.currency, m.was, m.now): (m.loans, m.amount) for m in found.roll(opening, closing)
        }
        assert roll == plain_roll(rows, opening, closing)
    told = found.vintages((1, 45))
    for limit in (1, 45):
        cells = {
            (c.cohort, c.currency, c.month): (
                c.all.loans, c.all.amount, c.ever.loans, c.ever.amount, c.now.loans, c.now.amount
            )
            for c in told.cells
            if c.days == limit
        }  # fmt: skip
        assert cells == plain_vintages(rows, limit)
    kinds = Counter({key(r): r["kind"] for r in rows}.values())
    assert told.left_out == {k: kinds[k] for k in ("summary", "unaged")}


def test_sums(cast):
    """Every aged loan is in the history; every row of a matrix is the stock it began with."""
    rows = book_of(7)
    shelve(rows)
    found = api.portfolio(SYSTEM, asked(), TODAY)
    for day in ENDS:
        told = [s for s in found.history() if s.as_of == day]
        assert sum(s.loans for s in told) == Ageing.objects.get(as_of=day).loans
    for opening, closing in found.steps():
        stock = {
            (s.currency, s.state): (s.loans, s.payoff)
            for s in found.history()
            if s.as_of == opening
        }
        begun = defaultdict(lambda: (0, 0))
        for m in found.roll(opening, closing):
            if m.was != "new":
                loans, amount = begun[m.currency, m.was]
                begun[m.currency, m.was] = (loans + m.loans, amount + m.amount)
        assert begun == stock


def test_by_hand(cast):
    """Four loans of June. A is late by 35 days in July and well in August; B falls further behind;
    C settles; D is new in August and was written off by October."""
    june, july, august = ENDS[:3]
    BookEvent.objects.create(
        lender_id=cast.bluebay, loan_id="D", kind=EventKind.WRITE_OFF, external_id="W1",
        on=august, received_at=the_cast.NINE, amount=100, currency="CNY",
    )  # fmt: skip
    shelve([{**r, "lender_id": cast.bluebay} for r in [
        row(june, "A", 5), row(june, "B", 4, payoff=8_000), row(june, "C", 0),
        row(july, "A", 35), row(july, "B", 35, payoff=8_100), row(july, "C", 0, payoff=0),
        row(august, "A", 0), row(august, "B", 66, payoff=8_200),
        row(august, "C", 0, payoff=0), row(august, "D", 0, payoff=0),
    ]])  # fmt: skip
    found = api.portfolio(SYSTEM, asked(), TODAY)
    assert [(m.was, m.now, m.loans, m.amount) for m in found.roll(june, july)] == [
        ("1-30", "31-60", 2, 18_000),
        ("current", "settled", 1, 10_000),
    ]
    assert [(m.was, m.now, m.loans, m.amount) for m in found.roll(july, august)] == [
        ("31-60", "61-90", 1, 8_100),
        ("31-60", "current", 1, 10_000),
        ("new", "written_off", 1, 0),
        ("settled", "settled", 1, 0),
    ]
    cells = [c for c in found.vintages((30, 60)).cells if c.days == 30]
    assert [(c.month, c.all.loans, c.ever.loans, c.now.loans) for c in cells] == [
        (0, 3, 0, 0),
        (1, 3, 2, 2),
        (2, 4, 2, 1),
    ]


def test_a_write_off_that_was_undone_counts_no_more(cast):
    shelve([row(ENDS[0], "D", 0, payoff=0, lender_id=cast.bluebay)])
    made = {"lender_id": cast.bluebay, "loan_id": "D", "on": ENDS[0], "currency": "CNY"}
    made |= {"received_at": the_cast.NINE}
    BookEvent.objects.create(kind=EventKind.WRITE_OFF, external_id="W1", amount=100, **made)
    (stock,) = api.portfolio(SYSTEM, asked(), TODAY).history()
    assert stock.state == "written_off"
    BookEvent.objects.create(
        kind=EventKind.REVERSAL, external_id="W2", data={"undoes": "W1"}, **made
    )
    (stock,) = api.portfolio(SYSTEM, asked(), TODAY).history()
    assert stock.state == "settled"


# Whose loans


def states(found):
    return {(s.as_of, s.state): s.loans for s in found.history()}


def agency(cast, role=UserRole.ANALYST):
    return the_cast.viewer(cast.doorway, OrganisationKind.AGENCY, role)


def test_a_lender_counts_its_own_loans_and_may_not_ask_for_anothers(cast):
    day = ENDS[-1]
    shelve([row(day, "A", 5, lender_id=cast.bluebay), row(day, "A", 40, lender_id=cast.pine)])
    pine = the_cast.stranger(cast)
    assert states(api.portfolio(pine, asked(), TODAY)) == {(day, "31-60"): 1}
    assert states(api.portfolio(pine, asked(lender="pine"), TODAY)) == {(day, "31-60"): 1}
    with pytest.raises(api.UnknownLenderError):
        api.portfolio(pine, asked(lender="bluebay"), TODAY)
    assert states(api.portfolio(SYSTEM, asked(lender="bluebay"), TODAY)) == {(day, "1-30"): 1}
    assert api.portfolio(pine, asked(), TODAY).lenders == (("pine", "Pine Finance"),)


def mandated(cast, **more):
    """A mandate of Bluebay's to another agency, and a manager there."""
    other = people.create_organisation(
        "elsewhere",
        name="Elsewhere",
        kind=OrganisationKind.AGENCY,
        country="CN",
        zone=the_cast.ZONE,
    )
    people.create_mandate("m-2", lender="bluebay", agency="elsewhere", **more)
    return the_cast.viewer(other, OrganisationKind.AGENCY, UserRole.MANAGER)


def narrow(cast, **scope):
    """The cast's mandate with a scope."""
    from doorstep.people.models import Mandate

    Mandate.objects.filter(pk=cast.mandate).update(scope=scope)


def test_an_agency_counts_what_its_mandate_covers_from_its_first_day(cast):
    """Doorway's mandate began on 26 August; before it there is nothing to see."""
    shelve([row(d, "A", 5, lender_id=x) for d in ENDS for x in (cast.bluebay, cast.pine)])
    found = api.portfolio(agency(cast), asked(), TODAY)
    assert states(found) == {(day, "1-30"): 1 for day in ENDS if day >= date(2026, 8, 26)}
    assert found.first == date(2026, 8, 31)
    with pytest.raises(api.NotAgedDayError):
        api.between(agency(cast), asked(since=ENDS[0], until=ENDS[-1]), TODAY)


def test_a_scope_by_product_and_bucket_holds_on_every_day(cast):
    narrow(cast, products=["cash"], buckets=["31-60"])
    a, b = ENDS[-2:]
    shelve(
        [
            row(a, "A", 40, lender_id=cast.bluebay), row(b, "A", 70, lender_id=cast.bluebay),
            row(a, "B", 20, lender_id=cast.bluebay), row(b, "B", 50, lender_id=cast.bluebay),
            row(a, "C", 40, lender_id=cast.bluebay, product="phone"),
            row(b, "C", 40, lender_id=cast.bluebay, product="phone"),
        ]
    )  # fmt: skip
    found = api.portfolio(agency(cast), asked(), TODAY)
    assert states(found) == {(a, "31-60"): 1, (b, "31-60"): 1}
    assert [(m.was, m.now) for m in found.roll(a, b)] == [("31-60", "gone"), ("new", "31-60")]
    assert found.products == ("cash",)


def test_a_loan_belongs_to_the_oldest_mandate_that_covers_it(cast):
    """The second agency has no scope of its own left: Doorway's older mandate covers all."""
    day = ENDS[-1]
    shelve([row(day, "A", 5, lender_id=cast.bluebay), row(day, "B", 40, lender_id=cast.bluebay)])
    later = mandated(cast, starts_on=date(2026, 9, 1))
    assert states(api.portfolio(later, asked(), TODAY)) == {}
    narrow(cast, buckets=["1-30"])
    assert states(api.portfolio(later, asked(), TODAY)) == {(day, "31-60"): 1}
    assert states(api.portfolio(agency(cast), asked(), TODAY)) == {(day, "1-30"): 1}


def test_an_agency_whose_mandate_is_over_counts_nothing(cast):
    shelve([row(ENDS[-1], "A", 5, lender_id=cast.bluebay)])
    gone = mandated(cast, starts_on=date(2026, 1, 1), ends_on=TODAY - timedelta(days=1))
    found = api.portfolio(gone, asked(), TODAY)
    assert (found.history(), found.flows(), found.vintages().cells) == ((), [], ())
    with pytest.raises(api.UnknownLenderError):
        api.portfolio(gone, asked(lender="bluebay"), TODAY)
    # While it held, it was theirs: the older of the two mandates.
    assert states(api.portfolio(gone, asked(), TODAY - timedelta(days=1))) == {
        (ENDS[-1], "1-30"): 1
    }


def test_a_mandate_by_region_shows_nothing_and_says_so(cast):
    narrow(cast, regions=["Yanji"])
    shelve([row(ENDS[-1], "A", 5, lender_id=cast.bluebay)])
    found = api.portfolio(agency(cast), asked(), TODAY)
    assert (states(found), found.hidden) == ({}, True)


def test_the_number_of_queries_does_not_grow_with_the_days(cast, django_assert_max_num_queries):
    shelve([row(day, f"L{n}", 5, lender_id=cast.bluebay) for day in ENDS for n in range(20)])
    with django_assert_max_num_queries(6):
        found = api.portfolio(agency(cast), asked(), TODAY)
        found.history(), found.flows(), found.vintages()
