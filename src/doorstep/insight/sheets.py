"""A list as an XLSX file. Text stays text: nothing a borrower typed can become a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from doorstep.kernel.cells import FORMULA_STARTS
from doorstep.kernel.money import Money

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int = 14


def workbook(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a header that stays and filters on; `name` is cut to 31 characters.

    Cells: Money (as major units), int, float (a share, shown in per cent), date, aware datetime
    (shown in its own zone), None, text.
    Text that begins like a formula is marked as text, so that it stays text after the file was
    saved as CSV and opened again.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet(_sheet_name(name))
    styles = _styles(book)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, styles["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, value in enumerate(row):
            _write(sheet, last, number, value, styles)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "text": book.add_format({"quote_prefix": True}),
    }


def _write(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Money):
        sheet.write_number(row, column, value.major(), styles["money"])
    elif isinstance(value, bool | int):
        sheet.write_number(row, column, int(value))
    elif isinstance(value, float):
        sheet.write_number(row, column, value, styles["share"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["day"])
    else:
        text = str(value)
        risky = text.startswith(FORMULA_STARTS)
        sheet.write_string(row, column, text, styles["text"] if risky else None)


def _sheet_name(name: str) -> str:
    return "".join("-" if c in "[]:*?/\\'" else c for c in name)[:31] or "Doorstep"
