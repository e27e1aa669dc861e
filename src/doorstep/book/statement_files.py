"""A statement as a file to keep: a PDF to hand over, a table to add up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doorstep.book.statement_words import PARTS, Told, money, told
from doorstep.book.statements import LoanStatement
from doorstep.kernel import show
from doorstep.kernel.money import COMPONENTS, Money

_TEMPLATE = Path(__file__).with_name("statement.typ")
_FONTS = {"zh-hans": "Noto Sans CJK SC", "zh-hant": "Noto Sans CJK TC"}


def as_pdf(found: LoanStatement) -> bytes:
    """The statement as PDF, in the language now active. `found.statement` must be there."""
    pdf: Any = typst.compile(_TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(_data(found))})
    return bytes(pdf)


def as_csv(found: LoanStatement) -> bytes:
    """One row a line: day, words, amounts in major units by component, and the running balance.

    Begins with the mark by which spreadsheets know UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    shown = [c for c in COMPONENTS if _has(found, c)]
    writer.writerow(
        [
            _("Day"),
            pgettext("statement", "What happened"),
            _("Fell due"),
            _("Settled"),
            _("Balance"),
            _("Currency"),
        ]
        + [str(PARTS[c]) for c in shown]
        + [pgettext("statement", "Reference"), _("Details")]
    )
    for line in _told(found):
        writer.writerow(_row(line, found.currency, shown))
    return ("\ufeff" + out.getvalue()).encode()


def _told(found: LoanStatement) -> list[Told]:
    assert found.statement is not None
    return [told(line, found.currency) for line in found.statement.lines]


def _has(found: LoanStatement, component: str) -> bool:
    assert found.statement is not None
    return any(line.parts.get(component) for line in found.statement.lines)


def _row(t: Told, currency: str, shown: Sequence[str]) -> list[Any]:
    def major(minor: int) -> str:
        return str(Money(minor, currency).major()) if minor else ""

    line = t.line
    return [
        line.on.isoformat(),
        t.title,
        major(line.fell_due),
        major(line.settled),
        str(Money(line.balance, currency).major()),
        currency,
        *[major(line.parts.get(c, 0)) for c in shown],
        _plain(line.ref),
        _plain("; ".join(t.details)),
    ]


def _plain(text: str) -> str:
    """Text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _data(found: LoanStatement) -> dict[str, Any]:
    """Everything the template prints, already in words."""
    language = translation.get_language()
    return {
        "language": language,
        "font": _FONTS.get(language or "", "Noto Sans CJK SC"),
        "title": _("Statement of loan %(loan)s") % {"loan": found.loan_id},
        "head": _head(found, language),
        **_sums(found),
        "columns": [
            _("Day"),
            pgettext("statement", "What happened"),
            _("Fell due"),
            _("Settled"),
            _("Balance"),
        ],
        "lines": [_printed(t, found.currency, language) for t in _told(found)],
        "check": how_to_check(),
        "page": _("Page"),
    }


def _head(found: LoanStatement, language: str | None) -> list[list[str]]:
    paid_out = money(found.principal, found.currency)
    return [
        [_("Lender"), found.lender_name],
        [_("Borrower"), found.borrower_id],
        [_("Product"), found.product],
        [_("Paid out"), f"{paid_out}, {show.day(found.disbursed_on, language)}"],
        [_("As at the end of"), show.day(found.as_of, language)],
    ]


def _sums(found: LoanStatement) -> dict[str, list[list[str]]]:
    s = found.statement
    assert s is not None

    def row(name: object, minor: int) -> list[str]:
        return [str(name), money(minor, found.currency)]

    return {
        "sums": [
            row(_("Due and unpaid"), s.arrears),
            *[row(PARTS[c], s.due[c]) for c in COMPONENTS if s.due.get(c)],
        ],
        "rest": [
            row(_("Paid ahead of its day"), s.ahead),
            row(_("Credit"), s.credit),
            row(_("Not yet due"), s.not_due),
            row(_("To settle the whole loan"), s.payoff),
        ],
    }


def _printed(t: Told, currency: str, language: str | None) -> dict[str, Any]:
    def amount(minor: int) -> str:
        return money(minor, currency) if minor else ""

    return {
        "day": show.day(t.line.on, language, "short"),
        "title": t.title,
        "details": list(t.details),
        "due": amount(t.line.fell_due),
        "settled": amount(t.line.settled),
        "balance": money(t.line.balance, currency),
    }


def how_to_check() -> str:
    return _(
        "To check this statement: add what fell due, take away what was settled, line by line; "
        "the last balance is what is due and unpaid, less what was paid ahead of its day and less "
        "the credit."
    )
