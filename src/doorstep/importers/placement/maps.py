"""The map: which file holds which table, and what the lender calls our columns (TOML)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from doorstep.book.ports import TABLES, BadInputError
from doorstep.book.ports.reading import Reading

_HOW: dict[str, dict[str, Any]] = {
    "delimiter": {"type": "string", "description": "one character, or a tab as \\t; guessed"},
    "header": {"type": "boolean", "default": True, "description": "whether row 1 names columns"},
    "encoding": {"type": "string", "default": "utf-8", "description": "e.g. gb18030, utf-16"},
    "amounts": {"enum": ["major", "minor"], "default": "minor"},
    "decimal": {"enum": [".", ","], "default": "."},
    "thousands": {"enum": ["", ",", ".", " ", "'"], "default": ""},
    "dates": {
        "type": "array",
        "items": {"type": "string"},
        "default": ["%Y-%m-%d"],
        "description": "strptime formats, tried in order; 'excel' reads serial day numbers",
    },
    "currency": {"type": "string", "description": "ISO 4217, where no column says it"},
}
_TOP = {"lender", "importer", "files", *_HOW}
_FILE = {"match", "table", "sheet", "columns", "constants", *_HOW}
_COLUMN = {"column", "values"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where a canonical column comes from: a header name or a column number from 1."""

    column: str | int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMap(Reading):
    """How to read one kind of file into one table."""

    match: str
    table: str
    columns: Mapping[str, ColumnMap]
    constants: Mapping[str, str]
    currency: str = ""

    def takes(self, path: Path) -> bool:
        return fnmatchcase(path.name, self.match)


@dataclass(frozen=True, slots=True)
class PlacementMap:
    lender: str
    files: tuple[FileMap, ...]


