"""A small placement of Bluebay's, invented, written as the test wants it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

BORROWERS = [
    {"borrower_id": "B1", "name": "李娜", "id_kind": "ric", "id_number": "222401199001011234",
     "born": "1990-01-01", "language": "zh-Hans", "country": "CN", "region": "Yanji"},
    {"borrower_id": "B2", "name": "김미란", "id_kind": "ric", "id_number": "222401199202021238",
     "born": "1992-02-02", "language": "ko", "country": "CN", "region": "Tumen"},
    {"borrower_id": "B3", "name": "Wang Wei", "id_kind": "", "id_number": "",
     "born": "", "language": "en", "country": "CN", "region": ""},
]  # fmt: skip
PERSONS = [
    {"borrower_id": "B1", "person_id": "P1", "role": "guarantor", "name": "李强",
     "liable": "true"},
]  # fmt: skip
POINTS = [
    {"borrower_id": "B1", "person_id": "", "kind": "phone", "value": "139 1234 5678",
     "use": "self", "source": "contract", "basis": "contract", "confirmed_on": "2026-01-02",
     "lat": "", "lon": ""},
    {"borrower_id": "B1", "person_id": "", "kind": "address",
     "value": "吉林省延边州延吉市河南街道光明街12号", "use": "home", "source": "contract",
     "basis": "contract", "confirmed_on": "", "lat": "42.9012", "lon": "129.5123"},
    {"borrower_id": "B1", "person_id": "P1", "kind": "phone", "value": "13900000001",
     "use": "contact", "source": "contract", "basis": "contract", "confirmed_on": "",
     "lat": "", "lon": ""},
    {"borrower_id": "B2", "person_id": "", "kind": "email", "value": "Mi.Ran@Example.org",
     "use": "self", "source": "app", "basis": "contract", "confirmed_on": "", "lat": "",
     "lon": ""},
]  # fmt: skip
LOANS = [
    {"loan_id": "L1", "borrower_id": "B1", "product": "cash", "currency": "CNY",
     "principal": "3000.00", "disbursed_on": "2026-07-01"},
    {"loan_id": "L2", "borrower_id": "B2", "product": "cash", "currency": "CNY",
     "principal": "1200.50", "disbursed_on": "2026-08-01", "stated_on": "2026-11-20",
     "dpd": "12", "owed_principal": "400.00", "owed_interest": "20.25", "not_due": "800.00"},
    {"loan_id": "L3", "borrower_id": "B3", "product": "cash", "currency": "CNY",
     "principal": "500", "disbursed_on": "2026-09-01"},
]  # fmt: skip
INSTALMENTS = [
    {"loan_id": "L1", "number": str(n), "due": due, "principal": "1000.00", "interest": "30.00"}
    for n, due in enumerate(("2026-08-01", "2026-09-01", "2026-12-01"), 1)
]
CHARGES = [
    {"loan_id": "L1", "charge_id": "C1", "kind": "fee", "due": "2026-09-05",
     "added_on": "2026-09-05", "amount": "15.00"},
]  # fmt: skip
PAYMENTS = [
    {"loan_id": "L1", "payment_id": "PAY1", "on": "2026-08-01", "amount": "1030.00"},
]
TABLES: dict[str, list[dict[str, str]]] = {
    "borrowers": BORROWERS,
    "related_persons": PERSONS,
    "contact_points": POINTS,
    "loans": LOANS,
    "instalments": INSTALMENTS,
    "charges": CHARGES,
    "payments": PAYMENTS,
}

MAP = 'lender = "bluebay"\namounts = "major"\ncurrency = "CNY"\n' + "".join(
    f'[[files]]\nmatch = "{name}*"\ntable = "{name}"\n' for name in TABLES
)


def columns(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(k for row in rows for k in row))


def text(rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(rows), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def placement(folder: Path, map_text: str = MAP, **tables: Any) -> tuple[list[Path], Path]:
    """Write the placement (with tables replaced by name) as CSV; returns files and map."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in {**TABLES, **tables}.items():
        if rows:
            path = folder / f"{name}.csv"
            path.write_text(text(rows), encoding="utf-8")
            paths.append(path)
    plan = folder / "map.toml"
    plan.write_text(map_text, encoding="utf-8")
    return paths, plan


ORPHAN = {"loan_id": "NONE", "payment_id": "P-X", "on": "2026-08-01", "amount": "1.00"}
"""A payment of a loan nobody sent."""
