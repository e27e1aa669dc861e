"""Codes of the gate in words, for templates."""

from __future__ import annotations

from django import template

from doorstep.compliance import words
from doorstep.compliance.types import Answer, Result
from doorstep.kernel.actions import ActionKind

register = template.Library()
TONES = {
    Answer.ALLOW: "good",
    Answer.ALLOW_WITH_DUTIES: "good",
    Answer.DEFER: "warn",
    Answer.ESCALATE: "info",
    Answer.DENY: "bad",
}
ICONS = {
    ActionKind.CALL: "phone",
    ActionKind.MESSAGE: "message",
    ActionKind.LETTER: "mail",
    ActionKind.VISIT: "door",
}


@register.filter
def answer_name(answer: Answer) -> str:
    return str(words.ANSWERS[answer])


@register.filter
def answer_tone(answer: Answer) -> str:
    return TONES[answer]


@register.filter
def action_name(kind: ActionKind) -> str:
    return str(words.KINDS[kind])


@register.filter
def action_icon(kind: ActionKind) -> str:
    return ICONS.get(kind, "note")


@register.filter
def duty_name(code: str) -> str:
    return words.duty(code)


@register.filter
def result_name(result: Result) -> str:
    return str(words.RESULTS[result])


@register.filter
def result_tone(result: Result) -> str:
    return {Result.FAIL: "bad", Result.UNKNOWN: "warn", Result.PASS: "good"}.get(result, "")
