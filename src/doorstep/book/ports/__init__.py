"""What an importer plug-in answers: canonical columnar tables, and why a row was refused.

The placement tables are described once, here: importers read them, the store writes them, the
published schema is printed from them. Amounts are integers of minor units, dates ISO, ids text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from doorstep.book.rules.terms import (
    AMORTIZATION,
    COMPOUNDING,
    DAY_COUNT,
    DRAWDOWN,
    EARLY,
    FREQUENCY,
    INTEREST,
    LATE,
    PERIOD,
    UNITS,
)

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_AMOUNT = 10**13
"""The largest amount accepted, in minor units; more is refused at import, so no sum can wrap."""


_LONGEST_MESSAGE = 600


class BadInputError(ValueError):
    """A file or a map cannot be read at all. The message is `file:row:column: what; what to do`."""

    def __init__(self, file: str, reason: str, *, row: int = 0, column: str = "") -> None:
        self.file, self.row = file, row
        self.column, self.reason = _printable(column), _printable(reason)
        super().__init__(f"{file}:{row or ''}:{self.column}: {self.reason}")


def _printable(text: str) -> str:
    """A header of a broken file may hold anything; a message must not."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= _LONGEST_MESSAGE else f"{shown[:_LONGEST_MESSAGE]}…"


class UnexplainedError(BadInputError):
    """A file can be read, but nothing says what its columns mean."""


