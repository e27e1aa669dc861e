"""The pure rule of matching: points, reasons, what is certain and what is not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from doorstep.book.rules.matching import Incoming, Owed, match, same_name, words_of

LI = Owed("HT-2026-0001", "B-1001", "CNY", "李娜", 50_000, 10_000, 120_000, 0)
LI2 = replace(LI, loan_id="HT-2026-0002", arrears=30_000, payoff=60_000, next_amount=7_000)
KIM = Owed("HT-2026-0009", "B-2002", "CNY", "Kim Mi-ran", 20_000, 5_000, 20_000, 0)
ALL = (LI, LI2, KIM)


def money(amount: int = 12_300, **words: object) -> Incoming:
    return Incoming(amount, "CNY", **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "loan", "confidence", "reasons"),
    [
        (money(reference="HT-2026-0001"), LI, 90, ("reference",)),
        (money(reference="ht-2026-0001", payer="李娜"), LI, 100, ("reference", "name")),
        (money(50_000, reference="HT-2026-0001-1120"), LI, 100,
         ("in_reference", "amount_arrears")),
        (money(text="李娜还款ＨＴ-2026-0001", payer="*娜", amount=10_000), LI, 100,
         ("in_text", "name_masked", "amount_next")),
        (money(loans=frozenset({"HT-2026-0009"})), KIM, 95, ("virtual_account",)),
        (money(5_000, reference="B-2002", payer="KIM MI RAN"), KIM, 100,
         ("borrower_reference", "name", "amount_next", "only_loan")),
        (money(reference="B-2002", payer="Kim Mi-Ran"), KIM, 90,
         ("borrower_reference", "name", "only_loan")),
        (money(30_000, borrowers=frozenset({"B-1001"}), payer="李娜"), LI2, 95,
         ("known_account", "name", "amount_arrears")),
    ],
)  # fmt: skip
def test_what_is_certain(given, loan, confidence, reasons):
    found = match(given, ALL)
    assert (found.loan_id, found.why) == (loan.loan_id, "")
    assert found.suggestions[0].confidence == confidence
    assert found.suggestions[0].reasons == reasons


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (money(), "nobody_found"),
        (money(payer="李娜"), "several_loans"),
        (money(50_000, payer="李娜"), "not_sure"),
        (money(reference="HT-2026-0001", payer="王五"), "not_sure"),
        (money(reference="HT-2026-0001 HT-2026-0009"), "several_people"),
        (money(reference="HT-2026-0001", text="HT-2026-0002"), "several_loans"),
        (money(reference="B-1001", payer="李娜"), "several_loans"),
        (money(500_000, reference="HT-2026-0001", payer="李娜"), "more_than_owed"),
        (Incoming(100, "USD", reference="HT-2026-0001"), "nobody_found"),
    ],
)
def test_what_waits(given, why):
    found = match(given, ALL)
    assert (found.loan_id, found.why) == ("", why)


def test_a_stranger_with_the_right_reference_and_the_right_amount_is_taken():
    found = match(money(50_000, reference="HT-2026-0001", payer="王五"), ALL)
    assert found.loan_id == LI.loan_id
    assert found.suggestions[0].reasons == ("reference", "other_name", "amount_arrears")


def test_a_closed_loan_named_by_the_payer_waits_even_if_another_loan_fits_better():
    closed = replace(LI, settled=True, payoff=0, arrears=0)
    given = money(30_000, reference=closed.loan_id, borrowers=frozenset({"B-1001"}), payer="李娜")
    assert match(given, (closed, LI2)).why == "settled"


def test_money_for_a_loan_written_off_is_taken_and_says_so():
    found = match(money(reference=LI.loan_id), (replace(LI, written_off=True),))
    assert found.loan_id == LI.loan_id
    assert "written_off" in found.suggestions[0].reasons


def test_an_id_that_is_only_part_of_another_does_not_count():
    short = replace(KIM, loan_id="HT-2026")
    assert match(money(reference="HT-2026-0001"), (LI, short)).loan_id == LI.loan_id


def test_a_short_id_alone_is_not_enough():
    short = replace(LI, loan_id="L1", borrower_id="B1")
    assert match(money(reference="L1"), (short,)).why == "not_sure"
    assert match(money(50_000, reference="L1", payer="李娜"), (short,)).loan_id == "L1"


@pytest.mark.parametrize(
    ("given", "chosen", "confidence", "reasons"),
    [
        (money(owners=frozenset({"B-1001"})), (), 95, ("borrower_account",)),
        (money(owners=frozenset({"B-1001"}), payer="李娜"), (), 100,
         ("borrower_account", "name")),
        (money(80_000, borrowers=frozenset({"B-1001"}), payer="李娜"), (), 95,
         ("known_account", "name", "amount_all_arrears")),
        (money(180_000, borrowers=frozenset({"B-1001"}), payer="李娜"), (), 95,
         ("known_account", "name", "amount_all_payoff")),
        (money(17_000, reference="B-1001", payer="李娜"), (), 95,
         ("borrower_reference", "name", "amount_all_next")),
        (money(reference="HT-2026-0001 HT-2026-0002", payer="李娜"),
         ("HT-2026-0001", "HT-2026-0002"), 100, ("in_reference", "name")),
        (money(80_000, reference="HT-2026-0001", text="HT-2026-0002"),
         ("HT-2026-0001", "HT-2026-0002"), 95, ("in_text", "amount_all_arrears")),
    ],
)  # fmt: skip
def test_the_borrower_is_certain_and_the_law_divides(given, chosen, confidence, reasons):
    found = match(given, ALL)
    assert (found.loan_id, found.why, found.borrower_id) == ("", "", "B-1001")
    assert (found.chosen, found.confidence, found.reasons) == (chosen, confidence, reasons)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (money(borrowers=frozenset({"B-1001"}), payer="李娜"), "several_loans"),
        (money(owners=frozenset({"B-1001"}), payer="王五"), "several_loans"),
        (money(owners=frozenset({"B-1001"}), text="HT-2026-0009"), "several_people"),
        (money(200_000, owners=frozenset({"B-1001"})), "more_than_owed"),
        (money(owners=frozenset({"B-1001", "B-2002"})), "several_people"),
        (money(200_000, reference="HT-2026-0001", payer="李娜"), "more_than_owed"),
    ],
)
def test_a_borrower_who_is_not_certain_waits(given, why):
    found = match(given, ALL)
    assert (found.loan_id, found.borrower_id, found.why) == ("", "", why)


def test_in_a_borrowers_account_a_loan_named_is_the_payers_word():
    given = money(owners=frozenset({"B-1001"}), text="HT-2026-0002")
    found = match(given, ALL)
    assert (found.loan_id, found.confidence) == ("HT-2026-0002", 95)


def test_in_a_borrowers_account_the_amount_of_one_loan_tells_which():
    assert match(money(30_000, owners=frozenset({"B-1001"})), ALL).loan_id == "HT-2026-0002"
    assert match(money(owners=frozenset({"B-2002"})), ALL).loan_id == KIM.loan_id


def test_where_a_loans_figures_are_not_known_nothing_is_divided_by_itself():
    for dim in (replace(LI2, payoff=None, arrears=None), replace(LI2, written_off=True)):
        found = match(money(owners=frozenset({"B-1001"})), (LI, dim))
        assert (found.borrower_id, found.why) == ("", "several_loans")
    closed = replace(LI2, settled=True, payoff=0, arrears=0)
    assert match(money(owners=frozenset({"B-1001"})), (LI, closed)).loan_id == LI.loan_id


def test_the_order_of_the_loans_does_not_matter():
    shuffled = list(ALL)
    for seed in range(20):
        random.Random(seed).shuffle(shuffled)
        for given in (money(payer="李娜"), money(reference="B-1001"), money(text=KIM.loan_id),
                      money(owners=frozenset({"B-1001"}))):  # fmt: skip
            assert match(given, shuffled) == match(given, ALL)


@pytest.mark.parametrize(
    ("given", "known", "says"),
    [
        ("李娜", "李娜", "name"),
        ("李 娜", "李娜", "name"),
        ("李*", "李娜", "name_masked"),
        ("*娜", "李娜", "name_masked"),
        ("李某", "李娜", "name_masked"),
        ("王*", "李娜", "other_name"),
        ("**", "李娜", "other_name"),
        ("LEE, ANN", "Ann Lee", "name"),
        ("A** L**", "Ann Lee", "name_masked"),
        ("김미란", "김미란", "name"),
        ("", "李娜", ""),
        ("李娜", "", ""),
    ],
)
def test_names(given, known, says):
    assert same_name(given, known) == says


def test_words_survive_dates_and_chinese_around_them():
    assert {"HT-2026-0001", "HT-2026-0001-1124"} <= words_of("贷款HT-2026-0001-1124还款")
    assert "A1/B2" in words_of("a1/b2,")
