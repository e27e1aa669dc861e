"""Loans of Fineract become tables exactly, and the replay of what was taken gives its figures."""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import entry_points

import pytest
from django.template.loader import render_to_string
from tests.cast import people_of_the_cast
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.commands import app
from doorstep.book.models import ImportRun, Manifest
from doorstep.book.services.check import check_files
from doorstep.book.tests import files as f
from doorstep.importers.fineract import source
from doorstep.importers.fineract.tests.sample import charge, loan, moved, period

MAP = 'importer = "fineract"\nlender = "bluebay"\ncountry = "CN"\n'


@pytest.fixture
def write(tmp_path):
    def run(*loans, text=None, name="loans.json", map_text=MAP):
        path, plan = tmp_path / name, tmp_path / "fineract.toml"
        path.write_text(json.dumps(list(loans)) if text is None else text, encoding="utf-8")
        plan.write_text(map_text, encoding="utf-8")
        return path, plan

    return run


@pytest.fixture
def take(db, settings, tmp_path, write):
    settings.STATE = tmp_path / "state"
    people_of_the_cast()

    def run(*loans, **how):
        path, plan = write(*loans, **how)
        return api.import_placement([path], plan, lender="", at=f.AT, by="test")

    return run


def rows(path, plan):
    return {t.table: t.rows.drop_columns(["row"]).to_pylist() for t in source.read([path], plan)}


def given(row):
    return {k: v for k, v in row.items() if v is not None}


def test_every_table_is_exact(write):
    found = rows(*write(loan()))
    assert [given(r) for r in found["borrowers"]] == [
        {"borrower_id": "9", "name": "李娜", "country": "CN"}
    ]
    assert [given(r) for r in found["loans"]] == [
        {
            "loan_id": "000000071",
            "borrower_id": "9",
            "product": "Cash 3",
            "currency": "CNY",
            "principal": 300000,
            "disbursed_on": date(2026, 7, 1),
            "maturity": date(2026, 10, 1),
        }
    ]
    assert [
        (r["number"], r["due"], r["principal"], r["interest"]) for r in found["instalments"]
    ] == [
        (1, date(2026, 8, 1), 100000, 3025),
        (2, date(2026, 9, 1), 100000, 3025),
        (3, date(2026, 10, 1), 100000, 3025),
    ]
    assert [(r["charge_id"], r["kind"], r["due"], r["amount"]) for r in found["charges"]] == [
        ("11", "fee", date(2026, 8, 15), 1500),
        ("12", "penalty", date(2026, 8, 20), 725),
    ]
    assert [(r["payment_id"], r["on"], r["amount"], r["reverses"]) for r in found["payments"]] == [
        ("3", date(2026, 8, 1), 103025, None),
        ("4", date(2026, 8, 20), 50000, None),
        ("4-reversed", date(2026, 8, 22), 50000, "4"),
    ]


def test_the_replay_gives_what_fineract_states(take):
    report = take(loan())
    assert report.applied, report.rejects
    assert not report.rejects
    assert report.notes == ()
    assert report.sums["CNY"]["accepted"] == report.sums["CNY"]["read"]
    again = take(loan())
    assert sum(x.accepted for x in again.files) == 0


def test_a_difference_is_said_for_its_loan_and_hides_nothing(take):
    charges = [charge(21, "2026-08-15", 15.0), charge(22, "2026-08-20", 7.25, penalty=True)]
    other = loan(id=72, accountNo="000000072", transactions=[], charges=charges)
    report = take(loan(), other)
    assert report.applied
    assert [(n.row, n.code) for n in report.notes] == [(2, "differs")]
    text = report.notes[0].text
    assert "000000072: the file states 208275 minor units outstanding" in text
    assert "the replay gives 311300, +103025" in text
    kept = ImportRun.objects.get().notes
    assert [n["code"] for n in kept] == ["differs"]
    assert "+103025" in render_to_string("book/_notes.html", {"notes": kept})


def test_the_same_sum_in_other_components_is_said_too(take):
    summary = {**loan()["summary"], "principalOutstanding": 2010.0, "interestOutstanding": 50.5}
    (note,) = take(loan(summary=summary)).notes
    assert note.code == "allocated_otherwise"
    assert "interest 5050 there, 6050 here; principal 201000 there, 200000 here" in note.text


def test_a_written_off_loan_keeps_its_debt_and_says_so(take):
    summary = {"principalDisbursed": 3000.0, "totalOutstanding": 0.0}
    status = {"id": 601, "code": "loanStatusType.closed.written.off"}
    (note,) = take(loan(status=status, summary=summary)).notes
    assert note.code == "differs"
    assert note.text.endswith("+208275 (Fineract has written it off)")


def test_what_was_waived_is_not_owed(take):
    periods = loan()["repaymentSchedule"]["periods"]
    periods[1] = period(1, "2026-08-01", 1000.0, 30.25, interestWaived=10.25)
    charges = [charge(11, "2026-08-15", 15.0), charge(12, "2026-08-20", 7.25, penalty=True,
               amountWaived=7.25)]  # fmt: skip
    periods[2]["penaltyChargesWaived"] = 7.25
    summary = {"principalDisbursed": 3000.0, "totalOutstanding": 2065.25}
    report = take(loan(repaymentSchedule={"periods": periods}, charges=charges, summary=summary))
    assert not report.rejects
    assert report.notes == ()


