"""Broken inputs, made here byte by byte: what arrives from real systems and from bad people.

`UNREADABLE`: name → file name, content and how the error begins (file:row:column).
`REJECTED`: name → table, rows, and the column and code of the last row's refusal.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from doorstep.book.tests import files as f

Bad = tuple[str, bytes, str]


def loans(**change: str) -> list[dict[str, str]]:
    return [{**f.LOANS[0], **change}]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def parquet(rows: list[dict[str, object]], schema: pa.Schema | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()


GOOD = workbook([list(f.LOANS[0]), list(f.LOANS[0].values())])


def with_part(name: str, content: bytes, replace: bool = False) -> bytes:
    """The good workbook with one more part, or with another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            if not (replace and part == name):
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as z:
        return z.read(name)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return out.getvalue()


def liar() -> bytes:
    """A workbook whose sheet is larger than its list of parts says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000)
    raw = bytearray(out.getvalue())
    for at in (raw.find(b"PK\x03\x04") + 22, raw.find(b"PK\x01\x02") + 24):
        raw[at : at + 4] = struct.pack("<I", 10)
    return bytes(raw)


def entities(name: str) -> bytes:
    laugh = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    head, _, rest = part(name).partition(b"?>")
    return with_part(name, head + b"?>" + laugh + rest, replace=True)


def endless_rows() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"loan_id": pa.array([0] * 2_000_000, pa.int8())}), out)
    return out.getvalue()


def flipped() -> bytes:
    """A Parquet file with a page that is not what was written."""
    rows = [{**f.LOANS[0], "loan_id": f"L{n}"} for n in range(3000)]
    raw = bytearray(parquet(rows))
    raw[200:400] = bytes(b ^ 0xFF for b in raw[200:400])
    return bytes(raw)


CSV = f.text(f.LOANS)
HEAD, *BODY = CSV.splitlines()
TYPED = [{**f.LOANS[0], "principal": 300000}]

UNREADABLE: dict[str, Bad] = {
    "empty file": ("loans.csv", b"", "loans.csv:1:"),
    "GB18030 without saying so": (
        "loans.csv",
        (CSV + "L9,B1,现金,CNY,1,2026-01-01,,,,,\n").encode("gb18030"),
        "loans.csv:5:: is not utf-8; it may be gb18030",
    ),
    "Korean without saying so": (
        "loans.csv",
        (CSV + "L9,B1,현금 대출,CNY,1,2026-01-01,,,,,\n").encode("euc-kr"),
        "loans.csv:5:: is not utf-8; it may be euc-kr",
    ),
    "cut UTF-16": ("loans.csv", CSV.encode("utf-16")[:-1], "loans.csv:"),
    "UTF-16 without a mark": ("loans.csv", CSV.encode("utf-16-le"), "loans.csv:1:"),
    "cut UTF-32": ("loans.csv", b"\x00\x00\xfe\xff" + CSV.encode("utf-32-be")[:-3], "loans.csv:"),
    "surrogates in UTF-8": ("loans.csv", CSV.encode() + b"L\xed\xa0\x80,B1\n", "loans.csv:5:"),
    "open quote": ("loans.csv", CSV.encode() + b'"L9,B1\n', "loans.csv:5:"),
    "text after a quote": ("loans.csv", CSV.encode() + b'"L9"x,B1\n', "loans.csv:5:"),
    "a cell of 200 kB": ("loans.csv", CSV.encode() + b"L" * 200_000 + b"\n", "loans.csv:5:"),
    "a line without end": ("loans.csv", CSV.encode() + b"L" * (2**21), "loans.csv:5:"),
    "gzip called CSV": ("loans.csv", gzip.compress(CSV.encode()), "loans.csv::: is a gzip"),
    "workbook called CSV": ("loans.csv", GOOD, "loans.csv::: is a ZIP"),
    "Parquet called CSV": ("loans.csv", parquet(f.LOANS), "loans.csv::: is a Parquet"),
    "PDF called CSV": ("loans.csv", b"%PDF-1.7\n", "loans.csv::: is a PDF"),
    "same column twice": (
        "loans.csv",
        CSV.replace("principal", "product", 1).encode(),
        "loans.csv:1:product",
    ),
    "unknown column": (
        "loans.csv",
        CSV.replace("principal", "capital", 1).encode(),
        "loans.csv:1:capital",
    ),
    "column without a name": (
        "loans.csv",
        CSV.replace("disbursed_on", "disbursed_on,", 1).encode(),
        "loans.csv:1:7:",
    ),
    "no header": ("loans.csv", "\n".join(BODY).encode(), "loans.csv:1:L1"),
    "column missing": (
        "loans.csv",
        b"loan_id,borrower_id,product,currency,disbursed_on\n",
        "loans.csv::principal",
    ),
    "truncated Parquet": ("loans.parquet", parquet(f.LOANS[:1])[:-20], "loans.parquet"),
    "Parquet with a spoilt page": ("loans.parquet", flipped(), "loans.parquet:"),
    "Parquet that is text": ("loans.parquet", b"PAR1 but not really", "loans.parquet"),
    "Parquet of absurd rows": ("loans.parquet", endless_rows(), "loans.parquet::: unpacks"),
    "Parquet with a list": (
        "loans.parquet",
        parquet([{**TYPED[0], "product": ["cash"]}]),
        "loans.parquet::product:",
    ),
    "Parquet with a struct": (
        "loans.parquet",
        parquet([{**TYPED[0], "principal": {"value": 3}}]),
        "loans.parquet::principal:",
    ),
    "Parquet with a duration": (
        "loans.parquet",
        parquet([{**TYPED[0], "disbursed_on": timedelta(days=1)}]),
        "loans.parquet::disbursed_on:",
    ),
    "Parquet with bytes that are no text": (
        "loans.parquet",
        parquet([*TYPED, {**TYPED[0], "loan_id": b"\xff\xfe"}][1:]),
        "loans.parquet:2:loan_id:",
    ),
    "Parquet with a day of the year 12026": (
        "loans.parquet",
        parquet(
            [{"loan_id": "L1", "disbursed_on": date(2026, 1, 1)}],
            pa.schema([("loan_id", pa.string()), ("disbursed_on", pa.date32())]),
        ),
        "",
    ),
    "truncated XLSX": ("loans.xlsx", GOOD[:-200], "loans.xlsx"),
    "XLSX that is HTML": ("loans.xlsx", b"<table><tr><td>1", "loans.xlsx"),
    "XLSX with a password": (
        "loans.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        "loans.xlsx::: is protected",
    ),
    "XLSX with macros": (
        "loans.xlsx",
        with_part("xl/vbaProject.bin", b"x"),
        "loans.xlsx::: holds macros",
    ),
    "XLSX with links elsewhere": (
        "loans.xlsx",
        with_part("xl/externalLinks/externalLink1.xml", b"<x/>"),
        "loans.xlsx::: holds links",
    ),
    "XLSX with entities in the sheet": (
        "loans.xlsx",
        entities("xl/worksheets/sheet1.xml"),
        "loans.xlsx::: declares XML entities",
    ),
    "XLSX with entities in the workbook": (
        "loans.xlsx",
        entities("xl/workbook.xml"),
        "loans.xlsx::: declares XML entities",
    ),
    "XLSX with a sheet of no cells": (
        "loans.xlsx",
        with_part("xl/worksheets/sheet1.xml", b"<worksheet/>", replace=True),
        "loans.xlsx",
    ),
    "XLSX cut inside a cell": (
        "loans.xlsx",
        with_part("xl/worksheets/sheet1.xml", part("xl/worksheets/sheet1.xml")[:-90], replace=True),
        "loans.xlsx",
    ),
    "zip bomb": ("loans.xlsx", bomb(), "loans.xlsx::: unpacks to an absurd size"),
    "zip with a lying size": ("loans.xlsx", liar(), "loans.xlsx"),
    "old XLS": ("loans.xls", b"\xd0\xcf\x11\xe0", "loans.xls"),
    "no ending": ("loans", b"x\n", "loans"),
    "no map entry": ("lones.csv", b"x\n", "lones.csv"),
}


def _far() -> Bad:
    """Arrow stores days Python has no date for."""
    days = pa.array([20_000, 4_000_000], pa.int32()).cast(pa.date32())
    rows = pa.Table.from_pylist([{**TYPED[0], "loan_id": x} for x in ("L1", "L2")])
    at = rows.column_names.index("disbursed_on")
    out = io.BytesIO()
    pq.write_table(rows.set_column(at, "disbursed_on", days), out)
    return "loans.parquet", out.getvalue(), "loans.parquet:3:disbursed_on:"


UNREADABLE["Parquet with a day of the year 12026"] = _far()


def _payments(**change: str) -> list[dict[str, str]]:
    return [{**f.PAYMENTS[0], "payment_id": "P9", **change}]


def _point(number: int, **change: str) -> list[dict[str, str]]:
    return [{**f.POINTS[number], **change}]


def _instalment(**change: str) -> list[dict[str, str]]:
    return [{**f.INSTALMENTS[0], **change}]


REJECTED: dict[str, tuple[str, list[dict[str, str]], str, str]] = {
    # Amounts
    "negative amount": ("loans", loans(principal="-1"), "principal", "negative"),
    "negative payment": ("payments", _payments(amount="-10.00"), "amount", "negative"),
    "payment of nothing": ("payments", _payments(amount="0.00"), "amount", "zero"),
    "negative interest": ("instalments", _instalment(interest="-0.01"), "interest", "negative"),
    "zero principal": ("loans", loans(principal="0"), "principal", "zero"),
    "huge amount": ("loans", loans(principal="9" * 20), "principal", "too_large"),
    "400 digits": ("loans", loans(principal="9" * 400), "principal", "too_large"),
    "5,000 digits": ("loans", loans(principal="9" * 5000), "principal", "too_large"),
    "a sum that would wrap": (
        "loans",
        loans(principal="92233720368547758.08"),
        "principal",
        "too_large",
    ),
    "amount with a comma": ("loans", loans(principal="3,000.00"), "principal", "bad_amount"),
    "decimal comma": ("loans", loans(principal="3000,00"), "principal", "bad_amount"),
    "amount with a sign of money": ("loans", loans(principal="¥3000"), "principal", "bad_amount"),
    "amount in words": ("loans", loans(principal="三千"), "principal", "bad_amount"),
    "amount in brackets": ("loans", loans(principal="(3000.00)"), "principal", "bad_amount"),
    "full-width digits": ("loans", loans(principal="３０００"), "principal", "bad_amount"),
    "Arabic digits": ("loans", loans(principal="٣٠٠٠"), "principal", "bad_amount"),
    "a float's dust": (
        "loans",
        loans(principal="0.30000000000000004"),
        "principal",
        "too_many_decimals",
    ),
    "dust beyond 28 digits": (
        "loans",
        loans(principal="1.00000000000000000000000000000000001"),
        "principal",
        "too_many_decimals",
    ),
    "scientific": ("loans", loans(principal="3e3"), "principal", "bad_amount"),
    "not a number": ("loans", loans(principal="NaN"), "principal", "bad_amount"),
    "infinity": ("loans", loans(principal="Infinity"), "principal", "bad_amount"),
    "formula": ("loans", loans(principal="=1+1"), "principal", "formula"),
    "formula in an id": ("loans", loans(loan_id="=cmd()"), "loan_id", "formula"),
    # Dates
    "31 June": ("loans", loans(disbursed_on="2026-06-31"), "disbursed_on", "bad_date"),
    "30 February": ("payments", _payments(on="2026-02-30"), "on", "bad_date"),
    "29 February of no leap year": ("payments", _payments(on="2026-02-29"), "on", "bad_date"),
    "month 13": ("payments", _payments(on="2026-13-01"), "on", "bad_date"),
    "American date": ("loans", loans(disbursed_on="06/15/2026"), "disbursed_on", "bad_date"),
    "date with a time": ("payments", _payments(on="2026-06-01T10:00:00"), "on", "bad_date"),
    "date in full-width digits": ("payments", _payments(on="２０２６-06-01"), "on", "bad_date"),
    "serial day not asked for": ("payments", _payments(on="46174"), "on", "bad_date"),
    "year 0026": ("loans", loans(disbursed_on="0026-06-01"), "disbursed_on", "date_out_of_range"),
    "year 9999": ("loans", loans(disbursed_on="9999-12-31"), "disbursed_on", "date_out_of_range"),
    "contract after disbursement": (
        "loans",
        loans(contract_on="2026-08-01"),
        "disbursed_on",
        "impossible_date",
    ),
    # Ids and texts
    "missing id": ("loans", loans(loan_id=""), "loan_id", "missing"),
    "blank id": ("loans", loans(loan_id=" \u3000 "), "loan_id", "missing"),
    "endless id": ("loans", loans(loan_id="L" * 65), "loan_id", "too_long"),
    "id written backwards": ("loans", loans(loan_id="L\u202e21"), "loan_id", "unseen_character"),
    "id with a mark inside": ("loans", loans(loan_id="L\u200b1"), "loan_id", "unseen_character"),
    "id over two lines": ("loans", loans(loan_id="L\n1"), "loan_id", "unseen_character"),
    "id in full-width letters": ("loans", loans(loan_id="Ｌ１"), "loan_id", "wide_character"),
    "id in Arabic digits": ("loans", loans(loan_id="L١"), "loan_id", "wide_character"),
    "name turned round": (
        "borrowers",
        [{**f.BORROWERS[0], "name": "an\u202eil"}],
        "name",
        "unseen_character",
    ),
    "name lost to an encoding": (
        "borrowers",
        [{**f.BORROWERS[0], "name": "李\ufffd"}],
        "name",
        "lost_character",
    ),
    "NUL": ("loans", loans(product="ca\x00sh"), "product", "control_character"),
    "control character": ("loans", loans(product="ca\x07sh"), "product", "control_character"),
    "control character of Latin-1": (
        "loans",
        loans(product="ca\x85sh"),
        "product",
        "control_character",
    ),
    # Currencies
    "unknown currency": ("loans", loans(currency="RMB"), "currency", "bad_currency"),
    "no currency at all": ("loans", loans(currency="XXX"), "currency", "bad_currency"),
    "mixed currencies": ("instalments", _instalment(currency="USD"), "currency", "mixed_currency"),
    "payment in another currency": (
        "payments",
        _payments(currency="USD"),
        "currency",
        "mixed_currency",
    ),
    # What points where
    "unknown borrower": ("loans", loans(borrower_id="B404"), "borrower_id", "unknown_borrower"),
    "another lender's": ("loans", loans(lender="pine"), "lender", "other_lender"),
    "orphan instalment": ("instalments", _instalment(loan_id="NONE"), "loan_id", "unknown_loan"),
    "reversal of nothing": ("payments", _payments(reverses="NONE"), "reverses", "unknown_payment"),
    "reversal of a part": (
        "payments",
        [f.PAYMENTS[0], *_payments(reverses="PAY1", amount="1.00")],
        "reverses",
        "wrong_reversal",
    ),
    "stranger's phone": (
        "contact_points",
        _point(0, person_id="P404"),
        "person_id",
        "unknown_person",
    ),
    # Terms, numbers, words
    "half a stated balance": ("loans", loans(stated_on="2026-11-01"), "dpd", "missing"),
    "half the terms": ("loans", loans(instalments="12"), "instalments", "bad_terms"),
    "grace as long as the loan": (
        "loans",
        loans(instalments="3", rate_percent="12", grace_principal="3"),
        "instalments",
        "bad_terms",
    ),
    "a rate of 10⁴⁰⁰ %": (
        "loans",
        loans(instalments="3", rate_percent="1" + "0" * 400),
        "rate_percent",
        "bad_number",
    ),
    "instalment number 0": ("instalments", _instalment(number="0"), "number", "out_of_range"),
    "instalment number 4097": ("instalments", _instalment(number="4097"), "number", "out_of_range"),
    "instalment number 1.5": ("instalments", _instalment(number="1.5"), "number", "bad_number"),
    "no phone": ("contact_points", _point(0, value="12"), "value", "bad_phone"),
    "no e-mail": ("contact_points", _point(3, value="mi ran"), "value", "bad_email"),
    "off the globe": ("contact_points", _point(1, lat="142"), "lat", "out_of_range"),
    "nowhere": ("contact_points", _point(1, lat="sNaN"), "lat", "bad_number"),
    "infinitely north": ("contact_points", _point(1, lat="Infinity"), "lat", "bad_number"),
    "unknown role": (
        "related_persons",
        [{**f.PERSONS[0], "role": "friend"}],
        "role",
        "unknown_value",
    ),
    "neither true nor false": (
        "related_persons",
        [{**f.PERSONS[0], "liable": "maybe"}],
        "liable",
        "bad_bool",
    ),
    "no country": ("borrowers", [{**f.BORROWERS[0], "country": "China"}], "country", "bad_country"),
    "country ZZ": ("borrowers", [{**f.BORROWERS[0], "country": "ZZ"}], "country", "bad_country"),
}

MAPS: dict[str, tuple[str, str]] = {
    "unknown key": ('color = "red"\n' + f.MAP, "color"),
    "unknown key of a file": (f.MAP + 'colour = "red"\n', "files[7].colour"),
    "unknown column of ours": (
        f.MAP + "[files.columns]\ncapital = 3\n",
        "files[7].columns.capital",
    ),
    "unknown table": (f.MAP.replace('"loans"', '"lones"'), "files[4].table"),
    "unknown unit": (f.MAP.replace('"major"', '"cents"'), "amounts"),
    "unknown encoding": ('encoding = "klingon"\n' + f.MAP, "encoding"),
    "encoding that is a compression": ('encoding = "zlib"\n' + f.MAP, "encoding"),
    "dates without a year": ('dates = ["%d/%m"]\n' + f.MAP, "dates"),
    "dates that are none": ('dates = ["%Q"]\n' + f.MAP, "dates"),
    "not TOML": ("[[files]", "not TOML"),
    "nesting without end": ("x = " + "[" * 5000, "not TOML"),
    "a number without end": ("x = " + "9" * 5000, "not TOML"),
    "no files": ('lender = "x"', "files"),
    "another importer": ('importer = "excel"\n' + f.MAP, "importer"),
}
