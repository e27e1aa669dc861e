"""What a lender's products say of lateness and cost, with the law's caps on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from doorstep.book.models_products import Product, ProductSetting
from doorstep.book.ports.law import legal_caps
from doorstep.book.rules.product_terms import ProductTerms, parse_product_terms
from doorstep.people.api import licence_of


def products_of(lender_id: int) -> Mapping[str, ProductTerms]:
    """The terms of every product of a lender, by code, as the replay reads them.

    What nobody told follows the law: no penalty, the legal order of payment, the legal caps.
    """
    law = legal_caps(*licence_of(lender_id))
    told = told_terms(lender_id)
    codes = Product.objects.filter(lender_id=lender_id).order_by("code")
    found = {}
    for code in codes.values_list("code", flat=True):
        terms = told.get(code, ProductTerms())
        found[code] = replace(terms, caps=(*terms.caps, *law))
    return {code: terms for code, terms in found.items() if terms != ProductTerms()}


def told_terms(lender_id: int) -> dict[str, ProductTerms]:
    """What people told of a lender's products, the newest of each."""
    rows = ProductSetting.objects.filter(product__lender_id=lender_id).order_by("id")
    newest = dict(rows.values_list("product__code", "terms"))
    return {code: parse_product_terms(terms, code) for code, terms in newest.items()}
