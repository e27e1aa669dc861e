"""A real file of a real bank: headerless TSV, schedules to be made, payments unknown."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from doorstep.book import api
from doorstep.book.scope import current
from doorstep.book.store import read
from doorstep.book.tests import files as f
from doorstep.people.api import create_organisation, organisation
from doorstep.people.types import SYSTEM, OrganisationKind

SHARED = Path(
    os.environ.get("DOORSTEP_SHARED", Path(__file__).resolve().parents[4].parent / "shared")
)
BERKA = SHARED / "data" / "berka"
pytestmark = pytest.mark.skipif(
    not BERKA.is_dir(), reason="the Berka files are not beside the repository (DOORSTEP_SHARED)"
)

MAP = """
lender = "berka"
header = false
amounts = "major"
currency = "CZK"

[[files]]
match = "fin_account.tsv"
table = "borrowers"
columns = { borrower_id = 1, region = 2 }
constants = { country = "CZ" }

[[files]]
match = "fin_disp.tsv"
table = "related_persons"
[files.columns]
person_id = 2
borrower_id = 3
role = { column = 4, values = { O = "co_borrower", D = "representative" } }
liable = { column = 4, values = { O = "true", D = "false" } }

[[files]]
match = "fin_loan.tsv"
table = "loans"
columns = { loan_id = 1, borrower_id = 2, disbursed_on = 3, principal = 4, instalments = 5 }
constants = { product = "loan", rate_percent = "0", interest = "flat", payments_known = false }
"""


@pytest.fixture
def report(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    create_organisation(
        "berka", name="Berka", kind=OrganisationKind.LENDER, country="CZ", zone="Europe/Prague"
    )
    plan = tmp_path / "berka.toml"
    plan.write_text(MAP)
    names = ("fin_account.tsv", "fin_disp.tsv", "fin_loan.tsv")
    return api.import_placement([BERKA / n for n in names], plan, lender="", at=f.AT, by="test")


def test_every_row_of_the_real_files_is_taken(report):
    assert not report.rejects
    assert {r.path: r.accepted for r in report.files} == {
        "fin_account.tsv": 4500,
        "fin_disp.tsv": 5369,
        "fin_loan.tsv": 682,
    }
    with (BERKA / "fin_loan.tsv").open() as file:
        total = sum(Decimal(row[3]) for row in csv.reader(file, delimiter="\t"))
    assert report.sums["CZK"]["accepted"] == total * 100


def test_the_schedules_made_are_the_monthly_payments_of_the_file(report):
    manifest = current(organisation("berka").pk)
    made = read(manifest, "instalments").to_pylist()
    monthly: dict[str, Counter[int]] = {}
    for row in made:
        monthly.setdefault(row["loan_id"], Counter())[row["principal"] + row["interest"]] += 1
    with (BERKA / "fin_loan.tsv").open() as file:
        for loan, _, _, _, months, payment, _ in csv.reader(file, delimiter="\t"):
            assert monthly[loan] == {int(Decimal(payment) * 100): int(months)}, loan


def test_payments_unknown_means_unaged_visible_and_nothing_due(report):
    book = api.run_ageing(date(2026, 11, 24), f.AT)
    assert set(book.loans.column("status").to_pylist()) == {"unaged"}
    assert book.loans.num_rows == 682
    (_, first), *_ = api.list_loans(SYSTEM, limit=1)
    assert (first.kind, first.dpd, first.arrears) == ("unaged", None, 0)
    assert api.loan_state(SYSTEM, "berka", first.loan_id, book.as_of).loan.status == "unaged"
