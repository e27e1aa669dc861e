"""What others may call."""

from doorstep.strategy.rules.policy import PolicyError
from doorstep.strategy.services.policies import policy
from doorstep.strategy.services.views import plan_of, visits_left_out
from doorstep.strategy.services.wishing import mark_planned, wish

__all__ = ["PolicyError", "mark_planned", "plan_of", "policy", "visits_left_out", "wish"]
