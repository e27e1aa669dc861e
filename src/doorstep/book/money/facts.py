"""The loans some payments may be for, as the pure rule wants them: a fixed number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa

from doorstep.book.columns import pc, values
from doorstep.book.models import AccountKind, Ageing, BookEvent, EventKind, PayAccount
from doorstep.book.money.said import Said, account_key
from doorstep.book.rules.matching import Incoming, Owed, ids_wanted, normal, words_of
from doorstep.book.scope import current, opener
from doorstep.book.services.ageing import last_aged
from doorstep.book.store import among, read
from doorstep.kernel.sealed import open_, seal
from doorstep.people.types import Viewer

CHUNK = 900
"""Values of one IN list: SQLite takes no more."""

_DUE = ("due_costs", "due_fees", "due_penalties", "due_interest", "due_principal")
_AGED = ("loan_id", "status", "next_amount", "credit", "payoff", *_DUE)


def chunks(items: Collection[str]) -> Iterable[list[str]]:
    """Sorted values in lists that every database takes."""
    ordered = sorted(items)
    for at in range(0, len(ordered), CHUNK):
        yield ordered[at : at + CHUNK]


@dataclass(slots=True)
class Money:
    """A payment on its way to the rule, and the loans it may be for."""

    incoming: Incoming
    loans: list[Owed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paying:
    """What is asked: amount and currency of a payment, and what the bank says of it."""

    amount: int
    currency: str
    said: Said


def candidates(viewer: Viewer, lender: int, asked: Sequence[Paying], on: date) -> list[Money]:
    """For each payment the loans its words, accounts and payer may mean, in the order asked.

    Names are compared sealed against sealed to find people, and open only for the people found.
    Loans outside the viewer's mandate are not among them.
    """
    found = _with_accounts(lender, asked)
    people = _People(viewer, lender, found, on)
    for money, paying in zip(found, asked, strict=True):
        money.loans = people.loans_for(money.incoming, paying.said)
    return found


def owed(viewer: Viewer, lender: int, loans: Collection[str], on: date) -> dict[str, Owed]:
    """Some loans by id, as far as they exist and the viewer may open them."""
    rows = _rows(current(lender), "loan_id", sorted(loans))
    return {o.loan_id: o for o in _owed(viewer, lender, rows, on)}


def loans_of_people(
    viewer: Viewer, lender: int, people: Collection[str], on: date
) -> dict[str, Owed]:
    """All loans of some borrowers by id, as far as the viewer may open them."""
    rows = _rows(current(lender), "borrower_id", sorted(people))
    return {o.loan_id: o for o in _owed(viewer, lender, rows, on)}


def _with_accounts(lender: int, asked: Sequence[Paying]) -> list[Money]:
    keys = [(account_key(p.said.account), account_key(p.said.payer_account)) for p in asked]
    wanted = {k for pair in keys for k in pair if k}
    rows = [
        row
        for part in chunks(wanted)
        for row in PayAccount.objects.filter(lender_id=lender, key__in=part).values_list(
            "kind", "key", "loan_id", "borrower_id"
        )
    ]
    loans, owners, people = defaultdict(set), defaultdict(set), defaultdict(set)
    for kind, key, loan, borrower in rows:
        if kind != AccountKind.VIRTUAL:
            people[key].add(borrower)
        elif loan:
            loans[key].add(loan)
        else:
            owners[key].add(borrower)
    return [
        Money(
            Incoming(
                amount=p.amount,
                currency=p.currency,
                reference=p.said.reference,
                text=p.said.text,
                payer=p.said.payer,
                loans=frozenset(loans.get(ours, ())),
                owners=frozenset(owners.get(ours, ())),
                borrowers=frozenset(people.get(theirs, ())),
            )
        )
        for p, (ours, theirs) in zip(asked, keys, strict=True)
    ]


class _People:
    """The loans that any of the payments may mean, and where to find them."""

    def __init__(self, viewer: Viewer, lender: int, asked: Sequence[Money], on: date) -> None:
        money = [m.incoming for m in asked]
        manifest = current(lender)
        self._by_seal = _people_by_seal(manifest, {m.payer for m in money if m.payer})
        named = {b for people in self._by_seal.values() for b in people}
        wanted = ids_wanted(money)
        ids = _loans_by_words(manifest, wanted)
        loans = {loan for m in money for loan in m.loans} | set(values(ids, "loan_id"))
        people = {b for m in money for b in m.borrowers | m.owners}
        people |= named | set(values(ids, "borrower_id"))
        people |= set(values(_rows(manifest, "loan_id", sorted(loans)), "borrower_id"))
        rows = _rows(manifest, "borrower_id", sorted(people))
        self._words: dict[str, set[str]] = defaultdict(set)
        self._owed: dict[str, list[Owed]] = defaultdict(list)
        self._borrower: dict[str, str] = {}
        for o in _owed(viewer, lender, rows, on):
            self._owed[o.borrower_id].append(o)
            self._borrower[o.loan_id] = o.borrower_id
            self._words[normal(o.loan_id)].add(o.borrower_id)
            self._words[normal(o.borrower_id)].add(o.borrower_id)

    def loans_for(self, money: Incoming, said: Said) -> list[Owed]:
        """All loans of everybody a payment may mean, by borrower and id."""
        people = set(money.borrowers | money.owners)
        people |= {self._borrower[x] for x in money.loans if x in self._borrower}
        words = words_of(money.reference) | words_of(money.text) | {normal(money.reference)}
        for word in words:
            people |= self._words.get(word, set())
        people |= self._by_seal.get(money.payer, set())
        return [o for person in sorted(people) for o in self._owed.get(person, ())]


def _loans_by_words(manifest: UUID | None, words: Collection[str]) -> pa.Table:
    columns = ["loan_id", "borrower_id"]
    rows = read(manifest, "loans", columns=columns)
    wanted = pa.array(sorted(words), pa.string())
    hits = [pc.is_in(pc.utf8_upper(rows.column(c)), value_set=wanted) for c in columns]
    return rows.filter(pc.or_(*hits))


def _people_by_seal(manifest: UUID | None, names: Collection[str]) -> dict[str, set[str]]:
    """Borrowers by the payer's name, found without opening a name: equal texts have equal seals."""
    if not names or manifest is None:
        return {}
    seals: dict[bytes, str] = {}
    for name in sorted(names):
        for way in {name, normal(name), normal(name).title(), " ".join(name.split())}:
            seals[seal(way)] = name
    rows = read(manifest, "borrowers", columns=["borrower_id", "name"])
    kept = rows.filter(pc.is_in(rows.column("name"), value_set=pa.array(list(seals), pa.binary())))
    found: dict[str, set[str]] = defaultdict(set)
    for row in kept.to_pylist():
        found[seals[row["name"]]].add(row["borrower_id"])
    return found


