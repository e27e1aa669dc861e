"""A lender's products, and what their contracts say of lateness, as told by people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Product(models.Model):
    """A lender's product, known since its first loan came. Personal data: none."""

    lender = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(pgettext_lazy("product", "name"), max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "code"], name="book_product_code")]

    def __str__(self) -> str:
        return self.name or self.code


class ProductSetting(models.Model):
    """What holds for every loan of a product; the newest row holds, the others say what held.

    `terms` is the JSON of `rules.product_terms`: penalty, caps of the contract, allocation order.
    Personal data: names of staff.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    terms = models.JSONField(_("terms"), default=dict)
    reason = models.CharField(_("reason"), max_length=300)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.CharField(_("set by"), max_length=80)

    class Meta:
        indexes = [models.Index(fields=["product", "-id"], name="book_setting_newest")]
