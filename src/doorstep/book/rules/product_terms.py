"""What a product's contract says of lateness and cost, read from JSON, and as rows of the replay.

    {"penalty": {"daily_rate": "0.0005", "base": "principal", "grace_days": 3, "late_fee": 2000},
     "caps": [{"rule": "CN-RATE-01", "kind": "annual_rate", "ratio": "0.138",
               "since": "2022-08-22", "until": "2023-06-19", "why": "4 x 3.45 %"}],
     "order": {"due": ["interest", "principal", "fees", "penalties"], "by": "component"}}

Rates and ratios are texts (`"0.0005"` or `"1/2000"`) and exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Ints
from doorstep.book.rules.loan import date_of, day_of
from doorstep.book.rules.order import make_order
from doorstep.book.rules.terms_rows import cap_numbers, caps_in_force, penalty_numbers
from doorstep.book.types import AllocationOrder, BookError, Cap, PenaltyTerms

_NUMBER = re.compile(r"\d{1,9}(\.\d{1,12})?|\d{1,9}/\d{1,9}")
_PENALTY = ("daily_rate", "base", "grace_days", "from_due", "late_fee", "late_fee_after",
            "late_fee_component")  # fmt: skip
_CAP = ("rule", "kind", "ratio", "components", "since", "until", "why")
_WAYS = ("instalment", "component")


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What holds for every loan of a product; `order` None means the pack's default."""

    penalty: PenaltyTerms | None = None
    caps: tuple[Cap, ...] = ()
    order: AllocationOrder | None = None


@dataclass(frozen=True, slots=True)
class TermsRows:
    """The columns of the replay for many loans, and the caps of each row of terms."""

    loan_terms: Ints
    penalties: Ints
    cap_at: Ints
    caps: Ints
    named: tuple[tuple[Cap, ...], ...]


def parse_product_terms(data: Any, where: str = "terms") -> ProductTerms:
    """Terms of a product from JSON. Raises BookError naming the key that cannot be used."""
    known(data, ("penalty", "caps", "order"), where)
    caps = data.get("caps") or []
    if not isinstance(caps, list):
        raise BookError(f"{where}.caps", "give a list")
    return ProductTerms(
        parse_penalty(data["penalty"], f"{where}.penalty") if data.get("penalty") else None,
        tuple(parse_cap(cap, f"{where}.caps[{k}]") for k, cap in enumerate(caps)),
        parse_order(data.get("order"), f"{where}.order"),
    )


def parse_penalty(data: Any, where: str = "penalty") -> PenaltyTerms:
    """Penalty terms from JSON. Raises BookError naming the key."""
    known(data, _PENALTY, where)
    given = {k: data[k] for k in _PENALTY if k in data}
    if "daily_rate" in given:
        given["daily_rate"] = parse_fraction(given["daily_rate"], f"{where}.daily_rate")
    for key in ("grace_days", "late_fee", "late_fee_after"):
        if isinstance(given.get(key, 0), bool) or not isinstance(given.get(key, 0), int):
            raise BookError(f"{where}.{key}", f"{given[key]!r}: give a whole number")
        if given.get(key, 0) < 0:
            raise BookError(f"{where}.{key}", f"{given[key]} is negative")
    if not isinstance(given.get("from_due", False), bool):
        raise BookError(f"{where}.from_due", "give true or false")
    terms = PenaltyTerms(**given)
    penalty_numbers(terms, (), where=where)
    return terms


def parse_cap(data: Any, where: str = "cap") -> Cap:
    """A cap from JSON. Raises BookError naming the key."""
    known(data, _CAP, where)
    for key in ("rule", "kind", "ratio"):
        if key not in data:
            raise BookError(f"{where}.{key}", "missing")
    components = data.get("components", Cap("", "", Fraction(0)).components)
    if not isinstance(components, list | tuple):
        raise BookError(f"{where}.components", "give a list of components")
    cap = Cap(
        rule=str(data["rule"]),
        kind=str(data["kind"]),
        ratio=parse_fraction(data["ratio"], f"{where}.ratio"),
        components=tuple(components),
        since=_day(data.get("since"), f"{where}.since"),
        until=_day(data.get("until"), f"{where}.until"),
        why=str(data.get("why", "")),
    )
    cap_numbers(cap, where)
    return cap


