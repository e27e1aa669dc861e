"""The seal without which no clearance can be made. Only compliance's services may import this.

An import contract forbids everyone else, and `Cleared` refuses any other seal at run time.
"""

from __future__ import annotations

from typing import Final


class Seal:
    """One object of this class exists; a clearance is genuine if it was made with it."""

    __slots__ = ()


SEAL: Final = Seal()
