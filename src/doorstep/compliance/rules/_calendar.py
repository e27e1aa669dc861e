"""Public holidays as data of a pack: known for whole years, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: its day, its name by language, and the regions that keep it (none: all)."""

    on: date
    name: Mapping[str, str]
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """`holidays.toml`: the holidays of `years`, and where they were read. Of any other year
    nothing is known, which is not the same as a year without holidays."""

    years: tuple[int, ...] = ()
    source: str = ""
    holiday: tuple[Holiday, ...] = ()
    _days: dict[date, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_days", {h.on: h.regions for h in self.holiday})

    def knows(self, day: date) -> bool:
        return day.year in self.years

    def keeps(self, day: date, region: str) -> bool:
        """Whether the day is a holiday there; a holiday of some regions counts where the region
        is not known."""
        regions = self._days.get(day)
        return regions is not None and (not regions or not region or region in regions)
