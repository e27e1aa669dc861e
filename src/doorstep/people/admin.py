"""Organisations and people in the stock admin: what a manager's pages do not change."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from doorstep.people.models import Agent, Certificate, Mandate, Organisation, Team, User


class CertificateInline(admin.TabularInline[Certificate, Agent]):
    model = Certificate
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    list_display = ("code", "name", "kind", "country", "licence", "on_white_list")
    search_fields = ("code", "name")


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    list_display = ("name", "organisation")


@admin.register(Mandate)
class MandateAdmin(admin.ModelAdmin[Mandate]):
    list_display = ("code", "lender", "agency", "starts_on", "ends_on", "notified_on")


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin[Agent]):
    list_display = ("code", "name", "organisation", "team", "does_field", "active")
    search_fields = ("code", "name")
    inlines = (CertificateInline,)


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    list_display = ("username", "organisation", "role", "is_active")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("Work"), {"fields": ("organisation", "role", "language")}),
    )
