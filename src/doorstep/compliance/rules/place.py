"""Where one may go: not inside a dwelling, not to the workplace, nothing in public."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, consent
from doorstep.compliance.types import ConsentKind, Facts, Finding
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`inside` bars dwellings and private places, `work` the office area, without consent;
    `posted` bars notices in public places or where others can read them."""

    inside: bool = False
    work: bool = False
    posted: bool = False


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is this place open to us?"""
    if law.posted:
        return _posted(deed, law)
    if law.work and deed.place == "work":
        if consent(facts, ConsentKind.WORKPLACE, deed):
            return law.passes("attach_consent", "leave_on_request", code="agreed_place")
        return law.fails("workplace")
    spot = deed.asked.place
    if law.inside and spot is not None and spot.inside:
        if consent(facts, ConsentKind.ENTRY, deed):
            return law.passes("attach_consent", "leave_on_request", code="agreed_entry")
        return law.fails("entry")
    if law.inside and consent(facts, ConsentKind.ENTRY, deed):
        return law.passes("attach_consent", "leave_on_request", code="agreed_entry")
    return law.passes("stay_outside") if law.inside else law.passed


def _posted(deed: Deed, law: Law) -> Finding:
    if deed.asked.channel == "posted" or deed.place == "public":
        return law.fails("posted")
    return law.passes("sealed_envelope") if deed.kind is ActionKind.LETTER else law.passed
