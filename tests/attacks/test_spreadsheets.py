"""What borrowers, lenders and agents wrote does not become a formula in anybody's spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from doorstep.book.models import ImportFile, ImportReject, ImportRun
from doorstep.casefile import api as casefile
from doorstep.casefile.models import Case
from doorstep.casefile.types import FactKind
from doorstep.desk.exports import EXPORTS
from doorstep.insight.api import Column, workbook
from doorstep.kernel.cells import FORMULA_STARTS, csv_cell
from doorstep.kernel.money import Money
from tests.cast import DAY, NINE, at, case_of, people_of_the_cast

xml = ElementTree.fromstring
"""Workbooks of our own making."""
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BAD = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM", "=HYPERLINK(1)"]


def cells(data: bytes):
    """Every cell of a workbook: its type, its text, whether it is kept as text, its formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        shared = [
            "".join(t.text or "" for t in s.iter(f"{S}t"))
            for s in xml(file.read("xl/sharedStrings.xml"))
        ]
        styles = xml(file.read("xl/styles.xml")).find(f"{S}cellXfs")
        kept = [x.get("quotePrefix") == "1" for x in styles]
        names = file.namelist()
        sheet = xml(file.read("xl/worksheets/sheet1.xml"))
    assert not [n for n in names if "external" in n.lower() or "vba" in n.lower()]
    for cell in sheet.iter(f"{S}c"):
        value, text = cell.find(f"{S}v"), ""
        if cell.get("t") == "s":
            text = shared[int(value.text)]
        yield text, kept[int(cell.get("s") or 0)], cell.find(f"{S}f") is not None


def harmless(data: bytes):
    """No formula anywhere, and whatever begins like one is marked as text. Returns the texts."""
    found = list(cells(data))
    assert found
    for text, quoted, formula in found:
        assert not formula
        assert quoted or not text.startswith(FORMULA_STARTS), text
    return [text for text, _, _ in found]


@pytest.mark.parametrize("text", BAD)
def test_a_cell_that_begins_like_a_formula_stays_text(text):
    sheet = workbook("x", [Column("A")], [[text]])
    harmless(sheet)
    assert [quoted for _, quoted, _ in cells(sheet)] == [False, True]
    assert csv_cell(text) == f"'{text}"


def test_amounts_days_and_plain_words_are_left_as_they_are():
    row = [Money(-100, "CNY"), DAY, at(9), 5, "plain", "a=b", "2-3"]
    found = list(cells(workbook("x", [Column("A")] * 7, [row])))
    assert not any(quoted for _, quoted, _ in found)
    assert [csv_cell(v) for v in ("plain", "a=b", 5, 1.5)] == ["plain", "a=b", "5", "1.5"]


@pytest.fixture
def world(db):
    """A case all of whose words begin like formulas, and a fact of every kind about it."""
    cast = people_of_the_cast()
    bad = "=HYPERLINK(1)"
    case = case_of(cast, bad)
    Case.objects.update(reference=f"={case.hex[:8]}", region="@SUM(1)", bucket="+1")
    words = ("note", "why", "text", "result", "outcome", "kind", "reason", "channel", "template")
    data = {word: f"={word}" for word in words} | {"amount": 100, "currency": "CNY"}
    for kind in FactKind:
        casefile.record(case, kind, at=at(10), by="=by()", data=data)
    casefile.make_promise(
        case, amount=Money(100, "CNY"), due_on=DAY, at=NINE, by="=by()", source="call"
    )
    client = Client()
    client.force_login(get_user_model().objects.get(username="ana"))
    return client


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_is_harmless(world, name):
    span = {"since": DAY - timedelta(days=1), "until": DAY + timedelta(days=1)}
    texts = harmless(world.get(reverse("export", args=[name]), span).content)
    assert any(t.startswith("=") for t in texts), "nothing of the case is in it"


def test_the_list_of_cases_is_harmless(world):
    texts = harmless(world.get(reverse("cases-export"), {"status": ""}).content)
    assert {"=HYPERLINK(1)", "@SUM(1)"} <= set(texts)


def test_the_rejected_rows_sent_back_to_the_lender_are_harmless(db):
    from doorstep.people.models import Organisation

    people_of_the_cast()
    run = ImportRun.objects.create(
        lender=Organisation.objects.get(code="bluebay"), status="applied", at=NINE, by="=by()"
    )
    file = "=cmd|' /C calc'!A0.csv"
    ImportFile.objects.create(run=run, path=file, table="loans", sha256="0" * 64)
    ImportReject.objects.create(
        run=run, file=file, row=2, column="@id", code="+code", reason="-reason"
    )
    client = Client()
    client.force_login(get_user_model().objects.get(username="min"))
    text = b"".join(client.get(f"/imports/{run.pk}/rejects.csv").streaming_content).decode()
    (_, row) = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert row == [f"'{file}", "2", "'@id", "'+code", "'-reason"]
