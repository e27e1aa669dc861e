"""What others may call."""

from doorstep.field.queries import packet, today
from doorstep.field.rules.photo import PhotoError
from doorstep.field.services.begin import VisitClosedError, begin, confirm_party
from doorstep.field.services.photos import add_photo
from doorstep.field.services.record import VisitConflictError, VisitOutcomeError, record_visit

__all__ = [
    "PhotoError",
    "VisitClosedError",
    "VisitConflictError",
    "VisitOutcomeError",
    "add_photo",
    "begin",
    "confirm_party",
    "packet",
    "record_visit",
    "today",
]
