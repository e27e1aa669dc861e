"""Accounts, behaviour and the post office: the world the demo plays in."""

from __future__ import annotations

import smtplib
import socket
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest

from doorstep.simulator.play.post import PostOffice
from doorstep.simulator.play.world import make_world, normal
from doorstep.simulator.rules.behaviour import Pickup, answers, at_home, keeps_word, picks_up
from doorstep.simulator.rules.portfolio import make_portfolio
from doorstep.simulator.types import Temper, Truth

UNTIL = date(2026, 11, 24)
START = date(2026, 10, 1)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def book():
    return make_portfolio(1, 400, UNTIL)


def test_nothing_is_paid_twice_and_nothing_below_zero(book) -> None:
    world = make_world(book, START)
    accounts, day = world.accounts, START
    while day <= UNTIL:
        for payment in accounts.unasked(day):
            assert 0 < payment.amount <= accounts.overdue(payment.loan, day)
            accounts.pay(payment.loan, payment.amount)
        list(accounts.late_fees(day))
        day += timedelta(days=1)
    for loan in book.loans:
        owed = sum(i.amount for i in loan.instalments) + accounts.fees[loan.id]
        assert accounts.paid[loan.id] <= owed


def test_a_steady_borrower_owes_nothing_for_long(book) -> None:
    world = make_world(book, UNTIL + timedelta(days=1))
    steady = [p for p in book.people if p.temper is Temper.STEADY]
    late = [p for p in steady if world.accounts.owed_by(p.id, UNTIL - timedelta(days=10)) > 0]
    assert len(late) < len(steady) / 50


def test_money_that_is_coming_arrives_once_and_in_order(book) -> None:
    world = make_world(book, START)
    for days, amount in ((3, 300), (1, 100), (3, 0), (2, 200)):
        world.will_pay("B000001", START + timedelta(days=days), amount)
    assert world.payers(START) == []
    assert world.payers(START + timedelta(days=2)) == [("B000001", 100), ("B000001", 200)]
    assert world.payers(START + timedelta(days=9)) == [("B000001", 300)]


def test_a_dead_number_never_answers_and_a_wrong_one_is_never_right(book) -> None:
    for person in book.people:
        value = person.points[0].value
        assert picks_up(1, person, Truth.DEAD, value, NOON) is Pickup.DEAD
        assert picks_up(1, person, Truth.WRONG, value, NOON) is not Pickup.RIGHT
        assert not at_home(1, person, Truth.DEAD, NOON)


def test_what_somebody_does_hangs_on_nobody_else(book) -> None:
    person, other = book.people[0], book.people[1]
    before = answers(1, person, UNTIL, 1), keeps_word(1, person, UNTIL, 1000)
    answers(1, other, UNTIL, 1)
    assert (answers(1, person, UNTIL, 1), keeps_word(1, person, UNTIL, 1000)) == before
    assert any(answers(2, p, UNTIL, 1) != answers(1, p, UNTIL, 1) for p in book.people)


def test_values_as_an_agent_sees_them() -> None:
    assert normal("phone", "0433-0000123") == "+864330000123"
    assert normal("email", "Han.L1@Example.com") == "han.l1@example.com"


def test_the_post_office_takes_letters_and_refuses_dead_boxes() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    post = PostOffice(port)
    post.open()
    try:
        post.dead = {"gone@example.com"}
        letter = EmailMessage()
        letter["Message-ID"], letter["From"] = "<one@doorstep>", "care@example.org"
        letter["To"] = "kim@example.com"
        letter.set_content("Hello")
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(letter)
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                server.send_message(letter, to_addrs=["gone@example.com"])
    finally:
        post.close()
    assert post.take() == [("kim@example.com", "<one@doorstep>")]
    assert post.take() == []
    assert post.letters["<one@doorstep>"] == 1
