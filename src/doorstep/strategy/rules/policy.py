"""The policy as data: segments, treatments and their conditions, with one published schema.

One condition language (`When`) is used by segments, steps and adjustments alike. Unknown keys are
refused by name. Nothing here reads a file; `parse` takes the text of each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from doorstep.casefile.types import ArrearsReason
from doorstep.kernel.ids import digest
from doorstep.strategy.types import CaseFacts, Goal, ReasonCode, Tone
from doorstep.verification.types import PointKind, PointStatus

SCHEMA = "doorstep-strategy/1"
_T = TypeVar("_T", bound=BaseModel)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
RightPartyWord = Literal["right_party", "wrong_party", "refused", "not_sure", "none"]
Template = Literal[
    "reminder", "arrears", "promise_reminder", "verify", "notice_agency", "thank_you", ""
]


class PolicyError(ValueError):
    """A policy file cannot be used: each line names file, place, what is wrong."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Table):
    """All given conditions must hold; none given always holds. Counts are of the last 30 days."""

    dpd_min: int | None = None
    dpd_max: int | None = None
    arrears_min: int | None = Field(default=None, description="minor units of the case's currency")
    earlier_cases_min: int | None = None
    earlier_cases_max: int | None = None
    stop_any: tuple[str, ...] | None = None
    promise_open: bool | None = None
    last_promise: tuple[Literal["kept", "partly", "broken", "none"], ...] | None = None
    broken_min: int | None = None
    arrangement: bool | None = None
    reason_any: tuple[ArrearsReason, ...] | None = None
    right_party: tuple[RightPartyWord, ...] | None = None
    last_call: tuple[str, ...] | None = None
    last_message: tuple[str, ...] | None = None
    last_visit: tuple[str, ...] | None = None
    silent_min: int | None = Field(
        default=None, description="attempts since anybody last spoke with us"
    )
    silent_calls_min: int | None = None
    silent_messages_min: int | None = None
    silent_visits_max: int | None = None
    visits_max: int | None = None
    visit_waited: bool | None = Field(
        default=None, description="the last plan was a visit and nobody made it"
    )
    verified: bool | None = Field(
        default=None, description="some point of the borrower is verified"
    )
    located: bool | None = Field(
        default=None, description="some address of the borrower is located"
    )

    @cached_property
    def tests(self) -> tuple[tuple[Callable[[Any, CaseFacts], bool], Any], ...]:
        given = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple((_TESTS[name], value) for name, value in given if value is not None)

    def holds(self, facts: CaseFacts) -> bool:
        return all(test(value, facts) for test, value in self.tests)


class Adjust(_Table):
    """Worth more or less where a condition holds; `why` replaces the reason where it adds."""

    when: When
    add: int = Field(ge=-100, le=100)
    kind: Literal["call", "message", "visit"] | None = None
    why: ReasonCode | None = None


class Step(_Table):
    """One action a treatment may wish, with what it is worth and how often it may come."""

    kind: Literal["call", "message", "visit"]
    channel: Literal["phone", "email_smtp", ""] = ""
    template: Template = ""
    purpose: Literal["collect", "remind", "verify", "notice"] = "collect"
    weight: int = Field(ge=1, le=100)
    every_days: int = Field(
        default=1, ge=1, description="at least so many days after our last of the kind"
    )
    limit_30: int = Field(default=30, ge=1, description="at most so many within 30 days")
    after_calls: int = Field(default=0, ge=0, description="silent calls needed first")
    after_messages: int = Field(default=0, ge=0, description="silent messages needed first")
    when: When = When()
    why: ReasonCode
    adjust: tuple[Adjust, ...] = ()
    explore: bool = Field(default=False, description="may be tried by chance, so that we learn")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wanted = {"call": "phone", "message": "email_smtp", "visit": ""}[self.kind]
        if self.channel != wanted:
            raise ValueError(f"channel of a {self.kind} is {wanted!r}; no other is built")
        if self.kind == "message" and not self.template:
            raise ValueError("a message needs a template")
        if self.kind == "visit" and self.explore:
            raise ValueError("nobody is visited by chance; leave explore out")
        return self


class Treatment(_Table):
    """An ordered plan for a segment of cases."""

    id: Code
    goal: Goal
    tone: Tone
    review_days: int = Field(ge=1, le=60)
    step: tuple[Step, ...] = ()


class Segment(_Table):
    """Cases that are alike; the first segment whose condition holds takes the case."""

    id: Code
    when: When = When()
    treatment: Code


class Segments(_Table):
    segment: tuple[Segment, ...] = Field(min_length=1)


class Terms(_Table):
    """What holds for every treatment. `epsilon` is the chance of trying another eligible action."""

    version: str
    epsilon: float = Field(ge=0, le=0.2)
    seed: str
    wishes: int = Field(default=3, ge=1, le=5)
    adjust: tuple[Adjust, ...] = ()


