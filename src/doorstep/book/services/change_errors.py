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
    """The loan today without and with a change."""

    before: LoanState
    after: LoanState
