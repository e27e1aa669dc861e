"""What others may call."""

from doorstep.care.queries import find_stop, stopped_cases, stops_of
from doorstep.care.services.stops import StopError, lift_stop, raise_stop

__all__ = ["StopError", "find_stop", "lift_stop", "raise_stop", "stopped_cases", "stops_of"]
