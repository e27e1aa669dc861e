"""Findings, duties and rules in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from doorstep.compliance.packs import packs
from doorstep.compliance.reasons import CAUSES, FINDINGS
from doorstep.compliance.types import Finding, Result, Rule, Verdict, VerdictView
from doorstep.compliance.vocabulary import (
    ANSWERS,
    BINDING,
    DOCUMENTS,
    DUTIES,
    FIELDS,
    KINDS,
    PER,
    RESULTS,
    STATES,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding in words, in the language of the moment."""

    rule: str
    title: str
    result: Result
    why: str
    remedy: str
    citation: str
    bindingness: str
    provisional: bool


def explain(verdict: Verdict | VerdictView) -> list[Explained]:
    """The findings of a verdict in words, those that decided first."""
    order = {rule: n for n, rule in enumerate(verdict.deciding)}
    spoken = [f for f in verdict.findings if f.result is not Result.NOT_APPLICABLE]
    spoken.sort(key=lambda f: order.get(f.rule.id, len(order)))
    return [
        Explained(
            rule=f.rule.id,
            title=title(f.rule),
            result=f.result,
            why=why(f),
            remedy=remedy(f.code) if f.blocks else "",
            citation=source(f.rule),
            bindingness=str(BINDING[f.rule.bindingness.value]),
            provisional=f.rule.status == "provisional",
        )
        for f in spoken
    ]


def why(finding: Finding) -> str:
    """What a finding says, in the language of the moment."""
    if finding.code in FINDINGS:
        return str(FINDINGS[finding.code][0]) % _told(finding.args)
    if finding.result is Result.NOT_APPLICABLE:
        return gettext("does not speak of this action")
    return gettext("met") if finding.result is Result.PASS else finding.code


def remedy(code: str) -> str:
    """What would help against a finding; empty where only time or the other side can."""
    return str(FINDINGS[code][1]) if code in FINDINGS else ""


def cause(code: str) -> str:
    """A short name of a cause for reports, without the numbers of one case."""
    return str(CAUSES.get(code) or code)


def duty(code: str) -> str:
    return str(DUTIES.get(code, code))


def title(rule: Rule) -> str:
    """A rule's title in the language of the moment."""
    return rule.text(get_language() or "en")


def source(rule: Rule) -> str:
    """Where a rule comes from: the name of the source in the language of the moment, else the
    citation."""
    return rule.source.get(get_language() or "en") or rule.citation


def reason(rule: Rule) -> str:
    """Why the rule exists, in the language of the moment."""
    return rule.text(get_language() or "en", "why")


def _told(args: Mapping[str, Any]) -> dict[str, str]:
    found = {k: str(v) for k, v in args.items()}
    if "state" in args:
        found["state"] = str(STATES.get(args["state"], args["state"]))
    if "document" in args:
        found["document"] = str(DOCUMENTS.get(args["document"], args["document"]))
    if "per" in args:
        found["per"] = str(PER.get(args["per"], args["per"]))
    if "days" in args:
        found["window"] = _window(int(args["days"]))
    return found


def _window(days: int) -> str:
    if days == 0:
        return gettext("all")
    return gettext("one day") if days == 1 else gettext("%(days)s days") % {"days": days}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule that may be loosened, in words."""

    id: str
    title: str
    why: str
    provisional: bool


def house_rules() -> list[RuleWords]:
    """The house rules and the provisional rules of law, in the packs' order."""
    rules = [w.rule for p in packs(settings.PACKS) for _, w in p.laws]
    shown = [r for r in rules if r.pack == "house" or r.status == "provisional"]
    return [RuleWords(r.id, title(r), reason(r), r.status == "provisional") for r in shown]


def field_name(field: str) -> str:
    """A number of a rule in words."""
    return str(FIELDS.get(field, field))


def choices() -> list[tuple[str, str]]:
    """Every number that may be loosened: "RULE field" and its words with the value as it is."""
    from doorstep.compliance.services.policies import loosenable
    from doorstep.compliance.stored import rule_of

    return [
        (f"{c.rule} {c.field}", f"{title(rule_of(c.rule))}: {field_name(c.field)} ({c.value})")
        for c in loosenable()
    ]


__all__ = [
    "ANSWERS",
    "KINDS",
    "RESULTS",
    "Explained",
    "RuleWords",
    "cause",
    "choices",
    "duty",
    "explain",
    "field_name",
    "house_rules",
    "reason",
    "remedy",
    "source",
    "title",
    "why",
]
