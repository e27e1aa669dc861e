"""The collecting day, in order: the product on one screen.

Each step is a few lines that call one door and count what it did. Steps of one `group` are
committed together, because the later ones need what the earlier ones hold in hand; every other
step is its own transaction. `keeps_books` steps are also done for days that were missed: nobody
can call or knock on a day that is gone, but what is owed and promised on it must be known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.book import api as book
from doorstep.casefile import api as casefile
from doorstep.compliance import api as compliance
from doorstep.compliance.types import Planned
from doorstep.contact import api as contact
from doorstep.cycle.services.permitting import permit
from doorstep.delinquency import api as delinquency
from doorstep.followup import api as followup
from doorstep.people import api as people
from doorstep.people.types import SYSTEM
from doorstep.strategy import api as strategy
from doorstep.strategy.types import Wish
from doorstep.verification import api as verification
from doorstep.visits import api as visits

OPENING = time(7, 0)
"""When the day is made, by the clock at home: early enough for crews to set out at eight."""
BY = "day"
Counts = Mapping[str, int]


@dataclass(slots=True)
class Day:
    """What a step may know: which day, at which instant, and what the steps of its own group
    hold in hand."""

    day: date
    at: datetime
    wishes: list[Wish] = field(default_factory=list)
    permitted: list[Planned] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    label: str | Promise
    run: Callable[[Day], Counts]
    group: str = ""
    keeps_books: bool = False

    @property
    def transaction(self) -> str:
        return self.group or self.name


def read_inbox(day: Day) -> Counts:
    """New placement files become part of the book; what was refused says so by row."""
    files = [f for report in book.read_inbox(at=day.at, by=BY) for f in report.files]
    return {
        "files": len(files),
        "accepted": sum(f.accepted for f in files),
        "rejected": sum(f.rejected for f in files),
    }


def age(day: Day) -> Counts:
    """What is owed and how late, for every loan, from its schedule and its money."""
    return {"loans": book.run_ageing(day.day, day.at).loans.num_rows}


def prove_figures(day: Day) -> Counts:
    """Our balances against those the lender's system states; the lower one is demanded."""
    proof = book.prove(day.day, day.at)
    return {"compared": proof.compared, "differing": proof.differing}


def note_money(day: Day) -> Counts:
    """Money that came in is told on its case, before the case eases or closes because of it."""
    return {"payments": followup.note_money(day.at)}


def refresh_cases(day: Day) -> Counts:
    """Cases open, escalate, ease and close by themselves."""
    changes = delinquency.refresh(day.day, day.at)
    return {
        "opened": changes.opened,
        "escalated": changes.escalated,
        "eased": changes.eased,
        "closed": changes.closed,
    }


def find_points(day: Day) -> Counts:
    """Contact points of open cases, as the lender gave them; those that keep failing rest."""
    found = verification.sync_points(day.day, day.at)
    return {"points": found, "rested": verification.rest_points(day.day, day.at)}


def chase_promises(day: Day) -> Counts:
    """No promise stays open past its date: kept, partly kept or broken, by verified money up to
    last night."""
    chased = followup.chase(day.day - timedelta(days=1), day.at)
    return {"kept": chased.kept, "partly": chased.partly, "broken": chased.broken}


def wish(day: Day) -> Counts:
    """What we would like to do today, ranked for each case, with a reason each."""
    day.wishes = strategy.wish(day.day, day.at)
    return {"wishes": len(day.wishes)}


def ask_the_gate(day: Day) -> Counts:
    """The first wish of each case that may be done; the others wait or are not allowed."""
    zones = {case.id: case.zone for case in casefile.open_cases(SYSTEM)}
    day.permitted, answers = permit(day.wishes, zones, day=day.day, at=day.at)
    strategy.mark_planned({p.decision_id: p.rank for p in day.permitted if p.decision_id})
    return {"permitted": len(day.permitted), **answers}


def plan_calls(day: Day) -> Counts:
    return {"calls": contact.plan_calls(day.permitted, as_of=day.day, at=day.at)}


def plan_messages(day: Day) -> Counts:
    report = contact.queue_messages(day.permitted, as_of=day.day, at=day.at)
    return {"queued": report.queued, "no_text": report.gaps, "unfit": report.refused}


def plan_visits(day: Day) -> Counts:
    plan = visits.plan_day(day.day, day.permitted, at=day.at)
    return {"visits_planned": plan.planned, "visits_left_out": sum(plan.unvisited.values())}


def forget(day: Day) -> Counts:
    """What was kept only so that a machine may ask twice goes when its time is over."""
    return {"answers": people.forget_answers(at=day.at)}


def chain_evidence(day: Day) -> Counts:
    """What the gate said and what happened is tied into each lender's chain: changed later, it
    shows."""
    return compliance.chain_rows(at=day.at)


STEPS: tuple[Step, ...] = (
    Step("read inbox", _("Read the lenders' files"), read_inbox, keeps_books=True),
    Step("age", _("Work out what is owed"), age, keeps_books=True),
    Step("proof", _("Compare with the lender's figures"), prove_figures, keeps_books=True),
    Step("money", _("Note the money that came in"), note_money, keeps_books=True),
    Step("cases", _("Open, ease and close cases"), refresh_cases, keeps_books=True),
    Step(
        "contact points", _("Find contact points, rest failing ones"), find_points, keeps_books=True
    ),
    Step("promises", _("Settle promises that were due"), chase_promises, keeps_books=True),
    Step("wish", _("Wish, case by case"), wish, "choose"),
    Step("gate", _("Ask what is permitted"), ask_the_gate, "choose"),
    Step("calls", _("Plan calls"), plan_calls, "choose"),
    Step("messages", _("Write messages"), plan_messages, "choose"),
    Step("visits", _("Choose and route visits"), plan_visits, "choose"),
    Step("forget", _("Forget what need not be kept"), forget),
    Step("evidence", _("Seal the evidence"), chain_evidence),
)
LABELS = {step.name: step.label for step in STEPS}
