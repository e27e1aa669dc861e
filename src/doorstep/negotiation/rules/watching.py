"""What the promises of a plan say of the plan."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.casefile.types import PromiseStatus
from doorstep.negotiation.types import ArrangementStatus, EndReason

MISSES = 2
"""A plan survives one payment that was not kept in full; the second one ends it."""


def outcome_of(
    statuses: Sequence[PromiseStatus],
) -> tuple[ArrangementStatus, EndReason | None]:
    """Whether a plan goes on, is completed, or has ended and why.

    A miss in the last payment ends the plan too: nothing of it is left to come.
    """
    missed = sum(s in {PromiseStatus.PARTLY, PromiseStatus.BROKEN} for s in statuses)
    if missed >= MISSES:
        return ArrangementStatus.ENDED, EndReason.BROKEN
    if any(s is PromiseStatus.OPEN for s in statuses):
        return ArrangementStatus.ACTIVE, None
    if missed:
        return ArrangementStatus.ENDED, EndReason.BROKEN
    return ArrangementStatus.COMPLETED, None
