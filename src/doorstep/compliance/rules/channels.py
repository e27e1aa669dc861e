"""Ways that may not be used without leave: private phones and private accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, consent, document
from doorstep.compliance.types import ConsentKind, Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Channels need the `leave` document where their name holds one of the words `private`, or one
    of the `apps` that people keep for themselves, unless a word of `company` says whose it is.
    Where a `consent` kind is named, the recipient's own consent is what they need instead."""

    private: tuple[str, ...]
    apps: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    leave: str = "channel_approval"
    consent: ConsentKind | None = None

    def bars(self, channel: str) -> bool:
        """Whether a channel by this name, in any spelling, is somebody's own."""
        words = set(re.split(r"[\W_]+", channel.lower()))
        if words & set(self.private):
            return True
        return bool(words & set(self.apps)) and not words & set(self.company)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is this way of reaching somebody ours to use?"""
    if not law.bars(deed.asked.channel):
        return law.passed
    if law.consent is not None:
        given = consent(facts, law.consent, deed)
        return law.passes("attach_consent") if given else law.fails("automated_consent")
    if document(facts, law.leave, deed):
        return law.passed
    return law.fails("channel_barred", {"channel": deed.asked.channel})
