"""Drawdowns, rates, new instalments and reschedulings recorded by people: one answer everywhere."""

from __future__ import annotations

from datetime import date

import pytest

from doorstep.book import api
from doorstep.book.api import Change
from doorstep.book.models import BookEvent
from doorstep.book.rules.statement import What
from doorstep.book.services.change_rights import set_limit
from doorstep.book.services.proof import prove
from doorstep.book.statements import statement_of
from doorstep.book.tests import files as f
from doorstep.book.tests.test_loan_changes import person
from doorstep.kernel import clock
from doorstep.kernel.money import COMPONENTS, Money
from doorstep.people.models import User
from doorstep.people.types import SYSTEM, UserRole

TODAY = date(2026, 11, 24)
OCTOBER = date(2026, 10, 10)
TERMS = {"rate_percent": "12", "interest": "declining_balance", "instalment_multiple_of": "1.00"}
LOANS = [
    f.LOANS[0],
    f.LOANS[1],
    {"loan_id": "T1", "borrower_id": "B1", "product": "cash", "currency": "CNY",
     "principal": "6000.00", "disbursed_on": "2026-07-31", "instalments": "6", **TERMS},
    {"loan_id": "F1", "borrower_id": "B3", "product": "cash", "currency": "CNY",
     "principal": "6000.00", "disbursed_on": "2026-07-31", "instalments": "6",
     "recalculate": "smaller_instalments", **TERMS},
]  # fmt: skip
MONEY = [
    *f.PAYMENTS,
    {"loan_id": "T1", "payment_id": "PT1", "on": "2026-08-31", "amount": "1035.00"},
    {"loan_id": "F1", "payment_id": "PF1", "on": "2026-08-20", "amount": "1500.00"},
]
FULL = {"rate_percent": "12", "instalments": 6, "first_due": date(2026, 12, 10), "unit": "months"}
ALL = {
    "reschedule": ("T1", {"holiday": 2}),
    "reschedule kept": ("T1", {"first_due": date(2026, 12, 5), "arrears": "kept"}),
    "reschedule given": ("L1", FULL),
    "reamortise": ("T1", {"instalments": 8}),
    "reamortise following": ("F1", {}),
    "rate_change": ("T1", {"rate_percent": "9.5"}),
    "rate_change following": ("F1", {"rate_percent": "6"}),
}


@pytest.fixture
def book(take, cast):
    report = take(loans=LOANS, payments=MONEY)
    assert not report.rejects
    set_limit(cast.bluebay, "CNY", 1_000_000, at=f.AT, by="mo")
    return {
        "mo": person("mo", "bluebay"),
        "ming": person("ming", "bluebay"),
        "desk": person("desk", "bluebay", UserRole.DESK),
    }


def change(viewer, key, kind, on=OCTOBER, *, loan="T1", reason="agreed in writing", **more):
    wanted = Change(key, kind, on, reason=reason, **more)
    return api.record_change(viewer, "bluebay", loan, wanted, at=f.AT, by=viewer.name)


def everywhere(loan, day=TODAY):
    """What page, API, statement and night say of a loan; they must say the same."""
    state = api.loan_state(SYSTEM, "bluebay", loan, day)
    told = statement_of(SYSTEM, "bluebay", loan, day).statement
    night = next(r for r in api.run_ageing(day, f.AT).loans.to_pylist() if r["loan_id"] == loan)
    assert dict(told.due) == state.loan.due == {c: night[f"due_{c}"] for c in COMPONENTS}
    names = ("dpd", "oldest_unpaid", "next_due", "next_amount", "not_due", "credit", "payoff")
    for name in names:
        assert getattr(told, name) == getattr(state.loan, name) == (night[name] or 0 if name in {
            "next_amount", "not_due", "credit", "payoff"} else night[name]), name  # fmt: skip
    return state


