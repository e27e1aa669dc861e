"""Texts and e-mails: to a number or address that is known to be still theirs, and by their own
consent where the law asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.compliance.rules._law import Base, Deed, consent, document, medium, words_of
from doorstep.compliance.types import ConsentKind, Document, Facts, Finding

PUBLIC = frozenset({"public", "wall", "timeline", "feed", "posted"})


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`aspect`: `fresh` (by the medium `by`: their own message or consent, or a `check` document
    with it, in the last `days` dates), `notice` (by the medium `by`: their own message, a consent,
    or a notice `check` at least `days` dates ago), `consent` (every electronic message needs one),
    `public` (nothing where others read, nothing to a work e-mail without leave)."""

    aspect: str
    by: str = ""
    days: int = 0
    check: str = ""
    duties: tuple[str, ...] = ()


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """May this medium be used for this person now?"""
    way = medium(deed.kind, deed.asked.channel)
    if not deed.ours or (law.by and way not in {law.by, ""}):
        return law.silent
    if law.aspect == "public":
        return _public(deed, facts, law, way)
    if law.aspect == "consent":
        found = consent(facts, ConsentKind.ELECTRONIC, deed) or _theirs(deed, facts, way, None)
        return law.passed if found else law.fails("electronic_consent")
    if law.aspect == "notice":
        return _notice(deed, facts, law, way)
    return _fresh(deed, facts, law, way)


def _public(deed: Deed, facts: Facts, law: Law, way: str) -> Finding:
    if words_of(deed.asked.channel) & PUBLIC:
        return law.fails("posted")
    if way != "email" or deed.place != "work":
        return law.passed
    if consent(facts, ConsentKind.WORKPLACE, deed, direct=True):
        return law.passes("attach_consent", code="agreed_place")
    return law.fails("work_email")


def _fresh(deed: Deed, facts: Facts, law: Law, way: str) -> Finding:
    """Nothing known: make sure first. Known to be older than it may be: no."""
    since = deed.local.today - timedelta(days=law.days)
    given = consent(facts, ConsentKind.ELECTRONIC, deed, direct=True)
    days = [d.on for d in _papers(facts, law.check) if d.on]
    if given is not None and given.given_at is not None:
        days.append(given.given_at.astimezone(deed.local.zone).date())
    if any(since <= d <= deed.local.today for d in days) or _theirs(deed, facts, way, since):
        return law.passed
    return law.fails("number_stale") if given or days else law.passes(*law.duties)


def _notice(deed: Deed, facts: Facts, law: Law, way: str) -> Finding:
    if consent(facts, ConsentKind.ELECTRONIC, deed, direct=True):
        return law.passed
    if _theirs(deed, facts, way, None):
        return law.passed
    if not _papers(facts, law.check):
        return law.passes(*law.duties)
    latest = deed.local.today - timedelta(days=law.days)
    old = any(d.on is None or d.on <= latest for d in _papers(facts, law.check))
    if old and document(facts, law.check, deed):
        return law.passed
    first = min(d.on for d in _papers(facts, law.check) if d.on)
    ends = deed.local.midnight((first - deed.local.today).days + law.days)
    return law.fails("notice_young", {"days": law.days}, ends=ends)


def _papers(facts: Facts, kind: str) -> list[Document]:
    return [d for d in facts.documents if d.kind == kind and not d.returned]


def _theirs(deed: Deed, facts: Facts, way: str, since: date | None) -> bool:
    """Whether they wrote themselves by this medium, since a day."""
    return any(
        c.mine
        and c.direction == "them"
        and medium(c.kind, c.channel) == way
        and c.at <= deed.local.at
        and (since is None or c.at.astimezone(deed.local.zone).date() >= since)
        and c.number in {"", deed.number}
        for c in facts.history
    )
