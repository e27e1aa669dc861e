"""What a lender tells of its products: penalties, caps of the contract, the order of payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.book.models_products import Product, ProductSetting
from doorstep.book.ports.law import legal_caps
from doorstep.book.rules.product_terms import ProductTerms, parse_product_terms
from doorstep.book.scope import current, lenders_of
from doorstep.book.store import read
from doorstep.book.types import BookError, Cap
from doorstep.people.api import lender_names, licence_of
from doorstep.people.types import OrganisationKind, Permission, Viewer

LONGEST_REASON = 300


class ProductError(ValueError):
    """The terms cannot be taken; the message names the field and what to do."""


class UnknownProductError(ProductError):
    """There is no such product for this viewer."""


@dataclass(frozen=True, slots=True)
class SettingView:
    """What was told of a product at one time: `told` is the JSON as it was given."""

    terms: ProductTerms
    told: dict[str, Any]
    reason: str
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with what holds for it. `law` are all the law's caps, dated by contract; `settings`
    what people told, the newest first; `currency` that of its loans, empty while it has none."""

    lender: str
    lender_name: str
    code: str
    name: str
    currency: str
    licence: str
    terms: ProductTerms
    law: tuple[Cap, ...]
    settings: tuple[SettingView, ...] = ()


def list_products(viewer: Viewer, at: datetime) -> list[ProductView]:
    """The products of every lender the viewer works for, by lender and code."""
    seen = lenders_of(viewer, at.date())
    rows = Product.objects.order_by("lender__code", "code")
    if seen is not None:
        rows = rows.filter(lender_id__in=seen)
    settings, lenders = _settings(), {}
    for lender in sorted({row.lender_id for row in rows}):
        lenders[lender] = _Lender.of(lender)
    return [_view(row, settings.get(row.pk, ()), lenders[row.lender_id]) for row in rows]


def find_product(viewer: Viewer, lender: str, code: str, at: datetime) -> ProductView:
    """One product with its history. Raises UnknownProductError."""
    row = _find(viewer, lender, code, at)
    told = _settings(row.pk).get(row.pk, ())
    return _view(row, told, _Lender.of(row.lender_id), _currency(row))


def may_tell(viewer: Viewer, lender_id: int) -> bool:
    """Only the lender itself says what its contracts say."""
    own = (
        viewer.organisation_kind is OrganisationKind.LENDER and viewer.organisation_id == lender_id
    )
    return viewer.may(Permission.MONEY) and (viewer.is_system or own)


def tell_product(
    viewer: Viewer, lender: str, code: str, terms: Any, *, reason: str, at: datetime, by: str
) -> ProductView:
    """Record what the contracts of a product say; every loan of it is replayed with that.

    `terms` is the JSON of `rules.product_terms`. Raises UnknownProductError, ProductError naming
    the field.
    """
    row = _find(viewer, lender, code, at)
    if not may_tell(viewer, row.lender_id):
        raise ProductError(_("product: only a manager of the lender says what its contracts say"))
    if not reason.strip() or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ProductError(_("reason: say why, on one line of at most 300 characters"))
    try:
        parsed = parse_product_terms(terms)
    except BookError as error:
        raise ProductError(f"{error.where.removeprefix('terms.')}: {error.reason}") from error
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=row.pk)
        newest = _settings(row.pk).get(row.pk, ())
        if parsed == (newest[0].terms if newest else ProductTerms()):
            raise ProductError(_("terms: they are what holds already; nothing was recorded"))
        ProductSetting.objects.create(
            product=row, terms=terms, reason=reason.strip(), set_at=at, set_by=by
        )
    return find_product(viewer, lender, code, at)


def _find(viewer: Viewer, lender: str, code: str, at: datetime) -> Product:
    seen = lenders_of(viewer, at.date())
    rows = Product.objects.select_related("lender").filter(lender__code=lender, code=code)
    if seen is not None:
        rows = rows.filter(lender_id__in=seen)
    row = rows.first()
    if row is None:
        raise UnknownProductError(
            _("product: lender %(lender)s has no product %(code)s; import a loan of it first")
            % {"lender": lender, "code": code}
        )
    return row


def _settings(product: int | None = None) -> dict[int, tuple[SettingView, ...]]:
    """What was told of every product (or of one), the newest first."""
    rows = ProductSetting.objects.order_by("-id")
    if product is not None:
        rows = rows.filter(product_id=product)
    found: dict[int, list[SettingView]] = {}
    for row in rows:
        terms = parse_product_terms(row.terms)
        view = SettingView(terms, row.terms, row.reason, row.set_at, row.set_by)
        found.setdefault(row.product_id, []).append(view)
    return {key: tuple(views) for key, views in found.items()}


@dataclass(frozen=True, slots=True)
class _Lender:
    """What all products of a lender share."""

    code: str
    name: str
    licence: str
    law: tuple[Cap, ...]

    @staticmethod
    def of(lender_id: int) -> _Lender:
        country, licence = licence_of(lender_id)
        return _Lender(*lender_names()[lender_id], licence, legal_caps(country, licence))


def _view(
    row: Product, settings: tuple[SettingView, ...], lender: _Lender, currency: str = ""
) -> ProductView:
    return ProductView(
        lender=lender.code,
        lender_name=lender.name,
        code=row.code,
        name=row.name,
        currency=currency,
        licence=lender.licence,
        terms=settings[0].terms if settings else ProductTerms(),
        law=lender.law,
        settings=settings,
    )


def _currency(row: Product) -> str:
    """The currency of the product's loans: of the first one there is."""
    manifest = current(row.lender_id)
    if manifest is None:
        return ""
    of_it = read(manifest, "loans", columns=["currency"], filters=[("product", "=", row.code)])
    return str(of_it.column("currency")[0].as_py()) if of_it.num_rows else ""
