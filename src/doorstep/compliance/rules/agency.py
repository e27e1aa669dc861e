"""Agencies: on the lender's published list, licensed, under a mandate, without a record of abuse,
and open about whom they act for."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Executor, Facts, Finding
from doorstep.kernel.actions import ActionKind


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """One `aspect`: white_list, mandate, record, licence or name."""

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
    if law.aspect == "white_list":
        if agency.white_list is None:
            return law.unknown("white_list_unknown")
        return law.passed if agency.white_list else law.fails("not_on_white_list")
    fails = {
        "record": (agency.record_of_abuse, "agency_record"),
        "licence": (not agency.licensed, "agency_unlicensed"),
        "mandate": (not agency.mandate, "no_mandate"),
    }
    wrong, code = fails[law.aspect]
    return law.fails(code) if wrong else law.passed
