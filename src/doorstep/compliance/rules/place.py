"""Where one may go: not inside a dwelling, not to the workplace, nothing in public, or only to
the places the law names."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, consent, state
from doorstep.compliance.types import ConsentKind, Facts, Finding, StateKind
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`inside` bars dwellings and private places, `work` the office area, without consent;
    `last_resort` opens the office area where the debtor is out of contact everywhere else.
    `posted` bars notices in public places or where others can read them, `public` a talk in a
    public place. `only` names the kinds of place that are open at all without a consent
    of `opened_by`."""

    inside: bool = False
    work: bool = False
    posted: bool = False
    public: bool = False
    last_resort: bool = False
    only: frozenset[str] = frozenset()
    opened_by: tuple[ConsentKind, ...] = (ConsentKind.WORKPLACE,)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is this place open to us?"""
    if law.posted:
        return _posted(deed, law)
    if law.public and deed.place == "public":
        return law.fails("public_place")
    if law.only and deed.place not in law.only:
        if any(consent(facts, kind, deed) for kind in law.opened_by):
            return law.passes("attach_consent", "leave_on_request", code="agreed_place")
        return law.fails("place_not_open")
    if law.work and deed.place == "work":
        return _work(deed, facts, law)
    spot = deed.asked.place
    if law.inside and spot is not None and spot.inside:
        if consent(facts, ConsentKind.ENTRY, deed):
            return law.passes("attach_consent", "leave_on_request", code="agreed_entry")
        return law.fails("entry")
    if law.inside and consent(facts, ConsentKind.ENTRY, deed):
        return law.passes("attach_consent", "leave_on_request", code="agreed_entry")
    return law.passes("stay_outside") if law.inside else law.passed


def _work(deed: Deed, facts: Facts, law: Law) -> Finding:
    if consent(facts, ConsentKind.WORKPLACE, deed):
        return law.passes("attach_consent", "leave_on_request", code="agreed_place")
    if law.last_resort and state(facts, StateKind.UNREACHABLE, deed, ""):
        return law.passes("no_word_to_others", "leave_on_request", code="last_resort")
    return law.fails("workplace")


def _posted(deed: Deed, law: Law) -> Finding:
    if deed.asked.channel == "posted" or deed.place == "public":
        return law.fails("posted")
    return law.passes("sealed_envelope") if deed.kind is ActionKind.LETTER else law.passed
