"""What others may call."""

from doorstep.book.change_facts import Change
from doorstep.book.change_history import changes_of
from doorstep.book.differences import (
    Difference,
    count_differences,
    difference_of,
    differences_of,
    held_back,
    list_differences,
)
from doorstep.book.loans import list_loans, loan_state, loans_of
from doorstep.book.money.intake import take_statement
from doorstep.book.money.report import StatementReport
from doorstep.book.money_in import verified_money
from doorstep.book.named import borrowers_named
from doorstep.book.people_of import borrowers, contact_rows, related_persons
from doorstep.book.portfolio.doors import (
    Asked,
    NotAgedDayError,
    Portfolio,
    between,
    portfolio,
)
from doorstep.book.ports import BadInputError
from doorstep.book.records import (
    AgedBook,
    BorrowerPayment,
    BorrowerReceipt,
    BorrowerView,
    ChangeReceipt,
    ChangeView,
    ContactRow,
    ImportReport,
    LoanState,
    LoanView,
    MoneyIn,
    PaymentReceipt,
    PaymentView,
    RelatedPerson,
    ShareReceipt,
)
from doorstep.book.rules.portfolio import Cell, Flow, Move, Part, Stock, Vintages, share
from doorstep.book.rules.portfolio import place as place_of_state
from doorstep.book.scope import UnknownLenderError
from doorstep.book.services.ageing import aged, last_aged, rebuild, run_ageing
from doorstep.book.services.borrower_payments import (
    UnknownBorrowerError,
    is_divided,
    record_borrower_payment,
    reverse_borrower_payment,
)
from doorstep.book.services.change_checks import (
    ChangeConflictError,
    ChangeError,
    NotAllowedError,
)
from doorstep.book.services.changes import (
    preview_change,
    record_change,
    sign_change,
    withdraw_change,
)
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
from doorstep.book.services.proof import ProofReport, prove
from doorstep.book.statements import LoanStatement, statement_of
from doorstep.book.store import BusyError

__all__ = [
    "AgedBook",
    "Asked",
    "BadInputError",
    "BorrowerPayment",
    "BorrowerReceipt",
    "BorrowerView",
    "BusyError",
    "Cell",
    "Change",
    "ChangeConflictError",
    "ChangeError",
    "ChangeReceipt",
    "ChangeView",
    "ContactRow",
    "Difference",
    "Flow",
    "ImportReport",
    "LoanState",
    "LoanStatement",
    "LoanView",
    "MoneyIn",
    "Move",
    "NotAgedDayError",
    "NotAllowedError",
    "Part",
    "PaymentConflictError",
    "PaymentError",
    "PaymentReceipt",
    "PaymentView",
    "Portfolio",
    "ProofReport",
    "RelatedPerson",
    "ShareReceipt",
    "StatementReport",
    "Stock",
    "UnknownBorrowerError",
    "UnknownLenderError",
    "UnknownLoanError",
    "UnknownPaymentError",
    "Vintages",
    "aged",
    "between",
    "borrowers",
    "borrowers_named",
    "changes_of",
    "contact_rows",
    "count_differences",
    "difference_of",
    "differences_of",
    "held_back",
    "import_placement",
    "is_divided",
    "last_aged",
    "list_differences",
    "list_loans",
    "loan_state",
    "loans_of",
    "place_of_state",
    "portfolio",
    "preview_change",
    "prove",
    "read_inbox",
    "rebuild",
    "record_borrower_payment",
    "record_change",
    "record_payment",
    "related_persons",
    "reverse_borrower_payment",
    "reverse_payment",
    "run_ageing",
    "share",
    "sign_change",
    "statement_of",
    "take_statement",
    "verified_money",
    "withdraw_change",
]
