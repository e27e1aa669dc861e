"""What others may call."""

from doorstep.book.loans import list_loans, loan_state, loans_of
from doorstep.book.money.intake import take_statement
from doorstep.book.money.report import StatementReport
from doorstep.book.money_in import verified_money
from doorstep.book.named import borrowers_named
from doorstep.book.people_of import borrowers, contact_rows, related_persons
from doorstep.book.ports import BadInputError
from doorstep.book.records import (
    AgedBook,
    BorrowerView,
    ContactRow,
    ImportReport,
    LoanState,
    LoanView,
    MoneyIn,
    PaymentReceipt,
    PaymentView,
    RelatedPerson,
)
from doorstep.book.scope import UnknownLenderError
from doorstep.book.services.ageing import aged, last_aged, rebuild, run_ageing
from doorstep.book.services.imports import import_placement
from doorstep.book.services.inbox import read_inbox
from doorstep.book.services.payments import (
    PaymentConflictError,
    PaymentError,
    UnknownLoanError,
    UnknownPaymentError,
    record_payment,
    reverse_payment,
)
from doorstep.book.store import BusyError

__all__ = [
    "AgedBook",
    "BadInputError",
    "BorrowerView",
    "BusyError",
    "ContactRow",
    "ImportReport",
    "LoanState",
    "LoanView",
    "MoneyIn",
    "PaymentConflictError",
    "PaymentError",
    "PaymentReceipt",
    "PaymentView",
    "RelatedPerson",
    "StatementReport",
    "UnknownLenderError",
    "UnknownLoanError",
    "UnknownPaymentError",
    "aged",
    "borrowers",
    "borrowers_named",
    "contact_rows",
    "import_placement",
    "last_aged",
    "list_loans",
    "loan_state",
    "loans_of",
    "read_inbox",
    "rebuild",
    "record_payment",
    "related_persons",
    "reverse_payment",
    "run_ageing",
    "take_statement",
    "verified_money",
]
