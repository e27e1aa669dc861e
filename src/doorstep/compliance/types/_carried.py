"""What is carried out: who acts, what was cleared, what happened. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from doorstep.compliance.minting import SEAL, Seal
from doorstep.compliance.types._answered import Duty, Verdict
from doorstep.compliance.types._asked import Consent
from doorstep.compliance.types._words import AttemptResult
from doorstep.kernel.actions import Action, ActionKind, Role


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who is about to act and what they see: organisation, agents, device, what was just agreed.

    Empty values mean: the organisation that works the case, and the agents of the action's crew.
    """

    organisation_id: int | None = None
    agents: tuple[str, ...] = ()
    recording: str = ""
    clock_skew_s: float = 0.0
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A contact that took place (or was tried): it always counts. `by_agent` is an agent id."""

    case_id: UUID
    kind: ActionKind
    at: datetime
    result: AttemptResult
    point_id: str = ""
    person: str = ""
    role: Role = Role.DEBTOR
    direction: str = "us"
    channel: str = ""
    by_org_id: int | None = None
    by_agent: str = ""
    clearance_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A permitted wish on its way to a schedule; it may start in [not_before, not_after)."""

    case_id: UUID
    action: Action
    verdict_id: UUID
    decision_id: UUID | None
    rank: int
    not_before: datetime | None = None
    not_after: datetime | None = None


class Denied(Exception):  # noqa: N818 - a verdict, not a fault
    """The gate did not permit the action; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.answer}: {', '.join(verdict.deciding)}")
        self.verdict = verdict


class ClearanceError(Exception):
    """A clearance does not hold. `reason`: unknown, used, expired, revoked, content, recipient
    or denied (judged again on today's facts; then `verdict` is set)."""

    def __init__(self, reason: str, verdict: Verdict | None = None) -> None:
        super().__init__(f"the clearance does not hold: {reason}; ask the gate again")
        self.reason = reason
        self.verdict = verdict


A_co = TypeVar("A_co", covariant=True)


class Carries(Protocol):
    """Something made of a permitted action: a message, a call, a visit."""

    @property
    def action(self) -> Action: ...


@dataclass(frozen=True, slots=True)
class Cleared(Generic[A_co]):
    """A permitted thing, the only thing a channel or a route may carry. Nobody but the gate can
    make one: the seal is checked here, and an import contract keeps others from it."""

    it: A_co
    clearance_id: UUID
    verdict: Verdict
    expires_at: datetime
    seal: Seal = field(repr=False)

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise TypeError("only the gate makes clearances; call compliance.api.clear")

    @property
    def duties(self) -> tuple[Duty, ...]:
        return self.verdict.duties
