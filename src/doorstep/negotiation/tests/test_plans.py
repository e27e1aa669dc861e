"""Agreeing a plan makes promises; a plan is one word at a time and never above the surplus."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cast import DAY, NINE, at, manager, stranger

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind, PromiseStatus
from doorstep.kernel.money import Money
from doorstep.kernel.sealed import open_
from doorstep.negotiation import api
from doorstep.negotiation.models import Arrangement, ArrangementInstalment
from doorstep.negotiation.tests.test_rules import LINA
from doorstep.people.types import SYSTEM

pytestmark = pytest.mark.django_db


def agreed(cast, case, *, when=NINE, budget=LINA, place=0):
    who = manager(cast)
    offer = api.offers(who, case, budget, DAY)[place]
    return api.agree(who, case, offer, budget, at=when, by="dan"), offer


def promises(case, status=None):
    return casefile.promises_of(SYSTEM, [case], status).get(case, [])


def test_every_payment_of_a_plan_is_a_promise(cast, lina):
    plan, offer = agreed(cast, lina)
    made = promises(lina)
    assert [(p.due_on, p.amount, p.number) for p in made] == [
        (p.due_on, p.amount, p.number) for p in offer.payments
    ]
    assert {p.arrangement_id for p in made} == {plan}
    view = api.arrangement_of(manager(cast), lina)
    assert (view.id, view.total, [p.promise_id for p in view.payments]) == (
        plan, 120_000, [p.id for p in made],
    )  # fmt: skip


def test_the_budget_is_sealed_and_no_fact_tells_what_somebody_earns(cast, lina):
    agreed(cast, lina)
    row = Arrangement.objects.get()
    assert b"420000" not in bytes(row.budget)
    assert json.loads(open_(row.budget))["income"] == 420_000
    facts = casefile.timeline(SYSTEM, lina)
    assert {FactKind.ARRANGEMENT, FactKind.BUDGET} <= {f.kind for f in facts}
    assert "420000" not in json.dumps([dict(f.data) for f in facts])


def test_an_offer_that_does_not_fit_the_budget_is_refused(cast, lina):
    who = manager(cast)
    rich = replace(LINA, income=900_000)
    offer = api.offers(who, lina, rich, DAY)[0]
    with pytest.raises(api.NegotiationError, match="does not fit"):
        api.agree(who, lina, offer, LINA, at=NINE, by="dan")
    larger = replace(offer, payments=(replace(offer.payments[0], amount=130_000),))
    with pytest.raises(api.NegotiationError):
        api.agree(who, lina, larger, rich, at=NINE, by="dan")
    assert promises(lina) == []


def test_a_second_plan_ends_the_first_and_withdraws_its_promises(cast, lina):
    first, _ = agreed(cast, lina)
    second, _ = agreed(cast, lina, when=at(10), place=1)
    assert Arrangement.objects.get(pk=first).ended_why == "superseded"
    assert api.arrangement_of(manager(cast), lina).id == second
    assert {p.arrangement_id for p in promises(lina, PromiseStatus.OPEN)} == {second}
    assert len(promises(lina, PromiseStatus.WITHDRAWN)) == 3


def test_a_plan_replaces_a_loose_promise(cast, lina):
    casefile.make_promise(
        lina, amount=Money(5_000, "CNY"), due_on=DAY + timedelta(days=3), at=NINE, by="dan",
        source="call",
    )  # fmt: skip
    agreed(cast, lina, when=at(10))
    assert all(p.arrangement_id for p in promises(lina, PromiseStatus.OPEN))


def test_a_stranger_neither_sees_nor_agrees(cast, lina):
    agreed(cast, lina)
    assert api.arrangement_of(stranger(cast), lina) is None
    with pytest.raises(api.NegotiationError, match="no such case"):
        api.offers(stranger(cast), lina, LINA, DAY)


def test_nobody_signs_while_a_dispute_stands_but_hardship_is_helped_by_a_plan(cast, lina):
    care.raise_stop(lina, StopKind.HARDSHIP, at=NINE, by="dan")
    agreed(cast, lina)
    stop = care.raise_stop(lina, StopKind.DISPUTE, at=NINE, by="dan")
    with pytest.raises(api.NegotiationError, match="dispute"):
        agreed(cast, lina, when=at(10), place=1)
    care.lift_stop(stop, at=at(11), by="chen", why="proved")
    agreed(cast, lina, when=at(12), place=1)


def settle(case, number, status):
    promise = next(p for p in promises(case) if p.number == number)
    casefile.settle_promise(
        promise.id, status=status, received=0 if status == "broken" else promise.amount,
        at=at(9, day=promise.due_on + timedelta(days=2)), by="test",
    )  # fmt: skip


def test_a_plan_is_completed_when_every_payment_is_kept(cast, lina):
    plan, offer = agreed(cast, lina)
    for n in range(1, len(offer.payments) + 1):
        assert api.review(NINE) == 0
        settle(lina, n, PromiseStatus.KEPT)
    assert api.review(NINE) == 1
    assert Arrangement.objects.get(pk=plan).status == "completed"


def test_the_second_miss_ends_a_plan_and_withdraws_what_was_to_come(cast, lina):
    plan, _ = agreed(cast, lina)
    settle(lina, 1, PromiseStatus.BROKEN)
    assert api.review(NINE) == 0
    settle(lina, 2, PromiseStatus.BROKEN)
    assert api.review(NINE) == 1
    row = Arrangement.objects.get(pk=plan)
    assert (row.status, row.ended_why) == ("ended", "broken")
    assert promises(lina, PromiseStatus.OPEN) == []
    kinds = {f.kind for f in casefile.timeline(SYSTEM, lina)}
    assert FactKind.ARRANGEMENT_ENDED in kinds


def test_the_plan_of_a_closed_case_is_completed(cast, lina):
    plan, _ = agreed(cast, lina)
    casefile.change_cases(
        [casefile.CaseChange(lina, "current", 0, 0, 0, close=True)], on=DAY, at=NINE, by="test"
    )
    assert api.review(NINE) == 1
    assert Arrangement.objects.get(pk=plan).status == "completed"
    assert promises(lina, PromiseStatus.OPEN) == []


def test_instalments_carry_the_scope_of_their_case(cast, lina):
    agreed(cast, lina)
    assert set(ArrangementInstalment.objects.values_list("lender", "agency", "mandate")) == {
        (cast.bluebay, cast.doorway, cast.mandate)
    }
