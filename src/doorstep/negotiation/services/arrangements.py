"""Agree a plan, watch it, end it. Its payments are promises; followup settles those."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, FactKind, PromiseStatus
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.kernel.sealed import seal
from doorstep.negotiation.models import Arrangement, ArrangementInstalment
from doorstep.negotiation.rules.affordability import assess
from doorstep.negotiation.rules.watching import outcome_of
from doorstep.negotiation.services.offers import offers, open_case, stop_against
from doorstep.negotiation.types import (
    ArrangementStatus,
    Budget,
    EndReason,
    NegotiationError,
    Offer,
    Payment,
)
from doorstep.people.api import scope_of
from doorstep.people.types import SYSTEM, Viewer

SOURCE = "arrangement"


def agree(
    viewer: Viewer, case_id: UUID, offer: Offer, budget: Budget, *, at: datetime, by: str
) -> UUID:
    """Agree an offer: the plan, one promise for each payment, facts. Returns the plan's id.

    The offer must be one that the budget gives today, so no plan is ever above the surplus. A plan
    in force is ended (superseded) and its open promises are withdrawn; loose promises too, for the
    plan is the word that counts now. Raises NegotiationError, also while a dispute, bereavement,
    insolvency, representation or order of the police stands.
    """
    try:
        with transaction.atomic():
            return _agree(viewer, case_id, offer, budget, at=at, by=by)
    except IntegrityError as error:
        raise NegotiationError(
            "plan: another one was agreed a moment ago; look at the case again", "raced"
        ) from error


def _agree(
    viewer: Viewer, case_id: UUID, offer: Offer, budget: Budget, *, at: datetime, by: str
) -> UUID:
    case = open_case(viewer, case_id)
    if stop := stop_against(viewer, case_id, at):
        raise NegotiationError(f"case: stopped by {stop}; no plan while that stands", "stopped")
    today = at.astimezone(ZoneInfo(case.zone or "UTC")).date()
    if offer not in offers(viewer, case_id, budget, today):
        raise NegotiationError(
            "offer: it does not fit this budget today; look at the offers again", "stale"
        )
    _clear_way(case_id, at=at, by=by)
    key = named_id("arrangement", case_id, at.isoformat(), offer.key)
    row = Arrangement.objects.create(
        id=key,
        case_id=case_id,
        **{n: getattr(offer, n) for n in ("rhythm", "fit", "share", "kept", "total", "currency")},
        budget=seal(json.dumps(asdict(budget))),
        agreed_at=at,
        agreed_by=by,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
    )
    ArrangementInstalment.objects.bulk_create(
        [_instalment(row, payment, at=at, by=by) for payment in offer.payments]
    )
    _tell(row, offer, budget, at=at, by=by)
    return key


def _clear_way(case_id: UUID, *, at: datetime, by: str) -> None:
    for old in Arrangement.objects.select_for_update().filter(
        case_id=case_id, status=ArrangementStatus.ACTIVE
    ):
        _end(old, ArrangementStatus.ENDED, EndReason.SUPERSEDED, at=at, by=by)
    casefile.withdraw_promises(case_id, at=at, by=by, why="replaced", arrangement_id=None)


def _instalment(
    row: Arrangement, payment: Payment, *, at: datetime, by: str
) -> ArrangementInstalment:
    promise = casefile.make_promise(
        row.case_id,
        amount=Money(payment.amount, row.currency),
        due_on=payment.due_on,
        at=at,
        by=by,
        source=SOURCE,
        arrangement_id=row.pk,
        number=payment.number,
    )
    return ArrangementInstalment(
        arrangement=row,
        promise_id=promise,
        number=payment.number,
        due_on=payment.due_on,
        amount=payment.amount,
        **scope_of(row),
    )


def _tell(row: Arrangement, offer: Offer, budget: Budget, *, at: datetime, by: str) -> None:
    """Facts carry what the plan is, never what the borrower earns or spends."""
    left = assess(budget, offer.first.due_on)
    casefile.record(
        row.case_id,
        FactKind.BUDGET,
        at=at,
        by=by,
        data={"fits": left.surplus > 0, "protected_status": left.protected.status},
    )
    casefile.record(
        row.case_id,
        FactKind.ARRANGEMENT,
        at=at,
        by=by,
        data={
            "arrangement": str(row.pk),
            "total": offer.total,
            "currency": offer.currency,
            "rhythm": str(offer.rhythm),
            "fit": str(offer.fit),
            "payments": len(offer.payments),
            "first_on": offer.first.due_on.isoformat(),
            "last_on": offer.last_on.isoformat(),
        },
    )


def end(viewer: Viewer, case_id: UUID, *, why: EndReason, at: datetime, by: str) -> bool:
    """End the plan in force of a case and withdraw its open promises; False where there is none."""
    open_case(viewer, case_id)
    with transaction.atomic():
        row = (
            Arrangement.objects.seen_by(viewer)
            .select_for_update()
            .filter(case_id=case_id, status=ArrangementStatus.ACTIVE)
            .first()
        )
        if row is None:
            return False
        _end(row, ArrangementStatus.ENDED, why, at=at, by=by)
    return True


@transaction.atomic
def review(at: datetime) -> int:
    """Complete or end the plans in force whose promises say so; returns how many changed.

    The plan of a closed case is completed: nothing is overdue, so nobody owes its payments.
    """
    rows = list(Arrangement.objects.filter(status=ArrangementStatus.ACTIVE).order_by("id"))
    closed = set(
        Arrangement.objects.filter(
            status=ArrangementStatus.ACTIVE, case__status=CaseStatus.CLOSED
        ).values_list("pk", flat=True)
    )
    promises = casefile.promises_of(SYSTEM, [a.case_id for a in rows])
    statuses: dict[UUID, list[PromiseStatus]] = defaultdict(list)
    for mine in promises.values():
        for p in mine:
            if p.arrangement_id:
                statuses[p.arrangement_id].append(p.status)
    changed = 0
    for row in rows:
        status, why = outcome_of(statuses[row.pk])
        if row.pk in closed and why is None:
            status = ArrangementStatus.COMPLETED
        if status is not ArrangementStatus.ACTIVE:
            _end(row, status, why, at=at, by="followup")
            changed += 1
    return changed


def _end(
    row: Arrangement, status: ArrangementStatus, why: EndReason | None, *, at: datetime, by: str
) -> None:
    Arrangement.objects.filter(pk=row.pk).update(
        status=status, ended_at=at, ended_why=str(why or "")
    )
    casefile.withdraw_promises(row.case_id, at=at, by=by, why="plan ended", arrangement_id=row.pk)
    casefile.record(
        row.case_id,
        FactKind.ARRANGEMENT_ENDED,
        at=at,
        by=by,
        data={"arrangement": str(row.pk), "status": str(status), "reason": str(why or "")},
    )
