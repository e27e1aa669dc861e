"""The one place where rows are scoped to a lender, an agency and a mandate."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from doorstep.people.types import OrganisationKind, Viewer

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[_Row_co]):
    def seen_by(self, viewer: Viewer) -> Self:
        """Only the rows of the viewer's lender or agency; nothing for a viewer without one."""
        if viewer.is_system:
            return self
        if viewer.organisation_id is None:
            return self.none()
        if viewer.organisation_kind is OrganisationKind.LENDER:
            return self.filter(lender_id=viewer.organisation_id)
        return self.filter(agency_id=viewer.organisation_id)


class Scoped(models.Model):
    """Every case-bound row carries its lender, the agency that works it and the mandate.

    Agency and mandate are empty while the lender's own team works the case.
    """

    lender = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    agency = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


def scope_of(row: Scoped) -> dict[str, Any]:
    """The three columns to copy when a row is made for the same case."""
    return {
        "lender_id": row.lender_id,
        "agency_id": row.agency_id,
        "mandate_id": row.mandate_id,
    }
