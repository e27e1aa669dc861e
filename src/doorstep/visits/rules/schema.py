"""`doorstep-visits/1` as a JSON schema (draft 2020-12): what `week.read_week` accepts."""

from __future__ import annotations

from typing import Any

from doorstep.visits.rules.week import FORMAT, MOST, MOST_DAYS, MOST_WORTH

_WHOLE = {"type": "integer", "minimum": 0, "maximum": MOST}
_TEXT = {"type": "string", "minLength": 1}
_POSITIVE = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1_000_000}
_SPAN = {
    "type": "array",
    "items": _WHOLE,
    "minItems": 2,
    "maxItems": 2,
    "description": "[from, to] in seconds since local midnight",
}
_POINT = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -90, "maximum": 90},
        {"type": "number", "minimum": -180, "maximum": 180},
    ],
    "minItems": 2,
    "maxItems": 2,
    "description": "[latitude, longitude], WGS-84",
}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [k for k in properties if k not in optional],
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """The schema of a week; every key it does not name is refused."""
    lunch = _object({"length": _WHOLE, "window": _SPAN})
    agent = {
        "id": _TEXT,
        "home": _POINT,
        "languages": {"type": "array", "items": _TEXT},
        "shift": _SPAN,
        "max_visits": _WHOLE,
        "lunch": lunch,
    }
    candidate = {
        "id": _TEXT,
        "at": _POINT,
        "language": _TEXT,
        "days": {"type": "array", "items": _WHOLE},
        "window": _SPAN,
        "service": _WHOLE,
        "worth": {
            "type": "integer",
            "minimum": -MOST_WORTH,
            "maximum": MOST_WORTH,
            "description": "minor units; zero or less is never visited",
        },
    }
    travel = {
        "kind": {"const": "detour"},
        "factor": _POSITIVE,
        "speed_kmh": _POSITIVE,
        "parking": _WHOLE,
        "cost_per_second": _WHOLE,
    }
    week = {
        "format": {"const": FORMAT},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
        "agents": {"type": "array", "items": _object(agent)},
        "candidates": {"type": "array", "items": _object(candidate)},
        "travel": _object(travel),
        "window_end_means": {"enum": ["start", "finish"], "default": "start"},
    }
    top = _object(week, ("window_end_means",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **top}
