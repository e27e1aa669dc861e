"""Verdicts for pages, always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext

from doorstep.compliance import words
from doorstep.compliance.models import HousePolicy, PolicySignature, StoredVerdict
from doorstep.compliance.services.policies import SIGNATURES, in_force
from doorstep.compliance.stored import PLAN, rule_of, view_of
from doorstep.compliance.types import VerdictView
from doorstep.people.api import ScopedQuerySet, mandates_in_force
from doorstep.people.types import OrganisationKind, Viewer
from doorstep.strategy import api as strategy
from doorstep.strategy.types import HoldCode

NO_POINT = HoldCode.NO_POINT
"""The one cause no rule decides: without a usable contact point there is nothing to ask about."""


@dataclass(frozen=True, slots=True)
class BlockedLine:
    """How many cases one cause blocks today, in words, with what would help."""

    code: str
    cause: str
    remedy: str
    cases: int


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A proposal or a loosening in force, in words."""

    id: int
    rule: str
    title: str
    field: str
    label: str
    was: str
    value: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    expires_on: date
    signed_by: tuple[str, ...]
    holds: bool
    mine: bool

    def __str__(self) -> str:
        return gettext(
            "%(rule)s %(title)s, %(label)s: %(was)s → %(value)s until %(last)s (%(who)s)"
        ) % {
            "rule": self.rule,
            "title": self.title,
            "label": self.label,
            "was": self.was,
            "value": self.value,
            "last": date_format(self.expires_on),
            "who": ", ".join(self.signed_by),
        }


def verdict_of(viewer: Viewer, verdict_id: UUID) -> VerdictView | None:
    """One verdict, or None where it does not exist or is not the viewer's to see."""
    row = StoredVerdict.objects.seen_by(viewer).filter(pk=verdict_id).first()
    return view_of(row) if row else None


def verdicts_of(viewer: Viewer, case_id: UUID, limit: int = 50) -> list[VerdictView]:
    """The newest verdicts of a case, newest first."""
    rows = StoredVerdict.objects.seen_by(viewer).filter(case_id=case_id)
    return [view_of(r) for r in rows.order_by("-at", "id")[:limit]]


def verdict_counts(viewer: Viewer, as_of: date) -> Mapping[str, int]:
    """The day's planning verdicts by answer."""
    rows = _planned(viewer, as_of).values_list("answer").annotate(n=Count("pk"))
    return dict(rows.order_by("answer"))


def blocked_report(viewer: Viewer, as_of: date) -> list[BlockedLine]:
    """What blocks us when the day was planned, by cause, the most frequent first, each with the
    remedy: cases with a wish the gate refused, and cases that cannot be reached at all. A case
    counts once for each cause it met."""
    rows = (
        _planned(viewer, as_of)
        .exclude(cause="")
        .values_list("cause")
        .annotate(n=Count("case", distinct=True))
    )
    found = [*rows, (str(NO_POINT), strategy.count_held(viewer, as_of, NO_POINT))]
    return [
        BlockedLine(code, words.cause(code), words.remedy(code), n)
        for code, n in sorted(found, key=lambda row: (-row[1], row[0]))
        if n
    ]


def blocked_cases(viewer: Viewer, as_of: date, code: str, limit: int = 200) -> list[UUID]:
    """The cases one cause blocks, by id."""
    if code == NO_POINT:
        return strategy.held_cases(viewer, as_of, NO_POINT, limit)
    rows = _planned(viewer, as_of).filter(cause=code).order_by("case_id")
    return list(rows.values_list("case_id", flat=True).distinct()[:limit])


def _planned(viewer: Viewer, as_of: date) -> ScopedQuerySet[StoredVerdict]:
    start = datetime.combine(as_of, time(), ZoneInfo(settings.HOME_ZONE))
    return StoredVerdict.objects.seen_by(viewer).filter(
        at__gte=start, at__lt=start + timedelta(days=1), stage=PLAN
    )


def loosened(viewer: Viewer, as_of: date) -> list[PolicyView]:
    """The house rules loosened on a day by the viewer's organisation and those it works for."""
    return _views(viewer, in_force(_seen(viewer, as_of), as_of), as_of)


def policies(viewer: Viewer, as_of: date) -> list[PolicyView]:
    """Proposals and loosenings that are not over, the newest first."""
    rows = HousePolicy.objects.filter(
        organisation_id__in=_seen(viewer, as_of), expires_on__gte=as_of, withdrawn_at__isnull=True
    )
    return _views(viewer, list(rows.order_by("-proposed_at", "-id")), as_of)


def _seen(viewer: Viewer, on: date) -> list[int]:
    """The viewer's organisation and, for an agency, the lenders whose mandates it holds."""
    if viewer.is_system:
        return list(HousePolicy.objects.values_list("organisation_id", flat=True).distinct())
    if viewer.organisation_id is None:
        return []
    found = {viewer.organisation_id}
    if viewer.organisation_kind is OrganisationKind.AGENCY:
        held = (m for m in mandates_in_force(on) if m.agency_id == viewer.organisation_id)
        found |= {m.lender_id for m in held}
    return sorted(found)


def _views(viewer: Viewer, rows: list[HousePolicy], on: date) -> list[PolicyView]:
    signed: dict[int, list[str]] = {r.pk: [] for r in rows}
    signatures = PolicySignature.objects.filter(policy__in=rows).order_by("at", "id")
    for policy_id, by in signatures.values_list("policy_id", "by"):
        signed[policy_id].append(by)
    return [
        PolicyView(
            id=r.pk,
            rule=r.rule,
            title=words.title(rule_of(r.rule)),
            field=r.field,
            label=words.field_name(r.field),
            was=r.was,
            value=r.value,
            reason=r.reason,
            proposed_by=r.proposed_by,
            proposed_at=r.proposed_at,
            expires_on=r.expires_on,
            signed_by=tuple(signed[r.pk]),
            holds=len(signed[r.pk]) >= SIGNATURES and r.expires_on >= on,
            mine=r.organisation_id == viewer.organisation_id,
        )
        for r in rows
    ]
