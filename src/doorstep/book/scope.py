"""Which lender's book a viewer may open: their own, or one an agency holds a mandate of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from doorstep.book.models import Manifest
from doorstep.book.store import region_of
from doorstep.people.api import mandates_in_force, organisation
from doorstep.people.types import OrganisationKind, Viewer


class UnknownLenderError(LookupError):
    """No such lender, or none whose book the viewer may open: the two are not told apart."""


def may_open(
    viewer: Viewer, lender_id: int, product: str | None, on: date, borrower: str = ""
) -> bool:
    """Whether the viewer may see loans of a lender (of a `product`, None: any) on a day: those of
    a `borrower`, or of any where none is named. A mandate may name products and regions."""
    return opener(viewer, on)(lender_id, product, borrower)


def opener(viewer: Viewer, on: date) -> Callable[[int, str | None, str], bool]:
    """`may_open` of one viewer and day for many loans: (lender, product, borrower)."""
    if viewer.is_system:
        return lambda _lender, _product, _borrower: True
    if viewer.organisation_kind is OrganisationKind.LENDER:
        return lambda lender, _product, _borrower: viewer.organisation_id == lender
    mine = [m for m in mandates_in_force(on) if m.agency_id == viewer.organisation_id]

    def opens(lender: int, product: str | None, borrower: str) -> bool:
        return any(
            m.lender_id == lender
            and (not product or not m.scope.get("products") or product in m.scope["products"])
            and covers_region(m.scope, lender, borrower)
            for m in mine
        )

    return opens


def covers_region(scope: Mapping[str, Any], lender_id: int, borrower: str) -> bool:
    """Whether a mandate's scope holds where a borrower lives; it does where it names no region, and
    where no borrower is asked about."""
    regions = scope.get("regions")
    if not regions or not borrower:
        return True
    manifest = current(lender_id)
    return manifest is not None and region_of(manifest, borrower) in regions


def lender_id(viewer: Viewer, code: str, on: date) -> int:
    """The id of a lender the viewer may work for. Raises UnknownLenderError."""
    found = organisation(code)
    if found is None or found.kind != OrganisationKind.LENDER:
        raise UnknownLenderError(f"there is no lender {code!r}; create it, or correct the code")
    if not may_open(viewer, found.pk, None, on):
        raise UnknownLenderError(f"there is no lender {code!r}; create it, or correct the code")
    return int(found.pk)


def lenders_of(viewer: Viewer, on: date) -> set[int] | None:
    """Ids of the lenders whose book the viewer may open; None means all."""
    if viewer.is_system:
        return None
    if viewer.organisation_kind is OrganisationKind.LENDER:
        return {viewer.organisation_id or 0}
    return {m.lender_id for m in mandates_in_force(on) if m.agency_id == viewer.organisation_id}


def current(lender_id: int) -> UUID | None:
    """The lender's current snapshot."""
    row = Manifest.objects.filter(lender_id=lender_id, current=True).values_list("pk", flat=True)
    return row.first()
