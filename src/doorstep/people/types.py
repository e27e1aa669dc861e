"""Who is looking, and what their role lets them do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class OrganisationKind(StrEnum):
    LENDER = "lender"
    AGENCY = "agency"


class Licence(StrEnum):
    """Under which licence an organisation lends. What it may ask for lateness depends on it."""

    UNKNOWN = ""
    BANK = "bank"
    CONSUMER_FINANCE = "consumer_finance"
    MICRO_LOAN = "micro_loan"
    OTHER = "other"
    NONE = "none"


class UserRole(StrEnum):
    MANAGER = "manager"
    DESK = "desk"
    FIELD = "field"
    COMPLIANCE = "compliance"
    ANALYST = "analyst"


class Permission(StrEnum):
    """One word for each thing a route may demand. A route without one is a failing test."""

    BOARD = "board"
    CASES = "cases"
    CASE_ACT = "case_act"
    CALLS = "calls"
    MESSAGES = "messages"
    VISIT_PLAN = "visit_plan"
    FIELD_DAY = "field_day"
    VERDICTS = "verdicts"
    POLICY = "policy"
    IMPORT = "import"
    MONEY = "money"
    NEGOTIATE = "negotiate"
    PEOPLE = "people"
    EXPORT = "export"
    RUN_DAY = "run_day"


_P = Permission
ROLE_PERMISSIONS: dict[UserRole, frozenset[Permission]] = {
    UserRole.MANAGER: frozenset(_P),
    UserRole.DESK: frozenset({_P.CASES, _P.CASE_ACT, _P.CALLS, _P.MESSAGES, _P.NEGOTIATE}),
    UserRole.FIELD: frozenset({_P.FIELD_DAY, _P.NEGOTIATE}),
    UserRole.COMPLIANCE: frozenset({_P.BOARD, _P.CASES, _P.VERDICTS, _P.POLICY, _P.EXPORT}),
    UserRole.ANALYST: frozenset({_P.BOARD, _P.CASES, _P.VERDICTS, _P.EXPORT}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever asks: a signed-in user, an API token, or the system itself (cycle, commands).

    Every query door takes one first. `organisation_id` None with `is_system` sees everything;
    anyone else sees only rows of their lender or agency.
    """

    user_id: int | None = None
    name: str = ""
    organisation_id: int | None = None
    organisation_kind: OrganisationKind | None = None
    role: UserRole | None = None
    agent_id: UUID | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    is_system: bool = False

    def may(self, permission: Permission) -> bool:
        return self.is_system or permission in self.permissions


SYSTEM = Viewer(name="system", is_system=True)


@dataclass(frozen=True, slots=True)
class AgentView:
    """A person who calls or knocks. Languages are BCP 47 primary tags ("zh", "ko", "en")."""

    id: UUID
    name: str
    organisation_id: int
    team: str
    languages: tuple[str, ...]
    gender: str
    latitude: float | None
    longitude: float | None
    does_field: bool
    certified_until: str | None
    active: bool
