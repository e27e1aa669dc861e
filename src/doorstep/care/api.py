"""What others may call."""

from doorstep.care.forms import StopForm
from doorstep.care.queries import find_stop, stopped_cases, stops_of
from doorstep.care.services.stops import StopError, lift_stop, raise_stop, raise_stops

__all__ = [
    "StopError",
    "StopForm",
    "find_stop",
    "lift_stop",
    "raise_stop",
    "raise_stops",
    "stopped_cases",
    "stops_of",
]
