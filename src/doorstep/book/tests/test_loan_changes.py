"""Changes of a loan: who may, how much, once; replayed on their day and never edited."""

from __future__ import annotations

from datetime import date

import pytest
from tests import cast as c
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.api import Change
from doorstep.book.change_facts import account_of
from doorstep.book.commands import app
from doorstep.book.models import BookEvent
from doorstep.book.models_changes import ChangeSignature, ProposedChange
from doorstep.book.rules.loan import state_of
from doorstep.book.services.change_rights import set_limit
from doorstep.book.tests import files as f
from doorstep.people import api as people
from doorstep.people.models import Mandate, User
from doorstep.people.types import SYSTEM, UserRole

TODAY = date(2026, 11, 24)
SEPTEMBER = date(2026, 9, 10)


def person(name, organisation, role=UserRole.MANAGER):
    people.create_user(name, organisation=organisation, role=role, password=c.PASSWORD)
    return people.viewer_of(User.objects.get(username=name))


@pytest.fixture
def book(take):
    take()
    api.run_ageing(f.AT.date(), f.AT)
    return {
        "mo": person("mo", "bluebay"),
        "ming": person("ming", "bluebay"),
        "desk": person("desk", "bluebay", UserRole.DESK),
        "chief": person("chief", "bluebay", UserRole.COMPLIANCE),
        "agency": person("agent", "doorway"),
        "other": person("other", "pine"),
    }


def change(viewer, key, kind, on=TODAY, *, loan="L1", reason="agreed by phone", **more):
    wanted = Change(key, kind, on, reason=reason, **more)
    return api.record_change(viewer, "bluebay", loan, wanted, at=f.AT, by=viewer.name)


def state(day=TODAY, loan="L1"):
    account = account_of(SYSTEM, "bluebay", loan, f.AT)
    return state_of(account.loan, day)


def night(loan="L1"):
    aged = api.run_ageing(TODAY, f.AT)
    return next(r for r in aged.loans.to_pylist() if r["loan_id"] == loan)


def test_a_waiver_is_an_event_that_page_and_night_see(book):
    assert state().arrears == 104500
    got = change(book["mo"], "W1", "waiver", amount=1500, component="fees")
    assert (got.state, got.created) == ("recorded", True)
    assert state().due["fees"] == 0
    assert night()["due_fees"] == 0
    event = BookEvent.objects.get()
    assert (event.by, event.data["reason"], event.data["signed"]) == (
        "mo",
        "agreed by phone",
        ["mo"],
    )
    assert event.data["given_up"] == 1500


def test_the_same_change_again_is_the_same_and_another_under_its_id_is_refused(book):
    change(book["mo"], "W1", "waiver", amount=1500, component="fees")
    again = change(book["mo"], "W1", "waiver", amount=1500, component="fees")
    assert (again.created, again.state) == (False, "recorded")
    with pytest.raises(api.ChangeConflictError, match="amount"):
        change(book["mo"], "W1", "waiver", amount=1400, component="fees")
    with pytest.raises(api.ChangeConflictError, match="change_id"):
        change(book["mo"], "W1", "pause", SEPTEMBER)
    assert BookEvent.objects.count() == 1


def test_a_pause_may_lie_in_the_past_and_the_night_counts_without_it(book):
    late = state().dpd
    change(book["desk"], "P1", "pause", date(2026, 9, 11), reason="hardship shown")
    assert state().dpd == 10 == night()["dpd"] < late
    change(book["desk"], "P2", "resume", date(2026, 9, 21), reason="hardship over")
    assert state().dpd == late - 10 == night()["dpd"]


def test_re_age_starts_the_days_anew_and_keeps_the_debt(book):
    owed = state().arrears
    change(book["mo"], "R1", "re_age", date(2026, 11, 20))
    assert state().arrears == owed
    assert state().dpd == 4 == night()["dpd"]


def test_money_leaves_a_disputed_instalment_alone(book):
    change(book["desk"], "D1", "dispute", instalment=2, reason="says it was paid in cash")
    assert state().disputed == 103000
    api.record_payment(
        book["mo"],
        lender="bluebay",
        loan_id="L1",
        payment_id="PAY2",
        on=TODAY,
        amount=api_money(103000),
        at=f.AT,
        by="mo",
    )
    assert state().due["principal"] == 100000
    assert night()["due_principal"] == 100000
    change(book["mo"], "D2", "dispute_end", instalment=2, reason="receipt was of another loan")
    assert state().disputed == 0


