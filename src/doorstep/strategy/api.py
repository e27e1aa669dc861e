"""What others may call."""

from doorstep.strategy.rules.policy import PolicyError
from doorstep.strategy.services.policies import policy
from doorstep.strategy.services.views import (
    count_held,
    held_cases,
    in_segment,
    plan_of,
    segments_of,
    visits_left_out,
)
from doorstep.strategy.services.wishing import mark_planned, wish

__all__ = [
    "PolicyError",
    "count_held",
    "held_cases",
    "in_segment",
    "mark_planned",
    "plan_of",
    "policy",
    "segments_of",
    "visits_left_out",
    "wish",
]
