"""What others may call."""

from doorstep.people.models import LICENCES
from doorstep.people.queries import (
    agents,
    lender_codes,
    lender_names,
    licence_of,
    mandates_between,
    mandates_in_force,
    organisation,
    organisation_of,
    viewer_of,
    viewer_of_token,
    zones_of,
)
from doorstep.people.scope import Scoped, ScopedQuerySet, scope_of
from doorstep.people.services.once import KeyReusedError, forget_answers, once
from doorstep.people.services.staff import (
    create_agent,
    create_mandate,
    create_organisation,
    create_user,
)
from doorstep.people.services.tokens import create_token

__all__ = [
    "LICENCES",
    "KeyReusedError",
    "Scoped",
    "ScopedQuerySet",
    "agents",
    "create_agent",
    "create_mandate",
    "create_organisation",
    "create_token",
    "create_user",
    "forget_answers",
    "lender_codes",
    "lender_names",
    "licence_of",
    "mandates_between",
    "mandates_in_force",
    "once",
    "organisation",
    "organisation_of",
    "scope_of",
    "viewer_of",
    "viewer_of_token",
    "zones_of",
]
