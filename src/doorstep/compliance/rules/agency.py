"""Agencies: on the lender's published list, under a mandate, without a record of abuse, and open
about whom they act for."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Executor, Facts, Finding
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """One `aspect`: white_list, mandate, record or name."""

    aspect: str


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """May this agency act, and how must it present itself?"""
    placing = deed.kind is ActionKind.PLACE_WITH_AGENCY
    if facts.executor is not Executor.AGENCY and not placing:
        return law.silent
    agency = facts.agency
    if law.aspect == "name":
        return law.passes("say_agency") if deed.kind is ActionKind.VISIT else law.passed
    if agency is None:
        return law.unknown("agency_unknown")
    if law.aspect == "record":
        return law.fails("agency_record") if agency.record_of_abuse else law.passed
    if law.aspect == "mandate":
        return law.passed if agency.mandate else law.fails("no_mandate")
    if agency.white_list is None:
        return law.unknown("white_list_unknown")
    return law.passed if agency.white_list else law.fails("not_on_white_list")
