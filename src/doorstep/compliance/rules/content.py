"""Words that may not be said: threats, invented powers, false lists. A first net, not a judge of
style; the patterns are the pack's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """`banned`: regular expressions, matched without regard to case anywhere in the text."""

    banned: tuple[str, ...]
    net: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "net", re.compile("|".join(self.banned), re.IGNORECASE))


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Does the text say what may not be said? Without a text there is nothing to judge yet."""
    if not deed.asked.content:
        return law.silent
    found = law.net.search(deed.asked.content)
    return law.fails("banned_words", {"words": found.group(0)}) if found else law.passed
