from datetime import timedelta

import pytest
from django.urls import reverse
from tests.browser import LANGUAGES, WIDTHS
from tests.cast import DAY, NINE, case_of

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind, PromiseStatus
from doorstep.kernel import clock
from doorstep.kernel.money import Money

pytestmark = pytest.mark.browser


@pytest.fixture
def story(cast_in_db):
    """Li Na's case with a little history, and a few others."""
    for number, (name, dpd) in enumerate((("KIM", 8), ("WANG", 75), ("ZHAO", 130), ("LI", 35))):
        case_of(cast_in_db, f"B-{name}", dpd=dpd, arrears=90_000 + 31_234 * number)
    case = case_of(cast_in_db)
    for hours, kind, data in (
        (1, FactKind.CALL, {"result": "no_answer"}),
        (25, FactKind.CALL, {"result": "conversation", "note": "Works nights; call after noon."}),
        (25, FactKind.REASON, {"reason": "income_fell"}),
        (49, FactKind.VISIT_PLANNED, {"day": "2026-11-27"}),
        (50, FactKind.STOP_RAISED, {"kind": "hardship"}),
        (51, FactKind.PAYMENT, {"amount": 20_000, "currency": "CNY"}),
    ):
        casefile.record(case, kind, at=NINE + timedelta(hours=hours), by="dan", data=data)
    casefile.make_promise(
        case,
        amount=Money(60_000, "CNY"),
        due_on=DAY + timedelta(days=6),
        at=NINE + timedelta(hours=26),
        by="dan",
        source="call",
    )
    return case


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_page_look_right(screen, story, language, width):
    scheme = "dark" if language == "zh-hans" else "light"
    window = screen(language=language, width=width, scheme=scheme)
    window.sign_in("min")
    window.go("/cases/")
    window.look("cases")
    window.go(reverse("case", args=[story]))
    window.look("case")


def test_filtering_keeps_the_address_and_bulk_shows_first(screen, story):
    window = screen()
    window.sign_in("min")
    window.go("/cases/")
    window.page.fill("#q", "C-B-K")
    window.page.wait_for_url("**/cases/?*q=C-B-K*")
    window.page.wait_for_selector("#results tbody tr:only-child")
    window.page.check("input[name=case]")
    window.page.select_option("#bulk-agent", label="Dan")
    window.page.click(".bulkbar button")
    window.page.wait_for_selector("input[name=confirm]", state="attached")
    window.look("bulk")
    window.page.click("main form .btn-primary")
    window.page.wait_for_selector(".callout-good")
    assert "Dan" in window.page.inner_text("#results")
    assert window.errors == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_and_the_exports_look_right(screen, story, language, width):
    for back in range(20):
        casefile.record(
            story,
            FactKind.PAYMENT,
            at=clock.now() - timedelta(days=back, hours=1),
            by="book",
            data={"amount": 20_000 + 7_919 * (back % 7) * back, "currency": "CNY"},
        )
    for status, amount in (
        ("kept", 50_000),
        ("kept", 20_000),
        ("partly", 9_000),
        ("broken", 7_000),
    ):
        key = casefile.make_promise(
            story,
            amount=Money(amount, "CNY"),
            due_on=clock.today("Asia/Shanghai"),
            at=clock.now() - timedelta(hours=2),
            by="dan",
            source="visit",
            number=amount,
        )
        casefile.settle_promise(
            key, status=PromiseStatus(status), received=amount // 2, at=clock.now(), by="day"
        )
    window = screen(language=language, width=width, scheme="dark" if width == 360 else "light")
    window.sign_in("min")
    window.go("/board/")
    window.look("board")
    window.go("/exports/")
    window.look("exports")
