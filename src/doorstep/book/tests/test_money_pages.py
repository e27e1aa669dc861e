"""The queue: a person assigns, divides, refuses, gives back; scope and permission hold."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doorstep.book import api
from doorstep.book.models import BookEvent, EntryDecision, PayAccount, StatementEntry
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f
from doorstep.people.models import User
from doorstep.people.types import SYSTEM

LI, SECOND, KIM = "LOAN-10001", "LOAN-10003", "LOAN-10002"


@pytest.fixture
def desk(bank_book, client):
    client.force_login(User.objects.get(username="min"))
    return client


def send(client, lines, **more):
    file = SimpleUploadedFile("s.xml", b.camt(lines, **more).encode())
    data = {"lender": "bluebay", "form": "camt053", "file": file}
    return client.post("/money/statements/", data)


def waiting(client, line, **more) -> int:
    assert send(client, [line], **more).status_code == 302
    return StatementEntry.objects.latest("pk").pk


def say(client, entry, do, why="Called the bank", **more):
    return client.post(f"/money/{entry}/decided", {"do": do, "why": why, **more})


def test_a_statement_is_sent_and_what_is_not_certain_is_assigned(desk):
    entry = waiting(desk, b.Line(5_000, "K1", payer="李娜", payer_account="622202001"))
    page = desk.get(f"/money/{entry}/").content.decode()
    assert "李*" in page
    assert "李娜" not in page
    assert "622202001" not in page
    assert LI in page
    assert "Several loans of one borrower" in desk.get("/money/").content.decode()
    answer = say(desk, entry, "assign", loan=SECOND, remember="on")
    assert answer["Location"] == "/money/"
    event = BookEvent.objects.get()
    assert (event.loan_id, event.amount, event.by, event.verified) == (SECOND, 5_000, "min", True)
    decision = EntryDecision.objects.get()
    assert (decision.kind, decision.by, decision.why) == ("assign", "min", "Called the bank")
    assert PayAccount.objects.get().borrower_id == "B1"


def test_a_payment_is_divided_and_the_parts_must_make_the_whole(desk):
    entry = waiting(desk, b.Line(5_000, "K1", payer="李娜"))
    short = say(desk, entry, "split", part_loan=[LI, SECOND], part_amount=["30.00", "10"])
    assert short.status_code == 422
    assert "the whole amount" in short.content.decode()
    assert not BookEvent.objects.exists()
    say(desk, entry, "split", part_loan=[LI, SECOND, ""], part_amount=["30.00", "20", ""])
    assert sorted(BookEvent.objects.values_list("loan_id", "amount")) == [
        (LI, 3_000),
        (SECOND, 2_000),
    ]


@pytest.mark.parametrize(
    ("do", "more", "says"),
    [
        ("assign", {"loan": "NONE"}, "no loan NONE"),
        ("assign", {}, "name a loan"),
        ("assign", {"loan": LI, "why": " "}, "say why"),
        ("split", {"part_loan": LI, "part_amount": "ten"}, "no amount"),
        ("split", {"part_loan": [LI, LI], "part_amount": ["25", "25"]}, "each loan once"),
        ("take_back", {"earlier": "1"}, "money in"),
        ("refund", {"loan": LI}, "money in"),
        ("dance", {}, "say what it is"),
    ],
)
def test_what_cannot_be_decided_is_said_and_changes_nothing(desk, do, more, says):
    entry = waiting(desk, b.Line(5_000, "K1", payer="李娜"))
    answer = say(desk, entry, do, **more)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not BookEvent.objects.exists()
    assert not EntryDecision.objects.exists()


def test_an_entry_is_decided_once_and_a_decision_can_be_taken_back(desk):
    entry = waiting(desk, b.Line(5_000, "K1", payer="李娜"))
    say(desk, entry, "refuse")
    assert say(desk, entry, "assign", loan=LI).status_code == 422
    say(desk, entry, "reopen", why="It is hers after all")
    say(desk, entry, "assign", loan=LI)
    say(desk, entry, "reopen", why="The other loan")
    say(desk, entry, "assign", loan=SECOND)
    state = api.loan_state(SYSTEM, "bluebay", LI, f.AT.date())
    assert [p.reversed for p in state.payments if p.channel == "statement"] == [True]
    state = api.loan_state(SYSTEM, "bluebay", SECOND, f.AT.date())
    assert [p.amount for p in state.payments] == [5_000]
    kinds = list(EntryDecision.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["refuse", "reopen", "assign", "reopen", "assign"]


def test_an_automatic_match_that_was_wrong_is_taken_back(desk):
    entry = waiting(desk, b.Line(5_000, "K1", LI, payer="李娜"))
    assert StatementEntry.objects.get().state == "paid"
    assert "Recorded by Doorstep" in desk.get(f"/money/{entry}/").content.decode()
    say(desk, entry, "reopen", why="Wrong loan")
    assert StatementEntry.objects.get().state == "waiting"
    assert api.loan_state(SYSTEM, "bluebay", LI, f.AT.date()).payments[-1].reversed


def test_money_out_takes_an_earlier_payment_back(desk):
    first = waiting(desk, b.Line(5_000, "K1", LI, payer="李娜"))
    back = waiting(desk, b.Line(-5_000, "K2", "UNKNOWN", back=True), number="2")
    assert StatementEntry.objects.get(pk=back).why == "returns_unknown"
    assert LI in desk.get(f"/money/{back}/").content.decode()
    say(desk, back, "take_back", earlier=first)
    assert api.loan_state(SYSTEM, "bluebay", LI, f.AT.date()).payments[-1].reversed
    again = waiting(desk, b.Line(-5_000, "K3", "UNKNOWN-2", back=True), number="3")
    assert say(desk, again, "take_back", earlier=first).status_code == 422


def test_a_refund_reduces_the_credit_of_a_closed_loan(desk):
    def credit():
        return api.loan_state(SYSTEM, "bluebay", "LOAN-10009", f.AT.date()).loan.credit

    extra = waiting(desk, b.Line(3_000, "K1", "LOAN-10009"))
    assert StatementEntry.objects.get().why == "settled"
    say(desk, extra, "assign", loan="LOAN-10009", why="He paid once too often")
    assert credit() == 3_000
    back = waiting(desk, b.Line(-3_000, "K2", "LOAN-10009", on="2026-11-22"), number="2")
    assert StatementEntry.objects.get(pk=back).why == "refund"
    say(desk, back, "refund", loan="LOAN-10009", why="Sent back to him")
    assert credit() == 0
    event = BookEvent.objects.get(kind="refund")
    assert (event.amount, event.by, event.data["why"]) == (3_000, "min", "Sent back to him")
    assert say(desk, back, "refund", loan="LOAN-10009").status_code == 422, "once"


def test_a_strangers_lender_finds_nothing_and_decides_nothing(desk, client):
    entry = waiting(desk, b.Line(5_000, "K1", payer="李娜"))
    client.force_login(User.objects.get(username="pia"))
    assert client.get(f"/money/{entry}/").status_code == 404
    assert say(client, entry, "refuse").status_code == 404
    assert "李*" not in client.get("/money/").content.decode()
    assert send(client, [b.Line(1, "K9")]).status_code == 200, "the form comes back"
    assert StatementEntry.objects.count() == 1


def test_a_desk_agent_may_not_touch_money(bank_book, client):
    client.force_login(User.objects.get(username="dan"))
    for path in ("/money/", "/money/statements/", "/money/1/"):
        assert client.get(path).status_code == 403


def test_a_broken_statement_is_told_on_the_page(desk):
    answer = send(desk, [b.Line(5_000, "K1", LI)], closing=1)
    assert answer.status_code == 422
    assert "s.xml:3:sums" in answer.content.decode()
    assert not StatementEntry.objects.exists()


def test_the_pages_take_a_fixed_number_of_queries(desk, django_assert_max_num_queries):
    lines = [b.Line(5_000 + n, f"K{n}", payer="李娜") for n in range(60)]
    send(desk, lines)
    with django_assert_max_num_queries(14):
        desk.get("/money/")
    entry = StatementEntry.objects.latest("pk").pk
    with django_assert_max_num_queries(22):
        desk.get(f"/money/{entry}/")
