"""What must be told before contact, or soon after the first: an agency's appointment, an
assignment, the particulars of a debt, a report to a credit bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, midnight
from doorstep.compliance.types import AttemptResult, Contact, Executor, Facts, Finding
from doorstep.kernel.actions import ActionKind, Purpose

TALKED = frozenset({AttemptResult.CONVERSATION, AttemptResult.MET})
REACHED = TALKED | {AttemptResult.ANSWERED, AttemptResult.DELIVERED, AttemptResult.SENT}
MAILED = frozenset({AttemptResult.DELIVERED, AttemptResult.SENT})


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`document` must be there before anything but the notice itself, where the one who acts is
    the `executor` (absent: whoever acts).

    It counts from `wait_days` dates after its day; with `or_mailed` a letter or message of ours
    about this debt counts like it, with `or_spoken` a talk about it at once. With `within_days` it
    is due only so many dates after the first communication: until then it is the duty `duty`.
    """

    document: str
    executor: Executor | None = None
    wait_days: int = 0
    within_days: int | None = None
    or_mailed: bool = False
    or_spoken: bool = False
    duty: str = ""


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Told already? The notice itself may always go out."""
    if not deed.ours or (law.executor is not None and facts.executor is not law.executor):
        return law.silent
    if deed.purpose is Purpose.NOTICE or (law.or_spoken and _spoken(deed, facts)):
        return law.passed
    told = _told(deed, facts, law)
    if told is not None and told <= deed.legal.today:
        return law.passed
    if law.within_days is not None and deed.legal.at < _due(deed, facts, law.within_days):
        return law.passes(law.duty) if law.duty else law.passed
    ends = midnight(told, deed.legal.zone) if told else None
    return law.fails("notice_missing", {"document": law.document}, ends=ends)


def _told(deed: Deed, facts: Facts, law: Law) -> date | None:
    """The first date from which the document counts, None where there is none."""
    today = deed.legal.today
    days = [
        d.on or date(1900, 1, 1)
        for d in facts.documents
        if d.kind == law.document and not d.returned and (d.on is None or d.on <= today)
    ]
    if law.or_mailed:
        days += [
            c.at.astimezone(deed.legal.zone).date()
            for c in _ours(deed, facts)
            if c.kind in {ActionKind.LETTER, ActionKind.MESSAGE} and c.result in MAILED
        ]
    return min(days) + timedelta(days=law.wait_days) if days else None


def _ours(deed: Deed, facts: Facts) -> list[Contact]:
    return [
        c
        for c in facts.history
        if c.mine and c.direction == "us" and c.at <= deed.legal.at and _this(c, facts)
    ]


def _this(c: Contact, facts: Facts) -> bool:
    return not c.debt or c.debt == facts.debt.id


def _spoken(deed: Deed, facts: Facts) -> bool:
    return any(
        c.mine
        and c.result in TALKED
        and c.at <= deed.legal.at
        and c.to.role is deed.role
        and c.debt in {"", facts.debt.id}
        for c in facts.history
    )


def _due(deed: Deed, facts: Facts, within_days: int) -> datetime:
    """The midnight that ends the time to tell; from now on where nothing was said yet."""
    first = min(
        (
            c.at
            for c in facts.history
            if c.mine and c.result in REACHED and c.at <= deed.legal.at and _this(c, facts)
        ),
        default=deed.legal.at,
    )
    day = first.astimezone(deed.legal.zone).date()
    return midnight(day + timedelta(days=within_days + 1), deed.legal.zone)
