"""The gate's question for a door, kept with the visit so that the same is asked again there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient, Role


def pack(action: Action) -> dict[str, Any]:
    """The action without crew, amount and content: who, where, why. None of them is a name."""
    place = action.place
    return {
        "to": {
            "role": str(action.to.role),
            "person": action.to.person,
            "point": action.to.point,
            "minor": action.to.minor,
            "liable": action.to.liable,
        },
        "place": {
            "country": place.country,
            "zone": place.zone,
            "kind": place.kind,
            "region": place.region,
        }
        if place
        else None,
        "channel": action.channel,
        "purpose": str(action.purpose),
        "initiated_by": action.initiated_by,
    }


def unpack(case_id: UUID, data: Mapping[str, Any], crew: Sequence[UUID]) -> Action:
    """The action again, now with the crew that goes. What a row does not say is the ordinary: a
    visit to the debtor about the debt, which the gate denies where it needs to know more."""
    to = data.get("to", {})
    return Action(
        kind=ActionKind.VISIT,
        case=case_id,
        to=Recipient(**{**to, "role": Role(to["role"])}) if to else Recipient(),
        place=Place(**data["place"]) if data.get("place") else None,
        channel=data.get("channel", ""),
        purpose=Purpose(data.get("purpose", Purpose.COLLECT)),
        initiated_by=data.get("initiated_by", "us"),
        crew=tuple(str(a) for a in crew),
    )
