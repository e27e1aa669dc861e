"""What the desk asks of other folders, gathered for a page of cases with a fixed number of queries.

A folder that has not said something yet leaves its column empty; nothing is made up here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from doorstep.book import api as book
from doorstep.book.api import LoanView
from doorstep.book.panels import loan_account
from doorstep.care import api as care
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView, PromiseStatus, PromiseView
from doorstep.people import api as people
from doorstep.people.types import Viewer
from doorstep.strategy import api as strategy


def door(module: str, name: str) -> Callable[..., Any] | None:
    """A door of another folder, or None while it is not built."""
    try:
        return getattr(import_module(f"doorstep.{module}"), name, None)
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith(f"doorstep.{module}"):
            return None
        raise


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the case list: the case and what else is known of it at a glance."""

    case: CaseView
    name: str = ""
    promise: PromiseView | None = None
    stops: tuple[str, ...] = ()
    agent: str = ""
    segment: str = ""


@dataclass(slots=True)
class _Known:
    names: dict[tuple[int, str], str] = field(default_factory=dict)
    promises: dict[UUID, list[PromiseView]] = field(default_factory=dict)
    stops: dict[UUID, list[Any]] = field(default_factory=dict)
    agents: dict[UUID, str] = field(default_factory=dict)
    segments: dict[UUID, str] = field(default_factory=dict)


def rows_of(viewer: Viewer, cases: Sequence[CaseView], agents: dict[UUID, str]) -> list[CaseRow]:
    """Names, open promises, stops, agents and segments of a page of cases: one query each."""
    ids = [c.id for c in cases]
    known = _Known(
        names=names_of(cases),
        promises=casefile.promises_of(viewer, ids, PromiseStatus.OPEN),
        stops=stops_of(viewer, ids),
        agents=agents,
        segments=strategy.segments_of(viewer, ids),
    )
    return [_row(c, known) for c in cases]


def _row(case: CaseView, known: _Known) -> CaseRow:
    return CaseRow(
        case=case,
        name=known.names.get((case.lender_id, case.borrower_id), ""),
        promise=next(iter(known.promises.get(case.id, ())), None),
        stops=tuple(str(s.kind) for s in known.stops.get(case.id, ())),
        agent=known.agents.get(case.assigned_to, "") if case.assigned_to else "",
        segment=known.segments.get(case.id, ""),
    )


def names_of(cases: Sequence[CaseView]) -> dict[tuple[int, str], str]:
    """Masked names by lender and borrower."""
    if not cases:
        return {}
    found = book.borrowers(sorted({(c.lender_id, c.borrower_id) for c in cases}))
    return {key: view.name for key, view in found.items()}


def stops_of(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    return care.stops_of(viewer, ids)


# Fragments that other folders show on a case page, in reading order: folder and names.
Panels = tuple[tuple[str, tuple[str, ...]], ...]
BESIDE: Panels = (("strategy", ("plan",)), ("care", ("stops",)), ("verification", ("points",)))
WITHIN: Panels = (
    ("negotiation", ("arrangement",)),
    ("followup", ("promises",)),
    ("visits", ("visits",)),
    ("contact", ("calls", "messages")),
    ("compliance", ("verdicts",)),
)


def panels(viewer: Viewer, which: Panels, case_id: UUID, as_of: date) -> list[SafeString]:
    """The panels that exist and have something to say."""
    shown: list[SafeString] = []
    for folder, names in which:
        for name in names:
            draw = door(f"{folder}.panels", name)
            html = draw(viewer, case_id, as_of) if draw else None
            if html:
                shown.append(html)
    return shown


def loans_of(viewer: Viewer, case: CaseView) -> list[LoanView]:
    """The borrower's loans with this lender, as the book shows them."""
    return book.loans_of(viewer, case.lender_id, case.borrower_id)


UNFOLDED = 5
"""Statements on one case page; those of more loans are a click away."""


def accounts(
    viewer: Viewer, case: CaseView, loans: Sequence[LoanView], as_of: date
) -> list[SafeString]:
    """The statements of the case's loans, those in arrears first."""
    lender = people.lender_codes()[case.lender_id]
    late = sorted(loans, key=lambda loan: (-loan.arrears, loan.loan_id))[:UNFOLDED]
    drawn = (loan_account(viewer, lender, loan.loan_id, as_of) for loan in late)
    return [html for html in drawn if html]
