"""The map of a CSV statement: which column is what, and where the file says its own totals."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError

READY = ("alipay", "wechat")

_STRING: dict[str, Any] = {"type": "string"}
_STRINGS: dict[str, Any] = {"type": "array", "items": _STRING}
_EITHER: dict[str, Any] = {"type": ["string", "array"], "items": _STRING}

TOP: dict[str, dict[str, Any]] = {
    "statement": {"const": "csv"},
    "match": {**_STRING, "description": "pattern of file names, for the inbox"},
    "lender": _STRING,
    "ready": {"enum": list(READY), "description": "a map that comes with Doorstep"},
    "member": {**_STRING, "description": "which file of a ZIP, a pattern"},
    "encoding": {**_STRING, "default": "utf-8", "description": "e.g. gb18030 (GBK)"},
    "delimiter": {**_STRING, "default": ","},
    "decimal": {"enum": [".", ","], "default": "."},
    "thousands": {"enum": ["", ",", ".", " ", "'"], "default": ""},
    "amounts": {"enum": ["major", "minor"], "default": "major"},
    "dates": {**_STRINGS, "default": ["%Y-%m-%d"]},
    "currency": _STRING,
    "account": {**_STRING, "description": "the account's number, where no line says it"},
    "number": {**_STRING, "description": "the statement's number, where no line says it"},
    "header": {**_STRING, "description": "a column name that only the header row has"},
    "comment": {**_STRING, "description": "lines that begin so hold no entry"},
    "ends_at": {**_STRING, "description": "the first cell of the row after the last entry"},
    "strip": {**_STRING, "description": "characters around cells that do not count"},
    "order": {"enum": ["oldest_first", "newest_first"], "default": "oldest_first"},
    "unchecked": {"type": "boolean", "description": "take a file that says no sums at all"},
    "columns": {"type": "object"},
    "way": {"type": "object", "description": "column, in, out: words that say which way"},
    "gives_back": {"type": "object", "description": "column, values: rows that undo an entry"},
    "skip": {"type": "object", "description": "column, values: rows that move no money"},
    "lines": {**_STRINGS, "description": "patterns on comment lines with named groups"},
    "totals": {"type": "object", "description": "columns of a header row of totals at the end"},
}
COLUMNS: dict[str, dict[str, Any]] = {
    "key": {**_EITHER, "description": "the bank's reference; of several the first that is there"},
    "on": _STRING,
    "in": {**_STRING, "description": "amount of money in; with `out` instead of `amount`"},
    "out": _STRING,
    "amount": {**_STRING, "description": "signed, or with `way`"},
    "balance": {**_STRING, "description": "after the entry"},
    "currency": _STRING,
    "reference": _EITHER,
    "text": _EITHER,
    "payer": _EITHER,
    "payer_account": _EITHER,
    "account": {**_STRING, "description": "the virtual account paid into"},
    "original": _EITHER,
}
TOTALS = ("count", "count_in", "sum_in", "count_out", "sum_out")
LINES = (*TOTALS, "account", "number", "opening", "closing")


@dataclass(frozen=True, slots=True)
class Words:
    """Rows whose `column` holds one of these words."""

    column: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CsvMap:
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[re.Pattern[str], ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    way: Words | None = None
    gives_back: Words | None = None
    skip: Words | None = None
    member: str = "*"
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    amounts: str = "major"
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    currency: str = ""
    account: str = ""
    number: str = ""
    header: str = ""
    comment: str = ""
    ends_at: str = ""
    strip: str = ""
    order: str = "oldest_first"
    unchecked: bool = False


def load(map_path: Path | None) -> CsvMap:
    """Read a map. Raises BadInputError naming the key that is wrong."""
    if map_path is None:
        raise BadInputError("map", "a CSV statement needs a map; give --map FILE or its name")
    if not map_path.exists() and str(map_path) in READY:
        data, name = _ready(str(map_path)), str(map_path)
    else:
        data, name = _toml(map_path), map_path.name
        if "ready" in data:
            data = {**_ready(_choice(name, data, "ready")), **data}
    return _map(name, data)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        ready = " or ".join(READY)
        raise BadInputError(
            path.name, f"cannot be read ({error.strerror}); give a map file, or {ready}"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(path.name, f"is no TOML in UTF-8: {error}; correct the map") from error


def _ready(name: str) -> dict[str, Any]:
    text = files("doorstep.importers.bank_csv").joinpath(f"ready/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _map(name: str, data: dict[str, Any]) -> CsvMap:
    for key, value in data.items():
        _check(name, key, value)
    columns = data.get("columns", {})
    for key, value in columns.items():
        if key not in COLUMNS or not _is_text_or_texts(value):
            raise _wrong(name, f"columns.{key}", f"known are {', '.join(COLUMNS)}")
    if "on" not in columns or not ({"amount"} <= set(columns) or {"in", "out"} <= set(columns)):
        raise _wrong(name, "columns", "name at least `on`, and `amount` or `in` and `out`")
    plain = {
        k: v
        for k, v in data.items()
        if TOP[k].get("type") in ("string", "boolean") or "enum" in TOP[k]
    }
    for key in ("match", "lender", "ready"):
        plain.pop(key, None)
    return CsvMap(
        columns={k: (v,) if isinstance(v, str) else tuple(v) for k, v in columns.items()},
        lines=tuple(_pattern(name, p) for p in data.get("lines", ())),
        totals=_totals(name, data.get("totals", {})),
        way=_words(name, "way", data, ("in", "out")),
        gives_back=_words(name, "gives_back", data, ("values",)),
        skip=_words(name, "skip", data, ("values",)),
        dates=tuple(data.get("dates", ("%Y-%m-%d",))),
        **plain,
    )


def _check(name: str, key: str, value: Any) -> None:
    if key not in TOP:
        raise _wrong(name, key, f"known are {', '.join(sorted(TOP))}")
    rule = TOP[key]
    if "enum" in rule or "const" in rule:
        allowed = rule.get("enum", [rule.get("const")])
        if value not in allowed:
            raise _wrong(name, key, f"must be one of {', '.join(map(repr, allowed))}")
        return
    kinds: dict[str, Any] = {"string": str, "boolean": bool, "array": list, "object": dict}
    kind = kinds[rule["type"]]
    if not isinstance(value, kind) or (kind is list and not all(isinstance(v, str) for v in value)):
        raise _wrong(name, key, f"must be a {rule['type']}")
    if key == "delimiter" and len(value) != 1:
        raise _wrong(name, key, "must be one character")
    if key == "encoding":
        try:
            codecs.lookup(value)
        except LookupError as error:
            raise _wrong(name, key, "is no encoding; use utf-8, gb18030 or utf-16") from error


def _choice(name: str, data: dict[str, Any], key: str) -> str:
    _check(name, key, data[key])
    return str(data[key])


def _pattern(name: str, text: str) -> re.Pattern[str]:
    try:
        found = re.compile(text)
    except re.error as error:
        raise _wrong(name, "lines", f"{text!r} is no pattern ({error})") from error
    if not set(found.groupindex) <= set(LINES):
        raise _wrong(name, "lines", f"groups may be {', '.join(LINES)}")
    return found


def _totals(name: str, given: Any) -> dict[str, str]:
    if not set(given) <= set(TOTALS) or not all(isinstance(v, str) for v in given.values()):
        raise _wrong(name, "totals", f"known are {', '.join(TOTALS)}")
    return dict(given)


def _words(name: str, key: str, data: dict[str, Any], parts: tuple[str, ...]) -> Words | None:
    given = data.get(key)
    if given is None:
        return None
    whole = set(given) == {"column", *parts} and isinstance(given["column"], str)
    if not whole or not all(isinstance(given[p], list) for p in parts):
        raise _wrong(name, key, f"name `column` and the lists {', '.join(parts)}")
    return Words(given["column"], {p: tuple(map(str, given[p])) for p in parts})


def _is_text_or_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    )


def _wrong(name: str, key: str, reason: str) -> BadInputError:
    return BadInputError(name, f"{key}: {reason}", column=key)


def schema() -> dict[str, Any]:
    """JSON schema of the map."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Map of a CSV bank statement",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **TOP,
            "columns": {
                "type": "object",
                "additionalProperties": False,
                "properties": COLUMNS,
                "required": ["on"],
            },
        },
    }
