"""What others may call."""

from doorstep.followup.services.chase import chase
from doorstep.followup.types import ChaseReport

__all__ = ["ChaseReport", "chase"]
