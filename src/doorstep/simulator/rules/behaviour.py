"""What borrowers do when they are called, written to or visited. By seed, person and moment only.

The chances are ours, chosen so that a portfolio rolls about as online small loans do: of those a
month late roughly a third fall another month behind, of those three months late most do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from doorstep.simulator.rules.draws import between, draw, pick, weighted
from doorstep.simulator.types import Person, Temper, Truth

_ANSWERS = {
    Temper.STEADY: 0.55,
    Temper.FORGETFUL: 0.48,
    Temper.STRETCHED: 0.40,
    Temper.STRUCK: 0.34,
    Temper.UNWILLING: 0.14,
    Temper.GONE: 0.0,
}
_KEEPS = {
    Temper.STEADY: 0.96,
    Temper.FORGETFUL: 0.88,
    Temper.STRETCHED: 0.58,
    Temper.STRUCK: 0.40,
    Temper.UNWILLING: 0.12,
    Temper.GONE: 0.0,
}
_READS = {
    Temper.STEADY: 0.75,
    Temper.FORGETFUL: 0.42,
    Temper.STRETCHED: 0.10,
    Temper.STRUCK: 0.03,
    Temper.UNWILLING: 0.01,
    Temper.GONE: 0.0,
}
"""Chance that one message is read and the arrears paid within days."""


class Pickup(StrEnum):
    """What a dialled number does."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DEAD = "dead"


class Reply(StrEnum):
    """What the right person says once asked about the arrears."""

    PROMISE = "promise"
    PLAN = "plan"
    HARDSHIP = "hardship"
    DISPUTE = "dispute"
    CALL_BACK = "call_back"
    REFUSAL = "refusal"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Answer:
    """`share` is the part of the arrears promised, in percent, within `days` days."""

    reply: Reply
    reason: str
    share: int = 100
    days: int = 0


def picks_up(seed: int, person: Person, truth: Truth, value: str, at: datetime) -> Pickup:
    """What happens when `value` is dialled at an instant (local time decides)."""
    if truth is Truth.DEAD:
        return Pickup.DEAD
    chance = _ANSWERS[person.temper] if truth is Truth.RIGHT else 0.4
    chance += 0.14 if at.hour >= 17 else 0.0
    drawn = draw(seed, "pick up", value, at.date(), at.hour)
    if drawn < chance:
        return Pickup.RIGHT if truth is Truth.RIGHT else Pickup.WRONG
    return Pickup.BUSY if drawn > 0.96 else Pickup.NO_ANSWER


def answers(seed: int, person: Person, day: date, talks: int) -> Answer:
    """What the right person says; `talks` is how often they were spoken to before."""
    about = (person.id, day, talks)
    reply = weighted(_REPLIES[person.temper], seed, "reply", *about)
    if reply is Reply.DISPUTE and draw(seed, "disputes", person.id) > 0.2:
        reply = Reply.REFUSAL  # a dispute is somebody's standpoint, not a mood
    share = 100 if draw(seed, "whole", *about) < 0.62 else pick((30, 40, 50, 60), seed, "s", *about)
    days = between(1, 9, seed, "days", *about)
    return Answer(reply, _reason(seed, person), share, days)


_REPLIES: dict[Temper, tuple[tuple[Reply, float], ...]] = {
    Temper.STEADY: ((Reply.PROMISE, 0.95), (Reply.CALL_BACK, 0.05)),
    Temper.FORGETFUL: ((Reply.PROMISE, 0.86), (Reply.CALL_BACK, 0.12), (Reply.REFUSAL, 0.02)),
    Temper.STRETCHED: (
        (Reply.PROMISE, 0.58),
        (Reply.PLAN, 0.18),
        (Reply.CALL_BACK, 0.14),
        (Reply.REFUSAL, 0.10),
    ),
    Temper.STRUCK: (
        (Reply.PLAN, 0.36),
        (Reply.PROMISE, 0.26),
        (Reply.HARDSHIP, 0.12),
        (Reply.CALL_BACK, 0.12),
        (Reply.REFUSAL, 0.14),
    ),
    Temper.UNWILLING: (
        (Reply.REFUSAL, 0.44),
        (Reply.PROMISE, 0.28),
        (Reply.DISPUTE, 0.14),
        (Reply.CALL_BACK, 0.10),
        (Reply.STOP, 0.04),
    ),
    Temper.GONE: ((Reply.REFUSAL, 1.0),),
}


def _reason(seed: int, person: Person) -> str:
    """Why it was not paid, as the person would tell it: always the same story."""
    stories = {
        Temper.STEADY: ("forgot", "technical"),
        Temper.FORGETFUL: ("forgot", "forgot", "technical"),
        Temper.STRETCHED: ("income_fell", "overindebted", "family", "business"),
        Temper.STRUCK: ("lost_job", "lost_job", "illness", "business", "family"),
        Temper.UNWILLING: ("unwilling", "dispute", "overindebted"),
        Temper.GONE: ("unknown",),
    }
    return pick(stories[person.temper], seed, "reason", person.id)


def keeps_word(seed: int, person: Person, due: date, amount: int, *, plan: bool = False) -> int:
    """Percent of a promise that is paid on its day: 100, a part, or 0."""
    chance = _KEEPS[person.temper] + (0.25 if plan else 0.0)
    drawn = draw(seed, "keeps", person.id, due, amount)
    if drawn < chance:
        return 100
    return pick((30, 50, 60), seed, "part", person.id, due) if drawn < chance + 0.12 else 0


def reacts_to_message(seed: int, person: Person, key: str) -> int | None:
    """Days after a message until the arrears are paid because of it; None: they are not."""
    if draw(seed, "reads", person.id, key) >= _READS[person.temper]:
        return None
    return between(0, 3, seed, "reacts", person.id, key)


def at_home(seed: int, person: Person, truth: Truth, at: datetime) -> bool:
    """Whether the borrower is behind the door at an instant (local time decides)."""
    if truth is not Truth.RIGHT:
        return False
    chance = 0.62 if at.weekday() >= 5 or at.hour >= 17 else 0.38
    chance += 0.12 if person.village else 0.0
    return draw(seed, "at home", person.id, at.date(), at.hour) < chance
