"""What others may call."""

from doorstep.insight.sheets import TYPE as XLSX
from doorstep.insight.sheets import Column, workbook

__all__ = ["XLSX", "Column", "workbook"]
