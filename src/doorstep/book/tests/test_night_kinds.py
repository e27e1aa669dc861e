"""Nights equal a full run for loans of every kind: changes, terms, interest that follows the money,
penalties and caps, whenever their rows arrive."""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.change_kinds import ARREARS, CHANGE_KEYS, Change
from doorstep.book.rules.termed import COLUMNS
from doorstep.book.services.age_files import age_folder, age_night_folder
from doorstep.book.services.night import whole
from doorstep.book.services.night_state import State
from doorstep.book.tests.strategies import START, eventful, fitting
from doorstep.book.tests.test_stream import terms_of
from doorstep.book.types import BookError, Event, Loan

Rows = list[dict[str, Any]]
Book = dict[str, Rows]
_DAYS = {"on", "due", "added_on", "disbursed_on", "first_due"}
_NUMBERS = {"number", "principal", "interest", "amount", "instalment", "every", "holiday"}
_NUMBERS |= {"instalments", "instalment_multiple_of", "grace_principal", "grace_interest"}
_WHEN = {"payments": "on", "charges": "added_on", "events": "on"}

RULES = st.fixed_dictionaries(
    {
        "recalculate": st.sampled_from(["smaller_instalments", "next_instalments"]),
        "late_interest": st.sampled_from(["when_paid", "every_day", "every_day", "never"]),
        "recalculate_compounding": st.sampled_from(["none", "interest"]),
    }
)


@st.composite
def termed(draw: st.DrawFn) -> tuple[dict[str, Any], Loan, list[Change]]:
    """A loan made from terms, its interest mostly following the money, and its changes."""
    terms = {
        "principal": draw(st.integers(10_000, 300_000)),
        "rate_percent": str(draw(st.integers(1, 60))),
        "instalments": draw(st.integers(1, 6)),
        "every": draw(st.sampled_from([7, 15, 30])),
        "unit": "days",
        "interest_period": draw(st.sampled_from(["daily", "repayment_period"])),
        **draw(st.just({}) | RULES),
    }
    loan = draw(eventful())
    kept = {"penalty": loan.penalty, "caps": loan.caps, "charges": loan.charges}
    loan = Loan((), payments=loan.payments, disbursed_on=START, **kept)
    on = START + timedelta(days=draw(st.integers(0, 60)))
    change = draw(
        st.none()
        | st.just(Change(on, "rate_change", 50, rate_percent=Fraction(9)))
        | st.just(Change(on, "reschedule", 51, instalments=4, holiday=1))
        | st.just(Change(on, "reamortise", 52, instalments=3))
    )
    return terms, loan, [change] if change is not None else []


@st.composite
def rescheduled(draw: st.DrawFn) -> tuple[dict[str, Any], Loan, list[Change]]:
    """Instalments that were given, everything that happens to a loan, and a rescheduling that says
    its terms in full."""
    loan = fitting(draw(eventful()))
    on = START + timedelta(days=draw(st.integers(0, 120)))
    told = Change(
        on,
        "reschedule",
        60,
        first_due=on + timedelta(days=draw(st.integers(0, 30))),
        instalments=draw(st.integers(1, 6)),
        unit="weeks",
        rate_percent=Fraction(draw(st.integers(0, 24))),
        arrears=draw(st.sampled_from(ARREARS)),
    )
    return {}, loan, [told]


def rows_of(book: list[tuple[dict[str, Any], Loan, list[Change]]]) -> tuple[Book, dict[str, Any]]:
    """The rows of each table and the terms of products; every loan is a product of its own."""
    found: Book = {n: [] for n in ("loans", "instalments", "charges", "payments", "events")}
    for n, (terms, loan, changes) in enumerate(book):
        head = {"loan_id": n, "product": f"P{n}", "currency": "CNY", "disbursed_on": START}
        found["loans"].append(head | terms)
        found["instalments"] += [
            {"loan_id": n, "number": i.number, "due": i.due, "principal": i.principal,
             "interest": i.interest} for i in loan.instalments
        ]  # fmt: skip
        found["charges"] += [
            {"loan_id": n, "charge_id": str(x.charge_id), "kind": x.component, "due": x.due,
             "added_on": x.added_on, "amount": x.amount} for x in loan.charges
        ]  # fmt: skip
        found["payments"] += [
            {"loan_id": n, "payment_id": str(p.payment_id), "on": p.on, "amount": p.amount,
             "reverses": None if p.reverses is None else str(p.reverses)} for p in loan.payments
        ]  # fmt: skip
        found["events"] += [_event_row(n, e) for e in loan.events]
        found["events"] += [_change_row(n, x) for x in changes]
    return found, {f"P{n}": terms_of(loan) for n, (_, loan, _) in enumerate(book)}


