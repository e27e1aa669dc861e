"""Broken inputs: each gets a clear, located error, and the book stays as it was."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import xlsxwriter
from django.apps import apps
from django.conf import settings

from doorstep.book import api
from doorstep.book.models import ImportFile, ImportReject, ImportRun
from doorstep.book.tests import files as f
from doorstep.book.tests.broken import MAPS, REJECTED, UNREADABLE, loans
from doorstep.kernel.ids import digest

ACCOUNT = {ImportRun, ImportFile, ImportReject}
PLACED = re.compile(r"[^:\n]+:[0-9]*:[^:\n]*: .{6,}; .{4,}|[^:\n]+:[0-9]*:[^:\n]*: is an? .+")


def book_digest(without: set[type] = frozenset()) -> str:
    """Of every file of the book and every row of its tables."""
    rows = {
        m.__name__: list(m._default_manager.order_by("pk").values())
        for m in apps.get_app_config("book").get_models()
        if m not in without
    }
    files = {
        str(p.relative_to(settings.STATE)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted((Path(settings.STATE) / "book").rglob("*.parquet"))
    }
    return digest([rows, files])


def test_the_corpus_is_large_enough():
    assert len(UNREADABLE) >= 40
    assert len(REJECTED) >= 60


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_taken(take, tmp_path):
    take()
    before, wrong = book_digest(), {}
    good, plan = f.placement(tmp_path / "good", loans=loans(principal="1.00"))
    for name, (file, content, where) in UNREADABLE.items():
        path = tmp_path / file
        path.write_bytes(content)
        try:
            report = api.import_placement([*good, path], plan, lender="bluebay", at=f.AT, by="t")
            wrong[name] = f"taken: {report}"
        except api.BadInputError as error:
            if not (str(error).startswith(where) and PLACED.fullmatch(str(error))):
                wrong[name] = str(error)
        path.unlink()
        assert book_digest() == before, f"{name} changed something"
    assert not wrong


def test_a_broken_row_is_refused_with_its_place_and_reason(take):
    take()
    before, wrong = book_digest(ACCOUNT), {}
    for name, (table, rows, column, code) in REJECTED.items():
        report = take("broken", **{table: rows})
        found = [(r.file, r.row, r.column, r.code) for r in report.rejects]
        place = f"{table}.csv", found[0][1] if found else 0, column, code
        reason = report.rejects[0].reason if found else ""
        if found != [place] or place[1] < len(rows) + 1 or ";" not in reason or len(reason) > 200:
            wrong[name] = report.rejects
        assert book_digest(ACCOUNT) == before, f"{name} changed something"
    assert not wrong


def test_a_wrong_map_is_refused_by_the_name_of_its_key(take, tmp_path):
    take()
    before, wrong = book_digest(), {}
    for name, (text, named) in MAPS.items():
        files, plan = f.placement(tmp_path / "in", map_text=text)
        try:
            api.import_placement(files, plan, lender="bluebay", at=f.AT, by="test")
            wrong[name] = "taken"
        except api.BadInputError as error:
            if named not in str(error):
                wrong[name] = str(error)
        assert book_digest() == before, f"{name} changed something"
    assert not wrong


def test_a_personal_cell_is_never_quoted(take):
    born = take(borrowers=[*f.BORROWERS, {**f.BORROWERS[0], "born": "1990-13-45"}])
    assert "1990" not in str(born.rejects)
    assert "9999-99-99" in str(born.rejects), "but its shape helps to find it"
    phone = take(contact_points=[{**f.POINTS[0], "value": "1391234"}])
    assert "1391234" not in str(phone.rejects)


def test_a_loan_cannot_change_its_currency(take):
    take()
    report = take("again", loans=loans(currency="KRW", principal="300000"), instalments=[],
                  charges=[], payments=[])  # fmt: skip
    assert [(r.column, r.code) for r in report.rejects] == [("currency", "mixed_currency")]


def test_the_same_key_with_two_values_in_one_delivery_takes_neither(take):
    report = take(payments=[f.PAYMENTS[0], {**f.PAYMENTS[0], "amount": "1.00"}])
    assert [(r.row, r.column, r.code) for r in report.rejects] == [
        (2, "amount", "conflict"),
        (3, "amount", "conflict"),
    ]
    assert "payments.csv:3" in report.rejects[0].reason


def test_the_same_row_twice_counts_once(take):
    report = take(payments=[f.PAYMENTS[0], f.PAYMENTS[0]])
    (payments,) = [r for r in report.files if r.table == "payments"]
    assert (payments.accepted, payments.unchanged, payments.rejected) == (1, 1, 0)


@pytest.mark.parametrize("corner", [(0, 0), (2, 1)], ids=["A1", "B3"])
def test_cells_that_are_not_what_they_show_are_refused_and_plain_ones_are_not(
    cast, tmp_path, corner
):
    down, right = corner
    path = tmp_path / "loans.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        head = ["loan_id", "borrower_id", "product", "currency", "principal", "disbursed_on"]
        sheet.write_row(down, right, head)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for n in (1, 2, 3, 4):
            sheet.write_row(down + n, right, [f"L{n}", "B1", "cash", "CNY"])
            sheet.write_datetime(down + n, right + 5, f.AT.replace(tzinfo=None, hour=0), day)
        sheet.write_number(down + 1, right + 4, 3000.5)
        sheet.write_formula(down + 2, right + 4, "=1000*3", value=3000)
        sheet.write_formula(down + 3, right + 4, "=1/0", value="#DIV/0!")
        sheet.write_number(down + 4, right, 222401199001011234)
        sheet.write_number(down + 4, right + 4, 1)
    files, plan = f.placement(tmp_path / "in", loans=[], instalments=[], charges=[], payments=[])
    report = api.import_placement([*files, path], plan, lender="bluebay", at=f.AT, by="test")
    assert [(r.file, r.row, r.column, r.code) for r in report.rejects] == [
        ("loans.xlsx", down + 3, "principal", "formula"),
        ("loans.xlsx", down + 4, "principal", "error_cell"),
        ("loans.xlsx", down + 5, "loan_id", "rounded"),
    ]
    assert report.sums["CNY"]["accepted"] == 300050


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f.text(f.LOANS).encode("utf-8-sig"), "a byte-order mark"),
        (f.text(f.LOANS).encode("utf-16"), "UTF-16 with a mark"),
        (f.text(f.LOANS, ";").encode(), "semicolons"),
        (f.text(f.LOANS).replace("\r\n", "\r").encode(), "lines ended by CR"),
        (f.text(f.LOANS).replace("L1", '"L1"').encode(), "quotes"),
        (b"\n\n".join(f.text(f.LOANS).encode().split(b"\n")), "blank lines"),
        (f.text(f.LOANS).replace("cash", "现金（2026）第1号").encode(), "full-width brackets"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_is_only_unusual_is_taken(cast, tmp_path, content, what):
    files, plan = f.placement(tmp_path / "in")
    (tmp_path / "in" / "loans.csv").write_bytes(content)
    report = api.import_placement(files, plan, lender="bluebay", at=f.AT, by="test")
    assert not report.rejects, what
    assert report.sums["CNY"]["accepted"] == report.sums["CNY"]["read"]


def test_a_missing_file_is_named(cast, tmp_path):
    _, plan = f.placement(tmp_path / "in")
    with pytest.raises(api.BadInputError, match=r"loans_of_may\.csv"):
        api.import_placement([Path("loans_of_may.csv")], plan, lender="bluebay", at=f.AT, by="t")
