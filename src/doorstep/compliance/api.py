"""What others may call."""

from doorstep.compliance.queries import UnknownCaseError
from doorstep.compliance.reports import verdict_of, verdicts_of
from doorstep.compliance.services.clearing import bind, clear, find_clearance, redeem, revoke
from doorstep.compliance.services.consents import ConsentError, record_consent, withdraw_consent
from doorstep.compliance.services.ledger import record_attempt, record_attempts
from doorstep.compliance.services.verdicts import ask, forecast
from doorstep.compliance.services.windows import permitted_windows

__all__ = [
    "ConsentError",
    "UnknownCaseError",
    "ask",
    "bind",
    "clear",
    "find_clearance",
    "forecast",
    "permitted_windows",
    "record_attempt",
    "record_attempts",
    "record_consent",
    "redeem",
    "revoke",
    "verdict_of",
    "verdicts_of",
    "withdraw_consent",
]
