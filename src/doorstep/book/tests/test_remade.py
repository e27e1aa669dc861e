"""A whole book says of a loan whose schedule follows money and changes what one loan says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doorstep.book import api, store
from doorstep.book.rules.case import answer, parse_case, replay_case
from doorstep.book.services.age_files import age_folder
from doorstep.book.statements import statement_of
from doorstep.book.store import SCHEMAS
from doorstep.book.types import BookError
from doorstep.people.types import SYSTEM

DATA = Path(__file__).parent / "data"
PUBLISHED = json.loads((DATA / "published_schedules.json").read_text())
DAY = date.fromisoformat


def book(tmp_path, cases, **more):
    """A folder with each case as a loan; `more` tables replace what the cases hold."""
    tables = {"loans": [], "payments": [], "charges": [], "events": []}
    for n, case in enumerate(cases, 1):
        terms = dict(case["terms"])
        rule = terms.pop("recalculate", None)
        names = {"frequency": "recalculate_frequency", "compounding": "recalculate_compounding",
                 "early_payment": "recalculate", "late_interest": "late_interest"}  # fmt: skip
        terms["rate_percent"] = str(terms["rate_percent"])
        tables["loans"].append(
            {"loan_id": n, "currency": "CNY", "principal": case["principal"],
             "disbursed_on": DAY(case["disbursed_on"]), **terms,
             **{names[k]: v for k, v in (rule or {}).items()}}
        )  # fmt: skip
        for p in case["payments"]:
            tables["payments"].append(p | {"loan_id": n, "on": DAY(p["on"])})
        for k, e in enumerate(case.get("events", [])):
            tables["events"].append(e | {"loan_id": n, "on": DAY(e["on"]), "event_id": k})
    folder = tmp_path / "book"
    folder.mkdir()
    for name, rows in (tables | more).items():
        if rows:
            keys = sorted({k for r in rows for k in r})
            table = pa.table({k: [r.get(k) for r in rows] for k in keys})
            pq.write_table(table, folder / f"{name}.parquet")
    return folder


def aged(folder, day, out):
    age_folder(folder, day, out, detail=True)
    return pq.read_table(out / "instalments.parquet").to_pylist()


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda c: c["id"])
def test_a_book_says_what_the_loan_says(case, tmp_path):
    rows = aged(book(tmp_path, [case]), DAY(case["as_of"]), tmp_path / "out")
    assert [
        {"due": r["due"].isoformat(), "principal": r["principal"], "interest": r["interest"],
         "paid": r["paid"], "outstanding": r["outstanding"]}
        for r in rows
    ] == [
        {k: i[k] for k in ("due", "principal", "interest", "paid", "outstanding")}
        for i in case["expect"]["instalments"]
    ]  # fmt: skip


LOAN = {
    "as_of": "2026-04-20", "disbursed_on": "2026-01-31", "principal": 600_000,
    "terms": {"rate_percent": 12, "instalments": 6, "instalment_multiple_of": 100},
    "payments": [{"payment_id": 1, "on": "2026-02-28", "amount": 103_500}],
    "events": [{"on": "2026-04-10", "kind": "reschedule", "holiday": 2}],
}  # fmt: skip


def test_a_changed_loan_stands_between_plain_ones(tmp_path):
    plain = LOAN | {"events": []}
    rows = aged(book(tmp_path, [plain, LOAN, plain]), DAY(LOAN["as_of"]), tmp_path / "out")
    read = parse_case(LOAN)
    want = answer(read, replay_case(read))["instalments"]
    mine = [r for r in rows if r["loan_id"] == 2]
    assert [(r["due"].isoformat(), r["outstanding"]) for r in mine] == [
        (i["due"], i["outstanding"]) for i in want
    ]
    assert [r["due"] for r in rows if r["loan_id"] == 1] == [
        r["due"] for r in rows if r["loan_id"] == 3
    ]
    loans = pq.read_table(tmp_path / "out" / "loans.parquet").to_pylist()
    assert [loan["dpd"] for loan in loans] == [20, 0, 20]


def test_a_change_of_a_given_schedule_is_refused_by_its_row(tmp_path):
    given = [{"loan_id": 1, "number": 1, "due": date(2026, 4, 1), "principal": 1, "interest": 0}]
    bare = [{"loan_id": 1, "currency": "CNY", "principal": 1, "disbursed_on": date(2026, 1, 1)}]
    folder = book(tmp_path, [LOAN], instalments=given, loans=bare)
    with pytest.raises(
        BookError, match=r"events\.parquet:1:kind: the instalments were given without terms"
    ):
        age_folder(folder, date(2026, 4, 20), tmp_path / "out", detail=False)
    assert not (tmp_path / "out").exists()


def test_a_rule_without_recalculation_is_refused_by_its_column(tmp_path):
    loan = LOAN | {
        "events": [],
        "terms": LOAN["terms"] | {"recalculate": {"late_interest": "never"}},
    }
    with pytest.raises(BookError, match="late_interest: needs recalculate beside it"):
        age_folder(book(tmp_path, [loan]), date(2026, 4, 20), tmp_path / "out", detail=False)


def test_a_snapshot_from_before_a_column_came_reads_it_as_empty(settings, tmp_path):
    settings.STATE = tmp_path
    manifest = UUID(int=1)
    (tmp_path / "book" / str(manifest)).mkdir(parents=True)
    old = SCHEMAS["loans"].empty_table().drop_columns(["first_due", "recalculate"])
    pq.write_table(old, store.folder(manifest) / "loans.parquet")
    assert store.read(manifest, "loans").schema == SCHEMAS["loans"]
    some = store.read(manifest, "loans", columns=["loan_id", "recalculate"])
    assert some.column_names == ["loan_id", "recalculate"]


def test_an_imported_loan_follows_the_money_on_every_page(take):
    """5,000.00 at 12 % in six; 1,500.00 come on 27 November, five days early: 721.00 from then."""
    loan = {"loan_id": "L9", "borrower_id": "B1", "product": "cash", "currency": "CNY",
            "principal": "5000.00", "disbursed_on": "2022-11-01", "rate_percent": "12",
            "instalments": "6", "interest_period": "daily", "instalment_multiple_of": "1.00",
            "recalculate": "smaller_instalments"}  # fmt: skip
    paid = {"loan_id": "L9", "payment_id": "P9", "on": "2022-11-27", "amount": "1500.00"}
    report = take(loans=[loan], payments=[paid], instalments=[], charges=[])
    assert not report.rejects
    day = date(2022, 11, 28)
    state = api.loan_state(SYSTEM, "bluebay", "L9", day)
    assert [(i["principal"], i["interest"]) for i in state.instalments[:2]] == [
        (150_000, 4_734), (68_533, 3_567),
    ]  # fmt: skip
    statement = statement_of(SYSTEM, "bluebay", "L9", day).statement
    assert statement is not None
    assert statement.payoff == state.loan.payoff
