"""Statements and merchant bills as CSV by a map; maps for Alipay and WeChat Pay are ready."""

from doorstep.importers.bank_csv.source import BankCsvReader

reader = BankCsvReader()
"""The entry point `doorstep.statements`: csv."""
