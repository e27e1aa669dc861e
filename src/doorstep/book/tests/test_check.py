"""`doorstep book check`: what an import would reject and what looks wrong, and nothing written."""

from __future__ import annotations

import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.checking.columns import Distinct, guess_kind
from doorstep.book.commands import app
from doorstep.book.rules.identity import wrong_identity
from doorstep.book.services.check import check_files
from doorstep.book.tests import files as f
from doorstep.book.tests.broken import MAPS, REJECTED, UNREADABLE
from doorstep.book.tests.test_broken_files import book_digest

TODAY = date(2026, 11, 24)
GOOD_ID = "11010519491231002X"


def look(folder: Path, **tables):
    paths, plan = f.placement(folder, **tables)
    return check_files(paths, plan, today=TODAY)


def codes(findings):
    return {(x.table, x.column, x.code): x.rows for x in findings}


def test_a_good_placement_is_profiled_and_nothing_would_be_rejected(tmp_path):
    report = look(tmp_path)
    assert report.clean, report.rejects
    assert report.rows == 16
    loans = next(p for p in report.files if p.table == "loans")
    assert loans.sums == {"CNY": {"read": 470050, "rejected": 0}}
    columns = {c.name: c for c in loans.columns}
    assert (columns["principal"].low, columns["principal"].high) == ("50000", "300000")
    assert columns["disbursed_on"].low == "2026-07-01"
    assert (columns["dpd"].filled, columns["loan_id"].distinct) == (1, 3)
    assert columns["loan_id"].shapes == ("A9",)


def test_what_an_import_would_reject_is_found_by_the_same_rules(tmp_path):
    wrong = {}
    for name, (table, rows, column, code) in REJECTED.items():
        tables = {table: [*f.TABLES[table], *rows]} if table != "loans" else {table: rows}
        if table == "loans":
            tables.update(instalments=[], charges=[], payments=[])
        paths, plan = f.placement(tmp_path, **tables)
        report = check_files(paths, plan, today=TODAY)
        found = {(x.table, x.column, x.code) for x in report.rejects}
        conflict = {c for _, _, c in found} == {"conflict"}
        if (table, column, code) not in found and not conflict:
            wrong[name] = found
        for path in paths:
            path.unlink()
    assert not wrong


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_still_looked_at(tmp_path):
    wrong = {}
    good, plan = f.placement(tmp_path / "good")
    for name, (file, content, where) in UNREADABLE.items():
        path = tmp_path / file
        path.write_bytes(content)
        report = check_files([*good, path], plan, today=TODAY)
        if len(report.unreadable) != 1 or not report.unreadable[0].startswith(where):
            wrong[name] = report.unreadable
        if report.rows < 16:
            wrong[name] = report.rows
        path.unlink()
    assert not wrong


def test_what_looks_wrong_but_would_be_taken(tmp_path):
    report = look(
        tmp_path,
        borrowers=[
            {**f.BORROWERS[0], "id_number": GOOD_ID, "born": "1949-12-31"},
            {**f.BORROWERS[1], "id_number": GOOD_ID[:-1] + "1", "born": "2027-01-01"},
            {**f.BORROWERS[2], "id_number": GOOD_ID, "born": "1950-01-01"},
        ],
        contact_points=[{**f.POINTS[0], "value": "+8611912345678", "confirmed_on": "2027-01-01"}],
        instalments=[*f.INSTALMENTS[:2], {**f.INSTALMENTS[2], "principal": "999.99"}],
        payments=[
            {**f.PAYMENTS[0], "on": "2026-06-30"},
            {**f.PAYMENTS[0], "payment_id": "PAY2", "on": "2027-01-01"},
            {**f.PAYMENTS[0], "payment_id": "PAY2", "on": "2027-01-01"},
        ],
    )
    assert report.clean, report.rejects
    assert codes(report.doubts) == {
        ("borrowers", "id_number", "impossible_id"): 2,
        ("borrowers", "born", "future"): 1,
        ("contact_points", "value", "unassigned_phone"): 1,
        ("contact_points", "confirmed_on", "future"): 1,
        ("instalments", "principal", "schedule_sum"): 1,
        ("payments", "on", "before_disbursement"): 1,
        ("payments", "on", "future"): 2,
        ("payments", "payment_id", "repeated"): 1,
    }
    by = {x.code: x.examples[0] for x in report.doubts}
    assert by["schedule_sum"].why == "instalments sum to 299999, the principal is 300000"
    assert (by["before_disbursement"].file, by["before_disbursement"].row) == ("payments.csv", 2)
    assert GOOD_ID[:10] not in str(report)
    assert "李娜" not in str(report)
    assert "13912345678" not in str(report)


def test_what_points_nowhere_and_keys_with_two_values_count_row_by_row(tmp_path):
    loans = [*f.LOANS, {**f.LOANS[0], "principal": "1.00"}]
    report = look(tmp_path, loans=loans, payments=[*f.PAYMENTS, f.ORPHAN])
    assert codes(report.rejects) == {
        ("loans", "loan_id", "conflict"): 2,
        ("instalments", "loan_id", "unknown_loan"): 3,
        ("charges", "loan_id", "unknown_loan"): 1,
        ("payments", "loan_id", "unknown_loan"): 2,
    }
    assert report.rejected == 8


