"""The words of the gate: what is asked, what is known, what is answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from doorstep.compliance.minting import SEAL, Seal
from doorstep.kernel.actions import Action, ActionKind, Purpose, Role

EMPTY: Mapping[str, Any] = MappingProxyType({})
CONTACTS = frozenset(
    {
        ActionKind.CALL,
        ActionKind.MESSAGE,
        ActionKind.LETTER,
        ActionKind.VISIT,
        ActionKind.THIRD_PARTY,
    }
)
"""The kinds that reach a person; the others are acts about a debt (reporting, placing, …)."""


class Answer(StrEnum):
    """What the gate says, from the widest to the narrowest."""

    ALLOW = "allow"
    ALLOW_WITH_DUTIES = "allow_with_duties"
    DEFER = "defer"
    ESCALATE = "escalate"
    DENY = "deny"


class Result(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"


class Bindingness(StrEnum):
    """How hard a rule binds. House rules are our own and only ever tighten."""

    LAW = "law"
    STANDARD = "standard"
    SELF_REGULATION = "self_regulation"
    CONTRACT = "contract"
    DRAFT = "draft"
    FUTURE = "future"
    HOUSE = "house"


class AttemptResult(StrEnum):
    """How a contact ended. `reserved` is a clearance that is not yet used up."""

    CONVERSATION = "conversation"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    FAILED = "failed"
    DELIVERED = "delivered"
    SENT = "sent"
    UNKNOWN = "unknown"
    MET = "met"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    RESERVED = "reserved"


class StateKind(StrEnum):
    """What is true of a person or a debt and stops, softens or opens contact."""

    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    VULNERABILITY = "vulnerability"
    BEREAVEMENT = "bereavement"
    INSOLVENCY = "insolvency"
    NO_CONTACT = "no_contact"
    REPRESENTATIVE = "representative"
    POLICE_ORDER = "police_order"
    DECEASED = "deceased"
    INCAPABLE = "incapable"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    RENOUNCED = "renounced"


class ConsentKind(StrEnum):
    """What a person agreed to: talk at given hours, entry, the workplace, a visit asked for."""

    HOURS = "hours"
    ENTRY = "entry"
    WORKPLACE = "workplace"
    VISIT = "visit"
    PAYS_FOR_DEBTOR = "pays_for_debtor"


class Executor(StrEnum):
    """Who carries the action out, seen from the debt."""

    LENDER = "lender"
    AGENCY = "agency"
    ASSIGNEE = "assignee"


# What is asked: the shape of contracts, with the defaults of an ordinary contact.


@dataclass(frozen=True, slots=True)
class Party:
    """The recipient. By default an adult whose identity is confirmed.

    `liable` says whether this person owes the debt (absent: the debtor and a guarantor do);
    `verified` whether this number or address is proven to be theirs; `standing` is false for a
    contact point that rests or is known to be wrong.
    """

    role: Role = Role.DEBTOR
    person: str = ""
    number: str = ""
    minor: bool = False
    liable: bool | None = None
    verified: bool = True
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the recipient is: country ISO 3166, IANA zone, `inside` a dwelling or office."""

    country: str = ""
    region: str = ""
    zone: str = ""
    kind: str = "home"
    inside: bool = False
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The action of a question. `crew` absent is unknown; `amount` is in minor units."""

    kind: ActionKind
    to: Party = Party()
    channel: str = ""
    initiated_by: str = "us"
    place: Spot | None = None
    crew: tuple[str, ...] | None = None
    purpose: Purpose | None = None
    content: str = ""
    amount: int | None = None


# What is known. An absent fact is unknown, except where a default stands here.


@dataclass(frozen=True, slots=True)
class Contact:
    """One earlier contact. `mine` is false for one with somebody else on the same number."""

    at: datetime
    kind: ActionKind
    to: Party = Party()
    number: str = ""
    debt: str = ""
    by: str = ""
    direction: str = "us"
    result: AttemptResult = AttemptResult.UNKNOWN
    channel: str = ""
    mine: bool = True


@dataclass(frozen=True, slots=True)
class Consent:
    """A recorded agreement; without `evidence` it counts for nothing. `start`, `end` as HH:MM."""

    kind: ConsentKind
    given_at: datetime | None = None
    until: datetime | None = None
    start: str = ""
    end: str = ""
    channel: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A state in force from `since` to before `until`; `person` empty: of the debtor."""

    kind: StateKind
    since: datetime | None = None
    until: datetime | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something given or held: agency_notice, assignment_notice, joint_need, debt_related_approval,
    credit_report_notice, channel_approval; effective from the day `on` (absent: already)."""

    kind: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """A member of the crew: by default trained and authorised."""

    id: str
    certified: bool = True
    certified_until: date | None = None
    authorised: bool = True
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency that acts: on the lender's published list? under a mandate in force?"""

    id: str = ""
    white_list: bool | None = None
    mandate: bool = True
    record_of_abuse: bool = False


