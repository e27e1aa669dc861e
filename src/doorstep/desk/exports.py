"""Every list as a spreadsheet: what happened in a span of days, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind, FactView
from doorstep.desk import words
from doorstep.insight.api import Column, day_bounds
from doorstep.kernel.money import Money
from doorstep.people.types import Viewer

MOST = 50_000
"""Rows of one file; a spreadsheet with more is not read by anybody."""

Sheet = tuple[list[Column], list[list[Any]]]


@dataclass(frozen=True, slots=True)
class Export:
    """One list: its title and how its rows are found for a span of days of a zone."""

    title: str | Lazy
    about: str | Lazy
    make: Callable[[Viewer, date, date, str], Sheet]


def _facts(*kinds: FactKind, amount: bool = False) -> Callable[[Viewer, date, date, str], Sheet]:
    def make(viewer: Viewer, since: date, until: date, zone: str) -> Sheet:
        start, end = day_bounds(since, zone)[0], day_bounds(until, zone)[1]
        facts = casefile.facts_between(viewer, kinds, start, end, MOST)
        return _fact_columns(amount), _fact_rows(viewer, facts, zone, amount)

    return make


def _fact_columns(amount: bool) -> list[Column]:
    columns = [
        Column(_("Reference"), 16),
        Column(_("When"), 18),
        Column(_("Who"), 16),
        Column(_("What"), 60),
        Column(_("Result"), 18),
    ]
    if amount:
        columns += [Column(_("Amount"), 14), Column(_("Currency"), 9)]
    return columns


def _fact_rows(
    viewer: Viewer, facts: Sequence[FactView], zone: str, amount: bool
) -> list[list[Any]]:
    names = casefile.references(viewer, sorted({f.case_id for f in facts}))
    local = ZoneInfo(zone)
    return [
        [
            names.get(f.case_id, ""),
            f.at.astimezone(local),
            f.by,
            words.line(f).text,
            words.word(words.OUTCOMES, f.data.get("result") or f.data.get("outcome")),
            *(_amount(f) if amount else ()),
        ]
        for f in facts
    ]


def _amount(fact: FactView) -> tuple[Money | None, str]:
    currency = str(fact.data.get("currency") or "")
    minor = fact.data.get("amount")
    return (Money(int(minor), currency), currency) if minor and currency else (None, currency)


def _promises(viewer: Viewer, since: date, until: date, zone: str) -> Sheet:
    found = casefile.promises_between(viewer, since, until, MOST)
    names = casefile.references(viewer, sorted({p.case_id for p in found}))
    local = ZoneInfo(zone)
    columns = [
        Column(_("Reference"), 16),
        Column(_("Made"), 18),
        Column(_("Promised by"), 12),
        Column(_("Promised"), 14),
        Column(_("Received"), 14),
        Column(_("Currency"), 9),
        Column(_("Status"), 14),
        Column(_("How"), 18),
    ]
    rows: list[list[Any]] = [
        [
            names.get(p.case_id, ""),
            p.made_at.astimezone(local),
            p.due_on,
            Money(p.amount, p.currency),
            Money(p.received, p.currency),
            p.currency,
            words.word(words.PROMISE_STATUS, p.status),
            words.word(words.SOURCES, p.source),
        ]
        for p in found
    ]
    return columns, rows


K = FactKind
EXPORTS: dict[str, Export] = {
    "promises": Export(
        gettext_lazy("Promises"), gettext_lazy("Every promise due in these days."), _promises
    ),
    "money": Export(
        gettext_lazy("Money in"),
        gettext_lazy("Every payment, and every one taken back."),
        _facts(K.PAYMENT, K.PAYMENT_REVERSED, amount=True),
    ),
    "calls": Export(
        gettext_lazy("Calls"), gettext_lazy("Every call and what came of it."), _facts(K.CALL)
    ),
    "messages": Export(
        gettext_lazy("Messages"),
        gettext_lazy("Every message sent and received."),
        _facts(K.MESSAGE, K.MESSAGE_IN),
    ),
    "visits": Export(
        gettext_lazy("Visits"),
        gettext_lazy("Every visit planned and made."),
        _facts(K.VISIT_PLANNED, K.VISIT),
    ),
    "stops": Export(
        gettext_lazy("Stops"),
        gettext_lazy("Every stop raised and lifted."),
        _facts(K.STOP_RAISED, K.STOP_LIFTED),
    ),
    "cases": Export(
        gettext_lazy("Cases opened and closed"),
        gettext_lazy("Every case that opened, moved up, eased or closed."),
        _facts(K.CASE_OPENED, K.CASE_ESCALATED, K.CASE_EASED, K.CASE_CLOSED),
    ),
}
