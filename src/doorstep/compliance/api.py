"""What others may call."""

from doorstep.compliance.queries import UnknownCaseError
from doorstep.compliance.reports import verdict_of, verdicts_of
from doorstep.compliance.services.clearing import clear, find_clearance, redeem, revoke
from doorstep.compliance.services.consents import ConsentError, record_consent, withdraw_consent
from doorstep.compliance.services.ledger import record_attempt, record_attempts
from doorstep.compliance.services.verdicts import ask, forecast
from doorstep.compliance.services.windows import permitted_windows
from doorstep.compliance.words import duty as duty_text
from doorstep.compliance.words import explain

__all__ = [
    "ConsentError",
    "UnknownCaseError",
    "ask",
    "clear",
    "duty_text",
    "explain",
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
