"""Broken inputs: each gets a clear, located error, and the book stays as it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from doorstep.book import api
from doorstep.book.models import ImportRun, Manifest
from doorstep.book.tests import files as f


def loans(**change: str) -> list[dict[str, str]]:
    return [{**f.LOANS[0], **change}]


def xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def parquet(rows: list[dict[str, str]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return out.getvalue()


LOANS_CSV = f.text(f.LOANS)
HEAD, *BODY = LOANS_CSV.splitlines()

# name → (file name, bytes, where: row or column named in the error)
UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "empty file": ("loans.csv", b"", "loans.csv:1:"),
    "GB18030 without saying so": (
        "loans.csv",
        (LOANS_CSV + "L9,B1,现金,CNY,1,2026-01-01,,,,,\n").encode("gb18030"),
        "loans.csv:5:",
    ),
    "cut UTF-16": ("loans.csv", LOANS_CSV.encode("utf-16")[:-1], "loans.csv:"),
    "open quote": ("loans.csv", LOANS_CSV.encode() + b'"L9,B1\n', "loans.csv:5:"),
    "same column twice": (
        "loans.csv",
        LOANS_CSV.replace("principal", "product", 1).encode(),
        "loans.csv:1:product",
    ),
    "unknown column": (
        "loans.csv",
        LOANS_CSV.replace("principal", "capital", 1).encode(),
        "loans.csv:1:capital",
    ),
    "column missing": (
        "loans.csv",
        b"loan_id,borrower_id,product,currency,disbursed_on\n",
        "loans.csv::principal",
    ),
    "truncated Parquet": ("loans.parquet", parquet(f.LOANS[:1])[:-20], "loans.parquet"),
    "Parquet that is text": ("loans.parquet", b"PAR1 but not really", "loans.parquet"),
    "truncated XLSX": ("loans.xlsx", xlsx([["loan_id"]])[:-200], "loans.xlsx"),
    "XLSX that is HTML": ("loans.xlsx", b"<table><tr><td>1", "loans.xlsx"),
    "zip bomb": ("loans.xlsx", bomb(), "loans.xlsx"),
    "old XLS": ("loans.xls", b"\xd0\xcf\x11\xe0", "loans.xls"),
    "no map entry": ("lones.csv", b"x\n", "lones.csv"),
}


# name → (table, rows, column, code)
REJECTED: dict[str, tuple[str, list[dict[str, str]], str, str]] = {
    "negative amount": ("loans", loans(principal="-1"), "principal", "negative"),
    "zero principal": ("loans", loans(principal="0"), "principal", "zero"),
    "huge amount": ("loans", loans(principal="9" * 20), "principal", "too_large"),
    "amount with a comma": ("loans", loans(principal="3,000.00"), "principal", "bad_amount"),
    "amount with a sign of money": ("loans", loans(principal="¥3000"), "principal", "bad_amount"),
    "full-width digits": ("loans", loans(principal="３０００"), "principal", "bad_amount"),
    "a float's dust": (
        "loans",
        loans(principal="0.30000000000000004"),
        "principal",
        "too_many_decimals",
    ),
    "not a number": ("loans", loans(principal="NaN"), "principal", "bad_amount"),
    "formula": ("loans", loans(principal="=1+1"), "principal", "formula"),
    "formula in an id": ("loans", loans(loan_id="=cmd()"), "loan_id", "formula"),
    "31 June": ("loans", loans(disbursed_on="2026-06-31"), "disbursed_on", "bad_date"),
    "American date": ("loans", loans(disbursed_on="06/15/2026"), "disbursed_on", "bad_date"),
    "year 0026": ("loans", loans(disbursed_on="0026-06-01"), "disbursed_on", "date_out_of_range"),
    "unknown currency": ("loans", loans(currency="RMB"), "currency", "bad_currency"),
    "missing id": ("loans", loans(loan_id=""), "loan_id", "missing"),
    "blank id": ("loans", loans(loan_id=" \u3000 "), "loan_id", "missing"),
    "endless id": ("loans", loans(loan_id="L" * 65), "loan_id", "too_long"),
    "NUL": ("loans", loans(product="ca\x00sh"), "product", "control_character"),
    "control character": ("loans", loans(product="ca\x07sh"), "product", "control_character"),
    "unknown borrower": ("loans", loans(borrower_id="B404"), "borrower_id", "unknown_borrower"),
    "another lender's": ("loans", loans(lender="pine"), "lender", "other_lender"),
    "half a stated balance": ("loans", loans(stated_on="2026-11-01"), "dpd", "missing"),
    "half the terms": ("loans", loans(instalments="12"), "instalments", "bad_terms"),
    "grace as long as the loan": (
        "loans",
        loans(instalments="3", rate_percent="12", grace_principal="3"),
        "instalments",
        "bad_terms",
    ),
    "contract after disbursement": (
        "loans",
        loans(contract_on="2026-08-01"),
        "disbursed_on",
        "impossible_date",
    ),
    "mixed currencies": (
        "instalments",
        [{**f.INSTALMENTS[0], "currency": "USD"}],
        "currency",
        "mixed_currency",
    ),
    "orphan instalment": (
        "instalments",
        [{**f.INSTALMENTS[0], "loan_id": "NONE"}],
        "loan_id",
        "unknown_loan",
    ),
    "instalment number 0": (
        "instalments",
        [{**f.INSTALMENTS[0], "number": "0"}],
        "number",
        "out_of_range",
    ),
    "reversal of nothing": (
        "payments",
        [{**f.PAYMENTS[0], "payment_id": "R", "reverses": "NONE"}],
        "reverses",
        "unknown_payment",
    ),
    "reversal of a part": (
        "payments",
        [
            f.PAYMENTS[0],
            {**f.PAYMENTS[0], "payment_id": "R", "reverses": "PAY1", "amount": "1.00"},
        ],
        "reverses",
        "wrong_reversal",
    ),
    "no phone": ("contact_points", [{**f.POINTS[0], "value": "12"}], "value", "bad_phone"),
    "no e-mail": ("contact_points", [{**f.POINTS[3], "value": "mi ran"}], "value", "bad_email"),
    "stranger's phone": (
        "contact_points",
        [{**f.POINTS[0], "person_id": "P404"}],
        "person_id",
        "unknown_person",
    ),
    "off the globe": ("contact_points", [{**f.POINTS[1], "lat": "142"}], "lat", "out_of_range"),
    "unknown role": (
        "related_persons",
        [{**f.PERSONS[0], "role": "friend"}],
        "role",
        "unknown_value",
    ),
    "no country": ("borrowers", [{**f.BORROWERS[0], "country": "China"}], "country", "bad_country"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_taken(take, tmp_path, name):
    before = take().manifest
    file, content, where = UNREADABLE[name]
    path = tmp_path / file
    path.write_bytes(content)
    plan = tmp_path / "map.toml"
    plan.write_text(f.MAP)
    good, _ = f.placement(tmp_path / "good", loans=loans(principal="1.00"))
    with pytest.raises(api.BadInputError) as error:
        api.import_placement([*good, path], plan, lender="bluebay", at=f.AT, by="test")
    assert str(error.value).startswith(where)
    assert str(Manifest.objects.get(current=True).pk) == before
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("name", REJECTED)
def test_a_broken_row_is_refused_with_its_place_and_reason(take, name):
    table, rows, column, code = REJECTED[name]
    first = take()
    report = take("broken", **{table: rows})
    found = [(r.file, r.row, r.column, r.code) for r in report.rejects]
    assert found == [(f"{table}.csv", len(rows) + 1, column, code)], report.rejects
    assert report.rejects[0].reason
    assert report.manifest == first.manifest, "a refused row changes nothing"


def test_a_personal_cell_is_never_quoted(take):
    report = take(borrowers=[*f.BORROWERS, {**f.BORROWERS[0], "born": "1990-13-45"}])
    assert "1990" not in str(report.rejects)


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


def test_formula_cells_of_a_workbook_are_refused_and_plain_ones_are_not(cast, tmp_path):
    path = tmp_path / "loans.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        head = ["loan_id", "borrower_id", "product", "currency", "principal", "disbursed_on"]
        sheet.write_row(0, 0, head)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for n in (1, 2):
            sheet.write_row(n, 0, [f"L{n}", "B1", "cash", "CNY"])
            sheet.write_datetime(n, 5, f.AT.replace(tzinfo=None, hour=0), day)
        sheet.write_number(1, 4, 3000.5)
        sheet.write_formula(2, 4, "=1000*3", value=3000)
    files, plan = f.placement(tmp_path / "in", loans=[], instalments=[], charges=[], payments=[])
    report = api.import_placement([*files, path], plan, lender="bluebay", at=f.AT, by="test")
    assert [(r.file, r.row, r.column, r.code) for r in report.rejects] == [
        ("loans.xlsx", 3, "principal", "formula")
    ]
    assert report.sums["CNY"]["accepted"] == 300050


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('color = "red"\n' + f.MAP, "color"),
        (f.MAP + 'colour = "red"\n', "files[7].colour"),
        (f.MAP + "[files.columns]\ncapital = 3\n", "files[7].columns.capital"),
        (f.MAP.replace('"loans"', '"lones"'), "files[4].table"),
        (f.MAP.replace('"major"', '"cents"'), "amounts"),
        ('encoding = "klingon"\n' + f.MAP, "encoding"),
        ("[[files]", "not TOML"),
        ('lender = "x"', "files"),
    ],
)
def test_a_wrong_map_is_refused_by_the_name_of_its_key(cast, tmp_path, wrong, named):
    files, plan = f.placement(tmp_path / "in", map_text=wrong)
    with pytest.raises(api.BadInputError) as error:
        api.import_placement(files, plan, lender="bluebay", at=f.AT, by="test")
    assert str(error.value).startswith("map.toml:")
    assert named in str(error.value)


def test_a_missing_file_is_named(cast, tmp_path):
    _, plan = f.placement(tmp_path / "in")
    with pytest.raises(api.BadInputError, match=r"loans_of_may\.csv"):
        api.import_placement([Path("loans_of_may.csv")], plan, lender="bluebay", at=f.AT, by="t")