@pytest.mark.parametrize("name", ALL)
def test_every_kind_says_the_same_everywhere_on_every_day(book, name):
    loan, more = ALL[name]
    kind = name.split()[0]
    before = {day: everywhere(loan, day) for day in (date(2026, 10, 9), OCTOBER, TODAY)}
    got = change(book["mo"], "S1", kind, loan=loan, **more)
    if got.state == "waiting":
        (waiting,) = api.changes_of(book["ming"], "bluebay", loan, f.AT)
        api.sign_change(book["ming"], waiting.proposal_id, at=f.AT)
    assert everywhere(loan, date(2026, 10, 9)) == before[date(2026, 10, 9)], "posted before it"
    after = everywhere(loan)
    assert after.instalments != before[TODAY].instalments
    lines = statement_of(SYSTEM, "bluebay", loan, TODAY).statement.lines
    assert [x.reason for x in lines if x.what is What(kind)] == ["agreed in writing"]
    everywhere(loan, OCTOBER)
    change(book["mo"], "U1", "reversal", TODAY, loan=loan, reverses="S1", reason="typing error")
    assert everywhere(loan) == before[TODAY], "undone as if it had never been"
    change(book["mo"], "U2", "reversal", TODAY, loan=loan, reverses="U1", reason="it was right")
    assert everywhere(loan).instalments == after.instalments


@pytest.mark.parametrize("name", [k for k in ALL if k.endswith("following")])
def test_a_preview_says_what_settles_the_loan_as_its_statement_does(book, name):
    """Of a loan whose interest follows the money that is less than all that is claimed; what a
    change gives up is still counted by the claim."""
    kind = name.split()[0]
    wanted = Change("S1", kind, OCTOBER, reason="agreed in writing", **ALL[name][1])
    looked = api.preview_change(book["mo"], "bluebay", "F1", wanted, f.AT).effect
    said = statement_of(SYSTEM, "bluebay", "F1", TODAY).statement.payoff
    assert looked.settle[0] == said < looked.before.payoff
    receipt = change(book["mo"], "S1", kind, loan="F1", **ALL[name][1])
    assert receipt.state == "recorded"
    assert looked.settle[1] == everywhere("F1").loan.payoff < looked.after.payoff
    gives = looked.before.payoff - looked.after.payoff
    assert BookEvent.objects.get().data["given_up"] == max(0, gives)


