from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from doorstep.people.models import ApiToken, Organisation
from doorstep.people.types import UserRole, Viewer


class TokenError(LookupError):
    """No such token of the viewer's organisation."""


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(organisation: Organisation, *, name: str, role: UserRole, at: datetime) -> str:
    """Make an API token and return its secret: the only time it can be read."""
    secret = "dst_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        organisation=organisation, name=name, role=role, hashed=hashed(secret), created_at=at
    )
    return secret


def revoke_token(viewer: Viewer, token_id: int, *, at: datetime) -> None:
    """End a token of the viewer's organisation from now on; once. Raises TokenError."""
    mine = ApiToken.objects.filter(pk=token_id, organisation_id=viewer.organisation_id or 0)
    if not mine.exists():
        raise TokenError(str(token_id))
    mine.filter(revoked_at__isnull=True).update(revoked_at=at)
