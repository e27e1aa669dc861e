"""Roles in words, for templates."""

from __future__ import annotations

from django import template

from doorstep.people.types import UserRole
from doorstep.people.words import ROLES

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    return str(ROLES[UserRole(role)][0]) if role in set(UserRole) else role


@register.filter
def role_icon(role: str) -> str:
    return ROLES[UserRole(role)][1] if role in set(UserRole) else "user"
