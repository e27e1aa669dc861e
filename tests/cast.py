"""A small named cast: two lenders, an agency, their people, and borrowers of Yanji.

lenders   Bluebay, Pine        agency   Doorway (works some of Bluebay's cases)
staff     Min (manager), Dan (desk), Fei and Feng (field), Chen (compliance), Ana (analyst)
borrowers Li Na, Kim Mi-ran, Wang Wei: all invented
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from doorstep.casefile import api as casefile
from doorstep.kernel.ids import named_id
from doorstep.people import api as people
from doorstep.people.types import (
    ROLE_PERMISSIONS,
    OrganisationKind,
    UserRole,
    Viewer,
)

DAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""09:00 in Yanji."""
ZONE = "Asia/Shanghai"
PASSWORD = "a-long-test-password"


@dataclass(frozen=True)
class Cast:
    bluebay: int
    pine: int
    doorway: int
    mandate: int
    dan: UUID
    fei: UUID
    feng: UUID


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """An instant by the clock in Yanji (UTC+8)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    return midnight + timedelta(hours=hour, minutes=minute)


def people_of_the_cast() -> Cast:
    """Create organisations, mandate, staff and their users (needs the database)."""
    lender, agency = OrganisationKind.LENDER, OrganisationKind.AGENCY
    ids = {
        code: people.create_organisation(
            code, name=name, kind=kind, country="CN", zone=ZONE, on_white_list=True
        )
        for code, name, kind in (
            ("bluebay", "Bluebay Credit", lender),
            ("pine", "Pine Finance", lender),
            ("doorway", "Doorway Services", agency),
        )
    }
    mandate = people.create_mandate(
        "bluebay-doorway",
        lender="bluebay",
        agency="doorway",
        starts_on=DAY - timedelta(days=90),
        notified_on=DAY - timedelta(days=89),
    )
    trained = (DAY - timedelta(days=100), DAY + timedelta(days=200))
    agents = {
        code: people.create_agent(
            code,
            organisation="doorway",
            name=name,
            languages=languages,
            team="Yanji",
            gender=gender,
            home=(42.9, 129.51) if field else None,
            does_field=field,
            certified=trained,
        )
        for code, name, languages, gender, field in (
            ("dan", "Dan", ["zh", "ko", "en"], "m", False),
            ("fei", "Fei", ["zh", "ko"], "f", True),
            ("feng", "Feng", ["zh"], "m", True),
        )
    }
    for username, role, agent in (
        ("min", UserRole.MANAGER, None),
        ("dan", UserRole.DESK, agents["dan"]),
        ("fei", UserRole.FIELD, agents["fei"]),
        ("feng", UserRole.FIELD, agents["feng"]),
        ("chen", UserRole.COMPLIANCE, None),
        ("ana", UserRole.ANALYST, None),
    ):
        people.create_user(
            username, organisation="doorway", role=role, password=PASSWORD, agent_id=agent
        )
    people.create_user("pia", organisation="pine", role=UserRole.MANAGER, password=PASSWORD)
    return Cast(
        ids["bluebay"],
        ids["pine"],
        ids["doorway"],
        mandate,
        agents["dan"],
        agents["fei"],
        agents["feng"],
    )


def viewer(
    organisation: int, kind: OrganisationKind, role: UserRole, agent: UUID | None = None
) -> Viewer:
    """A viewer as sign-in would make it."""
    return Viewer(
        name=f"{role.value}-{organisation}",
        organisation_id=organisation,
        organisation_kind=kind,
        role=role,
        agent_id=agent,
        permissions=ROLE_PERMISSIONS[role],
    )


def manager(cast: Cast) -> Viewer:
    return viewer(cast.doorway, OrganisationKind.AGENCY, UserRole.MANAGER)


def stranger(cast: Cast) -> Viewer:
    """A manager of the other lender: must see nothing of Bluebay's."""
    return viewer(cast.pine, OrganisationKind.LENDER, UserRole.MANAGER)


def case_of(
    cast: Cast,
    borrower: str = "B-LINA",
    *,
    dpd: int = 20,
    arrears: int = 120_000,
    language: str = "zh-Hans",
    opened: datetime = NINE,
) -> UUID:
    """An open case of a Bluebay borrower, worked by Doorway. Amounts in fen."""
    key = named_id("case", "bluebay", borrower)
    casefile.create_cases(
        [
            casefile.NewCase(
                id=key,
                reference=f"C-{borrower}",
                lender_id=cast.bluebay,
                agency_id=cast.doorway,
                mandate_id=cast.mandate,
                borrower_id=borrower,
                bucket="16-30",
                dpd=dpd,
                arrears=arrears,
                payoff=arrears * 4,
                currency="CNY",
                language=language,
                country="CN",
                region="Yanji",
                zone=ZONE,
            )
        ],
        on=opened.date(),
        at=opened,
        by="test",
    )
    return key
