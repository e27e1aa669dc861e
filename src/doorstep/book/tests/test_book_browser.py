"""The import page in a browser: a placement is looked at and taken, in every language."""

from __future__ import annotations

import pytest
from tests.browser import LANGUAGES, WIDTHS

from doorstep.book.tests import files as f

pytestmark = pytest.mark.browser


@pytest.fixture
def papers(cast_in_db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    loans = [*f.LOANS, {**f.LOANS[0], "loan_id": "L9", "principal": "-5"}]
    payments = [*f.PAYMENTS, f.ORPHAN]
    return f.placement(tmp_path / "in", loans=loans, payments=payments)


def test_min_looks_at_a_placement_and_takes_it(papers, screen):
    files, plan = papers
    desk = screen()
    desk.sign_in("min")
    desk.go("/imports/")
    desk.look("imports-empty")
    page = desk.page
    page.get_by_label("Lender").select_option("bluebay")
    page.get_by_label("Files").set_input_files(files)
    page.get_by_label("Map").set_input_files(plan)
    page.get_by_role("button", name="Look before taking").click()
    page.wait_for_selector("text=loans.csv:5")
    desk.look("import-preview")
    page.get_by_role("button", name="Take into the book").click()
    page.wait_for_selector("text=Rejected rows as CSV")
    desk.look("import-run")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_history_and_run_read_well(papers, screen, language, width):
    from doorstep.book import api

    api.import_placement(*papers, lender="bluebay", at=f.AT, by="min")
    again = [{**f.LOANS[0], "principal": "3100.00"}, *f.LOANS[1:]]
    files, plan = f.placement(papers[1].parent / "again", loans=again)
    report = api.import_placement(files, plan, lender="bluebay", at=f.AT, by="min")
    scheme = "dark" if width < 600 else "light"
    desk = screen(language=language, width=width, scheme=scheme)
    desk.sign_in("min")
    desk.go("/imports/")
    desk.look("imports")
    desk.go(f"/imports/{report.run_id - 1}/")
    desk.look("import-rejects")
    desk.go(f"/imports/{report.run_id}/")
    desk.look("import-corrections")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_change_reads_well_before_it_is_recorded(papers, screen, language, width, monkeypatch):
    from doorstep.book import api
    from doorstep.kernel import clock
    from doorstep.people.types import SYSTEM

    api.import_placement(*papers, lender="bluebay", at=f.AT, by="min")
    done = api.Change("P-1", "pause", f.AT.date(), reason="illness, letter of the clinic seen")
    api.record_change(SYSTEM, "bluebay", "L1", done, at=f.AT, by="min")
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    desk = screen(language=language, width=width, scheme="dark" if width < 600 else "light")
    desk.sign_in("min")
    desk.go("/loans/bluebay/L1/changes/?do=pause")
    desk.page.locator("#id_on").fill("2026-10-01")
    desk.page.locator("#id_reason").fill("hardship")
    desk.page.locator("form.form .btn-primary").click()
    desk.page.wait_for_selector("button[name=record]")
    desk.look("change-look")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_statement_and_lenders_figures_read_well(
    cast_in_db, settings, tmp_path, screen, language, width
):
    from doorstep.book import api

    settings.STATE = tmp_path / "state"
    stated = {"stated_on": "2026-11-23", "dpd": "83", "owed_principal": "400.00"}
    loans = [{**f.LOANS[0], **stated}, *f.LOANS[1:]]
    api.import_placement(
        *f.placement(tmp_path / "in", loans=loans), lender="bluebay", at=f.AT, by="min"
    )
    api.run_ageing(f.AT.date(), f.AT)
    api.prove(f.AT.date(), f.AT)
    scheme = "dark" if width < 600 else "light"
    desk = screen(language=language, width=width, scheme=scheme)
    desk.sign_in("min")
    desk.go("/differences/")
    desk.page.wait_for_selector("text=L1")
    desk.look("lenders-figures")
    desk.go("/loans/bluebay/L1/statement/?on=2026-11-24")
    desk.page.wait_for_selector("text=645.00")
    desk.look("statement")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_product_is_told_and_its_cap_read(papers, screen, language, width, monkeypatch):
    from doorstep.book import api
    from doorstep.book.tests.test_loan_changes import person
    from doorstep.kernel import clock
    from doorstep.people.models import Organisation

    api.import_placement(*papers, lender="bluebay", at=f.AT, by="min")
    Organisation.objects.filter(code="bluebay").update(licence="micro_loan")
    person("lena", "bluebay")
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    monkeypatch.setattr(clock, "today", lambda zone: f.AT.date())
    desk = screen(language=language, width=width, scheme="dark" if width < 600 else "light")
    desk.sign_in("lena")
    desk.go("/products/bluebay/cash/")
    page = desk.page
    page.locator("#id_daily_rate").fill("1")
    page.locator("#id_reason").fill("clause 7")
    page.locator("form.form .btn-primary").click()
    page.wait_for_selector("text=clause 7")
    desk.look("product")
    desk.go("/products/")
    desk.look("products")
    desk.go("/loans/bluebay/L1/statement/?on=2026-11-24")
    page.wait_for_selector(".callout-info")
    desk.look("statement-capped")
