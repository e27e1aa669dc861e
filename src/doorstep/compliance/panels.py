"""Fragments other pages show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.compliance import words
from doorstep.compliance.reports import verdicts_of
from doorstep.compliance.types import VerdictView
from doorstep.people.types import Viewer

SHOWN = 6


def verdicts(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """The newest verdicts of a case in words, each with the rules that decided."""
    found = verdicts_of(viewer, case_id, limit=SHOWN)
    if not found:
        return None
    return render_to_string("compliance/_verdicts.html", {"verdicts": [(v, why(v)) for v in found]})


def why(verdict: VerdictView) -> list[words.Explained]:
    """The findings that kept an action back, in words; none where it was permitted."""
    if verdict.permitted:
        return []
    return [e for e in words.explain(verdict) if e.rule in verdict.deciding][:3]
