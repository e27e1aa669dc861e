"""What the book's doors answer. Pure; amounts are integers of minor units."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from doorstep.book.ports import Note, Reject
from doorstep.kernel.money import Money

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[int, str]
"""(lender's row id, borrower's id at that lender)."""


class _Plain:
    """Rows that become JSON field by field."""

    __slots__: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        names: tuple[str, ...] = type(self).__slots__
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class FileReport(_Plain):
    """`rows` = `accepted` + `unchanged` + `rejected`; `corrected` counts those of the accepted
    rows whose key was known with other values."""

    path: str
    sha256: str
    table: str
    rows: int
    accepted: int
    unchanged: int
    rejected: int
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class Correction(_Plain):
    """A known key came with other values. Personal cells are named, never shown."""

    file: str
    row: int
    table: str
    key: str
    column: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did. `applied` is False where nothing was taken (all-or-nothing, or a file
    that cannot be read: then `error` says which and why)."""

    lender: str
    files: tuple[FileReport, ...]
    sums: dict[str, dict[str, int]]
    rejects: tuple[Reject, ...]
    corrections: tuple[Correction, ...]
    applied: bool
    manifest: str = ""
    run_id: int | None = None
    error: str = ""
    notes: tuple[Note, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The published shape of `doorstep book import --json`."""
        return {
            "files": [f.as_json() for f in self.files],
            "sums": self.sums,
            "rejects": [asdict(r) for r in self.rejects],
            "notes": [asdict(n) for n in self.notes],
            "corrections": [c.as_json() for c in self.corrections],
            "applied": self.applied,
            "lender": self.lender,
            "manifest": self.manifest,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class AgedBook:
    """The aged loans of all lenders at the end of `as_of`, sorted by lender and loan.

    `loans` has the columns of `doorstep book age` plus lender (code), lender_id, borrower_id,
    product, principal, disbursed_on and kind (full, summary, unaged).
    """

    as_of: date
    loans: pa.Table
    manifests: dict[str, str] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LoanView:
    """One loan as last aged. Unaged loans have `kind` unaged, no days and no amounts due."""

    lender_id: int
    loan_id: str
    borrower_id: str
    product: str
    currency: str
    kind: str
    status: str
    as_of: date | None
    principal: int
    disbursed_on: date | None
    dpd: int | None
    bucket: str
    oldest_unpaid: date | None
    next_due: date | None
    next_amount: int
    due: dict[str, int]
    not_due: int
    credit: int
    payoff: int

    @property
    def arrears(self) -> int:
        return sum(self.due.values())


@dataclass(frozen=True, slots=True)
class PaymentView:
    """`source` is file or live; `split` says by component where the money went, `credit` what was
    left over; a payment taken back or not yet verified went nowhere."""

    payment_id: str
    on: date
    amount: int
    currency: str
    source: str
    reversed: bool = False
    verified: bool = True
    channel: str = ""
    split: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoanState:
    """One loan computed for one day by the same replay as the nightly run."""

    loan: LoanView
    instalments: list[dict[str, Any]]
    payments: list[PaymentView]


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Verified money of a borrower, reversals taken out.

    `received_at` is the instant a live payment arrived; for a payment known only by its date the
    end of that day where the lender is, so that the payer is never late by our ignorance.
    """

    on: date
    received_at: datetime
    amount: int
    currency: str
    payment_id: str
    loan_id: str


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """`created` is False where the same payment was recorded before."""

    payment_id: str
    loan_id: str
    on: date
    amount: int
    currency: str
    verified: bool
    created: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class BorrowerPayment:
    """Money for a borrower and no one loan. `loans` are those the payer named: they come first.
    Unverified money is kept and reduces nothing until it is recorded again as verified."""

    borrower_id: str
    payment_id: str
    on: date
    amount: Money
    loans: tuple[str, ...] = ()
    verified: bool = True
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ShareReceipt:
    """What one loan got of a borrower's payment, and why: (ground, amount), the ground being
    chosen (the payer's word), due, later, proportion or credit."""

    payment_id: str
    loan_id: str
    amount: int
    grounds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BorrowerReceipt:
    """Money for a borrower and how it was divided; the shares make `amount`, in the order of
    payment. `created` is False where the same payment was recorded before."""

    payment_id: str
    borrower_id: str
    on: date
    amount: int
    currency: str
    verified: bool
    created: bool
    received_at: datetime
    shares: tuple[ShareReceipt, ...]

    @property
    def receipts(self) -> list[PaymentReceipt]:
        """The shares as receipts of payments of one loan each."""
        return [
            PaymentReceipt(
                payment_id=s.payment_id,
                loan_id=s.loan_id,
                on=self.on,
                amount=s.amount,
                currency=self.currency,
                verified=self.verified,
                created=self.created,
                received_at=self.received_at,
            )
            for s in self.shares
        ]


@dataclass(frozen=True, slots=True)
class BorrowerView:
    """`name` is masked, `name_sealed` opens with kernel.sealed. `person_key` is the blind index
    of the identity number, empty where none is known; it joins people of two lenders only inside
    the gate's counters."""

    lender_id: int
    borrower_id: str
    name: str
    name_sealed: bytes
    born: date | None
    language: str
    country: str
    region: str
    id_kind: str
    person_key: str


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    lender_id: int
    borrower_id: str
    person_id: str
    role: str
    name: str
    name_sealed: bytes
    liable: bool


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One way to reach a person (`person_id` empty: the borrower). `value_sealed` opens with
    kernel.sealed; `number_key` is the blind index of the normalised value."""

    lender_id: int
    borrower_id: str
    person_id: str
    kind: str
    value_sealed: bytes
    masked: str
    number_key: str
    use: str
    source: str
    basis: str
    confirmed_on: date | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class ChangeReceipt:
    """What became of a change: `state` is recorded, or waiting for a second signature; `created`
    is False where the same was there before. `amount` 0 means everything, or none for its kind."""

    change_id: str
    loan_id: str
    kind: str
    on: date
    amount: int
    currency: str
    state: str
    created: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in a loan's history. `state` is recorded, reversed or waiting; `signed` are the
    people who signed, `given_up` what the lender could claim less because of it; `terms` what a
    change of schedule or rate says, as the event keeps it."""

    change_id: str
    kind: str
    on: date
    amount: int
    currency: str
    component: str
    instalment: int | None
    charge_id: str
    reverses: str
    reason: str
    by: str
    at: datetime
    state: str
    signed: tuple[str, ...]
    proposal_id: int | None
    given_up: int
    terms: dict[str, Any] = field(default_factory=dict)