def parse_order(data: Any, where: str = "order") -> AllocationOrder | None:
    """An allocation order from JSON; None stays None. Raises BookError naming the list."""
    if data is None:
        return None
    if isinstance(data, list):
        return make_order(data, where=where)
    known(data, ("due", "in_advance", "by"), where)
    if "due" not in data:
        raise BookError(f"{where}.due", "missing; list the components in their order")
    for key in ("due", "in_advance"):
        if not isinstance(data.get(key, []), list):
            raise BookError(f"{where}.{key}", "give a list of components in their order")
    by = data.get("by", "instalment")
    if by not in _WAYS:
        raise BookError(f"{where}.by", f"{by!r} is unknown; use {', '.join(_WAYS)}")
    found = make_order(data["due"], data.get("in_advance"), where=where)
    return AllocationOrder(found.due, found.in_advance, by)


def parse_fraction(value: Any, where: str) -> Fraction:
    """An exact rate: a text like `0.0005` or `1/2000`, or a whole number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text) or text.endswith("/0"):
        raise BookError(
            where, f'{value!r} is no exact rate; write a text like "0.0005" or "1/2000"'
        )
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise BookError(where, f"{value!r} divides by nought") from None


def known(data: Any, keys: Sequence[str], where: str) -> None:
    """Refuse what is no object, and keys nobody reads."""
    if not isinstance(data, Mapping):
        raise BookError(where, "give an object with named values")
    for key in data:
        if key not in keys:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(sorted(keys))}")


def terms_rows(
    products: Mapping[str, ProductTerms],
    product: Ints,
    contract: Ints,
    changes: Mapping[str, Iterable[Fraction]] | None = None,
) -> TermsRows:
    """The terms of many loans, by product and day of contract. Nothing per loan but two look-ups.

    `product` is each loan's place among the sorted codes of `products` (-1: none of them),
    `contract` its day since 1970 (0: unknown). `changes` are the penalty rates of later events by
    product. Raises BookError naming the loan's row where a dated cap needs a day it does not have.
    """
    loan_terms = np.zeros(len(product), dtype=np.int64)
    rows: list[tuple[PenaltyTerms | None, tuple[Cap, ...], tuple[Fraction, ...]]] = [(None, (), ())]
    for k, code in enumerate(sorted(products)):
        terms, rates = products[code], tuple((changes or {}).get(code, ()))
        mine = np.flatnonzero(product == k)
        turns = _turns(terms.caps)
        if turns and (contract[mine] == 0).any():
            row = int(mine[np.flatnonzero(contract[mine] == 0)[0]])
            raise BookError(f"loans:{row + 1}:contract_on", f"missing; caps of {code} depend on it")
        loan_terms[mine] = len(rows) + np.searchsorted(turns, contract[mine], side="right")
        for day in [(turns[0] if turns else 1) - 1, *turns]:
            caps = caps_in_force(terms.caps, date_of(day))
            rows.append((terms.penalty, caps, rates))
    caps_of = [caps for _, caps, _ in rows]
    return TermsRows(
        loan_terms,
        _ints([x for penalty, caps, rates in rows for x in penalty_numbers(penalty, caps, rates)]),
        _ints([0, *np.cumsum([len(caps) for caps in caps_of])]),
        _ints([x for caps in caps_of for cap in caps for x in cap_numbers(cap)]),
        tuple(caps_of),
    )


def _turns(caps: Iterable[Cap]) -> list[int]:
    """The days on which another set of caps begins to bind."""
    found = {day_of(cap.since) for cap in caps if cap.since}
    found |= {day_of(cap.until) + 1 for cap in caps if cap.until}
    return sorted(found)


def _ints(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def _day(value: Any, where: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BookError(where, f"{value!r} is no day; write it like 2026-11-24") from None


assert len(c.NO_TERMS["penalties"]) == c.PENALTY
