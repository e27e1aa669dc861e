"""A placement is taken whole, row by row accounted for, and the same twice changes nothing."""

from __future__ import annotations

from doorstep.book import api
from doorstep.book.models import ImportReject, ImportRun, Manifest, Product
from doorstep.book.tests import files as f
from doorstep.kernel.sealed import open_


def test_every_row_is_accepted_and_the_money_adds_up(take, cast):
    report = take()
    assert report.applied, report
    assert not report.rejects
    assert all(r.rows == r.accepted for r in report.files)
    read = 300000 + 120050 + 50000 + 3 * 103000 + 1500 + 103000
    assert report.sums == {"CNY": {"read": read, "accepted": read, "unchanged": 0, "rejected": 0}}
    assert Manifest.objects.get(current=True).rows["instalments"] == 3
    assert list(Product.objects.values_list("code", flat=True)) == ["cash"]


def test_the_same_files_again_change_nothing(take):
    first = take()
    again = take()
    assert again.manifest == first.manifest
    assert sum(r.accepted for r in again.files) == 0
    assert all(r.unchanged == r.rows for r in again.files)
    assert again.sums["CNY"]["unchanged"] == first.sums["CNY"]["accepted"]
    assert ImportRun.objects.count() == 1


def test_personal_cells_are_sealed_on_disk_and_open_through_the_doors(take, cast, settings):
    take()
    for path in (settings.STATE / "book").rglob("*.parquet"):
        raw = path.read_bytes()
        for secret in ("李娜", "222401199001011234", "13912345678", "example.org", "光明街"):
            assert secret.encode() not in raw, path.name
    key = (cast.bluebay, "B1")
    borrower = api.borrowers([key])[key]
    assert borrower.name == "李*"
    assert open_(borrower.name_sealed) == "李娜"
    rows = {r.kind: r for r in api.contact_rows([key])[key] if not r.person_id}
    assert rows["phone"].masked == "+86*******5678"
    assert open_(rows["phone"].value_sealed) == "+8613912345678"
    assert (rows["address"].latitude, rows["address"].longitude) == (42.9012, 129.5123)
    assert api.related_persons([key])[key][0].role == "guarantor"


def test_another_value_for_a_known_key_is_a_correction_and_is_shown(take):
    take()
    loans = [{**f.LOANS[0], "principal": "3100.00"}, *f.LOANS[1:]]
    borrowers = [{**f.BORROWERS[0], "name": "李娜娜"}, *f.BORROWERS[1:]]
    report = take("second", loans=loans, borrowers=borrowers)
    assert [(c.table, c.key, c.column, c.was, c.now) for c in report.corrections] == [
        ("borrowers", "B1", "name", "***", "***"),
        ("loans", "L1", "principal", "300000", "310000"),
    ]
    assert sum(r.corrected for r in report.files) == 2


def test_a_rejected_row_says_where_and_why_and_the_rest_is_taken(take):
    loans = [*f.LOANS, {**f.LOANS[0], "loan_id": "L9", "principal": "-5"}]
    payments = [
        *f.PAYMENTS,
        {"loan_id": "L9", "payment_id": "P9", "on": "2026-08-01", "amount": "10.00"},
    ]
    report = take(loans=loans, payments=payments)
    assert [(r.file, r.row, r.column, r.code) for r in report.rejects] == [
        ("loans.csv", 5, "principal", "negative"),
        ("payments.csv", 3, "loan_id", "unknown_loan"),
    ]
    assert report.applied
    assert ImportReject.objects.count() == 2
    sums = report.sums["CNY"]
    assert sums["read"] == sums["accepted"] + sums["unchanged"] + sums["rejected"]
    assert sums["rejected"] == 1000


def test_all_or_nothing_takes_nothing(take, cast, tmp_path):
    paths, plan = f.placement(tmp_path / "x", loans=[*f.LOANS, {**f.LOANS[0], "principal": "x"}])
    report = api.import_placement(
        paths, plan, lender="bluebay", at=f.AT, by="test", all_or_nothing=True
    )
    assert not report.applied
    assert not Manifest.objects.exists()
