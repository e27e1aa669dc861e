"""Roles in words, with the icon of each."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.people.types import UserRole

ROLES: dict[UserRole, tuple[str | Promise, str]] = {
    UserRole.MANAGER: (_("Manager"), "layout-dashboard"),
    UserRole.DESK: (_("Desk agent"), "phone"),
    UserRole.FIELD: (_("Field agent"), "route"),
    UserRole.COMPLIANCE: (_("Compliance"), "shield-check"),
    UserRole.ANALYST: (_("Analyst"), "chart-bar"),
}