def test_fees_of_instalments_and_at_disbursement(write):
    periods = loan()["repaymentSchedule"]["periods"]
    periods[0]["feeChargesDue"] = 20.0
    for p in periods[1:]:
        p.update(feeChargesDue=5.0, penaltyChargesDue=0.0)
    parts = [{"installmentNumber": n, "dueDate": p["dueDate"], "amount": 5.0, "amountWaived": 0.0}
             for n, p in enumerate(periods[1:], 1)]  # fmt: skip
    charges = [charge(31, None, 20.0), charge(32, None, 15.0, installmentChargeData=parts)]
    found = rows(*write(loan(repaymentSchedule={"periods": periods}, charges=charges)))["charges"]
    assert [(r["charge_id"], r["due"].isoformat(), r["amount"]) for r in found] == [
        ("31", "2026-07-01", 2000),
        ("32-1", "2026-08-01", 500),
        ("32-2", "2026-09-01", 500),
        ("32-3", "2026-10-01", 500),
    ]


def test_charges_that_are_not_the_schedules_give_way_to_it(take):
    report = take(loan(charges=[charge(11, "2026-08-15", 99.0)]))
    assert [n.code for n in report.notes] == ["charges_by_period"]
    assert not report.rejects


def test_what_is_no_debt_and_what_went_out_is_noted(take):
    report = take(
        loan(id=70, accountNo="70", status={"id": 200, "code": "loanStatusType.approved"}),
        loan(transactions=[
            *loan()["transactions"],
            moved(5, 20, "2026-08-25", 3.0),
            moved(6, 999, "2026-08-25", 3.0),
            moved(7, 23, "2026-08-26", 0.75),
        ], summary={"principalDisbursed": 3000.0, "totalOutstanding": 2082.0}),
    )  # fmt: skip
    assert {n.code for n in report.notes} == {
        "not_disbursed",
        "money_out",
        "unknown_type",
        "credit",
    }
    assert [x.rows for x in report.files if x.table == "loans"] == [1]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(loan()),
        json.dumps(loan(), indent=1),
        json.dumps([loan()]),
        "\ufeff" + json.dumps({"totalFilteredRecords": 1, "pageItems": [loan()]}),
        json.dumps(loan()) + "\n\n",
    ],
    ids=["object", "indented", "list", "page with a mark", "line"],
)
def test_an_object_a_list_a_page_and_lines_are_the_same(write, text):
    assert rows(*write(text=text)) == rows(*write(loan()))


def test_lines_and_large_files_are_read_one_by_one(write):
    many = "\n".join(json.dumps(loan(id=n, accountNo=str(n))) for n in range(1, 1201))
    path, plan = write(text=many, name="loans.jsonl")
    pieces = [p for p in source.pieces(path, plan) if p.table == "loans"]
    assert [p.read for p in pieces] == [500, 500, 200]
    assert pieces[2].rows.column("row").to_pylist()[-1] == 1200
    assert len(rows(path, plan)["borrowers"]) == 1


BROKEN = {
    "empty": ("", 1),
    "not JSON": ("loans: none", 1),
    "a number": ("42", 1),
    "a list of numbers": ("[1]", 1),
    "cut in the middle": (json.dumps([loan()], indent=1)[:-60], None),
    "no comma": (json.dumps(loan()).join(["[", "\n", "]"]) .replace("\n", json.dumps(loan())), 1),
    "text after the list": ("[]\nmore", 2),
    "objects with commas": (json.dumps(loan()) + ",\n" + json.dumps(loan()), 1),
    "nesting without end": ("[" * 100_000, 1),
    "nesting inside a loan": ('{"id": ' + "[" * 100_000, 1),
    "NaN": (json.dumps(loan()).replace("3000.0", "NaN"), 1),
    "Infinity": (json.dumps(loan()).replace("3000.0", "-Infinity"), 1),
    "400 digits": (json.dumps(loan()).replace("3000.0", "9" * 400), 1),
    "400 decimals": (json.dumps(loan()).replace("3000.0", "3." + "0" * 400), 1),
    "a key twice": ('{"id": 1, "id": 2}', 1),
    "a NUL in a text": ('{"id": "a\x00b"}', 1),
}  # fmt: skip


def test_broken_json_is_refused_with_its_line_and_nothing_is_taken(take, write):
    wrong = {}
    for name, (text, line) in BROKEN.items():
        try:
            wrong[name] = take(text=text)
        except api.BadInputError as error:
            placed = str(error).startswith(f"loans.json:{line or ''}")
            if not placed or (";" not in error.reason and "expected" not in error.reason):
                wrong[name] = str(error)
    assert not wrong
    path, plan = write(loan())
    path.write_bytes(json.dumps([loan()]).encode("utf-16"))
    with pytest.raises(api.BadInputError, match="is not UTF-8"):
        api.import_placement([path], plan, lender="", at=f.AT, by="test")
    assert not Manifest.objects.exists()
    assert not ImportRun.objects.exists()