@dataclass(frozen=True, slots=True)
class Debt:
    """The debt: by default due. `balance` is all that is owed, in minor units."""

    id: str = ""
    balance: int | None = None
    currency: str = "CNY"
    due: bool = True
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Lender:
    id: str = ""
    licensed: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a verdict rests on; enough to give it again years later.

    `reachable_by` names the lighter ways known to reach the person (call, message, letter);
    `sunset` is that of the day and place; `planning` is true while no crew is named yet.
    """

    debt: Debt = Debt()
    lender: Lender = Lender()
    history: tuple[Contact, ...] = ()
    consents: tuple[Consent, ...] = ()
    states: tuple[State, ...] = ()
    documents: tuple[Document, ...] = ()
    agents: tuple[AgentFacts, ...] = ()
    clock_skew_s: float = 0.0
    executor: Executor = Executor.LENDER
    agency: Agency | None = None
    recording: str = ""
    sunset: datetime | None = None
    reachable_by: tuple[str, ...] | None = None
    planning: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`law judge`'s input: which packs, when, what, and the facts."""

    packs: tuple[str, ...]
    at: datetime
    action: Asked
    facts: Facts = Facts()


# What is answered.


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pack says of one rule, without its numbers. Texts by language tag."""

    id: str
    kind: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    citation: str
    bindingness: Bindingness
    verification: str
    in_force: date
    status: str = "current"
    until: date | None = None
    superseded_by: str = ""
    critical: bool = False
    pack: str = ""

    def text(self, language: str, what: str = "title") -> str:
        """The title or the reason in a language, else in English."""
        texts: Mapping[str, str] = getattr(self, what)
        return texts.get(language) or texts["en"]


class Finding(NamedTuple):
    """What one rule says of one action. `code` and `args` say why; `ends` is the instant from
    which the rule no longer blocks, None if unknown; `escalates` asks a human instead of denying.
    """

    rule: Rule
    result: Result
    code: str = ""
    args: Mapping[str, Any] = EMPTY
    ends: datetime | None = None
    duties: tuple[str, ...] = ()
    escalates: bool = False

    @property
    def blocks(self) -> bool:
        return self.result is Result.FAIL or (self.result is Result.UNKNOWN and self.rule.critical)


class Duty(NamedTuple):
    """Something somebody must do so that the permission holds."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer with every finding. `id` is set once it is stored."""

    answer: Answer
    findings: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    deciding: tuple[str, ...]
    packs: Mapping[str, str]
    defer_until: datetime | None = None
    id: UUID | None = None

    @property
    def permitted(self) -> bool:
        return self.answer in {Answer.ALLOW, Answer.ALLOW_WITH_DUTIES}


# Carrying out.


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


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A stored verdict as pages and the API show it; texts are made when it is shown."""

    id: UUID
    case_id: UUID
    at: datetime
    stage: str
    kind: ActionKind
    channel: str
    purpose: Purpose
    role: Role
    answer: Answer
    defer_until: datetime | None
    deciding: tuple[str, ...]
    duties: tuple[Duty, ...]
    findings: tuple[Finding, ...]
    packs: Mapping[str, str]
    by: str

    @property
    def permitted(self) -> bool:
        return self.answer in {Answer.ALLOW, Answer.ALLOW_WITH_DUTIES}


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
