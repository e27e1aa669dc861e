"""A verdict into a row and back. Light rows keep what decided; the rest passed or did not speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from doorstep.compliance import grounds
from doorstep.compliance.chained import seal_of
from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.packs import PackError, installed, pack
from doorstep.compliance.queries import Situation
from doorstep.compliance.reading import plain
from doorstep.compliance.rules._judge import GROUND, Pack
from doorstep.compliance.types import (
    Answer,
    Bindingness,
    Duty,
    Finding,
    Result,
    Rule,
    Verdict,
    VerdictView,
)
from doorstep.kernel.actions import Action, ActionKind, Purpose, Role
from doorstep.kernel.ids import named_id

_DOUBTFUL = frozenset({Result.FAIL, Result.UNKNOWN})
PLAN, CLEAR, REDEEM, ASKED = grounds.PLAN, "clear", "redeem", "asked"
_BATCH = 2000


def row_of(
    verdict: Verdict,
    situation: Situation,
    action: Action,
    *,
    at: datetime,
    stage: str,
    by: str,
    whole: bool,
    packs: Sequence[Pack],
) -> StoredVerdict:
    """A row not yet saved; its id depends on what was asked, when and what was answered."""
    case, digest = situation.case, action.digest()
    key = named_id("verdict", stage, digest, at.isoformat(), verdict.answer, *verdict.deciding)
    row = StoredVerdict(
        id=key,
        case_id=case.id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        at=at,
        stage=stage,
        kind=action.kind,
        channel=action.channel,
        purpose=action.purpose,
        role=action.to.role,
        answer=verdict.answer,
        defer_until=verdict.defer_until,
        deciding=list(verdict.deciding),
        cause=_cause(verdict),
        findings=[pack_finding(f) for f in verdict.findings if whole or tells(f)],
        packs=dict(verdict.packs),
        action_digest=digest,
        facts=plain(situation.facts) if whole else None,
        by=by,
    )
    grounds.put(row, situation, packs)
    return row


def save(rows: Sequence[StoredVerdict], packs: Iterable[Pack]) -> None:
    """Write verdicts, each under its seal, and what they rest on; one given before is left."""
    grounds.keep(packs, rows)
    for row in rows:
        row.seal = seal_of(row)
    StoredVerdict.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)


def numbered(verdict: Verdict, row: StoredVerdict) -> Verdict:
    return replace(verdict, id=row.pk)


def _cause(verdict: Verdict) -> str:
    """The one cause a report counts a refusal under: first what only somebody's work can change,
    then what asks a person, then what time alone will."""
    blocking = [f for f in verdict.findings if f.result in _DOUBTFUL and f.blocks]
    blocking.sort(key=lambda f: (f.ends is not None, f.escalates))
    return blocking[0].code if blocking else ""


def tells(f: Finding) -> bool:
    """Whether a light verdict keeps a finding: it decided or gave a duty."""
    blocking = f.result in _DOUBTFUL and f.blocks and f.code != "no_ground"
    return bool(f.duties) or blocking


def pack_finding(f: Finding) -> list[Any]:
    """A finding as a short list: rule, result, code, args, ends, duties, escalates."""
    ends = f.ends.isoformat() if f.ends else None
    return [f.rule.id, f.result.value, f.code, dict(f.args), ends, list(f.duties), f.escalates]


def unpack_finding(raw: Sequence[Any]) -> Finding:
    rule, result, code, args, ends, duties, escalates = raw
    until = datetime.fromisoformat(ends) if ends else None
    return Finding(rule_of(rule), Result(result), code, args, until, tuple(duties), escalates)


def view_of(row: StoredVerdict) -> VerdictView:
    """A stored verdict as pages show it."""
    findings = tuple(unpack_finding(f) for f in row.findings)
    packs: Mapping[str, str] = row.packs
    return VerdictView(
        id=row.pk,
        case_id=row.case_id,
        at=row.at,
        stage=row.stage,
        kind=ActionKind(row.kind),
        channel=row.channel,
        purpose=Purpose(row.purpose),
        role=Role(row.role),
        answer=Answer(row.answer),
        defer_until=row.defer_until,
        deciding=tuple(row.deciding),
        duties=tuple(Duty(code, f.rule.id) for f in findings for code in f.duties)
        if Answer(row.answer) is Answer.ALLOW_WITH_DUTIES
        else (),
        findings=findings,
        packs=packs,
        by=row.by,
    )


def verdict_of_row(row: StoredVerdict) -> Verdict:
    """A stored verdict as it was answered, as far as its row keeps the findings."""
    view = view_of(row)
    return Verdict(
        view.answer,
        view.findings,
        view.duties,
        view.deciding,
        view.packs,
        view.defer_until,
        view.id,
    )


@cache
def _rules() -> dict[str, Rule]:
    found = {r.id: r for r in GROUND}
    for code in installed():
        try:
            found.update((law.rule.id, law.rule) for _, law in pack(code).laws)
        except PackError:
            continue
    return found


def rule_of(rule_id: str) -> Rule:
    """A rule by its id, from any installed pack; one that is gone keeps its id as its title."""
    found = _rules().get(rule_id)
    if found is not None:
        return found
    return Rule(
        id=rule_id,
        kind="",
        title={"en": rule_id},
        why={"en": ""},
        citation="",
        bindingness=Bindingness.HOUSE,
        verification="",
        in_force=date(2000, 1, 1),
    )