def schedule(**change):
    return {"periods": [{**loan()["repaymentSchedule"]["periods"][1], **change}]}


REFUSED = {
    "30 February": (loan(repaymentSchedule=schedule(dueDate=[2026, 2, 30])), "bad_date"),
    "year 9999": (loan(repaymentSchedule=schedule(dueDate=[9999, 1, 1])), "date_out_of_range"),
    "year 99999": (loan(repaymentSchedule=schedule(dueDate=[99999, 1, 1])), "bad_date"),
    "a date of two": (loan(repaymentSchedule=schedule(dueDate=[2026, 2])), "bad_date"),
    "negative": (loan(repaymentSchedule=schedule(principalDue=-1)), "negative"),
    "huge": (loan(repaymentSchedule=schedule(principalDue=10**30)), "too_large"),
    "amount as text": (loan(repaymentSchedule=schedule(principalDue="1000")), "bad_amount"),
    "half a fen": (loan(repaymentSchedule=schedule(interestDue=30.255)), "too_many_decimals"),
    "won with decimals": (
        loan(currency={**loan()["currency"], "code": "KRW"}),
        "too_many_decimals",
    ),
    "no such currency": (loan(currency={"code": "RMB"}), "bad_currency"),
    "no currency": (loan(currency=None), "missing"),
    "no schedule": (loan(repaymentSchedule=None), "missing"),
    "no instalments": (loan(repaymentSchedule={"periods": []}, timeline=None), "missing"),
    "instalment 5000": (loan(repaymentSchedule=schedule(period=5000)), "out_of_range"),
    "periods no list": (loan(repaymentSchedule={"periods": {"a": 1}}), "bad_list"),
    "a loan of a group": (loan(clientId=None), "no_client"),
    "no principal": (loan(summary={"principalDisbursed": 0}), "zero"),
    "id backwards": (loan(accountNo="7\u202e1"), "unseen_character"),
    "endless id": (loan(accountNo="7" * 65), "too_long"),
    "waived more than due": (loan(repaymentSchedule=schedule(interestWaived=99)), "negative"),
    "payment without a date": (
        loan(transactions=[{**moved(3, 2, "2026-08-01", 1), "date": None}]),
        "missing",
    ),
    "payment without a type": (loan(transactions=[{"id": 3}]), "missing"),
}


def test_a_loan_that_cannot_be_read_whole_is_refused_whole(take):
    good = loan(id=1, accountNo="1", transactions=[], summary=None)
    wrong = {}
    for name, (bad, code) in REFUSED.items():
        report = take(bad, good)
        reasons = [r for r in report.rejects if r.code != "loan_refused"]
        first = reasons[0] if reasons else None
        if len(reasons) != 1 or first.code != code or not first.column.startswith("[1]."):
            wrong[name] = reasons
        elif ";" not in first.reason:
            wrong[name] = first
        taken = {x.table: x.accepted + x.unchanged for x in report.files}
        if taken["loans"] != 1 or any(
            x.rows != x.accepted + x.unchanged + x.rejected for x in report.files
        ):
            wrong[name] = report.files
    assert not wrong


def test_the_importer_is_found_by_its_entry_point_and_named_on_the_command_line(take, write):
    assert "fineract" in {e.name for e in entry_points(group="doorstep.importers")}
    path, plan = write(loan())
    run = CliRunner().invoke
    words = ["import", str(path), "--importer", "fineract", "--json"]
    words += ["--lender", "bluebay"]
    assert run(app, words).exit_code == 3
    assert 'write country = "CN"' in run(app, words).stderr
    done = run(app, [*words, "--map", str(plan)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["notes"] == []
    other = run(app, ["import", str(path), "--importer", "placement", "--map", str(plan)])
    assert other.exit_code == 3
    assert "is a map for 'fineract'" in other.stderr
    assert "country" in run(app, ["schema", "--importer", "fineract"]).stdout
    assert run(app, ["check", str(path), "--map", str(plan)]).exit_code == 0


def test_a_wrong_map_is_refused_by_its_key(take):
    for text, key in ((MAP + 'colour = "red"', "colour"), (MAP + 'loan_id = "name"', "loan_id"),
                      ('importer = "fineract"\nlender = "bluebay"\ncountry = "China"', "country"),
                      (MAP + "match = 3", "match")):  # fmt: skip
        with pytest.raises(api.BadInputError, match=f"fineract.toml::{key}"):
            take(loan(), map_text=text)


def test_a_look_beforehand_says_the_same(write):
    path, plan = write(loan(accountNo="7\u202e1"), loan(id=1, accountNo="1"))
    report = check_files([path], plan, today=date(2026, 11, 24))
    assert {r.code for r in report.rejects} == {"unseen_character", "loan_refused"}
    assert (report.rows, report.rejected) == (20, 10)
