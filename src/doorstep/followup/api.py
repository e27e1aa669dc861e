"""What others may call."""

from doorstep.followup.services.chase import chase
from doorstep.followup.services.money import note_money
from doorstep.followup.types import ChaseReport

__all__ = ["ChaseReport", "chase", "note_money"]
