"""Which mandate a new case falls under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from doorstep.delinquency.types import Standing


@dataclass(frozen=True, slots=True)
class Scope:
    """A mandate in force: what it covers. An empty list of products, buckets or regions is all."""

    mandate_id: int
    lender_id: int
    agency_id: int | None
    covers: Mapping[str, Sequence[str]] = field(default_factory=dict)


def mandate_for(
    scopes: Sequence[Scope], lender_id: int, standing: Standing, region: str
) -> Scope | None:
    """The first mandate (oldest first) that covers the case; None: the lender's own team works it.

    A case with several overdue products needs a mandate that covers every one of them: nobody may
    speak of a debt outside their order.
    """
    for scope in scopes:
        if scope.lender_id == lender_id and _covers(scope.covers, standing, region):
            return scope
    return None


def _covers(covers: Mapping[str, Sequence[str]], standing: Standing, region: str) -> bool:
    asked = {
        "products": standing.products,
        "buckets": frozenset({standing.bucket}),
        "regions": frozenset({region}),
    }
    return all(
        not covers.get(name) or wanted <= set(covers[name]) for name, wanted in asked.items()
    )
