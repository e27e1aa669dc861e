"""What the board shows of folders above it: site wires them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doorstep.people.types import Viewer


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person must do now: `tone` bad or warn, `url` where it is done."""

    tone: str
    title: str
    text: str
    url: str = ""
    action: str = ""


ALERTS: list[Callable[[Viewer], Alert | None]] = []
"""Asked for every board; each answers with an alert or None."""
