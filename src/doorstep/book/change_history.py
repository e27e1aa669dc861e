"""What was changed of a loan, by whom and why, and what waits for a second signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from doorstep.book.change_facts import TERMS, account_of, is_change
from doorstep.book.ledger import live
from doorstep.book.models import BookEvent
from doorstep.book.models_changes import ChangeSignature, ProposedChange
from doorstep.book.records import ChangeView
from doorstep.people.types import Viewer


def changes_of(viewer: Viewer, lender: str, loan_id: str, at: datetime) -> list[ChangeView]:
    """Every change of a loan and every proposal, the newest day first.

    Raises UnknownLoanError where there is no such loan for this viewer.
    """
    account = account_of(viewer, lender, loan_id, at)
    done = [_view(e) for e in live(account.lender_id, [loan_id]) if is_change(e)]
    gone = {v.reverses for v in done if v.kind == "reversal" and v.reverses}
    done = [replace(v, state="reversed") if v.change_id in gone else v for v in done]
    rows = ProposedChange.objects.filter(
        lender_id=account.lender_id, loan_id=loan_id, ended_at__isnull=True
    )
    signed = _signers([p.pk for p in rows])
    open_ = [_proposal_view(p, signed.get(p.pk, ())) for p in rows.order_by("id")]
    return sorted(open_ + done, key=lambda v: (v.on, v.at, v.change_id), reverse=True)


def _signers(ids: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = ChangeSignature.objects.filter(proposal_id__in=ids).order_by("id")
    for pk, by in rows.values_list("proposal_id", "by"):
        found[pk] = (*found.get(pk, ()), by)
    return found


def _view(e: BookEvent) -> ChangeView:
    return _shown(e, e.received_at, e.by, "recorded", tuple(e.data.get("signed") or ()), None)


def _proposal_view(p: ProposedChange, signed: tuple[str, ...]) -> ChangeView:
    return _shown(p, p.proposed_at, p.proposed_by, "waiting", signed, p.pk)


def _shown(
    row: BookEvent | ProposedChange,
    at: datetime,
    by: str,
    state: str,
    signed: tuple[str, ...],
    proposal_id: int | None,
) -> ChangeView:
    data = row.data
    return ChangeView(
        change_id=row.external_id,
        kind=row.kind,
        on=row.on,
        amount=row.amount,
        currency=row.currency,
        component=data.get("component", ""),
        instalment=data.get("instalment"),
        charge_id=data.get("charge_id", ""),
        reverses=data.get("undoes", ""),
        reason=data.get("reason", ""),
        by=by,
        at=at,
        state=state,
        signed=signed,
        proposal_id=proposal_id,
        given_up=int(data.get("given_up", 0)),
        terms={k: data[k] for k in TERMS if k in data},
    )
