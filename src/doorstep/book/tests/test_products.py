"""Products: what lateness costs by contract and what the law allows reach every figure alike."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.models_products import ProductSetting
from doorstep.book.rules.statement import What
from doorstep.book.services.products import (
    ProductError,
    UnknownProductError,
    find_product,
    list_products,
    tell_product,
)
from doorstep.book.tests import files as f
from doorstep.book.tests.test_loan_changes import person
from doorstep.kernel import clock
from doorstep.kernel.money import COMPONENTS
from doorstep.people.models import Organisation, User
from doorstep.people.types import SYSTEM, UserRole

DAY = f.AT.date()
DAILY = {"penalty": {"daily_rate": "0.001", "grace_days": 3, "late_fee": 500}}


def tell(terms, viewer=SYSTEM, code="cash"):
    return tell_product(
        viewer, "bluebay", code, terms, reason="clause 7", at=f.AT, by=viewer.name or "test"
    )


def three_ways(loan_id="L1"):
    """The loan by the night, by REST and by its statement; all say the same."""
    night = next(r for r in api.run_ageing(DAY, f.AT).loans.to_pylist() if r["loan_id"] == loan_id)
    state = api.loan_state(SYSTEM, "bluebay", loan_id, DAY)
    stated = api.statement_of(SYSTEM, "bluebay", loan_id, DAY).statement
    due = {c: night[f"due_{c}"] for c in COMPONENTS}
    assert due == state.loan.due == dict(stated.due)
    assert night["payoff"] == state.loan.payoff == stated.payoff
    assert night["dpd"] == state.loan.dpd == stated.dpd
    return stated


def test_what_a_contract_says_reaches_every_figure(take):
    take()
    before = three_ways()
    tell(DAILY)
    after = three_ways()
    late = [line for line in after.lines if line.what is What.PENALTY]
    assert late, "penalty interest runs on the overdue principal"
    assert after.due["penalties"] == sum(line.fell_due for line in late) > 0
    fees = sum(line.fell_due for line in after.lines if line.what is What.LATE_FEE)
    assert after.due["fees"] - before.due["fees"] == fees > 0
    assert sum(d.exact for line in late for d in line.days) == pytest.approx(
        after.due["penalties"], abs=len(late)
    )


def test_the_law_cuts_what_the_contract_asks(take, cast):
    take()
    Organisation.objects.filter(code="bluebay").update(licence="micro_loan")
    tell({"penalty": {"daily_rate": "0.01"}})
    stated = three_ways()
    (cut,) = [line for line in stated.lines if line.what is What.CUT]
    assert cut.cut.rule == "CN-RATE-05"
    assert cut.settled == sum(cut.cut.cut.values()) > 0
    assert "24 %" in cut.cut.why
    Organisation.objects.filter(code="bluebay").update(licence="none")
    (tighter,) = [line for line in three_ways().lines if line.what is What.CUT]
    assert tighter.cut.rule == "CN-RATE-01", "without a licence four times the LPR binds"
    assert tighter.settled > cut.settled


def test_a_stated_balance_grows_no_penalty(take):
    take(loans=[{**f.LOANS[0], "loan_id": "L9", "stated_on": DAY - timedelta(days=5), "dpd": "40",
                 "owed_principal": "1000.00", "owed_penalties": "12.00"}],
         instalments=[], payments=[], charges=[])  # fmt: skip
    before = three_ways("L9")
    tell(DAILY)
    assert three_ways("L9").due == before.due


def test_the_newest_word_holds_and_the_older_stay(take):
    take()
    tell(DAILY)
    with pytest.raises(ProductError, match="what holds already"):
        tell(DAILY)
    found = tell({"order": {"due": ["principal", "interest", "fees", "penalties"]}})
    assert found.terms.penalty is None
    assert [s.told for s in found.settings] == [
        {"order": {"due": ["principal", "interest", "fees", "penalties"]}},
        DAILY,
    ]


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"penalty": {"daily_rate": 0.1}}, "penalty.daily_rate"),
        ({"penalty": {"daily_rate": "2"}}, "penalty.daily_rate"),
        ({"penalty": {"base": "all"}}, "penalty.base"),
        ({"fine": 3}, "fine"),
        ({"caps": [{"rule": "X", "kind": "weekly", "ratio": "1"}]}, "caps"),
        ({"order": {"due": ["principal"]}}, "order"),
        ([], "terms"),
    ],
)
def test_terms_that_cannot_be_read_name_the_field(take, terms, says):
    take()
    with pytest.raises(ProductError, match=says):
        tell(terms)
    assert not ProductSetting.objects.exists()


def test_only_the_lender_tells_and_only_who_may_looks(take):
    take()
    own, other, desk = (
        person(name, org, role)
        for name, org, role in (
            ("mo", "bluebay", UserRole.MANAGER),
            ("pm", "pine", UserRole.MANAGER),
            ("dd", "bluebay", UserRole.DESK),
        )
    )
    assert tell(DAILY, own).terms.penalty.daily_rate == Fraction(1, 1000)
    with pytest.raises(UnknownProductError):
        tell(DAILY, other)
    with pytest.raises(ProductError, match="only a manager"):
        tell({}, desk)
    assert [p.code for p in list_products(own, f.AT)] == ["cash"]
    assert list_products(other, f.AT) == []


def test_the_page_shows_what_holds_and_takes_a_new_word(take, client, monkeypatch):
    take()
    monkeypatch.setattr(clock, "now", lambda: f.AT)
    person("mo", "bluebay", UserRole.MANAGER)
    client.force_login(User.objects.get(username="mo"))
    assert "cash" in client.get("/products/").content.decode()
    page = "/products/bluebay/cash/"
    asked = {"daily_rate": "0.05", "base": "principal", "grace_days": "3", "late_fee": "20",
             "late_fee_after": "4", "annual": "", "total": "", "duplum": "", "order": "law",
             "by": "instalment", "reason": "clause 7"}  # fmt: skip
    bad = client.post(page, {**asked, "daily_rate": "much"})
    assert bad.status_code == 422
    assert "Write a percentage" in bad.content.decode()
    assert client.post(page, asked).status_code == 302
    shown = client.get(page).content.decode()
    for words in ("0.05 % a day", "from 4 days late", "¥20.00", "clause 7", "24 %"):
        assert words in shown
    assert client.post(page, asked).status_code == 422, "the same again is no news"
    told = ProductSetting.objects.get().terms
    assert told == {
        "penalty": {"daily_rate": "1/2000", "base": "principal", "grace_days": 3,
                    "from_due": False, "late_fee": 2000, "late_fee_after": 4}
    }  # fmt: skip
    person("pm", "pine", UserRole.MANAGER)
    client.force_login(User.objects.get(username="pm"))
    assert client.get(page).status_code == 404


def test_the_terms_of_the_howto_are_real(take):
    take()
    howto = Path(__file__).resolve().parents[4] / "docs" / "howto" / "tell-a-product.md"
    terms = re.search(r"```json\n(.*?)```", howto.read_text(encoding="utf-8"), re.DOTALL)[1]
    told = tell(json.loads(terms)).terms
    assert told.penalty.late_fee == 2000
    assert [cap.kind for cap in told.caps] == ["total_cost"]


def test_the_command_shows_and_tells(take, tmp_path):
    from doorstep.book.commands import app

    take()
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(DAILY))
    run = CliRunner().invoke
    told = run(app, ["product", "bluebay", "cash", "--terms", str(path), "--reason", "x", "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["terms"] == DAILY
    path.write_text('{"penalty": {"daily_rate": "x"}}')
    bad = run(app, ["product", "bluebay", "cash", "--terms", str(path), "--reason", "x"])
    assert bad.exit_code == 3
    assert "penalty.daily_rate" in bad.stderr
    assert find_product(SYSTEM, "bluebay", "cash", f.AT).terms.penalty.grace_days == 3
