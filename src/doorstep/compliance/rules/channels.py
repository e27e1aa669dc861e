"""Ways that may not be used: private phones and accounts without leave, hidden numbers, and
places where everybody reads along."""

from __future__ import annotations

import re
from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed, consent, document
from doorstep.compliance.types import ConsentKind, Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Channels need the `leave` document where their name holds one of the words `private`, or one
    of the `apps` that people keep for themselves, unless a word of `company` says whose it is.
    Where a `consent` kind is named, the recipient's own consent is what they need instead. A
    channel named by a word of `hidden` (no caller shown) or `public` (social media) is never
    used."""

    private: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    leave: str = "channel_approval"
    consent: ConsentKind | None = None
    hidden: tuple[str, ...] = ()
    public: tuple[str, ...] = ()

    def bars(self, channel: str) -> bool:
        """Whether a channel by this name, in any spelling, is somebody's own."""
        words = _words(channel)
        if words & set(self.private):
            return True
        return bool(words & set(self.apps)) and not words & set(self.company)


def _words(channel: str) -> set[str]:
    return set(re.split(r"[\W_]+", channel.lower()))


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is this way of reaching somebody ours to use?"""
    words = _words(deed.asked.channel)
    if words & set(law.hidden):
        return law.fails("number_hidden")
    if words & set(law.public):
        return law.fails("channel_public")
    if not law.bars(deed.asked.channel):
        return law.passed
    if law.consent is not None:
        given = consent(facts, law.consent, deed)
        return law.passes("attach_consent") if given else law.fails("automated_consent")
    if document(facts, law.leave, deed):
        return law.passed
    return law.fails("channel_barred", {"channel": deed.asked.channel})
