"""An action as JSON and back: what a schedule keeps of a permitted wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient, Role


def pack(action: Action) -> dict[str, Any]:
    """Everything but content and amount, which are written anew when it is carried out."""
    return {
        "kind": str(action.kind),
        "case": str(action.case),
        "to": asdict(action.to),
        "place": asdict(action.place) if action.place else None,
        "channel": action.channel,
        "purpose": str(action.purpose),
        "template": action.template,
    }


def unpack(data: Mapping[str, Any]) -> Action:
    """The action that `pack` was given, without content and amount."""
    return Action(
        kind=ActionKind(data["kind"]),
        case=UUID(data["case"]),
        to=Recipient(**{**data["to"], "role": Role(data["to"]["role"])}),
        place=Place(**data["place"]) if data["place"] else None,
        channel=data["channel"],
        purpose=Purpose(data["purpose"]),
        template=data["template"],
    )
