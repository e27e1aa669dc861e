"""Which loan a payment is for: evidence in points, added up and told. Pure.

Points are whole numbers out of 100. What names the loan or the person counts most and only the best
of it counts; the name of the payer and the amount then speak for or against. See
docs/algorithms/matching.md for the table and worked examples.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

SURE = 90
"""From here on money is recorded without asking, if nothing else comes near."""

MARGIN = 15
"""How far the second best must be behind."""

SHOWN = 5
"""Suggestions kept for a person to choose from."""

# What names the loan or the person; the best one counts.
NAMES_IT: Mapping[str, int] = {
    "virtual_account": 95,
    "borrower_account": 95,
    "reference": 90,
    "in_reference": 80,
    "in_text": 75,
    "borrower_reference": 60,
    "borrower_in_text": 50,
    "known_account": 55,
}
# What speaks for or against it besides.
BESIDES: Mapping[str, int] = {
    "name": 20,
    "name_masked": 10,
    "other_name": -10,
    "amount_arrears": 20,
    "amount_payoff": 20,
    "amount_next": 15,
    "amount_all_arrears": 20,
    "amount_all_payoff": 20,
    "amount_all_next": 15,
    "only_loan": 10,
    "more_than_owed": -30,
    "short_id": -40,
}
_SETTLED_AT_MOST = 50
_NAME_ALONE = 30

_WORD = re.compile(r"[0-9A-Z][0-9A-Z./_-]*[0-9A-Z]|[0-9A-Z]")
_PARTS = re.compile(r"[./_-]+")
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a payment says of itself. `loans` and `owners` are the loans and the borrowers whose
    virtual account it came into, `borrowers` those who paid from its account before; names and
    texts are open here and nowhere else."""

    amount: int
    currency: str
    reference: str = ""
    text: str = ""
    payer: str = ""
    loans: frozenset[str] = frozenset()
    borrowers: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Owed:
    """A loan a payment may be for. `arrears` and `payoff` are None where nobody knows them."""

    loan_id: str
    borrower_id: str
    currency: str
    name: str = ""
    arrears: int | None = None
    next_amount: int = 0
    payoff: int | None = None
    credit: int = 0
    settled: bool = False
    written_off: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A loan with the points that speak for it, and why."""

    loan_id: str
    borrower_id: str
    confidence: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """`loan_id` is set where one loan is certain; else `why` says what a person must decide.

    `borrower_id` is set where the borrower is certain and the loan is not: then the money is
    divided among their loans by law, those of `chosen` (the payer's word) first, for the `reasons`
    that speak for it.
    """

    suggestions: tuple[Suggestion, ...]
    loan_id: str = ""
    why: str = ""
    borrower_id: str = ""
    chosen: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    confidence: int = 0


def match(money: Incoming, loans: Sequence[Owed]) -> Match:
    """Weigh the loans a payment may be for. The order of `loans` does not matter."""
    only = _with_one_open_loan(loans)
    found = [s for o in loans if (s := _weigh(money, o, o.borrower_id in only)) is not None]
    found = _said(_without_parts_of_others(found))
    found.sort(key=lambda s: (-s.confidence, s.loan_id))
    by_id = {o.loan_id: o for o in loans}
    top = tuple(found[:SHOWN])
    why = _why_not(money, found, by_id)
    if not why:
        return Match(top, top[0].loan_id, reasons=top[0].reasons, confidence=top[0].confidence)
    if why not in {"nobody_found", "settled"}:
        by_law = _by_law(money, found, loans)
        if by_law is not None:
            return replace(by_law, suggestions=top)
    return Match(top, why=why, confidence=top[0].confidence if top else 0)


def chosen_of(suggestions: Sequence[Suggestion]) -> tuple[str, ...]:
    """The loans of the best suggestion's borrower that the payment names: the payer's word."""
    mine = [s for s in suggestions if s.borrower_id == suggestions[0].borrower_id]
    return tuple(sorted(s.loan_id for s in mine if s.reasons[0] in _NAMED))


def words_of(text: str) -> frozenset[str]:
    """The words of a reference that may be ids, in capitals: whole, their parts, and what is left
    without a first or a last part (payers and shops add dates and counters).

    >>> sorted(words_of("还款 l1-20261124"))
    ['20261124', 'L1', 'L1-20261124']
    """
    found: set[str] = set()
    for word in _WORD.findall(normal(text)):
        found.add(word)
        found.update(p for p in _PARTS.split(word) if p)
        for cut in list(_PARTS.finditer(word))[:12]:
            found.update((word[: cut.start()], word[cut.end() :]))
    return frozenset(found)


def normal(text: str) -> str:
    """Text as ids and names are compared: full width made half, capitals, single spaces.

    >>> normal(" Ｌ１  li na ")
    'L1 LI NA'
    """
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


def same_name(given: str, known: str) -> str:
    """`name`, `name_masked`, `other_name`, or nothing where one of the two is not there.

    A mask (张*, **娜, A** Lee) agrees if every letter that is shown stands where the name has it;
    order of the parts of a western name does not matter.

    >>> same_name("*娜", "李娜"), same_name("LEE ANN", "Ann Lee"), same_name("王五", "李娜")
    ('name_masked', 'name', 'other_name')
    """
    a, b = normal(given), normal(known)
    if not _NO_LETTERS.sub("", b) or not a:
        return ""
    if _is_masked(given):
        return "name_masked" if _agrees(given, b) else "other_name"
    same = a == b or sorted(_NO_LETTERS.split(a)) == sorted(_NO_LETTERS.split(b))
    same = same or _NO_LETTERS.sub("", a) == _NO_LETTERS.sub("", b)
    return "name" if same else "other_name"


def _is_masked(text: str) -> bool:
    return any(c in "*＊某" for c in text)


def _agrees(given: str, known: str) -> bool:
    """Whether the shown letters stand where the name has them; a run of stars may be any length
    but not nothing."""
    shown = unicodedata.normalize("NFKC", given).upper().replace("某", "*")
    if not _NO_LETTERS.sub("", shown.replace("*", "")):
        return False
    pattern = re.sub(r"(\\\*)+", ".+", re.escape(" ".join(shown.split())))
    return re.fullmatch(pattern, known) is not None


def _with_one_open_loan(loans: Sequence[Owed]) -> frozenset[str]:
    counts = Counter(o.borrower_id for o in loans if not o.settled)
    return frozenset(person for person, n in counts.items() if n == 1)


def _without_parts_of_others(found: list[Suggestion]) -> list[Suggestion]:
    """Leave out a loan whose id is only a part of another id that stands there whole."""
    ids = {s.loan_id: normal(s.loan_id) for s in found if s.reasons[0] in _BY_LOAN}
    return [
        s
        for s in found
        if s.loan_id not in ids
        or not any(ids[s.loan_id] != other and ids[s.loan_id] in other for other in ids.values())
    ]


def _weigh(money: Incoming, owed: Owed, only: bool) -> Suggestion | None:
    """One loan against one payment; None where nothing speaks for it."""
    if owed.currency != money.currency:
        return None
    names = _names_it(money, owed)
    name = same_name(money.payer, owed.name)
    amount = _amount(money.amount, owed)
    if not names and name not in {"name"}:
        return None
    reasons = [r for r in (names, name, amount) if r]
    points = NAMES_IT.get(names, _NAME_ALONE)
    if owed.borrower_id in money.owners:
        points = max(points, NAMES_IT["borrower_account"])
    points += sum(BESIDES[r] for r in (name, amount) if r and (names or r != "name"))
    if names in _BY_ID and _is_short(owed.loan_id if "borrower" not in names else owed.borrower_id):
        reasons.append("short_id")
        points += BESIDES["short_id"]
    if only and names.startswith(("borrower", "known")) and not owed.settled:
        reasons.append("only_loan")
        points += BESIDES["only_loan"]
    if owed.settled:
        reasons.append("settled")
        points = min(points, _SETTLED_AT_MOST)
    if owed.written_off:
        reasons.append("written_off")
    bounded = max(0, min(100, points))
    return Suggestion(owed.loan_id, owed.borrower_id, bounded, tuple(reasons))


_BY_LOAN = {"reference", "in_reference", "in_text"}
_NAMED = {*_BY_LOAN, "virtual_account"}
_BY_ID = {*_BY_LOAN, "borrower_reference", "borrower_in_text"}
_AMOUNT = {"amount_arrears", "amount_payoff", "amount_next"}


def _names_it(money: Incoming, owed: Owed) -> str:
    """The strongest thing that names this loan or its borrower."""
    loan, person = normal(owed.loan_id), normal(owed.borrower_id)
    reference, text = words_of(money.reference), words_of(money.text)
    checks = (
        ("virtual_account", owed.loan_id in money.loans),
        ("reference", normal(money.reference) == loan),
        ("in_reference", loan in reference),
        ("in_text", loan in text),
        ("borrower_account", owed.borrower_id in money.owners),
        ("borrower_reference", person in reference),
        ("borrower_in_text", person in text),
        ("known_account", owed.borrower_id in money.borrowers),
    )
    return next((name for name, holds in checks if holds), "")


def _is_short(key: str) -> bool:
    """Ids that stand in texts by accident: under 5 letters, or under 7 digits."""
    plain = normal(key)
    return len(plain) < (7 if plain.isdigit() else 5)


def _amount(amount: int, owed: Owed) -> str:
    if owed.payoff is not None and not owed.settled and amount > owed.payoff:
        return "more_than_owed"
    if amount == owed.arrears:
        return "amount_arrears"
    if amount == owed.payoff:
        return "amount_payoff"
    return "amount_next" if amount == owed.next_amount else ""


def _why_not(money: Incoming, found: Sequence[Suggestion], loans: Mapping[str, Owed]) -> str:
    """Why the best suggestion is not certain; empty where it is."""
    if not found:
        return "nobody_found"
    best = found[0]
    named = [s for s in found if s.reasons[0] in _NAMED]
    if any(loans[s.loan_id].settled for s in (best, *named)):
        return "settled"
    if "more_than_owed" in best.reasons:
        return "more_than_owed"
    rivals = {s.loan_id: s for s in (*named, *found) if s.loan_id != best.loan_id}
    near = [s for s in rivals.values() if s in named or _is_near(s, best)]
    if near:
        same = all(s.borrower_id == best.borrower_id for s in near)
        return "several_loans" if same else "several_people"
    return "" if best.confidence >= SURE else "not_sure"


def _is_near(other: Suggestion, best: Suggestion) -> bool:
    """Whether another loan comes near the best one. Of two of one borrower that nothing but an
    account of theirs names, the amount that fits only one tells which."""
    both = {(s.borrower_id, s.reasons[0]) for s in (best, other)}
    account = both == {(best.borrower_id, "borrower_account")}
    if account and not _AMOUNT.isdisjoint(best.reasons) and _AMOUNT.isdisjoint(other.reasons):
        return False
    return other.confidence > best.confidence - MARGIN


def _said(found: list[Suggestion]) -> list[Suggestion]:
    """Without the loans that only their borrower's account names, where the payer names others."""
    said = {s.borrower_id for s in found if s.reasons[0] in _NAMED}
    return [s for s in found if s.borrower_id not in said or s.reasons[0] != "borrower_account"]


def _by_law(money: Incoming, found: Sequence[Suggestion], loans: Sequence[Owed]) -> Match | None:
    """The borrower where they are certain and the loan is not: as many points are asked as for a
    loan, and the amount is held against all the loans it may be for.

    None where a loan's figures are not known, for then nobody can say what the law gives to whom.
    """
    person = found[0].borrower_id
    theirs = [o for o in loans if o.borrower_id == person and o.currency == money.currency]
    theirs = [o for o in theirs if not o.settled]
    if len(theirs) < 2 or any(o.payoff is None or o.written_off for o in theirs):
        return None
    mine = [s for s in found if s.borrower_id == person]
    chosen = chosen_of(mine)
    if len(chosen) == 1:
        return None
    meant = [o for o in theirs if o.loan_id in chosen] if chosen else theirs
    reasons = _reasons_of_person(money, mine, chosen, meant)
    points = NAMES_IT.get(reasons[0], 0) if reasons[0] != "name" else _NAME_ALONE
    if person in money.owners:
        points = max(points, NAMES_IT["borrower_account"])
    points += sum(BESIDES[r] for r in reasons[1:])
    others = [s for s in found if s.borrower_id != person]
    near = [s for s in others if s.reasons[0] in _NAMED or s.confidence > points - MARGIN]
    if points < SURE or near:
        return None
    return Match((), "", "", person, chosen, reasons, min(100, points))


def _reasons_of_person(
    money: Incoming, mine: Sequence[Suggestion], chosen: Collection[str], meant: Sequence[Owed]
) -> tuple[str, ...]:
    """What names the borrower (of several loans the one named worst), and what speaks besides."""
    ways = [s.reasons[0] for s in mine if not chosen or s.loan_id in chosen]
    ways.sort(key=lambda r: (NAMES_IT.get(r, 0), r), reverse=not chosen)
    name = same_name(money.payer, meant[0].name)
    amount = _amount_of_all(money.amount, meant)
    short = [s for s in mine if s.reasons[0] == ways[0] and "short_id" in s.reasons]
    besides = (name if ways[0] != "name" else "", amount, "short_id" if short else "")
    return (ways[0], *[r for r in besides if r])


def _amount_of_all(amount: int, loans: Sequence[Owed]) -> str:
    payoff = sum(o.payoff or 0 for o in loans)
    if amount > payoff:
        return "more_than_owed"
    if amount == sum(o.arrears or 0 for o in loans):
        return "amount_all_arrears"
    if amount == payoff:
        return "amount_all_payoff"
    return "amount_all_next" if amount == sum(o.next_amount for o in loans) else ""


def ids_wanted(money: Collection[Incoming]) -> frozenset[str]:
    """Every word of these payments that may be the id of a loan or a borrower."""
    found = {w for m in money for w in words_of(m.reference) | words_of(m.text)}
    return frozenset(found | {normal(m.reference) for m in money if m.reference})
