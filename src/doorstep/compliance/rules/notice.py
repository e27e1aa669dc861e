"""Told in good time: a paper that must have reached the person so many days before an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, consent, midnight
from doorstep.compliance.types import ConsentKind, Facts, Finding
from doorstep.kernel.actions import Purpose


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`document` must have been given at least `days` dates before: in time for tomorrow is one.
    `first_only`: only before the first visit. `opened_by` an agreement that makes it needless. A
    document without a day was given long ago. While planning, what was not given yet is the duty
    `duty` (empty: a refusal then too)."""

    document: str
    days: int = 1
    first_only: bool = False
    opened_by: ConsentKind | None = None
    duty: str = ""


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Told early enough? Ends at the first day on which the notice is old enough."""
    if not deed.ours or deed.purpose is Purpose.NOTICE or (law.first_only and not deed.first_visit):
        return law.silent
    given = [d.on for d in facts.documents if d.kind == law.document]
    told = {"document": law.document, "days": law.days}
    ripe = [_ripe(on, deed, law) for on in given]
    if any(r is None or r <= deed.legal.at for r in ripe):
        return law.passed
    if law.opened_by is not None and consent(facts, law.opened_by, deed):
        return law.passes("attach_consent", code="notice_waived")
    if facts.planning and law.duty:
        return law.passes(law.duty)
    if not given:
        return law.fails("notice_missing", told)
    return law.fails("notice_short", told, ends=min(r for r in ripe if r))


def _ripe(on: date | None, deed: Deed, law: Law) -> datetime | None:
    """From when the notice is old enough; None: since long ago."""
    return None if on is None else midnight(on + timedelta(days=law.days), deed.legal.zone)
