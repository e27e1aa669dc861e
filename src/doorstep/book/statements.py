"""What a loan owes and how that came about, for a page, a PDF or a table somebody can add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doorstep.book.ageing import tables_of
from doorstep.book.loans import open_loan
from doorstep.book.one_loan import state_on
from doorstep.book.products import products_of
from doorstep.book.rules.statement import Statement, make_statement
from doorstep.people.api import lender_names
from doorstep.people.types import Viewer


@dataclass(frozen=True, slots=True)
class LoanStatement:
    """A loan with its statement; `statement` is None for an unaged loan, of which nobody can say
    what it owes. `principal` and all amounts are minor units of `currency`."""

    lender_id: int
    lender: str
    lender_name: str
    loan_id: str
    borrower_id: str
    product: str
    currency: str
    principal: int
    disbursed_on: date
    as_of: date
    statement: Statement | None


def statement_of(viewer: Viewer, lender: str, loan_id: str, as_of: date) -> LoanStatement:
    """The statement of one loan at the end of a day, by the replay the night uses.

    Raises UnknownLoanError where there is no such loan for this viewer.
    """
    owner, manifest, _ = open_loan(viewer, lender, loan_id, as_of)
    tables, events = tables_of(owner, manifest, [loan_id])
    row = tables["loans"].to_pylist()[0]
    loan, state = state_on(tables, events, as_of, products_of(owner).get(row["product"]))
    return LoanStatement(
        lender_id=owner,
        lender=lender,
        lender_name=lender_names()[owner][1],
        loan_id=loan_id,
        borrower_id=row["borrower_id"],
        product=row["product"],
        currency=row["currency"],
        principal=row["principal"],
        disbursed_on=row["disbursed_on"],
        as_of=as_of,
        statement=make_statement(loan, state) if state else None,
    )