def _event_row(n: int, e: Event) -> dict[str, Any]:
    named = {k: str(getattr(e, k)) or None for k in ("payment_id", "charge_id", "reverses")}
    return {
        "loan_id": n, "event_id": str(e.event_id), "on": e.on, "kind": e.kind,
        "component": e.component or None, "amount": e.amount, "instalment": e.instalment, **named,
        "rate": str(e.rate) if e.kind == "penalty_rate" else None,
    }  # fmt: skip


def _change_row(n: int, change: Change) -> dict[str, Any]:
    usual = Change(change.on, change.kind)
    given = {f.name: getattr(change, f.name) for f in fields(Change) if f.name in CHANGE_KEYS}
    told = {k: v for k, v in given.items() if v != getattr(usual, k)}
    if "rate_percent" in told:
        told["rate_percent"] = str(told["rate_percent"])
    names = {"loan_id": n, "event_id": str(change.event_id), "on": change.on, "kind": change.kind}
    return told | names


_TABLES = {
    "loans": ("loan_id", "product", "currency", "disbursed_on", "principal", *COLUMNS),
    "instalments": ("loan_id", "number", "due", "principal", "interest"),
    "charges": ("loan_id", "charge_id", "kind", "due", "added_on", "amount"),
    "payments": ("loan_id", "payment_id", "on", "amount", "reverses"),
    "events": ("loan_id", "event_id", "on", "kind", "component", "amount", "payment_id",
               "instalment", "charge_id", "reverses", "rate",
               *sorted(CHANGE_KEYS - {"event_id", "on", "kind", "amount"})),
}  # fmt: skip


def write(folder: Path, rows: Book, text: bool) -> Path:
    """The rows as Parquet, sorted by loan; ids as numbers or as text."""
    folder.mkdir(parents=True)
    for name, mine in rows.items():
        if mine:
            pq.write_table(_table(name, mine, text), folder / f"{name}.parquet", row_group_size=4)
    return folder


def _table(name: str, rows: Rows, text: bool) -> pa.Table:
    columns = {}
    for key in dict.fromkeys(_TABLES[name]):
        values = [r.get(key) for r in sorted(rows, key=lambda r: r["loan_id"])]
        if key == "loan_id":
            columns[key] = pa.array([f"客{v:04d}" for v in values] if text else values)
        elif any(v is not None for v in values) or key in {"amount", "reverses"}:
            kind = pa.date32() if key in _DAYS else pa.int64() if key in _NUMBERS else pa.string()
            columns[key] = pa.array(values, kind)
    return pa.table(columns)


def arrivals(rows: Book, random: Random) -> dict[str, list[date]]:
    """When each row came: early, in time or backdated, never before what it names."""
    found = {
        name: [r[_WHEN[name]] + timedelta(days=random.randint(-40, 40)) for r in rows[name]]
        for name in _WHEN
    }
    came = {
        (name, r["loan_id"], r[key]): day
        for name, key in (("payments", "payment_id"), ("charges", "charge_id"))
        for r, day in zip(rows[name], found[name], strict=True)
    }
    for n, row in enumerate(rows["payments"]):
        if row["reverses"] is not None:
            named = came["payments", row["loan_id"], row["reverses"]]
            found["payments"][n] = max(found["payments"][n], named)
    for n, row in enumerate(rows["events"]):
        loan = row["loan_id"]
        named = [
            came.get(("payments", loan, row.get("payment_id")), date.min),
            came.get(("charges", loan, row.get("charge_id")), date.min),
            came.get(("events", loan, row.get("reverses")), date.min),
        ]
        found["events"][n] = max(found["events"][n], *named)
        came["events", loan, row["event_id"]] = found["events"][n]
    return found