def test_rows_of_loans_in_no_file_are_doubted_until_a_book_is_named(take, tmp_path):
    report = look(tmp_path / "alone", borrowers=[], related_persons=[], contact_points=[],
                  loans=[], instalments=[], charges=[])  # fmt: skip
    assert report.clean
    assert codes(report.doubts) == {("payments", "loan_id", "unseen_loan"): 1}


@pytest.fixture
def run(cast, tmp_path):
    def command(*more, **tables):
        files, plan = f.placement(tmp_path / "in", **tables)
        return CliRunner().invoke(app, ["check", *map(str, files), "--map", str(plan), *more])

    return command


def test_the_command_says_no_with_1_and_writes_nothing(run, take):
    take()
    before = book_digest()
    assert run().exit_code == 0
    some = {"loans": [], "instalments": [], "borrowers": []}
    known = run("--lender", "bluebay", "--json", payments=[*f.PAYMENTS, f.ORPHAN], **some)
    assert known.exit_code == 1
    answer = json.loads(known.stdout)
    assert answer["book"] is True
    assert [(x["code"], x["rows"], x["share"]) for x in answer["rejects"]] == [
        ("unknown_loan", 1, 0.5)
    ]
    shown = run(payments=[*f.PAYMENTS, f.ORPHAN])
    assert shown.exit_code == 1
    assert "payments.csv:3: there is no loan of this id" in shown.stdout
    assert run("--lender", "nobody").exit_code == 3
    assert book_digest() == before


def test_without_a_map_our_own_names_are_enough_and_others_are_guessed(cast, tmp_path):
    ours = tmp_path / "loans.csv"
    ours.write_text(f.text([{**f.LOANS[0], "principal": "300000"}]))
    assert CliRunner().invoke(app, ["check", str(ours)]).exit_code == 0
    theirs = tmp_path / "放款.csv"
    theirs.write_bytes(
        "合同号;手机;放款日;本金\nH1;13912345678;2026/7/1;3000.50\nH2;;2026/8/1;200\n".encode(
            "gb18030"
        )
    )
    done = CliRunner().invoke(app, ["check", str(theirs), "--json"])
    assert done.exit_code == 0, done.output
    (profile,) = json.loads(done.stdout)["files"]
    assert profile["form"] == "text, gb18030, cells parted by ';'"
    assert [(c["name"], c["type"], c["filled"]) for c in profile["columns"]] == [
        ("合同号", "text", 2),
        ("手机", "whole number", 1),
        ("放款日", "date %Y/%m/%d", 2),
        ("本金", "number", 2),
    ]
    assert "13912345678" not in done.stdout
    broken = tmp_path / "loans.parquet"
    broken.write_bytes(b"PAR1")
    assert CliRunner().invoke(app, ["check", str(broken)]).exit_code == 3


def test_a_wrong_map_stops_the_look(tmp_path):
    for text, named in MAPS.values():
        paths, plan = f.placement(tmp_path, map_text=text)
        with pytest.raises(api.BadInputError) as error:
            check_files(paths, plan, today=TODAY)
        assert named in str(error.value)


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(rows):
        path = tmp_path / "payments.csv"
        lines = (f"L{n},P{n},2026-08-01,{n + 1}" for n in range(rows))
        path.write_text("loan_id,payment_id,on,amount\n" + "\n".join(lines))
        tracemalloc.start()
        check_files([path], None, today=TODAY)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20_000)
    assert peak(100_000) < 1.6 * peak(40_000)


@pytest.mark.parametrize(
    ("number", "country", "why"),
    [
        (GOOD_ID, "CN", ""),
        (GOOD_ID.lower(), "CN", ""),
        ("110105194912310021", "CN", "its check digit is wrong"),
        ("990105194912310025", "CN", "its first two digits are no region"),
        ("110105194913310021", "CN", "its day of birth is no date"),
        ("1101051949123100", "CN", ""),
        ("11010519491231002", "CN", "it has 17 characters where 18 belong"),
        ("110105491231002", "CN", ""),
        ("E12345678", "CN", ""),
        ("A123456789", "TW", ""),
        ("A123456788", "TW", "its check digit is wrong"),
        ("A123456(3)", "HK", ""),
        ("A123456(4)", "HK", "its check digit is wrong"),
        ("123", "DE", ""),
    ],
)
def test_identity_cards_no_office_issued(number, country, why):
    assert wrong_identity(number, country) == why


def test_many_different_values_are_estimated():
    few, many = Distinct(), Distinct()
    few.add(f"a{n % 1000}" for n in range(5000))
    for part in range(20):
        many.add(f"b{n}" for n in range(part * 10_000, part * 10_000 + 10_000))
    assert (few.count, few.exact) == (1000, True)
    assert not many.exact
    assert abs(many.count - 200_000) < 20_000


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026年7月1日", "date %Y年%m月%d日"),
        ("2026/13/01", "text"),
        ("3,000.50", "number with commas"),
        ("007", "whole number"),
        ("a@b.cn", "e-mail"),
    ],
)
def test_guessing_what_a_text_is(text, kind):
    assert guess_kind(text) == kind
