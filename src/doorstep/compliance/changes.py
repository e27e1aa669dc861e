"""What changes in the law between two days: rules that begin, end or hand over to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from doorstep.compliance.packs import installed, pack
from doorstep.compliance.rules._law import Base
from doorstep.compliance.rules.cost_cap import Law as CostCap
from doorstep.compliance.types import Rule
from doorstep.compliance.words import source, title


class What(StrEnum):
    """What becomes of a rule on a day."""

    BEGINS = "begins"
    ENDS = "ends"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class LawChange:
    """A rule that is another one from the start of day `on`. `figure` is the new one, if a figure
    is what changes."""

    on: date
    pack: str
    what: What
    rule: Rule
    figure: str = ""

    def as_json(self) -> dict[str, Any]:
        """In the language of the moment."""
        return {
            "on": self.on.isoformat(),
            "pack": self.pack,
            "rule": self.rule.id,
            "what": self.what.value,
            "title": title(self.rule),
            "figure": self.figure,
            "superseded_by": self.rule.superseded_by,
            "bindingness": self.rule.bindingness.value,
            "status": self.rule.status,
            "citation": source(self.rule),
        }


def changes_between(first: date, last: date, codes: Iterable[str] | None = None) -> list[LawChange]:
    """Changes after `first` up to and with `last`, of the packs named (None: of all installed), by
    day, pack and rule.

    Raises PackError for a pack that cannot be used.
    """
    found = [
        change
        for code in (installed() if codes is None else codes)
        for _, law in pack(code).laws
        for change in _of(code, law)
        if first < change.on <= last
    ]
    return sorted(found, key=lambda c: (c.on, c.pack, c.rule.id, c.what))


def _of(code: str, law: Base) -> Iterator[LawChange]:
    rule = law.rule
    yield LawChange(rule.in_force, code, What.BEGINS, rule)
    if rule.until is not None:
        yield LawChange(rule.until, code, What.ENDS, rule)
    if isinstance(law, CostCap):
        for rate in law.rates:
            yield LawChange(rate.since, code, What.FIGURE, rule, f"{law.times} × {rate.percent} %")
