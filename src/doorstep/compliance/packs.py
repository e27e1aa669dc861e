"""Jurisdiction packs, found by entry point and read from their TOML; the kinds of rule, by folder.

A pack is `pack.toml`, `rules.toml` and `cases.toml`. It does not load without cases, without a
source for every rule, or with a refusal that no twin flips.
"""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module, resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import Any, TypeVar

from doorstep.compliance import rules as kinds_folder
from doorstep.compliance.reading import ReadError, plain, read, short
from doorstep.compliance.rules import _parts
from doorstep.compliance.rules._calendar import Calendar
from doorstep.compliance.rules._judge import Judge, Pack
from doorstep.compliance.rules._law import Base
from doorstep.compliance.types import (
    Answer,
    Bindingness,
    Debt,
    Document,
    Lender,
    Party,
    Question,
    Rule,
    State,
)

GROUP = "doorstep.jurisdictions"
WEAK = ("S*", "M")
"""Verification codes that make a rule provisional (facts are from one weak source or memory)."""
SEVERAL = "parts"
T = TypeVar("T")
LANGUAGES = ("en", "zh-hans", "zh-hant")

short(Party, "role")
short(Debt, "id")
short(Lender, "id")
short(Document, "kind")
short(State, "kind")


class PackError(ValueError):
    """A pack cannot be used; the message names pack, file, rule and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """`pack.toml`: the version names the state of the law it was written to; after `expires` the
    pack must have been read again against the sources. `regions` are the names of the part of the
    country it holds in, on top of the country's own pack; `acts_zone` dates what reaches nobody
    where the country has several zones."""

    code: str
    version: str
    title: dict[str, str]
    countries: tuple[str, ...]
    expires: date
    legal_zone: str = ""
    regions: tuple[str, ...] = ()
    acts_zone: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One sentence of a rule of several."""

    kind: str
    law: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One entry of `rules.toml`. `law` holds the numbers, in the shape of its kind; a rule of
    several sentences has the kind `parts` and `parts` instead. `source` may name the source in
    other languages than the citation's."""

    id: str
    kind: str
    title: dict[str, str]
    why: dict[str, str]
    citation: str
    bindingness: Bindingness
    verification: str
    in_force: date
    law: dict[str, Any] = field(default_factory=dict)
    parts: tuple[PartRow, ...] = ()
    status: str = "current"
    until: date | None = None
    superseded_by: str = ""
    critical: bool = False
    source: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case must come out as; what is not said is not compared."""

    permitted: bool
    verdict: Answer | None = None
    deciding: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    defer_until: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One entry of `cases.toml`. `twin` holds changed facts by dotted path: what flips it."""

    id: str
    about: str
    expect: Expected
    packs: tuple[str, ...] = ()
    at: str = ""
    action: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    twin: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A question with its answer; a refusal carries the twin question that is permitted."""

    id: str
    about: str
    question: Question
    expect: Expected
    twin: Question | None


@cache
def kinds() -> dict[str, ModuleType]:
    """The kinds of rule by name: every module of `rules/` without an underscore."""
    names = [m.name for m in pkgutil.iter_modules(kinds_folder.__path__) if m.name[0] != "_"]
    return {n: import_module(f"{kinds_folder.__name__}.{n}") for n in sorted(names)}


def installed() -> list[str]:
    """The codes of the packs that are installed."""
    return sorted(e.name for e in entry_points(group=GROUP))


@cache
def pack(code: str) -> Pack:
    """A pack by its code. Raises PackError for an unknown or broken one."""
    cases(code)
    source = {"head": plain(_toml(code, "pack.toml")), "rules": plain(_toml(code, "rules.toml"))}
    if _path(code, "holidays.toml").is_file():
        source["holidays"] = plain(_toml(code, "holidays.toml"))
    return pack_of(code, source)


def pack_of(code: str, source: Mapping[str, Any]) -> Pack:
    """A pack from its text as JSON values (`Pack.source`): as it is installed, or as it was kept
    with a verdict. Raises PackError."""
    head = _fitting(code, "pack.toml", Head, source.get("head"))
    rules = source.get("rules", {}).get("rule", [])
    rows = [_fitting(code, f"rules.toml: rule[{i}]", RuleRow, r) for i, r in enumerate(rules)]
    calendar = _fitting(code, "holidays.toml", Calendar, source.get("holidays", {}))
    laws = tuple(_law(code, row, calendar) for row in rows)
    ids = [law.rule.id for _, law in laws]
    if len(set(ids)) != len(ids):
        raise PackError(f"{code}/rules.toml: a rule id is there twice; give each its own")
    return Pack(
        head.code,
        head.version,
        head.title,
        head.countries,
        head.expires,
        head.legal_zone,
        laws,
        head.regions,
        head.acts_zone,
        source,
    )


def packs(codes: Sequence[str]) -> list[Pack]:
    """Packs by their codes, in the order asked."""
    return [pack(code) for code in codes]


@cache
def cases(code: str) -> tuple[GoldenCase, ...]:
    """The golden cases of a pack, each a whole question."""
    raw = _toml(code, "cases.toml")
    base = raw.get("base", {})
    found = tuple(
        _case(code, base, read(CaseRow, row, f"case[{i}]"))
        for i, row in enumerate(raw.get("case", []))
    )
    if not found:
        raise PackError(f"{code}/cases.toml: has no case; a pack without cases does not load")
    return found


def _law(code: str, row: RuleRow, calendar: Calendar) -> tuple[Judge, Base]:
    where = f"{code}/rules.toml: {row.id}"
    if not row.citation.strip():
        raise PackError(f"{where}: has no citation; a rule without a traceable source is refused")
    for texts in (row.title, row.why):
        if missing := [tag for tag in LANGUAGES if not texts.get(tag)]:
            raise PackError(f"{where}: title and why need a text in {', '.join(missing)}")
    weak = row.verification.startswith(WEAK)
    if weak and row.status == "current":
        raise PackError(f"{where}: verification {row.verification} needs status = 'provisional'")
    told = {n: getattr(row, n) for n in RuleRow.__slots__ if n not in {"law", "parts"}}
    rule = Rule(pack=code, **told)
    if row.kind != SEVERAL:
        return _sentence(where, row.kind, row.law, rule, calendar)
    parts = tuple(_sentence(where, p.kind, p.law, rule, calendar) for p in row.parts)
    if not parts:
        raise PackError(f"{where}: has no parts; add [[rule.parts]] or name another kind")
    spoken = frozenset(kind for _, law in parts for kind in law.kinds)
    return _parts.judge, _parts.Law(rule=rule, kinds=spoken, parts=parts)


def _sentence(
    where: str, kind: str, numbers: Mapping[str, Any], rule: Rule, calendar: Calendar
) -> tuple[Judge, Base]:
    module = kinds().get(kind)
    if module is None:
        raise PackError(f"{where}: kind {kind!r} is not known; known are {', '.join(kinds())}")
    values = {**numbers, "rule": rule}
    if "calendar" in module.Law.__dataclass_fields__:
        values["calendar"] = calendar
    try:
        law = read(module.Law, values, f"{rule.id}.law")
    except (ReadError, ValueError) as error:
        raise PackError(f"{where}: {error}") from error
    return module.judge, law


def _case(code: str, base: Mapping[str, Any], row: CaseRow) -> GoldenCase:
    whole = {
        "packs": list(row.packs) or base.get("packs", [code]),
        "at": row.at or base.get("at", ""),
        "action": _merged(base.get("action", {}), row.action),
        "facts": _merged(base.get("facts", {}), row.facts),
    }
    if not row.expect.permitted and not row.twin:
        raise PackError(f"{code}/cases.toml: {row.id}: a refusal needs a twin that flips it")
    try:
        question = read(Question, whole, row.id)
        twin = read(Question, _patched(whole, row.twin), f"{row.id}.twin") if row.twin else None
    except ReadError as error:
        raise PackError(f"{code}/cases.toml: {error}") from error
    return GoldenCase(row.id, row.about, question, row.expect, twin)


def _merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in more.items():
        old = found.get(key)
        both = isinstance(value, Mapping) and isinstance(old, Mapping)
        found[key] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return found


def _patched(whole: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same question with other values at dotted paths."""
    found = dict(whole)
    for path, value in changes.items():
        at, *names = path.split(".")
        if not names:
            found[at] = value
        else:
            found[at] = _patched(found.get(at) or {}, {".".join(names): value})
    return found


def _path(code: str, name: str) -> Traversable:
    entry = next((e for e in entry_points(group=GROUP) if e.name == code), None)
    if entry is None:
        raise PackError(f"pack {code!r} is not installed; installed are {', '.join(installed())}")
    return resources.files(entry.value) / name


def _toml(code: str, name: str) -> dict[str, Any]:
    path = _path(code, name)
    if not path.is_file():
        raise PackError(f"{code}/{name}: is missing; a pack needs it to load")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{code}/{name}: {error}") from error


def _fitting(code: str, where: str, tp: type[T], value: Any) -> T:
    try:
        return read(tp, value)
    except ReadError as error:
        raise PackError(f"{code}/{where}: {error}") from error
