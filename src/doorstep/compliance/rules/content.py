"""Words that may not be said, and words that must be: threats, invented powers, false lists; a way
to opt out. A first net, not a judge of style; the patterns are the pack's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from doorstep.compliance.rules._law import Base, Deed, words_of
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`banned`: regular expressions, matched without regard to case anywhere in the text;
    `required`: each must match somewhere.

    `channels` are words in the name of the channel that it speaks of, `not_channels` words of
    those it does not. With `time_barred` it speaks of debts for which a suit comes too late, with
    `after` only in the `days` dates from the day of that document. Where there is no text yet,
    `duties` are what the text will have to be.
    """

    banned: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    channels: frozenset[str] = frozenset()
    not_channels: frozenset[str] = frozenset()
    time_barred: bool = False
    after: str = ""
    days: int = 0
    duties: tuple[str, ...] = ()
    net: re.Pattern[str] = field(init=False, repr=False, compare=False)
    parts: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.banned and not self.required:
            raise ValueError("give banned or required, or both")
        object.__setattr__(self, "net", re.compile("|".join(self.banned) or "(?!)", re.IGNORECASE))
        parts = tuple(re.compile(p, re.IGNORECASE) for p in self.required)
        object.__setattr__(self, "parts", parts)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Does the text say what may not be said, or lack what must be?"""
    if not _speaks(deed, facts, law):
        return law.silent
    text = deed.asked.content
    if not text:
        return law.passes(*law.duties) if law.duties and deed.ours else law.silent
    found = law.net.search(text)
    if found and law.time_barred and facts.debt.time_barred is None:
        return law.unknown("limitation_unknown", {"words": found.group(0)})
    if found:
        return law.fails("banned_words", {"words": found.group(0)})
    if deed.ours and not all(part.search(text) for part in law.parts):
        return law.fails("words_missing")
    return law.passed


def _speaks(deed: Deed, facts: Facts, law: Law) -> bool:
    if law.channels or law.not_channels:
        words = words_of(deed.asked.channel)
        if words & law.not_channels or (law.channels and not words & law.channels):
            return False
    if law.time_barred and facts.debt.time_barred is False:
        return False
    return not law.after or _within(deed, facts, law)


def _within(deed: Deed, facts: Facts, law: Law) -> bool:
    """Whether today lies in the time after the document; an undated one is taken to be new."""
    today = deed.legal.today
    return any(
        d.kind == law.after
        and not d.returned
        and (d.on is None or d.on <= today < d.on + timedelta(days=law.days))
        for d in facts.documents
    )
