"""What must be told before the first contact: an agency's appointment, an assignment, a report."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, document
from doorstep.compliance.types import Executor, Facts, Finding
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`document` must be there before anything but the notice itself, where the one who acts is
    the `executor` (absent: whoever acts)."""

    document: str
    executor: Executor | None = None


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Told already? The notice itself may always go out."""
    if not deed.ours or (law.executor is not None and facts.executor is not law.executor):
        return law.silent
    if deed.purpose is Purpose.NOTICE or document(facts, law.document, deed):
        return law.passed
    return law.fails("notice_missing", {"document": law.document})
