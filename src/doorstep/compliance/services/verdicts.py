"""Asking the gate: for many wishes when the day is planned, for one when a person asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.queries import Gathering, Keys, Situation, keys_of
from doorstep.compliance.rules._judge import Pack, judge
from doorstep.compliance.services.policies import packs_in_use
from doorstep.compliance.stored import ASKED, PLAN, numbered, row_of, save
from doorstep.compliance.types import Answer, Carrier, Verdict
from doorstep.kernel.actions import Action
from doorstep.people.types import Viewer


def forecast(
    actions: Sequence[Action],
    *,
    at: datetime,
    when: Mapping[int, datetime] | Sequence[datetime] | None = None,
) -> list[Verdict]:
    """The verdicts of many wishes, in their order, each stored lightly; reserves nothing.

    `at` is the instant it would happen; `when` gives another for some (index → instant) or all
    (one per action). Facts are gathered in a fixed number of queries. Raises UnknownCaseError.
    """
    if not actions:
        return []
    instants = _instants(len(actions), at, when)
    known = Gathering(actions, at=min(instants), planning=True)
    packs: dict[tuple[int, int | None], list[Pack]] = {}
    verdicts: list[Verdict] = []
    rows: list[StoredVerdict] = []
    for action, instant in zip(actions, instants, strict=True):
        s = known.situation(action, instant)
        whose = (s.case.lender_id, s.case.agency_id)
        if whose not in packs:
            packs[whose] = packs_in_use(whose, min(instants))
        verdict = judge(s.asked, s.facts, packs[whose], instant)
        row = row_of(
            verdict,
            s,
            action,
            at=instant,
            stage=PLAN,
            by="",
            whole=_whole(verdict),
            packs=packs[whose],
        )
        rows.append(row)
        verdicts.append(numbered(verdict, row))
    save(rows, [p for used in packs.values() for p in used])
    return verdicts


def _whole(verdict: Verdict) -> bool:
    return verdict.answer is Answer.ESCALATE


def _instants(
    count: int, at: datetime, when: Mapping[int, datetime] | Sequence[datetime] | None
) -> list[datetime]:
    if when is None:
        return [at] * count
    if isinstance(when, Mapping):
        return [when.get(i, at) for i in range(count)]
    return list(when)


def ask(viewer: Viewer, action: Action, *, at: datetime, carrier: Carrier | None = None) -> Verdict:
    """A verdict on one action as it stands, stored with all its facts; permits nothing by itself.

    Raises UnknownCaseError where the case is not the viewer's.
    """
    keys = keys_of(viewer, action)
    s = situation_for(action, keys, at=at, carrier=carrier or Carrier())
    return judged(s, action, at=at, stage=ASKED, by=viewer.name)


def judged(s: Situation, action: Action, *, at: datetime, stage: str, by: str) -> Verdict:
    """A verdict by the packs in use, stored with all its facts."""
    packs = packs_in_use((s.case.lender_id, s.case.agency_id), at)
    verdict = judge(s.asked, s.facts, packs, at)
    row = row_of(verdict, s, action, at=at, stage=stage, by=by, whole=True, packs=packs)
    save([row], packs)
    return numbered(verdict, row)


def situation_for(
    action: Action, keys: Keys, *, at: datetime, carrier: Carrier, without: UUID | None = None
) -> Situation:
    """One action with its facts; `without` leaves a clearance's own reservation out."""
    known = Gathering([action], at=at, carrier=carrier, without=without, keys=keys)
    return known.situation(action, at)
