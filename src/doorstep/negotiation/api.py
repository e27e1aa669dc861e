"""What others may call."""

from doorstep.negotiation.queries import arrangement_of, arrangements_of
from doorstep.negotiation.rules.affordability import assess
from doorstep.negotiation.services.arrangements import agree, end, review
from doorstep.negotiation.services.offers import blank, offers
from doorstep.negotiation.types import NegotiationError

__all__ = [
    "NegotiationError",
    "agree",
    "arrangement_of",
    "arrangements_of",
    "assess",
    "blank",
    "end",
    "offers",
    "review",
]