def test_the_page_of_a_change_shows_that_payoff(book, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    client.force_login(User.objects.get(username="mo"))
    page = "/loans/bluebay/F1/changes/?do=rate_change"
    data = {"change_id": "S1", "on": "2026-10-10", "reason": "agreed", "rate_percent": "6"}
    looked = client.post(page, data)
    rows = {str(name): (old, new) for name, old, new in looked.context["rows"]}
    said = statement_of(SYSTEM, "bluebay", "F1", TODAY).statement.payoff
    assert rows["To settle the whole loan"][0] == said
    shown = looked.content.decode()
    assert f"{said / 100:,.2f}" in shown


def test_the_statement_tells_what_fell_due_and_what_went_into_the_new_instalments(book):
    """1,035.00 fell due on 30 September; nothing of it was paid when the loan was rescheduled."""
    change(book["mo"], "S1", "reschedule", holiday=2)
    lines = statement_of(SYSTEM, "bluebay", "T1", TODAY).statement.lines
    told = [(x.on.isoformat(), x.what, x.fell_due, x.settled, x.balance) for x in lines]
    assert told == [
        ("2026-07-31", What.PAID_OUT, 0, 0, 0),
        ("2026-08-31", What.INSTALMENT, 103500, 0, 103500),
        ("2026-08-31", What.PAYMENT, 0, 103500, 0),
        ("2026-09-30", What.INSTALMENT, 103500, 0, 103500),
        ("2026-10-10", What.RESCHEDULE, 0, 103500, 0),
    ]
    assert everywhere("T1").loan.dpd == 0


def test_backdated_money_makes_the_change_anew_and_the_statement_still_adds_up(book):
    change(book["mo"], "S1", "reschedule", holiday=2)
    api.record_payment(
        SYSTEM, lender="bluebay", loan_id="T1", payment_id="LATE", on=date(2026, 10, 2),
        amount=Money(50000, "CNY"), at=f.AT, by="test",
    )  # fmt: skip
    everywhere("T1")
    lines = statement_of(SYSTEM, "bluebay", "T1", TODAY).statement.lines
    assert [x.settled for x in lines if x.what is What.RESCHEDULE] == [53500]


def test_a_line_is_drawn_in_parts_within_its_limit(book, cast):
    first, second = date(2026, 7, 31), date(2026, 9, 30)
    with pytest.raises(api.ChangeError, match=r"on: .*2026-07-31"):
        change(book["mo"], "D0", "disbursement", second, amount=200000)
    got = change(book["mo"], "D1", "disbursement", first, amount=200000)
    assert got.state == "recorded", "the limit of one signature is high in these tests"
    with pytest.raises(api.ChangeError, match=r"amount: only .*4,000\.00"):
        change(book["mo"], "D2", "disbursement", second, amount=400001)
    change(book["mo"], "D2", "disbursement", second, amount=100000)
    state = everywhere("T1")
    assert sum(i["principal"] for i in state.instalments) == 300000
    lines = statement_of(SYSTEM, "bluebay", "T1", TODAY).statement.lines
    assert [(x.what, x.amount) for x in lines if x.what in (What.PAID_OUT, What.DRAWDOWN)] == [
        (What.PAID_OUT, 200000),
        (What.DRAWDOWN, 100000),
    ]


def test_a_new_penalty_rate_holds_from_its_day(book):
    got = change(book["mo"], "R1", "penalty_rate", TODAY, rate="0.0005", reason="contract, 7.2")
    assert got.state == "waiting", "a rate against the borrower takes two, whatever its amount"
    (waiting,) = api.changes_of(book["ming"], "bluebay", "T1", f.AT)
    api.sign_change(book["ming"], waiting.proposal_id, at=f.AT)
    assert everywhere("T1").loan.due["penalties"] == 0
    later = date(2026, 12, 4)
    assert everywhere("T1", later).loan.due["penalties"] == 492 + 497 + 201, "ten days and four"
    change(book["mo"], "R2", "penalty_rate", TODAY, rate="0", reason="waived for good")
    assert everywhere("T1", later).loan.due["penalties"] == 0


def test_the_proof_compares_the_schedule_as_it_was_changed(take, book):
    change(book["mo"], "S1", "reschedule", holiday=2)
    stated = {"stated_on": "2026-11-23", "dpd": "0", "owed_principal": "0", "owed_interest": "0",
              "not_due": "5000.00"}  # fmt: skip
    take("later", loans=[*LOANS[:2], {**LOANS[2], **stated}, LOANS[3]], payments=MONEY)
    report = prove(TODAY, f.AT)
    assert (report.compared, report.differing) == (1, 0)


@pytest.mark.parametrize(
    ("loan", "kind", "more", "said"),
    [
        ("L1", "rate_change", {"rate_percent": "6"}, "rate_percent: the lender gave"),
        ("L1", "reamortise", {}, "rate_percent: the lender gave"),
        ("L1", "reschedule", {**FULL, "unit": ""}, "rate_percent: the lender gave"),
        ("L1", "disbursement", {"amount": 5}, "kind: the lender gave"),
        ("L2", "reschedule", FULL, "loan_id: the lender states only a balance"),
        ("L2", "penalty_rate", {"rate": "0"}, "loan_id: the lender states only a balance"),
        ("T1", "reschedule", {}, "first_due: say what changes"),
        ("T1", "reschedule", {"first_due": date(2026, 10, 1)}, "first_due"),
        ("T1", "reschedule", {"holiday": 0}, "holiday"),
        ("T1", "reschedule", {"unit": "moons"}, "unit"),
        ("T1", "reschedule", {"due_day": 40}, "due_day"),
        ("T1", "reschedule", {"rate": "0.1", "holiday": 1}, "rate: a change of this kind"),
        ("T1", "waiver", {"amount": 5, "instalments": 3}, "instalments: a change of this kind"),
        ("T1", "reamortise", {"arrears": "lost"}, "arrears"),
        ("T1", "rate_change", {}, "rate_percent: say"),
        ("T1", "rate_change", {"rate_percent": "lots"}, "rate_percent"),
        ("T1", "rate_change", {"rate_percent": "12"}, "rate_percent: this is the rate already"),
        ("T1", "rate_change", {"rate_percent": "13"}, "on: a higher rate cannot reach back"),
        ("T1", "reschedule", {"rate_percent": "13", "holiday": 1}, "cannot reach back"),
        ("T1", "penalty_rate", {"rate": "0"}, "rate: this is the rate already"),
        ("T1", "penalty_rate", {"rate": "0.001"}, "on: a higher rate cannot reach back"),
        ("T1", "penalty_rate", {"rate": "0.2"}, "rate: .*too high"),
        ("T1", "penalty_rate", {}, "rate: missing"),
        ("T1", "disbursement", {}, "amount: say how much"),
    ],
)
def test_what_cannot_be_is_refused_by_field(book, loan, kind, more, said):
    day = date(2026, 11, 23) if loan == "L2" else OCTOBER
    with pytest.raises(api.ChangeError, match=said):
        change(book["mo"], "E1", kind, day, loan=loan, **more)
    assert not BookEvent.objects.exists()


def test_a_repaid_loan_has_nothing_to_reschedule(book):
    api.record_payment(
        SYSTEM, lender="bluebay", loan_id="F1", payment_id="ALL", on=date(2026, 9, 1),
        amount=Money(900000, "CNY"), at=f.AT, by="test",
    )  # fmt: skip
    with pytest.raises(api.ChangeError, match="nothing is left to repay"):
        change(book["mo"], "E1", "reschedule", loan="F1", holiday=1)


def test_less_interest_is_given_up_and_takes_a_second_signature_beyond_the_limit(book, cast):
    set_limit(cast.bluebay, "CNY", 5_000, at=f.AT, by="mo")
    got = change(book["mo"], "S1", "rate_change", rate_percent="6")
    assert got.state == "recorded"
    lost = BookEvent.objects.get().data["given_up"]
    assert 0 < lost <= 5_000
    got = change(book["mo"], "S2", "rate_change", date(2026, 10, 11), rate_percent="1")
    assert got.state == "waiting", "two small cuts meet the limit of one signature together"


def test_a_higher_rate_takes_two_from_its_day_on_and_the_desk_neither(book):
    got = change(book["mo"], "S1", "rate_change", TODAY, rate_percent="15")
    assert (got.state, BookEvent.objects.count()) == ("waiting", 0)
    (waiting,) = api.changes_of(book["ming"], "bluebay", "T1", f.AT)
    assert waiting.terms == {"rate_percent": "15"}
    with pytest.raises(api.NotAllowedError):
        api.sign_change(book["desk"], waiting.proposal_id, at=f.AT)
    api.sign_change(book["ming"], waiting.proposal_id, at=f.AT.replace(day=26))
    assert BookEvent.objects.get().on == TODAY
    with pytest.raises(api.NotAllowedError):
        change(book["desk"], "S2", "reschedule", holiday=1)


def test_given_instalments_without_a_known_rate_take_two_where_they_cost_more(book):
    dear = {**FULL, "rate_percent": "36", "instalments": 24}
    assert change(book["mo"], "S1", "reschedule", loan="L1", **dear).state == "waiting"
    free = {**FULL, "rate_percent": "0"}
    assert change(book["mo"], "S2", "reschedule", loan="L1", **free).state == "recorded"
    everywhere("L1")


def test_a_lender_that_takes_the_schedule_away_stops_no_night(take, book):
    change(book["mo"], "S1", "rate_change", rate_percent="6")
    bare = {k: v for k, v in LOANS[2].items() if k not in {*TERMS, "instalments"}}
    take("later", loans=[*LOANS[:2], bare, LOANS[3]], payments=MONEY)
    night = {r["loan_id"]: r for r in api.run_ageing(TODAY, f.AT).loans.to_pylist()}
    assert night["T1"]["status"] == "unaged"
    assert night["L1"]["status"] == "in_arrears"
    stated = {"stated_on": "2026-11-20", "dpd": "5", "owed_principal": "100.00"}
    take("newer", loans=[*LOANS[:2], {**bare, **stated}, LOANS[3]], payments=MONEY)
    assert everywhere("T1").loan.kind == "summary", "a balance stated after the change holds it"
    older = {**stated, "stated_on": "2026-10-01"}
    take("older", loans=[*LOANS[:2], {**bare, **older}, LOANS[3]], payments=MONEY)
    assert api.loan_state(SYSTEM, "bluebay", "T1", TODAY).loan.status == "unaged"
