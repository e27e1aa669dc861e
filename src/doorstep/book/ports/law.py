"""What the law lets a loan cost: asked of whoever keeps the law's figures."""

from __future__ import annotations

from collections.abc import Callable

from doorstep.book.types import Cap

CapSource = Callable[[str, str], tuple[Cap, ...]]
"""(country, licence of the lender) to caps, dated by the day of a loan's contract."""

CAPS: list[CapSource] = []
"""Wired in by site."""


def legal_caps(country: str, licence: str) -> tuple[Cap, ...]:
    """All caps the law sets for loans of such a lender."""
    return tuple(cap for source in CAPS for cap in source(country, licence))