def api_money(minor):
    from doorstep.kernel.money import Money

    return Money(minor, "CNY")


def test_a_charge_is_made_and_taken_away_again(book):
    change(book["mo"], "C9", "charge", amount=2000, component="costs", reason="court fee")
    assert state().due["costs"] == 2000 == night()["due_costs"]
    change(book["mo"], "X9", "reversal", charge_id="C9", reason="court gave it back")
    assert state().due["costs"] == 0 == night()["due_costs"]
    change(book["mo"], "X1", "reversal", charge_id="C1", reason="fee of the file was wrong")
    assert state().due["fees"] == 0 == night()["due_fees"]
    with pytest.raises(api.ChangeError, match="before"):
        change(book["mo"], "X2", "reversal", charge_id="C1")


def test_a_change_made_in_error_is_undone_by_another(book):
    before = state()
    change(book["mo"], "W1", "waiver", amount=1500, component="fees")
    change(book["mo"], "U1", "reversal", reverses="W1", reason="wrong loan")
    assert state() == before
    assert night()["due_fees"] == 1500
    with pytest.raises(api.ChangeError, match="undone before"):
        change(book["mo"], "U2", "reversal", reverses="W1")
    seen = {v.change_id: v.state for v in api.changes_of(book["mo"], "bluebay", "L1", f.AT)}
    assert seen == {"W1": "reversed", "U1": "recorded"}


def test_more_than_one_signature_may_give_waits_for_a_second_person(book):
    got = change(book["mo"], "W1", "waiver", amount=80000, component="principal")
    assert (got.state, BookEvent.objects.count()) == ("waiting", 0)
    assert state().arrears == 104500, "nothing is given up before the second signature"
    (waiting,) = api.changes_of(book["mo"], "bluebay", "L1", f.AT)
    with pytest.raises(api.ChangeError, match="second person"):
        api.sign_change(book["mo"], waiting.proposal_id, at=f.AT)
    with pytest.raises(api.NotAllowedError):
        api.sign_change(book["desk"], waiting.proposal_id, at=f.AT)
    with pytest.raises(api.UnknownLoanError):
        api.sign_change(book["other"], waiting.proposal_id, at=f.AT)
    signed = api.sign_change(book["ming"], waiting.proposal_id, at=f.AT)
    assert signed.state == "recorded"
    assert state().arrears == 24500
    assert BookEvent.objects.get().data["signed"] == ["mo", "ming"]
    with pytest.raises(api.ChangeError, match="over"):
        api.sign_change(book["ming"], waiting.proposal_id, at=f.AT)


def test_a_large_waiver_in_small_pieces_meets_the_limit_too(book):
    change(book["mo"], "W1", "waiver", amount=30000, component="principal")
    change(book["mo"], "W2", "waiver", amount=20000, component="principal")
    third = change(book["mo"], "W3", "waiver", amount=1, component="principal")
    assert third.state == "waiting"
    assert ChangeSignature.objects.count() == 1


def test_the_lender_sets_its_own_limit(book, cast):
    set_limit(cast.bluebay, "CNY", 1000, at=f.AT, by="mo")
    got = change(book["mo"], "W1", "waiver", amount=1500, component="fees")
    assert got.state == "waiting"
    set_limit(cast.bluebay, "CNY", 207500, at=f.AT, by="mo")
    assert change(book["mo"], "W2", "write_off").state == "recorded"
    assert state().written_off == 207500


def test_a_withdrawn_proposal_changes_nothing_and_its_id_is_spent(book):
    change(book["mo"], "W1", "waiver", amount=80000, component="principal")
    proposal = ProposedChange.objects.get()
    api.withdraw_change(book["ming"], proposal.pk, at=f.AT)
    assert api.changes_of(book["mo"], "bluebay", "L1", f.AT) == []
    with pytest.raises(api.ChangeConflictError, match="withdrawn"):
        change(book["mo"], "W1", "waiver", amount=80000, component="principal")


