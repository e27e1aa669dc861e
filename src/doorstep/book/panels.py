"""Fragments other pages show."""

from __future__ import annotations

from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.book.services.payments import UnknownLoanError
from doorstep.book.statement_words import account
from doorstep.book.statements import statement_of
from doorstep.people.types import Viewer


def loan_account(viewer: Viewer, lender: str, loan_id: str, as_of: date) -> SafeString | None:
    """A loan's statement to unfold: every line, where each payment went, and what a cap took off.

    None for a loan the viewer may not see or of which nobody can say what it owes.
    """
    try:
        found = statement_of(viewer, lender, loan_id, as_of)
    except UnknownLoanError:
        return None
    if found.statement is None:
        return None
    shown = {
        "loan": found,
        "statement": found.statement,
        **account(found.statement, found.currency),
    }
    return render_to_string("book/_account.html", shown)
