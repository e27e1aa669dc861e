"""A portfolio in the EBA's templates: who owes what, with the balances of the cut-off date."""

from __future__ import annotations

import csv
import json
from datetime import date
from importlib.metadata import entry_points

import pytest
import xlsxwriter
from tests.cast import people_of_the_cast
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.commands import app
from doorstep.book.models import Manifest
from doorstep.book.services.check import check_files
from doorstep.book.tests import files as f
from doorstep.importers.eba_npl import source
from doorstep.importers.eba_npl.links import Links
from doorstep.importers.eba_npl.templates import COUNTERPARTY, LOAN, month_of

TODAY = date(2026, 11, 24)
SHEETS = {
    "Counterparty": [
        ["Counterparty Identifier", "Name of Counterparty", "Role of the counterparty",
         "Date of birth", "Counterparty deceased", "National identifier (private individuals)",
         "Source of National identifier", "Address of Counterparty", "City of Counterparty",
         "Postal code of Counterparty", "Country of Counterparty", "Economic activity"],
        ["C2", "Anna Novak", "(b) Borrower", "1980-05-01", "No", "8055011234",
         "(a) national register", "Dlouhá 12", "Praha", "110 00", "CZ", ""],
        ["C1", "Jan Novak", "(b) Borrower", "1978-01-31", "Yes", "", "", "", "", "", "CZ", ""],
        ["G1", "Petr Dvorak", "(a) Protection provider", "", "", "", "", "Krátká 1", "Brno",
         "602 00", "CZ", ""],
    ],
    "Borrower-loan": [["2,00", "2,01"], ["Counterparty Identifier", "Loan Identifier"],
                      ["C1", "L1"], ["C2", "L1"], ["C2", "L2"]],
    "Loan-protection": [["Loan Identifier", "Protection Identifier"], ["L2", "P1"]],
    "Guarantor": [["Counterparty identifier", "Protection identifier"], ["G1", "P1"]],
    "Loan": [
        ["3,00 Cut-off Date", "3,01 Loan Identifier", "3,02 Inception date", "3,06 Product Type",
         "3,07 Final maturity date", "3,08 Currency", "3,09 Principal balance",
         "3,10 Accrued interest", "3,11 Other balances", "3,12 Legal balance",
         "3,13 Days in past-due", "3,05 Asset class", "3,24 Loan legal status"],
        ["2026-10-31", "L1", "2024-02-01", "(e) Other loans", "", "CZK", 12000.5, 340.25, 99,
         12500, 400, "Consumer", "(c) no action taken"],
        ["2026-10-31", "L2", "2025-06-15", "(a) Overdraft", "2027-06-15", "CZK", 5000, 20, 0,
         5020, 45, "Consumer", ""],
    ],
    "Collateral": [["4.00 Protection Identifier", "Type"], ["P1", "guarantee"]],
    "Collections": [
        ["5,00 Loan Identifier", "5,01 Type of Collection", "5,03 2026-09", "5,03 2026-10",
         "5,04 collateral 2026-10"],
        ["L1", "internal", 100.5, 0, 0],
        ["L2", "internal", "", 55, 55],
    ],
}  # fmt: skip


