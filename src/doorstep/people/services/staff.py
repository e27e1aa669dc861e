"""Setting up organisations, mandates and staff; used by commands, the demo and the admin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from doorstep.kernel.ids import named_id
from doorstep.people.models import Agent, Certificate, Mandate, Organisation, Team, User
from doorstep.people.types import OrganisationKind, UserRole


def create_organisation(
    code: str, *, name: str, kind: OrganisationKind, country: str, zone: str, **extra: Any
) -> int:
    """Create or update an organisation by its code; returns its id."""
    row, _ = Organisation.objects.update_or_create(
        code=code, defaults={"name": name, "kind": kind, "country": country, "zone": zone, **extra}
    )
    return int(row.pk)


def create_mandate(
    code: str,
    *,
    lender: str,
    agency: str | None,
    starts_on: date,
    ends_on: date | None = None,
    scope: dict[str, Any] | None = None,
    notified_on: date | None = None,
) -> int:
    """Create or update a lender's mandate by its code; organisations are named by their codes."""
    row, _ = Mandate.objects.update_or_create(
        lender=Organisation.objects.get(code=lender),
        code=code,
        defaults={
            "agency": Organisation.objects.get(code=agency) if agency else None,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "scope": scope or {},
            "notified_on": notified_on,
        },
    )
    return int(row.pk)


@transaction.atomic
def create_user(
    username: str,
    *,
    organisation: str,
    role: UserRole,
    password: str,
    name: str = "",
    language: str = "en",
    agent_id: UUID | None = None,
) -> int:
    """Create a user (or set their role, language and password anew); returns the id."""
    user, _ = User.objects.get_or_create(username=username)
    user.organisation = Organisation.objects.get(code=organisation)
    user.role = role
    user.language = language
    user.first_name = name
    user.set_password(password)
    user.save()
    if agent_id is not None:
        Agent.objects.filter(pk=agent_id).update(user=user)
    return int(user.pk)


@transaction.atomic
def create_agent(
    code: str,
    *,
    organisation: str,
    name: str,
    languages: Sequence[str],
    team: str = "",
    gender: str = "",
    home: tuple[float, float] | None = None,
    does_field: bool = False,
    certified: tuple[date, date] | None = None,
) -> UUID:
    """Create or update an agent; the id depends on organisation and code alone."""
    org = Organisation.objects.get(code=organisation)
    key = named_id("agent", organisation, code)
    Agent.objects.update_or_create(
        id=key,
        defaults={
            "organisation": org,
            "team": Team.objects.get_or_create(organisation=org, name=team)[0] if team else None,
            "code": code,
            "name": name,
            "gender": gender,
            "languages": list(languages),
            "latitude": home[0] if home else None,
            "longitude": home[1] if home else None,
            "does_field": does_field,
        },
    )
    if certified:
        Certificate.objects.get_or_create(
            agent_id=key, kind="pre-job", valid_from=certified[0], valid_until=certified[1]
        )
    return key