def _rows(manifest: UUID | None, column: str, wanted: Sequence[str]) -> pa.Table:
    columns = ["loan_id", "borrower_id", "product", "currency"]
    return among(read(manifest, "loans", columns=columns), column, wanted)


def _owed(viewer: Viewer, lender: int, rows: pa.Table, on: date) -> list[Owed]:
    """Rows of loans with their names and the last aged figures, less what was paid since."""
    listed = rows.to_pylist()
    opens = opener(viewer, on)
    listed = [r for r in listed if opens(lender, r["product"], r["borrower_id"])]
    names = _names(lender, {r["borrower_id"] for r in listed})
    aged = _aged(lender, [r["loan_id"] for r in listed])
    found = [
        Owed(
            loan_id=r["loan_id"],
            borrower_id=r["borrower_id"],
            currency=r["currency"],
            name=names.get(r["borrower_id"], ""),
            **aged.get(r["loan_id"], {}),
        )
        for r in sorted(listed, key=lambda r: str(r["loan_id"]))
    ]
    ids = {o.loan_id for o in found}
    paid, gone = _paid_since(ids, lender), _written_off(ids, lender)
    found = [_recovered(o) if o.loan_id in gone else o for o in found]
    return [less(o, paid[o.loan_id]) if paid.get(o.loan_id) else o for o in found]


def _names(lender: int, people: Collection[str]) -> dict[str, str]:
    rows = read(current(lender), "borrowers", columns=["borrower_id", "name"])
    kept = among(rows, "borrower_id", sorted(people)).to_pylist()
    return {r["borrower_id"]: open_(r["name"]) for r in kept if r["name"]}


def _aged(lender: int, loans: Sequence[str]) -> dict[str, dict[str, Any]]:
    book = last_aged()
    if book is None or not loans:
        return {}
    rows = book.loans.filter(pc.equal(book.loans.column("lender_id"), lender))
    found = among(rows, "loan_id", sorted(loans)).select(list(_AGED)).to_pylist()
    return {r["loan_id"]: _figures(r) for r in found if r["payoff"] is not None}


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "arrears": sum(row[c] or 0 for c in _DUE),
        "next_amount": row["next_amount"] or 0,
        "payoff": row["payoff"],
        "credit": row["credit"] or 0,
        "settled": row["payoff"] == 0,
    }


def _paid_since(loans: Collection[str], lender: int) -> dict[str, int]:
    """Verified money recorded after the last ageing, by loan: the figures do not know it yet."""
    made = Ageing.objects.order_by("-as_of").values_list("made_at", flat=True).first()
    paid: dict[str, int] = defaultdict(int)
    if made is None:
        return paid
    signs = {EventKind.PAYMENT: 1, EventKind.REVERSAL: -1, EventKind.REFUND: -1}
    for part in chunks(loans):
        rows = BookEvent.objects.filter(
            lender_id=lender, loan_id__in=part, received_at__gt=made, kind__in=signs, verified=True
        ).values_list("kind", "loan_id", "amount")
        for kind, loan, amount in rows:
            paid[loan] += signs[EventKind(kind)] * amount
    return paid


def _written_off(loans: Collection[str], lender: int) -> set[str]:
    rows = BookEvent.objects.filter(lender_id=lender, kind="write_off")
    found: set[str] = set()
    for part in chunks(loans):
        found |= set(rows.filter(loan_id__in=part).values_list("loan_id", flat=True))
    return found


def _recovered(owed: Owed) -> Owed:
    """A loan that was written off owes nothing on paper; money for it is a recovery, so it is not
    settled, and how much may still come the figures do not say."""
    if not owed.settled:
        return replace(owed, written_off=True)
    return replace(owed, written_off=True, settled=False, payoff=None)


def less(owed: Owed, paid: int) -> Owed:
    """A loan after money that its aged figures do not know yet."""
    if owed.payoff is None or paid <= 0:
        return owed
    left = max(0, owed.payoff - paid)
    return replace(owed, arrears=max(0, (owed.arrears or 0) - paid), payoff=left, settled=left == 0)
