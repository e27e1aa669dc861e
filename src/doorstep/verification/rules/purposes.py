"""Which purposes a contact point may serve. Whether it may serve them *now* is the gate's."""

from __future__ import annotations

from doorstep.kernel.actions import Purpose
from doorstep.verification.types import PointStatus

_ALL = frozenset(Purpose)
_VERIFY = frozenset({Purpose.VERIFY})
_NONE: frozenset[Purpose] = frozenset()


def purposes(status: PointStatus) -> frozenset[Purpose]:
    """An unverified point may only be verified; a resting or wrong one serves nothing.

    45 % of complaints say *I do not owe this* (field notes): the right person comes before tone.

    >>> sorted(purposes(PointStatus.UNVERIFIED))
    [<Purpose.VERIFY: 'verify'>]
    >>> purposes(PointStatus.WRONG)
    frozenset()
    """
    if status is PointStatus.VERIFIED:
        return _ALL
    return _VERIFY if status is PointStatus.UNVERIFIED else _NONE
