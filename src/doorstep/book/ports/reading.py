"""How to read a file of rows: what its maker decided and no file says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`amounts` is major (12.50) or minor (1250); `dates` are strptime formats tried in order, and
    `excel` reads serial day numbers. Empty: the first sheet, a comma (a tab in .tsv), UTF-8."""

    sheet: str = ""
    delimiter: str = ""
    header: bool = True
    encoding: str = ""
    amounts: str = "minor"
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ("%Y-%m-%d",)
