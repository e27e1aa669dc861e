"""Every line of a statement as a sentence, in the language of the page, the file or the letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from doorstep.book.rules.statement import Line, Statement, What
from doorstep.book.types import PenaltyDays
from doorstep.kernel import show
from doorstep.kernel.money import COMPONENTS, Money, decimals, exponent

PARTS: dict[str, str | Promise] = {
    "costs": gettext_lazy("costs"),
    "fees": gettext_lazy("fees"),
    "penalties": gettext_lazy("penalties"),
    "interest": gettext_lazy("interest"),
    "principal": gettext_lazy("principal"),
}
_CHARGES: dict[str, str | Promise] = {
    "costs": gettext_lazy("Costs were charged"),
    "fees": gettext_lazy("A fee was charged"),
    "penalties": gettext_lazy("A penalty was charged"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line in words: what happened, and below it how its amount is made up."""

    line: Line
    title: str
    details: tuple[str, ...]


def told(line: Line, currency: str) -> Told:
    """The line in the language now active."""
    details = [_split(line, currency), *_days(line, currency), *_anew(line), _more(line, currency)]
    return Told(line, _TITLES[line.what](line), tuple(d for d in details if d))


def account(statement: Statement, currency: str) -> dict[str, Any]:
    """The lines of a statement in words, and those of them that a cap took off."""
    return {
        "lines": [told(line, currency) for line in statement.lines],
        "capped": [line for line in statement.lines if line.what is What.CUT],
    }


def _title(text: str | Promise) -> Callable[[Line], str]:
    return lambda _line: str(text)


def _numbered(text: str | Promise) -> Callable[[Line], str]:
    return lambda line: str(text) % {"number": line.number}


_TITLES: dict[What, Callable[[Line], str]] = {
    What.PAID_OUT: _title(gettext_lazy("The loan was paid out")),
    What.DRAWDOWN: _title(gettext_lazy("More of the loan was paid out")),
    What.RATE_CHANGE: _title(gettext_lazy("The interest rate changed")),
    What.REAMORTISE: _title(gettext_lazy("The instalments were worked out anew")),
    What.RESCHEDULE: _title(gettext_lazy("The loan was rescheduled")),
    What.INSTALMENT: _numbered(gettext_lazy("Instalment %(number)d fell due")),
    What.CHARGE: lambda line: str(_CHARGES[line.component]),
    What.LATE_FEE: _numbered(gettext_lazy("Late fee for instalment %(number)d")),
    What.PENALTY: _numbered(
        gettext_lazy("Penalty interest on instalment %(number)d up to this day")
    ),
    What.PAUSE: _title(gettext_lazy("The days past due stopped counting")),
    What.RESUME: _title(gettext_lazy("The days past due count again")),
    What.RE_AGE: _title(gettext_lazy("The days past due started anew")),
    What.DISPUTE: _title(gettext_lazy("Disputed: payments leave this alone")),
    What.DISPUTE_END: _title(gettext_lazy("The dispute ended")),
    What.PENALTY_RATE: _title(gettext_lazy("The rate of penalty interest changed")),
    What.WAIVER: _title(gettext_lazy("Waived: no longer owed")),
    What.REVERSED: _title(gettext_lazy("A payment was taken back")),
    What.CHARGEBACK: _title(gettext_lazy("The bank took a payment back")),
    What.PAYMENT: _title(gettext_lazy("Payment received")),
    What.USE_CREDIT: _title(gettext_lazy("Credit was used")),
    What.REFUND: _title(gettext_lazy("Credit was paid back")),
    What.WRITE_OFF: _title(gettext_lazy("Written off: no longer demanded")),
    What.CUT: _title(gettext_lazy("Above the legal limit: not demanded")),
}


def money(minor: int, currency: str) -> str:
    return show.money(Money(minor, currency), translation.get_language())


def _split(line: Line, currency: str) -> str:
    """Of which components an amount is made: only worth saying where there is more than one, or
    where a payment went."""
    parts = [(c, line.parts[c]) for c in COMPONENTS if line.parts.get(c)]
    if line.what is not What.PAYMENT and len(parts) < 2 and not line.recovered:
        return ""
    words = [f"{PARTS[name]} {money(amount, currency)}" for name, amount in parts]
    if line.credit:
        words.append(_("credit %(amount)s") % {"amount": money(line.credit, currency)})
    if line.recovered:
        words.append(
            _("%(amount)s met debt already written off")
            % {"amount": money(line.recovered, currency)}
        )
    return " · ".join(words)


def _days(line: Line, currency: str) -> list[str]:
    return [_period(days, currency) for days in line.days]


def _period(days: PenaltyDays, currency: str) -> str:
    """`12 days × 100.00 × 0.05 % = 0.60`, with all its decimals, so that it can be added up."""
    language = translation.get_language()
    count = ngettext("%(days)d day", "%(days)d days", days.days) % {"days": days.days}
    return _("%(since)s to %(until)s: %(count)s × %(base)s × %(rate)s a day = %(amount)s") % {
        "since": show.day(days.since, language),
        "until": show.day(days.until, language),
        "count": count,
        "base": money(days.base, currency),
        "rate": percent(days.rate),
        "amount": decimals(days.exact / 10 ** exponent(currency)),
    }


def percent(rate: Fraction) -> str:
    """A rate as a percentage with all the decimals it has, at most ten.

    >>> percent(Fraction(5, 10_000))
    '0.05 %'
    """
    return f"{decimals(rate * 100)} %"


def _more(line: Line, currency: str) -> str:
    if line.what in (What.PAID_OUT, What.REVERSED, What.USE_CREDIT):
        return money(line.amount, currency)
    if line.cut is not None:
        return _(
            "%(why)s: on this day at most %(amount)s of the costs it speaks of may be unpaid"
        ) % {
            "why": line.cut.why or _("the cap of the contract"),
            "amount": money(line.cut.ceiling, currency),
        }
    if line.what is What.DRAWDOWN:
        return " · ".join([money(line.amount, currency), line.reason])
    return line.reason


def _anew(line: Line) -> list[str]:
    """What a line says of a new rate, and of arrears that went into new instalments."""
    said = []
    if line.rate is not None:
        rate = percent(line.rate)
        a_day = line.what is What.PENALTY_RATE
        words = _("%(rate)s a day from this day") if a_day else _("%(rate)s a year from this day")
        said.append(words % {"rate": rate})
    if line.what in _ANEW and line.settled:
        said.append(_("What had fallen due and was not paid is part of the new instalments."))
    return said


_ANEW = {What.REAMORTISE, What.RESCHEDULE}