class Kind(StrEnum):
    """What a cell holds. `text` may hold anything a person wrote; `id` has no spaces around it."""

    ID = "id"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOL = "bool"
    CURRENCY = "currency"
    COUNTRY = "country"
    DEGREES = "degrees"


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column; `personal` cells are sealed on disk and never quoted in a message."""

    name: str
    kind: Kind
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table. `key` (with the lender) says which row another one corrects."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    money: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def _c(name: str, kind: Kind, *flags: str, **more: Any) -> Column:
    return Column(name, kind, required="required" in flags, personal="personal" in flags, **more)


ROLES = (
    "co_borrower",
    "guarantor",
    "spouse",
    "heir",
    "guardian",
    "representative",
    "contact_person",
)
_K = Kind
TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "borrowers",
            ("borrower_id",),
            (
                _c("borrower_id", _K.ID, "required"),
                _c("name", _K.TEXT, "personal"),
                _c("id_kind", _K.TEXT),
                _c("id_number", _K.ID, "personal"),
                _c("born", _K.DATE, "personal"),
                _c("language", _K.TEXT),
                _c("country", _K.COUNTRY, "required"),
                _c("region", _K.TEXT),
            ),
        ),
        Table(
            "related_persons",
            ("borrower_id", "person_id"),
            (
                _c("borrower_id", _K.ID, "required"),
                _c("person_id", _K.ID, "required"),
                _c("role", _K.CODE, "required", choices=ROLES),
                _c("name", _K.TEXT, "personal"),
                _c("liable", _K.BOOL, "required"),
            ),
        ),
        Table(
            "contact_points",
            ("borrower_id", "person_id", "kind", "value"),
            (
                _c("borrower_id", _K.ID, "required"),
                _c("person_id", _K.ID),
                _c("kind", _K.CODE, "required", choices=("phone", "email", "address", "chat")),
                _c("value", _K.TEXT, "required", "personal"),
                _c("use", _K.CODE, "required", choices=("self", "home", "work", "contact")),
                _c("source", _K.TEXT, "required"),
                _c("basis", _K.TEXT, "required"),
                _c("confirmed_on", _K.DATE),
                _c("lat", _K.DEGREES, "personal", low=-90, high=90),
                _c("lon", _K.DEGREES, "personal", low=-180, high=180),
            ),
        ),
        Table(
            "loans",
            ("loan_id",),
            (
                _c("loan_id", _K.ID, "required"),
                _c("borrower_id", _K.ID, "required"),
                _c("lender", _K.ID),
                _c("product", _K.ID, "required"),
                _c("currency", _K.CURRENCY, "required"),
                _c("principal", _K.AMOUNT, "required", low=1),
                _c("disbursed_on", _K.DATE, "required"),
                _c("contract_on", _K.DATE),
                _c("rate_percent", _K.DECIMAL, low=0, high=1000),
                _c("interest", _K.CODE, choices=INTEREST),
                _c("interest_period", _K.CODE, choices=PERIOD),
                _c("amortization", _K.CODE, choices=AMORTIZATION),
                _c("instalments", _K.NUMBER, low=1, high=1200),
                _c("every", _K.NUMBER, low=1, high=3660),
                _c("unit", _K.CODE, choices=tuple(UNITS)),
                _c("first_due", _K.DATE),
                _c("due_day", _K.NUMBER, low=1, high=31),
                _c("balloon", _K.AMOUNT, low=0),
                _c("grace_principal", _K.NUMBER, low=0, high=1200),
                _c("grace_interest", _K.NUMBER, low=0, high=1200),
                _c("interest_free", _K.NUMBER, low=0, high=1200),
                _c("day_count", _K.CODE, choices=tuple(DAY_COUNT)),
                _c("instalment_multiple_of", _K.AMOUNT, low=1),
                _c("drawdown", _K.CODE, choices=DRAWDOWN),
                _c("recalculate", _K.CODE, choices=EARLY),
                _c("recalculate_frequency", _K.CODE, choices=FREQUENCY),
                _c("recalculate_compounding", _K.CODE, choices=COMPOUNDING),
                _c("late_interest", _K.CODE, choices=LATE),
                _c("payments_known", _K.BOOL),
                _c("maturity", _K.DATE),
                _c("stated_on", _K.DATE),
                _c("dpd", _K.NUMBER, low=0, high=36500),
                _c("owed_principal", _K.AMOUNT, low=0),
                _c("owed_interest", _K.AMOUNT, low=0),
                _c("owed_fees", _K.AMOUNT, low=0),
                _c("owed_penalties", _K.AMOUNT, low=0),
                _c("owed_costs", _K.AMOUNT, low=0),
                _c("not_due", _K.AMOUNT, low=0),
            ),
            money=("principal",),
        ),
        Table(
            "instalments",
            ("loan_id", "number"),
            (
                _c("loan_id", _K.ID, "required"),
                _c("number", _K.NUMBER, "required", low=1, high=4096),
                _c("due", _K.DATE, "required"),
                _c("principal", _K.AMOUNT, "required", low=0),
                _c("interest", _K.AMOUNT, "required", low=0),
                _c("currency", _K.CURRENCY),
            ),
            money=("principal", "interest"),
        ),
        Table(
            "charges",
            ("charge_id",),
            (
                _c("loan_id", _K.ID, "required"),
                _c("charge_id", _K.ID, "required"),
                _c("kind", _K.CODE, "required", choices=("fee", "penalty", "cost")),
                _c("due", _K.DATE, "required"),
                _c("added_on", _K.DATE, "required"),
                _c("amount", _K.AMOUNT, "required", low=1),
                _c("currency", _K.CURRENCY),
            ),
            money=("amount",),
        ),
        Table(
            "payments",
            ("payment_id",),
            (
                _c("loan_id", _K.ID, "required"),
                _c("payment_id", _K.ID, "required"),
                _c("on", _K.DATE, "required"),
                _c("amount", _K.AMOUNT, "required", low=1),
                _c("reverses", _K.ID),
                _c("currency", _K.CURRENCY),
            ),
            money=("amount",),
        ),
    )
}


@dataclass(frozen=True, slots=True, order=True)
class Reject:
    """One row that was not taken: `row` as a spreadsheet counts, `column` canonical or empty."""

    file: str
    row: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something the lender should know of a row that was taken, or of a column that was not."""

    file: str
    row: int
    column: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What the lender's own system says is unpaid of a loan, due or not, in minor units: in all,
    and by component where it says so. The book proves it by replaying what it took."""

    file: str
    row: int
    loan_id: str
    total: int
    parts: Mapping[str, int] = field(default_factory=dict)
    remark: str = ""


@dataclass(slots=True)
class SourceTable:
    """What one file holds for one table, or a piece of it.

    `rows` is an Arrow table of the canonical columns plus `row` (int64); its cells are already of
    the right type, and required ones are there. `read` counts the rows of the file; `sums` holds
    the money read and rejected here, by currency, as far as it could be understood. `taken` says
    which of the file's columns became which of ours, `left` which became none.
    """

    path: Path
    sha256: str
    table: str
    read: int
    rows: pa.Table
    rejects: list[Reject] = field(default_factory=list)
    sums_read: dict[str, int] = field(default_factory=dict)
    sums_rejected: dict[str, int] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    form: str = ""
    notes: list[Note] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)


class LoanSource(Protocol):
    """An importer. It reads and yields; it never writes and knows nothing of the database.

    `map_path` None: there is no map. An importer that needs one refuses, saying what to write.
    """

    def lender(self, map_path: Path | None) -> str:
        """The lender's code a map names, or an empty string. Raises BadInputError."""

    def takes(self, file: Path, map_path: Path) -> bool:
        """Whether the map describes this file. Raises BadInputError for an unreadable map."""

    def read(
        self, files: Sequence[Path], map_path: Path | None, *, progress: Progress | None = None
    ) -> Iterator[SourceTable]:
        """Tables of each file, in the order given. Raises BadInputError for an unreadable file."""

    def tables(self, file: Path, map_path: Path | None) -> tuple[str, ...]:
        """Which tables a file holds. Raises BadInputError."""

    def pieces(
        self,
        file: Path,
        map_path: Path | None,
        *,
        among: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> Iterator[SourceTable]:
        """The rows of a file a bounded number at a time, table by table, for looking at them.

        `among` are all files of the delivery, for importers that join them. Without a map an
        importer may guess, or raise UnexplainedError.
        """

    def schema(self) -> dict[str, Any]:
        """JSON schema of the map."""


class Progress(Protocol):
    """Told how far a long reading is: rows done, rows in all (0: not known)."""

    def __call__(self, what: str, done: int, total: int) -> None: ...
