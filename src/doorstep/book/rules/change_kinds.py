"""The changes that remake a schedule, as rows and cases tell them: read strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from doorstep.book.rules.terms import (
    LARGEST_PRINCIPAL,
    MOST_INSTALMENTS,
    UNITS,
    a_day,
    one_of,
    parse_rate,
    whole,
)
from doorstep.book.types import BookError

CHANGES = ("disbursement", "rate_change", "reamortise", "reschedule")
ARREARS = ("moved", "kept")
KEYS: Mapping[str, tuple[str, ...]] = {
    "disbursement": ("amount",),
    "rate_change": ("rate_percent",),
    "reamortise": ("instalments", "arrears"),
    "reschedule": (
        *("first_due", "holiday", "instalments", "every", "unit", "due_day"),
        *("rate_percent", "grace_principal", "interest_free", "arrears"),
    ),
}
"""The keys of each kind, beside its day and id."""
CHANGE_KEYS = {"event_id", "on", "kind", *(key for keys in KEYS.values() for key in keys)}
"""Every key a change may have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change on a day, before that day's money. What is None stays as it was.

    `disbursement`: `amount` more of a line is paid out. `rate_change`: `rate_percent` from the day
    on. `reamortise`: what is unpaid, over the due days to come or over `instalments` of them.
    `reschedule`: new due days from `first_due` on, or the old ones `holiday` instalments later.
    `arrears` that are `moved` join the new schedule; `kept` ones stay due as they were.
    """

    on: date
    kind: str
    event_id: str | int = ""
    amount: int = 0
    rate_percent: Fraction | None = None
    instalments: int | None = None
    first_due: date | None = None
    holiday: int = 0
    every: int | None = None
    unit: str | None = None
    due_day: int | None = None
    grace_principal: int = 0
    interest_free: int = 0
    arrears: str = "moved"
    where: str = "event"


def parse_change(row: Mapping[str, Any], where: str) -> Change:
    """A change from one event of a case. Raises BookError naming the key."""
    kind = one_of(row.get("kind"), f"{where}.kind", CHANGES)
    for key in row:
        if key not in {"on", "kind", "event_id", *KEYS[kind]}:
            raise BookError(
                f"{where}.{key}", f"unknown key of a {kind}; use {', '.join(KEYS[kind])}"
            )
    given = {k: v for k, v in row.items() if v is not None and k != "kind"}
    for key in ("on", *_NEEDED.get(kind, ())):
        if key not in given:
            raise BookError(f"{where}.{key}", "missing; give it")
    values = {
        key: given[key] if key == "event_id" else _READ[key](given[key], f"{where}.{key}")
        for key in given
    }
    change = Change(kind=kind, where=where, **values)
    if change.first_due is not None and change.first_due < change.on:
        raise BookError(f"{where}.first_due", "is before the change; give a later day")
    return change


_NEEDED = {"disbursement": ("amount",), "rate_change": ("rate_percent",)}


def _number(least: int, most: int) -> Callable[[Any, str], int]:
    return lambda value, where: whole(value, where, least, most)


def _word(words: tuple[str, ...]) -> Callable[[Any, str], str]:
    return lambda value, where: one_of(value, where, words)


_READ: Mapping[str, Callable[[Any, str], Any]] = {
    "on": a_day,
    "first_due": a_day,
    "amount": _number(1, LARGEST_PRINCIPAL),
    "rate_percent": parse_rate,
    "instalments": _number(1, MOST_INSTALMENTS),
    "holiday": _number(1, MOST_INSTALMENTS),
    "every": _number(1, 10**12),
    "unit": _word(tuple(UNITS)),
    "due_day": _number(1, 31),
    "grace_principal": _number(0, MOST_INSTALMENTS),
    "interest_free": _number(0, MOST_INSTALMENTS),
    "arrears": _word(ARREARS),
}


IN_FULL = ("rate_percent", "instalments", "first_due", "unit")
"""What the first change of a given schedule must say where the loan has no terms of its own."""
