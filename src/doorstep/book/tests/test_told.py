"""Every kind of change in a table is what it is in one loan."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.ageing import age
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.rules.replay import replay
from doorstep.book.tests.strategies import DAYS, eventful
from doorstep.book.tests.test_ageing import tables_of
from doorstep.book.types import BookError, Loan
from doorstep.kernel.money import COMPONENTS

DAY = date(2026, 11, 24)
_EVENTS = pa.schema(
    [
        ("loan_id", pa.int64()),
        ("on", pa.date32()),
        ("kind", pa.string()),
        ("component", pa.string()),
        ("amount", pa.int64()),
        ("payment_id", pa.string()),
        ("event_id", pa.int64()),
        ("instalment", pa.int64()),
        ("charge_id", pa.string()),
        ("reverses", pa.string()),
        ("rate", pa.string()),
    ]
)


def events_of(book: list[Loan]) -> pa.Table:
    rows = [
        {
            "loan_id": n,
            "on": e.on,
            "kind": e.kind,
            "component": e.component or None,
            "amount": e.amount,
            "payment_id": str(e.payment_id) if e.payment_id != "" else None,
            "event_id": e.event_id,
            "instalment": e.instalment,
            "charge_id": str(e.charge_id) if e.charge_id != "" else None,
            "reverses": str(e.reverses) if e.reverses != "" else None,
            "rate": str(e.rate) if e.kind == "penalty_rate" else None,
        }
        for n, loan in enumerate(book)
        for e in loan.events
    ]
    return pa.Table.from_pylist(rows, schema=_EVENTS)


@settings(max_examples=60, deadline=None)
@given(st.lists(eventful(), min_size=1, max_size=5), DAYS)
def test_changes_of_every_kind_in_a_table_are_those_of_one_loan(book, as_of):
    tables, _, orders = tables_of(book)
    opened = pa.array([loan.disbursed_on for loan in book], pa.date32())
    tables["loans"] = tables["loans"].append_column("disbursed_on", opened)
    products = {f"P{n}": ProductTerms(x.penalty, x.caps) for n, x in enumerate(book)}
    aged = age(tables, events_of(book), as_of, orders=orders, products=products, engine=replay)
    for row, loan in zip(aged.to_pylist(), book, strict=True):
        one = state_of(loan, as_of)
        assert (row["dpd"], row["oldest_unpaid"]) == (one.dpd, one.oldest_unpaid)
        assert {c: row[f"due_{c}"] for c in COMPONENTS} == dict(one.due)
        assert (row["not_due"], row["credit"], row["payoff"]) == (
            one.not_due, one.credit, one.payoff,
        )  # fmt: skip


BOOK = {
    "loans": pa.table({"loan_id": ["L1"], "currency": ["CNY"]}),
    "instalments": pa.Table.from_pylist(
        [{"loan_id": "L1", "number": 1, "due": date(2026, 10, 1), "principal": 100, "interest": 0}]
    ),
    "charges": pa.Table.from_pylist(
        [{"loan_id": "L1", "charge_id": "C1", "kind": "fee", "due": date(2026, 10, 5),
          "added_on": date(2026, 10, 5), "amount": 7}]
    ),
    "payments": pa.Table.from_pylist(
        [{"loan_id": "L1", "payment_id": "P1", "on": date(2026, 10, 9), "amount": 20}]
    ),
}  # fmt: skip


def aged(**event):
    row = {"loan_id": "L1", "on": date(2026, 10, 10), "event_id": "E1", **event}
    return age(BOOK, pa.Table.from_pylist([row]), DAY, engine=replay).to_pylist()[0]


def test_a_payment_a_charge_and_a_chargeback_are_found_by_their_ids():
    assert aged(kind="resume")["payoff"] == 87
    assert aged(kind="reversal", payment_id="P1")["payoff"] == 107
    assert aged(kind="reversal", charge_id="C1")["payoff"] == 80
    assert aged(kind="chargeback", payment_id="P1")["payoff"] == 107
    assert aged(kind="chargeback", payment_id="P1", amount=5)["payoff"] == 92


def test_rates_of_many_loans_need_no_common_denominator():
    """Each loan counts its own penalties: 50 days of the new rate on 100,000.00."""
    primes = (999_983, 999_979, 999_961, 999_959)
    ids = [f"L{n}" for n in range(len(primes))]
    tables = {
        "loans": pa.table({"loan_id": ids, "currency": ["CNY"] * len(ids)}),
        "instalments": pa.table(
            {"loan_id": ids, "number": [1] * 4, "due": [date(2026, 9, 25)] * 4,
             "principal": [10_000_000] * 4, "interest": [0] * 4}
        ),
    }  # fmt: skip
    events = pa.table(
        {"loan_id": ids, "event_id": ["R"] * 4, "on": [date(2026, 10, 5)] * 4,
         "kind": ["penalty_rate"] * 4, "rate": [f"1000/{x}" for x in primes]}
    )  # fmt: skip
    rows = age(tables, events, DAY, engine=replay).to_pylist()
    assert [r["due_penalties"] for r in rows] == [round(10_000_000 * 50 * 1000 / x) for x in primes]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "penalty_rate"}, "rate: missing"),
        ({"kind": "penalty_rate", "rate": "5 %"}, "no exact rate"),
        ({"kind": "penalty_rate", "rate": "0.2"}, "too high"),
        ({"kind": "gift"}, "events:1:kind"),
        ({"kind": "waiver", "component": "gold"}, "events:1:component"),
        ({"kind": "reversal", "reverses": "E7"}, "events:1:reverses"),
        ({"kind": "reversal", "charge_id": "C7"}, "events:1:charge_id"),
        ({"kind": "reversal", "payment_id": "P7"}, "events:1:payment_id"),
        ({"kind": "dispute", "instalment": 9}, "no instalment 9"),
        ({"kind": "dispute", "charge_id": "C7"}, "no charge 'C7'"),
        ({"kind": "chargeback", "payment_id": "P7", "amount": 5}, "no payment 'P7'"),
        ({"kind": "chargeback", "payment_id": "P1", "amount": 21}, "more is taken back"),
    ],
)
def test_what_names_nothing_of_the_loan_is_refused(event, said):
    with pytest.raises(BookError, match=said):
        aged(**event)
