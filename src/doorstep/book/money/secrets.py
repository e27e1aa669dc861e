"""The secrets payment providers sign with: made here, shown once, sealed, and retired in time."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from doorstep.book.models import HookSecret
from doorstep.book.scope import lender_id
from doorstep.kernel.sealed import open_, seal
from doorstep.people.types import SYSTEM, Viewer


def make(lender: str, name: str, *, at: datetime, viewer: Viewer = SYSTEM) -> str:
    """Make a secret beside those in force and return it: the only time it can be read."""
    secret = "whs_" + secrets.token_urlsafe(32)
    HookSecret.objects.create(
        lender_id=lender_id(viewer, lender, at.date()),
        name=name[:60],
        sealed=seal(secret),
        created_at=at,
    )
    return secret


def retire(lender: str, number: int, *, at: datetime, hours: int, viewer: Viewer = SYSTEM) -> bool:
    """End a secret after some hours, so that the provider can change over; False where none is."""
    owner = lender_id(viewer, lender, at.date())
    rows = _in_force(owner, at).filter(pk=number)
    return bool(rows.update(retires_at=at + timedelta(hours=max(0, hours))))


def listed(lender: str, *, at: datetime, viewer: Viewer = SYSTEM) -> list[dict[str, Any]]:
    """The secrets in force, the newest first, without the secrets."""
    owner = lender_id(viewer, lender, at.date())
    return [
        {
            "id": row.pk,
            "name": row.name,
            "created_at": row.created_at.isoformat(),
            "retires_at": row.retires_at.isoformat() if row.retires_at else None,
        }
        for row in _in_force(owner, at)
    ]


def in_force(owner: int, at: datetime) -> list[bytes]:
    """The secrets that a signature may be made with now."""
    return [open_(row.sealed).encode() for row in _in_force(owner, at)]


def _in_force(owner: int, at: datetime) -> QuerySet[HookSecret]:
    alive = Q(retires_at__isnull=True) | Q(retires_at__gt=at)
    return HookSecret.objects.filter(alive, lender_id=owner).order_by("-created_at", "-id")
