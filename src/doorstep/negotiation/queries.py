"""Plans as plain facts, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from doorstep.negotiation.models import Arrangement, ArrangementInstalment
from doorstep.negotiation.types import (
    ArrangementStatus,
    ArrangementView,
    Fit,
    PaymentView,
    Rhythm,
)
from doorstep.people.types import Viewer


def arrangement_of(viewer: Viewer, case_id: UUID) -> ArrangementView | None:
    """The plan in force of a case, or None."""
    return arrangements_of(viewer, [case_id]).get(case_id)


def arrangements_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, ArrangementView]:
    """The plans in force of many cases, by case, in two queries."""
    rows = Arrangement.objects.seen_by(viewer).filter(
        case_id__in=case_ids, status=ArrangementStatus.ACTIVE
    )
    return {v.case_id: v for v in views(list(rows.order_by("id")))}


def views(rows: Sequence[Arrangement]) -> list[ArrangementView]:
    payments: dict[UUID, list[PaymentView]] = defaultdict(list)
    for p in ArrangementInstalment.objects.filter(arrangement__in=rows).order_by("number"):
        payments[p.arrangement_id].append(PaymentView(p.number, p.due_on, p.amount, p.promise_id))
    return [
        ArrangementView(
            id=a.pk,
            case_id=a.case_id,
            status=ArrangementStatus(a.status),
            rhythm=Rhythm(a.rhythm),
            fit=Fit(a.fit),
            currency=a.currency,
            total=a.total,
            agreed_at=a.agreed_at,
            agreed_by=a.agreed_by,
            payments=tuple(payments[a.pk]),
        )
        for a in rows
    ]
