"""What others may call."""

from doorstep.cycle.queries import failed_day, last_runs
from doorstep.cycle.services.digest import state_digest
from doorstep.cycle.services.lock import BusyError
from doorstep.cycle.services.run import DayFailedError, NotYetError, opening, run_day

__all__ = [
    "BusyError",
    "DayFailedError",
    "NotYetError",
    "failed_day",
    "last_runs",
    "opening",
    "run_day",
    "state_digest",
]
