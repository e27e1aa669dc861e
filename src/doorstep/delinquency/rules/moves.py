"""What today's standing does to an open case."""

from __future__ import annotations

from doorstep.book.types import severity
from doorstep.casefile.types import CaseView
from doorstep.delinquency.types import Move, Standing


def move_of(case: CaseView, standing: Standing | None) -> Move | None:
    """Close where nothing is overdue; escalate or ease where the bucket changed; update where only
    numbers did; None where nothing did.

    The case is closed, too, when it stands in another currency than it was opened in: its numbers
    cannot be carried over. A new one opens the same day.
    """
    if standing is None or standing.currency != case.currency:
        return Move.CLOSE
    was, now = _severity(case.bucket), severity(standing.bucket)
    if now != was:
        return Move.ESCALATE if now > was else Move.EASE
    numbers = (standing.dpd, standing.arrears, standing.payoff)
    return None if numbers == (case.dpd, case.arrears, case.payoff) else Move.UPDATE


def _severity(bucket: str) -> int:
    """A bucket's place; a name that is no longer in the data counts as the mildest."""
    try:
        return severity(bucket)
    except ValueError:
        return 0
