from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Max

from doorstep.people.models import Agent, ApiToken, Certificate, Mandate, Organisation, User
from doorstep.people.services.tokens import hashed
from doorstep.people.types import (
    ROLE_PERMISSIONS,
    AgentView,
    OrganisationKind,
    UserRole,
    Viewer,
)


def viewer_of(user: User) -> Viewer:
    """The viewer a signed-in user is; one without organisation or role sees and may do nothing."""
    if user.organisation_id is None or not user.role or not user.is_active:
        return Viewer(user_id=user.pk, name=user.get_username())
    role = UserRole(user.role)
    agent = Agent.objects.filter(user=user, active=True).values_list("pk", flat=True).first()
    assert user.organisation is not None
    return Viewer(
        user_id=user.pk,
        name=user.get_username(),
        organisation_id=user.organisation_id,
        organisation_kind=OrganisationKind(user.organisation.kind),
        role=role,
        agent_id=agent,
        permissions=ROLE_PERMISSIONS[role],
    )


def viewer_of_token(secret: str) -> Viewer | None:
    """The viewer an API token is, or None for an unknown or revoked one."""
    token = (
        ApiToken.objects.select_related("organisation")
        .filter(hashed=hashed(secret), revoked_at__isnull=True)
        .first()
    )
    if token is None:
        return None
    role = UserRole(token.role)
    return Viewer(
        name=f"token:{token.name}",
        organisation_id=token.organisation_id,
        organisation_kind=OrganisationKind(token.organisation.kind),
        role=role,
        permissions=ROLE_PERMISSIONS[role],
    )


def agents(
    viewer: Viewer, *, does_field: bool | None = None, only: Sequence[UUID] | None = None
) -> list[AgentView]:
    """The active agents of the viewer's organisation (the system: all), by code; `only` these."""
    rows = Agent.objects.select_related("team").filter(active=True).order_by("code")
    if not viewer.is_system:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    if only is not None:
        rows = rows.filter(pk__in=only)
    if does_field is not None:
        rows = rows.filter(does_field=does_field)
    return _views(list(rows))


def _views(rows: Sequence[Agent]) -> list[AgentView]:
    until: dict[object, date] = dict(
        Certificate.objects.filter(agent__in=rows)
        .values_list("agent_id")
        .annotate(until=Max("valid_until"))
    )
    return [
        AgentView(
            id=a.pk,
            name=a.name,
            organisation_id=a.organisation_id,
            team=a.team.name if a.team else "",
            languages=tuple(a.languages),
            gender=a.gender,
            latitude=a.latitude,
            longitude=a.longitude,
            does_field=a.does_field,
            certified_until=until[a.pk].isoformat() if a.pk in until else None,
            active=a.active,
        )
        for a in rows
    ]


def mandates_in_force(on: date) -> list[Mandate]:
    """Mandates that cover a day, the oldest first (rows: only cycle-level code should ask)."""
    rows = Mandate.objects.filter(starts_on__lte=on).order_by("starts_on", "id")
    return [m for m in rows if m.ends_on is None or m.ends_on >= on]


def mandates_between(since: date, until: date) -> list[Mandate]:
    """Mandates in force on any day of [since, until], the oldest first, in one query."""
    rows = Mandate.objects.filter(starts_on__lte=until).order_by("starts_on", "id")
    return [m for m in rows if m.ends_on is None or m.ends_on >= since]


def organisation_of(viewer: Viewer) -> Organisation | None:
    return Organisation.objects.filter(pk=viewer.organisation_id or 0).first()


def organisation(code: str) -> Organisation | None:
    return Organisation.objects.filter(code=code).first()


def sample_users() -> list[User]:
    """The demo's people for its sign-in page, in the order of the day; a manager first."""
    order = {role.value: number for number, role in enumerate(UserRole)}
    rows = User.objects.filter(is_active=True, is_superuser=False).exclude(role="")
    return sorted(rows.order_by("pk")[:24], key=lambda u: (order.get(u.role, 99), u.pk))[:8]


def zones_of(ids: Iterable[int]) -> dict[int, str]:
    """The time zone of each organisation."""
    return dict(Organisation.objects.filter(pk__in=list(ids)).values_list("pk", "zone"))


def licence_of(lender: int) -> tuple[str, str]:
    """The country of a lender and the licence it lends under (people.types.Licence)."""
    rows = Organisation.objects.filter(pk=lender).values_list("country", "licence")
    return rows.get()


def lender_names() -> dict[int, tuple[str, str]]:
    """Code and name of every lender by id, in the order of the code."""
    rows = Organisation.objects.filter(kind=OrganisationKind.LENDER).order_by("code")
    return {pk: (code, name) for pk, code, name in rows.values_list("pk", "code", "name")}


def lender_codes() -> dict[int, str]:
    """The code of every lender, by id."""
    rows = Organisation.objects.filter(kind=OrganisationKind.LENDER).order_by("code")
    return dict(rows.values_list("pk", "code"))
