"""Who works here and which tokens are out, for the pages of a manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q

from doorstep.people.models import Agent, ApiToken, Certificate, User
from doorstep.people.types import Viewer


@dataclass(frozen=True, slots=True)
class StaffView:
    """A user, or an agent without one; `certified_until` None: may contact nobody."""

    username: str
    name: str
    role: str
    team: str
    languages: tuple[str, ...]
    does_field: bool
    is_agent: bool
    active: bool
    certified_until: date | None
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class TokenView:
    id: int
    name: str
    role: str
    created_at: datetime
    revoked_at: datetime | None


def staff(viewer: Viewer) -> list[StaffView]:
    """Users and agents of the viewer's organisation, users first, by name. Three queries."""
    mine = Q() if viewer.is_system else Q(organisation_id=viewer.organisation_id or 0)
    agents = list(Agent.objects.select_related("team").filter(mine).order_by("code"))
    until: dict[UUID, date] = dict(
        Certificate.objects.filter(agent__in=agents)
        .values_list("agent_id")
        .annotate(until=Max("valid_until"))
    )
    users = list(User.objects.filter(mine, is_superuser=False).order_by("username"))
    by_user = {a.user_id: a for a in agents if a.user_id}
    rows = [_row(u, by_user.get(u.pk), until) for u in users]
    return rows + [_row(None, a, until) for a in agents if a.user_id is None]


def _row(user: User | None, agent: Agent | None, until: dict[UUID, date]) -> StaffView:
    active = bool(user is None or user.is_active) and bool(agent is None or agent.active)
    return StaffView(
        username=user.username if user else "",
        name=(agent.name if agent else "") or (user.first_name if user else ""),
        role=user.role if user else "",
        team=agent.team.name if agent and agent.team else "",
        languages=tuple(agent.languages) if agent else (),
        does_field=bool(agent and agent.does_field),
        is_agent=agent is not None,
        active=active,
        certified_until=until.get(agent.pk) if agent else None,
        last_login=user.last_login if user else None,
    )


def tokens(viewer: Viewer) -> list[TokenView]:
    """The API tokens of the viewer's organisation, the newest first; never their secrets."""
    rows = ApiToken.objects.filter(organisation_id=viewer.organisation_id or 0)
    return [
        TokenView(t.pk, t.name, t.role, t.created_at, t.revoked_at)
        for t in rows.order_by("-created_at", "-pk")
    ]