class Policy(_Table):
    """Everything that decides; `digest` is its version."""

    terms: Terms
    segments: tuple[Segment, ...]
    treatments: dict[str, Treatment]

    @cached_property
    def digest(self) -> str:
        return digest(self.model_dump(mode="json"))[:16]


def schema() -> dict[str, Any]:
    """The published JSON schema of the three kinds of file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "description": "policy.toml, segments.toml and treatments/*.toml, in this order",
        "$defs": {
            "policy": Terms.model_json_schema(ref_template="#/$defs/policy/$defs/{model}"),
            "segments": Segments.model_json_schema(ref_template="#/$defs/segments/$defs/{model}"),
            "treatment": Treatment.model_json_schema(
                ref_template="#/$defs/treatment/$defs/{model}"
            ),
        },
        "oneOf": [{"$ref": f"#/$defs/{n}"} for n in ("policy", "segments", "treatment")],
    }


def parse(files: Mapping[str, str]) -> Policy:
    """A policy from the text of its files, by name (`policy.toml`, `segments.toml`, and
    `treatments/NAME.toml`). Raises PolicyError with a line for everything that is wrong."""
    problems: list[str] = []
    terms = _one("policy.toml", files, Terms, problems)
    segments = _one("segments.toml", files, Segments, problems)
    treatments = {
        t.id: t
        for name in sorted(n for n in files if n.startswith("treatments/"))
        if (t := _one(name, files, Treatment, problems)) is not None
        and _named_as_file(name, t, problems)
    }
    if terms is None or segments is None or problems:
        raise PolicyError("\n".join(problems))
    problems += _unmet(segments, treatments)
    if problems:
        raise PolicyError("\n".join(problems))
    return Policy(terms=terms, segments=segments.segment, treatments=treatments)


def _one(name: str, files: Mapping[str, str], shape: type[_T], problems: list[str]) -> _T | None:
    if name not in files:
        problems.append(f"{name}: missing; add it")
        return None
    try:
        return shape.model_validate(tomllib.loads(files[name]))
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{name}: {error}; correct the line")
    except ValidationError as error:
        for e in error.errors():
            place = ".".join(str(p) for p in e["loc"])
            problems.append(f"{name}: {place}: {e['msg']}; see `doorstep strategy schema`")
    return None


def _named_as_file(name: str, treatment: Treatment, problems: list[str]) -> bool:
    if name == f"treatments/{treatment.id}.toml":
        return True
    problems.append(f"{name}: id: is {treatment.id!r}; name the file after it")
    return False


def _unmet(segments: Segments, treatments: Mapping[str, Treatment]) -> list[str]:
    found = [
        f"segments.toml: segment {s.id}: no treatment {s.treatment!r}; add it or choose another"
        for s in segments.segment
        if s.treatment not in treatments
    ]
    ids = [s.id for s in segments.segment]
    found += [
        f"segments.toml: segment {i}: given twice" for i in sorted({*ids}) if ids.count(i) > 1
    ]
    if segments.segment[-1].when.tests:
        found.append("segments.toml: the last segment must have no condition, to take every case")
    return found


def _word(given: str) -> str:
    return given or "none"


def _verified(facts: CaseFacts) -> bool:
    return any(p.status is PointStatus.VERIFIED and not p.person for p in facts.points)


def _located(facts: CaseFacts) -> bool:
    return any(p.kind is PointKind.ADDRESS and p.located and not p.person for p in facts.points)


_TESTS: dict[str, Callable[[Any, CaseFacts], bool]] = {
    "dpd_min": lambda v, f: f.dpd >= v,
    "dpd_max": lambda v, f: f.dpd <= v,
    "arrears_min": lambda v, f: f.arrears >= v,
    "earlier_cases_min": lambda v, f: f.earlier_cases >= v,
    "earlier_cases_max": lambda v, f: f.earlier_cases <= v,
    "stop_any": lambda v, f: any(s in v for s in f.stops),
    "promise_open": lambda v, f: (f.promise_due is not None) is v,
    "last_promise": lambda v, f: _word(f.last_promise) in v,
    "broken_min": lambda v, f: f.broken >= v,
    "arrangement": lambda v, f: f.arrangement is v,
    "reason_any": lambda v, f: f.reason in v,
    "right_party": lambda v, f: _word(f.right_party) in v,
    "last_call": lambda v, f: _word(f.calls.last) in v,
    "last_message": lambda v, f: _word(f.messages.last) in v,
    "last_visit": lambda v, f: _word(f.visits.last) in v,
    "silent_min": lambda v, f: f.silent >= v,
    "silent_calls_min": lambda v, f: f.calls.silent >= v,
    "silent_messages_min": lambda v, f: f.messages.silent >= v,
    "silent_visits_max": lambda v, f: f.visits.silent <= v,
    "visits_max": lambda v, f: f.visits.count <= v,
    "visit_waited": lambda v, f: f.visit_waited is v,
    "verified": lambda v, f: _verified(f) is v,
    "located": lambda v, f: _located(f) is v,
}