def load(path: Path) -> PlacementMap:
    """Read a map. Raises BadInputError naming the key that is wrong and what is allowed."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInputError(
            path.name, f"cannot be read ({error.strerror}); give the path of a map file"
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(path.name, "a map is UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(path.name, f"not TOML: {error}; correct the map") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(
            path.name, "not TOML: a number too long or nesting too deep; correct the map"
        ) from error
    _known(path, data, _TOP, "")
    files = data.get("files")
    if not isinstance(files, list) or not files:
        raise BadInputError(path.name, "no [[files]]; describe at least one file", column="files")
    common = {k: data[k] for k in _HOW if k in data}
    maps = tuple(_file(path, {**common, **one}, n) for n, one in enumerate(files, 1))
    return PlacementMap(str(data.get("lender", "")), maps)


def _known(path: Path, given: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in given:
        if key not in allowed:
            raise BadInputError(
                path.name,
                f"unknown key {where}{key}; known are {', '.join(sorted(allowed))}",
                column=f"{where}{key}",
            )


def _file(path: Path, data: dict[str, Any], number: int) -> FileMap:
    where = f"files[{number}]."
    _known(path, data, _FILE, where)
    table = data.get("table")
    if table not in TABLES:
        raise BadInputError(
            path.name, f"{where}table must be one of {', '.join(TABLES)}", column=f"{where}table"
        )
    if not isinstance(data.get("match"), str):
        raise BadInputError(
            path.name, f"{where}match is missing; give a file name pattern", column=f"{where}match"
        )
    names = {*TABLES[table].names}
    columns, constants = data.get("columns", {}), data.get("constants", {})
    for part, name in ((columns, "columns"), (constants, "constants")):
        if not isinstance(part, dict):
            raise BadInputError(path.name, f"{where}{name} must be a table", column=where + name)
        _known(path, part, names, f"{where}{name}.")
    how = {k: data[k] for k in _HOW if k in data}
    _check_how(path, how, where)
    return FileMap(
        match=data["match"],
        table=table,
        columns={k: _column(path, v, f"{where}columns.{k}") for k, v in columns.items()},
        constants={k: _constant(path, v, f"{where}constants.{k}") for k, v in constants.items()},
        sheet=str(data.get("sheet", "")),
        **{**how, "dates": tuple(how.get("dates", ("%Y-%m-%d",)))},
    )


def _check_how(path: Path, how: dict[str, Any], where: str) -> None:
    for key, value in how.items():
        rule = _HOW[key]
        kind = {"string": str, "boolean": bool, "array": list}.get(rule.get("type", ""), str)
        wrong = not isinstance(value, kind) or ("enum" in rule and value not in rule["enum"])
        wrong = wrong or (key == "delimiter" and len(value) != 1)
        wrong = wrong or (key == "dates" and not all(isinstance(f, str) for f in value))
        if wrong:
            allowed = ", ".join(map(repr, rule.get("enum", ()))) or rule.get("description", kind)
            raise BadInputError(
                path.name, f"{where}{key} = {value!r}: must be {allowed}", column=where + key
            )
    for form in how.get("dates", ()):
        if not _names_a_day(form):
            raise BadInputError(
                path.name,
                f"{where}dates: {form!r} does not name a day; write it like %Y-%m-%d, or excel",
                column=f"{where}dates",
            )
    try:
        "a".encode(how.get("encoding") or "utf-8")
    except (LookupError, UnicodeError) as error:
        raise BadInputError(
            path.name,
            f"{where}encoding = {how['encoding']!r} is not known; use utf-8, gb18030 or utf-16",
            column=f"{where}encoding",
        ) from error


def _names_a_day(form: str) -> bool:
    """Whether a format of dates gives back the day it wrote."""
    day = datetime(2026, 11, 24, tzinfo=UTC)
    try:
        return form == "excel" or datetime.strptime(day.strftime(form), form).date() == day.date()  # noqa: DTZ007
    except ValueError:
        return False


def _column(path: Path, value: object, where: str) -> ColumnMap:
    if isinstance(value, dict):
        _known(path, value, _COLUMN, f"{where}.")
        values = value.get("values", {})
        source = value.get("column")
    else:
        values, source = {}, value
    whole = isinstance(source, int) and not isinstance(source, bool) and source >= 1
    if not (isinstance(source, str) or whole) or not isinstance(values, dict):
        raise BadInputError(path.name, "name a column, or give its number from 1", column=where)
    return ColumnMap(source, {str(k): _constant(path, v, where) for k, v in values.items()})  # type: ignore[arg-type]


def _constant(path: Path, value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int):
        return str(value)
    raise BadInputError(
        path.name, "must be text, a whole number, true, false or a date", column=where
    )


def schema() -> dict[str, Any]:
    """JSON schema of the map, made from the tables themselves."""
    column = {
        "oneOf": [
            {"type": "string"},
            {"type": "integer", "minimum": 1},
            {
                "type": "object",
                "required": ["column"],
                "additionalProperties": False,
                "properties": {
                    "column": {"type": ["string", "integer"]},
                    "values": {"type": "object", "description": "the lender's word → ours"},
                },
            },
        ]
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Doorstep placement map",
        "type": "object",
        "additionalProperties": False,
        "required": ["files"],
        "properties": {
            "lender": {"type": "string", "description": "the lender's code"},
            "importer": {"const": "placement"},
            **_HOW,
            "files": {"type": "array", "minItems": 1, "items": {"oneOf": _file_schemas(column)}},
        },
    }


def _file_schemas(column: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["match", "table"],
            "properties": {
                "match": {"type": "string", "description": "file name pattern, e.g. loans*.csv"},
                "table": {"const": table.name},
                "sheet": {"type": "string", "description": "XLSX only; the first if absent"},
                "columns": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(table.names, column),
                },
                "constants": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        c.name: {"description": c.kind.value, **_choices(c.choices)}
                        for c in table.columns
                    },
                },
                **_HOW,
            },
        }
        for table in TABLES.values()
    ]


def _choices(choices: tuple[str, ...]) -> dict[str, Any]:
    return {"enum": list(choices)} if choices else {}
