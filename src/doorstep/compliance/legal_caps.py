"""What a loan may cost at most by the packs in use: for the book, which demands no more."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from doorstep.book.types import Cap
from doorstep.compliance.packs import packs
from doorstep.compliance.rules.cost_cap import Law
from doorstep.compliance.words import title


def legal_caps(country: str, licence: str) -> tuple[Cap, ...]:
    """The caps on loans of a lender in `country` that lends under `licence` (people.types.Licence).

    Each says in the language of the moment which rule it is and how its figure came about. Dated
    by the day of the contract, so the whole history of a figure is there.
    """
    return _caps(country, licence, tuple(settings.PACKS), get_language())


@lru_cache(maxsize=64)
def _caps(country: str, licence: str, codes: tuple[str, ...], _language: str) -> tuple[Cap, ...]:
    """Worked out once for each language: the packs do not change while this runs."""
    laws = (
        law
        for pack in packs(codes)
        if country in pack.countries
        for _, law in pack.laws
        if isinstance(law, Law) and licence in law.licences
    )
    return tuple(cap for law in laws for cap in law.caps(title(law.rule)))
