"""What others may call."""

from doorstep.compliance.legal_caps import legal_caps
from doorstep.compliance.queries import UnknownCaseError
from doorstep.compliance.reports import (
    BlockedLine,
    PolicyView,
    blocked_report,
    loosened,
    verdict_counts,
    verdict_of,
    verdicts_of,
)
from doorstep.compliance.services.chain import chain_rows
from doorstep.compliance.services.clearing import clear, find_clearance, redeem, revoke
from doorstep.compliance.services.consents import (
    ConsentError,
    record_consent,
    record_visit_asked,
    withdraw_consent,
)
from doorstep.compliance.services.ledger import record_attempt, record_attempts
from doorstep.compliance.services.policies import (
    PolicyError,
    propose_policy,
    sign_policy,
    withdraw_policy,
)
from doorstep.compliance.services.verdicts import ask, forecast
from doorstep.compliance.services.windows import permitted_windows
from doorstep.compliance.words import duty as duty_text
from doorstep.compliance.words import explain

__all__ = [
    "BlockedLine",
    "ConsentError",
    "PolicyError",
    "PolicyView",
    "UnknownCaseError",
    "ask",
    "blocked_report",
    "chain_rows",
    "clear",
    "duty_text",
    "explain",
    "find_clearance",
    "forecast",
    "legal_caps",
    "loosened",
    "permitted_windows",
    "propose_policy",
    "record_attempt",
    "record_attempts",
    "record_consent",
    "record_visit_asked",
    "redeem",
    "revoke",
    "sign_policy",
    "verdict_counts",
    "verdict_of",
    "verdicts_of",
    "withdraw_consent",
    "withdraw_policy",
]
