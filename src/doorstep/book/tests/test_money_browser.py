"""The money pages in a browser: sent, decided with the keyboard alone, in every language."""

from __future__ import annotations

import pytest
from tests.browser import LANGUAGES, WIDTHS

from doorstep.book import api
from doorstep.book.models import StatementEntry
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f

pytestmark = pytest.mark.browser

LINES = [
    b.Line(104_500, "K1", "LOAN-10001", payer="李娜"),
    b.Line(450_000, "K2", "", "十一月还款", payer="李娜", payer_account="6222020000001234"),
    b.Line(12_345, "K3", "LOAN-10001", payer="Wang Wei"),
    b.Line(8_000, "K4", "order 77881", payer="Nobody Known"),
    b.Line(-12_345, "K5", "order 1", back=True),
    b.Line(400_000, "K6", "LOAN-10001 LOAN-10003", payer="李娜"),
]


@pytest.fixture
def queue(cast_in_db, settings, tmp_path):
    """Bluebay's aged book and a statement with four entries that wait."""
    settings.STATE = tmp_path / "state"
    loans = [{**f.LOANS[0], "loan_id": "LOAN-10001"}, {**f.LOANS[0], "loan_id": "LOAN-10003"}]
    rows = [{**r, "loan_id": loan["loan_id"]} for loan in loans for r in f.INSTALMENTS]
    paths, plan = f.placement(
        tmp_path / "in", loans=loans, instalments=rows, payments=[], charges=[]
    )
    api.import_placement(paths, plan, lender="bluebay", at=f.AT, by="test")
    api.run_ageing(f.AT.date(), f.AT)
    path = b.put(tmp_path, "november.xml", b.camt(LINES))
    api.take_statement(
        path, form="camt053", map_path=None, lender="bluebay", at=f.AT, by="min",
        viewer=_min(),
    )  # fmt: skip
    return tmp_path


def _min():
    from doorstep.people.api import viewer_of
    from doorstep.people.models import User

    return viewer_of(User.objects.get(username="min"))


def test_min_sends_a_statement_and_decides_an_entry_with_the_keyboard(queue, screen):
    desk = screen()
    desk.sign_in("min")
    desk.go("/money/statements/")
    page = desk.page
    page.get_by_label("Lender").select_option("bluebay")
    more = b.put(queue, "more.xml", b.camt([b.Line(700, "K9", "?", payer="李娜")], number="2"))
    page.locator("#id_file").set_input_files(more)
    page.get_by_role("button", name="Take in").click()
    page.wait_for_selector("text=1 entry waits.")
    entry = StatementEntry.objects.get(amount=700).pk
    desk.go(f"/money/{entry}/")
    page.locator("#loan-1").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#why").focus()
    page.keyboard.type("She said so on the phone")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Decided, with your name and reason.")
    assert StatementEntry.objects.get(pk=entry).state == "paid"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_money_pages_read_well(queue, screen, language, width):
    desk = screen(language=language, width=width, scheme="dark" if width < 600 else "light")
    desk.sign_in("min")
    desk.go("/money/")
    desk.look("money")
    two_loans = StatementEntry.objects.get(amount=450_000).pk
    desk.go(f"/money/{two_loans}/")
    desk.look("money-entry")
    desk.go(f"/money/{StatementEntry.objects.get(way='out').pk}/")
    desk.look("money-back")
    desk.go(f"/money/{StatementEntry.objects.get(amount=104_500).pk}/")
    desk.look("money-recorded")
    desk.go(f"/money/{StatementEntry.objects.get(amount=400_000).pk}/")
    desk.look("money-divided")
    desk.go("/money/statements/")
    desk.look("money-statements")
