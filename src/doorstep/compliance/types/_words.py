"""The words of the gate: answers, results, states. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from doorstep.kernel.actions import ActionKind

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
    MEDIUM_REFUSED = "medium_refused"
    PLACE_REFUSED = "place_refused"
    MILITARY = "military"
    MORATORIUM = "moratorium"
    CRISIS_MORATORIUM = "crisis_moratorium"
    DEBT_ADVICE = "debt_advice"
    DISTRESS = "distress"
    DEADLOCK = "deadlock"
    MEDICAL_EMERGENCY = "medical_emergency"
    CALAMITY = "calamity"
    MARRIAGE = "marriage"


class Product(StrEnum):
    """What kind of loan it is, as far as rules of contact tell them apart."""

    ORDINARY = "ordinary"
    MICROFINANCE = "microfinance"
    DIGITAL = "digital"
    CREDIT_CARD = "credit_card"
    UNKNOWN = "unknown"


class Weekday(StrEnum):
    """A day of the week, in the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Step(StrEnum):
    """What a contact carries out or announces beyond asking for money."""

    ENFORCEMENT = "enforcement"
    TERMINATION = "termination"


class ConsentKind(StrEnum):
    """What a person agreed to: talk at given hours, entry, the workplace, a visit asked for, to be
    contacted again, messages to a number or address, automated calls and texts."""

    HOURS = "hours"
    ENTRY = "entry"
    WORKPLACE = "workplace"
    VISIT = "visit"
    PAYS_FOR_DEBTOR = "pays_for_debtor"
    CONTACT = "contact"
    ELECTRONIC = "electronic"
    AUTOMATED = "automated"
    THIRD_PARTY = "third_party"
    SENSITIVE_DATA = "sensitive_data"
    PLACE = "place"


class Executor(StrEnum):
    """Who carries the action out, seen from the debt."""

    LENDER = "lender"
    AGENCY = "agency"
    ASSIGNEE = "assignee"
