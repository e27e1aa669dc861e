from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from doorstep.people.models import ApiToken, Organisation
from doorstep.people.types import UserRole


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(organisation: Organisation, *, name: str, role: UserRole, at: datetime) -> str:
    """Make an API token and return its secret: the only time it can be read."""
    secret = "dst_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        organisation=organisation, name=name, role=role, hashed=hashed(secret), created_at=at
    )
    return secret
