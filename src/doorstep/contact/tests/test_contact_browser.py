"""The desk agent's day in a browser: keyboard alone, three languages, a phone's width."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import cast as the
from tests.browser import LANGUAGES, WIDTHS

from doorstep.casefile import api as casefile
from doorstep.contact import api as contact
from doorstep.contact.models import Outgoing
from doorstep.contact.services import sending
from doorstep.kernel import clock
from doorstep.kernel.actions import ActionKind, Purpose
from doorstep.people.types import SYSTEM

from .conftest import scene_of, wish

pytestmark = pytest.mark.browser
TEN = the.at(10)


@pytest.fixture
def day(cast_in_db, mailbox, monkeypatch):
    """Ten in the morning in Yanji: two calls wait, a message went out, one is of unknown fate."""
    monkeypatch.setattr(clock, "now", lambda: TEN)
    lina, miran = scene_of(cast_in_db), scene_of(cast_in_db, "B-MIRAN", language="ko")
    other = scene_of(cast_in_db, "B-BOLD", language="mn")
    calls = [
        wish(lina.case, lina.phone, ActionKind.CALL, rank=1),
        wish(miran.case, miran.new_phone, ActionKind.CALL, purpose=Purpose.VERIFY, rank=2),
        wish(other.case, other.new_phone, ActionKind.CALL, rank=3),
    ]
    contact.plan_calls(calls, as_of=the.DAY, at=TEN)
    contact.queue_messages(
        [wish(s.case, s.email, rank=n) for n, s in enumerate((miran, lina, other))],
        as_of=the.DAY,
        at=TEN,
    )
    contact.send_due(TEN - timedelta(minutes=20), limit=1)
    cut = Outgoing.objects.get(case_id=lina.case)
    sending._Batch(lambda: TEN - timedelta(minutes=10), keys=[cut.pk])._claim(cut.pk)
    contact.recover_unknown(TEN)
    return lina


def test_dan_calls_by_keyboard_alone_and_takes_a_promise(day, screen):
    desk = screen()
    desk.sign_in("dan")
    desk.go("/calls/")
    page = desk.page
    page.keyboard.press("n")
    page.wait_for_selector("#may")
    assert "¥" not in page.inner_text("main")
    page.keyboard.press("o")
    page.wait_for_selector("[data-number]")
    assert page.inner_text("[data-number]").startswith("+86138")
    assert "1,200" not in page.inner_text("main"), "no amount before the right person is proven"
    desk.look("call-opened")
    page.get_by_role("button", name="Yes, the right person").press("Enter")
    page.wait_for_selector("text=1,200.00")
    desk.look("call-right-person")
    page.get_by_label("We talked").press("Space")
    page.get_by_label("Why was it not paid?").select_option("illness")
    page.get_by_label("Promised amount").fill("500")
    page.get_by_label("Promised for").fill("2026-11-27")
    page.get_by_label("Note").fill("Better after six.")
    page.get_by_role("button", name="Record").press("Enter")
    page.wait_for_selector("text=Recorded.")
    [promise] = casefile.promises_of(SYSTEM, [day.case])[day.case]
    assert promise.amount == 50_000
    page.keyboard.press("n")
    page.wait_for_selector("text=Only verify the person")


def test_a_mistake_in_the_form_is_named_beside_its_field(day, screen):
    desk = screen(width=360)
    desk.sign_in("dan")
    desk.go("/calls/")
    desk.page.click("[data-key=n]")
    desk.page.wait_for_selector("#may")
    desk.page.click("[data-key=o]")
    desk.page.wait_for_selector("[data-number]")
    desk.page.get_by_label("We talked").check()
    desk.page.get_by_label("Promised amount").fill("500")
    desk.page.get_by_label("Promised for").fill("2026-11-27")
    desk.page.click("[data-key=s]")
    desk.page.wait_for_selector("text=Say who was on the line.")
    assert desk.page.get_by_label("Promised amount").input_value() == "500"
    desk.errors.clear()  # Chromium logs the 422 itself
    desk.look("call-mistake")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language_and_width(day, screen, language, width):
    desk = screen(
        language=language, width=width, scheme="dark" if language == "zh-hant" else "light"
    )
    desk.sign_in("dan")
    desk.go("/calls/")
    desk.look("calls")
    desk.page.click("[data-key=n]")
    desk.page.wait_for_selector("#may")
    desk.page.click("[data-key=o]")
    desk.page.wait_for_selector("[data-number]")
    desk.look("call")
    desk.go("/messages/")
    desk.look("messages")
    unknown = Outgoing.objects.get(state="unknown")
    desk.go(f"/messages/{unknown.pk}/")
    desk.look("message-unknown")
    desk.go("/messages/texts?name=arrears&language=ko")
    desk.look("message-texts")
    desk.go(f"/cases/{day.case}/inbound")
    desk.look("inbound")


def test_a_number_dialled_by_hand_from_the_case_page(day, screen):
    desk = screen()
    desk.sign_in("dan")
    desk.go(f"/cases/{day.case}/")
    desk.page.get_by_role("link", name="Call by hand").click()
    desk.page.wait_for_selector("text=Which number?")
    desk.look("dial")
    desk.page.get_by_role("button", name="Go on").click()
    desk.page.wait_for_selector("#may")
    desk.page.keyboard.press("o")
    desk.page.wait_for_selector("[data-number]")


def test_a_refusal_tells_which_rule_and_why(day, screen, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: the.at(21, 59))
    desk = screen(language="zh-hans")
    desk.sign_in("dan")
    desk.go("/calls/")
    desk.page.click("[data-key=n]")
    desk.page.wait_for_selector("#may")
    desk.page.click("[data-key=o]")
    desk.page.wait_for_selector(".callout-bad")
    assert desk.page.locator("[data-number]").count() == 0
    desk.look("call-refused")
