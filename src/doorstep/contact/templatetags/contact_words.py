"""`{% load contact_words %}`: codes of contact in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from doorstep.contact import words

register = template.Library()

_TABLES: dict[str, Mapping[str, Any]] = {
    "result": words.RESULTS,
    "party": words.PARTIES,
    "reason": words.REASONS,
    "purpose": words.PURPOSES,
    "state": words.STATES,
    "call_state": words.CALL_STATES,
    "text": words.TEXTS,
    "channel": words.CHANNELS,
    "language": words.LANGUAGES,
    "question": words.QUESTIONS,
    "hint": words.HINTS,
}


@register.filter
def said(code: object, table: str) -> str:
    """`{{ call.result|said:"result" }}`."""
    return words.word(_TABLES[table], code)


@register.filter
def why(text: str) -> str:
    return words.why(text)


@register.filter
def state_tone(state: str) -> str:
    return words.TONES.get(state, "")
