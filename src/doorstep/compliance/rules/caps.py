"""Frequency caps: how many contacts of a kind a person, a number, a debt, an account or a lender
with all its agencies may make in how long; and the rest after a conversation.

Days are local dates: `days = 1` is today, `days = 30` today and the 29 dates before it,
`days = 0` ever. Reserved and unresolved contacts count in every cap they could belong to, and so
does a contact of which it is not known to what debt, account, lender or place it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.compliance.rules._law import Base, Deed, medium, midnight
from doorstep.compliance.types import AttemptResult, Consent, ConsentKind, Contact, Facts, Finding
from doorstep.kernel.actions import ActionKind

OPEN = frozenset({AttemptResult.UNKNOWN, AttemptResult.RESERVED})
SCOPES = ("person", "number", "debt", "account", "lender")


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """At most `limit` contacts `of` these kinds with these `results` (empty: any) per `per`
    (person, number, debt, account, lender) in `days` local dates.

    `channels` narrows the action judged, `media` (call, sms, email, letter, visit) both what is
    judged and what counts. `directions` says whose contacts count. With `rests` the counted
    contacts are events after which it rests, and `limit` is 1: "none within 7 dates after a
    conversation", the day of the conversation being the first. At the workplace `work_days` takes
    the place of `days`, and the two kinds of place are counted apart.

    A `consent` of that kind lifts the cap for this contact, for `consent_days` dates from the one
    it was given on (absent: while it lasts), and contacts made under it do not count; it must be
    `consent_direct` (given to who acts) or `consent_written` where the law says so.
    """

    per: str
    limit: int
    days: int
    of: frozenset[ActionKind]
    results: frozenset[AttemptResult] = frozenset()
    channels: tuple[str, ...] = ()
    media: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset({"us"})
    rests: bool = False
    work_days: int | None = None
    consent: ConsentKind | None = None
    consent_days: int | None = None
    consent_direct: bool = False
    consent_written: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.per not in SCOPES:
            raise ValueError(f"per: {self.per!r} is not known; use one of {', '.join(SCOPES)}")
        if self.rests and self.limit != 1:
            raise ValueError("limit: a rest after one contact has the limit 1")


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """One more would exceed the cap? Fails until enough of the past has left the window."""
    if not deed.ours or (law.channels and deed.asked.channel not in law.channels):
        return law.silent
    if law.media and not _by(deed.kind, deed.asked.channel, law):
        return law.silent
    if law.consent is not None and _excused(deed.legal.at, deed, facts, law):
        return law.passes("attach_consent", code="asked_for")
    days = law.days
    if law.work_days is not None and deed.place == "work":
        days = law.work_days
    since = deed.legal.midnight(1 - days) if days else None
    counted = [c.at for c in facts.history if _counts(c, deed, facts, law, since)]
    if len(counted) < law.limit:
        return law.passed
    told = {"limit": law.limit, "days": days, "per": law.per, "count": len(counted)}
    code = "resting" if law.rests else "cap_reached"
    return law.fails(code, told, ends=_ends(counted, deed, law, days))


def _counts(c: Contact, deed: Deed, facts: Facts, law: Law, since: datetime | None) -> bool:
    if (
        c.kind not in law.of
        or c.direction not in law.directions
        or (since is not None and c.at < since)
        or c.at > deed.legal.at
    ):
        return False
    if law.results and c.result not in law.results and c.result not in OPEN:
        return False
    return _same(c, deed, facts, law) and not _apart(c, deed, facts, law)


def _same(c: Contact, deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether a contact falls, or could fall, under the same count."""
    if law.per == "number":
        return c.number == deed.number or not c.number or not deed.number
    if not c.mine:
        return False
    if law.per == "account":
        return _same_account(c, facts)
    if c.to.role is not deed.role or c.to.person != deed.person:
        return False
    if law.per == "lender":
        return c.lender == facts.lender.id or not c.lender or not facts.lender.id
    return law.per != "debt" or not c.debt or c.debt == facts.debt.id


def _same_account(c: Contact, facts: Facts) -> bool:
    """By the account where both are known; a debt without an account is one by itself."""
    debt = facts.debt
    if c.account and debt.account:
        return c.account == debt.account
    return bool(c.account or debt.account) or not c.debt or c.debt == debt.id


def _apart(c: Contact, deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether something known of a contact keeps it out of the count."""
    if law.media and not _by(c.kind, c.channel, law):
        return True
    if law.work_days is not None and c.place and (c.place == "work") != (deed.place == "work"):
        return True
    return law.consent is not None and not law.rests and _excused(c.at, deed, facts, law)


def _by(kind: ActionKind, channel: str, law: Law) -> bool:
    return (medium(kind, channel) or None) in {*law.media, None}


def _excused(at: datetime, deed: Deed, facts: Facts, law: Law) -> bool:
    return any(_covers(c, at, deed, law) for c in facts.consents)


def _covers(c: Consent, at: datetime, deed: Deed, law: Law) -> bool:
    """Whether a contact at an instant is covered by an agreement: evidenced, in its time."""
    if c.kind is not law.consent or not c.evidence or c.channel not in {"", deed.asked.channel}:
        return False
    if (law.consent_direct and not c.direct) or (law.consent_written and not c.written):
        return False
    if (c.given_at is not None and at < c.given_at) or (c.until is not None and at >= c.until):
        return False
    if law.consent_days is None:
        return True
    if c.given_at is None:
        return False
    zone = deed.legal.zone
    given, on = c.given_at.astimezone(zone).date(), at.astimezone(zone).date()
    return (on - given).days < law.consent_days


def _ends(counted: list[datetime], deed: Deed, law: Law, days: int) -> datetime | None:
    """The midnight at which so many have left the window that one more fits."""
    if not days or not law.limit:
        return None
    leaving = sorted(counted)[len(counted) - law.limit]
    day = leaving.astimezone(deed.legal.zone).date()
    return midnight(day + timedelta(days=days), deed.legal.zone)
