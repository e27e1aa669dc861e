"""What is wrong with a change, and what a change does."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.book.types import LoanState


class ChangeError(ValueError):
    """The change cannot be recorded; the message names the field and what to do."""


class ChangeConflictError(ChangeError):
    """The same id was recorded before with other values."""


class NotAllowedError(ChangeError):
    """The change is not this viewer's to decide."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The loan at the end of a day without and with a change.

    The payoff of `before` and `after` is all that is claimed, with the interest still to come: it
    tells what a change gives up. `settle` is what settles the loan on that day, without and with
    the change: of a loan whose interest follows the money, less.
    """

    before: LoanState
    after: LoanState
    settle: tuple[int, int]
