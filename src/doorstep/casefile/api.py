"""What others may call."""

from doorstep.casefile.lists import (
    CaseFilter,
    buckets,
    facts_between,
    list_cases,
    money_by_day,
    promise_sums,
    promises_between,
    references,
    regions,
    tally,
)
from doorstep.casefile.queries import (
    cases_of,
    earlier_cases,
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
    Settlement,
    make_promise,
    settle_promise,
    settle_promises,
    withdraw_promises,
)

__all__ = [
    "CaseChange",
    "CaseFilter",
    "NewCase",
    "NewFact",
    "PromiseError",
    "Settlement",
    "assign",
    "buckets",
    "cases_of",
    "change_cases",
    "create_cases",
    "earlier_cases",
    "facts_between",
    "facts_of",
    "find_case",
    "list_cases",
    "make_promise",
    "money_by_day",
    "open_cases",
    "promise_sums",
    "promises_between",
    "promises_due",
    "promises_of",
    "record",
    "record_many",
    "references",
    "regions",
    "settle_promise",
    "settle_promises",
    "tally",
    "timeline",
    "withdraw_promises",
]
