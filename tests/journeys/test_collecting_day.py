"""The whole way in a real browser: from the manager's morning to a closed case.

Li Na takes a call and promises; Kim Mi-ran, who answered neither calls nor a letter, opens her door
and agrees on a plan; Li Na's money arrives through the API; her promise shows kept and her case
closes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, CaseView, PromiseStatus
from doorstep.cycle import api as cycle
from doorstep.people.api import create_token, organisation
from doorstep.people.types import SYSTEM, UserRole
from tests import cast
from tests.browser import LANGUAGES, Screen
from tests.journeys.days import it_is, play, post

__all__ = ["it_is", "post"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOMORROW = cast.DAY + timedelta(days=1)


def case_of(borrower: str) -> CaseView:
    return next(c for c in casefile.open_cases(SYSTEM) if c.borrower_id == borrower)


@pytest.fixture
def history(cast_in_db, settings, tmp_path, post):
    """Four days before: calls nobody took, one message each."""
    settings.INBOX = tmp_path / "inbox"
    play(cast_in_db, settings.INBOX, 4)
    return cast_in_db


def test_from_the_morning_to_a_closed_case(screen, history, it_is):
    lina, miran = case_of("B-LINA"), case_of("B-MIRAN")
    it_is(7, 5)
    the_manager_runs_the_day(screen)
    it_is(10, 30)
    the_desk_agent_takes_a_promise(screen, lina)
    it_is(14, 10)
    the_crew_records_a_visit_and_a_plan(screen, miran)
    it_is(15, 0)
    look_at_the_pages(screen, lina, miran)
    the_money_arrives(lina)
    cycle.run_day(TOMORROW, at=cast.at(7, 0, TOMORROW))
    it_is(8, 0, TOMORROW)
    the_promise_is_kept_and_the_case_closed(screen, lina)


def the_manager_runs_the_day(screen: Callable[..., Screen]) -> None:
    desk = screen()
    desk.sign_in("min")
    desk.go("/day/")
    desk.page.click("form[action='/day/runs'] button")
    desk.page.wait_for_selector(".shell")
    work_once()
    desk.go("/board/")
    desk.look("journey-board")


def work_once() -> None:
    """What the worker beside the server does: the work that pages asked for."""
    from django_tasks_db.models import DBTaskResult

    for task in DBTaskResult.objects.ready():
        task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.delete()


def the_desk_agent_takes_a_promise(screen: Callable[..., Screen], lina: CaseView) -> None:
    desk = screen()
    desk.sign_in("dan")
    desk.go("/calls/")
    for _ in range(5):
        desk.page.click("form[action='/calls/next'] button")
        desk.page.wait_for_selector("[data-key=o]")
        if lina.reference in desk.page.inner_text("main"):
            break
        answer_nothing(desk)
    assert "1,200" not in desk.page.inner_text("main")
    desk.page.click("[data-key=o]")
    desk.page.wait_for_selector("[data-number]")
    assert "+8613900000001" in desk.page.inner_text("[data-number]").replace(" ", "")
    assert "1,200" not in desk.page.inner_text("main"), "no amount before the right person is known"
    desk.page.click("button[name=right_party][value=right_party]")
    desk.page.wait_for_selector("text=1,200")
    desk.look("journey-call")
    desk.page.check("input[name=result][value=conversation]")
    desk.page.select_option("select[name=reason]", "income_fell")
    desk.page.fill("input[name=promise_amount]", "1200")
    desk.page.fill("input[name=promise_on]", TOMORROW.isoformat())
    desk.page.click("[data-key=s]")
    desk.page.wait_for_selector("text=Calls I made")
    [promise] = casefile.promises_of(SYSTEM, [lina.id])[lina.id]
    assert (promise.amount, promise.status) == (120_000, PromiseStatus.OPEN)


def answer_nothing(desk: Screen) -> None:
    desk.page.click("[data-key=o]")
    desk.page.wait_for_selector("[data-number]")
    desk.page.check("input[name=result][value=no_answer]")
    desk.page.click("[data-key=s]")
    desk.page.wait_for_selector("text=Calls I made")


def the_crew_records_a_visit_and_a_plan(screen: Callable[..., Screen], miran: CaseView) -> None:
    phone = screen(width=360)
    phone.sign_in("fei")
    phone.go("/today/")
    phone.look("journey-today")
    phone.page.click(f"ol.stops a:has-text('{miran.reference}')")
    phone.page.wait_for_selector("#recording")
    assert "2,400" not in phone.page.inner_text("main")
    phone.page.check("#recording")
    phone.page.click("form[action$='/knock/'] button")
    phone.page.wait_for_selector("button[name=right_party][value=right_party]")
    assert "2,400" not in phone.page.inner_text("main")
    phone.look("journey-door")
    phone.page.click("button[name=right_party][value=right_party]")
    phone.page.wait_for_selector("text=2,400")
    here = phone.page.url
    phone.page.click("a[href*='/plan/']")
    phone.page.fill("input[name=income]", "4800")
    phone.page.fill("input[name=housing]", "600")
    phone.page.fill("input[name=living]", "1500")
    phone.look("journey-budget")
    phone.page.click("main form button.btn-primary")
    phone.page.wait_for_selector("button[name=offer]")
    phone.look("journey-offers")
    phone.page.locator("button[name=offer]").first.click()
    phone.page.wait_for_load_state()
    assert casefile.promises_of(SYSTEM, [miran.id], PromiseStatus.OPEN)[miran.id]
    phone.page.goto(here)
    phone.page.check("input[name=outcome][value=met]")
    phone.page.fill("input[name=happened]", "14:05")
    phone.page.select_option("select[name=reason]", "lost_job")
    phone.page.click("form.told button")
    phone.page.wait_for_load_state()
    kinds = [f.kind for f in casefile.timeline(SYSTEM, miran.id)]
    assert {"visit", "arrangement", "reason"} <= set(kinds)


def look_at_the_pages(screen: Callable[..., Screen], lina: CaseView, miran: CaseView) -> None:
    """Desk and phone pages in every language: pictures for CI, silent console, no violations."""
    for language in LANGUAGES:
        desk = screen(language=language)
        desk.sign_in("min")
        for name, path in (
            ("board", "/board/"),
            ("cases", "/cases/"),
            ("case", f"/cases/{lina.id}/"),
            ("visits", "/visits/"),
            ("blocked", "/blocked/"),
        ):
            desk.go(path)
            desk.look(f"desk-{name}")
        phone = screen(language=language, width=360, scheme="dark")
        phone.sign_in("fei")
        phone.go("/today/")
        phone.look("phone-today")
        phone.page.click(f"ol.stops a:has-text('{miran.reference}')")
        phone.page.wait_for_selector("h1")
        phone.look("phone-stop")


def the_money_arrives(lina: CaseView) -> None:
    secret = create_token(organisation("bluebay"), name="core", role=UserRole.MANAGER, at=cast.NINE)
    body = {
        "lender": "bluebay",
        "loan_id": "L-LINA",
        "payment_id": "P-1",
        "on": cast.DAY.isoformat(),
        "amount": 120_000,
        "currency": "CNY",
    }
    for expected in ({200, 201}, {200, 201}):
        answer = Client().post(
            "/api/v1/payments",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "key-1"},
        )
        assert answer.status_code in expected, answer.content


def the_promise_is_kept_and_the_case_closed(screen: Callable[..., Screen], lina: CaseView) -> None:
    [promise] = casefile.promises_of(SYSTEM, [lina.id])[lina.id]
    assert (promise.status, promise.received) == (PromiseStatus.KEPT, 120_000), promise
    found = casefile.find_case(SYSTEM, lina.id)
    assert found is not None
    assert found.status is CaseStatus.CLOSED
    desk = screen()
    desk.sign_in("min")
    desk.go(f"/cases/{lina.id}/")
    text = desk.page.inner_text("main")
    assert re.search(r"\bkept\b", text, re.IGNORECASE)
    assert re.search(r"\bclosed\b", text, re.IGNORECASE)
    desk.look("journey-closed")
