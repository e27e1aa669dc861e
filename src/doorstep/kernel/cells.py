"""What a spreadsheet makes of text. Pure."""

from __future__ import annotations

from typing import Any

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet takes for a formula; full width in East Asia."""


def csv_cell(value: Any) -> str:
    """A cell of a CSV file, where an apostrophe keeps text from becoming a formula.

    >>> csv_cell("=1+1"), csv_cell("L-1"), csv_cell(5)
    ("'=1+1", 'L-1', '5')
    """
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