@pytest.mark.parametrize(
    ("who", "kind", "more"),
    [
        ("desk", "waiver", {"amount": 100}),
        ("desk", "write_off", {}),
        ("desk", "dispute_end", {"instalment": 2}),
        ("chief", "pause", {}),
        ("agency", "waiver", {"amount": 100}),
        ("agency", "charge", {"amount": 100, "component": "fees"}),
        ("mo", "payment", {"amount": 100}),
    ],
)
def test_what_is_not_theirs_to_decide_is_refused(book, who, kind, more):
    with pytest.raises(api.NotAllowedError):
        change(book[who], "N1", kind, **more)
    assert not BookEvent.objects.exists()


def test_an_agency_may_protect_and_waives_only_by_mandate(book):
    assert change(book["agency"], "P1", "pause").state == "recorded"
    Mandate.objects.update(scope={"changes": ["waiver"]})
    assert change(book["agency"], "W1", "waiver", amount=100).state == "recorded"


def test_another_lenders_people_see_no_loan(book):
    with pytest.raises(api.UnknownLoanError):
        change(book["other"], "P1", "pause")
    with pytest.raises(api.UnknownLoanError):
        api.changes_of(book["other"], "bluebay", "L1", f.AT)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("pause", {"on": date(2026, 11, 26)}, "after today"),
        ("pause", {"on": date(2026, 6, 30)}, "paid out"),
        ("pause", {"reason": " "}, "reason"),
        ("pause", {"reason": "a\nb"}, "one line"),
        ("pause", {"amount": 5}, "amount"),
        ("waiver", {"amount": 1501, "component": "fees"}, "only .*15.00"),
        ("waiver", {"component": "costs"}, "nothing to waive"),
        ("waiver", {"component": "gifts"}, "component"),
        ("waiver", {"amount": 0}, "above zero"),
        ("waiver", {"charge_id": "C7"}, "no charge C7"),
        ("waiver", {"instalment": 9}, "no instalment 9"),
        ("waiver", {"instalment": 2, "charge_id": "C1"}, "not both"),
        ("use_credit", {}, "no credit"),
        ("charge", {"component": "fees"}, "how much"),
        ("charge", {"amount": 5}, "component"),
        ("charge", {"amount": 5, "component": "principal"}, "component"),
        ("charge", {"amount": 5, "component": "fees", "due": SEPTEMBER}, "due"),
        ("charge", {"amount": 5, "component": "fees", "due": date(9999, 12, 31)}, "due"),
        ("dispute", {}, "which instalment"),
        ("reversal", {}, "one charge or one change"),
        ("reversal", {"reverses": "W7"}, "no change W7"),
        ("waiver", {"reverses": "W7"}, "reverses"),
    ],
)
def test_what_cannot_be_is_refused_by_field(book, kind, more, said):
    more = {"on": TODAY, **more}
    with pytest.raises(api.ChangeError, match=said):
        change(book["mo"], "E1", kind, **more)
    assert not BookEvent.objects.exists()
    assert not ProposedChange.objects.exists()


def test_a_summary_loan_takes_changes_after_the_stated_day_only(book):
    with pytest.raises(api.ChangeError, match="2026-11-20"):
        change(book["desk"], "P1", "pause", date(2026, 11, 20), loan="L2")
    change(book["desk"], "P1", "pause", date(2026, 11, 22), loan="L2")
    assert state(loan="L2").dpd == 14
    assert night("L2")["dpd"] == state(loan="L2").dpd


def test_a_loan_nobody_can_say_the_debt_of_is_not_changed(book):
    with pytest.raises(api.ChangeError, match="import"):
        change(book["mo"], "P1", "pause", loan="L3")


def test_the_database_refuses_to_change_a_recorded_change(book):
    from django.db import DatabaseError, transaction

    change(book["mo"], "P1", "pause")
    for edit in (
        lambda: BookEvent.objects.update(kind="resume"),
        lambda: BookEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            edit()


def test_the_limit_is_set_and_shown_on_the_command_line(book):
    def run(*words):
        return CliRunner().invoke(app, ["limit", "--lender", *words])

    assert "50,000" in run("bluebay").output
    assert "100,000" in run("bluebay", "--amount", "100000").output
    assert "100,000" in run("bluebay").output
    assert "0 minor units of USD" in run("bluebay", "--currency", "USD").output
    assert run("nobody").exit_code == 3
    assert run("bluebay", "--amount", "-5").exit_code == 3
