"""One rule of several sentences: each judged by its own kind, together one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding, Result

Judge = Callable[[Deed, Facts, Base], Finding]


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """The sentences, each a judge and its law; `kinds` is what any of them speaks of."""

    parts: tuple[tuple[Judge, Base], ...]


def judge(deed: Deed, facts: Facts, law: Base) -> Finding:
    """The strictest of the sentences that speak of this; the duties of all where none blocks."""
    assert isinstance(law, Law)
    said = [
        part(deed, facts, w)
        for part, w in law.parts
        if w.speaks(deed.kind, facts.debt.product, facts.executor)
    ]
    blocking = [f for f in said if f.blocks]
    if blocking:
        return max(blocking, key=_weight)
    said = [f for f in said if f.result is not Result.NOT_APPLICABLE]
    if not said:
        return law.silent
    told = next((f for f in said if f.code), said[0])
    duties = tuple(dict.fromkeys(d for f in said for d in f.duties))
    return told._replace(duties=duties)


def _weight(f: Finding) -> tuple[int, float]:
    """A refusal without an end outweighs a question to a person, and both a wait."""
    if f.ends is None:
        return (1 if f.escalates else 2, 0.0)
    return (0, f.ends.timestamp())


def flat(laws: Iterable[tuple[Judge, Base]]) -> list[tuple[Judge, Base]]:
    """Laws with every rule of several sentences taken apart."""
    found: list[tuple[Judge, Base]] = []
    for judged, law in laws:
        found += law.parts if isinstance(law, Law) else [(judged, law)]
    return found
