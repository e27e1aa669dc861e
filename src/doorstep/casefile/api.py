"""What others may call."""

from doorstep.casefile.queries import (
    facts_of,
    find_case,
    open_cases,
    promises_due,
    promises_of,
    timeline,
)
from doorstep.casefile.services.cases import CaseChange, NewCase, assign, change_cases, create_cases
from doorstep.casefile.services.facts import NewFact, record, record_many
from doorstep.casefile.services.promises import (
    PromiseError,
    make_promise,
    settle_promise,
    withdraw_promises,
)

__all__ = [
    "CaseChange",
    "NewCase",
    "NewFact",
    "PromiseError",
    "assign",
    "change_cases",
    "create_cases",
    "facts_of",
    "find_case",
    "make_promise",
    "open_cases",
    "promises_due",
    "promises_of",
    "record",
    "record_many",
    "settle_promise",
    "timeline",
    "withdraw_promises",
]
