"""The stock admin for back-office tables, for superusers only: it knows no scope of lenders."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class BackOffice(AdminSite):
    site_header = _("Doorstep back office")
    site_title = _("Back office")
    index_title = _("Organisations and people")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class BackOfficeConfig(AdminConfig):
    default_site = "doorstep.site.backoffice.BackOffice"