def split(rows: Book, days: list[date], random: Random) -> list[Book]:
    """What was known by the first day, and what came after it until each later one."""
    came = arrivals(rows, random)
    nights: list[Book] = [{n: r for n, r in rows.items() if n not in _WHEN}, *[{} for _ in days]]
    for name in _WHEN:
        for row, day in zip(rows[name], came[name], strict=True):
            n = sum(d < day for d in days)
            nights[n].setdefault(name, []).append(row)
    return nights[: len(days)]


PLAIN = eventful().map(lambda loan: ({}, loan, []))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PLAIN | termed() | rescheduled(), min_size=1, max_size=5),
    st.lists(st.integers(0, 210), min_size=2, max_size=4, unique=True).map(sorted),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_nights_equal_a_full_run_for_loans_of_every_kind(invented, numbers, text, random):
    days = [START + timedelta(days=n) for n in numbers]
    rows, told = rows_of(invented)
    nights = split(rows, days, random)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        first = write(home / "0", nights[0], text)
        (first / "products.json").write_text(json.dumps(told))
        age_folder(first, days[0], home / "out", detail=False, state=home / "state")
        for day, new in zip(days[1:], nights[1:], strict=True):
            changes = write(home / day.isoformat(), new, text)
            age_night_folder(changes, home / "state", day, home / "out")
        got = whole(State(home / "state"))
        known = {n: [r for night in nights for r in night.get(n, [])] for n in rows}
        full = write(home / "full", known, text)
        (full / "products.json").write_text(json.dumps(told))
        age_folder(full, days[-1], home / "want", detail=False)
        want = pq.read_table(home / "want" / "loans.parquet")
    assert got.to_pylist() == want.to_pylist()


def a_state(home: Path, loan: dict[str, Any], day: date, products: str = "") -> Path:
    """A book of one loan, aged with a state."""
    whole_loan = {"loan_id": 1, "product": "cash", "currency": "CNY", "disbursed_on": START}
    folder = write(home / "book", {"loans": [whole_loan | loan]}, False)
    if products:
        (folder / "products.json").write_text(products)
    age_folder(folder, day, home / "out", detail=False, state=home / "state")
    return folder


TERMS = {"principal": 100_000, "rate_percent": "36", "instalments": 3, "every": 30, "unit": "days"}


def test_late_interest_of_every_day_grows_on_a_night_without_news(tmp_path):
    """1,000.00 at 36 %, nothing paid: from the second period on every day costs 98 fen more."""
    rule = {"interest_period": "daily", "recalculate": "smaller_instalments"}
    a_state(tmp_path, TERMS | rule | {"late_interest": "every_day"}, START + timedelta(days=40))
    (tmp_path / "none").mkdir()
    owed = []
    for days in (41, 46):
        day = START + timedelta(days=days)
        report = age_night_folder(tmp_path / "none", tmp_path / "state", day, tmp_path / "night")
        assert (report.running, report.written) == (1, 1)
        owed.append(whole(State(tmp_path / "state")).to_pylist()[0]["not_due"])
    assert 5 * 31 < owed[1] - owed[0] < 5 * 99


FEE = '{"cash": {"penalty": {"daily_rate": "0.0005"}}}'


@pytest.mark.parametrize("where", ["book", "news"])
def test_terms_of_products_that_changed_need_a_full_run(tmp_path, where):
    """Loans that nothing touches would go on by the old terms."""
    day = START + timedelta(days=40)
    a_state(tmp_path, TERMS, day, FEE)
    (tmp_path / "news").mkdir()
    night = (tmp_path / "news", tmp_path / "state", day + timedelta(days=1), tmp_path / "night")
    (tmp_path / where / "products.json").write_text(FEE.replace("0.0005", "0.001"))
    with pytest.raises(BookError, match=r"products\.json: is not what it was at the full run"):
        age_night_folder(*night)
    assert not (tmp_path / "night").exists()
    (tmp_path / where / "products.json").write_text(FEE.replace('"0.0005"', ' "0.00050"'))
    assert age_night_folder(*night).loans == 1


def test_a_night_goes_on_where_the_book_of_the_full_run_is_gone(tmp_path):
    day = START + timedelta(days=40)
    folder = a_state(tmp_path, TERMS, day, FEE)
    folder.rename(tmp_path / "moved")
    (tmp_path / "news").mkdir()
    night = (tmp_path / "news", tmp_path / "state", day + timedelta(days=1), tmp_path / "night")
    assert age_night_folder(*night).loans == 1
