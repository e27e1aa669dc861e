"""Fragments other pages show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.people.types import Viewer
from doorstep.strategy import words
from doorstep.strategy.services.policies import policy
from doorstep.strategy.services.views import plan_of
from doorstep.strategy.types import CasePlan, Reason, Wish


def plan(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """The plan of a case in words: goal, tone, ways in their order, review day and why."""
    found = plan_of(viewer, case_id)
    if found is None:
        return None
    return render_to_string("strategy/_plan.html", {"plan": shown(found)})


def treatment_name(code: str) -> str:
    """A treatment's name for a timeline."""
    return words.treatment(code)


def segment_name(code: str) -> str:
    """A segment's name for a list; one of an organisation's own is shown as it is."""
    return words.segment(code)


def segment_names() -> list[tuple[str, str]]:
    """The segments of the policy in force with their names, in its order."""
    return [(s.id, words.segment(s.id)) for s in policy().segments]


def shown(found: CasePlan) -> dict[str, object]:
    """A plan as plain words for a template."""
    return {
        "as_of": found.as_of,
        "segment": words.segment(found.segment),
        "treatment": words.treatment(found.treatment),
        "goal": words.GOALS[found.goal],
        "tone": words.TONES[found.tone],
        "review_on": found.review_on,
        "hold": words.reason(found.hold) if found.hold else "",
        "left_out": words.reason(Reason(found.left_out)) if found.left_out else "",
        "asks": [words.ASKS[a] for a in found.asks],
        "wishes": [_wish(w) for w in found.wishes],
    }


def _wish(wish: Wish) -> dict[str, object]:
    kind = str(wish.action.kind)
    return {
        "rank": wish.rank,
        "kind": words.KINDS[kind],
        "icon": words.KIND_ICONS[kind],
        "why": words.reason(wish.reason),
        "verify": wish.action.purpose.value == "verify",
        "at": wish.not_before,
    }
