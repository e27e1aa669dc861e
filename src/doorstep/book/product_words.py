"""What holds for a product, in words of the language of the moment."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.statement_words import PARTS, money, percent
from doorstep.book.types import AllocationOrder, Cap, PenaltyTerms


def lateness(penalty: PenaltyTerms | None, currency: str) -> list[str]:
    """What being late costs by contract."""
    if penalty is None:
        return [_("nothing")]
    words = []
    if penalty.daily_rate:
        of = (
            _("overdue principal")
            if penalty.base == "principal"
            else _("overdue principal and interest")
        )
        words.append(
            _("%(rate)s a day of the %(base)s") % {"rate": percent(penalty.daily_rate), "base": of}
        )
        if penalty.grace_days:
            days = ngettext("from %(days)d day late", "from %(days)d days late", penalty.grace_days)
            words.append(days % {"days": penalty.grace_days + 1})
            if penalty.from_due:
                words.append(_("then counted from the due day"))
    if penalty.late_fee:
        words.append(
            _("%(amount)s once for each instalment %(days)d days late")
            % {"amount": _amount(penalty.late_fee, currency), "days": penalty.late_fee_after}
        )
    return words or [_("nothing")]


def _amount(minor: int, currency: str) -> str:
    return money(minor, currency) if currency else str(minor)


def order(chosen: AllocationOrder | None) -> str:
    """In which order money pays, component by component."""
    found = chosen or DEFAULT
    words = " → ".join(str(PARTS[name]) for name in found.due)
    if found.by == "component":
        words = _("%(order)s; one part of all instalments before the next") % {"order": words}
    return words if chosen else _("%(order)s (by law)") % {"order": words}


def caps(terms: ProductTerms) -> list[str]:
    """The caps of the contract."""
    return [_CAPS[cap.kind](cap) for cap in terms.caps]


def _yearly(cap: Cap) -> str:
    return _("%(share)s a year of the principal outstanding") % {"share": percent(cap.ratio)}


def _total(cap: Cap) -> str:
    return _("%(share)s of the principal lent, over the whole life") % {"share": percent(cap.ratio)}


def _duplum(cap: Cap) -> str:
    return _("never more unpaid cost than %(share)s of the unpaid principal") % {
        "share": percent(cap.ratio)
    }


_CAPS = {"annual_rate": _yearly, "total_cost": _total, "in_duplum": _duplum}


def law_today(law: tuple[Cap, ...], on: date) -> list[str]:
    """The law's caps for a contract made on a day."""
    return [
        cap.why
        for cap in law
        if (cap.since is None or cap.since <= on) and (cap.until is None or on <= cap.until)
    ]
