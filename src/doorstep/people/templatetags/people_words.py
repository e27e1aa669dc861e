"""Roles in words."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

ROLES: dict[str, tuple[str | Promise, str]] = {
    "manager": (_("Manager"), "layout-dashboard"),
    "desk": (_("Desk agent"), "phone"),
    "field": (_("Field agent"), "route"),
    "compliance": (_("Compliance"), "shield-check"),
    "analyst": (_("Analyst"), "chart-bar"),
}


@register.filter
def role_name(role: str) -> str:
    return str(ROLES[role][0]) if role in ROLES else role


@register.filter
def role_icon(role: str) -> str:
    return ROLES[role][1] if role in ROLES else "user"
