"""What the operations that move money share: once by key, refusals as HTTP answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema, Status
from ninja.errors import HttpError

from doorstep.book import api as book
from doorstep.people.api import once, organisation_of
from doorstep.people.types import OrganisationKind, Viewer

UNKNOWN = (
    book.UnknownLenderError,
    book.UnknownBorrowerError,
    book.UnknownLoanError,
    book.UnknownPaymentError,
)
"""What is refused as not found."""


def done(
    who: Viewer, key: str, path: str, body: Schema, make: Any, at: datetime
) -> Status[dict[str, Any]]:
    """The answer, once by key; what the book refuses becomes 404, 409 (conflict) or 422, naming
    the field."""
    asked = {"path": path, "body": body.model_dump(mode="json")}
    try:
        return Status(*once(who, key, asked, make, at=at))
    except book.PaymentConflictError as error:
        raise HttpError(409, str(error)) from error
    except UNKNOWN as error:
        raise HttpError(404, str(error)) from error
    except book.PaymentError as error:
        raise HttpError(422, str(error)) from error


def lender_of(who: Viewer, given: str) -> str:
    """The lender named, or the token's own."""
    if given or who.organisation_kind is not OrganisationKind.LENDER:
        return given
    own = organisation_of(who)
    return own.code if own else ""
