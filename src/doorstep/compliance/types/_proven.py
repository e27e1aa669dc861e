"""What can be proven of what was decided: heads of chains, and what was altered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ChainKind(StrEnum):
    """What a link holds: verdicts of the gate, or facts of the case file."""

    VERDICT = "verdict"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a lender's chain in one number. `lender` is the lender's code, `size` how many
    links it has, `root` 64 hexadecimal digits; kept outside, it proves that nothing before it was
    changed since."""

    lender: str
    size: int
    root: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alteration:
    """Something that is not as it was recorded. `what` is changed, removed, inserted, unsealed (a
    verdict that the gate did not write), broken (a link that does not fit its chain) or rewritten
    (a chain that does not continue a head kept outside); `of` is verdict, fact, link, chain or kept
    (a pack's text, which has no lender)."""

    lender: str
    what: str
    of: str
    id: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored verdict judged again by the same code on the facts of then. `differences` is empty
    where the answer is the same; `lost` names what it rested on and is not there."""

    id: UUID
    answer: str
    differences: tuple[str, ...] = ()
    lost: str = ""

    @property
    def same(self) -> bool:
        return not self.differences and not self.lost
