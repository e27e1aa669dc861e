"""What others may call."""

from doorstep.insight.queries import board, day_bounds, order
from doorstep.insight.sheets import TYPE as XLSX
from doorstep.insight.sheets import Column, workbook

__all__ = ["XLSX", "Column", "board", "day_bounds", "order", "workbook"]
