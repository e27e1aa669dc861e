"""What is asked and what is known: a question to the gate. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from doorstep.compliance.types._words import (
    AttemptResult,
    ConsentKind,
    Executor,
    Product,
    StateKind,
    Step,
    Weekday,
)
from doorstep.kernel.actions import ActionKind, Purpose, Role

# What is asked: the shape of contracts, with the defaults of an ordinary contact.


@dataclass(frozen=True, slots=True)
class Party:
    """The recipient. By default an adult whose identity is confirmed.

    `liable` says whether this person owes the debt (absent: the debtor and a guarantor do);
    `verified` whether this number or address is proven to be theirs; `standing` is false for a
    contact point that rests or is known to be wrong; `elder` marks an older adult.
    """

    role: Role = Role.DEBTOR
    person: str = ""
    number: str = ""
    minor: bool = False
    liable: bool | None = None
    verified: bool = True
    standing: bool = True
    elder: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the recipient is: country ISO 3166, IANA zone, `inside` a dwelling or office.

    `zones` are other zones they may be in, where what is known of the place conflicts.
    """

    country: str = ""
    region: str = ""
    zone: str = ""
    kind: str = "home"
    inside: bool = False
    latitude: float | None = None
    longitude: float | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The action of a question. `crew` absent is unknown; `amount` is in minor units.

    `step` is what it carries out or announces beyond asking for money (court action, ending the
    contract); `data` names in words what a use of data touches and where it comes from.
    """

    kind: ActionKind
    to: Party = Party()
    channel: str = ""
    initiated_by: str = "us"
    place: Spot | None = None
    crew: tuple[str, ...] | None = None
    purpose: Purpose | None = None
    content: str = ""
    amount: int | None = None
    step: Step | None = None
    data: str = ""


# What is known. An absent fact is unknown, except where a default stands here.


@dataclass(frozen=True, slots=True)
class Contact:
    """One earlier contact. `mine` is false for one with somebody else on the same number.

    `account` is the account the debt belonged to when it was placed, `lender` for whom the contact
    was made, `place` the kind of place it reached (home, work); empty is unknown.
    """

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
    account: str = ""
    lender: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A recorded agreement; without `evidence` it counts for nothing. `start`, `end` as HH:MM.

    `direct` is false where it was given to somebody else than who acts; `written` says whether it
    was given in writing (absent: unknown).
    """

    kind: ConsentKind
    given_at: datetime | None = None
    until: datetime | None = None
    start: str = ""
    end: str = ""
    channel: str = ""
    evidence: str = ""
    direct: bool = True
    written: bool | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A time at which the person asked not to be contacted; it needs no proof. `start`, `end` as
    HH:MM (no start: the whole day), on `days` of the week (none: every day)."""

    start: str = ""
    end: str = ""
    days: tuple[Weekday, ...] = ()
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A state in force from `since` to before `until`; `person` empty: of the debtor.

    A refusal says what it refuses: `channel` (sms, email, call, letter, visit) or `place` (home,
    work). `written` says whether it was told in writing (absent: unknown, taken as written);
    `through` is the person to be contacted instead.
    """

    kind: StateKind
    since: datetime | None = None
    until: datetime | None = None
    person: str = ""
    channel: str = ""
    place: str = ""
    written: bool | None = None
    through: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something given or held: agency_notice, assignment_notice, joint_need, debt_related_approval,
    credit_report_notice, channel_approval, validation_notice, verification, estate_authority,
    number_check, email_notice, scra_request, location_answer_wrong; effective from the day `on`
    (absent: already). `returned`: it came back undelivered and counts for nothing."""

    kind: str
    on: date | None = None
    returned: bool = False


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
    """The agency that acts: on the lender's published list? under a mandate in force? By default
    licensed where the law asks for a licence."""

    id: str = ""
    white_list: bool | None = None
    mandate: bool = True
    record_of_abuse: bool = False
    licensed: bool = True


@dataclass(frozen=True, slots=True)
class Debt:
    """The debt: by default due. `balance` is all that is owed, in minor units.

    `annual_percent` is the whole yearly cost of the loan as somebody states it (interest, fees,
    penalties), `contract_on` the day of its contract; by default an ordinary loan.
    `days_past_due` counts from the oldest unpaid due date. `account` is the account number under
    which it was placed; `time_barred` says whether a suit would come too late (absent: unknown).
    Limitation runs from `limitation_from` (the last due date, or the last demand, payment or
    acknowledgement).
    """

    id: str = ""
    balance: int | None = None
    currency: str = "CNY"
    due: bool = True
    settled: bool = False
    contract_on: date | None = None
    annual_percent: float | None = None
    product: Product = Product.ORDINARY
    days_past_due: int | None = None
    account: str = ""
    time_barred: bool | None = None
    limitation_from: date | None = None


@dataclass(frozen=True, slots=True)
class Lender:
    """`licence` says under which one the lender lends (people.types.Licence), "" if unknown."""

    id: str = ""
    licensed: bool | None = None
    licence: str = ""


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
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`law judge`'s input: which packs, when, what, and the facts."""

    packs: tuple[str, ...]
    at: datetime
    action: Asked
    facts: Facts = Facts()
