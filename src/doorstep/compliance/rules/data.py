"""Data that may not be used, or only with a consent of its own: whereabouts, health, bought lists.

The patterns are the pack's, matched in what the use names (data, channel, text).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorstep.compliance.rules._law import Base, Deed, consent
from doorstep.compliance.types import ConsentKind, Facts, Finding
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`barred`: regular expressions, without regard to case; `consent` is the kind of agreement
    that opens such a use (absent: none does)."""

    barred: tuple[str, ...]
    consent: ConsentKind | None = None
    kinds: frozenset[ActionKind] = frozenset({ActionKind.DATA_USE})
    net: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "net", re.compile("|".join(self.barred), re.IGNORECASE))


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Does the use touch what is closed? What is not named is the case's own contact data."""
    asked = deed.asked
    found = law.net.search(" ".join((asked.data, asked.channel, asked.content)))
    if found is None:
        return law.passed
    if law.consent is not None and consent(facts, law.consent, deed):
        return law.passes("attach_consent", code="agreed_data")
    return law.fails("data_barred", {"words": found.group(0)})
