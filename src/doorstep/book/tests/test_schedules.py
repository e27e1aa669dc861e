"""Schedules from terms: published ones to the cent, worked ones by hand, and what always holds."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.case import answer, parse_case, replay_case
from doorstep.book.rules.dues import due_dates
from doorstep.book.rules.interest import part_of_a_year
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.terms import Terms, parse_terms
from doorstep.book.types import BookError, Instalment

DATA = Path(__file__).parent / "data"
PUBLISHED = json.loads((DATA / "published_schedules.json").read_text())
RUN = CliRunner()
DAY = date(2026, 1, 31)
YEAR = {"rate_percent": 12, "instalments": 6}


def plan(principal=600_000, start=DAY, **terms):
    return make_schedule(principal, start, parse_terms(YEAR | terms))


def shown(rows: tuple[Instalment, ...]) -> list[tuple[str, int, int]]:
    return [(i.due.isoformat(), i.principal, i.interest) for i in rows]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda c: c["id"])
def test_published_schedule_to_the_cent(case):
    read = parse_case({k: v for k, v in case.items() if k not in {"id", "source", "expect"}})
    assert answer(read, replay_case(read))["instalments"] == case["expect"]["instalments"]


@pytest.mark.parametrize(
    ("terms", "dues"),
    [
        ({"unit": "weeks"}, ["2026-02-07", "2026-02-14", "2026-02-21"]),
        ({"unit": "days", "every": 10}, ["2026-02-10", "2026-02-20", "2026-03-02"]),
        ({"every": 2}, ["2026-03-31", "2026-05-31", "2026-07-31"]),
        ({"first_due": "2026-02-15"}, ["2026-02-15", "2026-03-15", "2026-04-15"]),
        ({"first_due": "2026-04-30", "due_day": 31}, ["2026-04-30", "2026-05-31", "2026-06-30"]),
        ({"first_due": "2026-04-30"}, ["2026-04-30", "2026-05-30", "2026-06-30"]),
        ({"due_day": 29}, ["2026-02-28", "2026-03-29", "2026-04-29"]),
        ({"due_day": 5}, ["2026-02-05", "2026-03-05", "2026-04-05"]),
        ({"unit": "years"}, ["2027-01-31", "2028-01-31", "2029-01-31"]),
    ],
)
def test_due_days_are_counted_from_one_day(terms, dues):
    read = parse_terms({"rate_percent": 0, "instalments": 3} | terms)
    assert [d.isoformat() for d in due_dates(DAY, read)] == dues


def test_a_leap_day_comes_back_every_four_years():
    read = parse_terms({"rate_percent": 0, "instalments": 4, "unit": "years"})
    assert [d.isoformat() for d in due_dates(date(2024, 2, 29), read)] == [
        "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day_count", "start", "end", "part"),
    [
        ("actual/365", "2023-12-31", "2024-03-01", Fraction(61, 365)),
        ("actual/360", "2023-12-31", "2024-03-01", Fraction(61, 360)),
        ("actual/actual", "2023-12-31", "2024-03-01", Fraction(1, 365) + Fraction(60, 366)),
        ("actual/actual", "2023-07-01", "2025-07-01", 1 + Fraction(365, 365)),
        ("30/360", "2024-01-31", "2024-02-29", Fraction(29, 360)),
        ("30/360", "2024-02-29", "2024-03-31", Fraction(31, 360)),
        ("30/360", "2024-01-31", "2024-03-31", Fraction(60, 360)),
        ("30/360", "2024-01-30", "2025-01-31", Fraction(360, 360)),
    ],
)
def test_day_counts(day_count, start, end, part):
    found = part_of_a_year(date.fromisoformat(start), date.fromisoformat(end), day_count)
    if day_count == "actual/actual" and start == "2023-07-01":
        part = Fraction(184, 365) + 1 + Fraction(181, 365)
    assert found == part


def test_a_balloon_bears_interest_and_waits_for_the_last_day():
    """6,000.00 at 1 % a month, 2,000.00 of it left to the end: the annuity of 4,000.00 in six
    months is 690.1935, and 20.00 interest on the balloon makes 710.19."""
    made = plan(balloon=200_000)
    assert [i.principal + i.interest for i in made[:5]] == [71_019] * 5
    assert made[0].interest == 6_000
    assert (made[-1].principal, made[-1].interest) == (268_338, 2_683)


def test_interest_only_pays_the_principal_on_the_last_day():
    made = plan(amortization="interest_only")
    assert [i.interest for i in made] == [6_000] * 6
    assert [i.principal for i in made] == [0] * 5 + [600_000]


def test_a_single_payment_is_one_instalment_after_all_the_steps():
    assert shown(plan(amortization="single_payment")) == [("2026-07-31", 600_000, 36_000)]
    short = plan(instalments=1, every=14, unit="days", interest_period="daily")
    assert shown(short) == [("2026-02-14", 600_000, 2_762)]  # 14 days of 365 at 12 %: 2,761.64


def test_a_long_first_period_costs_its_days_on_top_of_the_instalment():
    """To 15 March it is a whole month and 15 of the 31 days from 15 January to 15 February."""
    usual, made = plan(), plan(first_due="2026-03-15")
    assert [i.principal for i in made] == [i.principal for i in usual]
    assert made[0].interest == 6_000 + 2_903  # 6,000.00 × 1 % × 15/31 = 29.03
    assert [i.interest for i in made[1:]] == [i.interest for i in usual[1:]]


def test_a_short_first_period_costs_less_and_repays_more():
    made = plan(first_due="2026-02-15")
    assert made[0].interest == 2_903  # 15 of the 31 days of the month before
    assert made[0].principal + made[0].interest == plan()[0].principal + plan()[0].interest


def test_equal_principal_follows_the_money_too():
    """1,200.00 at 12 % in four; the first instalment is 300.00 + 12.00, and 600.00 more come with
    it: the 300.00 left are repaid in threes."""
    case = {
        "as_of": "2026-03-01", "disbursed_on": "2026-02-01", "principal": 120_000,
        "terms": {"rate_percent": 12, "instalments": 4, "recalculate": {},
                  "amortization": "equal_principal_payments"},
        "payments": [{"payment_id": 1, "on": "2026-03-01", "amount": 91_200}],
    }  # fmt: skip
    read = parse_case(case)
    rows = answer(read, replay_case(read))["instalments"]
    assert [(i["principal"], i["interest"]) for i in rows] == [
        (90_000, 1_200), (10_000, 300), (10_000, 200), (10_000, 100),
    ]  # fmt: skip


LATE = {
    "disbursed_on": "2022-11-01", "principal": 500_000, "as_of": "2023-01-10",
    "terms": {"rate_percent": 12, "instalments": 6, "interest_period": "daily",
              "instalment_multiple_of": 100, "recalculate": {}},
    "payments": [{"payment_id": 1, "on": "2023-01-10", "amount": 86_200}],
}  # fmt: skip


def interest_of(case, **rule):
    read = parse_case(case | {"terms": case["terms"] | {"recalculate": rule}})
    return [i["interest"] for i in answer(read, replay_case(read))["instalments"]]


def test_late_principal_costs_interest_as_the_product_says():
    """812.68 fell due on 1 December and 819.32 on 1 January; money comes on 10 January. A month of
    31 days on 812.68 is 8.28. In January nine days on 5,000.00 are 14.79 and 22 on 3,368.00 24.36,
    together 39.15 where 3,368.00 all along would cost 34.33."""
    plain = interest_of(LATE, late_interest="never")
    assert plain[:3] == [4_932, 4_268, 3_433]
    assert interest_of(LATE, late_interest="when_paid")[:3] == [4_932, 4_268, 3_915]
    assert interest_of(LATE, late_interest="every_day")[:2] == [4_932, 4_268 + 828]


def test_nothing_changes_between_payments_unless_the_product_counts_every_day():
    waiting = LATE | {"as_of": "2023-01-09"}
    assert interest_of(waiting) == interest_of(waiting, late_interest="never")
    days = [f"2022-12-{d:02}" for d in range(1, 32)] + ["2023-01-05", "2023-02-20"]
    costs = [sum(interest_of(LATE | {"as_of": d}, late_interest="every_day")[:2]) for d in days]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"rate_percent": 10_001}, "terms.rate_percent: 10001 is too high; give at most 10000"),
        ({"rate_percent": -1}, "terms.rate_percent"),
        ({"rate_percent": "1e999999999"}, "terms.rate_percent: 1E+999999999 is too high"),
        ({"rate_percent": "1e-999999999"}, "terms.rate_percent: '1e-999999999' is too fine"),
        ({"rate_percent": "Infinity"}, "terms.rate_percent: 'Infinity' is no rate"),
        ({"instalments": 10_001}, "terms.instalments: too many; give at most 10000"),
        ({"balloon": 10**13 + 1}, "terms.balloon: too much; give at most 10000000000000"),
        ({"instalment_multiple_of": 10**14}, "terms.instalment_multiple_of: too much"),
        ({"due_day": 32}, "terms.due_day: too many; give at most 31"),
        ({"due_day": 31, "unit": "weeks"}, "terms.due_day: weeks have no day of the month"),
        ({"due_day": 10, "first_due": "2026-03-11"}, "terms.first_due: 2026-03-11 is not day 10"),
        ({"first_due": "2026-01-30"}, "terms.first_due: 2026-01-30 is before the disbursement"),
        ({"first_due": "2026-02-30"}, "terms.first_due: '2026-02-30' is no day"),
        ({"day_count": "actual/366"}, "terms.day_count: unknown value 'actual/366'"),
        ({"interest": "flat", "recalculate": {}}, "terms.recalculate: flat interest"),
        ({"amortization": "interest_only", "balloon": 1}, "terms.balloon: interest_only leaves"),
        ({"recalculate": {"late_interest": "soon"}}, "terms.recalculate.late_interest: unknown"),
        ({"grace_principal": 6}, "terms: grace must be shorter"),
    ],
)
def test_terms_beyond_what_is_published_are_refused_and_named(terms, what):
    case = {"as_of": "2026-04-10", "disbursed_on": "2026-01-31", "principal": 600_000}
    done = RUN.invoke(app, ["schedule", "-"], input=json.dumps(case | {"terms": YEAR | terms}))
    assert done.exit_code == 3
    assert what in done.stderr


def test_the_largest_loan_that_is_taken_has_a_schedule():
    case = {
        "as_of": "2026-04-10", "disbursed_on": "2026-01-31", "principal": 10**13,
        "terms": {"rate_percent": 10_000, "instalments": 10_000, "unit": "days"},
    }  # fmt: skip
    done = RUN.invoke(app, ["schedule", "-", "--json"], input=json.dumps(case))
    assert sum(i["principal"] for i in json.loads(done.stdout)["instalments"]) == 10**13
    done = RUN.invoke(app, ["schedule", "-"], input=json.dumps(case | {"principal": 10**13 + 1}))
    assert (done.exit_code, "principal: too much" in done.stderr) == (3, True)


EVERY_KIND = st.builds(
    dict,
    rate_percent=st.integers(0, 3600).map(lambda r: r / 100),
    instalments=st.integers(3, 24),
    interest=st.sampled_from(["flat", "declining_balance"]),
    interest_period=st.sampled_from(["repayment_period", "daily"]),
    amortization=st.sampled_from(
        ["equal_installments", "equal_principal_payments", "interest_only", "single_payment"]
    ),
    every=st.integers(1, 3),
    unit=st.sampled_from(["days", "weeks", "months", "years"]),
    grace_principal=st.integers(0, 2),
    grace_interest=st.integers(0, 2),
    interest_free=st.integers(0, 2),
    day_count=st.sampled_from(
        ["actual/365", "actual/364", "actual/360", "actual/actual", "30/360"]
    ),
    instalment_multiple_of=st.sampled_from([1, 100]),
)


@settings(max_examples=150)
@given(EVERY_KIND, st.integers(10_000, 5_000_000), st.integers(0, 80))
def test_every_schedule_repays_exactly_what_was_lent(terms, principal, wait):
    if wait:
        terms = terms | {"first_due": DAY + timedelta(days=wait)}
    made = make_schedule(principal, DAY, parse_terms(terms))
    assert sum(i.principal for i in made) == principal
    assert all(i.principal >= 0 and i.interest >= 0 for i in made)
    assert len(made) == (1 if terms["amortization"] == "single_payment" else terms["instalments"])
    assert [i.due for i in made] == sorted({i.due for i in made})


@settings(max_examples=100)
@given(
    EVERY_KIND.map(lambda t: t | {"interest": "declining_balance", "interest_period": "daily"}),
    st.integers(10_000, 5_000_000),
)
def test_a_borrower_can_recompute_the_interest(terms, principal):
    """Balance × rate × days of the period by the day count, halves up; grace puts it off."""
    read = parse_terms(terms)
    start, left, owed = DAY, principal, 0
    made = make_schedule(principal, DAY, read)
    for n, row in enumerate(made):
        year = part_of_a_year(start, row.due, read.day_count)
        exact = left * read.rate_percent / 100 * year
        owed += 0 if n < read.interest_free else int(exact + Fraction(1, 2))
        if n >= read.grace_interest or row is made[-1]:
            assert row.interest == owed
            owed = 0
        start, left = row.due, left - row.principal


def test_a_person_gets_the_schedule_as_a_table():
    case = {"as_of": "2026-04-10", "disbursed_on": "2026-01-31", "principal": 600_000,
            "terms": YEAR}  # fmt: skip
    done = RUN.invoke(app, ["schedule", "-"], input=json.dumps(case))
    assert done.exit_code == 0
    assert "2026-02-28" in done.stdout
    assert "600000" in done.stdout  # the sum of the principal


def test_the_files_of_the_howto_work():
    page = Path(__file__).resolve().parents[4] / "docs" / "howto" / "print-a-schedule.md"
    blocks = re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        for command in ("schedule", "replay"):
            done = RUN.invoke(app, [command, "-", "--json"], input=block)
            assert sum(i["principal"] for i in json.loads(done.stdout)["instalments"]) == 600_000
    for line in re.findall(r"\| `(\"[a-z_]+\": .*?)` \|", page.read_text(encoding="utf-8")):
        assert isinstance(parse_terms(YEAR | json.loads("{" + line + "}")), Terms)


@pytest.mark.parametrize("word", ["fewer_instalments", "next_instalments"])
def test_recalculation_may_be_named_by_a_word_alone(word):
    rule = parse_terms(YEAR | {"recalculate": word}).recalculate
    assert rule is not None
    assert (rule.early_payment, rule.frequency) == (word, "daily")
    with pytest.raises(BookError, match=r"terms\.recalculate: unknown value"):
        parse_terms(YEAR | {"recalculate": "later"})
