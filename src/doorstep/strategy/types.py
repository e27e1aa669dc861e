"""Wishes, plans and what they were decided from. Pure.

Everything a person reads is a code with arguments; `words.py` puts it into their language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from doorstep.kernel.actions import Action, ActionKind, Purpose
from doorstep.verification.types import PointView

Args = Mapping[str, str | int]


class Goal(StrEnum):
    """What a treatment is for."""

    REMIND = "remind"
    UNDERSTAND = "understand"
    AGREE = "agree"
    KEEP_WORD = "keep_word"
    SUPPORT = "support"
    FIND = "find"
    RECONNECT = "reconnect"
    RESOLVE = "resolve"
    LAST_TALK = "last_talk"


class Tone(StrEnum):
    """How we speak. None of them threatens."""

    FRIENDLY = "friendly"
    HELPFUL = "helpful"
    PLAIN = "plain"
    CARING = "caring"
    SERIOUS = "serious"


class ReasonCode(StrEnum):
    """Why an action is wished, in one word that `words.py` turns into a sentence."""

    GENTLE_FIRST = "gentle_first"
    TALK_HELPS = "talk_helps"
    ASK_WHY = "ask_why"
    OFFER_PLAN = "offer_plan"
    WORD_BROKEN = "word_broken"
    WORD_DUE_TODAY = "word_due_today"
    WORD_KEPT = "word_kept"
    CALL_BACK_AGREED = "call_back_agreed"
    CALL_BACK_MISSED = "call_back_missed"
    VERIFY_FIRST = "verify_first"
    OTHER_CHANNEL = "other_channel"
    LIGHTER_FAILED = "lighter_failed"
    VISIT_ASKED = "visit_asked"
    FORGOT = "forgot"
    TECHNICAL = "technical"
    IN_NEED = "in_need"
    AGENCY_NOTICE = "agency_notice"
    LAST_TALK = "last_talk"


class HoldCode(StrEnum):
    """Why nothing is wished today."""

    STOP = "stop"
    PROMISE_OPEN = "promise_open"
    PROMISE_GRACE = "promise_grace"
    CALL_BACK = "call_back"
    SPACING = "spacing"
    NO_POINT = "no_point"
    UNAGED = "unaged"


class LeftOut(StrEnum):
    """Why a visit that the treatment would like is not even wished."""

    NO_ADDRESS = "no_address"
    ADDRESS_NOT_LOCATED = "address_not_located"
    ADDRESS_WRONG = "address_wrong"


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    args: Args = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tries:
    """Our own attempts of one kind as the rules read them.

    `count` within 30 days, `silent` since anybody last spoke with us on any channel, `days` since
    the last (None: never), `last` its result.
    """

    count: int = 0
    silent: int = 0
    days: int | None = None
    last: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as one decision saw it; amounts in minor units.

    `promise_due` is the earliest open promise's day, `last_promise` the newest result;
    `silent_days` days since anybody last spoke with us (None: never did). `notified` says whether
    the borrower was told of the agency that works the case; `visit_waited` that the last plan was a
    visit which nobody made; `visit_asked` that they asked us to come (today, or any day),
    `visit_later` that they asked for a day still ahead.
    """

    case_id: UUID
    dpd: int
    arrears: int
    payoff: int
    currency: str
    language: str
    country: str
    region: str
    zone: str
    earlier_cases: int = 0
    stops: tuple[str, ...] = ()
    promise_due: date | None = None
    last_promise: str = ""
    last_promise_on: date | None = None
    broken: int = 0
    arrangement: bool = False
    call_back_at: datetime | None = None
    visit_asked: bool = False
    visit_later: bool = False
    reason: str = ""
    right_party: str = ""
    calls: Tries = Tries()
    messages: Tries = Tries()
    visits: Tries = Tries()
    silent_days: int | None = None
    visit_waited: bool = False
    notified: bool = True
    points: tuple[PointView, ...] = ()

    @property
    def silent(self) -> int:
        return self.calls.silent + self.messages.silent + self.visits.silent

    def tries(self, kind: ActionKind) -> Tries:
        if kind is ActionKind.VISIT:
            return self.visits
        return self.calls if kind is ActionKind.CALL else self.messages


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible action: what, to which point, how much it is worth and why."""

    kind: ActionKind
    channel: str
    point: UUID
    purpose: Purpose
    template: str
    score: int
    reason: Reason
    explore: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Eligible actions in the order they are wished; `propensity[i]` is the probability with
    which the policy puts `ranked[i]` first."""

    ranked: tuple[Candidate, ...]
    propensity: tuple[float, ...]
    explored: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rules conclude for one case and day: a choice, or a hold with its reason."""

    segment: str
    treatment: str
    choice: Choice
    hold: Reason | None
    review_on: date
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing we would like to do today; the gate has not been asked.

    `rank` 1 is liked best. `propensity` is the probability with which the policy would put this
    action first today. `not_before` is set for an agreed hour. `asks` names what the talk should
    find out: language, reason, right_party, contact.
    """

    case_id: UUID
    rank: int
    action: Action
    reason: Reason
    propensity: float
    treatment: str
    segment: str
    decision_id: UUID
    asks: tuple[str, ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """The plan a case page shows. `why` says what decided it, `hold` why nothing happens now."""

    as_of: date
    segment: str
    treatment: str
    goal: Goal
    tone: Tone
    channels: tuple[str, ...]
    review_on: date
    why: Reason
    hold: Reason | None
    wishes: tuple[Wish, ...]
    asks: tuple[str, ...]
    left_out: str = ""
