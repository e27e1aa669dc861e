"""`law judge`: questions in, answers out, in the shape other systems are tested against."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from doorstep.compliance import words
from doorstep.compliance.golden import answer
from doorstep.compliance.reading import read, schema
from doorstep.compliance.sunset import sunset
from doorstep.compliance.types import Facts, Finding, Question, Verdict
from doorstep.kernel.actions import ActionKind


def question(raw: Any, path: str = "") -> Question:
    """One parsed JSON object as a question. Raises ReadError naming the key that is wrong."""
    return read(Question, raw, path)


def judged(asked: Question) -> dict[str, Any]:
    """The answer to a question. Where a visit's sunset is not given but the place is located, it
    is computed."""
    return told(answer(_with_sunset(asked)))


def _with_sunset(asked: Question) -> Question:
    spot, facts = asked.action.place, asked.facts
    if asked.action.kind is not ActionKind.VISIT or facts.sunset is not None or spot is None:
        return asked
    if spot.latitude is None or spot.longitude is None:
        return asked
    found: Facts = replace(facts, sunset=sunset(spot.latitude, spot.longitude, spot.zone, asked.at))
    return replace(asked, facts=found)


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values, with its words in the language of the moment."""
    found: dict[str, Any] = {
        "permitted": verdict.permitted,
        "verdict": verdict.answer.value,
        "duties": [
            {"code": d.code, "text": words.duty(d.code), "rule": d.rule} for d in verdict.duties
        ],
        "deciding": list(verdict.deciding),
        "findings": [_finding(f) for f in verdict.findings],
        "packs": dict(verdict.packs),
    }
    if verdict.defer_until is not None:
        found["defer_until"] = verdict.defer_until.isoformat()
    return found


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "rule": f.rule.id,
        "result": f.result.value,
        "why": words.why(f),
        "title": words.title(f.rule),
        "citation": f.rule.citation,
        "bindingness": f.rule.bindingness.value,
        "status": f.rule.status,
    }


def question_schema() -> dict[str, Any]:
    """JSON schema of a question, made of the types that read it; absent facts take the defaults
    written there and are otherwise unknown."""
    return schema(Question)
