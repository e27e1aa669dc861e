"""The collecting day as others see it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class RunStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step of a day: what it counted, and how long it took (seconds of work, not of clock)."""

    name: str
    counts: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class DayReport:
    """A day that is done. `changed` is False when it had been done before."""

    day: date
    at: datetime
    changed: bool
    steps: tuple[StepReport, ...]
    caught_up: tuple[date, ...] = ()
    """Missed days that were brought up to date first."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A day as shown: `missing` names the steps it did not do, the first of which failed; `error`
    is the kind of error, without the message, which could hold personal data."""

    day: date
    status: RunStatus
    at: datetime
    attempts: int
    error: str
    catch_up: bool = False
    steps: tuple[StepReport, ...] = field(default=())
    missing: tuple[str, ...] = field(default=())
    """Steps still to come, in order."""
