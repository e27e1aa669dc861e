"""What others may call."""

from doorstep.verification.queries import find_point, people_of, points_of
from doorstep.verification.rules.normal import PointValueError
from doorstep.verification.services.outcomes import (
    UnknownPointError,
    record_outcome,
    record_outcomes,
    record_right_party,
    reveal,
    value_to_send,
)
from doorstep.verification.services.points import add_point, stop_person
from doorstep.verification.services.resting import rest_points
from doorstep.verification.services.right_party import right_party_questions
from doorstep.verification.services.sync import sync_points

__all__ = [
    "PointValueError",
    "UnknownPointError",
    "add_point",
    "find_point",
    "people_of",
    "points_of",
    "record_outcome",
    "record_outcomes",
    "record_right_party",
    "rest_points",
    "reveal",
    "right_party_questions",
    "stop_person",
    "sync_points",
    "value_to_send",
]
