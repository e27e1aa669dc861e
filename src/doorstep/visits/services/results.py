"""What became of a planned visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.people.types import Viewer
from doorstep.visits.queries import seen
from doorstep.visits.types import VisitStatus


class UnknownVisitError(LookupError):
    """No such visit, or not one the viewer may see."""


def set_result(
    viewer: Viewer, visit_id: UUID, status: VisitStatus, outcome: str, *, at: datetime
) -> bool:
    """Close a planned visit; False if it was closed before. `at` is when it happened."""
    rows = seen(viewer).filter(pk=visit_id)
    if not rows.exists():
        raise UnknownVisitError(str(visit_id))
    changed = rows.filter(status=VisitStatus.PLANNED).update(
        status=status, outcome=outcome, done_at=at if status is VisitStatus.DONE else None
    )
    return bool(changed)


def cancel_visits(case_id: UUID, *, outcome: str) -> int:
    """Cancel what is planned for a case, because something happened that ends its visits."""
    from doorstep.people.types import SYSTEM

    return (
        seen(SYSTEM)
        .filter(case_id=case_id, status=VisitStatus.PLANNED)
        .update(status=VisitStatus.CANCELLED, outcome=outcome)
    )
