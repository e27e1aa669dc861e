"""What a talk should find out, because we do not know it."""

from __future__ import annotations

from doorstep.strategy.types import CaseFacts
from doorstep.verification.types import PointStatus


def asks(facts: CaseFacts) -> tuple[str, ...]:
    """Codes in the order to ask: who it is, their language, why it was not paid, another way to
    reach them (where only one point of theirs is usable)."""
    found = []
    if facts.right_party != "right_party":
        found.append("right_party")
    if not facts.language:
        found.append("language")
    if not facts.reason or facts.reason == "unknown":
        found.append("reason")
    own = [p for p in facts.points if not p.person and p.status is PointStatus.VERIFIED]
    if len(own) < 2:
        found.append("contact")
    return tuple(found)
