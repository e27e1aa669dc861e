"""Which of a borrower's contact points an action would use."""

from __future__ import annotations

from doorstep.kernel.actions import ActionKind, Purpose
from doorstep.strategy.types import CaseFacts, LeftOut
from doorstep.verification.types import PointKind, PointStatus, PointUse, PointView

KIND = {
    ActionKind.CALL: PointKind.PHONE,
    ActionKind.MESSAGE: PointKind.EMAIL,
    ActionKind.VISIT: PointKind.ADDRESS,
}
_OWN = frozenset({PointUse.SELF, PointUse.HOME})
_LIVE = frozenset({PointStatus.VERIFIED, PointStatus.UNVERIFIED})


def best(facts: CaseFacts, kind: ActionKind) -> PointView | None:
    """The borrower's own best point for a kind of action, or None.

    Never a workplace (colleagues would learn of it), never a point of somebody else, never one
    that rests or is wrong; an address only where it is located. Verified before unverified, then
    by confidence, then by id, so that the choice is the same everywhere.
    """
    found = [p for p in _own(facts, KIND[kind]) if p.status in _LIVE and _reachable(p)]
    return min(
        found, key=lambda p: (p.status != PointStatus.VERIFIED, -p.confidence, p.id), default=None
    )


def purpose(point: PointView, wanted: Purpose) -> Purpose:
    """What may be wished at a point: an unverified one may only be verified."""
    return wanted if wanted in point.purposes else Purpose.VERIFY


def left_out(facts: CaseFacts) -> LeftOut | None:
    """Why no visit can be wished although a treatment would like one; None if one can."""
    addresses = _own(facts, PointKind.ADDRESS)
    if not addresses:
        return LeftOut.NO_ADDRESS
    live = [p for p in addresses if p.status in _LIVE]
    if not live:
        return LeftOut.ADDRESS_WRONG
    return None if any(p.located for p in live) else LeftOut.ADDRESS_NOT_LOCATED


def _own(facts: CaseFacts, kind: PointKind) -> list[PointView]:
    return [p for p in facts.points if not p.person and p.kind is kind and p.use in _OWN]


def _reachable(point: PointView) -> bool:
    return point.kind is not PointKind.ADDRESS or point.located
