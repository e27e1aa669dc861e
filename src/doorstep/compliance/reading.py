"""JSON and TOML into the frozen types, strictly: an unknown key is refused by name; and the JSON
schema of the same types, so that the two cannot differ."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")
_LARGEST = 1e15
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
"""Far enough from the ends of the calendar that every zone and every waiting time stays in it."""


class ReadError(ValueError):
    """A value does not fit: `path` says where, `reason` what is wrong and what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or '.'}: {reason}")
        self.path, self.reason = path, reason


_SHORT: dict[type, str] = {}
"""Types that may be given as one word instead of an object, and the field that word fills."""


def short(tp: type, name: str) -> None:
    """Let `tp` be written as its field `name` alone ("debtor" for {"role": "debtor"})."""
    _SHORT[tp] = name


def read(tp: type[T], value: Any, path: str = "") -> T:
    """`value` (parsed JSON or TOML) as a `tp`. Raises ReadError."""
    return _read(tp, value, path)  # type: ignore[no-any-return]


def _read(tp: Any, value: Any, path: str) -> Any:
    origin = get_origin(tp)
    if origin in {Union, types.UnionType}:
        inner = [a for a in get_args(tp) if a is not type(None)]
        return None if value is None else _read(inner[0], value, path)
    if origin in {tuple, frozenset, list}:
        if not isinstance(value, list | tuple):
            raise ReadError(path, "is no list; write [ … ]")
        item = get_args(tp)[0]
        return origin(_read(item, v, f"{path}[{i}]") for i, v in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise ReadError(path, "is no object; write { … }")
        item = get_args(tp)[1]
        return {str(k): _read(item, v, f"{path}.{k}") for k, v in value.items()}
    if dataclasses.is_dataclass(tp):
        return _read_object(tp, value, path)
    return _scalar(tp, value, path)


@cache
def _hints(tp: Any) -> dict[str, Any]:
    hints = get_type_hints(tp)
    return {f.name: hints[f.name] for f in dataclasses.fields(tp) if f.init}


@cache
def _required(tp: Any) -> frozenset[str]:
    missing = dataclasses.MISSING
    return frozenset(
        f.name
        for f in dataclasses.fields(tp)
        if f.init and f.default is missing and f.default_factory is missing
    )


def _read_object(tp: Any, value: Any, path: str) -> Any:
    if isinstance(value, tp):
        return value
    if isinstance(value, str) and tp in _SHORT:
        value = {_SHORT[tp]: value}
    if not isinstance(value, Mapping):
        raise ReadError(path, "is no object; write { … }")
    hints = _hints(tp)
    for key in value:
        if key not in hints:
            known = ", ".join(sorted(hints))
            raise ReadError(f"{path}.{key}".lstrip("."), f"is not known here; use one of {known}")
    for key in sorted(_required(tp)):
        if key not in value:
            raise ReadError(f"{path}.{key}".lstrip("."), "is missing; add it")
    return tp(**{k: _read(hints[k], v, f"{path}.{k}".lstrip(".")) for k, v in value.items()})


def _scalar(tp: Any, value: Any, path: str) -> Any:
    if tp is Any or (tp is not float and type(value) is tp):
        return _aware(value, path) if tp is datetime else value
    if tp is float and isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(value, path)
    if not isinstance(value, str):
        raise ReadError(path, f"{value!r} is not {_name(tp)}; give {_name(tp)}")
    try:
        if issubclass(tp, Enum):
            return tp(value)
        if tp is datetime:
            return _aware(datetime.fromisoformat(value), path)
        if tp in {date, time}:
            return tp.fromisoformat(value)
        if tp is UUID:
            return UUID(value)
    except ReadError:
        raise
    except ValueError as error:
        known = f"; use one of {', '.join(e.value for e in tp)}" if issubclass(tp, Enum) else ""
        known = known or f"; give {_name(tp)} in ISO form"
        raise ReadError(path, f"{value!r} is not {_name(tp)}{known}") from error
    raise ReadError(path, f"{value!r} is not {_name(tp)}; give {_name(tp)}")


def _aware(value: datetime, path: str) -> datetime:
    if value.tzinfo is None:
        raise ReadError(path, "has no offset; write for example 2026-11-24T22:00:00+08:00")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ReadError(
            path, f"{value.year} is no year to judge in; give {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return value


def _finite(value: float, path: str) -> float:
    if not abs(value) < _LARGEST:  # also where it is no number
        raise ReadError(path, f"must be a number below {_LARGEST:.0e}")
    return float(value)


def _name(tp: Any) -> str:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(tp, f"a {tp.__name__.lower()}")


def schema(tp: Any) -> dict[str, Any]:
    """JSON schema (2020-12) of a type, with the defaults of absent facts."""
    defs: dict[str, Any] = {}
    top = _schema(tp, defs)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": defs}


def _schema(  # noqa: PLR0911 - one answer per shape of type
    tp: Any, defs: dict[str, Any]
) -> dict[str, Any]:
    origin = get_origin(tp)
    if origin in {Union, types.UnionType}:
        inner = [a for a in get_args(tp) if a is not type(None)]
        return {"anyOf": [_schema(inner[0], defs), {"type": "null"}]}
    if origin in {tuple, frozenset, list}:
        return {"type": "array", "items": _schema(get_args(tp)[0], defs)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(get_args(tp)[1], defs)}
    if dataclasses.is_dataclass(tp):
        name = str(tp.__name__)  # type: ignore[union-attr]
        if name not in defs:
            defs[name] = {}
            defs[name] = _object_schema(tp, defs)
        ref = {"$ref": f"#/$defs/{name}"}
        return {"anyOf": [ref, {"type": "string"}]} if tp in _SHORT else ref
    if isinstance(tp, type) and issubclass(tp, Enum):
        return {"type": "string", "enum": [e.value for e in tp]}
    simple = {str: "string", int: "integer", float: "number", bool: "boolean"}
    if tp in simple:
        return {"type": simple[tp]}
    formats = {datetime: "date-time", date: "date", time: "time", UUID: "uuid"}
    return {"type": "string", "format": formats[tp]} if tp in formats else {}


def _object_schema(tp: Any, defs: dict[str, Any]) -> dict[str, Any]:
    hints, properties = _hints(tp), {}
    for f in dataclasses.fields(tp):
        if f.name not in hints:
            continue
        properties[f.name] = _schema(hints[f.name], defs)
        if f.default is not dataclasses.MISSING and f.default is not None:
            properties[f.name] = {**properties[f.name], "default": plain(f.default)}
    return {
        "type": "object",
        "description": " ".join((tp.__doc__ or "").split()),
        "properties": properties,
        "required": sorted(_required(tp)),
        "additionalProperties": False,
    }


@cache
def _defaults(tp: Any) -> list[tuple[str, Any]]:
    return [(f.name, f.default) for f in dataclasses.fields(tp) if f.init]


def plain(value: Any) -> Any:  # noqa: PLR0911 - one answer per shape of value
    """A frozen type back as JSON values, leaving out what is at its default."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: plain(v)
            for name, default in _defaults(type(value))
            if (v := getattr(value, name)) is not default and v != default
        }
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