def put(path, sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if cell != "":
                        sheet.write(n, at, cell)
    return path


@pytest.fixture
def take(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    people_of_the_cast()

    def run(path, **how):
        return api.import_placement([path], how.pop("plan", None), lender="bluebay", at=f.AT,
                                    by="test", importer="eba_npl", **how)  # fmt: skip

    return run


def changed(sheet, row, column, value):
    rows = [list(r) for r in SHEETS[sheet]]
    rows[row][column] = value
    return {**SHEETS, sheet: rows}


def tables(path):
    return {t.table: [{k: v for k, v in r.items() if v is not None and k != "row"}
                      for r in t.rows.to_pylist()] for t in source.read([path], None)}  # fmt: skip


def test_every_template_becomes_the_table_it_is(tmp_path):
    found = tables(put(tmp_path / "portfolio.xlsx", SHEETS))
    assert found["borrowers"] == [
        {"borrower_id": "C2", "name": "Anna Novak", "id_kind": "national register",
         "id_number": "8055011234", "born": date(1980, 5, 1), "country": "CZ", "region": "Praha"},
        {"borrower_id": "C1", "name": "Jan Novak", "born": date(1978, 1, 31), "country": "CZ"},
    ]  # fmt: skip
    assert found["contact_points"] == [
        {"borrower_id": "C2", "kind": "address", "value": "Dlouhá 12, 110 00 Praha",
         "use": "home", "source": "EBA template 1", "basis": "contract"},
    ]  # fmt: skip
    assert found["related_persons"] == [
        {"borrower_id": "C1", "person_id": "C2", "role": "co_borrower", "name": "Anna Novak",
         "liable": True},
        {"borrower_id": "C2", "person_id": "G1", "role": "guarantor", "name": "Petr Dvorak",
         "liable": True},
    ]  # fmt: skip
    first, second = found["loans"]
    assert first == {
        "loan_id": "L1", "borrower_id": "C1", "product": "Other loans", "currency": "CZK",
        "principal": 1200050, "disbursed_on": date(2024, 2, 1), "stated_on": date(2026, 10, 31),
        "dpd": 400, "owed_principal": 1200050, "owed_interest": 34025, "owed_fees": 9900,
        "owed_penalties": 1250000 - 1200050 - 34025 - 9900, "not_due": 0,
    }  # fmt: skip
    assert (second["owed_principal"], second["not_due"]) == (0, 500000), "the contract runs on"
    assert found["payments"] == [
        {"loan_id": "L1", "payment_id": "L1-2026-09", "on": date(2026, 9, 30), "amount": 10050,
         "currency": "CZK"},
        {"loan_id": "L2", "payment_id": "L2-2026-10", "on": date(2026, 10, 31), "amount": 5500,
         "currency": "CZK"},
    ]  # fmt: skip


def test_the_book_takes_it_and_what_was_not_mapped_is_said(take, tmp_path):
    path = put(tmp_path / "portfolio.xlsx", SHEETS)
    report = take(path)
    assert report.applied
    assert not report.rejects
    notes = {(n.file, n.code): n.text for n in report.notes}
    assert "1,04" not in notes
    assert notes["portfolio.xlsx[Counterparty]", "not_mapped"] == (
        "not taken: Role of the counterparty; Economic activity"
    )
    assert "3,24 Loan legal status" in notes["portfolio.xlsx[Loan]", "not_mapped"]
    assert ("portfolio.xlsx[Collateral]", "template_left_out") in notes
    assert ("portfolio.xlsx[Counterparty]", "deceased") in notes
    assert ("portfolio.xlsx[Loan]", "goes_on") in notes
    aged = {r["loan_id"]: r for r in api.run_ageing(TODAY, f.AT).loans.to_pylist()}
    assert (aged["L1"]["payoff"], aged["L1"]["dpd"]) == (1250000, 424)
    assert (aged["L2"]["due_principal"], aged["L2"]["payoff"]) == (0, 502000)
    assert sum(x.accepted for x in take(path).files) == 0


def test_csv_files_are_joined_as_sheets_are(tmp_path):
    book = put(tmp_path / "portfolio.xlsx", SHEETS)
    paths = []
    for name, rows in SHEETS.items():
        if name != "Collateral":
            paths.append(tmp_path / f"{name}.csv")
            with paths[-1].open("w", newline="", encoding="utf-8") as out:
                csv.writer(out, delimiter=";").writerows(rows)
    found: dict[str, list] = {}
    for t in source.read(paths, None):
        found.setdefault(t.table, []).extend(
            {k: v for k, v in r.items() if v is not None and k != "row"} for r in t.rows.to_pylist()
        )
    assert found == tables(book)
    report = check_files(paths, None, today=TODAY, importer="eba_npl")
    assert report.clean, report.rejects


@pytest.mark.parametrize(
    ("sheets", "place", "code"),
    [
        (changed("Loan", 1, 6, -5), "portfolio.xlsx[Loan]:2:3,09 Principal Balance", "negative"),
        (
            changed("Loan", 1, 2, "2026-02-30"),
            "portfolio.xlsx[Loan]:2:3,02 Inception date",
            "bad_date",
        ),
        (changed("Loan", 1, 5, "Kč"), "portfolio.xlsx[Loan]:2:3,08 Loan Currency", "bad_currency"),
        (changed("Loan", 1, 9, 100), "portfolio.xlsx[Loan]:2:3,12 Legal Balance", "negative"),
        (
            changed("Loan", 1, 10, "many"),
            "portfolio.xlsx[Loan]:2:3,13 Days in Past-Due",
            "bad_number",
        ),
        (changed("Loan", 1, 1, "L9"), "portfolio.xlsx[Loan]:2:borrower_id", "missing"),
        (
            changed("Counterparty", 1, 10, "Czechia"),
            "portfolio.xlsx[Counterparty]:2:1,17 Country of Counterparty",
            "bad_country",
        ),
    ],
)
def test_a_broken_row_is_refused_with_sheet_row_and_field(take, tmp_path, sheets, place, code):
    report = take(put(tmp_path / "portfolio.xlsx", sheets))
    found = {f"{r.file}:{r.row}:{r.column}": r.code for r in report.rejects}
    assert found.get(place) == code, report.rejects
    assert all(x.rows == x.accepted + x.unchanged + x.rejected for x in report.files)


def test_files_that_are_no_template_are_refused(take, tmp_path):
    for sheets in ({"Data": [["a", "b"], [1, 2]]}, {"Empty": []}):
        with pytest.raises(
            api.BadInputError, match=r"portfolio\.xlsx.*keep their names or indexes"
        ):
            take(put(tmp_path / "portfolio.xlsx", sheets))
    (tmp_path / "portfolio.xlsx").write_bytes(b"<html>")
    with pytest.raises(api.BadInputError, match="is not a whole XLSX file"):
        take(tmp_path / "portfolio.xlsx")
    plan = tmp_path / "eba.toml"
    wrong = ("colour = 1", 'decimal = "x"', 'encoding = "zlib"', "delimiter = ';;'")
    for text in wrong:
        key = text.split()[0]
        plan.write_text(text)
        with pytest.raises(api.BadInputError, match=f"eba.toml::{key}"):
            take(put(tmp_path / "portfolio.xlsx", SHEETS), plan=plan)
    assert not Manifest.objects.exists()


def test_decimal_commas_by_a_map(tmp_path):
    plan = tmp_path / "eba.toml"
    plan.write_text('importer = "eba_npl"\ndecimal = ","\nthousands = "."\n')
    sheets = changed("Loan", 1, 6, "12.000,50")
    for column, text in ((7, "340,25"), (8, "99,00"), (9, "12.500,00")):
        sheets["Loan"][1][column] = text
    path = put(tmp_path / "portfolio.xlsx", sheets)
    (loans,) = [t for t in source.read([path], plan) if t.table == "loans"]
    row = loans.rows.to_pylist()[0]
    assert (row["owed_principal"], row["owed_penalties"]) == (1200050, 6025)


def test_who_is_the_borrower_does_not_depend_on_the_order_of_rows():
    rows = [{"2,00": c, "2,01": "L"} for c in ("C3", "C1", "C2")]
    for given in (rows, rows[::-1]):
        links = Links()
        links.add("2.1", given)
        assert links.borrower("L") == "C1"
        assert links.related() == [("C1", "C2", "co_borrower"), ("C1", "C3", "co_borrower")]


@pytest.mark.parametrize(
    ("header", "index"),
    [
        ("3,09", "3,09"),
        ("3.09", "3,09"),
        ("3.09 - Principal", "3,09"),
        ("principal balance", "3,09"),
        ("Accrued Interest Balance (On-book)", "3,10"),
        ("9,99", ""),
        ("Principal", ""),
    ],
)
def test_a_header_is_known_by_index_or_name(header, index):
    assert LOAN.index_of(header) == index
    assert COUNTERPARTY.index_of("1,02") == "1,02"
    assert month_of("5,03 2026-09") == "2026-09"
    assert month_of("History 9/2026") == "2026-09"


def test_the_importer_is_found_by_its_entry_point_and_named_on_the_command_line(take, tmp_path):
    assert "eba_npl" in {e.name for e in entry_points(group="doorstep.importers")}
    path = put(tmp_path / "portfolio.xlsx", SHEETS)
    words = [str(path), "--importer", "eba_npl", "--lender", "bluebay", "--json"]
    looked = CliRunner().invoke(app, ["check", *words])
    assert looked.exit_code == 0, looked.output
    done = CliRunner().invoke(app, ["import", *words])
    assert done.exit_code == 0, done.output
    assert {n["code"] for n in json.loads(done.stdout)["notes"]} >= {"not_mapped", "deceased"}
    assert "portfolio.xlsx[Loan]:1:: not taken" in done.stderr
