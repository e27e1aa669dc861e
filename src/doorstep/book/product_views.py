from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from doorstep.book import product_words as words
from doorstep.book.product_forms import ProductForm
from doorstep.book.services.products import (
    ProductError,
    ProductView,
    UnknownProductError,
    find_product,
    list_products,
    may_tell,
    tell_product,
)
from doorstep.kernel import clock
from doorstep.people.api import LICENCES, organisation
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.MONEY)
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """The lenders' products: what lateness costs, the caps, the order of payment."""
    now = clock.now()
    rows = [_row(p, now.date()) for p in list_products(viewer(request), now)]
    return render(request, "book/products.html", {"rows": rows})


@needs(Permission.MONEY)
@require_http_methods(["GET", "POST"])
def product(request: HttpRequest, lender: str, code: str) -> HttpResponse:
    """One product with what was told of it; its lender's manager tells anew."""
    who, now = viewer(request), clock.now()
    try:
        found = find_product(who, lender, code, now)
    except UnknownProductError as error:
        raise Http404 from error
    owner = organisation(lender)
    form = None
    if owner is not None and may_tell(who, owner.pk):
        form = ProductForm(found, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                tell_product(
                    who,
                    lender,
                    code,
                    form.terms(),
                    reason=form.cleaned_data["reason"],
                    at=now,
                    by=who.name,
                )
            except ProductError as error:
                form.refuse(str(error))
            else:
                messages.success(request, _("Recorded. The next ageing replays its loans with it."))
                return redirect("product", lender, code)
    context = {
        **_row(found, now.date()),
        "form": form,
        "history": [_told(s.terms, found.currency, s) for s in found.settings],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "book/product.html", context, status=status)


def _row(p: ProductView, today: date) -> dict[str, Any]:
    return {
        "product": p,
        "licence": dict(LICENCES)[p.licence],
        "law": words.law_today(p.law, today),
        **_told(p.terms, p.currency),
    }


def _told(terms: Any, currency: str, setting: Any = None) -> dict[str, Any]:
    return {
        "lateness": words.lateness(terms.penalty, currency),
        "order": words.order(terms.order),
        "caps": words.caps(terms),
        "setting": setting,
    }
