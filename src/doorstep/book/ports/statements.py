"""What a reader of bank statements answers: each entry of an account, and the sums it must make.

A reader knows one format and nothing else. That the sums are right, that an entry was not there
before and what it pays is decided by the book, the same way for every reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Way(StrEnum):
    """Money onto the lender's account, or away from it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement.

    `row` is where it stands in the file (a line number). `key` is the bank's own reference of this
    entry, empty where the format has none. `on` is the value date, `amount` is above zero in minor
    units. `reference` is what the payer or the bank gave as reference, `text` the free text,
    `account` the (virtual) account of ours the money was sent to where it says so.
    `gives_back` marks money that undoes an earlier entry (a return, a chargeback, a refund), and
    `original` is what it says of that entry: its key or its reference.
    """

    row: int
    key: str
    on: date
    amount: int
    way: Way
    reference: str = ""
    text: str = ""
    payer: str = ""
    payer_account: str = ""
    account: str = ""
    gives_back: bool = False
    original: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a file says of its own entries; None where it says nothing."""

    count_in: int | None = None
    sum_in: int | None = None
    count_out: int | None = None
    sum_out: int | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One account over some days. Balances are signed minor units; None where a format has none,
    then `totals` must say what the entries add up to."""

    row: int
    account: str
    number: str
    currency: str
    entries: tuple[Entry, ...]
    opening: int | None = None
    closing: int | None = None
    totals: Totals = Totals()


class StatementReader(Protocol):
    """A reader of one format. It reads and answers; it never writes."""

    def takes(self, file: Path, map_path: Path | None) -> bool:
        """Whether the file looks like this format. Raises BadInputError for an unreadable map."""

    def read(self, file: Path, map_path: Path | None) -> list[Statement]:
        """The statements of a file. Raises BadInputError with the place of what is wrong."""

    def schema(self) -> dict[str, Any]:
        """JSON schema of the map; an empty one where the format needs none."""
