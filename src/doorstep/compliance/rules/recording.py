"""Contacts that must be recorded: a duty, and a refusal where the device is known to fail."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """Record throughout; `duties` say how, and what the other side is told."""

    duties: tuple[str, ...] = ("record",)


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """A device that fails postpones the contact; one that works is a duty."""
    if facts.recording == "failed":
        return law.fails("recording_failed")
    return law.passes(*law.duties)
