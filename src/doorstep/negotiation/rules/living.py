"""The protected living amount: data with a source, by country and household."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from doorstep.kernel.money import exponent
from doorstep.negotiation.types import NegotiationError, Protected


def protected(
    country: str, currency: str, adults: int, children: int, on: date | None
) -> Protected:
    """What a household keeps a month, in minor units.

    Raises NegotiationError where nobody has said what living costs in a country: an unknown floor
    is not a floor of nothing.
    """
    rows = [
        r
        for r in _rows()
        if r["country"] == country and r["currency"] == currency and (on is None or r["from"] <= on)
    ]
    if not rows:
        raise NegotiationError(
            f"country: no protected living amount is known for {country or 'an unknown country'} "
            f"in {currency}; add it to living.toml before a plan is agreed there",
            "unknown_living",
        )
    row = max(rows, key=lambda r: r["from"])
    major = (
        (row["adult"] if adults else 0)
        + row["further_adult"] * max(0, adults - 1)
        + row["child"] * children
    )
    return Protected(major * 10 ** exponent(currency), row["source"], row["status"])


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    data = tomllib.loads(files("doorstep.negotiation.rules").joinpath("living.toml").read_text())
    return tuple(data["living"])
