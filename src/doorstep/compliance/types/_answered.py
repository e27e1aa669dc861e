"""What is answered: findings, duties, verdicts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from doorstep.compliance.types._words import EMPTY, Answer, Bindingness, Result
from doorstep.kernel.actions import ActionKind, Purpose, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pack says of one rule, without its numbers. Texts by language tag."""

    id: str
    kind: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    citation: str
    bindingness: Bindingness
    verification: str
    in_force: date
    status: str = "current"
    until: date | None = None
    superseded_by: str = ""
    critical: bool = False
    pack: str = ""
    source: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str, what: str = "title") -> str:
        """The title or the reason in a language, else in English."""
        texts: Mapping[str, str] = getattr(self, what)
        return texts.get(language) or texts["en"]


class Finding(NamedTuple):
    """What one rule says of one action. `code` and `args` say why; `ends` is the instant from
    which the rule no longer blocks, None if unknown; `escalates` asks a human instead of denying.
    """

    rule: Rule
    result: Result
    code: str = ""
    args: Mapping[str, Any] = EMPTY
    ends: datetime | None = None
    duties: tuple[str, ...] = ()
    escalates: bool = False

    @property
    def blocks(self) -> bool:
        return self.result is Result.FAIL or (self.result is Result.UNKNOWN and self.rule.critical)


class Duty(NamedTuple):
    """Something somebody must do so that the permission holds."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer with every finding. `id` is set once it is stored."""

    answer: Answer
    findings: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    deciding: tuple[str, ...]
    packs: Mapping[str, str]
    defer_until: datetime | None = None
    id: UUID | None = None

    @property
    def permitted(self) -> bool:
        return self.answer in {Answer.ALLOW, Answer.ALLOW_WITH_DUTIES}


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A stored verdict as pages and the API show it; texts are made when it is shown."""

    id: UUID
    case_id: UUID
    at: datetime
    stage: str
    kind: ActionKind
    channel: str
    purpose: Purpose
    role: Role
    answer: Answer
    defer_until: datetime | None
    deciding: tuple[str, ...]
    duties: tuple[Duty, ...]
    findings: tuple[Finding, ...]
    packs: Mapping[str, str]
    by: str

    @property
    def permitted(self) -> bool:
        return self.answer in {Answer.ALLOW, Answer.ALLOW_WITH_DUTIES}
