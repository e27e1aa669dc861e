"""The reference cases, and the command that answers them."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.case import answer, parse_case, replay_case
from doorstep.book.rules.dues import due_dates
from doorstep.book.rules.recalculation import recalculated
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.terms import Recalculate, Terms
from doorstep.book.types import BookError, Payment

CASES = json.loads((Path(__file__).parent / "data" / "reference_cases.json").read_text())
RUN = CliRunner()
LOAN = {
    "as_of": "2026-04-10",
    "instalments": [{"due": "2026-04-01", "principal": 9_000, "interest": 1_000}],
    "payments": [{"on": "2026-04-02", "amount": 4_000}],
}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_reference_case_to_the_cent(case):
    expect = case["expect"]
    read = parse_case({k: v for k, v in case.items() if k != "expect"})
    given_answer = answer(read, replay_case(read))
    assert given_answer["instalments"] == expect["instalments"]
    if expect["payments"]:
        assert given_answer["payments"] == expect["payments"]


def test_the_command_answers_json_and_nothing_else():
    done = RUN.invoke(app, ["replay", "-", "--json"], input=json.dumps(LOAN))
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert (said["dpd"], said["oldest_unpaid"], said["payoff"], said["credit"]) == (
        9, "2026-04-01", 6_000, 0,
    )  # fmt: skip
    assert said["payments"] == [
        {"on": "2026-04-02", "amount": 4_000, "principal": 3_000, "interest": 1_000, "fees": 0,
         "penalties": 0}
    ]  # fmt: skip


def test_a_person_gets_a_table():
    done = RUN.invoke(app, ["replay", "-"], input=json.dumps(LOAN))
    assert done.exit_code == 0
    assert "2026-04-01" in done.stdout


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"dpdd": 1}, "dpdd"),
        ({"payments": [{"on": "2026-04-02", "amount": 4_000, "fee": 1}]}, r"payments\[0\].fee"),
        ({"payments": [{"on": "2026-04-02", "amount": 40.5}]}, r"payments\[0\].amount"),
        ({"payments": [{"on": "2026-04-31", "amount": 40}]}, r"payments\[0\].on"),
        ({"events": [{"on": "2026-04-02", "kind": "freeze"}]}, r"events\[0\].kind"),
        ({"order": {"due": ["interest"]}}, "order.due"),
        ({"instalments": []}, "instalments, or terms"),
        ({"terms": {"rate_percent": 12, "instalments": 3, "ballon": 1}}, "terms.ballon"),
    ],
)
def test_what_is_unknown_or_unusable_is_named_with_exit_code_3(change, where):
    done = RUN.invoke(app, ["replay", "-", "--json"], input=json.dumps(LOAN | change))
    assert done.exit_code == 3
    assert done.stdout == ""
    with pytest.raises(BookError, match=where):
        parse_case(LOAN | change)


def test_broken_json_is_named_by_line_and_column(tmp_path):
    path = tmp_path / "case.json"
    path.write_text('{"as_of": \n ?}')
    done = RUN.invoke(app, ["replay", str(path)])
    assert done.exit_code == 3
    assert f"{path}:2:2" in done.stderr


def rows_of(schema, name):
    return schema["properties"][name]["items"]["properties"]


def test_the_published_schema_knows_exactly_the_keys_that_are_read():
    """Every key of the schema is taken; the parser names one that is not in it."""
    done = RUN.invoke(app, ["case-schema"])
    schema = json.loads(done.stdout)
    with pytest.raises(BookError) as named:
        parse_case({"as_of": "2026-04-10", "?": 1})
    assert named.value.reason == f"unknown key; use {', '.join(sorted(schema['properties']))}"
    for name in ("instalments", "charges", "payments", "events"):
        with pytest.raises(BookError) as named:
            parse_case({**LOAN, name: [{"?": 1}]})
        keys = ", ".join(sorted(rows_of(schema, name)))
        assert named.value.reason == f"unknown key; use {keys}"
    with pytest.raises(BookError) as named:
        parse_case(LOAN | {"terms": {"?": 1}})
    keys = ", ".join(sorted(schema["properties"]["terms"]["properties"]))
    assert named.value.reason == f"unknown key; use {keys}"
    assert {k for case in CASES for k in case} - {"expect"} <= set(schema["properties"])


TERMS = st.builds(
    Terms,
    rate_percent=st.integers(0, 3600).map(lambda r: Fraction(r, 100)),
    instalments=st.integers(3, 24),
    interest=st.sampled_from(["flat", "declining_balance"]),
    interest_period=st.sampled_from(["repayment_period", "daily"]),
    amortization=st.sampled_from(["equal_installments", "equal_principal_payments"]),
    every=st.integers(1, 3),
    unit=st.sampled_from(["days", "weeks", "months"]),
    grace_principal=st.integers(0, 2),
    grace_interest=st.integers(0, 2),
    interest_free=st.integers(0, 2),
    instalment_multiple_of=st.sampled_from([1, 100]),
)


@settings(max_examples=200)
@given(TERMS, st.integers(10_000, 5_000_000))
def test_a_schedule_repays_exactly_what_was_lent(terms, principal):
    made = make_schedule(principal, date(2026, 1, 31), terms)
    assert sum(i.principal for i in made) == principal
    assert all(i.principal >= 0 and i.interest >= 0 for i in made)
    assert len(made) == terms.instalments
    assert all(i.principal == 0 for i in made[: terms.grace_principal])


def test_a_31st_comes_back_after_a_short_month():
    terms = Terms(Fraction(12), 3)
    assert due_dates(date(2026, 1, 31), terms) == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, 250), st.integers(100, 200_000)), max_size=5),
    st.integers(0, 250),
    st.sampled_from(["smaller_instalments", "fewer_instalments", "next_instalments"]),
    st.sampled_from(["daily", "same_as_repayment_period"]),
)
def test_recalculation_repays_exactly_what_was_lent(money, day, early, frequency):
    terms = Terms(
        Fraction(12), 6, interest_period="daily", instalment_multiple_of=100,
        recalculate=Recalculate(frequency, "none", early),
    )  # fmt: skip
    start = date(2022, 11, 1)
    payments = [
        Payment(date.fromordinal(start.toordinal() + d), a, n) for n, (d, a) in enumerate(money)
    ]
    made = recalculated(500_000, start, terms, payments, date.fromordinal(start.toordinal() + day))
    assert sum(i.principal for i in made) == 500_000
    assert all(i.principal >= 0 and i.interest >= 0 for i in made)


def test_paying_late_costs_more_interest_and_paying_early_less():
    terms = Terms(Fraction(12), 6, interest_period="daily", recalculate=Recalculate())
    start = date(2022, 11, 1)

    def interest(day: date) -> int:
        paid = [Payment(day, 86_233, 1)]
        return sum(i.interest for i in recalculated(500_000, start, terms, paid, date(2023, 1, 1)))

    assert interest(date(2022, 11, 20)) < interest(date(2022, 12, 1)) < interest(date(2022, 12, 20))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[" * 100_000, "nesting too deep"),
        ('{"as_of": ' + "9" * 5_000 + "}", "number is too long"),
        (json.dumps(LOAN | {"kind": "allocations"}), "kind: 'allocations' is unknown"),
    ],
)
def test_json_that_breaks_readers_is_bad_input_and_not_a_crash(text, what):
    done = RUN.invoke(app, ["replay", "-", "--json"], input=text)
    assert (done.exit_code, done.stdout) == (3, "")
    assert what in done.stderr


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"instalments": 10**9}, "terms.instalments: too many; give at most 10000"),
        ({"every": 100_000}, "terms.instalments: the last is due after the year 9999"),
        ({"every": 10**12, "unit": "days"}, "terms.instalments: the last is due after"),
    ],
)
@pytest.mark.parametrize("command", ["replay", "schedule"])
def test_terms_that_run_out_of_the_calendar_are_bad_input(command, terms, what):
    case = {"as_of": "2026-04-10", "disbursed_on": "2026-01-01", "principal": 9_000}
    case["terms"] = {"rate_percent": 12, "instalments": 6} | terms
    done = RUN.invoke(app, [command, "-", "--json"], input=json.dumps(case))
    assert (done.exit_code, done.stdout) == (3, "")
    assert what in done.stderr


ADVANCE = {
    "due": ["penalties", "fees", "interest", "principal"],
    "in_advance": ["principal", "penalties", "fees", "interest"],
}
FEE = {"kind": "penalty", "due": "2023-01-20", "added_on": "2023-01-15", "amount": 5_000}


@pytest.mark.parametrize(
    ("charges", "money", "splits", "in_advance", "paid_on"),
    [
        ([FEE], [("10", 50_000), ("17", 45_000), ("21", 5_000)], [0, 0, 5_000], 100_000, None),
        (
            [FEE, FEE | {"due": "2023-01-23", "added_on": "2023-01-19", "amount": 1_000}],
            [("10", 50_000), ("17", 10_000), ("20", 10_000)],
            [0, 0, 5_000],
            70_000,
            None,
        ),
        ([FEE], [("10", 50_000), ("17", 55_000)], [0, 5_000], 105_000, "2023-01-17"),
    ],
    ids=["C2637", "C2638", "C2639"],
)
def test_a_penalty_before_the_due_day_as_published(charges, money, splits, in_advance, paid_on):
    """Apache Fineract's end-to-end scenarios (their numbers in TestRail): 1,000 due 1 February,
    principal first in advance; the penalty takes precedence only once its own day has come."""
    case = parse_case(
        {
            "as_of": "2023-01-31",
            "instalments": [{"due": "2023-02-01", "principal": 100_000}],
            "charges": charges,
            "payments": [{"on": f"2023-01-{d}", "amount": a} for d, a in money],
            "order": ADVANCE,
        }
    )
    said = answer(case, replay_case(case))
    assert [p["penalties"] for p in said["payments"]] == splits
    row = said["instalments"][0]
    assert (row["in_advance"], row["late"], row["paid_on"]) == (in_advance, 0, paid_on)


def test_the_command_says_what_a_cap_cut_and_why():
    cap = {"rule": "CN-RATE-05", "kind": "annual_rate", "ratio": "0.24", "why": "24 % a year"}
    case = {
        "as_of": "2026-03-11",
        "disbursed_on": "2026-02-01",
        "instalments": [{"due": "2026-03-01", "principal": 100_000, "interest": 10_000}],
        "penalty": {"daily_rate": "0.0005"},
        "caps": [cap],
    }
    done = RUN.invoke(app, ["replay", "-", "--json"], input=json.dumps(case))
    said = json.loads(done.stdout)
    assert (said["payoff"], said["instalments"][0]["cut"]) == (102_498, 8_002)
    assert said["cuts"] == [
        {
            "rule": "CN-RATE-05",
            "why": "24 % a year",
            "ceiling": 2_498,
            "cut": {"interest": 7_502, "penalties": 500},
        }
    ]
    assert [(d["days"], d["base"]) for d in said["penalty_days"]] == [(10, 100_000)]
